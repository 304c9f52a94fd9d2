package app

import (
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/secret"
)

// timed is the whole program on a database of its own, but for listeners, with
// a clock that the test moves.
type timed struct {
	*testing.T
	*App
	clock   *clock.Settable
	handler http.Handler
	bot     botpassword.Created
}

const annasPassword = "the password of Anna"

func newTimed(t *testing.T) *timed {
	t.Helper()
	cfg := config.Default()
	cfg.Data, cfg.Argon2Memory, cfg.Argon2Time = t.TempDir(), 8<<20, 1
	w := &timed{T: t, clock: clock.NewSettable(time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC))}
	w.App = &App{cfg: cfg, log: slog.New(slog.DiscardHandler), clock: w.clock}
	w.must(w.openData(ForServing))
	t.Cleanup(func() { w.must(w.Close()) })
	w.must(w.wireDomain())
	var err error
	w.handler, err = w.Handler("http://wiki.test")
	w.must(err)
	_, err = w.Accounts.Create(t.Context(), account.CreateRequest{Name: "Anna", Password: secret.New(annasPassword)})
	w.must(err)
	w.bot, err = w.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: "Anna", App: "app"})
	w.must(err)
	return w
}

func (w *timed) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// browser is a client that keeps cookies, whatever the time.
type browser struct {
	*timed
	address netip.Addr
	jar     http.CookieJar
}

func (w *timed) browser(address string) *browser {
	jar, err := cookiejar.New(nil)
	w.must(err)
	return &browser{timed: w, address: netip.MustParseAddr(address), jar: jar}
}

// answer is what the tests look at.
type answer struct {
	Login struct{ Result, Reason string }
	Query struct {
		Tokens   map[string]string
		Userinfo struct{ Name string }
	}
	Error struct{ Code string }
}

var api = &url.URL{Scheme: "http", Host: "wiki.test", Path: "/w/api.php"}

func (b *browser) post(form url.Values) (a answer) {
	b.Helper()
	form.Set("format", "json")
	form.Set("formatversion", "2")
	req := httptest.NewRequest(http.MethodPost, api.String(), strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.RemoteAddr = b.address.String() + ":1"
	for _, c := range b.jar.Cookies(api) {
		req.AddCookie(c)
	}
	rec := httptest.NewRecorder()
	b.handler.ServeHTTP(rec, req)
	for _, c := range rec.Result().Cookies() {
		if c.MaxAge >= 0 && (c.Expires.IsZero() || c.Expires.Year() > 2000) {
			c.Expires, c.MaxAge = time.Time{}, 0 // what an attacker keeps does not expire
		}
		b.jar.SetCookies(api, []*http.Cookie{c})
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &a); err != nil {
		b.Fatalf("%s: %v", rec.Body, err)
	}
	return a
}

func (b *browser) token(kind string) string {
	b.Helper()
	return b.post(url.Values{"action": {"query"}, "meta": {"tokens"}, "type": {kind}}).Query.Tokens[kind+"token"]
}

func (b *browser) login(name, password, token string) string {
	b.Helper()
	a := b.post(url.Values{"action": {"login"}, "lgname": {name}, "lgpassword": {password}, "lgtoken": {token}})
	if a.Error.Code != "" {
		return a.Error.Code
	}
	return a.Login.Result
}

// loggedIn logs in as the bot.
func (b *browser) loggedIn() *browser {
	b.Helper()
	if result := b.login(b.bot.Login, b.bot.Secret.Reveal(), b.token("login")); result != "Success" {
		b.Fatalf("login: %s", result)
	}
	return b
}

// is demands that the browser is logged in, or that it is not.
func (b *browser) is(in bool, when string) {
	b.Helper()
	name := b.post(url.Values{"action": {"query"}, "meta": {"userinfo"}}).Query.Userinfo.Name
	if (name == "Anna") != in {
		b.Errorf("%s: the user is %q, want somebody: %v", when, name, in)
	}
}

// A clock that was wrong and is set right, in either direction, with the real
// store: who was in stays in or is out, and nobody comes in.
func TestM11_ClockJumpsOnTheDatabase(t *testing.T) {
	w := newTimed(t)
	live, gone := w.browser("192.0.2.1").loggedIn(), w.browser("192.0.2.2").loggedIn()
	thief := w.browser("192.0.2.3")
	thief.jar.SetCookies(api, gone.jar.Cookies(api))
	gone.post(url.Values{"action": {"logout"}, "token": {gone.token("csrf")}})
	started := w.browser("192.0.2.4")
	early := started.token("login")

	for _, back := range []time.Duration{time.Minute, time.Hour, 24 * time.Hour} {
		w.clock.Advance(-back)
		live.is(true, "the clock went back "+back.String())
		thief.is(false, "the clock went back "+back.String())
		w.clock.Advance(back)
	}
	w.clock.Advance(-10 * time.Minute)
	if result := started.login(w.bot.Login, w.bot.Secret.Reveal(), early); result == "Success" {
		t.Error("a login token of the future was good")
	}
	w.browser("192.0.2.5").loggedIn().is(true, "a login while the clock is behind")

	// Ahead: a session that is too old is nobody's; what is swept meanwhile does
	// not come back with the right time, and people only log in again.
	w.clock.Advance(10*time.Minute + 2*time.Hour)
	live.is(false, "the clock went ahead by more than the life of a session")
	w.sweepOne(t.Context(), "sessions", w.store.Sessions().Sweep)
	ahead := w.browser("192.0.2.6").loggedIn()
	w.clock.Advance(-2 * time.Hour)
	live.is(false, "the clock is right again")
	thief.is(false, "the clock is right again")
	ahead.is(true, "a session from when the clock was ahead")
	w.clock.Advance(3*time.Hour + time.Minute)
	ahead.is(false, "a session from when the clock was ahead, after its time")

	f, err := audit.Verify(t.Context(), w.store.Audit(), sealer{w.ring})
	if err != nil || f.Broken != "" || f.Rows == 0 {
		t.Errorf("the audit trail: %+v, %v", f, err)
	}
}

// A throttle that refuses goes on refusing wherever the clock goes back to.
func TestM11_ThrottleStaysShutOnTheDatabase(t *testing.T) {
	w := newTimed(t)
	guess := func(password string) string {
		b := w.browser("192.0.2.9")
		return b.login("Anna", password, b.token("login"))
	}
	for range 5 {
		if got := guess("wrong"); got != "Failed" {
			t.Fatalf("a guess: %s", got)
		}
	}
	for _, jump := range []time.Duration{0, -time.Minute, -24 * time.Hour, -365 * 24 * time.Hour} {
		w.clock.Advance(jump)
		w.sweepOne(t.Context(), "throttle counters", w.store.Throttle().Sweep)
		for _, password := range []string{"wrong", annasPassword} {
			if got := guess(password); got != "Failed" {
				t.Errorf("after a jump of %v: %s", jump, got)
			}
		}
	}
	// Bots are not kept out by it.
	w.browser("192.0.2.9").loggedIn()
	w.clock.Advance((365+24)*24*time.Hour + 6*time.Minute)
	if got := guess(annasPassword); got != "Success" {
		t.Errorf("after the window: %s", got)
	}
}
