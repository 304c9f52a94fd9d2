package cli

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/audit"
	_ "modernc.org/sqlite"
)

// events are what audit list gives, newest first.
func events(t *testing.T, data string, args ...string) []eventJSON {
	t.Helper()
	var list []eventJSON
	if err := json.Unmarshal([]byte(must(t, data, "", append([]string{"audit", "list", "--json"}, args...)...)), &list); err != nil {
		t.Fatal(err)
	}
	return list
}

// alter changes the data behind the server's back.
func alter(t *testing.T, data, statements string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, "wikigate.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	}()
	if _, err := db.Exec(statements); err != nil {
		t.Fatal(err)
	}
}

func TestN8_CommandsAreRecorded(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Anna", "--no-password", "--groups", "bot")
	must(t, data, "", "botpassword", "create", "Anna", "tool", "--ip", "192.0.2.0/24", "--expires", "2031-12-31")
	must(t, data, "", "botpassword", "revoke", "Anna", "tool")
	must(t, data, "", "account", "lock", "Anna")
	must(t, data, "", "account", "rename", "Anna", "Bella")
	list := events(t, data)
	kinds := ""
	for _, e := range list {
		kinds += e.Kind + " "
		if !strings.HasPrefix(e.Actor, "command line, ") || e.Account != 1 || e.Result != "success" || e.Request != "" {
			t.Errorf("%+v", e)
		}
	}
	if want := "account-rename account-lock botpassword-delete botpassword-create account-create "; kinds != want {
		t.Errorf("got %s, want %s", kinds, want)
	}
	if d := list[3].Details; d["addresses"] != "192.0.2.0/24" || d["expires"] != "2031-12-31T00:00:00Z" || d["grants"] != "basic" {
		t.Errorf("%+v", d)
	}
	if got := len(events(t, data, "--account", "bella")); got != 5 {
		t.Errorf("%d events of the account under its new name", got)
	}
	if got := len(events(t, data, "--kind", "account-lock", "--since", "1h", "--until", "2100-01-01")); got != 1 {
		t.Errorf("%d locks", got)
	}
	table := must(t, data, "", "audit", "list", "--limit", "1")
	if !strings.Contains(table, "account-rename") || strings.Contains(table, "account-lock") {
		t.Error(table)
	}
}

func TestAuditListRefusesItsFlags(t *testing.T) {
	data := t.TempDir()
	for _, args := range [][]string{
		{"--kind", "logins"}, {"--since", "yesterday"}, {"--until", "x"}, {"--address", "192.0.2"}, {"--limit", "0"}, {"--kind", "login, logout"},
	} {
		if o := call(t, data, "", append([]string{"audit", "list"}, args...)...); o.code != exitRefused || strings.Count(o.stderr, "\n") != 1 {
			t.Errorf("%q: %+v", args, o)
		}
	}
}

func TestAuditVerifyFindsWhatWasAltered(t *testing.T) {
	data := t.TempDir()
	for _, name := range []string{"Anna", "Bob", "Cid"} {
		must(t, data, "", "account", "create", name, "--no-password")
	}
	if said := must(t, data, "", "audit", "verify"); !strings.HasPrefix(said, "The record is whole: 3 events, the last is 3 with the hash ") {
		t.Error(said)
	}
	const free = `DROP TRIGGER audit_unchanged; `
	for _, c := range []struct{ statements, undo, sentence string }{
		{`UPDATE audit_head SET newest = 2, newest_hash = (SELECT hash FROM audit WHERE seq = 2)`,
			`UPDATE audit_head SET newest = 3, newest_hash = (SELECT hash FROM audit WHERE seq = 3)`, "its seal is wrong"},
		{free + `UPDATE audit SET name = 'Eve' WHERE seq = 2`, `UPDATE audit SET name = 'Bob' WHERE seq = 2`, "event 2 is not what was recorded"},
		{`UPDATE audit SET details = '["a","b"]' WHERE seq = 3`, `UPDATE audit SET details = '[]' WHERE seq = 3`, "event 3 is not what was recorded"},
		{`DELETE FROM audit WHERE seq = 2`, ``, "event 2 is missing"},
	} {
		alter(t, data, c.statements)
		o := call(t, data, "", "audit", "verify")
		if o.code != exitFailure || !strings.Contains(o.stderr, "not whole") || !strings.Contains(o.stderr, c.sentence) || strings.Count(o.stderr, "\n") != 1 {
			t.Errorf("%s: %+v", c.statements, o)
		}
		alter(t, data, c.undo)
	}
	o := call(t, data, "", "audit", "verify", "--json")
	if o.code != exitFailure || !strings.Contains(o.stdout, `"whole":false,"events":1,`) || !strings.Contains(o.stdout, `"seq":2}`) {
		t.Errorf("%+v", o)
	}
}

