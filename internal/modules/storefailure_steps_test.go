package modules

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

// breaking is a transport to a rig whose store breaks in the midst of requests:
// the stores of a rig ask the context of each call whether it has ended, and here
// that counts the calls and ends one of them.
type breaking struct {
	r       *rig
	at      int64 // the call that fails; 0: none does
	forGood bool  // and so do all after it
	calls   atomic.Int64
}

// RoundTrip implements http.RoundTripper.
func (b *breaking) RoundTrip(req *http.Request) (*http.Response, error) {
	return inProcess{b.r}.RoundTrip(req.WithContext(brokenContext{req.Context(), b}))
}

type brokenContext struct {
	context.Context
	b *breaking
}

// Err implements context.Context.
func (c brokenContext) Err() error {
	n := c.b.calls.Add(1)
	if n == c.b.at || c.b.forGood && c.b.at > 0 && n > c.b.at {
		return context.Canceled
	}
	return nil
}

// brokenStep is a request in the midst of which the store breaks.
type brokenStep struct {
	before func(c *client, d device) // the requests before it
	form   func(d device) []string   // its parameters in turn, or one query
	says   string                    // the answer when nothing breaks
	after  string                    // whose session it is then
}

func brokenSteps() map[string]brokenStep {
	begin := func(name, password string) func(device) []string {
		return func(device) []string {
			return []string{"action", "clientlogin", "username", name, "password", password, "loginreturnurl", "http://x/"}
		}
	}
	goOn := func(code func(device) string) func(device) []string {
		return func(d device) []string {
			return []string{"action", "clientlogin", "logincontinue", "1", "OATHToken", code(d)}
		}
	}
	asked := func(c *client, _ device) { c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui") }
	asWilliam := func(c *client, d device) { c.login("William", williamPassword); asked(c, d) }
	recovery := func(d device) string { return d.recovery[2] }
	validate := func(code func(device) string) func(device) []string {
		return func(d device) []string {
			return []string{"action", "oathvalidate", "user", "Tfa", "totp", code(d)}
		}
	}
	asAdmin := func(c *client, _ device) { c.login("Admin", adminPassword) }
	return map[string]brokenStep{
		"begin":                    {nil, begin("Alice", alicePassword), `"PASS"`, "Alice"},
		"begin with a factor":      {nil, begin("Tfa", tfaPassword), `"UI"`, nobody},
		"begin wrong":              {nil, begin("Tfa", "wrong"), `"FAIL"`, nobody},
		"begin anew":               {asked, begin("Alice", alicePassword), `"PASS"`, "Alice"},
		"begin while logged in":    {asWilliam, begin("Alice", alicePassword), `"PASS"`, "Alice"},
		"code":                     {asked, goOn(device.now), `"PASS"`, "Tfa"},
		"code while logged in":     {asWilliam, goOn(device.now), `"PASS"`, "Tfa"},
		"recovery code":            {asked, goOn(recovery), `"PASS"`, "Tfa"},
		"wrong code":               {asked, goOn(func(device) string { return "000000" }), `"UI"`, nobody},
		"what waits":               {asked, func(device) []string { return []string{waitsFor} }, `"OATHToken"`, nobody},
		"oathvalidate":             {asAdmin, validate(device.now), `"valid":true`, "Admin"},
		"oathvalidate, recovery":   {asAdmin, validate(recovery), `"valid":true`, "Admin"},
		"oathvalidate, wrong code": {asAdmin, validate(func(device) string { return "000000" }), `"valid":false`, "Admin"},
	}
}

const waitsFor = "action=query&meta=authmanagerinfo&amirequestsfor=login-continue"

// A store that fails at any call of a step, once or for good: the answer is an
// error of the system or, where nothing depends on the call, what it would have
// been; the session is whose it was; no code counts twice; and a login from the
// beginning passes once the store is back.
func TestStoreFailureInAnyCallOfAStep(t *testing.T) {
	for name, s := range brokenSteps() {
		t.Run(name, func(t *testing.T) {
			for _, forGood := range []bool{false, true} {
				for at := int64(1); breakAt(t, s, at, forGood); at++ {
					if at > 100 {
						t.Fatal("it never ends")
					}
				}
			}
		})
	}
}

// breakAt reports whether the request came as far as the call that fails.
func breakAt(t *testing.T, s brokenStep, at int64, forGood bool) bool {
	t.Helper()
	r, d := withFactor(t, withoutThrottle, withOathRights("sysop"), func(o *rigOptions) { o.Session.Cache = false })
	r.Credentials.Hasher = recalledHasher{r.Credentials.Hasher, new(int)}
	c := r.client(t)
	b := &breaking{r: r}
	c.http.Transport = b
	if s.before != nil {
		s.before(c, d)
	}
	before := c.user()
	pairs := s.form(d)
	kind := "login"
	if slices.Contains(pairs, "oathvalidate") {
		kind = "csrf"
	}
	token := c.token(kind)
	b.calls.Store(0)
	b.at, b.forGood = at, forGood
	a := c.broken(pairs, kind, token)
	reached := b.calls.Load() >= at
	b.at = 0
	after, says := c.user(), strings.Contains(a.Body, s.says)
	code := a.code()
	switch {
	case !reached && (code != "" || !says || after != s.after):
		t.Fatalf("without a failure, as %s: %s", after, a.Body)
	case code == "" && (!says || after != s.after):
		t.Errorf("call %d fails, and the session is that of %s: %s", at, after, a.Body)
	case code != "" && code != "internal_api_error_StoreUnavailable":
		t.Errorf("call %d fails: %s", at, a.Body)
	case code != "" && after != before:
		t.Errorf("call %d fails, and %s is logged in instead of %s: %s", at, after, before, a.Body)
	}
	if !reached {
		return false
	}
	if slices.Contains(pairs, "OATHToken") || slices.Contains(pairs, "totp") {
		c.countsOnce(pairs[len(pairs)-1], a)
	}
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	c.goOn("OATHToken", d.recovery[7]).ended("PASS", "")
	if got := c.user(); got != "Tfa" {
		t.Errorf("call %d fails, and afterwards %s is logged in", at, got)
	}
	return true
}

// broken sends the step, with the token that it needs.
func (c *client) broken(pairs []string, kind, token string) answer {
	c.t.Helper()
	if len(pairs) == 1 {
		return c.get(pairs[0])
	}
	form := url.Values{"logintoken": {token}, "formatversion": {"2"}}
	if kind == "csrf" {
		form = url.Values{"token": {token}, "formatversion": {"2"}}
	}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.post(form)
}

// countsOnce uses the code of the step that failed as often as it can be used.
func (c *client) countsOnce(code string, a answer) {
	c.t.Helper()
	other := c.rig.client(c.t)
	other.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	counted := 0
	for _, tried := range []answer{a, c.goOn("OATHToken", code), other.goOn("OATHToken", code)} {
		if strings.Contains(tried.Body, `"PASS"`) || strings.Contains(tried.Body, `"valid":true`) {
			counted++
		}
	}
	if counted > 1 {
		c.t.Errorf("%s counted %d times, first as %s", code, counted, a.Body)
	}
}

// A store that fails while a new password is chosen: the old one is good or the
// new one, never both or none, and nobody is logged in by what failed.
func TestStoreFailureWhileAPasswordIsChosen(t *testing.T) {
	const chosen = "another-Secret-9"
	for at, reached := int64(1), true; reached; at++ {
		r := newRig(t, withoutThrottle)
		issued, err := r.Credentials.IssueTemporary(t.Context(), "Alice", false)
		must(t, err)
		c := r.client(t)
		b := &breaking{r: r}
		c.http.Transport = b
		c.begin("Alice", issued.Password.Reveal()).ended("UI", "resetpass-temp-emailed")
		token := c.token("login")
		b.calls.Store(0)
		b.at = at
		a := c.broken([]string{"action", "clientlogin", "logincontinue", "1", "password", chosen, "retype", chosen}, "login", token)
		reached = b.calls.Load() >= at
		b.at = 0
		passed := strings.Contains(a.Body, `"PASS"`)
		if failed := a.code() == "internal_api_error_StoreUnavailable"; failed == passed || passed != (c.user() == "Alice") {
			t.Errorf("call %d fails, and the session is that of %s: %s", at, c.user(), a.Body)
		}
		changed := r.client(t).begin("Alice", chosen).text("clientlogin", "status") == "PASS"
		temporary := r.client(t).begin("Alice", issued.Password.Reveal()).text("clientlogin", "status") == "UI"
		if changed == temporary || passed && !changed {
			t.Errorf("call %d fails: new password %v, temporary one %v: %s", at, changed, temporary, a.Body)
		}
		if changed && r.client(t).begin("Alice", alicePassword).text("clientlogin", "status") == "PASS" {
			t.Errorf("call %d fails, and both passwords are good", at)
		}
	}
}
