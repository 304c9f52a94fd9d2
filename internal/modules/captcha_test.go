package modules

import (
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/authn"
	captchaprovider "github.com/wikigate/wikigate/internal/authn/captcha"
	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
)

// withCaptcha is a rig that asks for a captcha as MediaWiki does by default.
func withCaptcha(kind captcha.Kind) func(*rigOptions) {
	return func(o *rigOptions) {
		o.Pre = func(r *rig) []authn.PreProvider {
			return []authn.PreProvider{captchaprovider.Provider{Names: o.Engine.Names, Challenges: &captcha.Service{
				Kind: kind, Ring: r.Ring, Claims: r.Store.Flows(), Throttle: r.Attempts, Clock: r.Clock,
				WrongAnswers: captcha.DefaultWrongAnswers(),
				Triggers: captcha.Triggers{
					AfterAddress: []throttle.Window{{Count: 3, Period: 5 * time.Minute}},
					AfterName:    []throttle.Window{{Count: 20, Period: 10 * time.Minute}},
					Exempt:       []netip.Prefix{netip.MustParsePrefix("203.0.113.0/24")},
				},
			}}}
		}
	}
}

// at is a new client at an address.
func (r *rig) at(t testing.TB, address string) *client {
	t.Helper()
	return r.client(t).with("X-Test-Address", address)
}

// signIn takes the first step of a clientlogin with further fields, and gives
// the code of its message, or its status when there is none.
func (c *client) signIn(name, password string, more url.Values) string {
	c.t.Helper()
	form := url.Values{
		"action": {"clientlogin"}, "loginreturnurl": {"https://wiki.test/"}, "logintoken": {c.token("login")},
		"username": {name}, "password": {password},
	}
	for key, values := range more {
		form[key] = values
	}
	a := c.post(form)
	if code := a.text("clientlogin", "messagecode"); code != "" {
		return code
	}
	if status := a.text("clientlogin", "status"); status != "" {
		return status
	}
	return a.Body
}

// signsIn demands what comes of that.
func (c *client) signsIn(name, password string, more url.Values, want string) {
	c.t.Helper()
	if got := c.signIn(name, password, more); got != want {
		c.t.Errorf("login of %s with %v: %s, want %s", name, more, got, want)
	}
}

// riddle is a captcha as shown to a client.
type riddle struct{ id, question string }

// captcha is what the form of the login asks; shown is false when it asks none.
func (c *client) captcha() (q riddle, shown bool) {
	c.t.Helper()
	forms := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login&formatversion=2")
	for _, r := range list(forms.value("query", "authmanagerinfo", "requests")) {
		request := r.(map[string]any)
		if request["id"] != captchaprovider.RequestID {
			continue
		}
		fields := request["fields"].(map[string]any)
		value := func(field string) string {
			f, _ := fields[field].(map[string]any)
			text, _ := f["value"].(string)
			return text
		}
		return riddle{value("captchaId"), value("captchaInfo")}, true
	}
	return q, false
}

// asks demands a captcha and gives it.
func (c *client) asks() riddle {
	c.t.Helper()
	q, shown := c.captcha()
	if !shown {
		c.t.Fatal("no captcha is asked for")
	}
	return q
}

func (c *client) asksNothing() {
	c.t.Helper()
	if q, shown := c.captcha(); shown {
		c.t.Errorf("a captcha is asked for: %+v", q)
	}
}

// sum is the result of an arithmetic question.
func (q riddle) sum() int {
	var a, b int
	if n, _ := fmt.Sscanf(strings.ReplaceAll(q.question, "\u2212", "+-"), "%d+%d =", &a, &b); n != 2 {
		panic("no sum: " + q.question)
	}
	return a + b
}

// solved are the fields with the right answer.
func (q riddle) solved() url.Values { return q.with(strconv.Itoa(q.sum())) }

func (q riddle) with(word string) url.Values {
	return url.Values{"captchaId": {q.id}, "captchaWord": {word}}
}

// makeDue lets three logins fail at an address.
func (r *rig) makeDue(t testing.TB, address string) {
	t.Helper()
	for i := range 3 {
		r.at(t, address).signsIn(fmt.Sprint("Nobody ", i), "wrong", nil, "wrongpassword")
	}
}

