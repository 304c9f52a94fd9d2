package place_test

import (
	"net/netip"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/username"
)

var start = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

type rig struct {
	*testing.T
	*place.Book
	anna, bob account.ID
}

func newRig(t *testing.T) *rig {
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	store := memory.New()
	create := func(name string) account.ID {
		a, err := store.Accounts().Create(t.Context(), account.New{Name: username.FromStore(name), Token: secret.New(secret.Hex32())})
		if err != nil {
			t.Fatal(err)
		}
		return a.ID
	}
	b := &place.Book{Store: store.Places(), Ring: ring, Lifetime: 90 * 24 * time.Hour}
	return &rig{T: t, Book: b, anna: create("Anna"), bob: create("Bob")}
}

func (r *rig) note(who account.ID, from string, now time.Time) {
	r.Helper()
	if err := r.Note(r.Context(), who, netip.MustParseAddr(from), now); err != nil {
		r.Fatal(err)
	}
}

func (r *rig) known(who account.ID, from string, now time.Time, want bool) {
	r.Helper()
	got, err := r.Known(r.Context(), who, netip.MustParseAddr(from), now)
	if err != nil || got != want {
		r.Errorf("%s is known to %d at %s: %v, %v, want %v", from, who, now, got, err, want)
	}
}

func TestPlacesAreNetworksOfAnAccount(t *testing.T) {
	r := newRig(t)
	r.note(r.anna, "192.0.2.7", start)
	r.note(r.anna, "2001:db8::7", start)
	for from, want := range map[string]bool{
		"192.0.2.7": true, "192.0.2.255": true, "::ffff:192.0.2.1": true, "192.0.3.7": false, "192.0.1.7": false, "::c000:207": false,
		"2001:db8::7": true, "2001:db8::ffff:0:0:1": true, "2001:db8::7%eth0": true, "2001:db8:0:1::7": false,
	} {
		r.known(r.anna, from, start, want)
		r.known(r.bob, from, start, false)
	}
	if known, err := r.Known(t.Context(), r.anna, netip.Addr{}, start); known || err != nil {
		t.Errorf("nowhere is known: %v, %v", known, err)
	}
	if err := r.Note(t.Context(), r.anna, netip.Addr{}, start); err != nil {
		t.Errorf("nowhere cannot be noted: %v", err)
	}
	if err := r.Note(t.Context(), 999, netip.MustParseAddr("192.0.2.7"), start); err != nil {
		t.Errorf("an account that is gone: %v", err)
	}
}

func TestPlacesAreForgottenWhenTheyAreNotUsed(t *testing.T) {
	r := newRig(t)
	end := start.Add(r.Lifetime)
	r.note(r.anna, "192.0.2.7", start)
	r.known(r.anna, "192.0.2.7", end.Add(-time.Second), true)
	r.known(r.anna, "192.0.2.7", end, false)
	r.note(r.anna, "192.0.2.9", start.Add(48*time.Hour))
	r.known(r.anna, "192.0.2.7", end, true)
	if n, err := r.Sweep(t.Context(), end, 9); n != 0 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
	if n, err := r.Sweep(t.Context(), end.Add(48*time.Hour), 9); n != 1 || err != nil {
		t.Errorf("swept %d, %v", n, err)
	}
}

// Whoever logs in every minute does not write every minute.
func TestUsesAreWrittenOnceADay(t *testing.T) {
	r := newRig(t)
	r.note(r.anna, "192.0.2.7", start)
	r.note(r.anna, "192.0.2.7", start.Add(23*time.Hour))
	r.known(r.anna, "192.0.2.7", start.Add(r.Lifetime), false)
	r.note(r.anna, "192.0.2.7", start.Add(24*time.Hour))
	r.known(r.anna, "192.0.2.7", start.Add(r.Lifetime), true)
}

func TestANewKeyMakesNoStrangers(t *testing.T) {
	r := newRig(t)
	r.note(r.anna, "192.0.2.7", start)
	next, err := r.Ring.Rotated(start)
	if err != nil {
		t.Fatal(err)
	}
	r.Ring = next
	r.known(r.anna, "192.0.2.7", start, true)
	r.note(r.anna, "192.0.2.7", start)
	if r.Ring, err = next.Without(1); err != nil {
		t.Fatal(err)
	}
	r.known(r.anna, "192.0.2.7", start, true)
	r.known(r.anna, "192.0.3.7", start, false)
}
