package e2e

import (
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
)

// openAdmin opens the data folder of a running server as a command does. The
// test is the other process.
func openAdmin(t testing.TB, dir string) *app.App {
	t.Helper()
	cfg, err := config.Load(config.Source{Environ: []string{"WIKIGATE_DATA=" + dir}})
	if err != nil {
		t.Fatal(err)
	}
	a, err := app.Open(t.Context(), cfg, app.ForAdmin, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return a
}

// ending is a way to end the sessions of a bot password from another process.
type ending struct {
	name  string
	times int
	end   func(t *testing.T, a *app.App, b bot) error
	undo  func(t *testing.T, a *app.App, b bot) error // nil: the bot password is gone or as before
}

var endings = []ending{
	{"revoked", 200, func(t *testing.T, a *app.App, b bot) error {
		return a.BotPasswords.Revoke(t.Context(), b.owner, b.app)
	}, nil},
	{"session ended by id", 40, func(t *testing.T, a *app.App, b bot) error {
		list, err := a.Sessions.List(t.Context(), session.ListFilter{Owner: b.owner, App: b.app})
		if err != nil || len(list) != 1 {
			return fmt.Errorf("%d sessions, %w", len(list), err)
		}
		_, err = a.Sessions.End(t.Context(), session.EndRequest{ID: list[0].ID})
		return err
	}, nil},
	{"sessions ended by app id", 20, func(t *testing.T, a *app.App, b bot) error {
		return endedOne(a.Sessions.End(t.Context(), session.EndRequest{Owner: b.owner, App: b.app}))
	}, nil},
	{"re-created with the same secret", 20, func(t *testing.T, a *app.App, b bot) error {
		if err := a.BotPasswords.Revoke(t.Context(), b.owner, b.app); err != nil {
			return err
		}
		_, err := a.BotPasswords.Create(t.Context(), botpassword.CreateRequest{
			Owner: b.owner, App: b.app, Secret: secret.New(b.secret),
		})
		return err
	}, nil},
	{"other grants", 20, func(t *testing.T, a *app.App, b bot) error {
		return a.BotPasswords.Update(t.Context(), b.owner, b.app, botpassword.Change{Grants: []string{"highvolume"}})
	}, nil},
	{"other addresses", 20, func(t *testing.T, a *app.App, b bot) error {
		return a.BotPasswords.Update(t.Context(), b.owner, b.app, botpassword.Change{Addresses: []string{"192.0.2.0/24"}})
	}, nil},
	{"new secret", 20, func(t *testing.T, a *app.App, b bot) error {
		return a.BotPasswords.Update(t.Context(), b.owner, b.app, botpassword.Change{Secret: secret.New(secret.Digits32())})
	}, nil},
	{"owner locked", 20, func(t *testing.T, a *app.App, b bot) error {
		return setLocked(t, a, b.owner, true)
	}, func(t *testing.T, a *app.App, b bot) error {
		return setLocked(t, a, b.owner, false)
	}},
}

func endedOne(n int, err error) error {
	if err == nil && n != 1 {
		err = fmt.Errorf("%d sessions were ended", n)
	}
	return err
}

func setLocked(t *testing.T, a *app.App, owner string, locked bool) error {
	found, err := a.Accounts.Find(t.Context(), owner)
	if err != nil {
		return err
	}
	return a.Accounts.Store.SetLocked(t.Context(), found.ID, locked)
}

// The session works in the request before and is gone in the first request
// after, with its cookie deleted, while others use it without a pause and so
// keep it in the server's memory.
func TestSessionEndsAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t, "--log-requests=false") // which are very many
	a := openAdmin(t, w.Dir)
	for _, e := range endings {
		t.Run(e.name, func(t *testing.T) {
			owner := "Owner " + e.name
			if _, err := a.Accounts.Create(t.Context(), account.CreateRequest{Name: owner}); err != nil {
				t.Fatal(err)
			}
			for i := range e.times {
				e.once(t, w, a, owner, fmt.Sprintf("app %d", i))
				if t.Failed() {
					t.Fatalf("at time %d of %d", i+1, e.times)
				}
			}
		})
	}
}