const riddled = "198.51.100.7" // where a captcha is due

// The walk-through of a client that is asked for a captcha.
func TestCaptchaAfterFailedLogins(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	c := r.at(t, riddled)
	for range 3 {
		c.asksNothing()
		c.signsIn("Alice", "wrong", nil, "wrongpassword")
	}
	a := c.post(url.Values{"action": {"clientlogin"}, "loginreturnurl": {"https://wiki.test/"}, "logintoken": {c.token("login")},
		"username": {"Alice"}, "password": {alicePassword}, "formatversion": {"2"}, "loginmessageformat": {"none"}})
	a.is(`{"clientlogin":{"status":"FAIL","messagecode":"wrongpassword","canpreservestate":false}}`)
	q := c.asks()
	c.signsIn("Alice", alicePassword, q.solved(), "PASS")
	if c.user() != "Alice" {
		t.Errorf("logged in as %s", c.user())
	}
	if _, shown := r.at(t, riddled).captcha(); !shown {
		t.Error("a success has cleared the counter of the address")
	}
	r.at(t, "198.51.100.8").asksNothing()
	r.Clock.Advance(5 * time.Minute)
	r.at(t, riddled).asksNothing()
	r.at(t, riddled).signsIn("Alice", alicePassword, nil, "PASS")
}

func TestTheRequestOfEachKindOfCaptcha(t *testing.T) {
	hidden := func(label string, more string) string {
		return `"captchaId":{"type":"hidden","value":"ID","label":"(captcha-id-label)","help":"(captcha-id-help)","optional":false,"sensitive":false},` +
			`"captchaInfo":{"type":"null","value":"Q","label":"(` + label + `)","help":"(captcha-info-help)","optional":false,"sensitive":false},` +
			`"captchaWord":{"type":"string","label":"(captcha-label)","help":"` + more + `","optional":false,"sensitive":false}`
	}
	only := func(kind, why string) string {
		return `"captchaWord":{"type":"string","label":"(` + kind + `-` + why + `)","help":"(` + kind + `-help)","optional":false,"sensitive":false}`
	}
	hosted := func(kind string) captcha.Kind {
		return captcha.Hosted{Type: kind, SiteKey: "the-key", Verifier: &judge{}}
	}
	for name, test := range map[string]struct {
		kind          captcha.Kind
		metadata      string
		login, create string
	}{
		"arithmetic": {captcha.Arithmetic{}, `{"type":"simple","mime":"text/plain"}`,
			hidden("captcha-badlogin", "(captcha-help)"), hidden("captcha-createaccount", "(captcha-help)")},
		"question": {captcha.Questions{{Ask: "Q", Answers: []string{"A"}}}, `{"type":"question","mime":"text/html"}`,
			hidden("questycaptcha-badlogin", "(captcha-help)"), hidden("questycaptcha-createaccount", "(captcha-help)")},
		"proof of work": {captcha.ProofOfWork{Difficulty: 12}, `{"type":"proofofwork","mime":"text/plain","difficulty":12}`,
			hidden("proofofwork-badlogin", "(proofofwork-help: 12)"), hidden("proofofwork-createaccount", "(proofofwork-help: 12)")},
		"hcaptcha": {hosted("hcaptcha"), `{"type":"hcaptcha","mime":"application/javascript","key":"the-key"}`,
			only("hcaptcha", "badlogin"), only("hcaptcha", "createaccount")},
		"turnstile": {hosted("turnstile"), `{"type":"turnstile","mime":"application/javascript","key":"the-key"}`,
			only("turnstile", "badlogin"), only("turnstile", "createaccount")},
	} {
		r := newRig(t, withCaptcha(test.kind))
		r.makeDue(t, riddled)
		for action, fields := range map[string]string{"login": test.login, "create": test.create} {
			c := r.at(t, riddled)
			a := c.get("action=query&meta=authmanagerinfo&amirequestsfor=" + action + "&formatversion=2&uselang=qqx")
			want := `"requests":[{"id":"CaptchaAuthenticationRequest","metadata":` + test.metadata + `,"required":"required",` +
				`"provider":"MediaWiki\\Extension\\ConfirmEdit\\Auth\\CaptchaAuthenticationRequest","account":"CaptchaAuthenticationRequest",` +
				`"fields":{` + fields + `}},{"id":"MediaWiki\\Auth\\PasswordAuthenticationRequest"`
			if got := maskCaptcha(a.Body); !strings.Contains(got, want) {
				t.Errorf("%s, %s:\ngot  %s\nwant %s", name, action, got, want)
			}
			if a.Header.Get("Set-Cookie") == "" {
				t.Errorf("%s, %s: the client gets no session, to which the challenge belongs", name, action)
			}
		}
	}
}

