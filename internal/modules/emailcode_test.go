package modules

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn/emailcode"
	"github.com/wikigate/wikigate/internal/mail"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/secret"
)

// postbox is a mailer that keeps everything.
type postbox struct{ bodies []string }

func (p *postbox) Usable(address string) bool { return mail.Usable(address) }

func (p *postbox) Send(_, _, body string) bool {
	p.bodies = append(p.bodies, body)
	return true
}

var mailedCode = regexp.MustCompile(`(?m)^ {4}([0-9]{6})$`)

// code is that of the last mail.
func (p *postbox) code(t *testing.T) string {
	t.Helper()
	if len(p.bodies) == 0 {
		t.Fatal("no mail was sent")
	}
	return mailedCode.FindStringSubmatch(p.bodies[len(p.bodies)-1])[1]
}

// newCodeRig is a rig that asks for codes by mail at new places.
func newCodeRig(t *testing.T) (*rig, *postbox) {
	t.Helper()
	codes := &emailcode.Provider{}
	r := newRig(t, func(o *rigOptions) { o.Secondary = append(o.Secondary, codes) })
	texts, err := rigMessages("")
	must(t, err)
	box := &postbox{}
	*codes = emailcode.Provider{
		Mails: box, Places: &place.Book{Store: r.Store.Places(), Ring: r.Ring, Lifetime: 90 * 24 * time.Hour},
		Counters: r.Attempts, Addresses: r.Store.Lifecycle(), Language: texts.Language("en"), Site: "RefWiki",
	}
	return r, box
}

// at is the client as it comes from an address.
func (c *client) at(address string) *client {
	c.Header.Set("X-Test-Address", address)
	return c
}

// beginWith begins a login by action=clientlogin.
func (c *client) beginWith(name, password string) answer {
	c.t.Helper()
	return c.do("POST", "formatversion=2&errorformat=none", url.Values{
		"action": {"clientlogin"}, "loginreturnurl": {"https://wiki.test/"}, "logintoken": {c.token("login")},
		"username": {name}, "password": {password}, "loginmessageformat": {"none"},
	})
}

// goOnWith continues it with a code; "-" sends none.
func (c *client) goOnWith(code string) answer {
	c.t.Helper()
	form := url.Values{"action": {"clientlogin"}, "logincontinue": {"1"}, "logintoken": {c.token("login")}, "loginmessageformat": {"none"}}
	if code != "-" {
		form.Set("token", code)
	}
	return c.do("POST", "formatversion=2&errorformat=none", form)
}

// ends demands status and code of the message.
func (a answer) ends(status, code string) {
	a.t.Helper()
	if a.text("clientlogin", "status") != status || a.text("clientlogin", "messagecode") != code {
		a.t.Fatalf("want %s %s: %s", status, code, a.Body)
	}
}

// another is a code that is not this one.
func another(code string) string {
	if code == "000001" {
		return "000002"
	}
	return "000001"
}

func TestALoginFromANewPlaceAsksForTheCodeOfAMail(t *testing.T) {
	r, box := newCodeRig(t)
	c := r.client(t).at("192.0.2.7")
	c.beginWith("Alice", alicePassword).is(`{"clientlogin":{"status":"UI","requests":[{` +
		`"id":"MediaWiki\\Extension\\EmailAuth\\EmailAuthAuthenticationRequest","metadata":{},"required":"required",` +
		`"fields":{"token":{"type":"string","optional":false,"sensitive":false}}}],"messagecode":"emailauth-login-message"}}`)
	if len(box.bodies) != 1 || strings.Contains(box.bodies[0], "192.0.2.7") {
		t.Errorf("mails %q", box.bodies)
	}
	c.goOnWith(another(box.code(t))).ends("UI", "emailauth-login-failure")
	c.goOnWith("-").ends("UI", "emailauth-login-failure")
	c.goOnWith(box.code(t)).is(`{"clientlogin":{"status":"PASS","username":"Alice"}}`)
	if got := c.get("action=query&meta=userinfo&uiprop=email").text("query", "userinfo", "emailauthenticated"); got == "" {
		t.Error("the address was not confirmed")
	}

	r.client(t).at("192.0.2.99").beginWith("Alice", alicePassword).ends("PASS", "")
	r.client(t).at("192.0.3.7").beginWith("Alice", alicePassword).ends("UI", "emailauth-login-message")
	if len(box.bodies) != 2 || !strings.Contains(box.bodies[1], "192.0.3.7") {
		t.Errorf("mails %q", box.bodies)
	}
	r.client(t).at("192.0.2.7").beginWith("William", williamPassword).ends("UI", "emailauth-login-message")
	r.client(t).at("192.0.2.7").beginWith("Admin", adminPassword).ends("PASS", "") // has no address
	r.client(t).at("203.0.113.1").beginWith("Alice", "wrong").ends("FAIL", "wrongpassword")
	if len(box.bodies) != 3 {
		t.Errorf("%d mails", len(box.bodies))
	}
}

