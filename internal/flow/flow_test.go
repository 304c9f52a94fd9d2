package flow_test

import (
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/memory"
)

var now = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func TestKeysTellTheirPartsApart(t *testing.T) {
	seen := map[flow.ID]int{}
	for i, parts := range [][]string{{"login"}, {"login", ""}, {"login", "ab", "c"}, {"login", "a", "bc"}, {"log", "in"}, {"loginab", "c"}} {
		var rest [][]byte
		for _, p := range parts[1:] {
			rest = append(rest, []byte(p))
		}
		id := flow.IDOf(parts[0], rest...)
		if other, taken := seen[id]; taken {
			t.Errorf("%q has the key of case %d", parts, other)
		}
		seen[id] = i
	}
}

// A record that is moved to another key, by whoever can write to the store, is
// nobody's.
func TestRecordsAreSealedInTheirPlace(t *testing.T) {
	store := memory.New().Flows()
	ring, err := keyring.New(now)
	if err != nil {
		t.Fatal(err)
	}
	k := &flow.Keeper{Store: store, Sealer: ring}
	mine, other := flow.IDOf("login", []byte("mine")), flow.IDOf("login", []byte("other"))
	if err := k.Put(t.Context(), mine, []byte("secret"), now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	sealed, found, err := store.Get(t.Context(), mine, now)
	if err != nil || !found || string(sealed) == "secret" {
		t.Fatalf("stored as %q: %v", sealed, err)
	}
	if err := store.Put(t.Context(), other, sealed, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	if _, found, err := k.Get(t.Context(), other, now); found || err != nil {
		t.Errorf("a moved record was opened: %v", err)
	}
	h := flow.NewHolder()
	if plain, found, err := k.Take(t.Context(), mine, h, now); string(plain) != "secret" || !found || err != nil {
		t.Errorf("%q, %v, %v", plain, found, err)
	}
	if back, err := k.Return(t.Context(), mine, h, []byte("next"), now.Add(time.Minute)); !back || err != nil {
		t.Errorf("%v, %v", back, err)
	}
	if plain, found, err := k.Get(t.Context(), mine, now); string(plain) != "next" || !found || err != nil {
		t.Errorf("%q, %v, %v", plain, found, err)
	}
}
