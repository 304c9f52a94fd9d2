// Package credential owns the password of a main account: the stored row and
// the check of a presented password.
//
// It does not own the hash formats (package passhash), bot passwords (package
// botpassword), or what follows a right password (packages session and authn).
package credential

import (
	"context"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/username"
)

// Row is the stored password of an account.
type Row struct {
	Account account.ID
	Name    username.Name
	Hash    string // package passhash; empty: no password logs in
	Locked  bool
}

// hash is the stored hash in the syntax of package passhash. Very old rows of
// a MediaWiki hold nothing but 32 digits: MD5 with the id of the user as salt
// (MediaWiki: LocalPasswordPrimaryAuthenticationProvider).
func (r Row) hash() string {
	if len(r.Hash) != 32 || strings.Trim(r.Hash, "0123456789abcdef") != "" {
		return r.Hash
	}
	return ":B:" + strconv.FormatInt(int64(r.Account), 10) + ":" + r.Hash
}

// Store keeps password rows. Implementations are safe for concurrent use, and
// each method is atomic.
type Store interface {
	// Password reads by canonical name. found is false for an unknown name.
	Password(ctx context.Context, n username.Name) (r Row, found bool, err error)
	// SetPassword replaces the hash and keeps the events with it. An unknown id
	// is fail.NotFound.
	SetPassword(ctx context.Context, id account.ID, hash string, events ...audit.Event) error
	// UpgradePassword replaces the hash if it still is old; otherwise it does
	// nothing.
	UpgradePassword(ctx context.Context, id account.ID, old, hash string) error
}
