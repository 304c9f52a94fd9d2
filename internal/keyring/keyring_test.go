package keyring

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

var day = time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)

func newRing(t testing.TB) *Ring {
	t.Helper()
	r, err := New(day)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestCodesSurviveRotationAndAFile(t *testing.T) {
	r1 := newRing(t)
	code, ok := r1.Code(ForToken, r1.Current(), []byte("a"), []byte("b"))
	if !ok {
		t.Fatal("no code by the current key")
	}
	r2 := rotated(t, r1)
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := r2.Write(path); err != nil {
		t.Fatal(err)
	}
	r3, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	if r3.Current() != 2 || !r3.Has(1) {
		t.Fatalf("current %d, has 1: %v", r3.Current(), r3.Has(1))
	}
	if !r3.Check(ForToken, 1, code[:], []byte("a"), []byte("b")) {
		t.Error("a code of the first key is no longer good")
	}
	if r3.Check(ForToken, 2, code[:], []byte("a"), []byte("b")) {
		t.Error("a code is good under another key")
	}
	if !r3.CheckAny(ForToken, code[:], []byte("a"), []byte("b")) || r3.CheckAny(ForToken, code[:], []byte("x")) {
		t.Error("CheckAny does not find the first key, or accepts too much")
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("key file has mode %v", info.Mode().Perm())
	}
}

func TestCodeSeparatesPurposesAndParts(t *testing.T) {
	r := newRing(t)
	code, _ := r.Code(ForCookie, 1, []byte("ab"), []byte("c"))
	for name, good := range map[string]bool{
		"other purpose": r.Check(ForToken, 1, code[:], []byte("ab"), []byte("c")),
		"other split":   r.Check(ForCookie, 1, code[:], []byte("a"), []byte("bc")),
		"joined":        r.Check(ForCookie, 1, code[:], []byte("abc")),
		"cut":           r.Check(ForCookie, 1, code[:8], []byte("ab"), []byte("c")),
		"unknown key":   r.Check(ForCookie, 9, code[:], []byte("ab"), []byte("c")),
	} {
		if good {
			t.Errorf("%s: accepted", name)
		}
	}
}

func TestSealIsBoundToItsRow(t *testing.T) {
	r := newRing(t)
	sealed := r.Seal([]byte("record"), []byte("row 1"))
	if plain, ok := r.Open(nil, sealed, []byte("row 1")); !ok || string(plain) != "record" {
		t.Fatalf("open: %q %v", plain, ok)
	}
	if _, ok := r.Open(nil, sealed, []byte("row 2")); ok {
		t.Error("opened in another row")
	}
	for i := range sealed {
		bad := append([]byte(nil), sealed...)
		bad[i] ^= 1
		if _, ok := r.Open(nil, bad, []byte("row 1")); ok {
			t.Errorf("opened with byte %d changed", i)
		}
		if _, ok := r.Open(nil, sealed[:i], []byte("row 1")); ok {
			t.Errorf("opened cut to %d bytes", i)
		}
	}
}

func TestReadSaysWhatIsWrong(t *testing.T) {
	dir := t.TempDir()
	if _, err := Read(filepath.Join(dir, "none")); !fail.Is(err, fail.NotFound) {
		t.Errorf("missing file: %v", err)
	}
	for name, text := range map[string]string{
		"empty":        "",
		"not json":     "keys",
		"no keys":      `{"note":"","current":1,"keys":[]}`,
		"short secret": `{"note":"","current":1,"keys":[{"id":1,"created":"2026-01-01T00:00:00Z","secret":"AAAA"}]}`,
		"empty secret": `{"note":"","current":1,"keys":[{"id":1,"created":"2026-01-01T00:00:00Z","secret":""}]}`,
	} {
		path := filepath.Join(dir, strings.ReplaceAll(name, " ", "-"))
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Read(path); !fail.Is(err, fail.Damaged) || !strings.Contains(err.Error(), path) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func BenchmarkCode(b *testing.B) {
	r := newRing(b)
	part := []byte("0123456789abcdef")
	b.ReportAllocs()
	for b.Loop() {
		r.Code(ForToken, 1, part)
	}
}