func TestTheRequestForACodeSaysWhereItWasSent(t *testing.T) {
	r, _ := newCodeRig(t)
	c := r.client(t)
	a := c.do("POST", "formatversion=2", url.Values{
		"action": {"clientlogin"}, "loginreturnurl": {"https://wiki.test/"}, "logintoken": {c.token("login")},
		"username": {"Alice"}, "password": {alicePassword}, "loginmessageformat": {"raw"},
	})
	for _, want := range []string{
		`"message":{"key":"emailauth-login-message","params":["a***@***"]}`,
		`"label":{"key":"emailauth-token-label","params":[]},"help":{"key":"emailauth-token-help","params":[]}`,
	} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("no %s in %s", want, a.Body)
		}
	}
	if strings.Contains(a.Body, "alice@") || strings.Contains(a.Body, "wiki.test") {
		t.Errorf("the address is shown: %s", a.Body)
	}
}

func TestTheFourthWrongCodeEndsTheLogin(t *testing.T) {
	r, box := newCodeRig(t)
	c := r.client(t)
	c.beginWith("Alice", alicePassword).ends("UI", "emailauth-login-message")
	for range 3 {
		c.goOnWith(another(box.code(t))).ends("UI", "emailauth-login-failure")
	}
	c.goOnWith(another(box.code(t))).ends("FAIL", "emailauth-login-retry-limit")
	c.goOnWith(box.code(t)).ends("FAIL", "authmanager-authn-not-in-progress")
	rows, err := r.Store.Audit().List(t.Context(), audit.Filter{Kind: audit.Login, Limit: 9})
	must(t, err)
	wrong := 0
	for _, row := range rows {
		if row.Reason == audit.WrongCode && row.Name == "Alice" && row.Result == audit.Refused {
			wrong++
		}
	}
	if wrong != 4 {
		t.Errorf("%d wrong codes are on record: %+v", wrong, rows)
	}
}

// E-4: whatever has ended a login, no code passes afterwards, least of all a
// blank one.
func TestE4_NoCodeAfterTheLoginWasBegunAnew(t *testing.T) {
	for what, end := range map[string]func(t *testing.T, r *rig, c *client){
		"another with a wrong password": func(_ *testing.T, _ *rig, c *client) {
			c.beginWith("William", "wrong").ends("FAIL", "wrongpassword")
		},
		"one that the throttle refuses": func(_ *testing.T, r *rig, c *client) {
			for range 5 {
				r.client(c.t).beginWith("William", "wrong")
			}
			c.beginWith("William", "wrong").ends("FAIL", "login-throttled")
		},
		"one by action=login": func(_ *testing.T, _ *rig, c *client) { c.tryLogin("Alice", alicePassword) },
		"ten minutes":         func(_ *testing.T, r *rig, _ *client) { r.Clock.Advance(10 * time.Minute) },
		"a new password": func(t *testing.T, r *rig, _ *client) {
			_, _, err := r.Credentials.Choose(t.Context(), r.account(t, "Alice"), secret.New("another-Secret-Pw9"))
			must(t, err)
		},
	} {
		for _, code := range []string{"-", "", " ", "right"} {
			r, box := newCodeRig(t)
			c := r.client(t)
			c.beginWith("Alice", alicePassword).ends("UI", "emailauth-login-message")
			sent := box.code(t)
			end(t, r, c)
			if code == "right" {
				code = sent
			}
			a := c.goOnWith(code)
			if a.text("clientlogin", "status") != "FAIL" || a.text("clientlogin", "messagecode") != "authmanager-authn-not-in-progress" {
				t.Errorf("%s, then %q: %s", what, code, a.Body)
			}
		}
	}
}

// The code of one session is none of another.
func TestF21_ACodeIsForItsSession(t *testing.T) {
	r, box := newCodeRig(t)
	mine, other := r.client(t), r.client(t)
	mine.beginWith("Alice", alicePassword).ends("UI", "emailauth-login-message")
	code := box.code(t)
	other.goOnWith(code).ends("FAIL", "authmanager-authn-not-in-progress")
	other.beginWith("William", williamPassword).ends("UI", "emailauth-login-message")
	if code != box.code(t) {
		other.goOnWith(code).ends("UI", "emailauth-login-failure")
	}
	mine.goOnWith(code).ends("PASS", "")
}

// A program that logs in by action=login cannot type a code. It is refused as
// one with a second factor is, and no mail is sent; from a known place it is let
// in.
func TestProgramsAreNotAskedForCodes(t *testing.T) {
	r, box := newCodeRig(t)
	a := r.client(t).at("192.0.2.7").tryLogin("Alice", alicePassword)
	if a.text("login", "result") != "Aborted" || len(box.bodies) != 0 {
		t.Errorf("%s, %d mails", a.Body, len(box.bodies))
	}
	c := r.client(t).at("192.0.2.7")
	c.beginWith("Alice", alicePassword)
	c.goOnWith(box.code(t)).ends("PASS", "")
	r.client(t).at("192.0.2.8").login("Alice", alicePassword)
	r.client(t).at("198.51.100.1").login("William@testbot", testbotSecret)
	if len(box.bodies) != 1 {
		t.Errorf("%d mails", len(box.bodies))
	}
}

// H-14: what the request says of the server stands in no mail.
func TestH14_MailsKnowNothingOfTheRequest(t *testing.T) {
	r, box := newCodeRig(t)
	c := r.client(t)
	for _, header := range []string{"X-Forwarded-Host", "X-Forwarded-Proto", "Referer", "User-Agent"} {
		c.Header.Set(header, "https://evil.example/")
	}
	c.beginWith("Alice", alicePassword).ends("UI", "emailauth-login-message")
	if strings.Contains(box.bodies[0], "evil") || strings.Contains(box.bodies[0], "://") {
		t.Errorf("the mail says %s", box.bodies[0])
	}
}
