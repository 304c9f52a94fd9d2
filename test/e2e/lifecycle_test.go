package e2e

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/secret"
)

// step is a command of an operator, and what it leaves of those who are logged
// in: a session of a main account, a remembered login whose session is gone,
// and a session of a bot password.
type step struct {
	command string // NAME stands for the account
	stdin   string
	cookie, remembered,
	bot bool // live on
	// undo is a command after which all that has ended is still over.
	undo string
	// then checks what else the command has done. name is that of the account.
	then func(t *testing.T, w *world, p people)
}

// people are the clients of one account.
type people struct {
	name                    string
	password                string
	b                       bot
	cookie, remembered, bot *client
}

var steps = []step{
	{command: "account groups NAME --add sysop", cookie: true, remembered: true, bot: true, then: func(t *testing.T, _ *world, p people) {
		for _, c := range []*client{p.cookie, p.bot} {
			if body := c.get(fields{"action": "query", "meta": "userinfo", "uiprop": "groups"}).body; !strings.Contains(body, `"sysop"`) {
				t.Errorf("the groups are %s", body)
			}
		}
	}},
	{command: "account block NAME --reason Because", cookie: true, remembered: true, bot: true, then: func(t *testing.T, w *world, p people) {
		for _, c := range []*client{p.cookie, p.bot, w.loggedIn(p.b)} {
			if body := c.get(fields{"action": "query", "meta": "userinfo", "uiprop": "blockinfo"}).body; !strings.Contains(body, `"blockreason":"Because"`) {
				t.Errorf("the block is %s", body)
			}
		}
		w.mustRun("account", "unblock", p.name)
		if body := p.bot.get(fields{"action": "query", "meta": "userinfo", "uiprop": "blockinfo"}).body; strings.Contains(body, "blockreason") {
			t.Errorf("after the unblock the block is %s", body)
		}
	}},
	{command: "account lock NAME", undo: "account unlock NAME", then: func(t *testing.T, w *world, p people) {
		w.client().mustLogin(p.name, p.password)
		w.loggedIn(p.b).is(p.name)
	}},
	{command: "account rename NAME Re-NAME", undo: "account rename Re-NAME NAME", then: func(t *testing.T, w *world, p people) {
		w.mustRun("account", "rename", p.name, "Re-"+p.name)
		c := w.client()
		c.mustLogin("Re-"+p.b.login, p.b.secret)
		c.is("Re-" + p.name)
		c = w.client()
		c.mustLogin("Re-"+p.name, p.password)
		c.is("Re-" + p.name)
	}},
	{command: "account delete NAME --yes", undo: "account create NAME --no-password", then: func(t *testing.T, w *world, p people) {
		if result := w.client().login(p.b.login, p.b.secret); result != "Failed" {
			t.Errorf("a login with a bot password of before: %s", result)
		}
		if result := w.client().login(p.name, p.password); result != "Failed" {
			t.Errorf("a login with the password of before: %s", result)
		}
	}},
	{command: "account password NAME --password-stdin", stdin: "another-password-1", then: func(t *testing.T, w *world, p people) {
		if result := w.client().login(p.b.login, p.b.secret); result != "Failed" {
			t.Errorf("a login with a bot password that must be reset: %s", result)
		}
	}},
	{command: "botpassword set NAME app --grants editpage", cookie: true, remembered: true},
	{command: "botpassword set NAME app --ip 192.0.2.0/24", cookie: true, remembered: true},
	{command: "botpassword set NAME app --expires 1d", cookie: true, remembered: true},
	{command: "botpassword rotate NAME app", cookie: true, remembered: true, then: func(t *testing.T, w *world, p people) {
		if result := w.client().login(p.b.login, p.b.secret); result != "Failed" {
			t.Errorf("a login with the old secret: %s", result)
		}
	}},
	{command: "botpassword rotate NAME app --overlap 1h", cookie: true, remembered: true, bot: true, then: func(t *testing.T, w *world, p people) {
		w.loggedIn(p.b).is(p.name)
	}},
	{command: "botpassword rotate NAME app --overlap 1h", undo: "botpassword rotate NAME app", cookie: true, remembered: true},
	{command: "botpassword revoke NAME app", undo: "botpassword create NAME app", cookie: true, remembered: true},
	{command: "session end --account NAME", remembered: true}, // which is no session
}

