// Package account owns users: canonical name, groups, lock, block, and the
// token behind remembered logins.
//
// It does not own passwords (package credential), bot passwords (package
// botpassword) or the meaning of groups (package grant).
package account

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

// ID identifies an account for good; a rename keeps it. 0 is nobody.
type ID int64

// Membership is one explicit group of an account. A zero Expires means that it
// does not end.
type Membership struct {
	Group   string
	Expires time.Time
}

// Block is a sitewide block of an account (MediaWiki: table ipblocks). It does
// not stop a login; it is shown by meta=userinfo. A zero Expires means that it
// does not end.
type Block struct {
	ID       int64
	By       string
	ByID     ID
	Reason   string
	Created  time.Time
	Expires  time.Time
	NoCreate bool // the blocked user may not create accounts
	Partial  bool
	AnonOnly bool
}

// Active reports whether the block holds at now.
func (b *Block) Active(now time.Time) bool {
	return b != nil && (b.Expires.IsZero() || now.Before(b.Expires))
}

// Account is one registered user.
type Account struct {
	ID             ID
	Name           username.Name
	RealName       string
	Email          string
	EmailConfirmed time.Time // zero: not confirmed
	Registered     time.Time
	EditCount      int64
	Groups         []Membership
	Locked         bool
	Block          *Block // nil: not blocked
	// SecondFactor says that a password alone does not log in (package twofactor
	// keeps it).
	SecondFactor bool
	// Token is 32 hexadecimal digits, what the Token cookie is derived from and the
	// stamp of every cookie session: replacing it ends them all (MediaWiki:
	// user_token).
	Token secret.Secret
}

// ExplicitGroups are the names of the groups that hold at now, in the order
// stored.
func (a *Account) ExplicitGroups(now time.Time) []string {
	var names []string
	for _, m := range a.Groups {
		if m.Expires.IsZero() || now.Before(m.Expires) {
			names = append(names, m.Group)
		}
	}
	return names
}

// New is what an account is made of. PasswordHash is in the syntax of package
// passhash; empty means that no password logs in.
type New struct {
	Name         username.Name
	RealName     string
	Email        string
	Groups       []string
	PasswordHash string
	Token        secret.Secret
	Registered   time.Time
	EditCount    int64 // of an account that comes from elsewhere
}

// Page asks for at most Limit accounts in the order of their names; a Limit of 0
// or less gives none.
type Page struct {
	From   string // first name, inclusive; empty: from the start
	Prefix string
	Limit  int
}

// Store keeps accounts. Names are valid UTF-8 without NUL. Implementations are
// safe for concurrent use, and each method is atomic; a context that is over is
// fail.Unavailable, wrapping the context's error. A change is visible to every read that starts after the
// method has returned, in this process and in others on the same data.
// Methods that take an id of no account return a fail.NotFound error. Events are
// kept together with the change that they record, or not at all (audit.Store).
type Store interface {
	// Create writes an account and gives its id. A taken name is a
	// fail.Conflict error; of parallel callers with one name exactly one wins.
	// Events without an account get the id.
	Create(ctx context.Context, n New, events ...audit.Event) (Account, error)
	// ByName finds by canonical name. found is false when there is none.
	ByName(ctx context.Context, n username.Name) (a Account, found bool, err error)
	// ByID finds by id. found is false when there is none.
	ByID(ctx context.Context, id ID) (a Account, found bool, err error)
	// List gives up to p.Limit accounts ordered by the bytes of their names.
	List(ctx context.Context, p Page) ([]Account, error)
	// SetGroups replaces the explicit groups. A group that stands there twice is
	// fail.Invalid.
	SetGroups(ctx context.Context, id ID, groups []Membership, events ...audit.Event) error
	// SetLocked locks or unlocks. A locked account has no session. Either way
	// all its sessions and remembered logins end for good: the token becomes
	// another random one, and so does the stamp of each bot password.
	SetLocked(ctx context.Context, id ID, locked bool, events ...audit.Event) error
	// SetBlock sets the block and gives the stored one an id (b is not changed);
	// nil removes it.
	SetBlock(ctx context.Context, id ID, b *Block, events ...audit.Event) error
	// SetToken replaces Token, which ends all cookie sessions and remembered
	// logins.
	SetToken(ctx context.Context, id ID, token secret.Secret, events ...audit.Event) error
}
