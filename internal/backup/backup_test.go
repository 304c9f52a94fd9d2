package backup

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

var parts = map[string]string{Database: strings.Repeat("database ", 500), Keys: "{keys}"}

// made is a backup of parts, written by Write.
func made(t *testing.T) ([]byte, Manifest) {
	t.Helper()
	dir := t.TempDir()
	for name, content := range parts {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var archive bytes.Buffer
	m, err := Write(&archive, Manifest{Made: time.Date(2026, 11, 20, 1, 2, 3, 4, time.UTC), Program: "1.2.3", Schema: 3, Accounts: 2, BotPasswords: 1}, dir)
	if err != nil {
		t.Fatal(err)
	}
	return archive.Bytes(), m
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	archive, wrote := made(t)
	dir := t.TempDir()
	m, err := Read(bytes.NewReader(archive), dir)
	if err != nil {
		t.Fatal(err)
	}
	if m.Schema != 3 || m.Accounts != 2 || m.BotPasswords != 1 || m.Program != "1.2.3" || !m.Made.Equal(wrote.Made) || len(m.Parts) != 2 || m.Format != Format || m.Version != Version {
		t.Errorf("manifest: %+v", m)
	}
	for name, want := range parts {
		got, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil || string(got) != want {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
	}
}

// Wherever a backup is cut off or changed, it is refused, but for what tar
// itself does not look at: padding.
func TestDamageIsNoticed(t *testing.T) {
	archive, m := made(t)
	content := bytes.Index(archive, []byte(parts[Keys])) + len(parts[Keys])
	for n := 0; n < content; n += 97 {
		if _, err := Read(bytes.NewReader(archive[:n]), t.TempDir()); !fail.Is(err, fail.Damaged) {
			t.Fatalf("cut off after %d of %d bytes: %v", n, len(archive), err)
		}
	}
	for _, text := range []string{"database database", "{keys}", m.Parts[0].SHA256, m.Parts[1].SHA256, Keys, Database, Format, "bot_passwords\": 1", manifestFile} {
		bad := bytes.Replace(archive, []byte(text), []byte(strings.Replace(text, text[len(text)-1:], "~", 1)), 1)
		if bytes.Equal(bad, archive) {
			t.Fatalf("%q is not in the archive", text)
		}
		if _, err := Read(bytes.NewReader(bad), t.TempDir()); !fail.Is(err, fail.Damaged) {
			t.Errorf("%q was changed: %v", text, err)
		}
	}
}

func TestOtherFilesAreRefused(t *testing.T) {
	archive, _ := made(t)
	newer := bytes.Replace(archive, []byte(`"version": 1`), []byte(`"version": 9`), 1)
	if _, err := Read(bytes.NewReader(newer), t.TempDir()); !fail.Is(err, fail.TooNew) || !strings.Contains(err.Error(), "newer wikigate") {
		t.Errorf("a later format: %v", err)
	}
	escape := bytes.ReplaceAll(archive, []byte(Database), []byte("../../ab.db"))
	if _, err := Read(bytes.NewReader(escape), t.TempDir()); !fail.Is(err, fail.Damaged) {
		t.Errorf("a part outside: %v", err)
	}
	for _, text := range []string{"", "no backup", strings.Repeat("\x00", 2048)} {
		if _, err := Read(strings.NewReader(text), t.TempDir()); !fail.Is(err, fail.Damaged) || !strings.Contains(err.Error(), "no backup of wikigate") {
			t.Errorf("%.10q: %v", text, err)
		}
	}
}

// TestN5_BackupIsReadByItsOwnerOnly also holds that a failure leaves nothing.
func TestN5_BackupIsReadByItsOwnerOnly(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "x.backup")
	text := func(s string) func(io.Writer) error {
		return func(w io.Writer) error {
			_, err := io.WriteString(w, s)
			return err
		}
	}
	check := func(want string, files int) {
		t.Helper()
		got, err := os.ReadFile(path)
		if err != nil || string(got) != want {
			t.Errorf("%q, %v, want %q", got, err, want)
		}
		if entries, err := os.ReadDir(dir); err != nil || len(entries) != files {
			t.Errorf("%d files in the folder: %v, %v", len(entries), entries, err)
		}
		if info, err := os.Stat(path); err == nil && info.Mode().Perm() != 0o600 {
			t.Errorf("mode %v", info.Mode())
		}
	}
	if err := Save(path, false, text("one")); err != nil {
		t.Fatal(err)
	}
	check("one", 1)
	if err := Save(path, false, text("two")); !fail.Is(err, fail.Conflict) {
		t.Errorf("over a file: %v", err)
	}
	check("one", 1)
	if err := Save(path, true, func(w io.Writer) error { return errors.Join(text("half")(w), errors.New("failed")) }); err == nil {
		t.Error("a failure was not told")
	}
	check("one", 1)
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := Save(path, true, text("three")); err != nil {
		t.Fatal(err)
	}
	check("three", 1)
	// Another program takes the name meanwhile.
	other := filepath.Join(dir, "other")
	err := Save(other, false, func(io.Writer) error { return os.WriteFile(other, []byte("theirs"), 0o600) })
	if got, _ := os.ReadFile(other); !fail.Is(err, fail.Conflict) || string(got) != "theirs" {
		t.Errorf("%q, %v", got, err)
	}
}
