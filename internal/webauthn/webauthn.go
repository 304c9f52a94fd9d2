// Package webauthn owns security keys and passkeys (Web Authentication, W3C):
// the options that a browser is asked with, the challenges in them, and the
// checks of what an authenticator answers.
//
// Challenges are made, not stored: one tells by itself who made it, when, for
// which session, account and purpose. Only one that was answered rightly is
// remembered, until it would have expired, so that it is answered once.
//
// The package does not own where devices are kept (package twofactor), when a
// login asks for one, nor limits of attempts.
package webauthn

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Life is how long a challenge may be answered (OATHAuth:
// src/WebAuthnAuthenticator.php).
const Life = 5 * time.Minute

// Site is who asks: the relying party. Devices belong to ID for good.
type Site struct {
	ID      string   // a host name, which all origins end in
	Name    string   // for people
	Origins []string // of pages that may ask, such as https://wiki.example
}

// Handles keeps the user handles of accounts: what an authenticator knows an
// account by (Web Authentication Level 3, 5.4.3). Implementations are safe for
// concurrent use.
type Handles interface {
	// Handle gives the handle of an account.
	Handle(ctx context.Context, id account.ID) (handle []byte, found bool, err error)
	// Keep gives an account a handle unless it has one, and tells which it has
	// afterwards. An id of no account is fail.NotFound, and a handle that is
	// another account's fail.Conflict.
	Keep(ctx context.Context, id account.ID, handle []byte) (kept []byte, err error)
	// Owner finds the account that a handle is of.
	Owner(ctx context.Context, handle []byte) (id account.ID, found bool, err error)
}

// Claims remembers what was used; see flow.Store.
type Claims interface {
	Claim(ctx context.Context, id flow.ID, expires, now time.Time) (first bool, err error)
}

// Service makes options and checks answers. It is safe for concurrent use.
type Service struct {
	Site    Site
	Factors *twofactor.Service
	Handles Handles
	Claims  Claims
	Ring    *keyring.Ring
	Clock   clock.Clock
}

// Outcome is how an answer was judged.
type Outcome struct {
	Refusal Refusal // empty: it is right
	// Token is the account's new one, which a new device comes with: sessions and
	// remembered logins from before have ended.
	Token secret.Secret
}

// Passed reports whether the answer is right.
func (o Outcome) Passed() bool { return o.Refusal == "" }

// Refusal says why an answer is not right. The words are for operators; clients
// are told that it failed and no more.
type Refusal string

// The refusals.
const (
	Unreadable       Refusal = "unreadable"        // no credential in JSON
	UnknownChallenge Refusal = "unknown-challenge" // not this server's, or not for this session, account or purpose
	ExpiredChallenge Refusal = "expired-challenge"
	UsedChallenge    Refusal = "used-challenge"
	ForeignOrigin    Refusal = "foreign-origin"
	ForeignSite      Refusal = "foreign-site" // another relying party
	UnknownDevice    Refusal = "unknown-device"
	UnverifiedUser   Refusal = "unverified-user" // no PIN or biometry where one is needed
	Invalid          Refusal = "invalid"         // signature or form
	Cloned           Refusal = "cloned"          // the counter did not go up
	Registered       Refusal = "registered"      // the account has the device
	TooMany          Refusal = "too-many"        // devices of all methods
	Moved            Refusal = "moved"           // something else changed meanwhile
)

func refused(r Refusal) Outcome { return Outcome{Refusal: r} }
