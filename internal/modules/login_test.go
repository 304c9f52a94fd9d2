package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
)

func loginForm(name, password, token string) url.Values {
	return url.Values{"action": {"login"}, "lgname": {name}, "lgpassword": {password}, "lgtoken": {token}}
}

// styled posts a form and asks for a style in the URL.
func (c *client) styled(s style, form url.Values) answer {
	c.t.Helper()
	return c.do(http.MethodPost, s.query(), form)
}

// attempt logs in with a fresh token.
func (c *client) attempt(s style, name, password string) answer {
	c.t.Helper()
	return c.styled(s, loginForm(name, password, c.token("login")))
}

func withoutThrottle(o *rigOptions) { o.Windows = nil }

// outcome is an ending of a login as a client sees it.
type outcome struct {
	name     string
	ask      func(c *client, s style) answer
	result   string
	reason   said   // without a code: there is none
	more     string // members after result and reason
	warnings []said
}

// body is the whole answer in a style.
func (o outcome) body(s style) string {
	b := `"login":{"result":"` + o.result + `"`
	if o.reason.code != "" {
		b += `,"reason":` + s.reason(o.reason)
	}
	b += o.more + "}"
	if o.warnings != nil {
		b = s.warnings(o.warnings...) + "," + b
	}
	return "{" + b + "}"
}

// because is a reason whose code is its key.
func because(key, params string) said { return said{code: key, key: key, params: params} }

// with is an attempt with these credentials.
func with(name, password string) func(*client, style) answer {
	return func(c *client, s style) answer { return c.attempt(s, name, password) }
}

// check asks in every style, as a new client each time.
func (o outcome) check(t *testing.T, r *rig) {
	t.Helper()
	for _, s := range styles() {
		a := o.ask(r.client(t), s)
		a.shows(o.name+", "+s.String(), o.body(s))
		if code := a.Header.Get("MediaWiki-API-Error"); code != "" || a.Status != http.StatusOK {
			t.Errorf("%s: a login that fails is no error, but the header says %q, status %d", o.name, code, a.Status)
		}
	}
}

const asWilliam = `,"lguserid":3,"lgusername":"William"`

func TestLoginResultsInEveryStyle(t *testing.T) {
	r := newRig(t, withoutThrottle)
	r.addOddBots(t)
	needToken := outcome{
		name: "no token", result: "NeedToken", more: `,"token":"TOKEN"`,
		warnings: []said{deprecation("apiwarn-deprecation-login-token", "", "action=login&!lgtoken", "login"), announcement},
		ask: func(c *client, s style) answer {
			return c.styled(s, url.Values{"action": {"login"}, "lgname": {"Alice"}, "lgpassword": {alicePassword}})
		},
	}
	for _, o := range []outcome{
		{name: "bot", result: "Success", more: asWilliam, ask: with("William@testbot", testbotSecret)},
		{name: "bot, other form", result: "Success", more: asWilliam, ask: with("William", "testbot@"+testbotSecret)},
		{
			name: "main account", result: "Success", more: `,"lguserid":2,"lgusername":"Alice"`, ask: with("Alice", alicePassword),
			warnings: []said{deprecation("apiwarn-deprecation-login-botpw", "", "main-account-login", "login"), announcement},
		},
		needToken,
		{
			name: "wrong token", result: "WrongToken",
			ask: func(c *client, s style) answer {
				c.token("login")
				return c.styled(s, loginForm("Alice", alicePassword, "invented"))
			},
		},
		{
			name: "session lost", result: "Failed", reason: said{code: "sessionlost", key: "authpage-cannot-login-continue"},
			ask: func(c *client, s style) answer { return c.styled(s, loginForm("Alice", alicePassword, "invented")) },
		},
		{name: "wrong password", result: "Failed", reason: because("wrongpassword", ""), ask: with("Alice", "wrong")},
		{name: "no password", result: "Failed", reason: because("authmanager-authn-no-primary", ""), ask: with("Alice", "")},
		{
			name: "long password", result: "Failed", reason: because("passwordtoolong", "4096"),
			ask: with("Alice", strings.Repeat("x", 4097)),
		},
		{
			name: "bot password that must be reset", result: "Failed",
			reason: because("botpasswords-needs-reset", `"William","stale"`), ask: with("william@stale", testbotSecret),
		},
		{name: "bot of a locked account", result: "Failed", reason: because("botpasswords-locked", ""), ask: with("Locked@bot", testbotSecret)},
		{
			name: "another site", result: "Aborted", reason: because("api-login-fail-sameorigin", ""),
			ask: func(c *client, s style) answer {
				return c.with("Treat-as-Untrusted", "1").attempt(s, "Alice", alicePassword)
			},
		},
		{
			name: "bot session", result: "Aborted",
			reason: because("api-login-fail-badsessionprovider", `"MediaWiki\\Session\\BotPasswordSessionProvider sessions"`),
			ask: func(c *client, s style) answer {
				return c.login("William@testbot", testbotSecret).attempt(s, "Alice", alicePassword)
			},
		},
	} {
		o.check(t, r)
	}
}