// Each way of being refused has its words, and the id in the answer leads to
// them.
func TestExplainSaysWhichCheckSaidNo(t *testing.T) {
	s := start(t, t.TempDir())
	s.welcomed(t)
	must(t, s.data, "a good password", "account", "create", "Anna", "--password-stdin")
	must(t, s.data, strings.Repeat("a", 32), "botpassword", "create", "Anna", "away", "--ip", "192.0.2.1", "--secret-stdin")
	for _, c := range []struct{ name, password, want string }{
		{"Anna", "wrong", "the password of Anna was wrong. The client was told wrongpassword.\nWhat to do: "},
		{"Nobody", "wrong", "there is no account Nobody"},
		{"Anna@nothing", strings.Repeat("a", 32), "Anna has no bot password nothing"},
		{"Anna@away", strings.Repeat("a", 32), "may not be used from 127.0.0.1"},
		{"Anna", "a good password", "tried to log in as Anna.\nIt succeeded."},
		{"", "", "tried to log in without a name.\nIt was refused because name or password were empty"},
	} {
		cl := newClient(t, s.api)
		id := cl.attempt(c.name, c.password)
		if said := must(t, s.data, "", "explain", id); !strings.Contains(said, c.want) || !strings.Contains(said, ", 127.0.0.1 (Go-http-client/1.1) tried to log in ") {
			t.Errorf("%s: got %s, want %q in it", c.name, said, c.want)
		}
	}
	cl := newClient(t, s.api)
	if said := must(t, s.data, "", "explain", cl.sendLogin(url.Values{"lgname": {"Anna"}, "lgpassword": {"x"}, "lgtoken": {"x"}})); !strings.Contains(said, "a session that is gone") {
		t.Error(said)
	}
	var list []map[string]any
	said := must(t, s.data, "", "explain", newClient(t, s.api).attempt("Anna", "wrong"), "--json")
	if err := json.Unmarshal([]byte(said), &list); err != nil || list[0]["why"] == "" || list[0]["reason"] != "wrong-password" {
		t.Errorf("%v %s", err, said)
	}
	last := ""
	for range 6 {
		last = newClient(t, s.api).attempt("Eve", "wrong")
	}
	if said := must(t, s.data, "", "explain", last); !strings.Contains(said, "too many attempts. The client was told login-throttled. It was told to wait 5m.\n") {
		t.Error(said)
	}
	if o := call(t, s.data, "", "explain", "no-such-request"); o.code != exitNotFound || !strings.Contains(o.stderr, "nothing is recorded") {
		t.Errorf("%+v", o)
	}
}

func TestEveryReasonIsExplained(t *testing.T) {
	for _, r := range audit.Reasons() {
		if e := explanations[r]; e.why == "" || e.todo == "" {
			t.Errorf("%s has no explanation", r)
		}
	}
	if len(explanations) != len(audit.Reasons()) {
		t.Errorf("%d explanations of %d reasons", len(explanations), len(audit.Reasons()))
	}
}

func TestAuditTailFollows(t *testing.T) {
	data := t.TempDir()
	for _, name := range []string{"Anna", "Bob"} {
		must(t, data, "", "account", "create", name, "--no-password")
	}
	if said := must(t, data, "", "audit", "tail", "-n", "1"); strings.Count(said, "\n") != 1 || !strings.Contains(said, "Bob") {
		t.Error(said)
	}
	ctx, stop := context.WithCancel(t.Context())
	out, in := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		code := Main(ctx, []string{"audit", "tail", "-f", "--json"}, strings.NewReader(""), in, io.Discard, []string{"WIKIGATE_DATA=" + data})
		ended <- code
		_ = in.Close()
	}()
	lines := bufio.NewScanner(out)
	for _, want := range []string{"Anna", "Bob", "Cid"} {
		if want == "Cid" {
			must(t, data, "", "account", "create", "Cid", "--no-password")
		}
		var e eventJSON
		if !lines.Scan() || json.Unmarshal(lines.Bytes(), &e) != nil || e.Name != want {
			t.Fatalf("got %s, want %s", lines.Text(), want)
		}
	}
	stop()
	if code := <-ended; code != exitOK {
		t.Errorf("code %d", code)
	}
}

// attempt asks for a token, tries to log in and gives the id of the request.
func (c *client) attempt(name, password string) string {
	c.t.Helper()
	var tokens struct {
		Query struct{ Tokens struct{ LoginToken string } }
	}
	c.post("action=query&meta=tokens&type=login", nil, &tokens)
	return c.sendLogin(url.Values{"lgname": {name}, "lgpassword": {password}, "lgtoken": {tokens.Query.Tokens.LoginToken}})
}

func (c *client) sendLogin(form url.Values) string {
	c.t.Helper()
	response, err := c.http.PostForm(c.api+"?format=json&action=login", form)
	if err != nil {
		c.t.Fatal(err)
	}
	if err := response.Body.Close(); err != nil {
		c.t.Error(err)
	}
	return response.Header.Get("X-Request-Id")
}
