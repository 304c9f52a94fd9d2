package e2e

import (
	"context"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// used is a data folder that a server has worked on, with a bot password and a
// session in it.
type used struct {
	dir     string
	bot     bot
	secrets *secrets
	cookies map[string]string
}

func newUsed(t *testing.T) used { return newUsedIn(t, t.TempDir()) }

func newUsedIn(t *testing.T, dir string) used {
	t.Helper()
	u := used{dir: dir, secrets: &secrets{}}
	w := startOn(t, dir, u.secrets)
	w.account("William", "password-of-William")
	u.bot = w.bot("William", "app")
	u.cookies = w.loggedIn(u.bot).cookies
	w.Stop()
	return u
}

// works fails the test unless everything from before is there.
func (u used) works(t *testing.T) {
	t.Helper()
	w := startOn(t, u.dir, u.secrets)
	w.stillServes(t, u.bot)
	c := w.client()
	c.cookies = u.cookies
	c.is("William")
	w.Stop()
}

// refuses starts a server that cannot serve and checks what it says.
func refuses(t *testing.T, code int, says string, options ...string) {
	t.Helper()
	o := testserver.Run(t, "", append([]string{"serve"}, options...)...)
	checkSentence(t, o, code, says)
	if o.Stdout != "" {
		t.Errorf("standard output: %q", o.Stdout)
	}
}

// checkSentence demands one sentence that matches says, and the exit code.
func checkSentence(t *testing.T, o testserver.Outcome, code int, says string) {
	t.Helper()
	if o.Code != code {
		t.Errorf("exit code %d, want %d", o.Code, code)
	}
	if !strings.HasPrefix(o.Stderr, "wikigate: ") || strings.Count(o.Stderr, "\n") != 1 {
		t.Errorf("not one sentence: %q", o.Stderr)
	}
	if !regexp.MustCompile(says).MatchString(o.Stderr) {
		t.Errorf("%q does not say %q", o.Stderr, says)
	}
}

// trouble is something wrong with a data folder.
type trouble struct {
	name string
	make func(t *testing.T, u used) (undo func())
	code int
	says string // of what is wrong and what to do
}

func TestTroubleWithTheData(t *testing.T) {
	t.Parallel()
	for _, c := range []trouble{
		{"a database of a newer version", func(t *testing.T, u used) func() {
			u.sql(t, `INSERT INTO schema_version (version, checksum) VALUES (99, 'x')`)
			return func() { u.sql(t, `DELETE FROM schema_version WHERE version = 99`) }
		}, 1, `version 99.*run the newer wikigate`},
		{"a database of other steps", func(t *testing.T, u used) func() {
			u.sql(t, `UPDATE schema_version SET checksum = 'x' || checksum`)
			return func() { u.sql(t, `UPDATE schema_version SET checksum = substr(checksum, 2)`) }
		}, 1, `not made by.*run the wikigate that made it`},
		{"no key file", func(t *testing.T, u used) func() { return u.setAside(t, "keys.json") },
			1, `key file \S+keys.json is missing.*restore it from a backup`},
		{"a damaged key file", func(t *testing.T, u used) func() { return u.replace(t, "keys.json", `{"current":1,"keys":[`) },
			1, `key file \S+keys.json is damaged; restore it from a backup`},
		{"an empty key file", func(t *testing.T, u used) func() { return u.replace(t, "keys.json", "") },
			1, `key file \S+keys.json is damaged; restore it from a backup`},
		{"a key file without its key", func(t *testing.T, u used) func() {
			return u.replace(t, "keys.json", `{"note":"","current":1,"keys":[]}`)
		},
			1, `key file \S+keys.json is damaged; restore it from a backup`},
		{"a folder for a key file", func(t *testing.T, u used) func() { return u.folder(t, "keys.json") },
			1, `key file.*keys.json`},
		{"a folder for a database", func(t *testing.T, u used) func() { return u.folder(t, "wikigate.db") },
			6, `wikigate.db cannot be a database.*check the path`},
		{"a database that is none", func(t *testing.T, u used) func() {
			return u.replace(t, "wikigate.db", strings.Repeat("no database ", 1000))
		},
			1, `not a database or is damaged; restore it from a backup`},
		{"a folder for the lock", func(t *testing.T, u used) func() { return u.folder(t, "wikigate.db.lock") },
			6, `wikigate.db.lock.*check the path`},
		{"a folder for the counters", func(t *testing.T, u used) func() { return u.folder(t, "wikigate.db.gen") },
			6, `wikigate.db.gen.*check the path`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			u := newUsed(t)
			undo := c.make(t, u)
			refuses(t, c.code, c.says, "--listen", "127.0.0.1:0", "--data", u.dir)
			o := testserver.Run(t, "", "account", "list", "--data", u.dir)
			if c.name != "a folder for the lock" { // which only servers take
				checkSentence(t, o, c.code, c.says)
			}
			undo()
			u.works(t)
		})
	}
}

// sql changes the database as another program would.
func (u used) sql(t *testing.T, statement string) {
	t.Helper()
	db := openDatabase(t, u.dir, url.Values{})
	defer func() { _ = db.Close() }()
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
}

