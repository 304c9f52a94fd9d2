package session_test

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/token"
	"github.com/wikigate/wikigate/internal/username"
)

var (
	start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	home  = netip.MustParseAddr("192.0.2.1")
)

// world is a session manager over a memory store, with two accounts and a bot
// password.
type world struct {
	*testing.T
	store   *memory.Store
	clock   *clock.Settable
	manager *session.Manager
	alice   account.Account
	bob     account.Account
	bot     botpassword.BotPassword
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, func(*session.Deps) {})
}

// newWorldWith is newWorld with other dependencies.
func newWorldWith(t *testing.T, change func(*session.Deps)) *world {
	t.Helper()
	w := &world{T: t, store: memory.New(), clock: clock.NewSettable(start)}
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	deps := session.Deps{
		Store: w.store.Sessions(), Generation: w.store.Generation(), Accounts: w.store.Accounts(),
		Ring: ring, Log: slog.New(slog.DiscardHandler),
	}
	change(&deps)
	w.manager, err = session.NewManager(session.Config{
		Cookies:  session.CookieConfig{Prefix: "w", Path: "/", SameSite: "Lax"},
		Lifetime: time.Hour, LoginCookies: 30 * 24 * time.Hour, Remember: 180 * 24 * time.Hour,
		BotPasswords: true, Cache: true,
	}, deps)
	if err != nil {
		t.Fatal(err)
	}
	w.alice, w.bob = w.account("Alice"), w.account("Bob Ünïcode")
	w.bot = botpassword.BotPassword{
		Owner: w.alice.ID, App: "tool", Hash: ":x:", Stamp: secret.Hex32(), Grants: []string{"basic"},
		Restrictions: grant.Unrestricted(), Created: start,
	}
	if err := w.store.BotPasswords().Create(t.Context(), w.bot); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) account(name string) account.Account {
	w.Helper()
	a, err := w.store.Accounts().Create(w.Context(), account.New{
		Name: username.FromStore(name), Token: secret.New(secret.Hex32()), Registered: start,
	})
	if err != nil {
		w.Fatal(err)
	}
	return a
}

// jar holds cookies by name, as a client does.
type jar map[string]string

func (j jar) header() []string {
	var pairs []string
	for name, value := range j {
		pairs = append(pairs, name+"="+value)
	}
	return []string{strings.Join(pairs, "; ")}
}

func (j jar) with(name, value string) jar {
	c := jar{}
	for k, v := range j {
		c[k] = v
	}
	if value == "" {
		delete(c, name)
	} else {
		c[name] = value
	}
	return c
}

// answer is what one request left behind.
type answer struct {
	*session.Session
	set jar // cookies by name; "-" when deleted
}

// request opens a session, does what act says and takes the cookies over into
// the jar.
func (w *world) request(j jar, act func(ctx context.Context, s *session.Session)) answer {
	w.Helper()
	return w.from(home, j, act)
}

func (w *world) from(address netip.Addr, j jar, act func(ctx context.Context, s *session.Session)) answer {
	w.Helper()
	ctx := w.Context()
	s := &session.Session{}
	in := session.Input{Cookies: j.header(), Address: address, Now: w.clock.Now()}
	if err := w.manager.Open(ctx, in, s); err != nil {
		w.Fatal(err)
	}
	if act != nil {
		act(ctx, s)
	}
	if err := s.Commit(ctx); err != nil {
		w.Fatal(err)
	}
	h := http.Header{}
	s.WriteCookies(h)
	a := answer{Session: s, set: jar{}}
	for _, c := range (&http.Response{Header: h}).Cookies() {
		if _, twice := a.set[c.Name]; twice {
			w.Errorf("cookie %s is set twice", c.Name)
		}
		if c.MaxAge < 0 {
			a.set[c.Name] = "-"
			delete(j, c.Name)
			continue
		}
		a.set[c.Name] = c.Value
		if j != nil {
			j[c.Name] = c.Value
		}
	}
	return a
}

func (w *world) loginUser(j jar, a account.Account, remember bool) answer {
	w.Helper()
	return w.request(j, func(ctx context.Context, s *session.Session) {
		if err := s.PrepareLogin(ctx); err != nil {
			w.Fatal(err)
		}
		if err := s.LoginUser(ctx, session.UserLogin{Account: a, Remember: remember}); err != nil {
			w.Fatal(err)
		}
	})
}

func (w *world) loginBot(j jar) answer {
	w.Helper()
	return w.request(j, func(ctx context.Context, s *session.Session) {
		if err := s.LoginBot(ctx, session.BotLogin{Owner: w.alice.ID, Name: "Alice", App: "tool", Stamp: w.bot.Stamp}); err != nil {
			w.Fatal(err)
		}
	})
}

// who is the user of a request with these cookies.
func (w *world) who(j jar) string {
	w.Helper()
	return w.request(j, nil).User().Name
}

func handOut(t token.Secret) func(context.Context, *session.Session) {
	return func(_ context.Context, s *session.Session) { s.HandOut(t) }
}

func names(j jar) string {
	var list []string
	for _, n := range []string{"w_session", "wUserID", "wUserName", "wToken", "w_BPsession"} {
		if v, ok := j[n]; ok {
			mark := "+"
			if v == "-" {
				mark = "-"
			}
			list = append(list, mark+strings.TrimPrefix(n, "w"))
		}
	}
	return strings.Join(list, " ")
}

