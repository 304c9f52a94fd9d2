package modules

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
)

// freshness is what meta=authmanagerinfo says about an operation.
func (c *client) freshness(operation string) string {
	c.t.Helper()
	return c.get("action=query&meta=authmanagerinfo&formatversion=2&amisecuritysensitiveoperation="+operation).
		text("query", "authmanagerinfo", "securitysensitiveoperationstatus")
}

// E-16: who logs in as another user has unlocked nothing of the first one,
// whose session is over.
func TestE16_FreshLoginAsAnotherUser(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.Session.Lifetime = 3 * time.Hour })
	c := r.client(t)
	c.begin("William", williamPassword).ended("PASS", "")
	if got := c.freshness("ChangeCredentials"); got != "ok" {
		t.Errorf("after the login: %s", got)
	}
	r.Clock.Advance(time.Hour + time.Second)
	old := c.withoutJar()
	if got := c.freshness("ChangeCredentials"); got != "reauth" {
		t.Errorf("after an hour: %s", got)
	}
	c.begin("Alice", "wrong").ended("FAIL", "wrongpassword")
	if got := c.freshness("ChangeCredentials"); got != "reauth" {
		t.Errorf("after a failed login: %s", got)
	}
	a := c.begin("Alice", alicePassword, "loginreauthenticate", "ChangeCredentials")
	if a.text("clientlogin", "status") != "PASS" || a.raw("warnings") == "" {
		t.Errorf("%s", a.Body)
	}
	c.is("Alice")
	if got := old.freshness("ChangeCredentials"); got != "reauth" || old.user() != nobody {
		t.Errorf("the session of before is that of %s: %s", old.user(), got)
	}
}

// E-18: a session that a remembered login begins by itself is no fresh one.
func TestE18_RevivedSessionIsNotFresh(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	c.begin("Alice", alicePassword, "rememberMe", "1").ended("PASS", "")
	if got := c.freshness("ChangeEmail"); got != "ok" {
		t.Errorf("after the login: %s", got)
	}
	r.Clock.Advance(2 * time.Hour)
	c.is("Alice")
	if got := c.freshness("ChangeEmail"); got != "reauth" {
		t.Errorf("of a session that was revived: %s", got)
	}
	c.begin("Alice", alicePassword).ended("PASS", "")
	if got := c.freshness("ChangeEmail"); got != "ok" {
		t.Errorf("after another login: %s", got)
	}
}

// E-19: a session that takes no login is never fresh.
func TestE19_BotSessionsAreNeverFresh(t *testing.T) {
	r := newRig(t)
	bot := r.client(t).login("William@testbot", testbotSecret)
	for _, operation := range []string{"ChangeCredentials", "BotPasswords", "OATHManage", "unheard-of", ""} {
		for want, c := range map[string]*client{
			"fail": bot, "reauth": r.client(t), "ok": r.client(t).login("William", williamPassword),
		} {
			if got := c.freshness(operation); got != want {
				t.Errorf("%s: %s, want %s", operation, got, want)
			}
			if got := c.with("Treat-as-Untrusted", "1").freshness(operation); want == "ok" && got != "reauth" {
				t.Errorf("%s, for another site: %s", operation, got)
			}
		}
	}
}

// a login by steps without a token of the session is none, and counts
// as no attempt.
func TestA1A2_ClientLoginWithoutATokenOfTheSession(t *testing.T) {
	r := newRig(t)
	theirs := r.client(t).token("login")
	for name, test := range map[string]struct {
		token string
		code  string
	}{"none": {"", "missingparam"}, "another session's": {theirs, "badtoken"}} {
		for i := range 8 { // more than the throttle lets pass
			c := r.client(t)
			if i%2 == 0 {
				c.token("login")
			}
			form := url.Values{"action": {"clientlogin"}, "username": {"William"}, "password": {williamPassword}, "loginreturnurl": {"http://x/"}}
			if test.token != "" {
				form.Set("logintoken", test.token)
			}
			if a := c.post(form); a.code() != test.code {
				t.Errorf("%s: %s", name, a.Body)
			}
			c.is(nobody)
		}
	}
	r.client(t).begin("William", williamPassword).ended("PASS", "")
}

