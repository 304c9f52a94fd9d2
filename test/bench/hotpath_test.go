// Package bench measures what the hot paths cost inside the server, without a
// network, beside a bare handler that is called in the same way: what stands
// above that one is ours. The program in cmd/wikigate-bench measures the same
// over connections.
//
//	go test -run - -bench . ./test/bench
package bench

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/config"
)

const (
	loginToken = "action=query&meta=tokens&type=login&format=json"
	csrfToken  = "action=query&meta=tokens&format=json"
	userInfo   = "action=query&meta=userinfo&format=json"
)

// clients log in and out at the same time where the disk is waited for: they
// share its cost.
const clients = 32

// bots are accounts enough for the clients not to throttle each other.
const bots = 16

// server is the whole program without a listener.
type server struct {
	http.Handler
	forms []string // that log in, but for the token
}

func newServer(b *testing.B, cache bool) server {
	b.Helper()
	cfg := config.Default()
	cfg.SessionCache = cache
	a := open(b, cfg)
	var s server
	for i := range bots {
		name := "Bench bot " + strconv.Itoa(i)
		if _, err := a.Accounts.Create(b.Context(), account.CreateRequest{Name: name, Groups: []string{"bot"}}); err != nil {
			b.Fatal(err)
		}
		made, err := a.BotPasswords.Create(b.Context(), botpassword.CreateRequest{Owner: name, App: "bench"})
		if err != nil {
			b.Fatal(err)
		}
		s.forms = append(s.forms, url.Values{
			"action": {"login"}, "format": {"json"}, "lgname": {made.Login}, "lgpassword": {made.Secret.Reveal()},
		}.Encode()+"&lgtoken=")
	}
	return s.serving(b, a)
}

// open opens a program with a folder of its own.
func open(b *testing.B, cfg config.Config) *app.App {
	b.Helper()
	cfg.Data = b.TempDir()
	a, err := app.Open(b.Context(), cfg, app.ForServing, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = a.Close() })
	return a
}

func (s server) serving(b *testing.B, a *app.App) server {
	b.Helper()
	var err error
	if s.Handler, err = a.Handler("http://127.0.0.1"); err != nil {
		b.Fatal(err)
	}
	return s
}

// caller makes requests of one client and keeps what it can between them, so
// that the allocations of a benchmark are the handler's. It is the
// ResponseWriter of its requests.
type caller struct {
	handler http.Handler
	request *http.Request
	form    strings.Reader
	header  http.Header
	status  int
	body    []byte
}

func newCaller(h http.Handler) *caller {
	c := &caller{handler: h, request: httptest.NewRequest(http.MethodGet, "/w/api.php", nil), header: http.Header{}}
	c.request.Header.Set("User-Agent", "bench")
	return c
}

func (c *caller) Header() http.Header { return c.header }

func (c *caller) WriteHeader(status int) { c.status = status }

func (c *caller) Write(p []byte) (int, error) {
	c.body = append(c.body[:0], p...)
	return len(p), nil
}

// do serves the request as it stands.
func (c *caller) do(b *testing.B) {
	clear(c.header)
	c.status = http.StatusOK
	c.handler.ServeHTTP(c, c.request)
	if c.status != http.StatusOK || c.header["Mediawiki-Api-Error"] != nil {
		b.Errorf("status %d: %s", c.status, c.body)
	}
}

func (c *caller) get(b *testing.B, query, cookies string) {
	c.request.Method, c.request.URL.RawQuery, c.request.Body, c.request.ContentLength = http.MethodGet, query, http.NoBody, 0
	c.setCookies(cookies)
	c.do(b)
}

func (c *caller) post(b *testing.B, form, cookies string) {
	c.form.Reset(form)
	c.request.Method, c.request.URL.RawQuery = http.MethodPost, ""
	c.request.Body, c.request.ContentLength = io.NopCloser(&c.form), int64(len(form))
	c.request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	c.setCookies(cookies)
	c.do(b)
}

func (c *caller) setCookies(cookies string) {
	if cookies == "" {
		c.request.Header.Del("Cookie")
		return
	}
	c.request.Header.Set("Cookie", cookies)
}

// cookie is the one that the last answer has set.
func (c *caller) cookie() string {
	cookie, _, _ := strings.Cut(c.header.Get("Set-Cookie"), ";")
	return cookie
}

// token is the one in the last answer, ready for a form.
func (c *caller) token() string {
	_, rest, _ := strings.Cut(string(c.body), `token":"`)
	digits, _, _ := strings.Cut(rest, `+\\"`)
	return digits + "%2B%5C"
}

// login makes a session and gives its cookies.
func (c *caller) login(b *testing.B, form string) string {
	c.get(b, loginToken, "")
	own := c.cookie()
	c.post(b, form+c.token(), own)
	return own + "; " + c.cookie()
}

// repeat measures one request again and again.
func repeat(b *testing.B, c *caller, query, cookies string) {
	c.get(b, query, cookies)
	b.ReportAllocs()
	for b.Loop() {
		c.do(b)
	}
}

func BenchmarkBare(b *testing.B) {
	body, contentType := make([]byte, 104), []string{"application/json; charset=utf-8"}
	repeat(b, newCaller(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["Content-Type"] = contentType
		_, _ = w.Write(body)
	})), userInfo, "")
}

func BenchmarkTokensAnonymous(b *testing.B) {
	repeat(b, newCaller(newServer(b, true)), loginToken, "")
}

func BenchmarkTokensAnonymousWithCookie(b *testing.B) {
	c := newCaller(newServer(b, true))
	c.get(b, loginToken, "")
	repeat(b, c, loginToken, c.cookie())
}

func BenchmarkTokensLoggedIn(b *testing.B) { loggedIn(b, true, csrfToken) }
func BenchmarkUserInfo(b *testing.B)       { loggedIn(b, true, userInfo) }
func BenchmarkUserInfoSQLite(b *testing.B) { loggedIn(b, false, userInfo) }

func loggedIn(b *testing.B, cache bool, query string) {
	s := newServer(b, cache)
	c := newCaller(s)
	repeat(b, c, query, c.login(b, s.forms[0]))
}

// BenchmarkLogin is the whole login of a bot: two requests.
func BenchmarkLogin(b *testing.B) {
	s := newServer(b, true)
	b.ReportAllocs()
	b.ResetTimer()
	s.atOnce(b, b.N, func(c *caller, form string, _ int) { c.login(b, form) })
}

func BenchmarkLogout(b *testing.B) {
	s := newServer(b, true)
	cookies, tokens := make([]string, b.N), make([]string, b.N)
	s.atOnce(b, b.N, func(c *caller, form string, i int) {
		cookies[i] = c.login(b, form)
		c.get(b, csrfToken, cookies[i])
		tokens[i] = c.token()
	})
	b.ReportAllocs()
	b.ResetTimer()
	s.atOnce(b, b.N, func(c *caller, _ string, i int) {
		c.post(b, "action=logout&format=json&token="+tokens[i], cookies[i])
	})
}

// atOnce does n pieces of work by all clients.
func (s server) atOnce(b *testing.B, n int, work func(c *caller, form string, i int)) {
	var all sync.WaitGroup
	var next atomic.Int64
	for k := range clients {
		all.Go(func() {
			c := newCaller(s)
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				work(c, s.forms[k%bots], i)
			}
		})
	}
	all.Wait()
}
