package config

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestSecretFiles(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("no modes of files")
	}
	for _, c := range []struct {
		name, content string
		mode          os.FileMode
		good          bool
	}{
		{"a line", "hunter2-hunter2-hunter2\n", 0o600, true},
		{"a line for the group", "hunter2-hunter2-hunter2", 0o640, true},
		{"a line for everybody", "hunter2-hunter2-hunter2\n", 0o644, false},
		{"nothing", "\n", 0o600, false},
		{"a short line", "hunter2-hunter2\n", 0o600, false},
		{"two lines", "hunter2-hunter2-hunter2\nhunter2-hunter2-hunter2\n", 0o600, false},
	} {
		path := filepath.Join(t.TempDir(), "token")
		if err := os.WriteFile(path, []byte(c.content), c.mode); err != nil {
			t.Fatal(err)
		}
		if err := os.Chmod(path, c.mode); err != nil {
			t.Fatal(err)
		}
		cfg, err := Load(Source{Environ: []string{"WIKIGATE_ADMIN_TOKEN_FILE=" + path}})
		if (err == nil) != c.good {
			t.Errorf("%s: %v", c.name, err)
		}
		if c.good && cfg.AdminTokenFile.Content.Reveal() != strings.TrimSpace(c.content) {
			t.Errorf("%s: something else was read", c.name)
		}
		if text := fmt.Sprint(err, cfg, cfg.Dump()); strings.Contains(text, "hunter2") {
			t.Errorf("%s: the secret is shown: %s", c.name, text)
		}
	}
	if _, err := Load(Source{Environ: []string{"WIKIGATE_ADMIN_TOKEN_FILE=/nowhere/token"}}); err == nil {
		t.Error("a file that is not there was read")
	}
}
