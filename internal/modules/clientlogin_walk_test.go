package modules

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

// told is an answer of clientlogin in a version of the format, made of what the
// newer one says: the older one leaves out what is false.
func told(version, body string) string {
	if version == "1" {
		for _, key := range []string{"optional", "sensitive", "canpreservestate"} {
			body = strings.ReplaceAll(body, `,"`+key+`":false`, "")
			body = strings.ReplaceAll(body, `,"`+key+`":true`, `,"`+key+`":""`)
		}
	}
	return `{"clientlogin":` + body + `}`
}

// failed is a FAIL of the newer version, with texts as keys.
func failed(key, params string) string {
	return fmt.Sprintf(`{"status":"FAIL","message":{"key":"%s","params":[%s]},"messagecode":"%s","canpreservestate":false}`, key, params, key)
}

func passed(name string) string { return `{"status":"PASS","username":"` + name + `"}` }

// raw asks for texts as keys, in a version of the format.
func raw(version string, more ...string) []string {
	return append([]string{"loginmessageformat", "raw", "formatversion", version}, more...)
}

var versions = []string{"1", "2"}

// W1: a right password logs in, whatever the spelling of the name. The session
// and its tokens are others afterwards.
func TestWalkW1_RightPassword(t *testing.T) {
	for _, version := range versions {
		r := newRig(t)
		for _, name := range []string{"William", "william", "_william ", "User:William", "Wi\u006cliam_"} {
			c := r.client(t)
			token := c.token("login")
			before := c.cookie("refwiki_session")
			form := url.Values{
				"action": {"clientlogin"}, "logintoken": {token}, "loginreturnurl": {"http://x/"}, "formatversion": {version},
				"username": {name}, "password": {williamPassword},
			}
			c.post(form).is(told(version, passed("William")))
			if after := c.cookie("refwiki_session"); after == before || after == "" || c.user() != "William" || c.cookie("refwikiToken") != "" {
				t.Errorf("%s: session %q after %q, cookies %v", name, after, before, c.cookies())
			}
			if code := c.post(form).code(); code != "badtoken" {
				t.Errorf("%s: the token of the login once more: %s", name, code)
			}
		}
	}
}

// B-16: whoever sends rememberMe is remembered, whatever its value.
func TestB16_RememberMeOfAnyValue(t *testing.T) {
	r := newRig(t)
	for _, value := range []string{"1", "", "0", "false", "on"} {
		c := r.client(t)
		c.begin("Alice", alicePassword, "rememberMe", value).is(told("2", passed("Alice")))
		r.Clock.Advance(2 * time.Hour)
		if c.cookie("refwikiToken") == "" || c.user() != "Alice" {
			t.Errorf("rememberMe=%s: not remembered", value)
		}
	}
	c := r.client(t)
	c.begin("Alice", alicePassword, "rememberme", "1")
	r.Clock.Advance(2 * time.Hour)
	if c.cookie("refwikiToken") != "" || c.user() != nobody {
		t.Error("remembered, though not asked")
	}
}

// W2: five wrong passwords, and then no password is looked at.
func TestWalkW2_WrongPasswordAndTheLimit(t *testing.T) {
	for _, version := range versions {
		r := newRig(t)
		for range 5 {
			r.client(t).begin("William", "wrong", raw(version)...).is(told(version, failed("wrongpassword", "")))
		}
		r.client(t).begin("William", williamPassword, raw(version)...).is(told(version, failed("login-throttled", `{"duration":300}`)))
		r.Clock.Advance(5 * time.Minute)
		r.client(t).begin("William", williamPassword, raw(version)...).is(told(version, passed("William")))
	}
}

// Texts are left out, given as keys, or expanded; the code is always there.
func TestTheFormatsOfMessages(t *testing.T) {
	r := newRig(t, withoutThrottle)
	for format, want := range map[string]string{
		"none": `{"status":"FAIL","messagecode":"wrongpassword","canpreservestate":false}`,
		"raw":  failed("wrongpassword", ""),
	} {
		for _, version := range versions {
			r.client(t).begin("William", "wrong", "loginmessageformat", format, "formatversion", version).is(told(version, want))
		}
	}
	for _, format := range []string{"html", "wikitext", ""} {
		more := []string{"loginmessageformat", format}
		if format == "" {
			more = nil
		}
		a := r.client(t).begin("William", "wrong", more...)
		text := a.text("clientlogin", "message")
		if !strings.Contains(text, " ") || strings.Contains(text, "wrongpassword") {
			t.Errorf("%q: %s", format, a.Body)
		}
		other := r.client(t).begin("William", "wrong", append(more, "uselang", "de")...).text("clientlogin", "message")
		if other == text || other == "" {
			t.Errorf("%q in German: %q", format, other)
		}
	}
}