// maskCaptcha puts ID and Q for what changes.
func maskCaptcha(body string) string {
	for field, mask := range map[string]string{`"captchaId":{"type":"hidden","value":"`: "ID", `"captchaInfo":{"type":"null","value":"`: "Q"} {
		before, rest, found := strings.Cut(body, field)
		if _, after, ok := strings.Cut(rest, `"`); found && ok {
			body = before + field + mask + `"` + after
		}
	}
	return body
}

// After many failures of a name its next login needs a captcha everywhere, and
// the form of that session shows it from then on.
func TestCaptchaForAName(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	for i := range 20 {
		r.at(t, fmt.Sprintf("198.51.100.%d", i)).signsIn("alice", "wrong", nil, "wrongpassword")
	}
	owner := r.at(t, "192.0.2.9")
	owner.asksNothing()
	owner.signsIn("Bob", "wrong", nil, "wrongpassword")
	owner.asksNothing()
	owner.signsIn("Alice", alicePassword, nil, "wrongpassword")
	q := owner.asks()
	owner.signsIn("William", williamPassword, q.with("-99"), "PASS") // no other name needs it
	owner = r.at(t, "192.0.2.10")
	owner.signsIn("Alice", alicePassword, nil, "wrongpassword")
	owner.signsIn("Alice", alicePassword, owner.asks().solved(), "PASS")
	r.at(t, "192.0.2.11").signsIn("Alice", alicePassword, nil, "PASS") // that has made up for the failures
}

// A name that has logged in here before is known by its cookie.
func TestCaptchaForTheNameInTheCookie(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	owner := r.at(t, "192.0.2.9").login("Alice", alicePassword)
	owner.logout(owner.token("csrf"))
	for i := range 20 {
		r.at(t, fmt.Sprintf("198.51.100.%d", i)).signsIn("Alice", "wrong", nil, "wrongpassword")
	}
	owner.signsIn("Alice", alicePassword, owner.asks().solved(), "PASS")
}

// An attempt that the throttle refuses uses no captcha up, and one that the
// captcha refuses counts for the throttle.
func TestThrottleComesBeforeTheCaptcha(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	c := r.at(t, riddled)
	for range 5 { // two of which the captcha refuses
		c.signsIn("Alice", "wrong", nil, "wrongpassword")
	}
	q := c.asks()
	c.signsIn("Alice", alicePassword, q.solved(), "login-throttled")
	c.signsIn("William", williamPassword, q.solved(), "PASS")
}

func TestNoCaptchaAtExemptAddresses(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	for range 4 {
		r.makeDue(t, "203.0.113.5")
		r.makeDue(t, "127.0.0.1")
		r.Clock.Advance(time.Minute)
	}
	for _, address := range []string{"203.0.113.5", "127.0.0.1"} {
		c := r.at(t, address)
		c.asksNothing()
		c.signsIn("Alice", alicePassword, nil, "PASS")
	}
	if a := r.at(t, "203.0.113.5").get("action=query&meta=authmanagerinfo&amirequestsfor=create"); strings.Contains(a.Body, "Captcha") {
		t.Errorf("exempt from no captcha of new accounts: %s", a.Body)
	}
}

