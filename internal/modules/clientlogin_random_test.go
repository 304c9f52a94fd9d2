package modules

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
	"pgregory.net/rapid"
)

// player plays a random sequence of calls against a rig and its model.
type player struct {
	*rapid.T
	*model
	r       *rig
	clients []*client
	slow    int    // computations of the slow hash
	refusal string // of the first wrong password
}

var newPasswords = []string{"another-Secret-9", "third-Secret-10"}

// newPlayer is a rig with three accounts, one of them with a second factor, and
// three clients.
func newPlayer(outer *testing.T, t *rapid.T) *player {
	r, d := withFactor(outer, withoutThrottle, func(o *rigOptions) {
		o.Policy = policy.Rules{Default: policy.Policy{MinLength: 8}}
		o.Session.Lifetime = 1000 * time.Hour
	})
	p := &player{T: t, r: r, model: &model{accounts: map[string]*modelAccount{
		"Alice": {name: "Alice", password: alicePassword}, "William": {name: "William", password: williamPassword},
		"Tfa": {name: "Tfa", password: tfaPassword, device: &d, used: map[string]bool{}},
	}}}
	r.Credentials.Hasher = recalledHasher{r.Credentials.Hasher, &p.slow}
	r.Factors.Throttle = noLimit{}
	for _, name := range []string{"William", "Tfa"} {
		p.accounts[name].temporary = r.issue(outer, name)
	}
	for range 3 {
		c := r.client(outer)
		c.http.Transport = inProcess{r}
		p.clients = append(p.clients, c)
		p.sessions = append(p.sessions, &modelSession{})
	}
	return p
}

// noLimit lets every code be looked at.
type noLimit struct{}

func (noLimit) Take(context.Context, throttle.Kind, string, netip.Addr) (throttle.Verdict, error) {
	return throttle.Verdict{Allowed: true}, nil
}

func (noLimit) Clear(context.Context, throttle.Kind, string, netip.Addr) error { return nil }

// inProcess brings requests to a rig without a network.
type inProcess struct{ r *rig }

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(req *http.Request) (*http.Response, error) {
	req.RemoteAddr = "127.0.0.1:1"
	w := httptest.NewRecorder()
	t.r.serve(w, req)
	return w.Result(), nil
}

// who draws one of the clients.
func (p *player) who() (*client, *modelSession) {
	i := rapid.IntRange(0, len(p.clients)-1).Draw(p.T, "client")
	return p.clients[i], p.sessions[i]
}

// waits draws one of the clients for which a login waits, if there is one.
func (p *player) waits() (*client, *modelSession) {
	var waiting []int
	for i, s := range p.sessions {
		if s.login != nil {
			waiting = append(waiting, i)
		}
	}
	if len(waiting) == 0 || rapid.IntRange(0, 5).Draw(p.T, "any client") == 0 {
		return p.who()
	}
	i := rapid.SampledFrom(waiting).Draw(p.T, "client that waits")
	return p.clients[i], p.sessions[i]
}

// name draws a name of somebody or nobody, or none.
func (p *player) name() string {
	return rapid.SampledFrom([]string{"Alice", "Alice", "William", "William", "Tfa", "Tfa", "Tfa", "Tfa", "Nobody here", ""}).Draw(p.T, "name")
}

// password draws one that is right for the name more often than not.
func (p *player) password(name string) string {
	a := p.accounts[name]
	if a == nil {
		return rapid.SampledFrom([]string{"wrong", alicePassword, ""}).Draw(p.T, "password")
	}
	which := rapid.SampledFrom([]string{"right", "right", "right", "temporary", "temporary", "temporary", "temporary", "wrong", "code", "another's", "none"}).Draw(p.T, "password")
	switch {
	case which == "right":
		return a.password
	case which == "temporary" && a.temporary != "":
		return a.temporary
	case which == "code":
		return p.code()
	case which == "another's":
		return botUserPassword
	case which == "none":
		return ""
	}
	return "wrong"
}

