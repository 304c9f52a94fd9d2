package modules

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

const keyRequestID = `"MediaWiki\\Extension\\OATHAuth\\Auth\\WebAuthnAuthenticationRequest"`

// What is asked for as second factor, field by field.
func TestFormOfSecurityKeys(t *testing.T) {
	r := newRig(t, withKeys)
	r.client(t).login("Alice", alicePassword).key(false)
	c := r.client(t)
	a := c.begin("Alice", alicePassword, "loginmessageformat", "raw")
	options := a.asked()
	quoted := strings.ReplaceAll(options, `"`, `\"`)
	field := func(kind, value, label string) string {
		if value != "-" {
			value = `"value":"` + value + `",`
		} else {
			value = ""
		}
		return `{"type":"` + kind + `",` + value + `"label":{"key":"` + label + `-label","params":[]},"help":{"key":"` + label + `-help","params":[]},"optional":false,"sensitive":false}`
	}
	prompt := `{"key":"oathauth-webauthn-ui-login-prompt","params":[]}`
	a.is(`{"clientlogin":{"status":"UI","requests":[{"id":` + keyRequestID + `,"metadata":{},"required":"required",` +
		`"provider":{"key":"oathauth-describe-provider","params":[]},"account":{"key":"$1","params":["Alice"]},"fields":{` +
		`"auth_info":` + field("hidden", quoted, "oathauth-webauthn-authentication-info") + `,` +
		`"credential":` + field("hidden", "", "oathauth-webauthn-credential") + `,` +
		`"webauthnLabel":{"type":"null","label":` + prompt + `,"help":` + prompt + `,"optional":false,"sensitive":false}}}],` +
		`"message":` + prompt + `,"messagecode":"oathauth-webauthn-ui-login-prompt"}}`)
	if again := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue"); !strings.Contains(again.Body, quoted) {
		t.Errorf("asked again with something else: %s", again.Body)
	}
}

func TestAnswersOfSecurityKeys(t *testing.T) {
	r := newRig(t, withKeys, func(o *rigOptions) { o.Windows = nil })
	k := r.client(t).login("Alice", alicePassword).key(false)
	const wrong = "oathauth-webauthn-error-verification-failed"

	t.Run("none is asked for again", func(t *testing.T) {
		c := r.client(t)
		first := c.begin("Alice", alicePassword)
		a := c.goOn("credential", "")
		a.ended("UI", "oathauth-webauthn-error-credentials-missing")
		if a.asked() == first.asked() {
			t.Error("with an old challenge")
		}
		a = c.goOn()
		a.ended("UI", "oathauth-webauthn-error-credentials-missing")
		// What the client says it was asked with is not looked at.
		c.goOn("auth_info", `{"challenge":"AAAA"}`, "credential", k.Sign(a.asked())).ended("PASS", "")
	})
	t.Run("a wrong one ends the login", func(t *testing.T) {
		for name, answer := range map[string]func(asked string) string{
			"garbage": func(string) string { return "garbage" },
			"another origin": func(asked string) string {
				foreign := *k
				foreign.Origin, foreign.Counter = "https://evil.test", k.Counter+100
				return foreign.Sign(asked)
			},
			"a copy": func(asked string) string { copied := *k; copied.Counter = 0; return copied.Sign(asked) },
		} {
			c := r.client(t)
			a := c.begin("Alice", alicePassword)
			c.goOn("credential", answer(a.asked())).ended("FAIL", wrong)
			if got := c.goOn("credential", k.Sign(a.asked())); got.text("clientlogin", "messagecode") != "authmanager-authn-not-in-progress" {
				t.Errorf("%s: goes on: %s", name, got.Body)
			}
		}
	})
	t.Run("one of another session", func(t *testing.T) {
		c, d := r.client(t), r.client(t)
		answer := k.Sign(c.begin("Alice", alicePassword).asked())
		d.begin("Alice", alicePassword)
		d.goOn("credential", answer).ended("FAIL", wrong)
		c.goOn("credential", answer).ended("PASS", "")
	})
	t.Run("one that comes too late", func(t *testing.T) {
		c := r.client(t)
		answer := k.Sign(c.begin("Alice", alicePassword).asked())
		r.Clock.Advance(5 * time.Minute)
		c.goOn("credential", answer).ended("FAIL", wrong)
	})
}

