package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/wikigate/wikigate/internal/testserver"
)

// SIGHUP puts new limits of logins and a new level of the log in force, names
// what needs a restart, and changes nothing when something is wrong.
func TestReload(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "wikigate.toml")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("login-throttle = '1/5m'\nlog-level = 'warn'\n")
	s := testserver.Start(t, "--config", file)
	w := &world{Server: s, t: t, secrets: &secrets{}}
	w.account("William", "password-of-William")
	c := w.client()
	try := func() string {
		a := c.attempt("William", "wrong-password-here", c.token("login"))
		return a.Login.Reason
	}
	if first, second := try(), try(); first == second {
		t.Fatalf("not throttled: %q, %q", first, second)
	}
	if strings.Contains(s.Stderr(), "login attempt") {
		t.Errorf("logged at the level warn: %s", s.Stderr())
	}

	write("login-throttle = 'off'\nlog-level = 'info'\nsite-name = 'Other'\nhash-queue = 7\n")
	s.Signal(syscall.SIGHUP)
	eventually(t, "the reload", func() bool { return strings.Contains(s.Stderr(), `options="site-name, hash-queue"`) })
	if first, second := try(), try(); first != second || strings.Contains(first, "recent") {
		t.Errorf("still throttled: %q, %q", first, second)
	}
	if !strings.Contains(s.Stderr(), "login attempt") {
		t.Errorf("not logged at the level info: %s", s.Stderr())
	}

	write("login-throttle = '1/5m'\nlog-levl = 'error'\n")
	s.Signal(syscall.SIGHUP)
	eventually(t, "the refusal", func() bool {
		return strings.Contains(s.Stderr(), "nothing was reloaded") && strings.Contains(s.Stderr(), "log-levl is no option")
	})
	if first, second := try(), try(); first != second {
		t.Errorf("half of a bad file is in force: %q, %q", first, second)
	}
}
