package session_test

import (
	"context"
	"net/http"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
	"github.com/wikigate/wikigate/internal/username"
)

func (w *world) logout(j jar) answer {
	w.Helper()
	return w.request(j, func(ctx context.Context, s *session.Session) {
		if err := s.Logout(ctx); err != nil {
			w.Fatal(err)
		}
	})
}

func (w *world) changeBot(change func(b *grant.Restrictions) error) {
	w.Helper()
	b := w.bot
	if err := change(&b.Restrictions); err != nil {
		w.Fatal(err)
	}
	if err := w.store.BotPasswords().Update(w.Context(), w.bot.Stamp, b); err != nil {
		w.Fatal(err)
	}
}

func TestB17_StoredSessionSlidesAndEnds(t *testing.T) {
	for name, login := range map[string]func(w *world, j jar){
		"user": func(w *world, j jar) { w.loginUser(j, w.alice, false) },
		"bot":  func(w *world, j jar) { w.loginBot(j) },
	} {
		w := newWorld(t)
		j := jar{}
		login(w, j)
		w.clock.Advance(20 * time.Minute)
		if a := w.request(j, nil); len(a.set) != 0 || a.User().Name != "Alice" {
			t.Errorf("%s: early in its life: %v", name, a.set)
		}
		w.clock.Advance(20 * time.Minute)
		if a := w.request(j, nil); len(a.set) == 0 {
			t.Errorf("%s: not renewed after more than half its life", name)
		}
		w.clock.Advance(50 * time.Minute)
		if w.who(j) != "Alice" {
			t.Errorf("%s: the renewed session ended too early", name)
		}
		w.clock.Advance(61 * time.Minute)
		if w.who(j) != "" {
			t.Errorf("%s: the session outlived its time", name)
		}
	}
}

func TestRememberedLoginComesBackWithNewTokens(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.alice, true)
	before := w.request(j, nil).Binding()
	w.clock.Advance(2 * time.Hour)
	after := w.request(j, nil)
	if after.User().Name != "Alice" || string(after.Binding().Value) == string(before.Value) {
		t.Error("the remembered login did not come back under another id")
	}
	if w.who(j) != "Alice" {
		t.Error("the session made anew does not hold")
	}
}

func TestB15_HowLongTheClientKeepsCookies(t *testing.T) {
	w := newWorld(t)
	const (
		month    = "; expires=Sun, 20 Dec 2026 12:00:00 GMT; Max-Age=2592000"
		halfYear = "; expires=Wed, 19 May 2027 12:00:00 GMT; Max-Age=15552000"
		end      = "; path=/; HttpOnly; SameSite=Lax"
	)
	for remember, want := range map[bool][]string{
		false: {"w_session=ID" + end, "wUserID=1" + month + end, "wUserName=Alice" + month + end, "forceHTTPS=true" + end},
		true: {"w_session=ID" + end, "wUserID=1" + halfYear + end, "wUserName=Alice" + halfYear + end,
			"wToken=ID" + halfYear + end, "forceHTTPS=true" + month + end},
	} {
		a := w.loginUser(jar{"forceHTTPS": "true"}, w.alice, remember)
		h := http.Header{}
		a.WriteCookies(h)
		got := h["Set-Cookie"]
		for i := range got {
			got[i] = regexp.MustCompile("=[0-9a-v]{32}").ReplaceAllString(got[i], "=ID")
		}
		if !slices.Equal(got, want) {
			t.Errorf("remembered is %v:\ngot  %q\nwant %q", remember, got, want)
		}
	}
}

func TestLogoutEndsOneSessionOnly(t *testing.T) {
	w := newWorld(t)
	here, there := jar{}, jar{}
	w.loginUser(here, w.alice, true)
	w.loginUser(there, w.alice, false)
	old := here.with("wToken", "")
	if a := w.logout(here); names(a.set) != "-_session -UserID -Token" {
		t.Errorf("cookies %v", a.set)
	}
	if w.who(old) != "" || w.who(here) != "" {
		t.Error("the session is still alive")
	}
	if w.who(there) != "Alice" {
		t.Error("the other session ended as well")
	}
	if a := w.logout(jar{}); len(a.set) != 0 {
		t.Errorf("logout of nobody sets %v", a.set)
	}
}

