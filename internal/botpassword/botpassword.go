// Package botpassword owns bot passwords: app ids, generated secrets, grants,
// address restrictions, and the check of a login with one.
//
// It does not own the session that a login leads to (package session) or the
// meaning of grants (package grant).
//
// Source of the rules: MediaWiki includes/user/BotPassword.php and
// includes/user/BotPasswordStore.php.
package botpassword

import (
	"context"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/username"
)

// MaxAppID is the longest app id in bytes.
const MaxAppID = 32

// BotPassword is one stored bot password.
type BotPassword struct {
	Owner account.ID
	App   string // trimmed, 1 to MaxAppID bytes, compared by bytes
	// Hash is in the syntax of package passhash. Empty is the invalid marker:
	// the secret must be reset before it can be used again.
	Hash string
	// Stamp is 32 hexadecimal digits, new with every change of the row; a
	// session remembers it and ends when it differs (MediaWiki: bp_token).
	Stamp        string
	Grants       []string
	Restrictions grant.Restrictions
	Created      time.Time
	Expires      time.Time // zero: never
	Former       Former
	// Used is when it was last used, and from where. Only Store.List and
	// Store.NoteUses know it.
	Used Use
}

// Former is the secret from before a rotation, which is good until Ends beside
// the new one. Sessions that logged in with it carry its Stamp and end with it.
// The zero value is none.
type Former struct {
	Hash, Stamp string
	Ends        time.Time
}

// Good reports whether the former secret can still be used at now.
func (f Former) Good(now time.Time) bool { return f.Hash != "" && now.Before(f.Ends) }

// Use is that a bot password was used, by a login or by a request of one of its
// sessions. The zero value is never.
type Use struct {
	At      time.Time
	Address netip.Addr
}

// Noted is a use with the bot password that was used.
type Noted struct {
	Owner account.ID
	App   string
	Use
}

// Found is what a login needs to know, read in one step.
type Found struct {
	OwnerFound  bool
	Owner       account.ID
	OwnerName   username.Name
	OwnerLocked bool
	AppFound    bool
	BotPassword // valid when AppFound
}

// Store keeps bot passwords. Implementations are safe for concurrent use, and
// each method is atomic. A change is visible to every read that starts after
// the method has returned, in this process and in others on the same data.
// Events are kept together with the change that they record, or not at all
// (audit.Store).
type Store interface {
	// Find reads owner and bot password by canonical name and app id in one
	// consistent read. A missing owner or app id is no error.
	Find(ctx context.Context, owner username.Name, app string) (Found, error)
	// Create adds a bot password. One with that owner and app id is a
	// fail.Conflict error; an owner that does not exist is fail.NotFound.
	Create(ctx context.Context, b BotPassword, events ...audit.Event) error
	// Update replaces the row of b.Owner and b.App if its stamp still is was, so
	// that no change is lost. Another stamp is a fail.Conflict error, no row is
	// fail.NotFound. b.Used is not looked at.
	Update(ctx context.Context, was string, b BotPassword, events ...audit.Event) error
	// UpgradeHash replaces the hash, or the former one, if it still is old
	// and not empty; otherwise it does nothing. It does not change the stamp.
	UpgradeHash(ctx context.Context, owner account.ID, app, old, hash string) error
	// Delete removes the row. deleted is false when there was none.
	Delete(ctx context.Context, owner account.ID, app string, events ...audit.Event) (deleted bool, err error)
	// NoteUses keeps for each bot password its last use, if that is later than
	// the one that is kept, and than the bot password itself. Uses of missing ones
	// are forgotten. It is no change that sessions depend on.
	NoteUses(ctx context.Context, uses []Noted) error
	// List gives the bot passwords of owner, or of everybody when owner is 0,
	// ordered by owner and app id.
	List(ctx context.Context, owner account.ID) ([]BotPassword, error)
}
