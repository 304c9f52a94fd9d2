package config

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
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

// A password that somebody else has chosen may be short.
func TestPasswordsOfMailServersMayBeShort(t *testing.T) {
	path := filepath.Join(t.TempDir(), "password")
	for content, good := range map[string]bool{"x\n": true, "pass word": true, "\n": false, "": false, "a\nb": false} {
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := Load(Source{Environ: []string{"WIKIGATE_MAIL_SMTP_USER=wiki", "WIKIGATE_MAIL_SMTP_PASSWORD_FILE=" + path}})
		if (err == nil) != good || good && cfg.MailSMTPPassword.Content.Reveal() != strings.TrimSpace(content) {
			t.Errorf("%q: %v", content, err)
		}
	}
}

func TestHashSecretFiles(t *testing.T) {
	for _, c := range []struct {
		name, content string
		want          string // types and how many secrets; empty: refused
	}{
		{"one", "secure: hunter2\n", "secure 1"},
		{"several of several types", "secure: hunter2\r\nsecure: hunter2: and more\nother-1: hunter2", "other-1 1 secure 2"},
		{"nothing", "", ""},
		{"no type", "hunter2\n", ""},
		{"no secret", "secure: \n", ""},
		{"an empty line", "secure: hunter2\n\nsecure: hunter2\n", ""},
	} {
		path := filepath.Join(t.TempDir(), "secrets")
		if err := os.WriteFile(path, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		cfg, err := Load(Source{Environ: []string{"WIKIGATE_ENCRYPTED_HASHES_FILE=" + path}})
		var got []string
		for _, name := range slices.Sorted(maps.Keys(cfg.EncryptedHashes.ByType)) {
			got = append(got, name, strconv.Itoa(len(cfg.EncryptedHashes.ByType[name])))
		}
		if (err == nil) != (c.want != "") || err == nil && strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v, %v", c.name, got, err)
		}
		if text := fmt.Sprint(err, cfg, cfg.Dump()); strings.Contains(text, "hunter2") {
			t.Errorf("%s: a secret is shown: %s", c.name, text)
		}
	}
}
