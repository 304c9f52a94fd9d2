package keyring

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

func rotated(t *testing.T, r *Ring) *Ring {
	t.Helper()
	next, err := r.Rotated(day.Add(time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	return next
}

// After a restore old keys serve secrets of bot passwords, second factors and the
// audit trail, and nothing that a client holds.
func TestRestoredKeysAreClosedToClients(t *testing.T) {
	old := rotated(t, newRing(t))
	sealed, factor := old.Seal([]byte("record"), []byte("row")), old.SealFactor([]byte("factor"), []byte("row"))
	restored, err := old.Restored(day.Add(2 * time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := restored.Write(path); err != nil {
		t.Fatal(err)
	}
	ring, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	for p := range purposes {
		want := p == ForBot || p == ForAudit || p == ForFactor
		for id := KeyID(1); id <= 2; id++ {
			code, _ := old.Code(p, id, []byte("part"))
			if got := ring.Check(p, id, code[:], []byte("part")); got != want || ring.Serves(p, id) != want {
				t.Errorf("purpose %d, key %d: a code of before is good: %v, want %v", p, id, got, want)
			}
			if ring.CheckAny(p, code[:], []byte("part")) != want {
				t.Errorf("purpose %d, key %d: a code of before is good under any key: %v", p, id, !want)
			}
		}
		if !ring.Serves(p, 3) {
			t.Errorf("purpose %d: the new key does not serve", p)
		}
	}
	if _, ok := ring.Open(nil, sealed, []byte("row")); ok {
		t.Error("a record of before can be opened")
	}
	if plain, ok := ring.OpenFactor(factor, []byte("row")); !ok || string(plain) != "factor" {
		t.Error("what belongs to a second factor of before cannot be opened")
	}
	if _, ok := ring.OpenFactor(factor, []byte("other row")); ok {
		t.Error("what belongs to a second factor can be opened in another row")
	}
	for _, mixed := range []func() ([]byte, bool){
		func() ([]byte, bool) { return old.OpenFactor(sealed, []byte("row")) },
		func() ([]byte, bool) { return old.Open(nil, factor, []byte("row")) },
	} {
		if _, ok := mixed(); ok {
			t.Error("a session's record and a second factor's can stand for each other")
		}
	}
	if old.Serves(ForToken, 3) || !old.Serves(ForToken, 1) {
		t.Error("the ring of before was changed")
	}
	var states []string
	for _, k := range ring.Keys() {
		states = append(states, map[bool]string{true: "closed"}[k.Closed]+map[bool]string{true: "current"}[k.Current])
	}
	if got := strings.Join(states, " "); got != "closed closed current" {
		t.Errorf("keys: %s", got)
	}
}

func TestClosedKeyCannotBeCurrent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	if err := newRing(t).Write(path); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	text = []byte(strings.Replace(string(text), `"secret"`, `"closed": true, "secret"`, 1))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Read(path); !fail.Is(err, fail.Damaged) {
		t.Errorf("got %v", err)
	}
}

func TestWithout(t *testing.T) {
	r := rotated(t, newRing(t))
	code, _ := r.Code(ForBot, 1, []byte("x"))
	next, err := r.Without(1)
	if err != nil {
		t.Fatal(err)
	}
	if next.Has(1) || next.Check(ForBot, 1, code[:], []byte("x")) || next.CheckAny(ForBot, code[:], []byte("x")) || !next.Has(2) || !r.Has(1) {
		t.Error("the wrong key is gone")
	}
	if _, err := r.Without(2); !fail.Is(err, fail.Invalid) {
		t.Errorf("the current key: %v", err)
	}
	if _, err := r.Without(7); !fail.Is(err, fail.NotFound) {
		t.Errorf("a key that is not there: %v", err)
	}
	// A number never comes back.
	if again := rotated(t, next); again.Current() != 3 {
		t.Errorf("the next key is %d", again.Current())
	}
}

func TestFollowerSeesTheFileOfANewGeneration(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	r := newRing(t)
	write := func(r *Ring) {
		t.Helper()
		if err := r.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	write(r)
	inUse, err := Read(path)
	if err != nil {
		t.Fatal(err)
	}
	f := Follow(inUse, path)
	look := func(generation uint64, stable bool, current KeyID) {
		t.Helper()
		if err := f.Look(generation, stable); err != nil {
			t.Error(err)
		}
		if inUse.Current() != current {
			t.Errorf("generation %d: the current key is %d, want %d", generation, inUse.Current(), current)
		}
	}
	look(0, true, 1)
	r = rotated(t, r)
	write(r)
	look(0, true, 1) // nobody has said that it was replaced
	look(1, true, 2)
	r = rotated(t, r)
	write(r)
	look(2, false, 3)
	r = rotated(t, r)
	write(r)
	look(2, true, 4)

	// What cannot be used is told once, and the keys in use stay.
	write(newRing(t))
	if err := f.Look(3, true); !fail.Is(err, fail.Conflict) || inUse.Current() != 4 {
		t.Errorf("another server's keys: %v", err)
	}
	look(4, true, 4)
	if err := os.WriteFile(path, []byte("{"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := f.Look(5, true); !fail.Is(err, fail.Damaged) {
		t.Errorf("a damaged file: %v", err)
	}
	look(6, true, 4)
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if err := f.Look(7, true); !fail.Is(err, fail.Unavailable) {
		t.Errorf("a missing file: %v", err)
	}
	look(8, true, 4)
	write(r)
	look(9, true, 4)
}

func BenchmarkFollowerLook(b *testing.B) {
	path := filepath.Join(b.TempDir(), "keys.json")
	r := newRing(b)
	if err := r.Write(path); err != nil {
		b.Fatal(err)
	}
	f := Follow(r, path)
	b.ReportAllocs()
	for b.Loop() {
		if err := f.Look(7, true); err != nil {
			b.Fatal(err)
		}
	}
}
