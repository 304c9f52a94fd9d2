// Package credential owns the password of a main account: the stored row, the
// check of a presented password, its change, and temporary passwords.
//
// It does not own the hash formats (package passhash), what makes a password
// good enough (package policy), bot passwords (package
// botpassword), or what follows a right password (packages session and authn).
package credential

import (
	"context"
	"strconv"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

// Row is the stored password of an account, with the account as it is at that
// moment: a login reads no more than this. A session that begins with the
// account's token ends when the password is replaced, or the account locked,
// while the password is being checked.
type Row struct {
	Account account.Account
	Hash    string // package passhash; empty: no password logs in
	// Temporary is the hash of a temporary password, which logs in for a limited
	// time beside the real one; empty: there is none.
	Temporary     string
	TemporaryMade time.Time
}

// Replacement is a new password of an account, with all that changes at the
// same moment so that nobody stays who knew the old one.
type Replacement struct {
	Account account.ID
	Hash    string // empty: no password logs in
	// Temporary and TemporaryMade replace what was there; empty removes it.
	Temporary     string
	TemporaryMade time.Time
	Token         secret.Secret // the account's new one: ends cookie sessions and remembered logins
	// Expected is the token that the account must have still; zero: any.
	Expected secret.Secret
	Stamp    string // of all its bot passwords: ends their sessions
}

// hash is the stored hash in the syntax of package passhash. Very old rows of
// a MediaWiki hold nothing but 32 digits: MD5 with the id of the user as salt
// (MediaWiki: LocalPasswordPrimaryAuthenticationProvider).
func (r Row) hash() string {
	if len(r.Hash) != 32 || strings.Trim(r.Hash, "0123456789abcdef") != "" {
		return r.Hash
	}
	return ":B:" + strconv.FormatInt(int64(r.Account.ID), 10) + ":" + r.Hash
}

// Store keeps password rows. Implementations are safe for concurrent use, and
// each method is atomic.
type Store interface {
	// Password reads by canonical name. found is false for an unknown name.
	Password(ctx context.Context, n username.Name) (r Row, found bool, err error)
	// Replace sets a new password, and invalidates the secret of each bot
	// password of the account: they must be reset (MediaWiki:
	// BotPassword::invalidateAllPasswordsForUser). An unknown id is
	// fail.NotFound, and another token than r.Expected fail.Conflict. The events
	// are kept with it.
	Replace(ctx context.Context, r Replacement, events ...audit.Event) error
	// SetTemporary replaces the temporary password alone; an empty hash removes
	// it. An unknown id is fail.NotFound. The events are kept with it.
	SetTemporary(ctx context.Context, id account.ID, hash string, made time.Time, events ...audit.Event) error
	// UpgradePassword replaces the hash if it still is old; otherwise it does
	// nothing.
	UpgradePassword(ctx context.Context, id account.ID, old, hash string) error
}