// code draws one of the second factor that may be right, used, or wrong.
func (p *player) code() string {
	d := p.accounts["Tfa"].device
	codes := append([]string{d.now(), d.now(), d.now(), d.now(), d.CodeAt(p.now().Add(-time.Hour)), "", "abcdef"}, d.recovery[:3]...)
	return rapid.SampledFrom(codes).Draw(p.T, "code")
}

func (p *player) now() time.Time { return p.r.Clock.Now() }

// demand compares an answer of clientlogin with what was foretold.
func (p *player) demand(a answer, want foretold, hashes int) {
	if status, code := a.text("clientlogin", "status"), a.text("clientlogin", "messagecode"); status != want.status || code != want.code {
		p.Fatalf("want %+v: %s", want, a.Body)
	}
	if p.slow != hashes {
		p.Fatalf("%d slow hashes, want %d: %s", p.slow, hashes, a.Body)
	}
	if want.code != "wrongpassword" {
		return
	}
	if p.refusal == "" {
		p.refusal = a.Body
	}
	if a.Body != p.refusal || len(a.Header.Values("Set-Cookie")) > 0 {
		p.Fatalf("a wrong password is answered %s, and another %s; cookies %q", p.refusal, a.Body, a.Header.Values("Set-Cookie"))
	}
}

// begin begins a login, with fields of later steps now and then.
func (p *player) begin() {
	c, s := p.who()
	name := p.name()
	password := p.password(name)
	want, token := p.model.begin(s, name, password, p.now()), c.token("login")
	hashes := 0
	if _, temporary := p.prove(name, password); name != "" && password != "" && (want.status == "FAIL" || !temporary) {
		hashes = 1
	}
	form := url.Values{
		"action": {"clientlogin"}, "formatversion": {"2"}, "loginmessageformat": {"none"},
		"username": {name}, "password": {password}, "loginreturnurl": {"http://x/"}, "logintoken": {token},
	}
	if want.code != "wrongpassword" && rapid.Bool().Draw(p.T, "early code") {
		form.Set("OATHToken", p.code()) // which is looked at in a later step only
	}
	p.slow = 0
	p.demand(c.post(form), want, hashes)
}

// goOn takes a step, with fields of any stage. Where no login waits, one is
// begun most of the time.
func (p *player) goOn() {
	c, s := p.waits()
	if s.login == nil && rapid.IntRange(0, 3).Draw(p.T, "for nothing") > 0 {
		p.begin()
		return
	}
	var code, password, retype string
	if rapid.IntRange(0, 3).Draw(p.T, "with a code") > 0 {
		code = p.code()
	}
	if rapid.IntRange(0, 3).Draw(p.T, "with a password") > 0 {
		password = rapid.SampledFrom(append([]string{"short"}, newPasswords...)).Draw(p.T, "new password")
		retype = rapid.SampledFrom([]string{password, password, password, "", "different-Secret"}).Draw(p.T, "retype")
	}
	form := url.Values{
		"action": {"clientlogin"}, "formatversion": {"2"}, "loginmessageformat": {"none"}, "logincontinue": {""}, "logintoken": {c.token("login")},
	}
	for field, value := range map[string]string{"OATHToken": code, "password": password, "retype": retype} {
		if value != "" {
			form.Set(field, value)
		}
	}
	want := p.model.goOn(s, code, password, retype, p.now())
	p.slow = 0
	a := c.post(form)
	p.demand(a, want, 0)
}

// refusedRequest is a request that is no step: what waits goes on waiting.
func (p *player) refusedRequest() {
	c, s := p.who()
	form := url.Values{"action": {"clientlogin"}, "username": {"Alice"}, "loginreturnurl": {"http://x/"}, "logintoken": {c.token("login")}}
	code, query := "mustpostparams", "password="+alicePassword
	switch rapid.SampledFrom([]string{"password in the URL", "token", "URL", "step"}).Draw(p.T, "refused") {
	case "token":
		form.Set("logintoken", p.clients[0].token("createaccount"))
		code, query = "badtoken", ""
	case "URL":
		form.Set("loginreturnurl", "nowhere")
		code = "badurl_loginreturnurl"
	case "step":
		l := s.live(p.now())
		if l == nil || l.stage != stageReset {
			return // then no field is sensitive
		}
		form.Set("logincontinue", "1")
		s.wait(l, stageReset, "", p.now()) // it was given back
	}
	p.slow = 0
	if a := c.do(http.MethodPost, query, form); a.code() != code || p.slow > 0 {
		p.Fatalf("want %s: %s", code, a.Body)
	}
}

