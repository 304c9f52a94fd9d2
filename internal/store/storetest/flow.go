package storetest

import (
	"bytes"
	"fmt"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
)

func flowTests() []test {
	return []test{
		{"Put and Get", testFlowPut},
		{"Take and Return", testFlowTake},
		{"what was begun anew is not overwritten", testFlowBegunAnew},
		{"Claim", testFlowClaim},
		{"Delete", testFlowDelete},
		{"Sweep", testFlowSweep},
		{"parallel Takes", testFlowTakeParallel},
		{"parallel Claims", testFlowClaimParallel},
		{"a restored backup has none", testFlowClean},
	}
}

// wantFlow fails unless the record holds data; nil means that there is none.
func (w *world) wantFlow(id flow.ID, now time.Time, data []byte) {
	w.Helper()
	got, found, err := w.Flows.Get(w.ctx, id, now)
	if err != nil || found != (data != nil) || !bytes.Equal(got, data) {
		w.Errorf("Get gave %q, %v, %v, want %q", got, found, err, data)
	}
}

func (w *world) putFlow(id flow.ID, data string) {
	w.Helper()
	w.must(w.Flows.Put(w.ctx, id, []byte(data), w.now.Add(time.Minute)))
}

func (w *world) takeFlow(id flow.ID, h flow.Holder, data string) {
	w.Helper()
	got, found, err := w.Flows.Take(w.ctx, id, h, w.now)
	if err != nil || found != (data != "") || string(got) != data {
		w.Errorf("Take gave %q, %v, %v, want %q", got, found, err, data)
	}
}

func (w *world) returnFlow(id flow.ID, h flow.Holder, data string, want bool) {
	w.Helper()
	back, err := w.Flows.Return(w.ctx, id, h, []byte(data), w.now.Add(time.Hour))
	if err != nil || back != want {
		w.Errorf("Return gave %v, %v, want %v", back, err, want)
	}
}

func testFlowPut(w *world) {
	a, b := flow.IDOf("a"), flow.IDOf("b")
	w.wantFlow(a, w.now, nil)
	data := []byte("\x00first\xff")
	w.must(w.Flows.Put(w.ctx, a, data, w.now.Add(time.Minute)))
	copy(data, "XXXXXXX")
	w.wantFlow(a, w.now, []byte("\x00first\xff"))
	w.wantFlow(a, w.now.Add(time.Minute-time.Microsecond), []byte("\x00first\xff"))
	w.wantFlow(a, w.now.Add(time.Minute), nil)
	w.wantFlow(b, w.now, nil)
	w.putFlow(a, "second")
	w.wantFlow(a, w.now, []byte("second"))
	large := bytes.Repeat([]byte("x"), 16<<10)
	w.must(w.Flows.Put(w.ctx, a, large, w.now.Add(time.Minute)))
	w.wantFlow(a, w.now, large)
}

func testFlowTake(w *world) {
	id, me, other := flow.IDOf("a"), flow.NewHolder(), flow.NewHolder()
	w.takeFlow(id, me, "")
	w.returnFlow(id, me, "nothing was there", false)
	w.putFlow(id, "first")
	w.takeFlow(id, me, "first")
	w.takeFlow(id, me, "")
	w.takeFlow(id, other, "")
	w.wantFlow(id, w.now, nil)
	w.returnFlow(id, other, "not mine", false)
	w.returnFlow(id, me, "second", true)
	w.returnFlow(id, me, "third", false) // held no more
	w.wantFlow(id, w.now.Add(time.Hour-time.Microsecond), []byte("second"))
	w.wantFlow(id, w.now.Add(time.Hour), nil)
	if _, found, err := w.Flows.Take(w.ctx, id, me, w.now.Add(time.Hour)); err != nil || found {
		w.Errorf("an expired record was taken: %v", err)
	}
}

