package cli

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/config"
)

func TestManualPages(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "man1")
	if o := call(t, t.TempDir(), "", "man", folder); o.code != exitOK {
		t.Fatalf("code %d, %s", o.code, o.stderr)
	}
	pages, err := filepath.Glob(filepath.Join(folder, "*.1"))
	if err != nil || len(pages) < 15 {
		t.Fatalf("%d pages, %v", len(pages), err)
	}
	read := func(name string) string {
		t.Helper()
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	serve := read("wikigate-serve.1")
	for _, o := range config.Options() {
		if !strings.Contains(serve, `\fB`+roff("--"+o.Name)+`\fR`) {
			t.Errorf("the page of serve has no --%s", o.Name)
		}
	}
	if root := read("wikigate.1"); !strings.Contains(root, ".BR wikigate\\-botpassword (1)\n") || !strings.Contains(root, ".SH EXIT STATUS\n") {
		t.Errorf("the first page:\n%s", root)
	}
	if _, err := exec.LookPath("groff"); err != nil {
		t.Skip("groff is not installed")
	}
	for _, page := range pages {
		out, err := exec.CommandContext(t.Context(), "groff", "-man", "-ww", "-z", "-Tutf8", page).CombinedOutput()
		if err != nil || len(out) > 0 {
			t.Errorf("%s: %v\n%s", filepath.Base(page), err, out)
		}
	}
}

func TestRoff(t *testing.T) {
	for text, want := range map[string]string{
		`a-b`: `a\-b`, `.x`: `\&.x`, `'x`: `\&'x`, `C:\x "y"`: `C:\ex \(dqy\(dq`,
	} {
		if got := roff(text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

// Completion scripts are those of the shells, and know the commands.
func TestCompletion(t *testing.T) {
	for _, shell := range []string{"bash", "zsh", "fish"} {
		o := call(t, t.TempDir(), "", "completion", shell)
		if o.code != exitOK || !strings.Contains(o.stdout, "wikigate") {
			t.Errorf("%s: code %d, %s", shell, o.code, o.stderr)
		}
		if _, err := exec.LookPath(shell); err != nil {
			continue
		}
		check := exec.CommandContext(t.Context(), shell, "-n", "/dev/stdin")
		check.Stdin = strings.NewReader(o.stdout)
		if out, err := check.CombinedOutput(); err != nil {
			t.Errorf("%s does not understand its script: %v\n%s", shell, err, out)
		}
	}
	o := call(t, t.TempDir(), "", "__complete", "botpassword", "")
	if !strings.Contains(o.stdout, "create\t") || !strings.Contains(o.stdout, "revoke\t") {
		t.Errorf("proposals: %q", o.stdout)
	}
}
