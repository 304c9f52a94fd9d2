package e2e

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// A server whose database another program holds is alive and not ready, says
// so in one sentence, and is ready again when the lock is free.
func TestReadyMeansThatAWriteWorked(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	w := startOn(t, u.dir, u.secrets, "--admin-listen", "127.0.0.1:0")
	if status, text, _ := ask(t, w.Admin+"/readyz"); status != http.StatusOK || text != "The server is ready.\n" {
		t.Errorf("at first: status %d, %q", status, text)
	}
	conn, err := openDatabase(t, u.dir, url.Values{}).Conn(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := conn.ExecContext(context.Background(), "BEGIN EXCLUSIVE"); err != nil {
		t.Fatal(err)
	}
	if status, text, _ := ask(t, w.Admin+"/readyz"); status != http.StatusServiceUnavailable ||
		text != "Not ready: a write to the store does not end in time.\n" {
		t.Errorf("locked: status %d, %q", status, text)
	}
	if status, _, _ := ask(t, w.Admin+"/livez"); status != http.StatusOK {
		t.Errorf("locked, alive: status %d", status)
	}
	if _, err := conn.ExecContext(context.Background(), "ROLLBACK"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "readiness", func() bool {
		status, _, _ := ask(t, w.Admin+"/readyz")
		return status == http.StatusOK
	})
}

// A server that is told to stop says so before it takes no more requests.
func TestDrainIsAnnounced(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	w := startOn(t, u.dir, u.secrets, "--admin-listen", "127.0.0.1:0", "--shutdown-delay", "3s")
	w.Interrupt()
	eventually(t, "the end of readiness", func() bool {
		status, text, _ := ask(t, w.Admin+"/readyz")
		return status == http.StatusServiceUnavailable && strings.Contains(text, "told to stop")
	})
	w.loggedIn(u.bot).is("William")
	if status, _, _ := ask(t, w.Admin+"/livez"); status != http.StatusOK {
		t.Errorf("alive while it drains: status %d", status)
	}
	w.Stop()
}

// Every answer has the id of its request, whatever was asked.
func TestEveryAnswerHasAnID(t *testing.T) {
	t.Parallel()
	w := start(t)
	public := strings.TrimSuffix(w.API, "/w/api.php")
	seen := map[string]bool{}
	for _, path := range []string{"/", "/nothing", "/w/api.php", "/w/api.php/x", "//w/api.php", "/wiki/Special:ApiHelp", "/w/api.php?origin=http://evil.example"} {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, public+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		ids := response.Header.Values("X-Request-Id")
		if len(ids) != 1 || len(ids[0]) != 24 || seen[ids[0]] {
			t.Errorf("%s: status %d, ids %q", path, response.StatusCode, ids)
			continue
		}
		seen[ids[0]] = true
	}
}
