package e2e

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

const keyPassword = "alice-Secret-Pw1"

// keyInfo finds the options of a browser in an answer, wherever they stand.
func (r reply) keyInfo(t *testing.T) string {
	t.Helper()
	type fields struct {
		Info struct{ Value string } `json:"auth_info"`
	}
	type requests []struct{ Fields fields }
	var a struct {
		WebAuthn struct {
			Info string `json:"register_info"`
		}
		ClientLogin struct{ Requests requests }
		Query       struct{ AuthManagerInfo struct{ Requests requests } }
	}
	if err := json.Unmarshal([]byte(r.body), &a); err != nil {
		t.Fatalf("%s: %v", r.body, err)
	}
	for _, one := range append(a.ClientLogin.Requests, a.Query.AuthManagerInfo.Requests...) {
		if one.Fields.Info.Value != "" {
			return one.Fields.Info.Value
		}
	}
	if a.WebAuthn.Info == "" {
		t.Fatalf("no options in %s", r.body)
	}
	return a.WebAuthn.Info
}

// register gives the client's user a security key.
func (c *client) register(t *testing.T, k *authenticator.Key) {
	t.Helper()
	options := c.get(fields{"action": "webauthn", "func": "getRegisterInfo", "passkeyMode": "1"}).keyInfo(t)
	done := c.post(nil, fields{
		"action": "webauthn", "func": "register", "passkeyMode": "1", "friendlyname": "Key of a test",
		"credential": k.Register(options), "token": c.token("csrf"),
	})
	if !strings.Contains(done.body, `"success"`) {
		t.Fatalf("not registered: %s", done.body)
	}
}

// keyStep takes a step of a clientlogin.
func (c *client) keyStep(more fields) reply {
	c.t.Helper()
	form := fields{"action": "clientlogin", "logintoken": c.token("login")}
	for field, value := range more {
		form[field] = value
	}
	return c.post(nil, form)
}

// A security key as the whole program knows it: registered, listed, asked for,
// logging in alone, and taken away.
func TestSecurityKeys(t *testing.T) {
	w := start(t, "--webauthn-id", "wiki.example", "--webauthn-origins", "https://wiki.example", "--passkeys")
	w.account("Alice", keyPassword)
	first := firstStep("Alice", keyPassword)
	passed := func(r reply) {
		t.Helper()
		if !strings.Contains(r.body, `"PASS"`) {
			t.Errorf("%s", r.body)
		}
	}
	c := w.client()
	passed(c.keyStep(first))
	k := authenticator.New(authenticator.ES256, "https://wiki.example")
	c.register(t, k)
	c.is("Alice")
	if list := w.mustRun("twofactor", "list"); !strings.Contains(list, "Key of a test") || !strings.Contains(list, "webauthn") {
		t.Errorf("listed as %s", list)
	}

	c = w.client()
	asked := c.keyStep(first)
	c.is("")
	passed(c.keyStep(fields{"logincontinue": "1", "credential": k.Sign(asked.keyInfo(t))}))
	c.is("Alice")

	c = w.client()
	c.token("login")
	info := c.get(fields{"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"}).keyInfo(t)
	passed(c.keyStep(fields{"loginreturnurl": "https://wiki.example/", "credential": k.Sign(info)}))
	c.is("Alice")

	k.Counter = 0
	c = w.client()
	refused := c.keyStep(fields{"logincontinue": "1", "credential": k.Sign(c.keyStep(first).keyInfo(t))})
	if !strings.Contains(refused.body, "oathauth-webauthn-error-verification-failed") {
		t.Errorf("a copy: %s", refused.body)
	}
	if said := w.mustRun("audit", "tail", "-n", "1"); !strings.Contains(said, "cloned-key") {
		t.Errorf("on record: %s", said)
	}

	w.mustRun("twofactor", "reset", "Alice", "--yes")
	passed(w.client().keyStep(first))
}

func TestSecurityKeysAreOffWhereBrowsersRefuse(t *testing.T) {
	w := start(t)
	if r := w.client().get(fields{"action": "webauthn", "func": "getRegisterInfo"}); r.code(t) != "badvalue" {
		t.Errorf("%s", r.body)
	}
}