// What a captcha refuses is on record with that as the reason.
func TestCaptchaInTheRecord(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}))
	r.makeDue(t, riddled)
	r.at(t, riddled).signsIn("alice", alicePassword, url.Values{"captchaId": {"5"}, "captchaWord": {"the secret answer"}}, "wrongpassword")
	events := r.Log.events("login attempt")
	last := events[len(events)-1]
	if last["reason"] != "captcha" || last["name"] != "Alice" || last["code"] != "wrongpassword" {
		t.Errorf("recorded: %v", last)
	}
	if text := fmt.Sprint(events); strings.Contains(text, "the secret answer") {
		t.Errorf("the answer is in the log: %s", text)
	}
}

// The check of new accounts is there before they are.
func TestCaptchaForNewAccounts(t *testing.T) {
	var p captchaprovider.Provider
	r := newRig(t, withCaptcha(captcha.Arithmetic{}), func(o *rigOptions) {
		pre := o.Pre
		o.Pre = func(r *rig) []authn.PreProvider {
			list := pre(r)
			p = list[0].(captchaprovider.Provider)
			return list
		}
	})
	var s session.Session
	must(t, r.Sessions.Open(t.Context(), session.Input{Address: netip.MustParseAddr(riddled), Now: rigStart}, &s))
	test := func(address, id, word string, skips bool) string {
		t.Helper()
		a := &authn.Attempt{Now: rigStart, Address: netip.MustParseAddr(address), Session: &s}
		a.Answers = authn.Load([]authn.Request{{ID: captchaprovider.RequestID, Fields: []authn.Field{
			{Name: "captchaId", Type: authn.FieldHidden}, {Name: "captchaWord", Type: authn.FieldString},
		}}}, authn.Given{"captchaId": id, "captchaWord": word})
		res, err := p.TestCreation(t.Context(), a, skips)
		must(t, err)
		return res.Status.String() + " " + res.Message.Key
	}
	ask := func() riddle {
		c := p.Challenges.Challenge(s.Binding().Value)
		return riddle{c.ID, c.Question}
	}
	q := ask()
	for _, c := range []struct {
		address, id, word string
		skips             bool
		want              string
	}{
		{riddled, "", "", false, "FAIL captcha-createaccount-fail"},
		{riddled, q.id, "-99", false, "FAIL captcha-createaccount-fail"},
		{riddled, q.id, strconv.Itoa(q.sum()), false, "FAIL captcha-createaccount-fail"}, // it was used up
		{riddled, "", "", true, "PASS "},
		{"203.0.113.1", "", "", false, "PASS "},
	} {
		if got := test(c.address, c.id, c.word, c.skips); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
	q = ask()
	if got := test(riddled, q.id, strconv.Itoa(q.sum()), false); got != "PASS " {
		t.Errorf("the right answer: %s", got)
	}
}

// Who has the right to skip captchas sees none in the form of a new account,
// but in that of a login.
func TestCaptchaIsSkippedByRightForNewAccountsOnly(t *testing.T) {
	r := newRig(t, withCaptcha(captcha.Arithmetic{}), func(o *rigOptions) { o.Groups = append(o.Groups, grant.CaptchaGroups()...) })
	r.makeDue(t, riddled)
	for name, test := range map[string]struct {
		client *client
		create bool
	}{
		"nobody": {r.at(t, riddled), true},
		"Alice":  {r.at(t, "192.0.2.1").login("Alice", alicePassword), true},
		"Admin":  {r.at(t, "192.0.2.1").login("Admin", adminPassword), false},
		"a bot":  {r.at(t, "192.0.2.1").login("BotUser@full", fullSecret), false},
	} {
		c := test.client.with("X-Test-Address", riddled)
		a := c.get("action=query&meta=authmanagerinfo&amirequestsfor=create")
		if got := strings.Contains(a.Body, captchaprovider.RequestID); got != test.create {
			t.Errorf("%s, a new account: %v", name, got)
		}
		if _, shown := c.captcha(); !shown {
			t.Errorf("%s: no captcha for a login", name)
		}
	}
}

// judge is a service that says what it is told to.
type judge struct {
	right   bool
	problem string
	asked   int
}

func (j *judge) Verify(_ context.Context, response string, _ netip.Addr) (bool, string) {
	j.asked++
	return j.right && response == "right", j.problem
}
