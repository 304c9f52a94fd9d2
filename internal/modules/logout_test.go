package modules

import (
	"net/http"
	"net/netip"
	"net/url"
	"testing"

	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

func (c *client) logout(token string) answer {
	c.t.Helper()
	return c.post(url.Values{"action": {"logout"}, "token": {token}})
}

// clearedLogin are the cookies that a logout deletes. That with the name
// stays, for the next login form.
var clearedLogin = []string{"refwiki_session" + gone + plainEnd, "refwikiUserID" + gone + plainEnd, "refwikiToken" + gone + plainEnd}

func TestLogoutOfAUser(t *testing.T) {
	r := newRig(t)
	for _, version := range []string{"1", "2"} {
		c := r.client(t).login("Alice", alicePassword)
		old := c.withoutJar()
		a := c.do(http.MethodPost, "formatversion="+version, url.Values{"action": {"logout"}, "token": {c.token("csrf")}})
		a.is(`{}`)
		a.sets(t, "logout", clearedLogin...)
		if got := c.user(); got != nobody {
			t.Errorf("still %s", got)
		}
		if got := c.cookie("refwikiUserName"); got != "Alice" {
			t.Errorf("the name for the next login is %q", got)
		}
		if got := c.tokensOf("csrf"); got != `{"csrftoken":"+\\"}` {
			t.Errorf("the token of nobody is %s", got)
		}
		session := r.client(t).with("Cookie", "refwikiUserID=2; refwiki_session="+cookieIn(old, "refwiki_session"))
		if got := session.user(); got != nobody {
			t.Errorf("the session still is that of %s", got)
		}
	}
}

// cookieIn is the value of a cookie in the header of a client without a jar.
func cookieIn(c *client, name string) string {
	req := http.Request{Header: c.Header}
	cookie, err := req.Cookie(name)
	must(c.t, err)
	return cookie.Value
}

func TestLogoutSparesRememberedLogins(t *testing.T) {
	r := newRig(t)
	c, other := r.client(t).login("Alice", alicePassword), r.client(t).login("Alice", alicePassword)
	bot := r.client(t).login("William@testbot", testbotSecret)
	csrf, copied := other.token("csrf"), c.withoutJar()
	c.logout(c.token("csrf")).is(`{}`)
	if got := other.user(); got != "Alice" {
		t.Errorf("another session of Alice is that of %s", got)
	}
	if got := bot.user(); got != "William" {
		t.Errorf("a bot session is that of %s", got)
	}
	a := copied.get("action=query&meta=userinfo")
	if got := a.text("query", "userinfo", "name"); got != "Alice" || a.setNames() != "_session UserID UserName Token" {
		t.Errorf("a copy of all cookies gives %s and sets %q", got, a.setNames())
	}
	other.logout(csrf).is(`{}`)
}

func TestLogoutOfABotSession(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("William@testbot", testbotSecret)
	login := c.token("login")
	a := c.logout(c.token("csrf"))
	a.is(`{}`)
	a.sets(t, "bot", "refwiki_BPsession"+gone+plainEnd)
	if got := c.user(); got != nobody {
		t.Errorf("still %s", got)
	}
	if c.cookie("refwiki_session") == "" {
		t.Error("the session beside it is gone")
	}
	c.login("William@testbot", testbotSecret)
	if again := c.token("login"); again == login {
		t.Error("a new bot session has the tokens of the old one")
	}
}

func TestLogoutOfABotLeavesTheUserBesideIt(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword).login("William@testbot", testbotSecret)
	c.logout(c.token("csrf")).sets(t, "bot", "refwiki_BPsession"+gone+plainEnd)
	if got := c.user(); got != "Alice" {
		t.Errorf("the session in the login cookies is that of %s", got)
	}
	c.logout(c.token("csrf")).sets(t, "user", clearedLogin...)
}

