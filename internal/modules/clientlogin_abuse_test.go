package modules

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

const notInProgress = "authmanager-authn-not-in-progress"

// waiting is a client whose login as Tfa waits for the code.
func (r *rig) waiting(t testing.TB) *client {
	t.Helper()
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	return c
}

// issue gives an account a temporary password.
func (r *rig) issue(t testing.TB, name string) string {
	t.Helper()
	issued, err := r.Credentials.IssueTemporary(t.Context(), name, false)
	must(t, err)
	return issued.Password.Reveal()
}

// is demands whose session it is.
func (c *client) is(name string) {
	c.t.Helper()
	if got := c.user(); got != name {
		c.t.Errorf("the session is that of %s, want %s", got, name)
	}
}

// E-1: a step of a login that was not begun, or is over.
func TestE1_StepWithoutALogin(t *testing.T) {
	for name, test := range map[string]struct {
		before func(r *rig, d device, c *client)
		user   string
	}{
		"no login":   {func(*rig, device, *client) {}, nobody},
		"after PASS": {func(_ *rig, d device, c *client) { c.goOn("OATHToken", d.now()).ended("PASS", "") }, "Tfa"},
		"after FAIL": {func(_ *rig, _ device, c *client) { c.begin("Tfa", "wrong").ended("FAIL", "wrongpassword") }, nobody},
		"after logout": {func(_ *rig, _ device, c *client) {
			c.begin("Alice", alicePassword).ended("PASS", "")
			c.logout(c.token("csrf"))
		}, nobody},
		"after the end of the session": {func(r *rig, _ device, _ *client) { r.Clock.Advance(2 * time.Hour) }, nobody},
	} {
		t.Run(name, func(t *testing.T) {
			r, d := withFactor(t)
			c := r.client(t)
			if name != "no login" {
				c = r.waiting(t)
			}
			test.before(r, d, c)
			code := d.recovery[0]
			for range 2 {
				a := c.goOn("OATHToken", code, "username", "Tfa", "password", tfaPassword)
				a.ended("FAIL", notInProgress)
			}
			c.is(test.user)
			r.waiting(t).goOn("OATHToken", code).ended("PASS", "") // it was not used up
		})
	}
}

// E-2: the name of another account in a later step.
func TestE2_OtherNameInALaterStep(t *testing.T) {
	r, d := withFactor(t)
	c := r.waiting(t)
	a := c.goOn("OATHToken", d.now(), "username", "Alice", "password", alicePassword)
	if a.text("clientlogin", "username") != "Tfa" || !strings.Contains(a.raw("warnings"), "username") {
		t.Errorf("%s", a.Body)
	}
	c.is("Tfa")
}

// E-3: a login that is begun and refused in the middle of another one, for
// whatever reason, leaves nothing of that one.
func TestE3_RefusedLoginEndsTheOneThatWaits(t *testing.T) {
	for name, refused := range map[string]func(c *client){
		"wrong password": func(c *client) { c.begin("Alice", "wrong").ended("FAIL", "wrongpassword") },
		"no credentials": func(c *client) { c.begin("", "").ended("FAIL", "authmanager-authn-no-primary") },
		"throttle": func(c *client) {
			for range 5 {
				c.rig.client(t).begin("Alice", "wrong").ended("FAIL", "wrongpassword")
			}
			c.begin("Alice", alicePassword).ended("FAIL", "login-throttled")
		},
		"action=login": func(c *client) { c.tryLogin("Alice", "wrong") },
	} {
		r, d := withFactor(t)
		c := r.waiting(t)
		refused(c)
		c.goOn("OATHToken", d.now()).ended("FAIL", notInProgress)
		c.is(nobody)

		c = r.client(t)
		c.begin("William", r.issue(t, "William")).ended("UI", "resetpass-temp-emailed")
		r.Clock.Advance(10 * time.Minute) // for the throttle
		c = r.client(t)
		c.begin("William", r.issue(t, "William")).ended("UI", "resetpass-temp-emailed")
		refused(c)
		c.goOn().ended("FAIL", notInProgress)
		if c.user() != nobody {
			t.Errorf("%s: %s is logged in by a temporary password", name, c.user())
		}
	}
}

