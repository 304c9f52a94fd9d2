package session

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
)

// ID is how a session is stored: the SHA-256 of the value in the cookie, so
// that a stolen table opens nothing.
type ID [sha256.Size]byte

// HashID is the stored id for a cookie's value.
func HashID(value string) ID { return sha256.Sum256([]byte(value)) }

// String is the first half of the id in hexadecimal digits, enough to name a
// session to an operator.
func (id ID) String() string { return hex.EncodeToString(id[:16]) }

// Kind is the sort of a session, which decides the cookie it lives in.
type Kind uint8

// The kinds. Values are stored: do not reorder or remove.
const (
	KindAnonymous Kind = iota // cookie P_session, nobody; never stored
	KindUser                  // cookie P_session, a main account
	KindBot                   // cookie P_BPsession, a bot password
	KindSpent                 // an anonymous session that a login has used up
)

// String is the kind's name, as shown and logged.
func (k Kind) String() string {
	switch k {
	case KindAnonymous:
		return "anonymous"
	case KindUser:
		return "user"
	case KindBot:
		return "bot"
	case KindSpent:
		return "spent"
	}
	return "unknown"
}

// Row is a stored session. Data is sealed by the Manager and means nothing to
// a store.
type Row struct {
	ID      ID
	Kind    Kind
	Owner   account.ID
	App     string // app id of a bot session
	Created time.Time
	Expires time.Time // zero: never
	Data    []byte
}

// Owner is the state that a session depends on, as it was when the row was
// read.
type Owner struct {
	Found  bool
	Name   string // canonical
	Token  string // account.Account.Token
	Locked bool
	// Bot is nil unless the row is of KindBot and its bot password exists.
	Bot *BotState
}

// BotState is the state of the bot password behind a session.
type BotState struct {
	Stamp        string
	Grants       []string
	Restrictions grant.Restrictions
	Expires      time.Time
	// FormerStamp is that of the secret before a rotation, which is good until
	// FormerEnds; empty: there is none.
	FormerStamp string
	FormerEnds  time.Time
}

// Holds reports whether a session that logged in with stamp lives on at now.
func (b *BotState) Holds(stamp string, now time.Time) bool {
	if secret.EqualText(b.Stamp, stamp) {
		return true
	}
	return b.FormerStamp != "" && now.Before(b.FormerEnds) && secret.EqualText(b.FormerStamp, stamp)
}

// Filter selects rows; zero fields select all, and a Limit of 0 sets none.
type Filter struct {
	Owner account.ID
	App   string
	Limit int
}

// Store keeps the sessions of registered users. Implementations are safe for
// concurrent use, and each method is atomic. A change is visible to every read
// that starts after the method has returned. Events are kept together with the
// change that they record, or not at all (audit.Store).
type Store interface {
	// Get reads a row that has not expired at now, and the state of its owner
	// at the same moment. found is false when there is none.
	Get(ctx context.Context, id ID, now time.Time) (r Row, o Owner, found bool, err error)
	// Put inserts the row or replaces the one with its id.
	Put(ctx context.Context, r Row, events ...audit.Event) error
	// Update replaces the row if it exists, expired or not; it never brings a
	// deleted session back. found is false when there was none.
	Update(ctx context.Context, r Row) (found bool, err error)
	// Rotate inserts next and removes old (which need not exist) in one step.
	// Rows in spent are inserted as well.
	Rotate(ctx context.Context, old ID, next Row, spent []Row, events ...audit.Event) error
	// Delete removes the row. deleted is false when there was none.
	Delete(ctx context.Context, id ID, events ...audit.Event) (deleted bool, err error)
	// DeleteOwner removes the sessions of an account, or only those of one app
	// id when app is not empty, and says how many there were. Spent rows belong
	// to nobody and stay; owner 0 removes nothing. Events get the number as
	// Count.
	DeleteOwner(ctx context.Context, owner account.ID, app string, events ...audit.Event) (int, error)
	// List gives rows that have not expired at now, newest first.
	List(ctx context.Context, f Filter, now time.Time) ([]Row, error)
	// Sweep removes at most limit rows that have expired at now.
	Sweep(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

// Generation tells a cache whether accounts, bot passwords or sessions have
// been changed behind its back. Implementations are safe for concurrent use
// and cost nanoseconds.
type Generation interface {
	// Current returns the number of the present generation. stable is false
	// while a change is under way: then nothing cached may be used or added.
	Current() (n uint64, stable bool)
}