func TestLogoutOfNobody(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	a := c.logout(`+\`)
	a.is(`{}`)
	a.sets(t, "without cookies")
	login := c.token("login")
	a = c.logout(`+\`)
	a.is(`{}`)
	a.sets(t, "with an anonymous session", "refwiki_session"+gone+plainEnd)
	c.do(http.MethodPost, codesAreBare, loginForm("Alice", alicePassword, login)).is(sessionLost)
}

func TestLogoutClearsCookiesOverHTTPS(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	token := c.token("csrf")
	secure := c.withoutJar().with("X-Test-Https", "1")
	secure.Header.Set("Cookie", secure.Header.Get("Cookie")+"; forceHTTPS=true; other=1")
	secure.logout(token).sets(t, "https", "refwiki_session"+gone+secureEnd, "refwikiUserID"+gone+secureEnd,
		"refwikiToken"+gone+secureEnd, "forceHTTPS"+gone+plainEnd)
}

// What does not log out must not touch a session.
func TestRequestsThatDoNotLogOut(t *testing.T) {
	r := newRig(t)
	for who, c := range map[string]*client{
		"user": r.client(t).login("Alice", alicePassword), "bot": r.client(t).login("William@testbot", testbotSecret),
	} {
		right := url.QueryEscape(c.token("csrf"))
		stranger := url.QueryEscape(r.client(t).login("Alice", alicePassword).token("csrf"))
		for _, test := range []struct{ name, method, query, body, want string }{
			{"GET", "GET", "", "", "missingparam"},
			{"GET with the token", "GET", "token=" + right, "", "mustpostparams"},
			{"HEAD", "HEAD", "", "", "missingparam"},
			{"HEAD with the token", "HEAD", "token=" + right, "", "mustpostparams"},
			{"POST without a token", "POST", "", "x=y", "missingparam"},
			{"empty token", "POST", "", "token=", "missingparam"},
			{"token as an array", "POST", "", "token[]=" + right, "missingparam"},
			{"token in the URL", "POST", "token=" + right, "x=y", "mustpostparams"},
			{"token in the URL and the body", "POST", "token=" + right, "token=" + right, "mustpostparams"},
			{"wrong token in the URL, too", "POST", "token=x", "token=" + right, "mustpostparams"},
			{"invented token", "POST", "", "token=x", "badtoken"},
			{"token of nobody", "POST", "", "token=%2B%5C", "badtoken"},
			{"watch token", "POST", "", "token=" + url.QueryEscape(c.token("watch")), "badtoken"},
			{"login token", "POST", "", "token=" + url.QueryEscape(c.token("login")), "badtoken"},
			{"token of another session", "POST", "", "token=" + stranger, "badtoken"},
			{"blank for plus", "POST", "", "token=" + c.token("csrf"), "badtoken"},
			{"PUT", "PUT", "", "token=" + right, "missingparam"},
			{"DELETE", "DELETE", "", "token=" + right, "missingparam"},
			{"assertion", "POST", "assert=anon", "token=" + right, "assertanonfailed"},
			{"OPTIONS", "OPTIONS", "", "token=" + right, ""},
		} {
			a := c.send(test.method, "format=json&action=logout&"+test.query, formType, test.body)
			a.fails(who+", "+test.name, test.want)
			a.sets(t, who+", "+test.name)
		}
		for _, w := range untrustedWays() {
			w.post(c, "", "action=logout&token="+right).fails(who+", "+w.name, "badtoken")
		}
		if got := c.user(); got == nobody {
			t.Errorf("the %s was logged out", who)
		}
		c.logout(c.token("csrf")).is(`{}`)
	}
}

func TestLogoutErrorsInEveryStyle(t *testing.T) {
	c := newRig(t).client(t)
	for _, s := range styles() {
		c.get("action=logout"+s.query()).shows("GET, "+s.String(), s.failure(
			said{code: "missingparam", key: "paramvalidator-missingparam", params: `{"plaintext":"token"}`, module: "logout"}))
		c.get("action=logout&token=x"+s.query()).shows("token in the URL, "+s.String(), s.failure(
			said{code: "mustpostparams", key: "apierror-mustpostparams", params: `"token",1`, module: "logout"}))
		c.styled(s, url.Values{"action": {"logout"}, "token": {"x"}}).shows("bad token, "+s.String(), s.failure(
			said{code: "badtoken", key: "apierror-badtoken", module: "logout"}))
	}
}

// Another site could send such a request with the cookies of a user. Its user
// is nobody, so the token of nobody fits; but nobody may be logged out by it.
func TestAnotherSiteLogsNobodyOut(t *testing.T) {
	r := newRig(t)
	for who, c := range map[string]*client{
		"Alice": r.client(t).login("Alice", alicePassword), "William": r.client(t).login("William@testbot", testbotSecret),
	} {
		csrf := c.token("csrf")
		for _, w := range untrustedWays() {
			a := w.post(c, "", `action=logout&token=%2B%5C`)
			a.is(`{}`)
			a.sets(t, who+", "+w.name)
			if got := c.user(); got != who {
				t.Errorf("%s: %s was logged out", w.name, who)
			}
		}
		if n := len(r.Log.events("logout")); n == 0 {
			t.Error("the attempts are not logged")
		}
		c.logout(csrf).is(`{}`)
	}
}

// The page of a site carries a logout link with a token of another salt.
func TestTokenOfTheLogoutLinkLogsOut(t *testing.T) {
	r := newRig(t)
	for who, c := range map[string]*client{
		"Alice": r.client(t).login("Alice", alicePassword), "William": r.client(t).login("William@testbot", testbotSecret),
	} {
		c.logout(r.linkToken(t, c)).is(`{}`)
		if got := c.user(); got != nobody {
			t.Errorf("%s still is %s", who, got)
		}
	}
}

// linkToken is what a page would put into its link.
func (r *rig) linkToken(t *testing.T, c *client) string {
	t.Helper()
	var s session.Session
	in := session.Input{Cookies: c.withoutJar().Header["Cookie"], Address: netip.MustParseAddr(nobody), Now: r.Clock.Now()}
	must(t, r.Sessions.Open(t.Context(), in, &s))
	text, ok := token.Source{Ring: r.Ring}.Append(nil, s.Binding(), token.LogoutLink, r.Clock.Now())
	if !ok {
		t.Fatal("no token")
	}
	return string(text)
}

func TestLogoutWorksOnAReadOnlySite(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	o := defaultRigOptions()
	readOnly(&o)
	r.rewire(t, o)
	c.with("Promise-Non-Write-API-Action", "1").logout(c.token("csrf")).is(`{}`)
}

func TestLogoutOnASiteWhereNobodyMayRead(t *testing.T) {
	c := newRig(t, func(o *rigOptions) { o.withoutRight("read") }).client(t).login("Alice", alicePassword)
	c.logout(c.token("csrf")).is(`{}`)
	c.get("action=query&meta=userinfo").fails("then", "readapidenied")
}

func TestTokensOfALogoutAreVoid(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	csrf := c.token("csrf")
	c.logout(csrf).is(`{}`)
	c.logout(csrf).fails("nobody", "badtoken")
	c.login("Alice", alicePassword)
	c.logout(csrf).fails("another session", "badtoken")
	c.logout(c.token("csrf")).is(`{}`)
}