func TestLogoutOfABotLeavesTheLoginCookies(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.bob, true)
	w.loginBot(j)
	old := jar{"w_BPsession": j["w_BPsession"]}
	if a := w.logout(j); names(a.set) != "-_BPsession" {
		t.Errorf("cookies %v", a.set)
	}
	if a := w.request(old, nil); a.User().Name != "" || names(a.set) != "-_BPsession" {
		t.Error("the bot session is still alive")
	}
	if w.who(j) != "Bob Ünïcode" {
		t.Error("the session in the login cookies ended as well")
	}
}

func TestI6_BotSessionEndsAtOnce(t *testing.T) {
	elsewhere := netip.MustParseAddr("198.51.100.7")
	for name, c := range map[string]struct {
		end  func(w *world)
		from netip.Addr
	}{
		"revoked": {end: func(w *world) {
			if _, err := w.store.BotPasswords().Delete(w.Context(), w.alice.ID, "tool"); err != nil {
				w.Fatal(err)
			}
		}},
		"changed": {end: func(w *world) {
			b := w.bot
			b.Stamp = secret.Hex32()
			if err := w.store.BotPasswords().Update(w.Context(), w.bot.Stamp, b); err != nil {
				w.Fatal(err)
			}
		}},
		"restricted": {end: func(w *world) {
			w.changeBot(func(r *grant.Restrictions) (err error) {
				*r, err = grant.NewRestrictions([]string{"192.0.2.0/24"})
				return err
			})
		}, from: elsewhere},
		"expired": {end: func(w *world) {
			b := w.bot
			b.Expires = w.clock.Now()
			if err := w.store.BotPasswords().Update(w.Context(), w.bot.Stamp, b); err != nil {
				w.Fatal(err)
			}
		}},
		"owner locked": {end: func(w *world) {
			if err := w.store.Accounts().SetLocked(w.Context(), w.alice.ID, true); err != nil {
				w.Fatal(err)
			}
		}},
		"ended": {end: func(w *world) {
			if n, err := w.store.Sessions().DeleteOwner(w.Context(), w.alice.ID, "tool"); n != 1 || err != nil {
				w.Fatalf("%d %v", n, err)
			}
		}},
	} {
		w := newWorld(t)
		j := jar{}
		w.loginBot(j)
		if w.who(j) != "Alice" {
			t.Fatalf("%s: no session to end", name)
		}
		c.end(w)
		from := c.from
		if !from.IsValid() {
			from = home
		}
		if a := w.from(from, j, nil); a.User().Name != "" || names(a.set) != "-_BPsession" {
			t.Errorf("%s: user %q, cookies %v", name, a.User().Name, a.set)
		}
	}
}

func TestAccountChangesEndCookieSessions(t *testing.T) {
	for name, change := range map[string]func(w *world) error{
		"token replaced": func(w *world) error {
			return w.store.Accounts().SetToken(w.Context(), w.alice.ID, secret.New(secret.Hex32()))
		},
		"locked": func(w *world) error { return w.store.Accounts().SetLocked(w.Context(), w.alice.ID, true) },
	} {
		w := newWorld(t)
		j := jar{}
		w.loginUser(j, w.alice, true)
		if w.who(j) != "Alice" {
			t.Fatal("no session to end")
		}
		if err := change(w); err != nil {
			t.Fatal(err)
		}
		if a := w.request(j, nil); a.User().Name != "" || names(a.set) != "-_session -UserID -Token" {
			t.Errorf("%s: user %q, cookies %v", name, a.User().Name, a.set)
		}
	}
}

func TestBotSessionOutlivesTheLoginsOfItsAccount(t *testing.T) {
	w := newWorld(t)
	user, bot := jar{}, jar{}
	w.loginUser(user, w.alice, true)
	w.loginBot(bot)
	w.logout(user)
	if w.who(bot) != "Alice" {
		t.Error("a logout of the account ended the session of its bot")
	}
	if err := w.store.Accounts().SetToken(t.Context(), w.alice.ID, secret.New(secret.Hex32())); err != nil {
		t.Fatal(err)
	}
	if w.who(bot) != "Alice" {
		t.Error("a new token of the account ended the session of its bot")
	}
}

