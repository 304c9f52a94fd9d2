package storetest

import (
	"reflect"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/twofactor"
)

func testFactorKeys(w *world) {
	a, b := w.account("Anna"), w.account("Bob")
	w.enrol(a.ID, "one", code(2, "one"), code(2, "two"))
	w.enrol(a.ID, "two")
	d := w.device(b.ID, "other")
	d.Data = []byte("\x02x")
	w.add(twofactor.Addition{Device: d}, true)
	d = w.device(b.ID, "open")
	d.Data = nil
	w.add(twofactor.Addition{Device: d}, true)
	got, err := w.FactorKeys.KeyUse(w.ctx)
	w.must(err)
	if want := (map[keyring.KeyID]int{1: 1, 2: 2}); !reflect.DeepEqual(got, want) {
		w.Errorf("got %v, want %v", got, want)
	}
}

// Each change is recorded, and what has changed nothing is not.
func testFactorEvents(w *world) {
	a := w.account("Anna")
	d := w.device(a.ID, "one")
	next := d
	next.Data = []byte("\x01next")
	c := []twofactor.CodeHash{code(1, "x")}
	event := audit.Now(w.ctx, w.now, audit.FactorAdd)
	steps := []struct {
		name string
		make func() error
		want int // events
	}{
		{"Add", func() error {
			_, err := w.SecondFactors.Add(w.ctx, twofactor.Addition{Device: d, Counter: 3}, event, event)
			return err
		}, 2},
		{"Add, used code", func() error {
			_, err := w.SecondFactors.Add(w.ctx, twofactor.Addition{Device: w.device(a.ID, "two"), Counter: 3}, event)
			return err
		}, 0},
		{"UseCounter", func() error { _, err := w.SecondFactors.UseCounter(w.ctx, a.ID, d.ID, 4, w.now, event); return err }, 1},
		{"UseCounter again", func() error { _, err := w.SecondFactors.UseCounter(w.ctx, a.ID, d.ID, 4, w.now, event); return err }, 0},
		{"ReplaceCodes", func() error { return w.SecondFactors.ReplaceCodes(w.ctx, a.ID, c, event) }, 1},
		{"UseCode", func() error { _, _, err := w.SecondFactors.UseCode(w.ctx, a.ID, c[0], event); return err }, 1},
		{"UseCode again", func() error { _, _, err := w.SecondFactors.UseCode(w.ctx, a.ID, c[0], event); return err }, 0},
		{"Update", func() error { _, err := w.SecondFactors.Update(w.ctx, d.Data, next, event); return err }, 1},
		{"Update again", func() error { _, err := w.SecondFactors.Update(w.ctx, d.Data, next, event); return err }, 0},
		{"Remove", func() error { _, err := w.SecondFactors.Remove(w.ctx, a.ID, d.ID, event); return err }, 1},
		{"Remove again", func() error { _, err := w.SecondFactors.Remove(w.ctx, a.ID, d.ID, event); return err }, 0},
		{"Reset of nothing", func() error { _, err := w.SecondFactors.Reset(w.ctx, a.ID, event); return err }, 0},
		{"Add once more", func() error { _, err := w.SecondFactors.Add(w.ctx, twofactor.Addition{Device: d}, event); return err }, 1},
		{"Reset", func() error { _, err := w.SecondFactors.Reset(w.ctx, a.ID, event); return err }, 1},
	}
	for _, s := range steps {
		before, err := w.Audit.Head(w.ctx)
		w.must(err)
		w.must(s.make())
		after, err := w.Audit.Head(w.ctx)
		w.must(err)
		if n := int(after.Last - before.Last); n != s.want {
			w.Errorf("%s: %d events were kept, want %d", s.name, n, s.want)
		}
	}
}
