package modules

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

const (
	keyOrigin = "https://wiki.test"
	keyFailed = "oathauth-webauthn-error-registration-failed"
)

// registerInfo asks for options for a new device.
func (c *client) registerInfo(more string) string {
	c.t.Helper()
	a := c.get("action=webauthn&func=getRegisterInfo" + more)
	options := a.text("webauthn", "register_info")
	if options == "" {
		c.t.Fatalf("no options: %s", a.Body)
	}
	return options
}

// registering registers what a device has answered.
func (c *client) registering(credential string, more ...string) answer {
	c.t.Helper()
	form := url.Values{"action": {"webauthn"}, "func": {"register"}, "credential": {credential}, "token": {c.token("csrf")}}
	for i := 0; i < len(more); i += 2 {
		form.Set(more[i], more[i+1])
	}
	return c.post(form)
}

// key is a new device that the client's user has registered.
func (c *client) key(asPasskey bool) *authenticator.Key {
	c.t.Helper()
	k, mode, more := authenticator.New(authenticator.ES256, keyOrigin), "", []string{"friendlyname", "My key"}
	if asPasskey {
		mode, more = "&passkeyMode=1", append(more, "passkeyMode", "1")
	}
	c.registering(k.Register(c.registerInfo(mode)), more...).is(`{"webauthn":{"success":""}}`)
	return k
}

// asked are the options that an answer of clientlogin asks with, of its first
// request.
func (a answer) asked() string {
	a.t.Helper()
	list, _ := a.value("clientlogin", "requests").([]any)
	if len(list) == 0 {
		a.t.Fatalf("nothing is asked: %s", a.Body)
	}
	return optionsOf(list[0])
}

func optionsOf(request any) string {
	fields, _ := request.(map[string]any)["fields"].(map[string]any)
	field, _ := fields["auth_info"].(map[string]any)
	text, _ := field["value"].(string)
	return text
}

func TestSecurityKeysAreRegisteredAndLogIn(t *testing.T) {
	r := newRig(t, withKeys)
	c, elsewhere := r.client(t).login("Alice", alicePassword), r.client(t).login("Alice", alicePassword)
	k := c.key(false)

	// The session goes on, as one that has passed a second factor; others end.
	if name := c.get("action=query&meta=userinfo").text("query", "userinfo", "name"); name != "Alice" {
		t.Errorf("the session is now %q's", name)
	}
	if elsewhere.get("action=query&meta=userinfo").value("query", "userinfo", "id") != 0.0 {
		t.Error("a session from before goes on")
	}
	other := c.key(false)
	if options := c.get("action=webauthn&func=getAuthInfo").text("webauthn", "auth_info"); strings.Count(options, `"public-key"`) != 2 {
		t.Errorf("asked with %s", options)
	}

	for _, device := range []*authenticator.Key{k, other, k} {
		c := r.client(t)
		a := c.begin("Alice", alicePassword)
		a.ended("UI", "oathauth-webauthn-ui-login-prompt")
		c.goOn("credential", device.Sign(a.asked())).ended("PASS", "")
		if name := c.get("action=query&meta=userinfo").text("query", "userinfo", "name"); name != "Alice" {
			t.Errorf("logged in as %q", name)
		}
	}
	must(t, r.giveBot("Alice"))
	bot := r.client(t).login("Alice@keys", testbotSecret)
	if a := bot.get("action=webauthn&func=getAuthInfo"); a.text("error", "code") != "oathauth-webauthn-error-module-not-enabled" {
		t.Errorf("a bot password is told of devices: %s", a.Body)
	}
	state, err := r.Store.SecondFactors().State(t.Context(), r.account(t, "Alice").ID)
	must(t, err)
	if len(state.Devices) != 2 || state.Devices[0].Name != "My key" || state.Devices[0].Method != twofactor.WebAuthn || state.Devices[0].Used.IsZero() {
		t.Errorf("%+v", state.Devices)
	}
	if a := r.client(t).tryLogin("Alice", alicePassword); a.text("login", "result") != "Aborted" {
		t.Errorf("action=login: %s", a.Body)
	}
}

// giveBot makes a bot password called keys, whose secret is testbotSecret.
func (r *rig) giveBot(owner string) error {
	_, err := r.BotPasswords.Create(context.Background(), botpassword.CreateRequest{Owner: owner, App: "keys", Grants: []string{"basic"}, Secret: secret.New(testbotSecret)})
	return err
}

