package authn_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/username"
)

var (
	start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	home  = netip.MustParseAddr("192.0.2.1")
)

// world is a machine of fake providers before a real store of sessions and
// flows, with the account Alice.
type world struct {
	*testing.T
	store    *memory.Store
	flows    *watchedFlows
	clock    *clock.Settable
	sessions *session.Manager
	accounts *account.Service
	alice    account.Account
	names    *username.Rules
	ring     *keyring.Ring
	calls    []string // of providers: "id verb"
	machine  *authn.Machine
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, store: memory.New(), clock: clock.NewSettable(start), names: username.NewRules("Wiki", nil)}
	w.flows = &watchedFlows{Store: w.store.Flows()}
	var err error
	w.ring, err = keyring.New(start)
	w.must(err)
	w.sessions, err = session.NewManager(session.Config{
		Cookies:  session.CookieConfig{Prefix: "w", Path: "/", SameSite: "Lax"},
		Lifetime: time.Hour, LoginCookies: 30 * 24 * time.Hour, Remember: 180 * 24 * time.Hour, BotPasswords: true,
	}, session.Deps{
		Store: w.store.Sessions(), Generation: w.store.Generation(), Accounts: w.store.Accounts(),
		Ring: w.ring, Log: slog.New(slog.DiscardHandler),
	})
	w.must(err)
	w.accounts = &account.Service{Store: w.store.Accounts(), Life: w.store.Lifecycle(), Names: w.names, Clock: w.clock}
	w.alice, err = w.store.Accounts().Create(t.Context(), account.New{Name: username.FromStore("Alice"), Token: secret.New(secret.Hex32()), Registered: start})
	w.must(err)
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// use makes the machine of these providers.
func (w *world) use(pre, primary, secondary []*fake) *authn.Machine {
	w.Helper()
	m, err := w.build(pre, primary, secondary)
	w.must(err)
	w.machine = m
	return m
}

func (w *world) build(pre, primary, secondary []*fake) (*authn.Machine, error) {
	c := authn.Config{
		Flows:    &flow.Keeper{Store: w.flows, Sealer: w.ring},
		Accounts: w.store.Accounts(), Names: w.names, Remember: 180 * 24 * time.Hour, Fresh: time.Hour,
	}
	for _, f := range slices.Concat(pre, primary, secondary) {
		f.calls = &w.calls
	}
	for _, f := range pre {
		c.Pre = append(c.Pre, f)
	}
	for _, f := range primary {
		c.Primary = append(c.Primary, f)
	}
	for _, f := range secondary {
		c.Secondary = append(c.Secondary, f)
	}
	return authn.New(c)
}

// called takes the calls of providers since the last time.
func (w *world) called() string {
	calls := strings.Join(w.calls, ", ")
	w.calls = nil
	return calls
}

// wasCalled demands them.
func (w *world) wasCalled(want string) {
	w.Helper()
	if got := w.called(); got != want {
		w.Errorf("called:\n got %s\nwant %s", got, want)
	}
}

// move is what a fake provider does when it is asked.
type move func(a *authn.Attempt) (authn.Response, error)

// fake is a provider of every kind, whose moves a test gives. Without one it
// abstains, or lets pass.
type fake struct {
	id             string
	calls          *[]string
	requests, asks []authn.Request
	test           move
	begin, step    move
	finish         func(r authn.Response) error
}

func (f *fake) ID() string { return f.id }

func (f *fake) Requests(context.Context, *authn.Form) ([]authn.Request, error) {
	return f.requests, nil
}

func (f *fake) Test(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	return f.play("test", f.test, a, authn.Pass)
}

func (f *fake) Begin(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	return f.play("begin", f.begin, a, authn.Abstain)
}

func (f *fake) Continue(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	return f.play("continue", f.step, a, authn.Abstain)
}

func (f *fake) Asks(context.Context, *authn.Attempt) ([]authn.Request, error) { return f.asks, nil }

func (f *fake) Finished(_ context.Context, _ *authn.Attempt, r authn.Response) error {
	if f.finish == nil {
		return nil
	}
	*f.calls = append(*f.calls, f.id+" finished "+r.Status.String())
	return f.finish(r)
}

func (f *fake) play(verb string, m move, a *authn.Attempt, without authn.Status) (authn.Response, error) {
	*f.calls = append(*f.calls, f.id+" "+verb)
	if m == nil {
		return authn.Response{Status: without}, nil
	}
	return m(a)
}

// in turn gives one move after the other, the last one for ever.
func inTurn(moves ...move) move {
	next := 0
	return func(a *authn.Attempt) (authn.Response, error) {
		m := moves[next]
		next = min(next+1, len(moves)-1)
		return m(a)
	}
}

func says(s authn.Status, key string) move {
	return func(*authn.Attempt) (authn.Response, error) {
		return authn.Response{Status: s, Message: message.New(key)}, nil
	}
}