const (
	codeForm = `[{"id":"MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest","metadata":{},"required":"required",` +
		`"provider":{"key":"oathauth-describe-provider","params":[]},"account":{"key":"$1","params":["Tfa"]},` +
		`"fields":{"OATHToken":{"type":"string","label":{"key":"oathauth-auth-token-label","params":[]},` +
		`"help":{"key":"oathauth-auth-token-help","params":[]},"optional":false,"sensitive":false}}}]`
	resetForm = `[{"id":"MediaWiki\\Auth\\PasswordAuthenticationRequest","metadata":{},"required":"required",` +
		`"provider":{"key":"authmanager-provider-password","params":[]},"account":{"key":"$1","params":["Alice"]},` +
		`"fields":{"password":{"type":"password","label":{"key":"newpassword","params":[]},` +
		`"help":{"key":"authmanager-password-help","params":[]},"optional":false,"sensitive":true},` +
		`"retype":{"type":"password","label":{"key":"retypenew","params":[]},` +
		`"help":{"key":"authmanager-retype-help","params":[]},"optional":false,"sensitive":true}}}]`
	skipForm = `,{"id":"MediaWiki\\Auth\\ButtonAuthenticationRequest:skipReset","metadata":{},"required":"optional",` +
		`"provider":{"key":"$1","params":["MediaWiki\\Auth\\ButtonAuthenticationRequest"]},` +
		`"account":{"key":"$1","params":["MediaWiki\\Auth\\ButtonAuthenticationRequest:skipReset"]},` +
		`"fields":{"skipReset":{"type":"button","label":{"key":"authprovider-resetpass-skip-label","params":[]},` +
		`"help":{"key":"authprovider-resetpass-skip-help","params":[]},"optional":false,"sensitive":false}}}]`
)

// wants is a UI of the newer version.
func wants(form, key, params string) string {
	return fmt.Sprintf(`{"status":"UI","requests":%s,"message":{"key":"%s","params":[%s]},"messagecode":"%s"}`, form, key, params, key)
}

