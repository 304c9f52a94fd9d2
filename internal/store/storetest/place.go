package storetest

import (
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/place"
)

func placeTests() []test {
	return []test{
		{"Note and LastUse", testPlaceNote},
		{"the last used are kept", testPlaceKeep},
		{"accounts that are not there", testPlaceNobody},
		{"places go with their account", testPlaceDelete},
		{"Sweep", testPlaceSweep},
		{"parallel Notes", testPlaceParallel},
	}
}

// at is a place.
func at(n byte) place.ID { return place.ID{0: n, 15: 0xff} }

func (w *world) note(owner account.ID, p place.ID, used time.Time) {
	w.Helper()
	w.must(w.Places.Note(w.ctx, owner, p, used, 3))
}

// wantPlace fails unless the place was last used then; zero means that it is
// not known.
func (w *world) wantPlace(owner account.ID, p place.ID, used time.Time) {
	w.Helper()
	got, found, err := w.Places.LastUse(w.ctx, owner, p)
	if err != nil || found != !used.IsZero() || !got.Equal(used) {
		w.Errorf("LastUse gave %v, %v, %v, want %v", got, found, err, used)
	}
}

func testPlaceNote(w *world) {
	a, b := w.account("Anna").ID, w.account("Bob").ID
	w.wantPlace(a, at(1), time.Time{})
	w.note(a, at(1), w.now)
	w.wantPlace(a, at(1), w.now)
	w.wantPlace(a, at(2), time.Time{})
	w.wantPlace(b, at(1), time.Time{})
	w.note(a, at(1), w.now.Add(-time.Hour)) // the clock went back
	w.wantPlace(a, at(1), w.now)
	w.note(a, at(1), w.now.Add(time.Hour))
	w.wantPlace(a, at(1), w.now.Add(time.Hour))
	w.note(b, at(1), w.now)
	w.wantPlace(b, at(1), w.now)
	w.wantPlace(a, at(1), w.now.Add(time.Hour))
}

func testPlaceKeep(w *world) {
	a := w.account("Anna").ID
	w.note(w.neighbour.ID, at(1), w.now)
	for i := range 5 {
		w.note(a, at(byte(i)), w.now.Add(time.Duration(i)*time.Second))
	}
	w.wantPlace(a, at(0), time.Time{})
	w.wantPlace(a, at(1), time.Time{})
	w.wantPlace(a, at(2), w.now.Add(2*time.Second))
	w.note(a, at(2), w.now.Add(10*time.Second))
	w.note(a, at(9), w.now.Add(11*time.Second))
	w.wantPlace(a, at(3), time.Time{})
	w.wantPlace(a, at(2), w.now.Add(10*time.Second))
	w.wantPlace(a, at(4), w.now.Add(4*time.Second))
	w.must(w.Places.Note(w.ctx, a, at(9), w.now, 1))
	w.wantPlace(a, at(9), w.now.Add(11*time.Second))
	w.wantPlace(a, at(2), time.Time{})
	w.wantPlace(w.neighbour.ID, at(1), w.now)
}

func testPlaceNobody(w *world) {
	w.refused(w.Places.Note(w.ctx, 999, at(1), w.now, 3), fail.NotFound)
	w.wantPlace(999, at(1), time.Time{})
}

func testPlaceDelete(w *world) {
	a := w.account("Anna").ID
	w.note(a, at(1), w.now)
	w.note(w.neighbour.ID, at(1), w.now)
	w.must(w.Lifecycle.Delete(w.ctx, a))
	w.wantPlace(a, at(1), time.Time{})
	w.wantPlace(w.neighbour.ID, at(1), w.now)
}

func testPlaceSweep(w *world) {
	a := w.account("Anna").ID
	for i := range 3 {
		w.note(a, at(byte(i)), w.now.Add(time.Duration(i)*time.Second))
	}
	sweep := func(then time.Time, limit, want int) {
		w.Helper()
		if n, err := w.Places.Sweep(w.ctx, then, limit); err != nil || n != want {
			w.Errorf("Sweep removed %d, %v, want %d", n, err, want)
		}
	}
	sweep(w.now.Add(-time.Microsecond), 9, 0)
	sweep(w.now, 0, 0)
	sweep(w.now, 9, 1)
	w.wantPlace(a, at(0), time.Time{})
	w.wantPlace(a, at(1), w.now.Add(time.Second))
	sweep(w.now.Add(time.Hour), 1, 1)
	sweep(w.now.Add(time.Hour), 9, 1)
	sweep(w.now.Add(time.Hour), 9, 0)
}

func testPlaceParallel(w *world) {
	a := w.account("Anna").ID
	parallel(16, func(i int) {
		if err := w.Places.Note(w.ctx, a, at(byte(i%4)), w.now.Add(time.Duration(i)*time.Second), 3); err != nil {
			w.Error(err)
		}
	})
	left := 0
	for i := range 4 {
		_, found, err := w.Places.LastUse(w.ctx, a, at(byte(i)))
		w.must(err)
		if found {
			left++
		}
	}
	if left != 3 {
		w.Errorf("%d places are known, want 3", left)
	}
	w.wantPlace(a, at(3), w.now.Add(15*time.Second))
}
