// Package authn is the state machine of interactive logins: which providers are
// asked in which order, what a client is asked next, and when somebody is
// logged in.
//
// It owns requests (descriptions of forms), the loading of answers into them,
// the state of a login that waits for its next step, and the order of pre,
// primary and secondary providers. It does not own what a provider checks
// (packages below authn), how a form travels (package modules), or sessions.
//
// Source of the rules: MediaWiki includes/auth/AuthManager.php and
// AuthenticationRequest.php.
package authn
