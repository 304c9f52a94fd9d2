// Package e2e attacks, starves and kills the real wikigate binary and looks at
// what a client, an operator and the log see of it.
//
// It owns what only a running process can show: that nothing acknowledged is
// lost in a crash, that a revocation in one process ends sessions in another
// with the next request, that bad input never gets further than a refusal, and
// that each cause of trouble on the machine has one sentence that says what to
// do. Tests of a row of the list of abuse cases are named after it
// (TestA1_...). The rules themselves are tested where they live.
//
// Every server listens on the loopback and ends with its test. With -short all
// tests are skipped. WIKIGATE_TEST_BINARY names a binary to use instead of
// building one.
package e2e

import (
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/testserver"
)

// world is a running server together with all secrets that its clients have
// met, none of which may ever be in its log.
type world struct {
	*testserver.Server
	t       testing.TB
	secrets *secrets
}

// start starts a server that logs all there is to log, and checks the log when
// the test ends.
func start(t testing.TB, options ...string) *world {
	t.Helper()
	return startOn(t, t.TempDir(), &secrets{}, options...)
}

func startOn(t testing.TB, dir string, s *secrets, options ...string) *world {
	t.Helper()
	options = append([]string{"--log-level", "debug", "--log-requests"}, options...)
	w := &world{Server: testserver.StartOn(t, dir, options...), t: t, secrets: s}
	t.Cleanup(func() {
		w.Stop()
		checkLog(t, w.Stderr(), w.secrets)
		w.checkTrail()
	})
	return w
}

// checkTrail demands that the audit trail is whole and holds no secret. Data
// that the test has damaged cannot be opened, which is none of its business.
func (w *world) checkTrail() {
	w.t.Helper()
	audit := func(args ...string) string {
		// The context of the test is over.
		output, err := exec.Command(w.Binary, append(append([]string{"audit"}, args...), "--data", w.Dir)...).CombinedOutput()
		if err != nil && len(output) == 0 {
			w.t.Error(err)
		}
		return string(output)
	}
	if said := audit("verify"); strings.Contains(said, "not whole") {
		w.t.Error(said)
	}
	trail := audit("tail", "-n", "1000000", "--json")
	if faults := w.secrets.found(trail); faults != nil {
		w.t.Errorf("the audit trail holds %q:\n%s", faults, tail(trail))
	}
}

// account makes an account with a password.
func (w *world) account(name, password string, groups ...string) {
	w.t.Helper()
	w.secrets.keep("the password of "+name, password)
	w.Account(name, password, groups...)
}

// bot is a bot password: how to log in with it, and how to name it to the
// command line.
type bot struct {
	owner, app, login, secret string
}

// bot makes a bot password of an account that exists.
func (w *world) bot(owner, app string, grants ...string) bot {
	w.t.Helper()
	login, secret := w.BotPassword(owner, app, append([]string{"basic"}, grants...)...)
	w.secrets.keep("the secret of "+login, secret)
	return bot{owner: owner, app: app, login: login, secret: secret}
}

// revoke removes a bot password in another process.
func (w *world) revoke(b bot) {
	w.t.Helper()
	w.mustRun("botpassword", "revoke", b.owner, b.app)
}

// mustRun runs a command that must succeed and returns its standard output.
func (w *world) mustRun(args ...string) string {
	w.t.Helper()
	o := w.Command("", args...)
	if o.Code != 0 {
		w.t.Fatalf("%q: exit code %d, %s%s", args, o.Code, o.Stdout, o.Stderr)
	}
	return o.Stdout
}

// loggedIn is a new client that has logged in with a bot password.
func (w *world) loggedIn(b bot) *client {
	w.t.Helper()
	c := w.client()
	c.mustLogin(b.login, b.secret)
	return c
}

// waitForOutput waits until standard output holds a text.
func (w *world) waitForOutput(text string) {
	w.t.Helper()
	for end := time.Now().Add(10 * time.Second); !strings.Contains(w.Stdout(), text); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			w.t.Fatalf("no %q in standard output: %q", text, w.Stdout())
		}
	}
}
