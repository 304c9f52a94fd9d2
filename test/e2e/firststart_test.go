package e2e

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os/exec"
	"regexp"
	"strings"
	"testing"
	"time"
)

var (
	apiLine     = regexp.MustCompile(`(?m)^API address: (http://127\.0\.0\.1:\d+/w/api\.php)$`)
	loginLine   = regexp.MustCompile(`(?m)^  login name  (\S+)$`)
	secretLine  = regexp.MustCompile(`(?m)^  password    ([0-9a-v]{32})$`)
	commandLine = regexp.MustCompile(`(?m)^  (\(.*curl.*\))$`)
)

// The first start shows all that is needed to log in, once; the command that
// it shows works as it stands.
func TestFirstStart(t *testing.T) {
	t.Parallel()
	dir, kept := t.TempDir(), &secrets{}
	w := startOn(t, dir, kept)
	w.waitForOutput("(it needs curl)")
	w.waitForOutput("rm -f")
	out := w.Stdout()
	found := map[string]string{}
	for what, line := range map[string]*regexp.Regexp{"api": apiLine, "login": loginLine, "secret": secretLine, "command": commandLine} {
		m := line.FindAllStringSubmatch(out, -1)
		if len(m) != 1 {
			t.Fatalf("%d lines of the %s in %q", len(m), what, out)
		}
		found[what] = m[0][1]
	}
	kept.keep("the first secret", found["secret"])
	if found["api"] != w.API || found["login"] != "WikigateBot@start" {
		t.Errorf("%q", found)
	}
	c := w.client()
	c.mustLogin(found["login"], found["secret"])
	c.is("WikigateBot")
	t.Run("the command", func(t *testing.T) { runShown(t, found["command"]) })
	w.Stop()

	again := startOn(t, dir, kept)
	again.stillServes(t, bot{owner: "WikigateBot", login: found["login"], secret: found["secret"]})
	again.Stop()
	if out := again.Stdout(); strings.Count(out, "\n") != 1 || !apiLine.MatchString(out) {
		t.Errorf("the second start says %q", out)
	}
}

// runShown gives the line that was shown to a shell, as a person would.
func runShown(t *testing.T, command string) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("there is no curl")
	}
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, "sh", "-c", command)
	cmd.Env = []string{"PATH=/usr/local/bin:/usr/bin:/bin", "NO_PROXY=*", "TMPDIR=" + t.TempDir()}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, want := range []string{`"result":"Success"`, `"lgusername":"WikigateBot"`, `"name":"WikigateBot"`} {
		if !strings.Contains(string(out), want) {
			t.Errorf("no %s in %s", want, out)
		}
	}
}

// A server that is told to end answers the requests in progress, takes no new
// ones, and ends with 0.
func TestInterruptDrains(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	form := fields{"lgname": b.login, "lgpassword": b.secret, "lgtoken": c.token("login")}.encode()
	head := posted(login, "", "Cookie: "+c.cookieHeader())
	head = strings.Replace(head, "Content-Length: 0", fmt.Sprint("Content-Length: ", len(form)), 1)
	slow := w.dial(t)
	if _, err := io.WriteString(slow, head+form[:10]); err != nil {
		t.Fatal(err)
	}
	// Connections are accepted in turn: when one that came later has its answer,
	// the slow one is accepted. One that is kept open would not tell.
	own := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	later, err := own.Get(w.API)
	if err != nil {
		t.Fatal(err)
	}
	later.Body.Close()
	w.Interrupt()
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(time.Millisecond) {
		resp, err := http.Get(w.API)
		if err != nil {
			break
		}
		resp.Body.Close()
		if time.Now().After(end) {
			t.Fatal("new requests are still taken")
		}
	}
	if _, err := io.WriteString(slow, form[10:]); err != nil {
		t.Fatal(err)
	}
	r := readReply(t, slow)
	if !strings.Contains(r.body, `"result":"Success"`) || len(r.set) == 0 {
		t.Errorf("the request in progress: status %d, %q", r.status, r.body)
	}
	w.Stop() // which demands the exit code 0

	// What was answered is kept.
	again := startOn(t, w.Dir, w.secrets)
	kept := again.client()
	for _, cookie := range (&http.Response{Header: r.header}).Cookies() {
		kept.cookies[cookie.Name] = cookie.Value
	}
	kept.is("William")
}

// A client that never ends its request cannot keep the server from ending.
func TestInterruptEndsInTime(t *testing.T) {
	t.Parallel()
	w := start(t, "--shutdown-grace", "300ms")
	slow := w.dial(t)
	if _, err := io.WriteString(slow, message("POST", login, "lgname=", "Content-Type: "+formType, "Content-Length: 100")); err != nil {
		t.Fatal(err)
	}
	w.client().token("login")
	began := time.Now()
	w.Interrupt()
	w.Stop()
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("ending took %v", took)
	}
	if !strings.Contains(w.Stderr(), "some requests did not end in time") {
		t.Error("the log does not say that a request was broken off")
	}
}
