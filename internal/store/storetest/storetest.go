// Package storetest is the conformance suite of the stores: what the comments
// of the store interfaces promise, as tests that every engine passes.
//
// It owns the meaning of the contracts, not the engines: a test here may use
// only the interfaces. Each test runs with neighbouring rows present, and fails
// if it finds them changed at its end.
package storetest

import (
	"context"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/backup"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/username"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// Stores is one empty engine, seen through all interfaces.
type Stores struct {
	Accounts      account.Store
	Lifecycle     account.Lifecycle
	Directory     account.Directory
	BotPasswords  botpassword.Store
	Credentials   credential.Store
	SecondFactors twofactor.Store
	FactorKeys    twofactor.Census
	Sessions      session.Store
	Throttle      throttle.Store
	Flows         flow.Store
	Places        place.Store
	Handles       webauthn.Handles
	Audit         audit.Store
	Backups       backup.Store
	Generation    session.Generation
	// Reopen closes the engine and opens it again on the same data. It is nil
	// for an engine that keeps nothing.
	Reopen func(t *testing.T) Stores
}

// Run tests the engine that open makes. Each call of open gives a new, empty
// one; open arranges for it to be closed at the end of t.
func Run(t *testing.T, open func(t *testing.T) Stores) {
	groups := []struct {
		name  string
		tests []test
	}{
		{"Accounts", accountTests()},
		{"Lifecycle", lifecycleTests()},
		{"Directory", directoryTests()},
		{"Credentials", credentialTests()},
		{"SecondFactors", twoFactorTests()},
		{"BotPasswords", botPasswordTests()},
		{"BotLife", botLifeTests()},
		{"Sessions", sessionTests()},
		{"Owners", ownerTests()},
		{"Throttle", throttleTests()},
		{"Flows", flowTests()},
		{"Places", placeTests()},
		{"Handles", handleTests()},
		{"Audit", auditTests()},
		{"Backups", backupTests()},
		{"Generation", generationTests()},
		{"Common", commonTests()},
	}
	for _, g := range groups {
		t.Run(g.name, func(t *testing.T) {
			for _, c := range g.tests {
				t.Run(c.name, func(t *testing.T) {
					w := newWorld(t, open(t))
					c.run(w)
					w.checkNeighbours()
				})
			}
		})
	}
}

type test struct {
	name string
	run  func(w *world)
}

// world is an engine under test with some neighbours in it.
type world struct {
	*testing.T
	Stores
	ctx context.Context
	now time.Time

	neighbour        account.Account
	neighbourBot     botpassword.BotPassword
	neighbourSession session.Row
	neighbourBucket  throttle.Bucket
}

func newWorld(t *testing.T, s Stores) *world {
	w := &world{T: t, Stores: s, ctx: t.Context(), now: time.Date(2026, 3, 4, 5, 6, 7, 123456000, time.UTC)}
	w.neighbour = w.account("Neighbour")
	w.neighbourBot = w.bot(w.neighbour.ID, "app")
	w.neighbourSession = w.session("neighbour", session.KindBot, w.neighbour.ID, "app")
	w.neighbourSession.Expires = w.now.AddDate(100, 0, 0)
	w.must(w.Sessions.Put(w.ctx, w.neighbourSession))
	w.neighbourBucket = throttle.Bucket{Key: "neighbour", Limit: 1, Period: 200 * 365 * 24 * time.Hour}
	w.take(w.now, -1, w.neighbourBucket)
	return w
}

// checkNeighbours fails if the test has changed what was not its own.
func (w *world) checkNeighbours() {
	w.Helper()
	a, found, err := w.Accounts.ByID(w.ctx, w.neighbour.ID)
	w.must(err)
	if !found || !reflect.DeepEqual(a, w.neighbour) {
		w.Errorf("the neighbouring account is %+v, want %+v", a, w.neighbour)
	}
	r, o, found, err := w.Sessions.Get(w.ctx, w.neighbourSession.ID, w.now)
	w.must(err)
	if !found || !reflect.DeepEqual(r, w.neighbourSession) {
		w.Errorf("the neighbouring session is %+v, want %+v", r, w.neighbourSession)
	}
	if o.Bot == nil || o.Bot.Stamp != w.neighbourBot.Stamp {
		w.Errorf("the neighbouring bot password is %+v, want stamp %s", o.Bot, w.neighbourBot.Stamp)
	}
	w.take(w.now, 0, w.neighbourBucket)
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// refused demands an error of kind k.
func (w *world) refused(err error, k fail.Kind) {
	w.Helper()
	if !fail.Is(err, k) {
		w.Errorf("got error %v, want one of kind %v", err, k)
	}
}

func name(s string) username.Name { return username.FromStore(s) }

// hex32 is 32 hexadecimal digits that stand for s.
func hex32(s string) string { return session.HashID(s).String() }

// account creates an account that is called s.
func (w *world) account(s string, groups ...string) account.Account {
	w.Helper()
	a, err := w.Accounts.Create(w.ctx, account.New{
		Name: name(s), Groups: groups, Registered: w.now,
		PasswordHash: "hash of " + s, Token: secret.New(hex32(s)),
	})
	w.must(err)
	return a
}

// byID reads an account that must exist.
func (w *world) byID(id account.ID) account.Account {
	w.Helper()
	a, found, err := w.Accounts.ByID(w.ctx, id)
	w.must(err)
	if !found {
		w.Fatalf("account %d is gone", id)
	}
	return a
}

// bot creates a bot password.
func (w *world) bot(owner account.ID, app string) botpassword.BotPassword {
	w.Helper()
	b := botpassword.BotPassword{
		Owner: owner, App: app, Hash: "hash of " + app, Stamp: hex32(app),
		Grants: []string{"basic", "editpage"}, Restrictions: grant.Unrestricted(), Created: w.now,
	}
	w.must(w.BotPasswords.Create(w.ctx, b))
	return b
}

// session is a row that ends an hour after now. It is not stored yet.
func (w *world) session(id string, k session.Kind, owner account.ID, app string) session.Row {
	return session.Row{
		ID: session.HashID(id), Kind: k, Owner: owner, App: app,
		Created: w.now, Expires: w.now.Add(time.Hour), Data: []byte("sealed " + id),
	}
}

// put stores a session of a user.
func (w *world) put(id string, owner account.ID) session.Row {
	w.Helper()
	r := w.session(id, session.KindUser, owner, "")
	w.must(w.Sessions.Put(w.ctx, r))
	return r
}

// get demands that a session is there at now, or that it is not.
func (w *world) get(id session.ID, now time.Time, want bool) (session.Row, session.Owner) {
	w.Helper()
	r, o, found, err := w.Sessions.Get(w.ctx, id, now)
	w.must(err)
	if found != want {
		w.Errorf("Get at %v: found is %v, want %v", now.Sub(w.now), found, want)
	}
	return r, o
}

// take demands the outcome want of one Take.
func (w *world) take(now time.Time, want int, buckets ...throttle.Bucket) {
	w.Helper()
	got, err := w.Throttle.Take(w.ctx, buckets, now)
	w.must(err)
	if got != want {
		w.Errorf("Take at %v gave %d, want %d", now.Sub(w.now), got, want)
	}
}

// oneWins makes n calls at the same moment, of which exactly one may succeed.
func (w *world) oneWins(n int, what string, call func(i int) (won bool, err error)) {
	w.Helper()
	var winners atomic.Int32
	parallel(n, func(i int) {
		won, err := call(i)
		if err != nil {
			w.Error(err)
		} else if won {
			winners.Add(1)
		}
	})
	if winners.Load() != 1 {
		w.Errorf("%s: %d of %d calls have won, want 1", what, winners.Load(), n)
	}
}

// parallel runs f n times at once and returns when all have ended.
func parallel(n int, f func(i int)) {
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(n)
	for i := range n {
		done.Go(func() {
			ready.Done()
			<-start
			f(i)
		})
	}
	ready.Wait()
	close(start)
	done.Wait()
}

// oddTexts are names and app ids that a careless engine confuses or cuts. They
// are valid UTF-8 without NUL, which is what the domain lets through.
func oddTexts() []string {
	long := make([]byte, 255)
	for i := range long {
		long[i] = byte('a' + i%26)
	}
	return []string{
		"plain", "Plain", "PLAIN", "plain ", " plain", "plain\t", "plain\n", "plain'", `plain"`, "plain`",
		`plain\`, "plain%", "pl%n", "pl_in", "plain;--", "?", "$1", "1", "01", "1.0", "0x1", "NULL", "é", "e\u0301",
		"Straße", "Strasse", "ı", "I", "i", "İ", "Ǆ", "用户", "😀", "\u200f", "\u00ad", "\x01", "\x7f", "\U0010fffd",
		string(long), string(long[:254]),
	}
}