func TestSessionsKeepToTheirCookies(t *testing.T) {
	w := newWorld(t)
	user, bot := jar{}, jar{}
	w.loginUser(user, w.alice, false)
	w.loginBot(bot)
	if a := w.request(jar{"w_BPsession": user["w_session"]}, nil); a.User().Name != "" || names(a.set) != "-_BPsession" {
		t.Error("a user's session works in the bot cookie")
	}
	if a := w.request(jar{"w_session": bot["w_BPsession"], "wUserID": user["wUserID"]}, nil); a.User().Name != "" {
		t.Error("a bot session works in the session cookie")
	}
}

func TestLoginSecretOfAUserIsRemembered(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	a := w.loginUser(j, w.alice, false)
	if a.HadSecret(token.SecretLogin) {
		t.Error("a fresh session has a login secret")
	}
	if w.request(j, handOut(token.SecretLogin)); !w.request(j, nil).HadSecret(token.SecretLogin) {
		t.Error("the login secret was forgotten")
	}
}

// A request that began before a logout must not bring the session back, in the
// store or in the cache.
func TestLogoutWinsAgainstRequestsUnderWay(t *testing.T) {
	w := newWorld(t)
	for range 200 {
		j := jar{}
		w.loginUser(j, w.alice, false)
		w.clock.Advance(40 * time.Minute) // so that requests renew
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() { w.request(j.with("", ""), handOut(token.SecretLogin)) })
		}
		wg.Go(func() { w.logout(j.with("", "")) })
		wg.Wait()
		if w.who(j) != "" {
			t.Fatal("the session is alive after its logout")
		}
		w.clock.Advance(-40 * time.Minute)
	}
}

func (w *world) admin() *session.Admin {
	return &session.Admin{
		Manager: w.manager, Owners: w.store.Accounts(), Names: username.NewRules("Wiki", nil), Clock: w.clock,
	}
}

func TestAdminListsAndEnds(t *testing.T) {
	w := newWorld(t)
	user, bot := jar{}, jar{}
	w.request(user, handOut(token.SecretLogin))
	w.loginUser(user, w.alice, false) // leaves a spent anonymous session, too
	w.clock.Advance(time.Second)
	w.loginBot(bot)
	admin, ctx := w.admin(), t.Context()
	list, err := admin.List(ctx, session.ListFilter{})
	if err != nil || len(list) != 2 || list[0].Kind != session.KindBot || list[0].Owner != "Alice" || list[0].App != "tool" || list[0].Address != home {
		t.Fatalf("%+v %v", list, err)
	}
	if strings.Contains(bot["w_BPsession"], list[0].ID) {
		t.Error("the id shown is the cookie")
	}
	if n, err := admin.End(ctx, session.EndRequest{ID: list[0].ID[:8]}); n != 1 || err != nil {
		t.Errorf("end by id: %d %v", n, err)
	}
	if w.who(bot) != "" || w.who(user) != "Alice" {
		t.Error("the wrong session ended")
	}
	if n, err := admin.End(ctx, session.EndRequest{Owner: "alice"}); n < 1 || err != nil {
		t.Errorf("end by owner: %d %v", n, err)
	}
	if w.who(user) != "" {
		t.Error("the session did not end")
	}
	for request, kind := range map[session.EndRequest]fail.Kind{
		{}:                 fail.Invalid,
		{ID: "abc"}:        fail.Invalid,
		{ID: "0123456789"}: fail.NotFound,
		{Owner: "Nobody"}:  fail.NotFound,
		{Owner: "a#b"}:     fail.Invalid,
	} {
		if _, err := admin.End(ctx, request); !fail.Is(err, kind) {
			t.Errorf("%+v: %v", request, err)
		}
	}
}

// A store that does not answer says nothing about the cookies.
func TestStoreFailureDeletesNoCookie(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.alice, true)
	w.loginBot(j)
	w.account("Carol") // so that nothing is known from before
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for _, cookies := range []jar{j, j.with("w_BPsession", ""), j.with("w_BPsession", "").with("w_session", "")} {
		s := &session.Session{}
		in := session.Input{Cookies: cookies.header(), Address: home, Now: w.clock.Now()}
		if err := w.manager.Open(ended, in, s); err == nil {
			t.Fatal("the store answers")
		}
		h := http.Header{}
		s.WriteCookies(h)
		if s.User().ID != 0 || len(h) != 0 {
			t.Errorf("user %+v, cookies %v", s.User(), h)
		}
	}
}
