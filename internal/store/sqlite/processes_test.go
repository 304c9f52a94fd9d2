package sqlite

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

// child is another process: this test binary, playing a role.
type child struct {
	t      *testing.T
	cmd    *exec.Cmd
	stdin  io.Closer
	output *bufio.Scanner
}

func startChild(t *testing.T, role, path string) *child {
	t.Helper()
	c := &child{t: t, cmd: exec.Command(os.Args[0], "-test.run=^TestChild$")}
	c.cmd.Env = append(os.Environ(), "WIKIGATE_TEST_ROLE="+role, "WIKIGATE_TEST_PATH="+path)
	c.cmd.Stderr = os.Stderr
	in, err := c.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := c.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	c.stdin, c.output = in, bufio.NewScanner(out)
	t.Cleanup(c.kill)
	if line := c.line(); line != "ready" {
		t.Fatalf("the other process said %q", line)
	}
	return c
}

// line is the next thing that the child says, empty at the end.
func (c *child) line() string {
	if !c.output.Scan() {
		return ""
	}
	return c.output.Text()
}

// kill ends the child without a chance to clean up.
func (c *child) kill() {
	if c.cmd.ProcessState != nil {
		return
	}
	if err := c.cmd.Process.Kill(); err != nil {
		c.t.Error(err)
	}
	_ = c.cmd.Wait() // its error is that it was killed
}

// TestChild is not a test but the other process.
func TestChild(t *testing.T) {
	role, path := os.Getenv("WIKIGATE_TEST_ROLE"), os.Getenv("WIKIGATE_TEST_PATH")
	if role == "" {
		t.Skip("only for the tests that start it")
	}
	roles := map[string]func(t *testing.T, path string){
		"lock":     roleLock,
		"serve":    func(t *testing.T, path string) { opened(t, path, Options{Serving: true}) },
		"announce": roleAnnounce,
		"commit":   roleCommit,
		"tokens":   roleTokens,
	}
	roles[role](t, path)
	fmt.Println("ready")
	_, _ = io.Copy(io.Discard, os.Stdin) // until the parent closes it, or ends
}

func roleLock(t *testing.T, path string) { rawExec(t, raw(t, path), "BEGIN EXCLUSIVE") }

// roleAnnounce stops where a write has been announced and not begun.
func roleAnnounce(t *testing.T, path string) {
	s := opened(t, path, Options{})
	if err := s.generation.begin(false); err != nil {
		t.Error(err)
	}
}

// roleCommit stops where a write has been committed and is not said to be over.
func roleCommit(t *testing.T, path string) {
	roleAnnounce(t, path)
	rawExec(t, raw(t, path), "UPDATE account SET token = 'committed'")
}

const tokensSet = 100

// roleTokens sets ever greater tokens, and says each when it is set. Some writes
// follow without a gap, and after others is time for a cache to be of use.
func roleTokens(t *testing.T, path string) {
	s := opened(t, path, Options{})
	a, found, err := s.Accounts().ByName(context.Background(), username.FromStore("Anna"))
	if err != nil || !found {
		t.Fatal(found, err)
	}
	fmt.Println("ready")
	for i := 1; i <= tokensSet; i++ {
		if err := s.Accounts().SetToken(context.Background(), a.ID, secret.New(fmt.Sprint(i))); err != nil {
			t.Fatal(err)
		}
		fmt.Println(i)
		if i%2 == 0 {
			time.Sleep(5 * time.Millisecond)
		}
	}
}

func TestLockedByAnotherProcess(t *testing.T) {
	t.Parallel()
	path := made(t)
	s := opened(t, path, Options{BusyTimeout: 20 * time.Millisecond})
	other := startChild(t, "lock", path)
	text := refusedOpen(t, path, Options{BusyTimeout: 20 * time.Millisecond}, fail.Busy)
	if !strings.Contains(text, "another process holds the database") {
		t.Errorf("the sentence is %q", text)
	}
	if err := s.Sessions().Put(t.Context(), row("a")); !fail.Is(err, fail.Busy) {
		t.Errorf("Put gave %v", err)
	}
	if _, found, err := s.Accounts().ByID(t.Context(), 1); err != nil || !found {
		t.Errorf("a read beside a writer gave %v, %v", found, err)
	}
	other.kill()
	if err := s.Sessions().Put(t.Context(), row("a")); err != nil {
		t.Error(err)
	}
}