// L-6: a login whose answer another site could read is refused, before anything
// is looked at, and leaves the one that waits alone.
func TestL6_ClientLoginForOtherSites(t *testing.T) {
	r, d := withFactor(t)
	for _, query := range []string{"origin=*", "callback=f"} {
		c := r.waiting(t)
		for _, fields := range []url.Values{
			{"username": {"Alice"}, "password": {alicePassword}, "loginreturnurl": {"http://x/"}},
			{"logincontinue": {"1"}, "OATHToken": {d.recovery[0]}},
		} {
			fields.Set("action", "clientlogin")
			fields.Set("logintoken", c.token("login"))
			a := c.do(http.MethodPost, "formatversion=2&"+query, fields)
			if a.Header.Get("Set-Cookie") != "" {
				t.Errorf("%s: sets %s", query, a.Header.Get("Set-Cookie"))
			}
			if query == "callback=f" {
				a.Body = a.Body[len("/**/f(") : len(a.Body)-1]
			}
			if code := a.text("clientlogin", "messagecode"); code != "api-login-fail-sameorigin" && a.code() != "badtoken" {
				t.Errorf("%s: %s", query, a.Body)
			}
		}
		c.is(nobody)
		c.goOn("OATHToken", d.now()).ended("PASS", "")
		r.Clock.Advance(time.Minute)
	}
}

// L-1, L-5: another site learns nothing of the login that waits in a session,
// such as whose it is.
func TestL1L5_WhatALoginWaitsForIsNotTold(t *testing.T) {
	r, d := withFactor(t)
	c := r.waiting(t)
	const query = "action=query&meta=authmanagerinfo&amirequestsfor=login-continue&amimergerequestfields=1&formatversion=2"
	const nothing = `"preservedusername":"","requests":[],"fields":{}}`
	for _, a := range []answer{c.get(query + "&callback=f"), c.get(query + "&origin=*"), c.with("Treat-as-Untrusted", "1").get(query)} {
		if !strings.Contains(a.Body, nothing) {
			t.Errorf("another site is told %s", a.Body)
		}
	}
	if a := c.get(query); !strings.Contains(a.Body, `"account":"Tfa"`) {
		t.Errorf("the client is told %s", a.Body)
	}
	c.goOn("OATHToken", d.now()).ended("PASS", "")
}

// sharing is a provider that asks for the same requests each time.
type sharing struct {
	authn.AsksNothing
	requests []authn.Request
}

func (sharing) ID() string { return "shared" }

func (sharing) Begin(context.Context, *authn.Attempt) (authn.Response, error) {
	return authn.Asking(message.New("login"), ""), nil
}

func (p sharing) Asks(context.Context, *authn.Attempt) ([]authn.Request, error) {
	return p.requests, nil
}

func (p sharing) Continue(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	if _, ok := a.Answers.Of("A"); !ok {
		return authn.Asking(message.New("login"), ""), nil
	}
	return authn.Response{Status: authn.Pass}, nil
}

// What a client chooses among the requests of a provider changes them for
// nobody.
func TestChosenRequestsStayWhatTheyAre(t *testing.T) {
	p := sharing{requests: []authn.Request{
		{ID: "A", Fields: []authn.Field{{Name: "a", Type: authn.FieldString}}}, {ID: "B", Fields: []authn.Field{{Name: "b", Type: authn.FieldString}}},
	}}
	r := newRig(t, func(o *rigOptions) { o.Secondary = []authn.SecondaryProvider{p} })
	c := r.client(t)
	c.begin("Alice", alicePassword).ended("UI", "login")
	for _, chosen := range []string{"B", "Nope", ""} {
		c.goOn("a", "x", "b", "x", "loginrequests", chosen).ended("UI", "login")
	}
	c.goOn("a", "x").ended("PASS", "")
	if p.requests[0].ID != "A" || p.requests[1].ID != "B" {
		t.Errorf("%+v", p.requests)
	}
}