// setAside takes a file, and what SQLite keeps beside it, away.
func (u used) setAside(t *testing.T, name string) (undo func()) {
	t.Helper()
	var moved []string
	for _, suffix := range []string{"", "-wal", "-shm"} {
		from := filepath.Join(u.dir, name+suffix)
		if _, err := os.Stat(from); err != nil {
			continue
		}
		moved = append(moved, from)
		if err := os.Rename(from, from+".aside"); err != nil {
			t.Fatal(err)
		}
	}
	return func() {
		for _, from := range moved {
			if err := os.RemoveAll(from); err != nil {
				t.Fatal(err)
			}
			if err := os.Rename(from+".aside", from); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func (u used) replace(t *testing.T, name, content string) (undo func()) {
	t.Helper()
	undo = u.setAside(t, name)
	if err := os.WriteFile(filepath.Join(u.dir, name), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return undo
}

func (u used) folder(t *testing.T, name string) (undo func()) {
	t.Helper()
	undo = u.setAside(t, name)
	if err := os.Mkdir(filepath.Join(u.dir, name), 0o700); err != nil {
		t.Fatal(err)
	}
	return undo
}

func TestDataFolderThatIsAFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, 5, `the data folder.*`+regexp.QuoteMeta(path), "--listen", "127.0.0.1:0", "--data", path)
	refuses(t, 5, `the data folder.*`+regexp.QuoteMeta(path), "--listen", "127.0.0.1:0", "--data", filepath.Join(path, "below"))
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refuses(t, 1, `another program uses the address `+listener.Addr().String()+`; stop it or choose another one with --listen`,
		"--listen", listener.Addr().String(), "--data", u.dir)
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	u.works(t)
}

// A first start that fails does not use up the one time the secret is shown.
func TestPortInUseAtTheFirstStart(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	dir := t.TempDir()
	refuses(t, 1, `another program uses the address`, "--listen", listener.Addr().String(), "--data", dir)
	w := startOn(t, dir, &secrets{})
	w.waitForOutput("WikigateBot@start")
}

func TestAddressThatIsNotOurs(t *testing.T) {
	t.Parallel()
	refuses(t, 5, `cannot listen on 192.0.2.1:80`, "--listen", "192.0.2.1:80", "--insecure-http", "--data", t.TempDir())
}

func TestUnknownOption(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	file := filepath.Join(t.TempDir(), "wikigate.toml")
	if err := os.WriteFile(file, []byte("lisen = \"127.0.0.1:0\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refuses(t, 2, `lisen.*listen`, "--config", file, "--data", u.dir)
	refuses(t, 2, `--lisen.*--listen`, "--lisen", "127.0.0.1:0", "--data", u.dir)
	refuses(t, 2, `missing.toml`, "--config", filepath.Join(t.TempDir(), "missing.toml"), "--data", u.dir)
	u.works(t)
}

func TestSecondServer(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.loggedIn(b)
	refuses(t, 5, `another wikigate \(process \d+\) serves from this database; stop it, or give this one a database of its own`,
		"--listen", "127.0.0.1:0", "--data", w.Dir)
	c.is("William")
	w.stillServes(t, b)
}

// Another program holds the database's lock: a server that starts says so, one
// that runs tells clients to come back, keeps answering what needs no writing,
// and goes on when the lock is free.
func TestDatabaseLockedByAnotherProgram(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	db := openDatabase(t, u.dir, url.Values{})
	conn, err := db.Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	lock := func(statement string) {
		t.Helper()
		if _, err := conn.ExecContext(context.Background(), statement); err != nil {
			t.Fatal(err)
		}
	}
	lock("BEGIN EXCLUSIVE")
	refuses(t, 5, `another process holds the database \S+; let it finish or stop it, and try again`, "--listen", "127.0.0.1:0", "--data", u.dir)
	lock("ROLLBACK")

	w := startOn(t, u.dir, u.secrets)
	c, other := w.loggedIn(u.bot), w.client()
	token := other.token("login")
	lock("BEGIN EXCLUSIVE")
	answered := make(chan reply)
	go func() {
		r, _ := other.tryPost(fields{"action": "login"}, fields{"lgname": u.bot.login, "lgpassword": u.bot.secret, "lgtoken": token})
		answered <- r
	}()
	c.is("William")
	w.client().token("login")
	r := <-answered
	if r.status != 503 || r.header.Get("Retry-After") == "" || len(r.set) > 0 || !strings.HasPrefix(r.code(t), "internal_api_error_") {
		t.Errorf("a login meanwhile: status %d, %v, %q", r.status, r.header, r.body)
	}
	lock("ROLLBACK")
	if a := other.attempt(u.bot.login, u.bot.secret, token); a.Login.Result != "Success" {
		t.Errorf("a login afterwards: %+v %+v", a.Login, a.Error)
	}
	c.is("William")
}

// After a server has ended, the database is one file: a backup of it and of
// the keys is whole.
func TestDatabaseOfAStoppedServerIsOneFile(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	backup := t.TempDir()
	for _, name := range []string{"wikigate.db", "keys.json"} {
		content, err := os.ReadFile(filepath.Join(u.dir, name))
		if err == nil {
			err = os.WriteFile(filepath.Join(backup, name), content, 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	u.dir = backup
	u.works(t)
}