func TestOneServingProcess(t *testing.T) {
	t.Parallel()
	path := made(t)
	other := startChild(t, "serve", path)
	text := refusedOpen(t, path, Options{Serving: true, lockPatience: 1}, fail.Busy)
	want := fmt.Sprintf("another wikigate (process %d) serves from this database", other.cmd.Process.Pid)
	if !strings.Contains(text, want) {
		t.Errorf("the sentence is %q, want %q in it", text, want)
	}
	create(t, opened(t, path, Options{}), "Bob") // the command line works beside it
	other.kill()
	s, err := Open(path, Options{Serving: true})
	if err != nil {
		t.Fatalf("after the other has died: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	opened(t, path, Options{Serving: true})
}

func TestWriterThatDies(t *testing.T) {
	t.Parallel()
	path := made(t)
	s := opened(t, path, Options{Serving: true})
	last, stable := s.Generation().Current()
	for _, role := range []string{"announce", "commit", "announce"} {
		other := startChild(t, role, path)
		if _, stable = s.Generation().Current(); stable {
			t.Errorf("%s: the generation is stable while another process writes", role)
		}
		time.Sleep(tick + tick/2) // the server looks, and sees that the writer lives
		if _, stable = s.Generation().Current(); stable {
			t.Errorf("%s: the server took a living writer for dead", role)
		}
		create(t, s, "Beside "+role+fmt.Sprint(last)) // the server's own writes go on
		other.kill()
		var n uint64
		eventually(t, "a stable generation", func() bool {
			n, stable = s.Generation().Current()
			return stable
		})
		if n <= last {
			t.Errorf("%s: the generation went from %d to %d", role, last, n)
		}
		last = n
	}
	a, _, err := s.Accounts().ByName(t.Context(), username.FromStore("Anna"))
	if err != nil || a.Token.Reveal() != "committed" {
		t.Errorf("token %q, %v", a.Token.Reveal(), err)
	}
}

// A writer that died while no server ran leaves its trace in the file.
func TestWriterThatDiedBeforeOpen(t *testing.T) {
	t.Parallel()
	path := made(t)
	startChild(t, "announce", path).kill()
	s := opened(t, path, Options{Serving: true})
	if _, stable := s.Generation().Current(); !stable {
		t.Error("the generation is not stable after Open")
	}
}

// A cache that follows the comment of session.Generation is never behind what
// another process has told its own caller.
func TestCoherence(t *testing.T) {
	t.Parallel()
	path := made(t)
	s := opened(t, path, Options{Serving: true})
	c := cached{s: s}
	other := startChild(t, "tokens", path)
	told := make(chan int, 1000)
	go func() {
		defer close(told)
		for line := other.line(); line != "" && line != "ready"; line = other.line() {
			var i int
			if _, err := fmt.Sscan(line, &i); err == nil {
				told <- i
			}
		}
	}()
	latest, looks := 0, 0
	for running := true; running; looks++ {
		select {
		case i, more := <-told:
			latest, running = max(latest, i), more
		default:
		}
		if got := c.token(t); got < latest {
			t.Fatalf("the cache says %d after the other process has said %d", got, latest)
		}
	}
	if c.hits == 0 || latest != tokensSet {
		t.Errorf("%d hits in %d looks, %d heard: this proves nothing", c.hits, looks, latest)
	}
}

// cached is the smallest cache there can be.
type cached struct {
	s          *Store
	value      int
	generation uint64
	full       bool
	hits       int
}

func (c *cached) token(t *testing.T) int {
	t.Helper()
	n, stable := c.s.Generation().Current()
	if stable && c.full && n == c.generation {
		c.hits++
		return c.value
	}
	var a account.Account
	a, _, err := c.s.Accounts().ByID(t.Context(), 1)
	if err != nil {
		t.Fatal(err)
	}
	c.value = 0
	if text := a.Token.Reveal(); text != "" {
		if _, err := fmt.Sscan(text, &c.value); err != nil {
			t.Fatal(err)
		}
	}
	after, stillStable := c.s.Generation().Current()
	c.full, c.generation = stable && stillStable && after == n, n
	return c.value
}
