package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

const (
	sessionLost  = `{"login":{"result":"Failed","reason":{"code":"sessionlost"}}}`
	wrongToken   = `{"login":{"result":"WrongToken"}}`
	wrongPair    = `{"login":{"result":"Failed","reason":{"code":"wrongpassword"}}}`
	noPrimary    = `{"login":{"result":"Failed","reason":{"code":"authmanager-authn-no-primary"}}}`
	isWilliam    = `{"login":{"result":"Success","lguserid":3,"lgusername":"William"}}`
	sameOrigin   = `{"login":{"result":"Aborted","reason":{"code":"api-login-fail-sameorigin"}}}`
	badProvider  = `{"login":{"result":"Aborted","reason":{"code":"api-login-fail-badsessionprovider"}}}`
	codesAreBare = "errorformat=none&formatversion=2&"
)

// offer logs in as William@testbot with a token.
func (c *client) offer(token string) answer {
	c.t.Helper()
	return c.do(http.MethodPost, codesAreBare, loginForm("William@testbot", testbotSecret, token))
}

func TestMissingTokenIsHandedOutAndWorks(t *testing.T) {
	r := newRig(t)
	for name, forms := range map[string]url.Values{
		"absent": {}, "empty": {"lgtoken": {""}}, "zero": {"lgtoken": {"0"}}, "array": {"lgtoken[]": {"x"}},
	} {
		c := r.client(t)
		forms.Set("action", "login")
		forms.Set("lgname", "William@testbot")
		forms.Set("lgpassword", "is not looked at")
		a := c.do(http.MethodPost, codesAreBare, forms)
		if got := a.text("login", "result"); got != "NeedToken" {
			t.Errorf("%s: %s", name, a.Body)
		}
		if got := a.setNames(); got != "_session" {
			t.Errorf("%s sets %q", name, got)
		}
		c.offer(a.text("login", "token")).is(isWilliam)
	}
}

func TestNeedTokenGivesATokenOfTheSessionAtHand(t *testing.T) {
	c := newRig(t).client(t)
	first := c.token("login")
	a := c.post(url.Values{"action": {"login"}})
	a.sets(t, "NeedToken in a session")
	if got := a.text("login", "token"); got != first {
		t.Errorf("the token is %s, that of meta=tokens in the same second %s", got, first)
	}
}

