package modules

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
)

const formType = "application/x-www-form-urlencoded"

// send makes a request of which every part is given. An empty kind sends no
// Content-Type.
func (c *client) send(method, query, kind, body string) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, c.rig.URL+"?"+query, strings.NewReader(body))
	must(c.t, err)
	req.Header = c.Header.Clone()
	if kind != "" {
		req.Header.Set("Content-Type", kind)
	}
	res, err := c.http.Do(req)
	must(c.t, err)
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	must(c.t, err)
	return answer{t: c.t, Status: res.StatusCode, Header: res.Header, Body: string(text)}
}

// with is the same client, cookies and all, with one header more.
func (c *client) with(name, value string) *client {
	other := *c
	other.Header = c.Header.Clone()
	other.Header.Set(name, value)
	return &other
}

// withoutJar is a client that sends the cookies c holds now, and never learns
// others.
func (c *client) withoutJar() *client {
	other := *c
	other.http = &http.Client{}
	var pairs []string
	for _, cookie := range c.cookies() {
		pairs = append(pairs, cookie.Name+"="+cookie.Value)
	}
	return other.with("Cookie", strings.Join(pairs, "; "))
}

// cookies are those that the client holds.
func (c *client) cookies() []*http.Cookie {
	c.t.Helper()
	u, err := url.Parse(c.rig.URL)
	must(c.t, err)
	return c.http.Jar.Cookies(u)
}

// cookie is the value of one of them, empty when there is none.
func (c *client) cookie(name string) string {
	c.t.Helper()
	for _, cookie := range c.cookies() {
		if cookie.Name == name {
			return cookie.Value
		}
	}
	return ""
}

// user is the name of the request's user; that of nobody is an address.
func (c *client) user() string {
	c.t.Helper()
	return c.get("action=query&meta=userinfo").text("query", "userinfo", "name")
}

const nobody = "127.0.0.1"

// code is the code of the error that the answer is, empty when it is none. The
// body must name the same one.
func (a answer) code() string {
	a.t.Helper()
	code := a.Header.Get("MediaWiki-API-Error")
	if code != "" && a.Body != "" && !strings.Contains(a.Body, `"code":"`+code+`"`) {
		a.t.Errorf("the header says %q, the body %s", code, a.Body)
	}
	return code
}

// fails checks that the answer is the error with the code, or none when it is
// empty.
func (a answer) fails(name, code string) {
	a.t.Helper()
	if got := a.code(); got != code {
		a.t.Errorf("%s: the code is %q, want %q: %s", name, got, code, a.Body)
	}
}

// prose are the texts of messages, which are nobody's business but ours. Each
// stands as T in a masked body.
var prose = regexp.MustCompile(`"(info|text|html|reason|docref|warnings|\*)":"(?:[^"\\]|\\.)+"`)

// tokens in a masked body stand as TOKEN.
var tokenText = regexp.MustCompile(`[0-9a-f]{40}\+\\\\`)

func mask(body string) string {
	return tokenText.ReplaceAllString(prose.ReplaceAllString(body, `"$1":"T"`), "TOKEN")
}

// shows checks the body with its texts and tokens masked.
func (a answer) shows(name, want string) {
	a.t.Helper()
	if strings.Contains(a.Body, "\u29fc") || strings.Contains(a.Body, `\u29fc`) {
		a.t.Errorf("%s: a message has no text: %s", name, a.Body)
	}
	if got := mask(a.Body); got != want {
		a.t.Errorf("%s:\ngot  %s\nwant %s", name, got, want)
	}
}

// ids are values of cookies that nobody can foretell.
var ids = regexp.MustCompile(`^(\w+(?:session|Token))=[0-9a-v]{32,64};`)

// sets checks the Set-Cookie headers, with ids and user tokens as ID.
func (a answer) sets(t testing.TB, name string, want ...string) {
	t.Helper()
	var got []string
	for _, line := range a.Header["Set-Cookie"] {
		got = append(got, ids.ReplaceAllString(line, "$1=ID;"))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("%s: the cookies are\n%s\nwant\n%s", name, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// setNames are the names of the cookies that an answer sets, with a minus
// before those it deletes.
func (a answer) setNames() string {
	var names []string
	for _, line := range a.Header["Set-Cookie"] {
		name, rest, _ := strings.Cut(line, "=")
		if strings.HasPrefix(rest, "deleted;") {
			name = "-" + name
		}
		names = append(names, strings.TrimPrefix(name, "refwiki"))
	}
	return strings.ReplaceAll(strings.Join(names, " "), "-refwiki", "-")
}

// way is a way for a request to say that another site may read the answer.
type way struct {
	name, query, body string
	header            bool
	wrapped           bool // the answer is a call of the function f
}

func untrustedWays() []way {
	return []way{
		{name: "origin=*", query: "&origin=*"},
		{name: "origin=* in the body", body: "&origin=*"},
		{name: "callback", query: "&callback=f", wrapped: true},
		{name: "callback in the body", body: "&callback=f", wrapped: true},
		{name: "header", header: true},
	}
}

func (w way) get(c *client, query string) answer {
	c.t.Helper()
	if w.body != "" {
		return w.post(c, query, "")
	}
	return w.send(c, http.MethodGet, query, "", "")
}

func (w way) post(c *client, query, body string) answer {
	c.t.Helper()
	return w.send(c, http.MethodPost, query, formType, body)
}

func (w way) send(c *client, method, query, kind, body string) answer {
	c.t.Helper()
	if w.header {
		c = c.with("Treat-as-Untrusted", "1")
	}
	a := c.send(method, "format=json&"+query+w.query, kind, body+w.body)
	if w.wrapped {
		text, ok := strings.CutPrefix(a.Body, "/**/f(")
		if !ok || !strings.HasSuffix(text, ")") {
			c.t.Errorf("%s: not a call: %s", w.name, a.Body)
		}
		a.Body = strings.TrimSuffix(text, ")")
	}
	return a
}

// addAccount adds an account to those of every rig.
func (r *rig) addAccount(t testing.TB, name, password string) {
	t.Helper()
	_, err := r.Accounts.Create(t.Context(), account.CreateRequest{Name: name, Password: secret.New(password)})
	must(t, err)
}

// rewire puts another engine, with r.Ring, before the same store.
func (r *rig) rewire(t testing.TB, o rigOptions) {
	t.Helper()
	permissions := grant.New(o.Groups)
	r.wireDomain(o, permissions)
	r.wireEngine(t, o, permissions)
}

func TestRigLogsIn(t *testing.T) {
	r := newRig(t)
	for name, password := range map[string]string{
		"Alice": alicePassword, "William": williamPassword, "BotUser": botUserPassword, "Blocked": blockedPassword,
		"Admin": adminPassword, "William@testbot": testbotSecret, "BotUser@full": fullSecret,
	} {
		c := r.client(t).login(name, password)
		if got := c.token("csrf"); len(got) < 40 {
			t.Errorf("%s has the csrf token %q", name, got)
		}
	}
	if n := len(r.Log.events("login attempt")); n != 7 {
		t.Errorf("%d login attempts in the log", n)
	}
}
