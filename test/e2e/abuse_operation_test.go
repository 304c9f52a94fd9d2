package e2e

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// N-2: a failure of the system tells a client the id of the request and nothing
// of what is inside; the log has the rest.
func TestN2_FailuresTellNothing(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	w := startOn(t, u.dir, u.secrets)
	c := w.client()
	token := c.token("login")
	conn, err := openDatabase(t, u.dir, url.Values{}).Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"PRAGMA busy_timeout = 10000", "BEGIN EXCLUSIVE", "DROP TABLE bot_password", "COMMIT"} {
		if _, err := conn.ExecContext(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
	}
	r, err := c.tryPost(fields{"action": "login"}, fields{"lgname": u.bot.login, "lgpassword": u.bot.secret, "lgtoken": token})
	if err != nil {
		t.Fatal(err)
	}
	id := r.header.Get("X-Request-Id")
	if !strings.HasPrefix(r.code(t), "internal_api_error_") || id == "" || !strings.Contains(r.body, id) || len(r.set) > 0 {
		t.Errorf("status %d, %v, %s", r.status, r.header, r.body)
	}
	if inside := regexp.MustCompile(`(?i)sql|bot_password|\.go\b|goroutine|wikigate\.db|/tmp`).FindString(r.body); inside != "" {
		t.Errorf("the answer tells %q: %s", inside, r.body)
	}
	for _, name := range []string{"Server", "X-Powered-By", "Via"} {
		if value := r.header.Get(name); value != "" {
			t.Errorf("%s: %s", name, value)
		}
	}
	w.Stop() // so that all of its log has arrived
	if !strings.Contains(w.Stderr(), id) || !strings.Contains(w.Stderr(), "bot_password") {
		t.Errorf("the log does not say what has failed in request %s", id)
	}
}

// N-3: keys that are empty or were never random are refused; there is no
// default secret.
func TestN3_EmptyKeys(t *testing.T) {
	t.Parallel()
	const zero = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
	for _, content := range []string{
		``, `{}`, `{"note":"","current":1,"keys":[]}`,
		`{"note":"","current":1,"keys":[{"id":1,"secret":"","created":"2026-01-01T00:00:00Z"}]}`,
		`{"note":"","current":1,"keys":[{"id":1,"secret":"c2hvcnQ=","created":"2026-01-01T00:00:00Z"}]}`,
		`{"note":"","current":1,"keys":[{"id":1,"secret":"` + zero + `","created":"2026-01-01T00:00:00Z"}]}`,
	} {
		u := newUsed(t)
		undo := u.replace(t, "keys.json", content)
		refuses(t, 1, `key file \S+keys.json is damaged; restore it from a backup`, "--listen", "127.0.0.1:0", "--data", u.dir)
		undo()
	}
	one, two := newUsed(t), newUsed(t)
	if one.bot.secret == two.bot.secret || len(one.bot.secret) < 32 {
		t.Error("two servers have the same secret")
	}
}

// N-4: there is no page that sets the server up, and no password that is the
// same everywhere.
func TestN4_NoInstaller(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	secret := regexp.MustCompile(`(?m)^  password +(\S+)$`)
	var made []string
	for _, w := range []*world{one, two} {
		w.waitForOutput("\n  password ")
		m := secret.FindStringSubmatch(w.Stdout())
		if m == nil {
			t.Fatalf("no password in %q", w.Stdout())
		}
		w.secrets.keep("the first password", m[1])
		made = append(made, m[1])
	}
	if made[0] == made[1] {
		t.Error("two servers begin with the same password")
	}
	base := strings.TrimSuffix(one.API, "/w/api.php")
	for _, path := range []string{"/mw-config/index.php", "/w/mw-config/", "/setup", "/install", "/w/load.php", "/w/index.php?title=Special:UserLogin", "/.env", "/keys.json", "/wikigate.db", "/w/../keys.json"} {
		if status, body, _ := ask(t, base+path); status != http.StatusNotFound || len(body) > 200 {
			t.Errorf("%s: status %d, %q", path, status, body)
		}
	}
}

// N-7: hashes cannot be configured below the floor.
func TestN7_HashesHaveAFloor(t *testing.T) {
	t.Parallel()
	data := t.TempDir()
	for option, value := range map[string]string{"argon2-memory": "4MiB", "argon2-time": "0", "hash-memory": "1MiB"} {
		refuses(t, 2, `option `+option+` cannot be `, "--listen", "127.0.0.1:0", "--data", data, "--"+option, value)
		checkSentence(t, testserver.Run(t, "long-password-here", "account", "create", "X", "--password-stdin", "--data", data, "--"+option, value),
			2, `option `+option+` cannot be `)
	}
}

// N-12: plain HTTP on a network needs a proxy or a word that it is meant.
func TestN12_PlainHTTP(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:80", "wiki.example:80"} {
		refuses(t, 2, `option listen cannot be .*passwords would cross the network unprotected`, "--listen", address, "--data", t.TempDir())
	}
	for _, options := range [][]string{{"--trusted-proxies", "127.0.0.1"}, {"--insecure-http"}} {
		s := testserver.Start(t, append(options, "--listen", "0.0.0.0:0", "--server-url", "http://127.0.0.1:1")...)
		s.Stop()
	}
}
