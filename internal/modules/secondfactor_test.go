package modules

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

const tfaPassword = "tfa-Secret-Pw7"

// device is a TOTP device with the recovery codes that came with it.
type device struct {
	r *rig
	twofactor.Proposal
	recovery []string
}

// now is what the device shows.
func (d device) now() string { return d.CodeAt(d.r.Clock.Now()) }

// withFactor is a rig with the account Tfa, which has a device.
func withFactor(t testing.TB, changes ...func(*rigOptions)) (*rig, device) {
	t.Helper()
	r := newRig(t, changes...)
	a, err := r.Accounts.Create(t.Context(), account.CreateRequest{Name: "Tfa", Password: secret.New(tfaPassword)})
	must(t, err)
	return r, r.enrol(t, a.Name.String())
}

func (r *rig) enrol(t testing.TB, name string) device {
	t.Helper()
	d := device{r: r, Proposal: twofactor.Propose()}
	done, err := r.Factors.Enrol(t.Context(), r.account(t, name), twofactor.Enrolment{Proposal: d.Proposal})
	must(t, err)
	for _, c := range done.Codes {
		d.recovery = append(d.recovery, c.Reveal())
	}
	return d
}

// begin begins a login by action=clientlogin with further parameters in turn.
func (c *client) begin(name, password string, more ...string) answer {
	c.t.Helper()
	return c.step(append([]string{"username", name, "password", password, "loginreturnurl", "http://client.test/"}, more...)...)
}

// goOn continues it.
func (c *client) goOn(more ...string) answer {
	c.t.Helper()
	return c.step(append([]string{"logincontinue", "1"}, more...)...)
}

