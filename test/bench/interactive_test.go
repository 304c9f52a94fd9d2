package bench

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/secret"
)

const (
	loginForms = "action=query&meta=authmanagerinfo&amirequestsfor=login&format=json"
	nextForms  = "action=query&meta=authmanagerinfo&amirequestsfor=login-continue&format=json"
	personPass = "bench-Secret-Pw1"
)

// newPeople is a server with accounts that log in by a password. Those that
// wait have a temporary one and must choose another first, which is a step like each other.
func newPeople(b *testing.B, wait bool) server {
	b.Helper()
	cfg := config.Default()
	cfg.Argon2Memory, cfg.Argon2Time = 8<<20, 1 // the least: the rest is what is measured
	cfg.LoginThrottle = nil
	a := open(b, cfg)
	var s server
	for i := range bots {
		name := "Bench person " + strconv.Itoa(i)
		if _, err := a.Accounts.Create(b.Context(), account.CreateRequest{Name: name, Password: secret.New(personPass)}); err != nil {
			b.Fatal(err)
		}
		password := personPass
		if wait {
			made, err := a.Credentials.IssueTemporary(b.Context(), name, false)
			if err != nil {
				b.Fatal(err)
			}
			password = made.Password.Reveal()
		}
		s.forms = append(s.forms, url.Values{
			"action": {"clientlogin"}, "format": {"json"}, "username": {name}, "password": {password}, "loginreturnurl": {"http://example.org/"},
		}.Encode()+"&logintoken=")
	}
	return s.serving(b, a)
}

// BenchmarkClientLogin is the whole login of a person: two requests and one
// computation of the cheapest hash that is allowed.
func BenchmarkClientLogin(b *testing.B) {
	s := newPeople(b, false)
	b.ReportAllocs()
	b.ResetTimer()
	s.atOnce(b, b.N, func(c *caller, form string, _ int) {
		c.login(b, form)
		c.want(b, `"PASS"`)
	})
}

// want complains about an answer without a text.
func (c *caller) want(b *testing.B, text string) {
	if !strings.Contains(string(c.body), text) {
		b.Errorf("no %s in %s", text, c.body)
	}
}

// BenchmarkClientLoginStep is a later step of a login: it is taken out and put
// back.
func BenchmarkClientLoginStep(b *testing.B) {
	s := newPeople(b, true)
	c := newCaller(s)
	c.get(b, loginToken, "")
	own, token := c.cookie(), c.token()
	c.post(b, s.forms[0]+token, own)
	c.want(b, `"UI"`)
	step := "action=clientlogin&format=json&logincontinue=1&password=a&retype=b&logintoken=" + token
	b.ReportAllocs()
	for b.Loop() {
		c.post(b, step, own)
	}
	c.want(b, `"badretype"`)
}

func BenchmarkAuthManagerInfo(b *testing.B) {
	repeat(b, newCaller(newServer(b, true)), loginForms, "")
}

// BenchmarkAuthManagerInfoWaiting asks what a login waits for.
func BenchmarkAuthManagerInfoWaiting(b *testing.B) {
	s := newPeople(b, true)
	c := newCaller(s)
	c.get(b, loginToken, "")
	own := c.cookie()
	c.post(b, s.forms[0]+c.token(), own)
	repeat(b, c, nextForms, own)
	c.want(b, `"retype"`)
}