func TestAnonymousSessionLivesInItsCookie(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	if a := w.request(j, nil); len(a.set) != 0 || a.Persisted() {
		t.Errorf("a plain request sets %v", a.set)
	}
	first := w.request(j, handOut(token.SecretLogin))
	if names(first.set) != "+_session" || len(j["w_session"]) < 32 || strings.Trim(j["w_session"], "0123456789abcdefghijklmnopqrstuv") != "" {
		t.Fatalf("cookies %v", first.set)
	}
	if first.HadSecret(token.SecretLogin) != true || first.User() != (session.User{}) {
		t.Error("the session is not anonymous with a login secret")
	}
	again := w.request(j, nil)
	if len(again.set) != 0 || !again.HadSecret(token.SecretLogin) || again.HadSecret(token.SecretCreateAccount) {
		t.Errorf("second request: cookies %v", again.set)
	}
	if string(again.Binding().Value) != string(first.Binding().Value) {
		t.Error("the session has another id now")
	}
	rows, err := w.store.Sessions().List(t.Context(), session.Filter{}, start)
	if err != nil || len(rows) != 0 {
		t.Errorf("an anonymous session left %d rows (%v)", len(rows), err)
	}
}

func TestForeignAnonymousCookiesAreNotAdopted(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.request(j, handOut(token.SecretLogin))
	good := j["w_session"]
	flipped := []byte(good)
	if flipped[40]++; good[40] == '9' || good[40] == 'v' {
		flipped[40] = '0' // stay among the digits
	}
	for name, value := range map[string]string{
		"made up, right form": "0123456789abcdefghijklmnopqrstuv",
		"made up, our length": strings.Repeat("a", 64),
		"changed":             string(flipped),
		"longer":              good + "0",
		"of a newer server":   "0" + "8" + good[2:],
	} {
		a := w.request(jar{"w_session": value}, nil)
		if names(a.set) != "+_session" || a.set["w_session"] == value || a.HadSecret(token.SecretLogin) {
			t.Errorf("%s: cookies %v, login secret %v", name, a.set, a.HadSecret(token.SecretLogin))
		}
	}
	for _, value := range []string{"short", "../../x", good[:31], good[:20] + "!" + good[20:], good + "%0a"} {
		if a := w.request(jar{"w_session": value}, nil); names(a.set) != "-_session" {
			t.Errorf("%q: cookies %v", value, a.set)
		}
	}
}

func TestAnonymousSessionSlidesAndEnds(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.request(j, handOut(token.SecretLogin))
	w.clock.Advance(31 * time.Minute)
	if a := w.request(j, nil); names(a.set) != "+_session" || !a.HadSecret(token.SecretLogin) {
		t.Errorf("after more than half its life: %v", a.set)
	}
	w.clock.Advance(59 * time.Minute)
	if a := w.request(j, nil); !a.HadSecret(token.SecretLogin) {
		t.Error("the renewed session has ended too early")
	}
	w.clock.Advance(61 * time.Minute)
	if a := w.request(j, nil); a.HadSecret(token.SecretLogin) || names(a.set) != "+_session" {
		t.Error("the session outlived its time")
	}
}

func TestLoginGivesTheCookiesOfItsKind(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.request(j, handOut(token.SecretLogin))
	anonymous := j["w_session"]
	plain := w.loginUser(j, w.alice, false)
	if names(plain.set) != "+_session +UserID +UserName" || plain.set["wUserID"] != strconv.FormatInt(int64(w.alice.ID), 10) || plain.set["w_session"] == anonymous {
		t.Errorf("not remembered: %v", plain.set)
	}
	if w.who(j) != "Alice" {
		t.Error("the login does not hold")
	}
	remembered := w.loginUser(jar{}, w.bob, true)
	if names(remembered.set) != "+_session +UserID +UserName +Token" || remembered.set["wUserName"] != "Bob%20%C3%9Cn%C3%AFcode" || len(remembered.set["wToken"]) != 32 || remembered.set["wToken"] == w.bob.Token.Reveal() {
		t.Errorf("remembered: %v", remembered.set)
	}
	bot := w.loginBot(j)
	if names(bot.set) != "+_BPsession" || bot.User().Name != "Alice" {
		t.Errorf("bot: %v", bot.set)
	}
	if a := w.request(j, nil); a.Kind() != session.KindBot || a.AppID() != "tool" {
		t.Errorf("kind %v", a.Kind())
	}
}

func TestLoginSpendsTheAnonymousSession(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.request(j, handOut(token.SecretLogin))
	old := jar{"w_session": j["w_session"]}
	w.loginUser(j, w.alice, false)
	a := w.request(old, func(ctx context.Context, s *session.Session) {
		if err := s.PrepareLogin(ctx); err != nil {
			t.Fatal(err)
		}
		if s.HadSecret(token.SecretLogin) {
			t.Error("a used-up session still has its login secret")
		}
	})
	if names(a.set) != "+_session" {
		t.Errorf("cookies %v", a.set)
	}
	if w.who(j) != "Alice" {
		t.Error("the login was lost")
	}
}

func TestLoginAsAnotherUserRotates(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.alice, true)
	before := j.with("", "")
	w.loginUser(j, w.bob, false)
	if j["wToken"] != "" {
		t.Error("the Token cookie of the first user stays")
	}
	if w.who(j) != "Bob Ünïcode" {
		t.Error("the second login does not hold")
	}
	if w.who(before.with("wToken", "")) != "" {
		t.Error("the first session is still alive")
	}
}
