// Package memory is the store that forgets: the fake for tests of everything
// above the stores, and the store of the test double.
//
// It keeps the promises of the store interfaces (it passes package storetest)
// with one mutex and plain maps. It owns no speed, no size limit and no
// durability, and should hold no more than some thousand rows.
package memory

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Store holds everything. Its views share one lock, so that a read through
// one of them sees the changes made through the others.
type Store struct {
	generation atomic.Uint64

	mu        sync.Mutex
	accounts  map[account.ID]*person
	names     map[string]account.ID
	lastID    account.ID
	lastBlock int64
	bots      map[botKey]botpassword.BotPassword
	sessions  map[session.ID]session.Row
	counters  map[string]counter
	waiting   map[flow.ID]waiting
	places    map[placeKey]time.Time // of their last use
	trail     []audit.Row
	head      audit.Head
	sink      audit.Sink
}

// person is an account with its password and second factors.
type person struct {
	account.Account
	hash          string
	handle        []byte // of WebAuthn; nil: none
	temporary     string // a hash
	temporaryMade time.Time
	devices       []twofactor.Device
	codes         []twofactor.CodeHash
	counter       int64 // the highest that a TOTP code was taken for
}

type botKey struct {
	owner account.ID
	app   string
}

type counter struct {
	count int
	ends  time.Time
}

// New returns an empty store. Its sink, if any, gets the rows of the audit
// trail, under the lock of the store.
func New(sinks ...audit.Sink) *Store {
	return &Store{
		sink: func(rows []audit.Row) {
			for _, sink := range sinks {
				sink(rows)
			}
		},
		accounts: map[account.ID]*person{},
		names:    map[string]account.ID{},
		bots:     map[botKey]botpassword.BotPassword{},
		sessions: map[session.ID]session.Row{},
		counters: map[string]counter{},
		waiting:  map[flow.ID]waiting{},
		places:   map[placeKey]time.Time{},
	}
}

// Accounts is the view for package account.
func (s *Store) Accounts() account.Store { return accounts{s} }

// Lifecycle is the view for what changes more than one row of an account.
func (s *Store) Lifecycle() account.Lifecycle { return lifecycle{s} }

// Directory is the view for lists of accounts.
func (s *Store) Directory() account.Directory { return directory{s} }

// BotPasswords is the view for package botpassword.
func (s *Store) BotPasswords() botpassword.Store { return botPasswords{s} }

// Credentials is the view for package credential.
func (s *Store) Credentials() credential.Store { return credentials{s} }

// Sessions is the view for package session.
func (s *Store) Sessions() session.Store { return sessions{s} }

// Throttle is the view for package throttle.
func (s *Store) Throttle() throttle.Store { return counters{s} }

// Flows is the view for package flow.
func (s *Store) Flows() flow.Store { return flows{s} }

// Places is the view for package place.
func (s *Store) Places() place.Store { return places{s} }

// Audit is the view for package audit. Its head is not sealed.
func (s *Store) Audit() audit.Store { return trail{s} }

// Generation is a counter of the changes that a session cache must notice. It
// is always stable: a change and its count happen under the lock that every
// read takes.
func (s *Store) Generation() session.Generation { return generation{s} }

// Health has nothing that could fail but ctx.
func (s *Store) Health(ctx context.Context) error { return ended(ctx) }

// Close does nothing; the store is forgotten with its last reference.
func (s *Store) Close() error { return nil }

type generation struct{ *Store }

// Current implements session.Generation.
func (g generation) Current() (n uint64, stable bool) { return g.generation.Load(), true }

// changed begins the next generation. The caller holds the lock and has made
// its change.
func (s *Store) changed() { s.generation.Add(1) }

// ended is the error of an operation whose context was over before it began.
func ended(ctx context.Context) error {
	return fail.Wrap(fail.Unavailable, ctx.Err(), "the request ended before the store took it up")
}
