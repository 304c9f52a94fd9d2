package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// What a login of Alice leaves with a client, 180 days from rigStart.
const (
	plainEnd  = "; path=/; HttpOnly; SameSite=Lax"
	secureEnd = "; path=/; secure; HttpOnly; SameSite=Lax"
	halfYear  = "; expires=Wed, 19 May 2027 15:25:00 GMT; Max-Age=15552000"
	gone      = "=deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0"
)

func aliceCookies(end string) []string {
	return []string{
		"refwiki_session=ID" + end, "refwikiUserID=2" + halfYear + end, "refwikiUserName=Alice" + halfYear + end,
		"refwikiToken=ID" + halfYear + end,
	}
}

func TestCookiesOfALogin(t *testing.T) {
	r := newRig(t, withoutThrottle)
	r.addAccount(t, "Zoé Q. \"x\"", "zoe-Secret-Pw7")
	for _, secure := range []bool{false, true} {
		end, c := plainEnd, r.client(t)
		if secure {
			end, c = secureEnd, c.with("X-Test-Https", "1")
		}
		post := func(name, password string) answer {
			// A jar keeps secure cookies from our plain connection.
			sent := c.get("action=query&meta=tokens&type=login")
			cookie, _, _ := strings.Cut(sent.Header.Get("Set-Cookie"), ";")
			return c.with("Cookie", cookie).post(loginForm(name, password, sent.text("query", "tokens", "logintoken")))
		}
		c.http = &http.Client{}
		c.get("action=query&meta=tokens&type=login").sets(t, "token", "refwiki_session=ID"+end)
		c.post(url.Values{"action": {"login"}}).sets(t, "NeedToken", "refwiki_session=ID"+end)
		c.post(loginForm("Alice", alicePassword, "x")).sets(t, "session lost", "refwiki_session=ID"+end)
		post("Alice", alicePassword).sets(t, "main account", aliceCookies(end)...)
		post("William@testbot", testbotSecret).sets(t, "bot", "refwiki_BPsession=ID"+end)
		post("Alice", "wrong").sets(t, "wrong password")
		post("", "").sets(t, "nothing")
		post("Zoé Q. \"x\"", "zoe-Secret-Pw7").sets(t, "name to be encoded", "refwiki_session=ID"+end, "refwikiUserID=6"+halfYear+end,
			"refwikiUserName=Zo%C3%A9%20Q.%20%22x%22"+halfYear+end, "refwikiToken=ID"+halfYear+end)
	}
}

func TestRefusedRequestsSetNoCookies(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	c.get("action=login").sets(t, "GET")
	c.with("Promise-Non-Write-API-Action", "1").post(url.Values{"action": {"login"}}).sets(t, "promise")
	c.do(http.MethodPost, "assert=user", url.Values{"action": {"login"}}).sets(t, "assert")
	// The module refuses these before it looks at the session.
	c.do(http.MethodPost, "lgtoken=x", url.Values{"action": {"login"}}).sets(t, "token in the URL")
}

func TestCookiesOfALoginOverAnother(t *testing.T) {
	r := newRig(t, withoutThrottle)
	c := r.client(t).login("Alice", alicePassword)
	old, token := c.cookie("refwiki_session"), c.cookie("refwikiToken")

	c.attempt(style{"bc", "1"}, "Alice", alicePassword).sets(t, "the same user", aliceCookies(plainEnd)...)
	if c.cookie("refwiki_session") == old || c.cookie("refwikiToken") != token {
		t.Error("a login must change the session id and keep the user's token")
	}
	stolen := r.client(t).with("Cookie", "refwikiUserID=2; refwiki_session="+old)
	if got := stolen.user(); got != nobody {
		t.Errorf("the session before the login still is that of %s", got)
	}

	c.attempt(style{"bc", "1"}, "Admin", adminPassword)
	if c.user() != "Admin" || c.cookie("refwikiUserName") != "Admin" || c.cookie("refwikiToken") == token {
		t.Errorf("another user: %s, cookies %v", c.user(), c.cookies())
	}

	c.attempt(style{"bc", "1"}, "Alice", "wrong").sets(t, "a failure")
	c.attempt(style{"bc", "1"}, "William@testbot", testbotSecret).sets(t, "a bot beside the user", "refwiki_BPsession=ID"+plainEnd)
	if got := c.user(); got != "William" {
		t.Errorf("the bot session must come before that of the user, but the user is %s", got)
	}
}

func TestForgottenCookiesAreClearedAtALogin(t *testing.T) {
	c := newRig(t).client(t)
	c.http = &http.Client{}
	sent := c.with("Cookie", "refwikiUserID=2; refwikiToken=x; refwikiUserName=Alice").get("action=query&meta=tokens&type=login")
	sent.sets(t, "stray cookies", "refwikiUserID"+gone+plainEnd, "refwikiToken"+gone+plainEnd, "refwiki_session=ID"+plainEnd)
	c.with("Cookie", "refwiki_BPsession="+strings.Repeat("0", 32)).get("action=query&meta=tokens").
		sets(t, "unknown bot session", "refwiki_BPsession"+gone+plainEnd)
}

func TestCookiesFollowTheConfiguration(t *testing.T) {
	r := newRig(t, func(o *rigOptions) {
		o.Session.Cookies.SameSite, o.Session.Cookies.Path, o.Session.Cookies.Domain = "", "/w/", "wiki.test"
		o.Session.Remember = 48 * time.Hour
	})
	c := r.client(t)
	sent := c.get("action=query&meta=tokens&type=login")
	const end = "; path=/w/; domain=wiki.test; HttpOnly"
	sent.sets(t, "token", "refwiki_session=ID"+end)
	cookie, _, _ := strings.Cut(sent.Header.Get("Set-Cookie"), ";")
	const life = "; expires=Sun, 22 Nov 2026 15:25:00 GMT; Max-Age=172800"
	c.with("Cookie", cookie).post(loginForm("Alice", alicePassword, sent.text("query", "tokens", "logintoken"))).sets(t, "login",
		"refwiki_session=ID"+end, "refwikiUserID=2"+life+end, "refwikiUserName=Alice"+life+end, "refwikiToken=ID"+life+end)
}

func TestMainLoginOutlivesItsSession(t *testing.T) {
	r := newRig(t)
	user, bot := r.client(t).login("Alice", alicePassword), r.client(t).login("William@testbot", testbotSecret)
	csrf := user.token("csrf")
	r.Clock.Advance(2 * time.Hour)
	if got := user.user(); got != "Alice" {
		t.Errorf("a remembered login ended as %s", got)
	}
	user.post(url.Values{"action": {"logout"}, "token": {csrf}}).fails("a token from before", "badtoken")
	if got := bot.user(); got != nobody {
		t.Errorf("a bot session outlived its time as %s", got)
	}
}