// A token is no good when the session that it was made for is gone. The client
// then has a session again, and the same token in it is merely wrong.
func TestTokenOfALostSession(t *testing.T) {
	for name, lose := range map[string]func(t *testing.T, r *rig, c *client) (token string){
		"invented": func(*testing.T, *rig, *client) string { return "invented" },
		"of another session": func(t *testing.T, r *rig, _ *client) string {
			return r.client(t).token("login")
		},
		"constant of nobody": func(*testing.T, *rig, *client) string { return `+\` },
		"in a session that knows only a createaccount token": func(_ *testing.T, _ *rig, c *client) string {
			return c.token("createaccount")
		},
		"after an hour": func(_ *testing.T, r *rig, c *client) string {
			token := c.token("login")
			r.Clock.Advance(time.Hour)
			return token
		},
		"after a logout of nobody": func(_ *testing.T, _ *rig, c *client) string {
			token := c.token("login")
			c.post(url.Values{"action": {"logout"}, "token": {`+\`}}).is(`{}`)
			return token
		},
		"after a main login": func(_ *testing.T, _ *rig, c *client) string {
			token := c.token("login")
			c.post(loginForm("Alice", alicePassword, token))
			return token
		},
		"with a session that was used up by a main login": func(_ *testing.T, _ *rig, c *client) string {
			token := c.token("login")
			old := c.withoutJar()
			c.post(loginForm("Alice", alicePassword, token))
			*c = *c.rig.client(c.t).with("Cookie", old.Header.Get("Cookie"))
			return token
		},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			c := r.client(t)
			token := lose(t, r, c)
			a := c.offer(token)
			a.is(sessionLost)
			if n := len(r.Log.events("login attempt")); n == 0 {
				t.Error("the attempt is not logged")
			}
			c.Header.Del("Cookie") // the jar knows better now
			c.offer(token).is(wrongToken)
			c.offer(c.token("login")).is(isWilliam)
		})
	}
}

func TestWrongTokens(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	token := c.token("login")
	for name, wrong := range map[string]string{
		"invented": "x", "constant": `+\`, "of another session": r.client(t).token("login"),
		"of another type": c.token("createaccount"), "in capitals": strings.ToUpper(token),
		"escaped twice": url.QueryEscape(token), "blank for plus": strings.ReplaceAll(token, "+", " "),
		"cut": token[1:], "longer": token + " ", "double zero": "00",
	} {
		a := c.offer(wrong)
		if a.Body != wrongToken || a.setNames() != "" {
			t.Errorf("%s: %s, cookies %q", name, a.Body, a.setNames())
		}
	}
	c.offer(token).is(isWilliam)
}

func TestLoginTokenLivesAsLongAsItsSession(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	token := c.token("login")
	r.Clock.Advance(time.Minute)
	c.token("login")
	c.do(http.MethodPost, codesAreBare, loginForm("Alice", "wrong", token)).is(wrongPair)
	anonymous := c.withoutJar()
	c.offer(token).is(isWilliam)
	// A bot session stands beside the anonymous one, which keeps its token.
	anonymous.offer(token).is(isWilliam)
}

// Who may not log in must not learn why: the whole answer is one and the same.
func TestD1_RefusedCredentialsLookAlike(t *testing.T) {
	r := newRig(t, withoutThrottle)
	r.addOddBots(t)
	invented := strings.Repeat("0", 32)
	want := r.client(t).attempt(style{"bc", "1"}, "Nobody here", "some password")
	want.shows("unknown name", `{"login":{"result":"Failed","reason":"T"}}`)
	for _, test := range []struct{ what, name, password string }{
		{"wrong password", "Alice", "some password"},
		{"password of another", "Alice", williamPassword},
		{"locked account, right password", "Locked", "locked-Secret-Pw8"},
		{"name that cannot be made any more", "a@b", "some password"},
		{"unknown name, bot form", "Nobody here@bot", testbotSecret},
		{"unknown name, other bot form", "Nobody here", "bot@" + testbotSecret},
		{"unknown app", "William@nothing", testbotSecret},
		{"unknown app, other form", "William", "nothing@" + testbotSecret},
		{"wrong secret", "William@testbot", invented},
		{"wrong secret, other form", "William", "testbot@" + invented},
		{"secret of another bot", "BotUser@full", testbotSecret},
		{"address not allowed", "William@home", testbotSecret},
		{"expired", "William@old", testbotSecret},
		{"main password of a bot's owner", "William@testbot", williamPassword},
		{"bot secret without an app", "William", testbotSecret},
	} {
		c := r.client(t)
		c.token("login")
		a := c.attempt(style{"bc", "1"}, test.name, test.password)
		if a.Body != want.Body || a.setNames() != "" {
			t.Errorf("%s: %s, cookies %q", test.what, a.Body, a.setNames())
		}
	}
	home := r.client(t).with("X-Test-Address", "198.51.100.7")
	home.do(http.MethodPost, codesAreBare, loginForm("William@home", testbotSecret, home.token("login"))).is(isWilliam)
}

func TestD19D20_CredentialsThatAreNone(t *testing.T) {
	r := newRig(t, withoutThrottle)
	c := r.client(t)
	token := c.token("login")
	for _, name := range []string{
		"", " ", "_", "127.0.0.1", "2001:db8::1", "1.2.3.xxx", "a|b", "A#b", "<x>", "A/B", "[[x]]", "~~~~", "Talk:x", "Special:X",
		"RefWiki:x", "MediaWiki default", "Maintenance script", strings.Repeat("A", 256), "\x00",
	} {
		form := loginForm(name, "some password", token)
		a := c.do(http.MethodPost, codesAreBare, form)
		if got := a.raw("login"); got != strings.TrimSuffix(strings.TrimPrefix(noPrimary, `{"login":`), "}") {
			t.Errorf("%q: %s", name, a.Body)
		}
	}
	for what, form := range map[string]url.Values{
		"no name": {"lgpassword": {"x"}}, "no password": {"lgname": {"Alice"}}, "empty password": {"lgname": {"Alice"}, "lgpassword": {""}},
		"nothing": {}, "name as array": {"lgname[]": {"Alice"}, "lgpassword": {alicePassword}},
		"password as array": {"lgname": {"Alice"}, "lgpassword[]": {alicePassword}},
	} {
		form.Set("action", "login")
		form.Set("lgtoken", token)
		if a := c.do(http.MethodPost, codesAreBare, form); a.raw("login") != `{"result":"Failed","reason":{"code":"authmanager-authn-no-primary"}}` {
			t.Errorf("%s: %s", what, a.Body)
		}
	}
}

func TestD5_PasswordMayHave4096Bytes(t *testing.T) {
	r := newRig(t, withoutThrottle)
	for _, name := range []string{"Alice", "Nobody here"} {
		for n, want := range map[int]string{4096: "wrongpassword", 4097: "passwordtoolong"} {
			a := r.client(t).attempt(style{"none", "2"}, name, strings.Repeat("x", n))
			if got := a.text("login", "reason", "code"); got != want {
				t.Errorf("%s, %d bytes: %s", name, n, a.Body)
			}
		}
	}
}

func TestNoLoginForAnotherSite(t *testing.T) {
	r := newRig(t)
	for who, c := range map[string]*client{
		"nobody": r.client(t), "user": r.client(t).login("Alice", alicePassword), "bot": r.client(t).login("William@testbot", testbotSecret),
	} {
		before := c.user()
		for _, w := range untrustedWays() {
			for what, body := range map[string]string{
				"complete": loginForm("Alice", alicePassword, c.token("login")).Encode(), "bare": "action=login",
			} {
				a := w.post(c, codesAreBare, body)
				a.shows(who+", "+w.name+", "+what, sameOrigin)
				a.sets(t, who+", "+w.name+", "+what)
			}
			a := w.post(c, codesAreBare+"lgpassword=x&lgtoken=y", "action=login")
			a.shows("parameters in the URL", sameOrigin)
		}
		if got := c.user(); got != before {
			t.Errorf("%s: %s became %s", who, before, got)
		}
	}
}

func TestBotSessionTakesNoOtherLogin(t *testing.T) {
	c := newRig(t).client(t).login("William@testbot", testbotSecret)
	for name, form := range map[string]url.Values{
		"same": loginForm("William@testbot", testbotSecret, c.token("login")), "other bot": loginForm("BotUser@full", fullSecret, c.token("login")),
		"main account": loginForm("Alice", alicePassword, c.token("login")), "wrong token": loginForm("Alice", alicePassword, "x"),
		"without a token": {"action": {"login"}}, "wrong password": loginForm("Alice", "wrong", c.token("login")),
	} {
		a := c.do(http.MethodPost, codesAreBare, form)
		a.shows(name, badProvider)
		a.sets(t, name)
	}
	a := c.post(loginForm("Alice", alicePassword, c.token("login")))
	if got, want := a.text("login", "reason"), `Cannot log in when using MediaWiki\Session\BotPasswordSessionProvider sessions.`; got != want {
		t.Errorf("clients compare this text: %s", got)
	}
	if got := c.user(); got != "William" {
		t.Errorf("the session became that of %s", got)
	}
}
