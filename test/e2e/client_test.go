package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// The cookies of a server with the default prefix.
const (
	cookieSession  = "wikigate_session"
	cookieUserID   = "wikigateUserID"
	cookieUserName = "wikigateUserName"
	cookieToken    = "wikigateToken"
	cookieBot      = "wikigate_BPsession"
)

// transport is shared by all clients. It asks no proxy for the way to the
// loopback.
var transport = &http.Transport{MaxIdleConnsPerHost: 64, DisableCompression: true}

// client is a client of the API that has nothing but its cookies. It is not
// safe for concurrent use.
type client struct {
	t       testing.TB
	api     string
	secrets *secrets
	cookies map[string]string
	header  http.Header // of every request
}

func (w *world) client() *client {
	return &client{t: w.t, api: w.API, secrets: w.secrets, cookies: map[string]string{}, header: http.Header{}}
}

// copy is a client that has stolen the cookies of c.
func (c *client) copy() *client {
	other := *c
	other.cookies, other.header = maps.Clone(c.cookies), c.header.Clone()
	return &other
}

// fields are parameters of a request.
type fields map[string]string

func (f fields) encode() string {
	values := url.Values{}
	for name, value := range f {
		values.Set(name, value)
	}
	return values.Encode()
}

// reply is what the server has answered.
type reply struct {
	status  int
	header  http.Header
	body    string
	cleared []string // names of cookies it has deleted
	set     []string // names of cookies it has set
}

// send does a request and takes over the cookies of the answer.
func (c *client) send(method string, query fields, body string, header ...string) (reply, error) {
	target := c.api
	if len(query) > 0 {
		target += "?" + query.encode()
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, target, strings.NewReader(body))
	if err != nil {
		return reply{}, err
	}
	maps.Copy(req.Header, c.header)
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	if text := c.cookieHeader(); text != "" {
		req.Header.Set("Cookie", text)
	}
	resp, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Do(req)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		return reply{}, err
	}
	r := reply{status: resp.StatusCode, header: resp.Header, body: string(text)}
	c.takeCookies(&r, resp.Cookies())
	return r, nil
}

func (c *client) cookieHeader() string {
	var pairs []string
	for _, name := range slices.Sorted(maps.Keys(c.cookies)) {
		pairs = append(pairs, name+"="+c.cookies[name])
	}
	return strings.Join(pairs, "; ")
}

func (c *client) takeCookies(r *reply, cookies []*http.Cookie) {
	for _, cookie := range cookies {
		if cookie.MaxAge < 0 || cookie.Value == "deleted" {
			delete(c.cookies, cookie.Name)
			r.cleared = append(r.cleared, cookie.Name)
			continue
		}
		c.cookies[cookie.Name] = cookie.Value
		r.set = append(r.set, cookie.Name)
		if cookie.Name != cookieUserID && cookie.Name != cookieUserName {
			c.secrets.keep("the cookie "+cookie.Name, cookie.Value)
		}
	}
}

// get and post do requests that the test cannot go on without.
func (c *client) get(query fields, header ...string) reply {
	c.t.Helper()
	return c.must(c.send(http.MethodGet, withFormat(query), "", header...))
}

func (c *client) post(query, form fields, header ...string) reply {
	c.t.Helper()
	return c.must(c.tryPost(query, form, header...))
}

func (c *client) must(r reply, err error) reply {
	c.t.Helper()
	if err != nil {
		c.t.Fatal(err)
	}
	return r
}

func (c *client) tryPost(query, form fields, header ...string) (reply, error) {
	header = append([]string{"Content-Type", "application/x-www-form-urlencoded"}, header...)
	return c.send(http.MethodPost, withFormat(query), form.encode(), header...)
}

func withFormat(query fields) fields {
	full := fields{"format": "json", "formatversion": "2"}
	maps.Copy(full, query)
	return full
}

// answer is the part of the API's answers that the tests look at.
type answer struct {
	Login struct{ Result, Reason, Lgusername, Token string }
	Query struct {
		Tokens   map[string]string
		Userinfo struct {
			ID             int64
			Name           string
			Rights, Groups []string
		}
	}
	Error    struct{ Code, Info string }
	Warnings map[string]any
}

// decode reads an answer of the API; one that is none fails the test.
func (r reply) decode(t testing.TB) (a answer) {
	t.Helper()
	if err := json.Unmarshal([]byte(r.body), &a); err != nil {
		t.Fatalf("no answer of the API: status %d, %.300q: %v", r.status, r.body, err)
	}
	return a
}

// code is the code of the error in an answer, or nothing.
func (r reply) code(t testing.TB) string {
	t.Helper()
	return r.decode(t).Error.Code
}

// token asks for a token.
func (c *client) token(kind string) string {
	c.t.Helper()
	r := c.get(fields{"action": "query", "meta": "tokens", "type": kind})
	token := r.decode(c.t).Query.Tokens[kind+"token"]
	if token == "" {
		c.t.Fatalf("no %s token in %q", kind, r.body)
	}
	c.keepToken(kind, token)
	return token
}

func (c *client) keepToken(kind, token string) {
	c.secrets.keep("a "+kind+" token", strings.TrimSuffix(token, `+\`))
}

// attempt posts action=login with a token that the client has.
func (c *client) attempt(name, password, token string) answer {
	c.t.Helper()
	return c.attemptReply(name, password, token).decode(c.t)
}

func (c *client) attemptReply(name, password, token string) reply {
	c.t.Helper()
	c.secrets.keep("a password of "+name, password)
	return c.post(fields{"action": "login"}, fields{"lgname": name, "lgpassword": password, "lgtoken": token})
}

// login fetches a token and logs in; it returns the result.
func (c *client) login(name, password string) string {
	c.t.Helper()
	return c.attempt(name, password, c.token("login")).Login.Result
}

func (c *client) mustLogin(name, password string) {
	c.t.Helper()
	if a := c.attempt(name, password, c.token("login")); a.Login.Result != "Success" {
		c.t.Fatalf("login as %s: %+v %+v", name, a.Login, a.Error)
	}
}

// logout logs out; it returns the code of the error, if there is one.
func (c *client) logout() string {
	c.t.Helper()
	return c.post(fields{"action": "logout"}, fields{"token": c.token("csrf")}).code(c.t)
}

// who is the name of the client's user; it is empty for nobody.
func (c *client) who() string {
	c.t.Helper()
	name, _ := c.whoReply()
	return name
}

func (c *client) whoReply() (string, reply) {
	c.t.Helper()
	r := c.get(fields{"action": "query", "meta": "userinfo"})
	name, err := userIn(r)
	if err != nil {
		c.t.Fatal(err)
	}
	return name, r
}

func userIn(r reply) (string, error) {
	var a answer
	if err := json.Unmarshal([]byte(r.body), &a); err != nil || a.Query.Userinfo.Name == "" {
		return "", fmt.Errorf("no userinfo: status %d, %.300q (%v)", r.status, r.body, err)
	}
	if a.Query.Userinfo.ID == 0 {
		return "", nil
	}
	return a.Query.Userinfo.Name, nil
}

// is fails the test unless the client's user has that name.
func (c *client) is(name string) {
	c.t.Helper()
	if got := c.who(); got != name {
		c.t.Errorf("the user is %q, want %q", got, name)
	}
}
