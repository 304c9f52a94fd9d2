package e2e

import (
	"io"
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// ask gets a page and gives status, body and header.
func ask(t *testing.T, address string, header ...string) (int, string, http.Header) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		request.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, string(body), response.Header
}

// eventually asks until the answer is good.
func eventually(t *testing.T, what string, good func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !good(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s did not come", what)
		}
	}
}

// documented are the metrics in the table of docs/operation.md: name → type
// and labels.
func documented(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile("../../docs/operation.md")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]string{}
	row := regexp.MustCompile("(?m)^\\| `(wikigate_[a-z_]+)` \\| ([a-z]+) \\|([^|]*)\\|")
	for _, m := range row.FindAllStringSubmatch(string(text), -1) {
		found[m[1]] = strings.TrimSpace(m[2] + " " + strings.NewReplacer("`", "", ",", "").Replace(m[3]))
	}
	return found
}

// exposed are the metrics of ours in an answer of /metrics, in the same form.
func exposed(text string) map[string]string {
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^# TYPE (wikigate_\w+) (\w+)$`).FindAllStringSubmatch(text, -1) {
		found[m[1]] = m[2]
	}
	for name := range found {
		sample := regexp.MustCompile(`(?m)^` + name + `(?:_sum)?(?:\{(.*)\})? `).FindStringSubmatch(text)
		if sample == nil {
			continue
		}
		for _, label := range regexp.MustCompile(`(\w+)="`).FindAllStringSubmatch(sample[1], -1) {
			found[name] += " " + label[1]
		}
	}
	return found
}

// sorted makes the order of labels, which means nothing, the same.
func sorted(all map[string]string) map[string]string {
	for name, text := range all {
		words := strings.Fields(text)
		slices.Sort(words[1:])
		all[name] = strings.Join(words, " ")
	}
	return all
}

// Every metric is in the table of docs/operation.md with its type and labels,
// and every one of the table is there.
func TestMetricsAreThoseOfTheTable(t *testing.T) {
	w := start(t, "--admin-listen", "127.0.0.1:0", "--login-throttle", "2/5m")
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	w.loggedIn(b).is("William")
	c := w.client()
	for range 3 {
		c.attempt("William", "wrong-password-here", c.token("login"))
	}
	w.Signal(syscall.SIGHUP)
	var text string
	eventually(t, "the count of a reload", func() bool {
		_, text, _ = ask(t, w.Admin+"/metrics")
		return strings.Contains(text, `wikigate_reloads_total{result="ok"} 1`)
	})
	want, got := sorted(documented(t)), sorted(exposed(text))
	if len(want) < 20 || !maps.Equal(want, got) {
		for _, name := range slices.Sorted(maps.Keys(want)) {
			if got[name] != want[name] {
				t.Errorf("the table says %s: %q, the server %q", name, want[name], got[name])
			}
		}
		for _, name := range slices.Sorted(maps.Keys(got)) {
			if want[name] == "" {
				t.Errorf("%s (%s) is not in the table", name, got[name])
			}
		}
	}
	for _, line := range []string{
		`wikigate_logins_total{code="",kind="BotPassword",result="Success"} 1`,
		`wikigate_logins_total{code="wrongpassword",kind="AuthManager",result="Failed"} 2`,
		`wikigate_logins_total{code="login-throttled",kind="AuthManager",result="Failed"} 1`,
		`wikigate_throttled_total{kind="password"} 1`,
		`wikigate_requests_total{action="login",code="ok"} 4`,
	} {
		if !strings.Contains(text, line+"\n") {
			t.Errorf("no line %s in\n%s", line, regexp.MustCompile(`(?m)^wikigate_(logins|throttled|requests).*$`).FindAllString(text, -1))
		}
	}
	for _, name := range []string{"go_goroutines", "process_open_fds"} {
		if !strings.Contains(text, "\n"+name+" ") {
			t.Errorf("no %s", name)
		}
	}
}

// TestN6_AdminListener: metrics, health and profiles are on a listener of their
// own, and on no other.
func TestN6_AdminListener(t *testing.T) {
	t.Parallel()
	w := start(t, "--admin-listen", "127.0.0.1:0")
	public := strings.TrimSuffix(w.API, "/w/api.php")
	for _, path := range []string{"/metrics", "/livez", "/readyz", "/debug/pprof/", "/debug/pprof/cmdline"} {
		if status, body, _ := ask(t, w.Admin+path); status != http.StatusOK || body == "" {
			t.Errorf("%s on the admin listener: status %d, %q", path, status, body)
		}
		if status, _, header := ask(t, public+path); status != http.StatusNotFound || header.Get("X-Request-Id") == "" {
			t.Errorf("%s on the public listener: status %d, %v", path, status, header)
		}
	}
	if status, _, _ := ask(t, w.Admin+"/w/api.php?action=query&meta=tokens"); status != http.StatusNotFound {
		t.Errorf("the API on the admin listener: status %d", status)
	}
	refuses(t, 2, `option admin-listen cannot be "0.0.0.0:0".*admin-token-file`, "--listen", "127.0.0.1:0",
		"--admin-listen", "0.0.0.0:0", "--data", t.TempDir())
}

func TestNoAdminListenerByDefault(t *testing.T) {
	t.Parallel()
	w := start(t)
	if w.Admin != "" || strings.Contains(w.Stdout(), "Admin address") {
		t.Errorf("it says %q", w.Stdout())
	}
}

func TestAdminToken(t *testing.T) {
	t.Parallel()
	token := filepath.Join(t.TempDir(), "token")
	write := func(text string) {
		t.Helper()
		if err := os.WriteFile(token, []byte(text+"\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("the-first-admin-token")
	w := start(t, "--admin-listen", "127.0.0.1:0", "--admin-token-file", token)
	w.secrets.keep("the first token", "the-first-admin-token")
	w.secrets.keep("the second token", "the-second-admin-token")
	for path, open := range map[string]int{"/metrics": 401, "/debug/pprof/": 401, "/debug/pprof/heap": 401, "/livez": 200, "/readyz": 200} {
		for header, status := range map[string]int{
			"": open, "Bearer ": open, "Bearer wrong": open, "the-first-admin-token": open, "Bearer the-first-admin-token": 200,
		} {
			if got, _, _ := ask(t, w.Admin+path, "Authorization", header); got != status {
				t.Errorf("%s with %q: status %d, want %d", path, header, got, status)
			}
		}
	}
	write("the-second-admin-token")
	w.Signal(syscall.SIGHUP)
	eventually(t, "the new token", func() bool {
		status, _, _ := ask(t, w.Admin+"/metrics", "Authorization", "Bearer the-second-admin-token")
		return status == http.StatusOK
	})
	if status, _, _ := ask(t, w.Admin+"/metrics", "Authorization", "Bearer the-first-admin-token"); status != http.StatusUnauthorized {
		t.Errorf("the old token: status %d", status)
	}
}