func (c *client) step(pairs ...string) answer {
	c.t.Helper()
	form := url.Values{"action": {"clientlogin"}, "logintoken": {c.token("login")}, "formatversion": {"2"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.post(form)
}

// ended demands status and code of an answer of clientlogin; a PASS has none.
func (a answer) ended(status, code string) {
	a.t.Helper()
	if a.text("clientlogin", "status") != status || a.text("clientlogin", "messagecode") != code {
		a.t.Errorf("want %s %s, got %s", status, code, a.Body)
	}
}

const (
	askedRaw = `{"clientlogin":{"status":"UI","requests":[{"id":"MediaWiki\\Extension\\OATHAuth\\Auth\\TOTPAuthenticationRequest",` +
		`"metadata":{},"required":"required","provider":{"key":"oathauth-describe-provider","params":[]},` +
		`"account":{"key":"$1","params":["Tfa"]},"fields":{"OATHToken":{"type":"string",` +
		`"label":{"key":"oathauth-auth-token-label","params":[]},"help":{"key":"oathauth-auth-token-help","params":[]},` +
		`"optional":false,"sensitive":false}}}],"message":{"key":"KEY","params":[PARAMS]},"messagecode":"KEY"}}`
)

// asked is the answer that asks for a code, with texts as keys.
func asked(key, params string) string {
	return strings.NewReplacer("KEY", key, "PARAMS", params).Replace(askedRaw)
}

// W3 to W7: what MediaWiki answers at each step.
func TestALoginWithACode(t *testing.T) {
	r, d := withFactor(t)
	c := r.client(t)
	raw := []string{"loginmessageformat", "raw"}
	c.begin("tfa", tfaPassword, raw...).is(asked("oathauth-auth-ui", ""))
	if got := c.user(); got != nobody {
		t.Errorf("%s is logged in by a password alone", got)
	}
	pending := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue&formatversion=2")
	if !strings.Contains(pending.raw("query", "authmanagerinfo", "requests"), `"OATHToken"`) {
		t.Errorf("the code is not waited for: %s", pending.Body)
	}
	for _, answer := range [][]string{{"OATHToken", "000000"}, {"OATHToken", ""}, {}, {"OATHToken", d.now() + "0"}} {
		c.goOn(append(answer, raw...)...).is(asked("oathauth-login-failed", ""))
	}
	code := d.now()
	c.goOn("OATHToken", " "+code[:3]+" "+code[3:]).is(`{"clientlogin":{"status":"PASS","username":"Tfa"}}`)
	if got := c.user(); got != "Tfa" {
		t.Errorf("%s is logged in", got)
	}
	again := r.client(t)
	again.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	again.goOn("OATHToken", code).ended("UI", "oathauth-login-failed")
	again.goOn("OATHToken", d.recovery[0]).ended("PASS", "")
	rows, err := r.Trail.Store.List(t.Context(), audit.Filter{Name: "Tfa", Limit: 20})
	must(t, err)
	var got []string
	for _, row := range rows {
		got = append(got, string(row.Kind)+" "+string(row.Reason)+row.Detail("second-factor"))
	}
	want := "login recoverycodes, recovery-code-use , login used-code, login totp, login wrong-code, login wrong-code, twofactor-add , account-create "
	if strings.Join(got, ", ") != want {
		t.Errorf("recorded: %q", got)
	}
}

// W8: a login that begins ends the one that waits.
func TestAnotherLoginEndsTheOneThatWaits(t *testing.T) {
	r, d := withFactor(t)
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	c.begin("Alice", alicePassword).ended("PASS", "")
	c.goOn("OATHToken", d.now()).ended("FAIL", "authmanager-authn-not-in-progress")
}

// An account without a second factor is asked for none, and nobody learns who
// has one without the password.
func TestF16_NobodyElseLearnsWhoHasAFactor(t *testing.T) {
	r, _ := withFactor(t)
	r.client(t).begin("Alice", alicePassword).ended("PASS", "")
	first := r.client(t).begin("Tfa", "wrong")
	first.ended("FAIL", "wrongpassword")
	for _, query := range []string{
		"action=query&meta=authmanagerinfo&amirequestsfor=login",
		"action=query&list=users&ususers=Tfa|Alice&usprop=groups|rights|registration",
		"action=query&list=allusers&auprop=groups|rights",
	} {
		body := r.client(t).get(query).Body
		if strings.Contains(strings.ToLower(body), "oathtoken") || strings.Contains(body, "second") {
			t.Errorf("%s tells: %s", query, body)
		}
	}
}

// F-7: a code in the URL is taken, as MediaWiki takes it, and stands in no log.
func TestF7_ACodeInTheURLIsNotLogged(t *testing.T) {
	r, d := withFactor(t)
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	code := d.now()
	form := url.Values{"action": {"clientlogin"}, "logincontinue": {"1"}, "logintoken": {c.token("login")}}
	c.do("POST", "OATHToken="+code, form).ended("PASS", "")
	rows, err := r.Trail.Store.List(t.Context(), audit.Filter{Limit: 50})
	must(t, err)
	for _, row := range rows {
		if strings.Contains(row.Name+row.Client+row.Detail("code"), code) {
			t.Errorf("the code is in the trail: %+v", row)
		}
	}
	if log := fmt.Sprint(r.Log.records); strings.Contains(log, code) {
		t.Errorf("the code is in the log: %s", log)
	}
}

// F-1, E-9: of logins that bring one code at the same moment, one passes.
func TestF1_ParallelLoginsWithOneCode(t *testing.T) {
	r, d := withFactor(t, withoutThrottle)
	const n = 8
	clients := make([]*client, n)
	tokens := make([]string, n)
	for i := range clients {
		clients[i] = r.client(t)
		clients[i].begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
		tokens[i] = clients[i].token("login")
	}
	code := d.now()
	passed := make([]string, n)
	var done sync.WaitGroup
	for i, c := range clients {
		done.Go(func() {
			form := url.Values{"action": {"clientlogin"}, "logincontinue": {"1"}, "logintoken": {tokens[i]}, "OATHToken": {code}}
			passed[i] = c.post(form).text("clientlogin", "status")
		})
	}
	done.Wait()
	if got := strings.Count(strings.Join(passed, " "), "PASS"); got != 1 {
		t.Errorf("%d logins passed: %q", got, passed)
	}
}

// F-3 and F-6: attempts are the account's, whatever session and address they
// come from and however often the login begins anew.
func TestF3F6_AttemptsBelongToTheAccount(t *testing.T) {
	r, d := withFactor(t, withoutThrottle)
	raw := []string{"loginmessageformat", "raw"}
	for i := range 10 {
		c := r.client(t)
		c.Header.Set("X-Test-Address", "198.51.100."+string(rune('0'+i)))
		c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
		c.goOn("OATHToken", "000000").ended("UI", "oathauth-login-failed")
	}
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	code := d.now()
	for range 2 {
		c.goOn(append(raw, "OATHToken", code)...).is(asked("oathauth-throttled", `{"duration":60}`))
	}
	r.Clock.Advance(time.Minute)
	c.goOn("OATHToken", code).ended("PASS", "") // it waited, and so did the code
}

// F-10: a bot password needs no second factor, and reaches none.
func TestF10_ABotPasswordNeedsNoFactor(t *testing.T) {
	r, _ := withFactor(t)
	r.enrol(t, "William")
	c := r.client(t).login("William@testbot", testbotSecret)
	if got := c.user(); got != "William" {
		t.Errorf("%s is logged in", got)
	}
}

// W9: a client that cannot be asked is refused, and its password alone does
// not log in.
func TestActionLoginCannotDoASecondFactor(t *testing.T) {
	r, _ := withFactor(t)
	c := r.client(t)
	if a := c.tryLogin("Tfa", tfaPassword); a.text("login", "result") != "Aborted" || c.user() != nobody {
		t.Errorf("got %s", a.Body)
	}
}

// F-11: a temporary password leads to the second factor as well.
func TestF11_ATemporaryPasswordNeedsTheFactor(t *testing.T) {
	r, d := withFactor(t)
	temporary, err := r.Credentials.IssueTemporary(t.Context(), "Tfa", false)
	must(t, err)
	c := r.client(t)
	c.begin("Tfa", temporary.Password.Reveal()).ended("UI", "oathauth-auth-ui")
	c.goOn("password", "another-Secret-8", "retype", "another-Secret-8").ended("UI", "oathauth-login-failed")
	c.goOn("OATHToken", d.now()).ended("UI", "resetpass-temp-emailed")
	if got := c.user(); got != nobody {
		t.Errorf("%s is logged in", got)
	}
	c.goOn("password", "another-Secret-8", "retype", "another-Secret-8").ended("PASS", "")
}

// The shape that older documentation pictures.
func TestTheDocumentedShape(t *testing.T) {
	r, d := withFactor(t, func(o *rigOptions) { o.Documented = true })
	c := r.client(t)
	a := c.begin("Tfa", tfaPassword)
	a.ended("UI", "oathauth-auth-ui")
	if got := a.raw("clientlogin", "requests"); !strings.HasPrefix(got, `[{"id":"TwoFactorAuthenticationRequest","metadata":{},"required":"required","provider":"","account":"","fields":{"code":{"type":"string",`) {
		t.Errorf("got %s", got)
	}
	c.goOn("OATHToken", d.now()).ended("UI", "oathauth-login-failed")
	c.goOn("code", d.now()).ended("PASS", "")
}

// A login that has passed the place of the second factor, and waits for another
// step, ends when the account gets one.
func TestAFactorEndsLoginsThatWait(t *testing.T) {
	r := newRig(t)
	temporary, err := r.Credentials.IssueTemporary(t.Context(), "Alice", false)
	must(t, err)
	c := r.client(t)
	c.begin("Alice", temporary.Password.Reveal()).ended("UI", "resetpass-temp-emailed")
	_, err = r.Factors.Enrol(t.Context(), r.account(t, "Alice"), twofactor.Enrolment{Proposal: twofactor.Propose(), KeepSessions: true})
	must(t, err)
	c.goOn("password", "another-Secret-8", "retype", "another-Secret-8").ended("FAIL", "authmanager-authn-not-in-progress")
	if got := c.user(); got != nobody {
		t.Errorf("%s is logged in", got)
	}
}