// addOddBots adds William@stale, whose secret must be reset, William@a@b,
// William@home for one network, William@old, which has expired, and
// Locked@bot. All have the secret of William@testbot.
func (r *rig) addOddBots(t *testing.T) {
	t.Helper()
	william := r.account(t, "William").ID
	must(t, r.Store.BotPasswords().Create(t.Context(), botpassword.BotPassword{
		Owner: william, App: "stale", Stamp: secret.Hex32(), Restrictions: grant.Unrestricted(), Created: rigStart,
	}))
	r.addAccount(t, "Locked", "locked-Secret-Pw8")
	for _, b := range []botpassword.CreateRequest{
		{Owner: "William", App: "a@b"},
		{Owner: "William", App: "home", Addresses: []string{"198.51.100.0/24"}},
		{Owner: "William", App: "old", Expires: rigStart.Add(time.Second)},
		{Owner: "Locked", App: "bot"},
		{Owner: "Blocked", App: "bot"},
	} {
		b.Secret = secret.New(testbotSecret)
		_, err := r.BotPasswords.Create(t.Context(), b)
		must(t, err)
	}
	must(t, r.Store.Accounts().SetLocked(t.Context(), r.account(t, "Locked").ID, true))
	r.Clock.Advance(time.Second)
}

// A rig that lets one attempt pass in each window.
func TestThrottledLoginsInEveryStyle(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.Windows = []throttle.Window{{Count: 1, Period: 5 * time.Minute}} })
	for name, password := range map[string]string{"Alice": "wrong", "William@testbot": strings.Repeat("0", 32)} {
		r.client(t).attempt(style{"bc", "1"}, name, password)
		outcome{
			name: name, result: "Failed", reason: because("login-throttled", `{"duration":300}`), ask: with(name, password),
		}.check(t, r)
	}
}

func TestMainLoginsWhereBotPasswordsAreOff(t *testing.T) {
	r := newRig(t, withoutThrottle, func(o *rigOptions) { o.NoBots, o.Session.BotPasswords = true, false })
	for _, o := range []outcome{
		{
			name: "main account", result: "Success", more: `,"lguserid":2,"lgusername":"Alice"`, ask: with("Alice", alicePassword),
			warnings: []said{deprecation("apiwarn-deprecation-login-nobotpw", "", "main-account-login", "login"), announcement},
		},
		{name: "bot", result: "Failed", reason: because("wrongpassword", ""), ask: with("William@testbot", testbotSecret)},
		{name: "bot, other form", result: "Failed", reason: because("wrongpassword", ""), ask: with("William", "testbot@"+testbotSecret)},
	} {
		o.check(t, r)
	}
	described := r.client(t).get("action=paraminfo&modules=login&helpformat=raw&formatversion=2").Body
	for _, part := range []string{`"deprecated":true`, `{"key":"apihelp-login-extended-description-nobotpasswords","params":["lg","login","login"]}`} {
		if !strings.Contains(described, part) {
			t.Errorf("%s is not in %s", part, described)
		}
	}
}

