package modules

import (
	"fmt"
	"strings"
	"testing"
)

// The options of a choice are texts in every format of messages.
func TestOptionsArePlainTexts(t *testing.T) {
	r := newRig(t, withKeys)
	c := r.client(t).login("Alice", alicePassword)
	c.key(false)
	r.enrol(t, "Alice")
	const want = `"options":{"":"(oathauth-auth-switch-module-keep)","webauthn":"(oathauth-module-webauthn-label)",`
	for _, format := range []string{"wikitext", "html", "raw", "none"} {
		a := r.client(t).begin("Alice", alicePassword, "loginmessageformat", format, "uselang", "qqx")
		if !strings.Contains(a.Body, want) {
			t.Errorf("%s: %s", format, a.Body)
		}
	}
}

// What a person types into a form is in no log, whether it is right or wrong,
// and neither is what stood in the URL where it may not.
func TestFieldsOfLoginsAreNotLogged(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	c.begin("Alice", "wrong-Secret-Pw0").ended("FAIL", "wrongpassword")
	c.do("POST", "password=wrong-Secret-Pw1", loginForm("Alice", alicePassword, c.token("login")))
	c.begin("Alice", alicePassword).ended("PASS", "")
	temporary := r.issue(t, "William")
	c = r.client(t)
	c.begin("William", temporary).ended("UI", "resetpass-temp-emailed")
	c.goOn("password", "another-Secret-9", "retype", "another-Secret-8").ended("UI", "badretype")
	log := fmt.Sprint(r.Log.records)
	for _, typed := range []string{"wrong-Secret-Pw0", "wrong-Secret-Pw1", alicePassword, temporary, "another-Secret-9", "another-Secret-8"} {
		if strings.Contains(log, typed) {
			t.Errorf("%s is in the log: %s", typed, log)
		}
	}
}