func (e ending) once(t *testing.T, w *world, a *app.App, owner, appID string) {
	created, err := a.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: owner, App: appID})
	if err != nil {
		t.Fatal(err)
	}
	b := bot{owner: owner, app: appID, login: created.Login, secret: created.Secret.Reveal()}
	c := w.loggedIn(b)
	user := c.who()
	stop := use(t, c)
	defer stop()
	if before := c.who(); before != user || user == "" {
		t.Errorf("before: the user is %q, and was %q", before, user)
	}
	if err := e.end(t, a, b); err != nil {
		t.Fatal(err)
	}
	after, r := c.whoReply()
	if after != "" {
		t.Errorf("after: the user is %q", after)
	}
	if !slices.Contains(r.cleared, cookieBot) {
		t.Errorf("after: the answer deletes the cookies %q", r.cleared)
	}
	if e.undo != nil {
		if err := e.undo(t, a, b); err != nil {
			t.Fatal(err)
		}
	}
}

// use uses a session without a pause until the returned function is called.
func use(t *testing.T, c *client) (stop func()) {
	var (
		stopped atomic.Bool
		done    sync.WaitGroup
	)
	thief := c.copy()
	cookies := c.cookieHeader()
	done.Go(func() {
		for !stopped.Load() {
			thief.cookies = map[string]string{}
			thief.header.Set("Cookie", cookies) // also after it was deleted
			if _, err := thief.tryWho(); err != nil {
				t.Error(err)
				return
			}
		}
	})
	return func() { stopped.Store(true); done.Wait() }
}

// The commands of an operator do the same as what they are made of.
func TestCommandsEndSessionsAtOnce(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	for _, command := range []struct {
		name string
		run  func(b bot)
	}{
		{"botpassword revoke", w.revoke},
		{"re-created", func(b bot) {
			w.revoke(b)
			w.bot(b.owner, b.app)
		}},
		{"session end ID", func(b bot) {
			infos := openAdminSessions(t, w, b)
			w.mustRun("session", "end", infos[0].ID[:8])
		}},
		{"session end --account", func(b bot) {
			w.mustRun("session", "end", "--account", b.owner)
		}},
		{"session end --app", func(b bot) {
			w.mustRun("session", "end", "--account", b.owner, "--app", b.app)
		}},
	} {
		t.Run(command.name, func(t *testing.T) {
			for i := range 4 {
				b := w.bot("William", fmt.Sprintf("%.20s %d", command.name, i))
				c := w.loggedIn(b)
				c.is("William")
				command.run(b)
				after, r := c.whoReply()
				if after != "" || !slices.Contains(r.cleared, cookieBot) {
					t.Fatalf("after: the user is %q, the answer deletes %q", after, r.cleared)
				}
			}
		})
	}
}

func openAdminSessions(t *testing.T, w *world, b bot) []session.Info {
	t.Helper()
	list, err := openAdmin(t, w.Dir).Sessions.List(t.Context(), session.ListFilter{Owner: b.owner, App: b.app})
	if err != nil || len(list) != 1 {
		t.Fatalf("%d sessions, %v", len(list), err)
	}
	return list
}

// A session of a bot password ends alone: those of other bot passwords of the
// same account, and the account's own, live on.
func TestRevocationEndsNothingElse(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	first, second := w.bot("William", "first"), w.bot("William", "second")
	c1, c2, own := w.loggedIn(first), w.loggedIn(second), w.client()
	own.mustLogin("William", "password-of-William")
	w.revoke(first)
	c1.is("")
	c2.is("William")
	own.is("William")
	if result := w.client().login(first.login, first.secret); result != "Failed" {
		t.Errorf("a login with the revoked bot password: %s", result)
	}
}
