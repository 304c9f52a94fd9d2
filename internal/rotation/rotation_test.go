package rotation

import (
	"context"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

// world is a service with scripted users of keys. It notes what happens in
// which order.
type world struct {
	*testing.T
	*Service
	clock    *clock.Settable
	sessions map[keyring.KeyID]int
	bots     map[keyring.KeyID]int
	factors  map[keyring.KeyID]int
	order    []string
	events   []audit.Event
	failing  string // the step that fails
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{T: t, clock: clock.NewSettable(start), sessions: map[keyring.KeyID]int{}, bots: map[keyring.KeyID]int{}, factors: map[keyring.KeyID]int{}}
	path := filepath.Join(t.TempDir(), "keys.json")
	ring, err := keyring.Create(path, start)
	if err != nil {
		t.Fatal(err)
	}
	w.Service = &Service{
		Path: path, Ring: ring, Sessions: w, Trail: w, Clock: w.clock, Remembered: 180 * 24 * time.Hour,
		BotPasswords:  func(context.Context) (map[keyring.KeyID]int, error) { return w.bots, nil },
		SecondFactors: func(context.Context) (map[keyring.KeyID]int, error) { return w.factors, nil },
		Announce:      func(context.Context) error { return w.step("announced") },
	}
	return w
}

func (w *world) step(name string) error {
	inFile, err := keyring.Read(w.Path)
	if err != nil {
		w.Fatal(err)
	}
	var ids strings.Builder
	for _, k := range inFile.Keys() {
		ids.WriteByte('0' + byte(k.ID))
	}
	w.order = append(w.order, name+" with "+ids.String())
	if w.failing == name {
		return errors.New(name + " failed")
	}
	return nil
}

// KeyUse implements Sessions.
func (w *world) KeyUse(context.Context) (map[keyring.KeyID]int, error) { return w.sessions, nil }

// EndKey implements Sessions.
func (w *world) EndKey(_ context.Context, id keyring.KeyID) (int, error) {
	n := w.sessions[id]
	delete(w.sessions, id)
	return n, w.step("ended")
}

// Append implements Trail.
func (w *world) Append(_ context.Context, events ...audit.Event) error {
	if err := w.step("recorded"); err != nil {
		return err
	}
	w.events = append(w.events, events...)
	return nil
}

func (w *world) rotate() {
	w.Helper()
	if _, err := w.Rotate(w.Context()); err != nil {
		w.Fatal(err)
	}
}

func (w *world) happened(want ...string) {
	w.Helper()
	if got := strings.Join(w.order, ", "); got != strings.Join(want, ", ") {
		w.Errorf("what happened: %s, want %s", got, strings.Join(want, ", "))
	}
	w.order = nil
}

func TestRotateRecordsThenWritesThenAnnounces(t *testing.T) {
	w := newWorld(t)
	id, err := w.Rotate(t.Context())
	if err != nil || id != 2 || w.Ring.Current() != 2 || !w.Ring.Has(1) {
		t.Fatalf("key %d, %v", id, err)
	}
	w.happened("recorded with 1", "announced with 12")
	if e := w.events[0]; len(w.events) != 1 || e.Kind != audit.KeyRotate || e.Detail("key") != "2" {
		t.Errorf("events: %+v", w.events)
	}
	// What cannot be recorded is not done.
	w.failing = "recorded"
	if _, err := w.Rotate(t.Context()); err == nil || w.Ring.Current() != 2 {
		t.Errorf("current %d, %v", w.Ring.Current(), err)
	}
	w.happened("recorded with 12")
}

func TestTwoProcessesDoNotMakeTheSameKey(t *testing.T) {
	w := newWorld(t)
	ring, err := keyring.Read(w.Path)
	if err != nil {
		t.Fatal(err)
	}
	other := *w.Service
	other.Ring = ring
	w.rotate()
	if id, err := other.Rotate(t.Context()); err != nil || id != 3 || !ring.Has(2) {
		t.Errorf("the other process made key %d, %v", id, err)
	}
	w.rotate()
	if w.Ring.Current() != 4 {
		t.Errorf("current %d", w.Ring.Current())
	}
}

func TestRetireWaitsForAllThatNeedsTheKey(t *testing.T) {
	w := newWorld(t)
	w.clock.Advance(time.Hour)
	w.rotate()
	cookies := start.Add(time.Hour + w.Remembered)
	w.order = nil
	refused := func(says string) {
		t.Helper()
		_, err := w.Retire(t.Context(), 1, false)
		if !fail.Is(err, fail.Invalid) || !strings.Contains(err.Error(), says) || !w.Ring.Has(1) {
			t.Errorf("got %v, want %q", err, says)
		}
		w.happened()
	}
	w.sessions[1], w.bots[1], w.factors[1] = 1, 2, 1
	refused("1 session, 2 bot passwords, the second factors of 1 account, cookies that may live until " + cookies.Format(time.RFC3339))
	delete(w.sessions, 1)
	refused("2 bot passwords, the second factors of 1 account, cookies")
	delete(w.bots, 1)
	refused("by the second factors of 1 account, cookies")
	delete(w.factors, 1)
	refused("by cookies that")
	w.clock.Set(cookies.Add(-time.Second))
	refused("by cookies that")
	w.clock.Set(cookies)
	list, err := w.List(t.Context())
	if err != nil || len(list) != 2 || !list[0].Free() || list[1].Free() {
		t.Errorf("%+v, %v", list, err)
	}
	if _, err := w.Retire(t.Context(), 1, false); err != nil {
		t.Fatal(err)
	}
	w.happened("ended with 12", "recorded with 12", "announced with 2")
	if w.Ring.Has(1) {
		t.Error("the key is still in use")
	}
	if _, err := w.Retire(t.Context(), 1, true); !fail.Is(err, fail.NotFound) {
		t.Errorf("once more: %v", err)
	}
	if _, err := w.Retire(t.Context(), 2, true); !fail.Is(err, fail.Invalid) {
		t.Errorf("the current key: %v", err)
	}
}

func TestRetireByForceTellsWhatHasEnded(t *testing.T) {
	w := newWorld(t)
	w.rotate()
	w.sessions[1], w.sessions[2], w.bots[1], w.factors[1] = 3, 4, 2, 5
	ended, err := w.Retire(t.Context(), 1, true)
	if err != nil || ended.Sessions != 3 || ended.BotPasswords != 2 || ended.SecondFactors != 5 || w.sessions[2] != 4 {
		t.Errorf("%+v, %v", ended, err)
	}
	e := w.events[len(w.events)-1]
	if e.Kind != audit.KeyRetire || e.Detail("key") != "1" || e.Detail("sessions") != "3" || e.Detail("botpasswords") != "2" || e.Detail("secondfactors") != "5" {
		t.Errorf("event: %+v", e)
	}
}

// A key that is closed to clients waits for bot passwords alone.
func TestClosedKeyWaitsForNoCookies(t *testing.T) {
	w := newWorld(t)
	ring, err := w.Ring.Restored(start)
	if err != nil {
		t.Fatal(err)
	}
	if err := ring.Write(w.Path); err != nil {
		t.Fatal(err)
	}
	w.bots[1] = 1
	if _, err := w.Retire(t.Context(), 1, false); !fail.Is(err, fail.Invalid) || strings.Contains(err.Error(), "cookies") {
		t.Errorf("got %v", err)
	}
	delete(w.bots, 1)
	if _, err := w.Retire(t.Context(), 1, false); err != nil {
		t.Error(err)
	}
}
