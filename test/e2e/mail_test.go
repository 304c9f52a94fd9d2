package e2e

import (
	"bufio"
	"encoding/json"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// mailed is a mail as it was sent.
type mailed struct{ To, Subject, Body string }

var mailedCode = regexp.MustCompile(`(?m)^ {4}([0-9]{6})\r?$`)

func (m mailed) code(t *testing.T) string {
	t.Helper()
	found := mailedCode.FindStringSubmatch(m.Body)
	if found == nil {
		t.Fatalf("no code in %+v", m)
	}
	return found[1]
}

// mailsIn reads the file of mails.
func mailsIn(t *testing.T, path string) (list []mailed) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		return nil
	}
	for line := range strings.Lines(string(text)) {
		var m mailed
		if json.Unmarshal([]byte(line), &m) != nil {
			break // it is being written
		}
		list = append(list, m)
	}
	return list
}

// addressed makes an account with an address.
func (w *world) addressed(name, password, address string) {
	w.t.Helper()
	w.secrets.keep("the password of "+name, password)
	if o := w.Command(password, "account", "create", name, "--password-stdin", "--email", address); o.Code != 0 {
		w.t.Fatalf("%s%s", o.Stdout, o.Stderr)
	}
}

// step takes a step of an interactive login from an address, and gives status
// and code.
func (c *client) step(from string, form fields) (status, code string) {
	c.t.Helper()
	form["action"], form["logintoken"] = "clientlogin", c.token("login")
	r := c.post(nil, form, "X-Forwarded-For", from)
	var a struct {
		ClientLogin struct{ Status, MessageCode string }
	}
	if err := json.Unmarshal([]byte(r.body), &a); err != nil {
		c.t.Fatalf("%v in %s", err, r.body)
	}
	return a.ClientLogin.Status, a.ClientLogin.MessageCode
}

func firstStep(name, password string) fields {
	return fields{"username": name, "password": password, "loginreturnurl": "https://wiki.example/"}
}

func secondStep(code string) fields { return fields{"logincontinue": "1", "token": code} }

const foreignPassword = "correct-horse-Battery-9"

// Places are known to a server that was started anew, and to one with another
// key.
func TestKnownPlacesOutliveTheServerAndItsKey(t *testing.T) {
	dir, mails := t.TempDir(), filepath.Join(t.TempDir(), "mails.jsonl")
	options := []string{
		"--mail", "file", "--mail-file", mails, "--mail-from", "wiki@wiki.example",
		"--login-code-by-mail", "new-place", "--trusted-proxies", "127.0.0.1",
	}
	s := &secrets{}
	w := startOn(t, dir, s, options...)
	w.addressed("Anna", foreignPassword, "anna@home.example")
	c := w.client()
	if status, code := c.step("192.0.2.7", firstStep("Anna", foreignPassword)); status != "UI" || code != "emailauth-login-message" {
		t.Fatalf("%s %s", status, code)
	}
	eventually(t, "a mail in the file", func() bool { return len(mailsIn(t, mails)) > 0 })
	m := mailsIn(t, mails)
	if len(m) != 1 || m[0].To != "anna@home.example" || strings.Contains(m[0].Body, "192.0.2.7") {
		t.Fatalf("mails %+v", m)
	}
	if status, code := c.step("192.0.2.7", secondStep(m[0].code(t))); status != "PASS" {
		t.Fatalf("%s %s", status, code)
	}
	w.mustRun("key", "rotate")
	known := func(w *world, what string) {
		t.Helper()
		if status, code := w.client().step("192.0.2.99", firstStep("Anna", foreignPassword)); status != "PASS" {
			t.Errorf("%s: %s %s", what, status, code)
		}
		if status, code := w.client().step("192.0.3.7", firstStep("Anna", foreignPassword)); status != "UI" {
			t.Errorf("%s: %s %s", what, status, code)
		}
	}
	known(w, "with a new key")
	w.Stop()
	known(startOn(t, dir, s, options...), "after a new start")
}

// A mail server that does not answer keeps nobody waiting, and a server that
// ends waits for its last mails.
func TestMailsLeaveBeforeTheServerDoes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	greet, taken := make(chan struct{}), make(chan string, 1)
	var all sync.WaitGroup
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { <-greet; takeMail(conn, taken) })
		}
	})
	t.Cleanup(func() { _ = l.Close(); all.Wait() })

	w := start(t, "--mail", "smtp", "--mail-smtp", l.Addr().String(), "--mail-tls", "off", "--mail-from", "wiki@wiki.example",
		"--login-code-by-mail", "new-place")
	w.addressed("Anna", foreignPassword, "anna@home.example")
	if status, code := w.client().step("192.0.2.7", firstStep("Anna", foreignPassword)); status != "UI" {
		t.Errorf("%s %s", status, code)
	}
	w.Interrupt()
	close(greet)
	eventually(t, "the mail", func() bool { return len(taken) > 0 })
	if text := <-taken; !strings.Contains(text, "To: <anna@home.example>") || !mailedCode.MatchString(text) {
		t.Errorf("the mail server got %q", text)
	}
}

// takeMail speaks as much SMTP as one mail needs (RFC 5321).
func takeMail(conn net.Conn, taken chan<- string) {
	defer func() { _ = conn.Close() }()
	in := bufio.NewReader(conn)
	say := func(text string) { _, _ = conn.Write([]byte(text + "\r\n")) }
	say("220 ready")
	for {
		command, err := in.ReadString('\n')
		switch {
		case err != nil:
			return
		case strings.HasPrefix(command, "QUIT"):
			say("221 bye")
			return
		case strings.HasPrefix(command, "DATA"):
			say("354 go on")
			var text strings.Builder
			for line, err := in.ReadString('\n'); err == nil && line != ".\r\n"; line, err = in.ReadString('\n') {
				text.WriteString(line)
			}
			say("250 taken")
			taken <- text.String()
		default:
			say("250 ok")
		}
	}
}
