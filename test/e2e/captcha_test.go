package e2e

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

const riddlePassword = "alice-Secret-Pw1"

// signIn takes the first step of a clientlogin and gives the answer.
func (c *client) signIn(name, password string, more fields) string {
	c.t.Helper()
	form := fields{
		"action": "clientlogin", "username": name, "password": password, "loginreturnurl": "https://wiki.example/",
		"logintoken": c.token("login"),
	}
	for field, value := range more {
		form[field] = value
	}
	return c.post(nil, form).body
}

// The program in the page about captchas does what it says: it logs in where a
// proof of work is due.
func TestDocumentedProofOfWork(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("python3 is not installed, in which the program is written")
	}
	page, err := os.ReadFile(filepath.Join("..", "..", "docs", "captcha.md"))
	if err != nil {
		t.Fatal(err)
	}
	_, text, found := strings.Cut(string(page), "```python\n")
	text, _, closed := strings.Cut(text, "```\n")
	if !found || !closed {
		t.Fatal("the page has no program")
	}
	program := filepath.Join(t.TempDir(), "login.py")
	if err := os.WriteFile(program, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w := start(t, "--captcha", "proof-of-work", "--captcha-difficulty", "12", "--captcha-after-name", "1/10m")
	w.account("Alice", riddlePassword)
	login := func(password string) string {
		t.Helper()
		run := exec.Command(python, program, w.API, "Alice")
		run.Env = append(os.Environ(), "no_proxy=127.0.0.1")
		run.Stdin = strings.NewReader(password + "\n")
		output, err := run.CombinedOutput()
		if err != nil {
			t.Fatalf("%v: %s", err, output)
		}
		return strings.TrimSpace(string(output))
	}
	if got := login("wrong"); got != "FAIL wrongpassword" {
		t.Errorf("a wrong password: %s", got)
	}
	if answer := w.client().signIn("Alice", riddlePassword, nil); !strings.Contains(answer, `"wrongpassword"`) {
		t.Errorf("no captcha was due: %s", answer)
	}
	if got := login(riddlePassword); got != "PASS" {
		t.Errorf("the right password, and the captcha solved: %s", got)
	}
}

// A service elsewhere gets what it needs, and its secret goes nowhere else.
func TestCaptchaOfAService(t *testing.T) {
	const siteSecret = "0x4AAA-secret-of-the-site"
	var mu sync.Mutex
	var asked []string
	answer := `{"success":false,"error-codes":["` + siteSecret + `"]}`
	service := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		asked = append(asked, fmt.Sprint(r.ParseForm(), r.Method, r.RequestURI, r.PostForm["secret"], r.PostForm["response"], r.PostForm["remoteip"]))
		_, _ = io.WriteString(w, answer)
	}))
	defer service.Close()
	file := filepath.Join(t.TempDir(), "secret")
	if err := os.WriteFile(file, []byte(siteSecret+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	w := start(t, "--captcha", "turnstile", "--captcha-site-key", "the-site-key", "--captcha-secret-file", file,
		"--captcha-verify-url", service.URL+"/verify", "--captcha-after-address", "1/10m", "--trusted-proxies", "127.0.0.1")
	w.secrets.keep("the secret of the site", siteSecret)
	w.account("Alice", riddlePassword)
	c := w.client()
	c.header.Set("X-Forwarded-For", "192.0.2.7")
	if got := c.signIn("Nobody", "wrong", nil); !strings.Contains(got, `"wrongpassword"`) {
		t.Errorf("a wrong password: %s", got)
	}
	form := c.get(fields{"action": "query", "meta": "authmanagerinfo", "amirequestsfor": "login"}).body
	if !strings.Contains(form, `{"type":"turnstile","mime":"application/javascript","key":"the-site-key"}`) || strings.Contains(form, "captchaId") {
		t.Errorf("the form: %s", form)
	}
	for _, step := range []struct{ answer, want string }{
		{answer, `"captcha-error"`},
		{`{"success":false}`, `"wrongpassword"`},
		{`{"success":true}`, `"PASS"`},
	} {
		mu.Lock()
		answer = step.answer
		mu.Unlock()
		if got := c.signIn("Alice", riddlePassword, fields{"captchaWord": "the response"}); !strings.Contains(got, step.want) {
			t.Errorf("the service says %s: %s", step.answer, got)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	want := "<nil>POST/verify[" + siteSecret + "] [the response] [192.0.2.7]"
	if len(asked) != 3 || asked[0] != want {
		t.Errorf("the service was asked %q, want %q", asked, want)
	}
	if !strings.Contains(w.Stderr(), "turnstile-api") {
		t.Error("the log does not say why nobody passed")
	}
}

// Configurations that cannot work are refused in a sentence.
func TestCaptchaWithoutWhatItNeeds(t *testing.T) {
	w := start(t)
	for options, want := range map[string]string{
		"--captcha=question":  "captcha-questions-file",
		"--captcha=turnstile": "captcha-site-key and captcha-secret-file",
	} {
		o := w.Command("", "config", "check", options)
		if o.Code == 0 || !strings.Contains(o.Stderr, want) || strings.Count(strings.TrimSpace(o.Stderr), "\n") > 0 {
			t.Errorf("%s: %d, %s", options, o.Code, o.Stderr)
		}
	}
}
