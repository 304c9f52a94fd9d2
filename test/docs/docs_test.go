package docs

import (
	"bufio"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

const root = "../.."

// pages are the documents whose commands a reader may copy.
var pages = []string{
	"README.md", "docs/guide.md", "docs/operation.md", "docs/backup.md", "docs/apps.md",
	"docs/two-factor.md", "docs/security-keys.md", "docs/captcha.md",
}

// blocks are the shell commands of a page, block by block.
func blocks(t *testing.T, page string) []string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	var list []string
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(string(text), -1) {
		list = append(list, m[1])
	}
	if len(list) == 0 {
		t.Fatalf("%s shows no command", page)
	}
	return list
}

func shell(t *testing.T, script string, environ ...string) *exec.Cmd {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	t.Cleanup(cancel)
	cmd := exec.CommandContext(ctx, "sh", "-eu", "-c", script)
	cmd.Dir = root
	cmd.Env = append(os.Environ(), append(environ, "TMPDIR="+t.TempDir())...)
	return cmd
}

func needs(t *testing.T, programs ...string) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short: the commands of the documents build and start the program")
	}
	for _, p := range programs {
		if _, err := exec.LookPath(p); err != nil {
			t.Skipf("%s is not installed", p)
		}
	}
}

func TestCommandsOfTheDocumentsWork(t *testing.T) {
	needs(t, "sh", "make")
	for _, page := range pages {
		if page == "docs/apps.md" || page == "docs/two-factor.md" {
			needs(t, "curl")
		}
		for _, block := range blocks(t, page) {
			switch strings.TrimSpace(block) {
			case "make run":
				t.Run(page+" make run", makeRun)
			case "make test":
				// This test runs inside it; what can be checked is that it is there.
				if out, err := shell(t, "make -n test").CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s", page, err, out)
				}
			default:
				if out, err := shell(t, block).CombinedOutput(); err != nil {
					t.Errorf("%s: %v\n%s\n%s", page, err, block, out)
				}
			}
		}
	}
}

// makeRun starts the server as the README says, but on a free port and with a
// folder of its own, and ends it with an interrupt, as Ctrl-C does.
func makeRun(t *testing.T) {
	cmd := shell(t, "exec make run", "LISTEN=127.0.0.1:0", "DATA="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var problems strings.Builder
	cmd.Stderr = &problems
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	found := map[string]bool{}
	for len(found) < 3 && lines.Scan() {
		for _, want := range []string{"API address: http://127.0.0.1:", "login name", "password"} {
			if strings.Contains(lines.Text(), want) {
				found[want] = true
			}
		}
	}
	whole := len(found) == 3
	if err := syscall.Kill(-cmd.Process.Pid, syscall.SIGINT); err != nil {
		t.Error(err)
	}
	for lines.Scan() {
	}
	_ = cmd.Wait() // make reports the interrupt as a failure of its own
	if !whole {
		t.Errorf("the first start says only %v\n%s", found, problems.String())
	}
}

// anchors are the places of a document that a link may name after #, made of
// its headings as GitHub makes them.
func anchors(t *testing.T, path string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	odd := regexp.MustCompile(`[^\p{L}\p{N} _-]`)
	found := map[string]bool{"": true}
	for _, m := range regexp.MustCompile(`(?m)^#+ (.*)$`).FindAllStringSubmatch(string(text), -1) {
		found[strings.ReplaceAll(odd.ReplaceAllString(strings.ToLower(m[1]), ""), " ", "-")] = true
	}
	return found
}

// Links between the documents lead somewhere.
func TestLinksLeadSomewhere(t *testing.T) {
	link := regexp.MustCompile(`\]\(([^)#:]*)#?([^):]*)\)`)
	var documents []string
	for _, folder := range []string{"", "docs", protocol} {
		list, err := filepath.Glob(filepath.Join(root, folder, "*.md"))
		if err != nil || len(list) == 0 {
			t.Fatalf("no document in %q: %v", folder, err)
		}
		documents = append(documents, list...)
	}
	for _, d := range documents {
		text, err := os.ReadFile(d)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range link.FindAllStringSubmatch(string(text), -1) {
			to := filepath.Join(filepath.Dir(d), m[1])
			if m[1] == "" {
				to = d
			}
			if _, err := os.Stat(to); err != nil {
				t.Errorf("%s links to %s: %v", filepath.Base(d), m[1], err)
			} else if strings.HasSuffix(to, ".md") && !anchors(t, to)[m[2]] {
				t.Errorf("%s links to %s, which has no %q", filepath.Base(d), m[1], m[2])
			}
		}
	}
}