func TestSpellingsThatLogIn(t *testing.T) {
	r := newRig(t, withoutThrottle)
	r.addOddBots(t)
	for _, test := range []struct{ name, password, user string }{
		{"william@testbot", testbotSecret, "William"},
		{"_william_@testbot", testbotSecret, "William"},
		{"User:William@testbot", testbotSecret, "William"},
		{" user: william @testbot", testbotSecret, "William"},
		{"william", "testbot@" + testbotSecret, "William"},
		{"User:William", "testbot@" + testbotSecret, "William"},
		{"William@a@b", testbotSecret, "William"},
		{"William@a", "b@" + testbotSecret, ""}, // a long password beside an @ in the name has one form only
		{"William", "a@b@" + testbotSecret, "William"},
		{"William@Testbot", testbotSecret, ""},
		{"William@testbot ", testbotSecret, ""},
		{"William @testbot", testbotSecret, "William"},
		{"WILLIAM@testbot", testbotSecret, ""},
		{"William@testbot", testbotSecret + "\n", ""},
		{"William@testbot", strings.ToUpper(testbotSecret), ""},
		{"alice", alicePassword, "Alice"},
		{"Alice_", alicePassword, "Alice"},
		{" Alice ", alicePassword, "Alice"},
		{"User:alice", alicePassword, "Alice"},
		{"user_:_Alice", alicePassword, "Alice"},
		{"User talk:Alice", alicePassword, ""},
		{"Alice", " " + alicePassword, ""},
	} {
		c := r.client(t)
		a := c.attempt(style{"bc", "2"}, test.name, test.password)
		if got := a.text("login", "lgusername"); got != test.user {
			t.Errorf("%q with %q is %q, want %q: %s", test.name, test.password, got, test.user, a.Body)
		}
		if user := c.user(); test.user != "" && user != test.user {
			t.Errorf("%q made a session of %s", test.name, user)
		}
	}
}

func TestPasswordsAreComparedInFormNFC(t *testing.T) {
	r := newRig(t, withoutThrottle)
	r.addAccount(t, "Zoé", "café-Secret-9")
	for _, test := range []struct{ name, password string }{
		{"Zoé", "café-Secret-9"}, {"Zoé", "cafe\u0301-Secret-9"}, {"zoe\u0301", "café-Secret-9"},
	} {
		a := r.client(t).attempt(style{"bc", "2"}, test.name, test.password)
		if got := a.text("login", "lgusername"); got != "Zoé" {
			t.Errorf("%+q with %+q: %s", test.name, test.password, a.Body)
		}
	}
}

func TestD23_BlockedAccountsLogIn(t *testing.T) {
	r := newRig(t)
	r.addOddBots(t)
	for name, password := range map[string]string{"Blocked": blockedPassword, "Blocked@bot": testbotSecret} {
		if got := r.client(t).login(name, password).user(); got != "Blocked" {
			t.Errorf("%s: %s", name, got)
		}
	}
}

func TestDomainIsIgnored(t *testing.T) {
	c := newRig(t).client(t)
	form := loginForm("William@testbot", testbotSecret, c.token("login"))
	form.Set("lgdomain", "elsewhere")
	c.post(form).is(`{"login":{"result":"Success","lguserid":3,"lgusername":"William"}}`)
}

func TestN1_SecretsAreNotLogged(t *testing.T) {
	r := newRig(t)
	for i, test := range []struct{ name, password string }{
		{"Alice", alicePassword}, {"Alice", "wrong-Secret-Pw9"}, {"William@testbot", testbotSecret}, {"William", "testbot@" + testbotSecret},
	} {
		c := r.client(t)
		token := c.token("login")
		c.post(loginForm(test.name, test.password, token))
		events := r.Log.events("login attempt")
		if len(events) != i+1 {
			t.Errorf("%d events after %d attempts", len(events), i+1)
		}
		for key, value := range events[i] {
			if strings.Contains(value, test.password) || strings.Contains(value, token) || strings.Contains(value, testbotSecret) {
				t.Errorf("%s has a secret in it: %s", key, value)
			}
		}
	}
}