// actionLogin logs in by the action that asks nothing.
func (p *player) actionLogin() {
	c, s := p.who()
	name := p.name()
	password := p.password(name)
	want := map[string]string{"PASS": "Success", "UI": "Aborted", "FAIL": "Failed"}[p.model.begin(s, name, password, p.now()).status]
	s.login = nil
	if a := c.tryLogin(name, password); a.text("login", "result") != want {
		p.Fatalf("action=login: want %s: %s", want, a.Body)
	}
}

func (p *player) logout() {
	c, s := p.who()
	if s.user == nil {
		return
	}
	c.logout(c.token("csrf"))
	*s = modelSession{}
}

// change changes an account behind its sessions.
func (p *player) change() {
	a := p.accounts[rapid.SampledFrom([]string{"Alice", "William", "Tfa"}).Draw(p.T, "account")]
	ctx := context.Background()
	var err error
	switch rapid.SampledFrom([]string{"password", "temporary", "temporary", "temporary", "lock", "unlock", "unlock", "unlock"}).Draw(p.T, "change") {
	case "password":
		a.password, a.temporary = rapid.SampledFrom(newPasswords).Draw(p.T, "new password"), ""
		_, err = p.r.Credentials.Change(ctx, a.name, secret.New(a.password))
		p.endSessions(a)
	case "temporary":
		issued, failed := p.r.Credentials.IssueTemporary(ctx, a.name, false)
		a.temporary, err = issued.Password.Reveal(), failed
	case "lock":
		if a.locked {
			return
		}
		a.locked = true
		_, err = p.r.Accounts.Lock(ctx, a.name)
		p.endSessions(a)
	case "unlock":
		if !a.locked {
			return
		}
		a.locked = false
		_, err = p.r.Accounts.Unlock(ctx, a.name)
	}
	if err != nil {
		p.Fatal(err)
	}
}

func (p *player) advance() {
	p.r.Clock.Advance(rapid.SampledFrom([]time.Duration{
		time.Second, 30 * time.Second, 30 * time.Second, time.Minute, time.Minute, 5 * time.Minute, 10*time.Minute - time.Second, 10 * time.Minute,
	}).Draw(p.T, "time"))
}

// agree compares what all clients see with the model.
func (p *player) agree() {
	for i, c := range p.clients {
		s, who := p.sessions[i], nobody
		if s.user != nil {
			who = s.user.name
		}
		if got := c.user(); got != who {
			p.Fatalf("client %d is %s, want %s", i, got, who)
		}
		asked := c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue&amimessageformat=none&formatversion=2").raw("query", "authmanagerinfo", "requests")
		l := s.live(p.now())
		if (asked == "[]") != (l == nil) || l != nil && !strings.Contains(asked, `"`+l.stage+`":{`) {
			p.Fatalf("client %d is asked %s, want %+v", i, asked, l)
		}
	}
}

// Whatever clients do, in whatever order: a session begins with all factors that
// the account has, each proven in the same login; no code counts twice; a login
// belongs to its session, ends with a refusal, and with what ends the sessions
// of its account; and nothing tells a wrong password from an unknown name.
func TestRandomLogins(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		p := newPlayer(t, rt)
		rt.Repeat(map[string]func(*rapid.T){
			"begin": func(*rapid.T) { p.begin() }, "begin too": func(*rapid.T) { p.begin() },
			"go on": func(*rapid.T) { p.goOn() }, "go on too": func(*rapid.T) { p.goOn() }, "and on": func(*rapid.T) { p.goOn() },
			"refused request": func(*rapid.T) { p.refusedRequest() }, "action=login": func(*rapid.T) { p.actionLogin() },
			"logout": func(*rapid.T) { p.logout() }, "change": func(*rapid.T) { p.change() }, "advance": func(*rapid.T) { p.advance() },
			"": func(*rapid.T) { p.agree() },
		})
	})
}