func TestOneOfManyEqualAnswersLogsIn(t *testing.T) {
	r := newRig(t, withPasskeys)
	k := r.client(t).login("Alice", alicePassword).key(true)
	for _, credential := range []func(c *client) []string{
		func(c *client) []string {
			return []string{"logincontinue", "1", "credential", k.Sign(c.begin("Alice", alicePassword).asked())}
		},
		func(c *client) []string {
			return []string{"loginreturnurl", "http://client.test/", "credential", k.Sign(c.passkeyInfo())}
		},
	} {
		c := r.client(t)
		token := c.token("login")
		step := append(credential(c), "logintoken", token)
		var passed atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if strings.Contains(c.step(step...).Body, `"PASS"`) {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 1 {
			t.Errorf("%d of 8 have passed", passed.Load())
		}
	}
}

// passkeyInfo are the options of a login with a passkey.
func (c *client) passkeyInfo() string {
	c.t.Helper()
	a := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login&formatversion=2")
	list, _ := a.value("query", "authmanagerinfo", "requests").([]any)
	for _, request := range list {
		if options := optionsOf(request); options != "" {
			return options
		}
	}
	c.t.Fatalf("no passkey is asked for: %s", a.Body)
	return ""
}

// withPasskey begins a login with a passkey.
func (c *client) withPasskey(credential string) answer {
	c.t.Helper()
	return c.step("loginreturnurl", "http://client.test/", "credential", credential)
}

const wrongPasskey = "oathauth-webauthn-error-passkey-verification-failed"

func TestPasskeysLogInAlone(t *testing.T) {
	r := newRig(t, withPasskeys)
	k := r.client(t).login("Alice", alicePassword).key(true)
	plain := r.client(t).login("William", williamPassword).key(false)

	c := r.client(t)
	a := c.withPasskey(k.Sign(c.passkeyInfo()))
	a.ended("PASS", "")
	if a.text("clientlogin", "username") != "Alice" {
		t.Errorf("as %s", a.Body)
	}
	c.key(false) // it counts as a second factor
	events, err := r.Store.Audit().List(t.Context(), audit.Filter{Name: "Alice", Kind: audit.Login, Limit: 2})
	must(t, err)
	if e := events[1]; e.Method != audit.ByPasskey || e.Detail("second-factor") != string(twofactor.WebAuthn) {
		t.Errorf("on record as %+v", e)
	}

	c = r.client(t)
	c.withPasskey(plain.Sign(c.passkeyInfo())).ended("FAIL", wrongPasskey) // a second factor, and no more
	c.withPasskey("garbage").ended("FAIL", wrongPasskey)
	k.Unverified = true
	c.withPasskey(k.Sign(c.passkeyInfo())).ended("FAIL", wrongPasskey)
	k.Unverified = false
	used := k.Sign(c.passkeyInfo())
	c.withPasskey(used).ended("PASS", "")
	r.client(t).withPasskey(used).ended("FAIL", wrongPasskey)

	// A password goes on to work, with the device as second factor.
	c = r.client(t)
	a = c.begin("Alice", alicePassword, "credential", "")
	a.ended("UI", "oathauth-webauthn-ui-login-prompt")
	c.goOn("credential", k.Sign(a.asked())).ended("PASS", "")

	must(t, r.Store.Accounts().SetLocked(t.Context(), r.account(t, "Alice").ID, true))
	c = r.client(t)
	c.withPasskey(k.Sign(c.passkeyInfo())).ended("FAIL", wrongPasskey)
}

func TestPasskeysAreOffUnlessWanted(t *testing.T) {
	r := newRig(t, withKeys)
	k := r.client(t).login("Alice", alicePassword).key(true)
	c := r.client(t)
	if a := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login"); strings.Contains(a.Body, "WebAuthn") {
		t.Errorf("asked for: %s", a.Body)
	}
	options, err := r.Keys.AskPasskey([]byte("x"), r.Keys.Draw())
	must(t, err)
	c.withPasskey(k.Sign(options)).ended("FAIL", "authmanager-authn-no-primary")
}

func TestAttemptsWithPasskeysAreCountedForTheAddress(t *testing.T) {
	r := newRig(t, withPasskeys)
	k := r.client(t).login("Alice", alicePassword).key(true)
	r.Attempts.SetLimits(throttle.Limits{
		Factor: []throttle.Window{{Count: 1, Period: time.Minute}}, FactorAddress: []throttle.Window{{Count: 2, Period: time.Minute}},
	})
	near, far := r.client(t), r.client(t)
	near.Header.Set("X-Test-Address", "192.0.2.7")
	far.Header.Set("X-Test-Address", "192.0.2.8")
	for range 2 {
		near.withPasskey("garbage").ended("FAIL", wrongPasskey)
	}
	near.withPasskey(k.Sign(near.passkeyInfo())).ended("FAIL", "oathauth-throttled")
	for range 3 { // what is right takes its own attempt off again
		far.withPasskey(k.Sign(far.passkeyInfo())).ended("PASS", "")
	}
}

func TestMethodsOfTheSecondFactorCanBeChosen(t *testing.T) {
	r := newRig(t, withKeys)
	c := r.client(t).login("Alice", alicePassword)
	k := c.key(false)
	d := r.enrol(t, "Alice")
	c = r.client(t)
	a := c.begin("Alice", alicePassword)
	a.ended("UI", "oathauth-auth-ui")
	if !strings.Contains(a.Body, `"allowedModules":["totp","webauthn","recoverycodes"]`) {
		t.Errorf("%s", a.Body)
	}
	a = c.goOn("newModule", "webauthn")
	a.ended("UI", "oathauth-webauthn-ui-login-prompt")
	c.goOn("newModule", "totp").ended("UI", "oathauth-auth-ui")
	a = c.goOn("newModule", "webauthn", "OATHToken", "")
	c.goOn("credential", k.Sign(a.asked()), "newModule", "").ended("PASS", "")
	c = r.client(t)
	c.begin("Alice", alicePassword)
	c.goOn("OATHToken", d.now()).ended("PASS", "")
}

// Where security keys are switched off, an account that has nothing else stays
// out: it is asked for a code that it does not have.
func TestKeysThatAreSwitchedOffKeepTheirAccountsOut(t *testing.T) {
	r := newRig(t)
	k := authenticator.New(authenticator.ES256, keyOrigin)
	options, err := r.Keys.AskRegistration(t.Context(), r.account(t, "Alice"), []byte("x"), false)
	must(t, err)
	o, err := r.Keys.Register(t.Context(), r.account(t, "Alice"), []byte("x"), k.Register(options), "", false)
	if must(t, err); !o.Passed() {
		t.Fatal(o.Refusal)
	}
	c := r.client(t)
	c.begin("Alice", alicePassword).ended("UI", "oathauth-auth-ui")
	c.goOn("OATHToken", "123456", "credential", "{}").ended("UI", "oathauth-login-failed")
	if a := c.get("action=webauthn&func=getAuthInfo"); a.text("error", "code") != "badvalue" {
		t.Errorf("%s", a.Body)
	}
}