func TestWhatRegistrationDemands(t *testing.T) {
	r := newRig(t, withKeys)
	nobody, alice := r.client(t), r.client(t).login("Alice", alicePassword)
	bot, full := r.client(t).login("William@testbot", testbotSecret), r.client(t).login("BotUser@full", fullSecret)
	k := authenticator.New(authenticator.EdDSA, keyOrigin)
	for _, c := range []struct {
		name string
		a    answer
		code string
	}{
		{"options for nobody", nobody.get("action=webauthn&func=getRegisterInfo"), "mustbeloggedin"},
		{"options for another site", alice.get("action=webauthn&func=getRegisterInfo&origin=*"), "mustbeloggedin"},
		{"options for a bot password", bot.get("action=webauthn&func=getRegisterInfo"), "permissiondenied"},
		{"options for a bot password with all grants", full.get("action=webauthn&func=getRegisterInfo"), "permissiondenied"},
		{"registering by GET", alice.get("action=webauthn&func=register"), "missingparam"},
		{"a token in the address", alice.get("action=webauthn&func=register&token=" + url.QueryEscape(alice.token("csrf"))), "mustpostparams"},
		{"a wrong token", alice.post(url.Values{"action": {"webauthn"}, "func": {"register"}, "token": {"x"}}), "badtoken"},
		{"nobody registers", nobody.registering("{}"), "mustbeloggedin"},
		{"a bot password registers", bot.registering("{}"), "permissiondenied"},
		{"nothing to register", alice.registering(""), "oathauth-webauthn-missing-credential"},
		{"garbage", alice.registering("{}"), keyFailed},
		{"an answer to somebody else", alice.registering(k.Register(r.client(t).login("William", williamPassword).registerInfo(""))), keyFailed},
		{"an answer to another session", alice.registering(k.Register(r.client(t).login("Alice", alicePassword).registerInfo(""))), keyFailed},
		{"a passkey that was asked as none", alice.registering(k.Register(alice.registerInfo("")), "passkeyMode", "1"), keyFailed},
		{"no device to ask", alice.get("action=webauthn&func=getAuthInfo"), "oathauth-webauthn-error-module-not-enabled"},
		{"nobody to ask", nobody.get("action=webauthn&func=getAuthInfo"), "oathauth-webauthn-error-module-not-enabled"},
		{"an unknown function", alice.get("action=webauthn&func=remove"), "badvalue"},
		{"no function", alice.get("action=webauthn"), "missingparam"},
	} {
		if got := c.a.text("error", "code"); got != c.code {
			t.Errorf("%s: %q, want %q: %s", c.name, got, c.code, c.a.Body)
		}
	}
	if r.account(t, "Alice").SecondFactor || r.account(t, "William").SecondFactor {
		t.Error("something was registered")
	}
}

// E-17: a login that is long ago registers nothing, by a POST that nothing came
// before either.
func TestE17_RegistrationNeedsAFreshLogin(t *testing.T) {
	r := newRig(t, withKeys)
	c := r.client(t).login("Alice", alicePassword)
	for range 2 { // which keeps the session alive
		r.Clock.Advance(31 * time.Minute)
		c.token("csrf")
	}
	k := authenticator.New(authenticator.ES256, keyOrigin)
	if a := c.registering(k.Register(c.registerInfo(""))); a.text("error", "code") != "reauthenticate" {
		t.Errorf("after an hour: %s", a.Body)
	}
}

func TestF14_KeysAreRegisteredByWhoHasShownTheFactor(t *testing.T) {
	r := newRig(t, withKeys)
	c := r.client(t).login("Alice", alicePassword)
	d := device{r: r, Proposal: twofactor.Propose()}
	_, err := r.Factors.Enrol(t.Context(), r.account(t, "Alice"), twofactor.Enrolment{Proposal: d.Proposal, KeepSessions: true})
	must(t, err)
	k := authenticator.New(authenticator.ES256, keyOrigin)
	if a := c.registering(k.Register(c.registerInfo(""))); a.text("error", "code") != "reauthenticate" {
		t.Errorf("without the factor: %s", a.Body)
	}
	c = r.client(t)
	c.begin("Alice", alicePassword).ended("UI", "oathauth-auth-ui")
	c.goOn("OATHToken", d.now()).ended("PASS", "")
	c.registering(k.Register(c.registerInfo(""))).is(`{"webauthn":{"success":""}}`)
}

// E-17: who has found a session open cannot keep it fresh by registering one
// key after the other, and the record tells of no password that nobody gave.
func TestE17_RegistrationMakesNoFreshLogin(t *testing.T) {
	r := newRig(t, withKeys, func(o *rigOptions) { o.Session.Lifetime = 3 * time.Hour })
	c := r.client(t).login("Alice", alicePassword)
	r.Clock.Advance(50 * time.Minute)
	c.key(false)
	c.is("Alice")
	r.Clock.Advance(11 * time.Minute)
	c.is("Alice")
	if got := c.freshness("AddKey"); got != "reauth" {
		t.Errorf("an hour after the password was given: %s", got)
	}
	k := authenticator.New(authenticator.ES256, keyOrigin)
	if a := c.registering(k.Register(c.registerInfo(""))); a.text("error", "code") != "reauthenticate" {
		t.Errorf("another key: %s", a.Body)
	}
	rows, err := r.Store.Audit().List(t.Context(), audit.Filter{Kind: audit.Login, Limit: 9})
	must(t, err)
	if len(rows) != 2 || rows[0].Method != audit.BySession || rows[1].Method != audit.ByPassword {
		t.Errorf("the record: %+v", rows)
	}
}
