package clients

import (
	"bufio"
	"context"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
)

// TestWebForm starts a web program whose form logs in by clientlogin, as the
// documentation of the API shows one, and uses it as a visitor does.
func TestWebForm(t *testing.T) {
	skipWithoutFlask(t)
	target := newEndpoint(t)
	v := visit(t, target)
	v.sees(v.get("/"), `name="username"`, `name="password"`)

	v.sees(v.logIn(target.account(), "wrong-"+target.accountPassword), "That did not work: wrongpassword", `name="password"`)
	v.sees(v.logIn("Nobody of that name", target.accountPassword), "That did not work: wrongpassword")
	v.sees(v.logIn("", ""), "That did not work: authmanager-authn-no-primary")
	v.sees(v.logIn(target.account(), target.accountPassword), "You are in as "+target.account()+".")

	t.Run("second factor", func(t *testing.T) {
		v := visitor{t, v.address, v.client}
		if target.second == nil {
			t.Skip("the wiki has no account with a second factor")
		}
		page := v.logIn(target.second.login, target.second.password)
		v.sees(page, "There is one more step: oathauth-auth-ui", `name="OATHToken"`)
		v.sees(v.goOn("OATHToken", "000000"), "There is one more step: oathauth-login-failed", `name="OATHToken"`)
		v.sees(v.goOn("OATHToken", target.second.code(t)), "You are in as "+target.second.login+".", `name="username"`)
		v.sees(v.goOn("OATHToken", target.second.code(t)), "That did not work: authmanager-authn-not-in-progress")
	})
}

// TestWebFormAsPictured lets the same program, which takes the fields as they
// come, log in to a server that asks for codes as older documentation pictures it.
func TestWebFormAsPictured(t *testing.T) {
	skipWithoutFlask(t)
	if os.Getenv("WIKIGATE_TEST_API") != "" {
		t.Skip("a given wiki asks for codes in its own way")
	}
	target := newEndpoint(t, "--two-factor-shape", "documented")
	v := visit(t, target)
	v.sees(v.logIn(target.second.login, target.second.password), "There is one more step: ", `name="code"`)
	v.sees(v.goOn("code", "000000"), "There is one more step: ", `name="code"`)
	v.sees(v.goOn("code", target.second.code(t)), "You are in as "+target.second.login+".")
}

func skipWithoutFlask(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: starting no server and no programs")
	}
	if reason := python.missing([]string{"requests", "flask"}); reason != "" {
		t.Skip(reason)
	}
}

// visit starts the program and opens a browser.
func visit(t *testing.T, target endpoint) visitor {
	t.Helper()
	v := visitor{t, startWebForm(t, target), &http.Client{Timeout: programTimeout}}
	v.client.Jar, _ = cookiejar.New(nil) // for the messages: it never fails
	return v
}

// formAddress is how Flask announces where it listens.
var formAddress = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startWebForm starts the program and gives its address. It ends with the test.
func startWebForm(t *testing.T, target endpoint) string {
	t.Helper()
	script, err := filepath.Abs(filepath.FromSlash("testdata/samples/flask/app.py"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	argv := python.command(t, script)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	cmd.Dir = t.TempDir()
	cmd.Env = append(program{}.environment(t, target), "PYTHONUNBUFFERED=1")
	output, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	announced := make(chan string, 1)
	read := make(chan struct{})
	go func() {
		defer close(read)
		for lines := bufio.NewScanner(output); lines.Scan(); {
			if address := formAddress.FindString(lines.Text()); address != "" {
				select {
				case announced <- address:
				default:
				}
			}
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-read
		_ = cmd.Wait() // it was killed
	})
	select {
	case address := <-announced:
		return address
	case <-read:
		t.Fatal("the web program has ended")
	case <-time.After(programTimeout):
		t.Fatalf("the web program announced no address within %v", programTimeout)
	}
	return ""
}

// visitor uses the form in a browser.
type visitor struct {
	t       *testing.T
	address string
	client  *http.Client
}

func (v visitor) get(path string) string {
	v.t.Helper()
	return v.page(v.client.Get(v.address + path))
}

func (v visitor) logIn(name, password string) string {
	v.t.Helper()
	return v.page(v.client.PostForm(v.address+"/", url.Values{"username": {name}, "password": {password}}))
}

func (v visitor) goOn(field, code string) string {
	v.t.Helper()
	return v.page(v.client.PostForm(v.address+"/further", url.Values{field: {code}}))
}

func (v visitor) page(response *http.Response, err error) string {
	v.t.Helper()
	if err != nil {
		v.t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		v.t.Fatalf("%s (%v):\n%s", response.Status, err, body)
	}
	return html.UnescapeString(string(body))
}

func (v visitor) sees(page string, texts ...string) {
	v.t.Helper()
	for _, text := range texts {
		if !strings.Contains(page, text) {
			v.t.Errorf("the page lacks %q:\n%s", text, page)
		}
	}
}
