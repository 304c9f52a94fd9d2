package cli

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// client asks a server's API and keeps cookies.
type client struct {
	t    *testing.T
	api  string
	http *http.Client
}

func newClient(t *testing.T, api string) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &client{t: t, api: api, http: &http.Client{Jar: jar}}
}

func (c *client) post(query string, form url.Values, into any) {
	c.t.Helper()
	response, err := c.http.PostForm(c.api+"?format=json&formatversion=2&"+query, form)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := json.Unmarshal(body, into); err != nil {
		c.t.Fatalf("%s: %v", body, err)
	}
}

func (c *client) login(name, password string) {
	c.t.Helper()
	if got := c.tryLogin(name, password); got != "Success" {
		c.t.Fatalf("login as %s: %s", name, got)
	}
}

// tryLogin logs in and gives the result.
func (c *client) tryLogin(name, password string) string {
	c.t.Helper()
	token := c.loginToken()
	var answer struct{ Login struct{ Result string } }
	c.post("action=login", url.Values{"lgname": {name}, "lgpassword": {password}, "lgtoken": {token}}, &answer)
	return answer.Login.Result
}

func (c *client) loginToken() string {
	c.t.Helper()
	var tokens struct {
		Query struct {
			Tokens struct {
				LoginToken string `json:"logintoken"`
			} `json:"tokens"`
		} `json:"query"`
	}
	c.post("action=query&meta=tokens&type=login", nil, &tokens)
	return tokens.Query.Tokens.LoginToken
}

func (c *client) name() string {
	c.t.Helper()
	var answer struct {
		Query struct {
			UserInfo struct {
				Name string `json:"name"`
				Anon bool   `json:"anon"`
			} `json:"userinfo"`
		} `json:"query"`
	}
	c.post("action=query&meta=userinfo", nil, &answer)
	if answer.Query.UserInfo.Anon {
		return ""
	}
	return answer.Query.UserInfo.Name
}

// bot makes an account with bot passwords and a client logged in with each.
func bot(t *testing.T, s *server, name string, apps ...string) []*client {
	t.Helper()
	must(t, s.data, "", "account", "create", name, "--no-password")
	var clients []*client
	for _, app := range apps {
		var created struct{ Login, Password string }
		output := must(t, s.data, "", "botpassword", "create", name, app, "--grants", "editpage", "--json")
		if err := json.Unmarshal([]byte(output), &created); err != nil {
			t.Fatal(err)
		}
		c := newClient(t, s.api)
		c.login(created.Login, created.Password)
		clients = append(clients, c)
	}
	return clients
}

func TestSessionListAndEnd(t *testing.T) {
	s := start(t, t.TempDir())
	s.welcomed(t)
	same(t, must(t, s.data, "", "session", "list", "--json"), "[]\n")
	alice := bot(t, s, "Alice", "a", "b")
	bob := bot(t, s, "Bob", "a", "b", "c")

	table := steady(must(t, s.data, "", "session", "list", "--account", "bob", "--app", "b"))
	want := `
ID                                KIND  OWNER  APP  ADDRESS    CREATED               EXPIRES
xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx  bot   Bob    b    127.0.0.1  2031-01-02T03:04:05Z  2031-01-02T03:04:05Z
`[1:]
	if table != want {
		t.Errorf("got:\n%s\nwant:\n%s", table, want)
	}
	list := must(t, s.data, "", "session", "list", "--account", "Bob", "--app", "b", "--json")
	form := regexp.MustCompile(`^\[\{"id":"([0-9a-f]{32})","kind":"bot","owner":"Bob","app":"b","address":"127\.0\.0\.1","created":"[^"]+Z","renewed":"[^"]+Z","expires":"[^"]+Z"\}\]\n$`)
	match := form.FindStringSubmatch(list)
	if match == nil {
		t.Fatalf("got %s", list)
	}
	if n := strings.Count(must(t, s.data, "", "session", "list", "--json"), `"id"`); n != 5 {
		t.Errorf("%d sessions, want 5", n)
	}

	same(t, must(t, s.data, "", "session", "end", match[1][:12]), "Ended 1 session.\n")
	if bob[1].name() != "" || bob[0].name() != "Bob" {
		t.Errorf("ending by id ended the wrong session")
	}
	refused(t, s.data, "", exitNotFound, `no live session has an id that begins with "`+match[1]+`"`, "session", "end", match[1])
	same(t, must(t, s.data, "", "session", "end", "--account", "Bob", "--app", "a", "--json"), `{"ended":1}`+"\n")
	if bob[0].name() != "" || bob[2].name() != "Bob" {
		t.Errorf("ending by app id ended the wrong session")
	}
	same(t, must(t, s.data, "", "session", "end", "--account", "Bob"), "Ended 1 session.\n")
	same(t, must(t, s.data, "", "session", "end", "--account", "Bob"), "Ended 0 sessions.\n")
	if bob[2].name() != "" || alice[0].name() != "Alice" || alice[1].name() != "Alice" {
		t.Errorf("ending by account ended the wrong sessions")
	}
	refused(t, s.data, "", exitNotFound, "there is no account Nobody", "session", "end", "--account", "Nobody")
	refused(t, s.data, "", exitRefused, `the session id "abc" is too short; give at least 8 characters`, "session", "end", "abc")
}

func TestRevokingEndsTheSessionInARunningServer(t *testing.T) {
	s := start(t, t.TempDir())
	s.welcomed(t)
	c := bot(t, s, "Alice", "a")[0]
	if c.name() != "Alice" {
		t.Fatal("not logged in")
	}
	must(t, s.data, "", "botpassword", "revoke", "Alice", "a")
	if got := c.name(); got != "" {
		t.Errorf("still logged in as %s", got)
	}
}