// What the next request of everybody who is logged in answers after a command.
func TestCommandsAndWhoIsLoggedIn(t *testing.T) {
	t.Parallel()
	w := start(t)
	a := openAdmin(t, w.Dir)
	for i, s := range steps {
		t.Run(strings.ReplaceAll(s.command, " ", "_"), func(t *testing.T) {
			p := w.people(a, fmt.Sprintf("William %c", 'A'+i))
			run := func(stdin, command string) {
				args := strings.Fields(command)
				for i := range args {
					args[i] = strings.ReplaceAll(args[i], "NAME", p.name)
				}
				if o := w.Command(stdin, args...); o.Code != 0 {
					t.Fatalf("%q: exit code %d, %s", args, o.Code, o.Stderr)
				}
			}
			run(s.stdin, s.command)
			if s.undo != "" {
				run("", s.undo)
			}
			for _, c := range []struct {
				kind  string
				c     *client
				lives bool
			}{{"cookie session", p.cookie, s.cookie}, {"remembered login", p.remembered, s.remembered}, {"bot session", p.bot, s.bot}} {
				want := ""
				if c.lives {
					want = p.name
				}
				if got := c.c.who(); got != want {
					t.Errorf("%s: the user is %q, want %q", c.kind, got, want)
				}
			}
			if s.then != nil {
				s.then(t, w, p)
			}
		})
	}
}

// people are made in this process, which takes less time than commands.
func (w *world) people(a *app.App, name string) people {
	w.t.Helper()
	p := people{name: name, password: "password-of-" + strings.ReplaceAll(name, " ", "-")}
	if _, err := a.Accounts.Create(w.t.Context(), account.CreateRequest{Name: name, Password: secret.New(p.password)}); err != nil {
		w.t.Fatal(err)
	}
	created, err := a.BotPasswords.Create(w.t.Context(), botpassword.CreateRequest{Owner: name, App: "app"})
	if err != nil {
		w.t.Fatal(err)
	}
	p.b = bot{owner: name, app: "app", login: created.Login, secret: created.Secret.Reveal()}
	p.cookie, p.bot = w.client(), w.loggedIn(p.b)
	p.cookie.mustLogin(name, p.password)
	p.remembered = p.cookie.copy()
	delete(p.cookie.cookies, cookieToken)
	delete(p.remembered.cookies, cookieSession)
	p.cookie.is(name)
	p.bot.is(name)
	p.remembered.copy().is(name)
	return p
}

// B-14: whatever logs in while the account is locked, nobody is logged in
// afterwards, and nobody is again when the account is open again.
func TestB14_LockWhileLoggingIn(t *testing.T) {
	t.Parallel()
	w := start(t, "--log-requests=false", "--argon2-memory", "8MiB", "--argon2-time", "5", "--login-throttle", "10000/5m")
	a := openAdmin(t, w.Dir)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for round := range 15 {
		clients := make([]*client, 8)
		var done sync.WaitGroup
		for i := range clients {
			c := w.client()
			clients[i] = c
			login, secret := b.login, b.secret
			if i%2 == 0 {
				login, secret = "William", "password-of-William"
			}
			token := c.token("login")
			done.Go(func() {
				if _, err := c.tryPost(fields{"action": "login"}, fields{"lgname": login, "lgpassword": secret, "lgtoken": token}); err != nil {
					t.Error(err)
				}
			})
		}
		time.Sleep(time.Duration(round) * 2 * time.Millisecond) // to meet another moment each time
		if _, err := a.Accounts.Lock(t.Context(), "William"); err != nil {
			t.Fatal(err)
		}
		done.Wait()
		for i, c := range clients {
			if user := c.copy().who(); user != "" {
				t.Errorf("round %d: client %d is %q while the account is locked", round, i, user)
			}
		}
		if _, err := a.Accounts.Unlock(t.Context(), "William"); err != nil {
			t.Fatal(err)
		}
		for i, c := range clients {
			if user := c.who(); user != "" {
				t.Errorf("round %d: client %d is %q after the unlock", round, i, user)
			}
		}
	}
}

// A server keeps in memory when bot passwords were last used and writes it at
// its end.
func TestLastUseIsWrittenAtTheEnd(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	w.bot("William", "unused")
	w.loggedIn(b).is("William")
	list := func() string { return w.mustRun("botpassword", "list", "William") }
	if got := list(); strings.Contains(got, "127.0.0.1") {
		t.Errorf("a use was written at once: %s", got)
	}
	w.Stop()
	if got := list(); strings.Count(got, " from 127.0.0.1") != 1 {
		t.Errorf("got %s", got)
	}
}