// E-5: no way leads past the choice of a new password.
func TestE5_ForcedResetCannotBePassed(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.Policy = policy.Rules{Default: policy.Policy{MinLength: 8, NotInName: true}} })
	temporary := r.issue(t, "Alice")
	c := r.client(t)
	c.begin("Alice", temporary).ended("UI", "resetpass-temp-emailed")
	for _, step := range []struct {
		fields []string
		code   string
	}{
		{nil, "resetpass-temp-emailed"},
		{[]string{"skipReset", "1"}, "resetpass-temp-emailed"},
		{[]string{"skipReset", "1", "loginrequests", `MediaWiki\Auth\ButtonAuthenticationRequest:skipReset`}, "resetpass-temp-emailed"},
		{[]string{"password", "another-Secret-9"}, "resetpass-temp-emailed"},
		{[]string{"retype", "another-Secret-9"}, "resetpass-temp-emailed"},
		{[]string{"password", "", "retype", ""}, "resetpass-temp-emailed"},
		{[]string{"password", "another-Secret-9", "retype", "another-Secret-9", "loginrequests", "Nope"}, "resetpass-temp-emailed"},
		{[]string{"password", "another-Secret-9", "retype", "another-secret-9"}, "badretype"},
		{[]string{"password", "short", "retype", "short"}, "passwordtooshort"},
		{[]string{"username", "William", "password", williamPassword}, "resetpass-temp-emailed"},
	} {
		c.goOn(step.fields...).ended("UI", step.code)
		c.is(nobody)
	}
	again := r.client(t)
	again.begin("Alice", "another-Secret-9").ended("FAIL", "wrongpassword")
	again.begin("Alice", temporary).ended("UI", "resetpass-temp-emailed")
	again.begin("Alice", alicePassword).ended("PASS", "")
	c.goOn("password", "another-Secret-9", "retype", "another-Secret-9").ended("PASS", "")
	c.is("Alice")
	again.is(nobody) // the new password has ended it
}

// E-6: a code together with the password is not looked at: it is neither used
// up nor counted.
func TestE6_CodeTogetherWithThePassword(t *testing.T) {
	r, d := withFactor(t, withoutThrottle)
	for range 12 { // more than may be wrong
		r.client(t).begin("Tfa", tfaPassword, "OATHToken", "000000").ended("UI", "oathauth-auth-ui")
	}
	for _, code := range []string{d.now(), d.recovery[0]} {
		c := r.client(t)
		c.begin("Tfa", tfaPassword, "OATHToken", code).ended("UI", "oathauth-auth-ui")
		c.is(nobody)
		c.goOn("OATHToken", code).ended("PASS", "")
	}
}

// E-7, B-4: the steps of a login belong to one session; who has planted it has
// nothing of its end.
func TestB4E7_StepsBelongToOneSession(t *testing.T) {
	r, d := withFactor(t)
	attacker := r.client(t)
	attacker.token("login")
	victim := r.client(t)
	planted := attacker.cookies()
	for _, cookie := range planted {
		cookie.Path = "/"
	}
	victim.http.Jar.SetCookies(mustURL(t, r.URL), planted)
	victim.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")

	other := r.client(t)
	a := other.goOn("OATHToken", d.now())
	if a.ended("FAIL", notInProgress); !strings.Contains(a.raw("warnings"), "OATHToken") {
		t.Errorf("%s", a.Body)
	}
	attacker.goOn("OATHToken", "000000").ended("UI", "oathauth-login-failed") // it has the session, and no code
	token := attacker.token("login")
	victim.goOn("OATHToken", d.now()).ended("PASS", "")
	victim.is("Tfa")
	attacker.is(nobody)
	form := url.Values{"action": {"clientlogin"}, "logincontinue": {"1"}, "logintoken": {token}, "OATHToken": {d.recovery[0]}}
	if code := attacker.post(form).code(); code != "badtoken" {
		t.Errorf("a token of the planted session: %s", code)
	}
	attacker.goOn("OATHToken", d.recovery[0]).ended("FAIL", notInProgress)
	attacker.is(nobody)
}