func testFlowBegunAnew(w *world) {
	id, me := flow.IDOf("a"), flow.NewHolder()
	w.putFlow(id, "old")
	w.takeFlow(id, me, "old")
	w.putFlow(id, "new")
	w.returnFlow(id, me, "old", false)
	w.wantFlow(id, w.now, []byte("new"))
	w.takeFlow(id, me, "new")
	w.must(w.Flows.Delete(w.ctx, id))
	w.returnFlow(id, me, "old", false)
	w.wantFlow(id, w.now, nil)
}

func testFlowClaim(w *world) {
	claim := func(id flow.ID, now time.Time, want bool) {
		w.Helper()
		first, err := w.Flows.Claim(w.ctx, id, now.Add(time.Minute), now)
		if err != nil || first != want {
			w.Errorf("Claim gave %v, %v, want %v", first, err, want)
		}
	}
	a, b := flow.IDOf("a"), flow.IDOf("b")
	claim(a, w.now, true)
	claim(a, w.now, false)
	claim(b, w.now, true)
	claim(a, w.now.Add(-time.Hour), false) // the clock went back
	claim(a, w.now.Add(time.Minute-time.Microsecond), false)
	claim(a, w.now.Add(time.Minute), true)
	claim(a, w.now.Add(time.Minute), false)
}

func testFlowDelete(w *world) {
	id, me := flow.IDOf("a"), flow.NewHolder()
	w.must(w.Flows.Delete(w.ctx, id))
	w.putFlow(id, "x")
	w.putFlow(flow.IDOf("b"), "other")
	w.takeFlow(id, me, "x")
	w.must(w.Flows.Delete(w.ctx, id))
	w.must(w.Flows.Delete(w.ctx, id))
	w.wantFlow(id, w.now, nil)
	w.wantFlow(flow.IDOf("b"), w.now, []byte("other"))
}

func testFlowSweep(w *world) {
	for i := range 10 {
		id := flow.IDOf(fmt.Sprint(i))
		w.must(w.Flows.Put(w.ctx, id, []byte("x"), w.now.Add(time.Duration(i+1)*time.Second)))
	}
	w.takeFlow(flow.IDOf("0"), flow.NewHolder(), "x") // being held keeps nothing alive
	sweep := func(now time.Time, limit, want int) {
		w.Helper()
		n, err := w.Flows.Sweep(w.ctx, now, limit)
		if err != nil || n != want {
			w.Errorf("Sweep gave %d, %v, want %d", n, err, want)
		}
	}
	sweep(w.now, 100, 0)
	sweep(w.now.Add(time.Second), 100, 1)
	sweep(w.now.Add(5*time.Second), 0, 0)
	sweep(w.now.Add(5*time.Second), 3, 3)
	sweep(w.now.Add(5*time.Second), 100, 1)
	w.wantFlow(flow.IDOf("5"), w.now, []byte("x"))
}

func testFlowTakeParallel(w *world) {
	id := flow.IDOf("a")
	for range 5 {
		w.putFlow(id, "x")
		w.oneWins(20, "Take", func(int) (bool, error) {
			_, found, err := w.Flows.Take(w.ctx, id, flow.NewHolder(), w.now)
			return found, err
		})
	}
}

func testFlowClaimParallel(w *world) {
	for i := range 5 {
		id := flow.IDOf(fmt.Sprint(i))
		w.oneWins(20, "Claim", func(int) (bool, error) { return w.Flows.Claim(w.ctx, id, w.now.Add(time.Minute), w.now) })
	}
}

// What was under way when a backup was made goes on nowhere. It takes the
// neighbours' sessions along, which it makes anew.
func testFlowClean(w *world) {
	w.putFlow(flow.IDOf("a"), "x")
	_, err := w.Backups.Clean(w.ctx, 0)
	w.must(err)
	w.wantFlow(flow.IDOf("a"), w.now, nil)
	w.must(w.Sessions.Put(w.ctx, w.neighbourSession))
}