func fails(err error) move {
	return func(*authn.Attempt) (authn.Response, error) { return authn.Response{}, err }
}

// proves passes with an account.
func proves(a account.Account) move {
	return func(*authn.Attempt) (authn.Response, error) {
		return authn.Response{Status: authn.Pass, Account: a}, nil
	}
}

// text is a request with one field of text.
func text(id, field string) authn.Request {
	return authn.Request{ID: id, Required: authn.Demanded, Fields: []authn.Field{{Name: field, Type: authn.FieldString}}}
}

// client is who logs in, with a jar of cookies.
type client struct {
	*world
	jar map[string]string
}

func (w *world) client() *client { return &client{w, map[string]string{}} }

// call makes a request with the client's session.
func (c *client) call(do func(in authn.Input)) {
	c.Helper()
	var cookies []string
	for name, value := range c.jar {
		cookies = append(cookies, name+"="+value)
	}
	var s session.Session
	c.must(c.sessions.Open(c.Context(), session.Input{Cookies: []string{strings.Join(cookies, "; ")}, Address: home, Now: c.clock.Now()}, &s))
	c.must(s.PrepareLogin(c.Context()))
	do(authn.Input{Session: &s, Address: home, Now: c.clock.Now()})
	h := http.Header{}
	s.WriteCookies(h)
	for _, cookie := range (&http.Response{Header: h}).Cookies() {
		c.jar[cookie.Name] = cookie.Value
		if cookie.Value == "" || cookie.MaxAge < 0 || !cookie.Expires.IsZero() && cookie.Expires.Before(c.clock.Now()) {
			delete(c.jar, cookie.Name)
		}
	}
}

// begin begins a login with the fields of its form.
func (c *client) begin(fields authn.Given) (r authn.Response, err error) {
	c.Helper()
	c.call(func(in authn.Input) {
		forms, formErr := c.machine.Forms(c.Context(), &authn.Form{Action: authn.ActionLogin, Session: in.Session, Now: in.Now})
		c.must(formErr)
		in.Answers, in.ReturnURL = authn.Load(forms, fields), "https://wiki.test/back"
		r, err = c.machine.Begin(c.Context(), in)
	})
	return r, err
}

// goOn takes the next step; found is false when no login waits.
func (c *client) goOn(fields authn.Given) (r authn.Response, found bool, err error) {
	c.Helper()
	c.call(func(in authn.Input) {
		var w *authn.Waiting
		if w, err = c.machine.Resume(c.Context(), in); w == nil || err != nil {
			return
		}
		found = true
		r, err = w.Continue(c.Context(), authn.Load(w.Requests(), fields))
	})
	return r, found, err
}

// begins demands how a login begins.
func (c *client) begins(fields authn.Given, want authn.Status) authn.Response {
	c.Helper()
	r, err := c.begin(fields)
	if err != nil || r.Status != want {
		c.Fatalf("begin with %v: %v, %v; want %v", fields, r, err, want)
	}
	return r
}

// goesOn demands how a waiting login goes on.
func (c *client) goesOn(fields authn.Given, want authn.Status) authn.Response {
	c.Helper()
	r, found, err := c.goOn(fields)
	if err != nil || !found || r.Status != want {
		c.Fatalf("continue with %v: %v, %v, %v; want %v", fields, r, found, err, want)
	}
	return r
}

// waits reports whether a login waits for the client, by what its form shows.
func (c *client) waits() (requests []authn.Request) {
	c.Helper()
	c.call(func(in authn.Input) {
		var err error
		requests, err = c.machine.Forms(c.Context(), &authn.Form{Action: authn.ActionLoginContinue, Session: in.Session, Address: home, Now: in.Now})
		c.must(err)
	})
	return requests
}

// nothingWaits demands that no login can be continued.
func (c *client) nothingWaits() {
	c.Helper()
	if requests := c.waits(); len(requests) > 0 {
		c.Errorf("still asked: %+v", requests)
	}
	if r, found, err := c.goOn(nil); found || err != nil {
		c.Errorf("a login goes on: %v, %v", r, err)
	}
}

// is demands whose session it is.
func (c *client) is(name string) {
	c.Helper()
	c.call(func(in authn.Input) {
		if got := in.Session.User().Name; got != name {
			c.Errorf("the session is that of %q, want %q", got, name)
		}
	})
}

// botSession is a client with a session of a bot password of Alice.
func (w *world) botSession() *client {
	w.Helper()
	c := w.client()
	bot := botpassword.BotPassword{
		Owner: w.alice.ID, App: "tool", Hash: ":x:", Stamp: secret.Hex32(), Restrictions: grant.Unrestricted(), Created: start,
	}
	w.must(w.store.BotPasswords().Create(w.Context(), bot))
	c.call(func(in authn.Input) {
		w.must(in.Session.LoginBot(w.Context(), session.BotLogin{Owner: w.alice.ID, Name: "Alice", App: "tool", Stamp: bot.Stamp}))
	})
	c.is("Alice")
	return c
}