func mustURL(t testing.TB, text string) *url.URL {
	t.Helper()
	u, err := url.Parse(text)
	must(t, err)
	return u
}

// E-8: what action=login was refused for want of a second step cannot be
// continued in another way.
func TestE8_AbortedLoginCannotBeContinued(t *testing.T) {
	r, d := withFactor(t)
	for _, first := range []bool{false, true} {
		c := r.client(t)
		if first {
			c = r.waiting(t)
		}
		if a := c.tryLogin("Tfa", tfaPassword); a.text("login", "result") != "Aborted" {
			t.Fatal(a.Body)
		}
		c.goOn("OATHToken", d.now()).ended("FAIL", notInProgress)
		c.is(nobody)
	}
}

// E-11: a login waits ten minutes for its next step.
func TestE11_LoginKeptOpen(t *testing.T) {
	r, d := withFactor(t)
	c := r.waiting(t)
	r.Clock.Advance(10*time.Minute - time.Second)
	c.goOn("OATHToken", "").ended("UI", "oathauth-login-failed")
	r.Clock.Advance(10 * time.Minute)
	c.goOn("OATHToken", d.now()).ended("FAIL", notInProgress)
	if got := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue&formatversion=2").raw("query", "authmanagerinfo", "requests"); got != "[]" {
		t.Errorf("asked: %s", got)
	}
}

// E-12: an account that has changed between the steps.
func TestE12_AccountChangesBetweenTheSteps(t *testing.T) {
	for name, change := range map[string]func(r *rig) error{
		"locked":  func(r *rig) error { _, err := r.Accounts.Lock(t.Context(), "Tfa"); return err },
		"renamed": func(r *rig) error { _, err := r.Accounts.Rename(t.Context(), "Tfa", "Tfb"); return err },
		"deleted": func(r *rig) error { _, err := r.Accounts.Delete(t.Context(), "Tfa"); return err },
		"new password": func(r *rig) error {
			_, err := r.Credentials.Change(t.Context(), "Tfa", secret.New("another-Secret-9"))
			return err
		},
		"no password": func(r *rig) error { _, err := r.Credentials.Invalidate(t.Context(), "Tfa"); return err },
		"another factor": func(r *rig) error {
			r.enrol(t, "Tfa")
			return nil
		},
	} {
		r, d := withFactor(t)
		r.Accounts.Life = r.Store.Lifecycle()
		c := r.waiting(t)
		must(t, change(r))
		t.Log(name)
		c.goOn("OATHToken", d.now()).ended("FAIL", notInProgress)
		c.is(nobody)
	}
}

// E-13, E-14: a wish to go on with a state that is not there.
func TestE13E14_NoStateIsPreserved(t *testing.T) {
	r, d := withFactor(t)
	r.waiting(t)
	c := r.client(t)
	for range 2 {
		c.begin("Tfa", "wrong", raw("2", "loginpreservestate", "1")...).is(told("2", failed("wrongpassword", "")))
	}
	c.begin("", "", "loginpreservestate", "1").ended("FAIL", "authmanager-authn-no-primary")
	c.begin("Tfa", tfaPassword, "loginpreservestate", "1").ended("UI", "oathauth-auth-ui")
	c.goOn("OATHToken", d.now(), "loginpreservestate", "1").ended("PASS", "")
	info := r.waiting(t).get("action=query&meta=authmanagerinfo&amirequestsfor=login&formatversion=2")
	if got := info.raw("query", "authmanagerinfo"); !strings.Contains(got, `"haspreservedstate":false,"hasprimarypreservedstate":false,"preservedusername":""`) {
		t.Errorf("%s", got)
	}
}
