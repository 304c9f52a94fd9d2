package cli

import (
	"bytes"
	"context"
	"net"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// server is a running "wikigate serve" in this process.
type server struct {
	data   string
	api    string
	stop   context.CancelFunc
	ended  chan struct{}
	code   int
	stdout shared
	stderr shared
}

// shared is a buffer that two goroutines use.
type shared struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *shared) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

func (s *shared) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

var addressLine = regexp.MustCompile(`(?m)^API address: (http://127\.0\.0\.1:\d+/w/api\.php)$`)

// start serves a data folder on a free port until the test ends.
func start(t *testing.T, data string, args ...string) *server {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	s := &server{data: data, stop: stop, ended: make(chan struct{})}
	args = append([]string{"serve", "--listen", "127.0.0.1:0", "--data", data}, args...)
	go func() {
		defer close(s.ended)
		s.code = Main(ctx, args, strings.NewReader(""), &s.stdout, &s.stderr, nil)
	}()
	t.Cleanup(func() { stop(); <-s.ended })
	s.wait(t, "the address", func() bool { return addressLine.MatchString(s.stdout.String()) })
	s.api = addressLine.FindStringSubmatch(s.stdout.String())[1]
	return s
}

func (s *server) wait(t *testing.T, what string, done func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if done() {
			return
		}
		select {
		case <-s.ended:
			if !done() {
				t.Fatalf("the server ended before %s came: code %d, stderr %q", what, s.code, s.stderr.String())
			}
			return
		default:
		}
	}
	t.Fatalf("%s did not come; stdout %q, stderr %q", what, s.stdout.String(), s.stderr.String())
}

// welcomed waits for the end of what only the first start prints.
func (s *server) welcomed(t *testing.T) string {
	t.Helper()
	s.wait(t, "the welcome", func() bool { return strings.HasSuffix(s.stdout.String(), ")\n\n") })
	return s.stdout.String()
}

// end stops the server as a signal does and checks that it ended well.
func (s *server) end(t *testing.T) {
	t.Helper()
	s.stop()
	<-s.ended
	if s.code != exitOK || strings.Contains(s.stderr.String(), "wikigate: ") {
		t.Errorf("code %d, stderr %q", s.code, s.stderr.String())
	}
}

var secretLine = regexp.MustCompile(`(?m)^  password    ([0-9a-v]{32})$`)

func TestFirstStartShowsALoginOnce(t *testing.T) {
	data := t.TempDir()
	first := start(t, data)
	text := first.welcomed(t)
	first.end(t)
	if !secretLine.MatchString(text) || !strings.Contains(text, "\n  login name  WikigateBot@start\n") {
		t.Errorf("first start printed:\n%s", text)
	}
	second := start(t, data)
	second.end(t)
	if want := "API address: " + second.api + "\n"; second.stdout.String() != want {
		t.Errorf("second start printed:\n%s\nwant only:\n%s", second.stdout.String(), want)
	}
	same(t, must(t, data, "", "account", "list"), `
NAME         ID  GROUPS  REGISTERED            STATE
WikigateBot  1   bot     2031-01-02T03:04:05Z  active
`[1:])
}

func TestNoFirstBotWhereThereAreAccounts(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password")
	s := start(t, data)
	s.end(t)
	if strings.Contains(s.stdout.String(), "password") {
		t.Errorf("got:\n%s", s.stdout.String())
	}
}

func TestWelcomeCommandLogsIn(t *testing.T) {
	for _, tool := range []string{"sh", "curl"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("%s is not installed", tool)
		}
	}
	s := start(t, t.TempDir())
	lines := strings.Split(strings.TrimSpace(s.welcomed(t)), "\n")
	for _, shell := range []string{"sh", "bash", "zsh"} {
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		cmd := exec.CommandContext(t.Context(), shell)
		cmd.Stdin = strings.NewReader(lines[len(lines)-1] + "\n")
		output, err := cmd.CombinedOutput()
		if err != nil || !bytes.Contains(output, []byte(`"result":"Success"`)) || !bytes.Contains(output, []byte(`"name":"WikigateBot"`)) {
			t.Errorf("%s: %v\n%s", shell, err, output)
		}
	}
}

func TestPortInUse(t *testing.T) {
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = taken.Close() }()
	address, data := taken.Addr().String(), t.TempDir()
	for range 2 {
		refused(t, data, "", exitFailure, "another program uses the address "+address+"; stop it or choose another one with --listen",
			"serve", "--log-level", "error", "--listen", address)
	}
	// The secret of the first bot must not have been lost on the way.
	s := start(t, data)
	if text := s.welcomed(t); !secretLine.MatchString(text) {
		t.Errorf("got:\n%s", text)
	}
}

func TestDangerousListenIsRefused(t *testing.T) {
	refused(t, t.TempDir(), "", exitUsage,
		`option listen cannot be "0.0.0.0:0" (from flag --listen) because passwords would cross the network unprotected; expected a loopback address, or tls-cert, or trusted-proxies for the https proxy in front, or insecure-http`,
		"serve", "--listen", "0.0.0.0:0")
}

func TestCommandsWorkWhileTheServerRuns(t *testing.T) {
	s := start(t, t.TempDir())
	s.welcomed(t)
	must(t, s.data, "pass word", "account", "create", "Alice", "--password-stdin")
	must(t, s.data, "", "botpassword", "create", "Alice", "a")
	must(t, s.data, "", "botpassword", "list")
	must(t, s.data, "", "session", "list")
	must(t, s.data, "", "botpassword", "revoke", "Alice", "a")
	s.end(t)
}

func TestQuote(t *testing.T) {
	if got, want := quote(`it's $HOME`), `'it'\''s $HOME'`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOneServerPerDataFolder(t *testing.T) {
	s := start(t, t.TempDir())
	s.welcomed(t)
	o := call(t, s.data, "", "serve", "--listen", "127.0.0.1:0")
	if o.code != exitUnavailable || !strings.HasPrefix(o.stderr, "wikigate: ") || strings.Count(o.stderr, "\n") != 1 || o.stdout != "" {
		t.Errorf("code %d, stderr %q", o.code, o.stderr)
	}
}
