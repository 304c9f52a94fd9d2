package modules

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"
)

// a page of another site can load an answer without reading it. What it
// can see of it (whether it loads, as what, and where it leads) is the same for
// everybody.
func TestA15_NothingOfALoginShowsAcrossSites(t *testing.T) {
	r := newRig(t)
	clients := map[string]*client{
		"nobody": r.client(t), "user": r.client(t).login("Alice", alicePassword), "bot": r.client(t).login("William@testbot", testbotSecret),
	}
	for _, query := range []string{
		"action=query&meta=userinfo", "action=query&meta=userinfo&assert=user", "action=query&meta=userinfo&assertuser=Alice",
		"action=query&meta=tokens", "action=login", "action=logout", "action=query&meta=userinfo&format=xml", "action=nosuch",
	} {
		for who, c := range clients {
			c := c.with("Origin", "https://evil.test")
			c.http.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
			a := c.get(query)
			if a.Status != http.StatusOK || a.Header.Get("X-Content-Type-Options") != "nosniff" || a.Header.Get("X-Frame-Options") != "DENY" {
				t.Errorf("%s as %s: status %d, %v", query, who, a.Status, a.Header)
			}
			for name := range a.Header {
				if strings.HasPrefix(name, "Access-Control-") || name == "Location" {
					t.Errorf("%s as %s: %s", query, who, name)
				}
			}
		}
	}
}

// D-11: who comes without cookies each time is counted all the same.
func TestD11_NewClientsShareACounter(t *testing.T) {
	for _, test := range []struct{ name, wrong, right string }{
		{"Alice", "wrong", alicePassword}, {"William@testbot", wrongSecret, testbotSecret},
	} {
		r := newRig(t)
		for range 5 {
			r.client(t).with("User-Agent", "another").fail(1, test.name, test.wrong, "wrongpassword")
		}
		r.client(t).fail(1, test.name, test.right, "login-throttled")
	}
}

// D-17: whoever fails on purpose keeps the owner out neither of another address
// nor of what he is logged in to, nor his bots.
func TestD17_OwnerIsNotKeptOut(t *testing.T) {
	r := newRig(t)
	user, bot := r.client(t).login("William", williamPassword), r.client(t).login("William@testbot", testbotSecret)
	attacker := r.client(t).with("X-Test-Address", "198.51.100.7")
	attacker.fail(5, "William", "wrong", "wrongpassword")
	attacker.fail(3, "William", "wrong", "login-throttled")
	attacker.fail(5, "William@testbot", wrongSecret, "wrongpassword")
	attacker.fail(3, "William@testbot", wrongSecret, "login-throttled")
	if got := user.user() + bot.user(); got != "WilliamWilliam" {
		t.Errorf("the sessions are those of %q", got)
	}
	r.client(t).login("William", williamPassword)
	r.client(t).login("William@testbot", testbotSecret)
}

// D-24: attempts with ever other app ids are refused for names that nobody has
// as they are for others.
func TestD24_RefusalsOfBotsTellNoNames(t *testing.T) {
	for _, name := range []string{"William", "Alice", "Nobody here"} {
		c := newRig(t).client(t)
		for i := range 5 {
			c.fail(1, fmt.Sprint(name, "@app", i), testbotSecret, "wrongpassword")
		}
		c.fail(2, name+"@app9", testbotSecret, "login-throttled")
		c.fail(1, name, "app9@"+testbotSecret, "login-throttled")
	}
}

// M-11: a clock that goes back opens no throttle and revives no token or
// session; one that goes forward ends them.
func TestM11_ClockJumps(t *testing.T) {
	r := newRig(t)
	r.client(t).fail(5, "Alice", "wrong", "wrongpassword")
	for _, jump := range []time.Duration{-time.Minute, -24 * time.Hour, 24*time.Hour + time.Minute} {
		r.Clock.Advance(jump)
		r.client(t).fail(1, "Alice", alicePassword, "login-throttled")
	}

	c := r.client(t)
	token := c.token("login")
	r.Clock.Advance(-10 * time.Minute)
	if a := c.post(loginForm("William@testbot", testbotSecret, token)); a.text("login", "result") == "Success" {
		t.Errorf("a token of the future: %s", a.Body)
	}

	bot := r.client(t).login("William@testbot", testbotSecret)
	out := r.client(t).login("BotUser@full", fullSecret)
	kept, left := bot.withoutJar(), out.withoutJar()
	out.post(map[string][]string{"action": {"logout"}, "token": {out.token("csrf")}})
	r.Clock.Advance(-time.Hour)
	if got := left.user(); got != nobody {
		t.Errorf("a session that was ended is that of %s", got)
	}
	r.Clock.Advance(3 * time.Hour)
	if got := kept.user(); got != nobody {
		t.Errorf("a session that is too old is that of %s", got)
	}
}

// D-20: of a name that can be none nothing comes back in the answer, and the
// server goes on.
func TestD20_OddNamesAreNotEchoed(t *testing.T) {
	r := newRig(t, withoutThrottle)
	for _, name := range []string{
		"<b>x</b>", "x\x00y", "x\ny", "a#b", "a@b", "192.0.2.7", "x\u200by", strings.Repeat("ab", 150), "~2026-1", "\xff\xfe",
	} {
		a := r.client(t).attempt(style{"bc", "2"}, name, "some password")
		if result := a.text("login", "result"); result != "Failed" {
			t.Errorf("%q: %s", name, a.Body)
		}
		if strings.Contains(a.Body, name) {
			t.Errorf("%q comes back: %s", name, a.Body)
		}
	}
}
