// Package session owns who a request comes from: sessions, their cookies, the
// choice among them, renewal, rotation at login, and remembered logins.
//
// An anonymous session is stateless: its cookie carries a random id, the time
// of issue and a message authentication code, and nothing is stored. The
// session of a registered user is a row whose id is the hash of the cookie and
// whose content is sealed.
//
// It does not own the check of a secret, the texts of tokens (package token)
// or what a user may do (package grant).
//
// Source of the rules: MediaWiki includes/session/ (SessionManager,
// CookieSessionProvider, BotPasswordSessionProvider,
// ImmutableSessionProviderWithCookie).
package session