// W3 to W7 in both versions; meta=authmanagerinfo shows what is waited for, in
// the same words, and nothing before and after.
func TestWalkW3ToW7_SecondFactor(t *testing.T) {
	for _, version := range versions {
		r, d := withFactor(t)
		c := r.client(t)
		waiting := func() string {
			return c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue&amimessageformat=raw&formatversion="+version).raw("query", "authmanagerinfo", "requests")
		}
		if got := waiting(); got != "[]" {
			t.Errorf("before: %s", got)
		}
		c.begin("tfa", tfaPassword, raw(version)...).is(told(version, wants(codeForm, "oathauth-auth-ui", "")))
		if got := told(version, waiting()); got != told(version, codeForm) || c.user() != nobody {
			t.Errorf("meta=authmanagerinfo of %s: %s", c.user(), got)
		}
		wrong := told(version, wants(codeForm, "oathauth-login-failed", ""))
		for range 2 {
			c.goOn(raw(version, "OATHToken", "000000")...).is(wrong)
			c.goOn(raw(version, "OATHToken", "")...).is(wrong)
			c.goOn(raw(version)...).is(wrong)
		}
		code := d.now()
		c.goOn(raw(version, "OATHToken", " "+code[:2]+" "+code[2:]+" ")...).is(told(version, passed("Tfa")))
		if got := waiting(); got != "[]" || c.user() != "Tfa" {
			t.Errorf("after, of %s: %s", c.user(), got)
		}
		c = r.client(t)
		c.begin("tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
		c.goOn(raw(version, "OATHToken", code)...).is(wrong)
	}
}

// W10: a temporary password logs in to nothing but the choice of another one.
func TestWalkW10_TemporaryPassword(t *testing.T) {
	for _, version := range versions {
		r := newRig(t, func(o *rigOptions) { o.Policy = policy.Rules{Default: policy.Policy{MinLength: 8}} })
		issued, err := r.Credentials.IssueTemporary(t.Context(), "Alice", false)
		must(t, err)
		temporary := issued.Password.Reveal()
		c := r.client(t)
		again := told(version, wants(resetForm, "resetpass-temp-emailed", ""))
		c.begin("Alice", temporary, raw(version)...).is(again)
		c.goOn(raw(version)...).is(again)
		c.goOn(raw(version, "password", "another-Secret-9", "retype", "anothe-Secret-9")...).is(told(version, wants(resetForm, "badretype", "")))
		c.goOn(raw(version, "password", "short", "retype", "short")...).is(told(version, wants(resetForm, "passwordtooshort", `8`)))
		form := url.Values{"action": {"clientlogin"}, "logincontinue": {""}, "logintoken": {c.token("login")}, "retype": {"another-Secret-9"}}
		if code := c.do("POST", "password=another-Secret-9", form).code(); code != "mustpostparams" {
			t.Errorf("the password in the URL: %s", code)
		}
		if c.user() != nobody {
			t.Errorf("%s is logged in", c.user())
		}
		c.goOn(raw(version, "password", "another-Secret-9", "retype", "another-Secret-9")...).is(told(version, passed("Alice")))
		if c.user() != "Alice" {
			t.Errorf("%s is logged in", c.user())
		}
		for password, want := range map[string]string{temporary: failed("wrongpassword", ""), alicePassword: failed("wrongpassword", ""), "another-Secret-9": passed("Alice")} {
			r.client(t).begin("Alice", password, raw(version)...).is(told(version, want))
		}
	}
}

// A password that is not good enough any more must be changed, or may be.
func TestAPasswordThatIsNotGoodEnough(t *testing.T) {
	const why = `"Passwords must have 40 bytes or more."`
	optional := strings.ReplaceAll(strings.TrimSuffix(resetForm, "]"), `"required":"required"`, `"required":"optional"`) + skipForm
	for _, version := range versions {
		r := newRig(t, func(o *rigOptions) {
			o.Policy = policy.Rules{Default: policy.Policy{MinLength: 40}, OnLogin: policy.Suggest}
		})
		c := r.client(t)
		again := told(version, wants(optional, "resetpass-validity-soft", why))
		c.begin("Alice", alicePassword, raw(version)...).is(again)
		c.goOn(raw(version)...).is(again)
		c.goOn(raw(version, "skipReset", "")...).is(told(version, passed("Alice")))

		r = newRig(t, func(o *rigOptions) {
			o.Policy = policy.Rules{Default: policy.Policy{MinLength: 40}, OnLogin: policy.Force}
		})
		c = r.client(t)
		again = told(version, wants(resetForm, "resetpass-validity", why))
		c.begin("Alice", alicePassword, raw(version)...).is(again)
		c.goOn(raw(version)...).is(again)
		a := c.goOn(raw(version, "skipReset", "")...)
		if a.ended("UI", "resetpass-validity"); c.user() != nobody || !strings.Contains(a.Body, "Unrecognized parameter: skipReset.") {
			t.Errorf("%s is logged in: %s", c.user(), a.Body)
		}
		long := strings.Repeat("a long one ", 4)
		c.goOn(raw(version, "password", long, "retype", long)...).is(told(version, passed("Alice")))
	}
}

// W12: bot passwords are for action=login only.
func TestWalkW12_BotPassword(t *testing.T) {
	r := newRig(t, withoutThrottle)
	for _, version := range versions {
		for _, login := range [][2]string{{"William@testbot", testbotSecret}, {"William", "testbot@" + testbotSecret}, {"William", testbotSecret}} {
			c := r.client(t)
			c.begin(login[0], login[1], raw(version)...).is(told(version, failed("wrongpassword", "")))
			if c.user() != nobody {
				t.Errorf("%s logs in by a bot password", c.user())
			}
		}
	}
}

// elsewhere is a provider that sends to another site. What comes back belongs
// to the account of its name, or to none.
type elsewhere struct {
	names func(raw string) (account.Account, bool)
}

func (elsewhere) ID() string { return "elsewhere" }

func (elsewhere) Requests(context.Context, *authn.Form) ([]authn.Request, error) {
	return []authn.Request{authn.Button("goelsewhere", "login", "login")}, nil
}

func (elsewhere) Begin(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	if !a.Answers.Checked(`MediaWiki\Auth\ButtonAuthenticationRequest:goelsewhere`, "goelsewhere") {
		return authn.Response{}, nil
	}
	return authn.Response{Status: authn.Redirect, Target: "https://idp.test/?back=" + url.QueryEscape(a.ReturnURL), Data: "state"}, nil
}

func (elsewhere) Asks(context.Context, *authn.Attempt) ([]authn.Request, error) {
	return []authn.Request{{ID: "Back", Required: authn.Demanded, Fields: []authn.Field{
		{Name: "code", Type: authn.FieldString, Label: message.New("login"), Help: message.New("login")},
	}}}, nil
}

func (e elsewhere) Continue(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	back, ok := a.Answers.Of("Back")
	if !ok {
		return authn.Response{Status: authn.Fail, Message: message.Literal("no code: came back")}, nil
	}
	found, _ := e.names(back.Value("code"))
	return authn.Response{Status: authn.Pass, Account: found}, nil
}

// withElsewhere is a rig that logs in at another site, too.
func withElsewhere(t *testing.T) (r *rig) {
	t.Helper()
	r = newRig(t, func(o *rigOptions) {
		o.Primary = []authn.PrimaryProvider{elsewhere{names: func(raw string) (account.Account, bool) {
			name, _ := o.Engine.Names.Parse(raw)
			a, found, err := r.Store.Accounts().ByName(t.Context(), name)
			must(t, err)
			return a, found
		}}}
	})
	return r
}

// W13: a login at another site, which may belong to no account here.
func TestWalkW13_Redirect(t *testing.T) {
	const back = `[{"id":"Back","metadata":{},"required":"required","provider":{"key":"$1","params":["Back"]},"account":{"key":"$1","params":["Back"]},` +
		`"fields":{"code":{"type":"string","label":{"key":"login","params":[]},"help":{"key":"login","params":[]},"optional":false,"sensitive":false}}}]`
	const redirect = `{"status":"REDIRECT","redirecttarget":"https://idp.test/?back=https%3A%2F%2Fapp.test%2F","redirectdata":"state","requests":` + back + `}`
	for _, version := range versions {
		r := withElsewhere(t)
		begin := func() *client {
			c := r.client(t)
			c.step(raw(version, "goelsewhere", "1", "loginreturnurl", "https://app.test/")...).is(told(version, redirect))
			return c
		}
		c := begin()
		c.goOn(raw(version, "code", "alice")...).is(told(version, passed("Alice")))
		if c.user() != "Alice" {
			t.Errorf("%s is logged in", c.user())
		}
		begin().goOn(raw(version)...).is(told(version, `{"status":"FAIL","message":{"key":"$1","params":["no code: came back"]},"messagecode":"no_code__came_back","canpreservestate":false}`))
		c = begin()
		a := c.goOn(raw(version, "code", "Nobody here")...)
		forms := a.raw("clientlogin", "requests")
		a.is(told(version, `{"status":"RESTART","requests":`+forms+`,"message":{"key":"authmanager-authn-no-local-user","params":[]},"messagecode":"authmanager-authn-no-local-user","canpreservestate":false}`))
		shown := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login&amimessageformat=raw&formatversion=" + version)
		if want := shown.raw("query", "authmanagerinfo", "requests"); forms != want || c.user() != nobody {
			t.Errorf("%s is asked %s, want %s", c.user(), forms, want)
		}
		c.goOn(raw(version, "username", "alice", "password", alicePassword)...).is(told(version, passed("Alice")))
	}
}

// W14: who is logged in can log in as somebody else; when that fails, nothing
// has changed.
func TestWalkW14_LoginWhileLoggedIn(t *testing.T) {
	r, d := withFactor(t, guarded)
	c := r.client(t).login("William", williamPassword)
	c.begin("Alice", "wrong").ended("FAIL", "wrongpassword")
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	if c.user() != "William" {
		t.Errorf("%s is logged in", c.user())
	}
	csrf := c.token("csrf")
	c.goOn("OATHToken", d.now()).is(told("2", passed("Tfa")))
	if c.user() != "Tfa" || c.passes(csrf) {
		t.Errorf("%s is logged in", c.user())
	}
	c.begin("Alice", alicePassword).is(told("2", passed("Alice")))
	if c.user() != "Alice" {
		t.Errorf("%s is logged in", c.user())
	}
	_, err := r.Credentials.Change(t.Context(), "Tfa", secret.New("another-Secret-9"))
	must(t, err)
	if c.user() != "Alice" {
		t.Errorf("%s is logged in after a change of somebody else", c.user())
	}
}

// The fields of all requests can be had as one object beside them.
func TestMergedFields(t *testing.T) {
	request, fields, _ := strings.Cut(strings.TrimSuffix(codeForm, "}]"), `,"fields":`)
	const key = "oathauth-auth-ui"
	want := fmt.Sprintf(`{"status":"UI","requests":%s}],"fields":%s,"message":{"key":"%s","params":[]},"messagecode":"%s"}`, request, fields, key, key)
	for _, version := range versions {
		r, d := withFactor(t)
		c := r.client(t)
		c.begin("tfa", tfaPassword, raw(version, "loginmergerequestfields", "")...).is(told(version, want))
		a := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue&amimessageformat=raw&amimergerequestfields=1&formatversion=" + version)
		if got := a.raw("query", "authmanagerinfo", "fields"); told(version, got) != told(version, fields) {
			t.Errorf("%s", a.Body)
		}
		c.goOn(raw(version, "OATHToken", d.now(), "loginmergerequestfields", "1")...).is(told(version, passed("Tfa")))
	}
}
