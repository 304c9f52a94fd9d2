package storetest

import (
	"bytes"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/session"
)

func sessionTests() []test {
	return []test{
		{"Put and Get", testSessionPut},
		{"expiry is exact", testSessionExpiry},
		{"Update", testSessionUpdate},
		{"Update never revives", testSessionNoRevival},
		{"Rotate", testSessionRotate},
		{"parallel Rotate", testSessionParallelRotate},
		{"Delete", testSessionDelete},
		{"DeleteOwner", testSessionDeleteOwner},
		{"List", testSessionList},
		{"Sweep", testSessionSweep},
		{"parallel Put", testSessionParallelPut},
	}
}

func testSessionPut(w *world) {
	a := w.account("Anna")
	odd := w.session("odd", session.KindUser, a.ID, "")
	odd.Data = []byte{0, 255, '\'', 0, '\n'}
	long := w.session("long", session.KindUser, a.ID, "")
	long.Data = bytes.Repeat([]byte("0123456789abcdef"), 4096)
	empty := w.session("empty", session.KindUser, a.ID, "")
	empty.Data = nil
	spent := session.Row{ID: session.HashID("spent"), Kind: session.KindSpent, Expires: w.now.Add(time.Hour)}
	stray := w.session("stray", session.KindBot, a.ID+1, "app")
	for _, r := range []session.Row{odd, long, empty, spent, stray} {
		given := r
		given.Data = bytes.Clone(r.Data)
		w.must(w.Sessions.Put(w.ctx, given))
		clear(given.Data)
		for range 2 {
			got, _ := w.get(r.ID, w.now, true)
			if !reflect.DeepEqual(got, r) {
				w.Errorf("Get gave %v, want %v", got, r)
			}
			clear(got.Data)
		}
	}
	replaced := w.session("odd", session.KindBot, w.neighbour.ID, "app")
	replaced.Created = w.now.Add(time.Minute)
	w.must(w.Sessions.Put(w.ctx, replaced))
	if got, _ := w.get(odd.ID, w.now, true); !reflect.DeepEqual(got, replaced) {
		w.Errorf("after a second Put, Get gave %v, want %v", got, replaced)
	}
	w.get(session.HashID("other"), w.now, false)
	w.get(session.ID{}, w.now, false)
}

func testSessionExpiry(w *world) {
	r := w.put("a", w.neighbour.ID)
	end := r.Expires
	w.get(r.ID, end.Add(-1), true)
	w.get(r.ID, end, false)
	w.get(r.ID, end.AddDate(50, 0, 0), false)
	w.get(r.ID, w.now.AddDate(-30, 0, 0), true) // the clock went back
	w.get(r.ID, w.now, true)

	r.Expires = w.now.Add(time.Minute + 999) // kept as w.now + 1 minute
	w.must(w.Sessions.Put(w.ctx, r))
	w.get(r.ID, w.now.Add(time.Minute-1), true)
	w.get(r.ID, w.now.Add(time.Minute), false)

	r.Expires = time.Unix(0, 0) // must not turn into never
	w.must(w.Sessions.Put(w.ctx, r))
	w.get(r.ID, w.now, false)

	r.Expires = time.Time{} // never
	w.must(w.Sessions.Put(w.ctx, r))
	w.get(r.ID, w.now.AddDate(500, 0, 0), true)
}

func testSessionUpdate(w *world) {
	r := w.put("a", w.neighbour.ID)
	r.Data, r.Expires = []byte("new"), w.now.Add(2*time.Hour)
	for range 2 {
		found, err := w.Sessions.Update(w.ctx, r)
		if err != nil || !found {
			w.Fatalf("Update gave %v, %v", found, err)
		}
	}
	if got, _ := w.get(r.ID, w.now, true); !reflect.DeepEqual(got, r) {
		w.Errorf("got %v, want %v", got, r)
	}
	missing := w.session("b", session.KindUser, w.neighbour.ID, "")
	if found, err := w.Sessions.Update(w.ctx, missing); err != nil || found {
		w.Errorf("Update of a missing row gave %v, %v", found, err)
	}
	w.get(missing.ID, w.now, false)
}

func testSessionNoRevival(w *world) {
	r := w.put("a", w.neighbour.ID)
	parallel(20, func(i int) {
		var err error
		if i == 7 {
			_, err = w.Sessions.Delete(w.ctx, r.ID)
		} else {
			_, err = w.Sessions.Update(w.ctx, r)
		}
		if err != nil {
			w.Error(err)
		}
	})
	w.get(r.ID, w.now, false)
}

func testSessionRotate(w *world) {
	old := w.put("old", w.neighbour.ID)
	next := w.session("next", session.KindUser, w.neighbour.ID, "")
	spent := session.Row{ID: session.HashID("spent"), Kind: session.KindSpent, Created: w.now, Expires: w.now.Add(time.Hour)}
	w.must(w.Sessions.Rotate(w.ctx, old.ID, next, []session.Row{spent}))
	w.get(old.ID, w.now, false)
	for _, r := range []session.Row{next, spent} {
		if got, _ := w.get(r.ID, w.now, true); !reflect.DeepEqual(got, r) {
			w.Errorf("got %v, want %v", got, r)
		}
	}

	w.must(w.Sessions.Rotate(w.ctx, session.HashID("missing"), next, []session.Row{spent, old}))
	w.get(next.ID, w.now, true)
	w.get(spent.ID, w.now, true)
	w.get(old.ID, w.now, true)

	// What is removed may be written anew in the same step.
	w.must(w.Sessions.Rotate(w.ctx, next.ID, next, nil))
	w.get(next.ID, w.now, true)
	w.must(w.Sessions.Rotate(w.ctx, spent.ID, old, []session.Row{spent}))
	w.get(spent.ID, w.now, true)
}

func testSessionParallelRotate(w *world) {
	old := w.put("old", w.neighbour.ID)
	next := make([]session.Row, 50)
	parallel(len(next), func(i int) {
		next[i] = w.session(fmt.Sprint("next", i), session.KindUser, w.neighbour.ID, "")
		spent := session.Row{ID: session.HashID("spent"), Kind: session.KindSpent, Expires: w.now.Add(time.Hour)}
		if err := w.Sessions.Rotate(w.ctx, old.ID, next[i], []session.Row{spent}); err != nil {
			w.Error(err)
		}
	})
	w.get(old.ID, w.now, false)
	w.get(session.HashID("spent"), w.now, true)
	for _, r := range next {
		if got, _ := w.get(r.ID, w.now, true); !reflect.DeepEqual(got, r) {
			w.Errorf("got %v, want %v", got, r)
		}
	}
}

func testSessionDelete(w *world) {
	r := w.put("a", w.neighbour.ID)
	for _, want := range []bool{true, false, false} {
		deleted, err := w.Sessions.Delete(w.ctx, r.ID)
		if err != nil || deleted != want {
			w.Errorf("Delete gave %v, %v, want %v", deleted, err, want)
		}
		w.get(r.ID, w.now, false)
	}
	r = w.put("b", w.neighbour.ID)
	w.oneWins(20, "Delete", func(int) (bool, error) { return w.Sessions.Delete(w.ctx, r.ID) })
}

func testSessionDeleteOwner(w *world) {
	a, b := w.account("Anna"), w.account("Bob")
	fill := func() {
		for i, app := range []string{"", "", "app", "App", "app "} {
			for _, owner := range []string{"a", "b"} {
				r := w.session(fmt.Sprint(owner, i), session.KindBot, a.ID, app)
				if owner == "b" {
					r.Owner = b.ID
				}
				w.must(w.Sessions.Put(w.ctx, r))
			}
		}
		spent := session.Row{ID: session.HashID("spent"), Kind: session.KindSpent, Expires: w.now.Add(time.Hour)}
		w.must(w.Sessions.Put(w.ctx, spent))
	}
	count := func(step string, owner account.ID, app string, want int) {
		w.Helper()
		n, err := w.Sessions.DeleteOwner(w.ctx, owner, app)
		if err != nil || n != want {
			w.Errorf("%s: DeleteOwner gave %d, %v, want %d", step, n, err, want)
		}
	}
	fill()
	count("one app", a.ID, "app", 1)
	count("again", a.ID, "app", 0)
	count("no such app", a.ID, "ap", 0)
	count("the rest", a.ID, "", 4)
	count("again", a.ID, "", 0)
	count("no such account", b.ID+1, "", 0)
	count("nobody", 0, "", 0)
	w.get(session.HashID("spent"), w.now, true)
	for i := range 5 {
		w.get(session.HashID(fmt.Sprint("a", i)), w.now, false)
		w.get(session.HashID(fmt.Sprint("b", i)), w.now, true)
	}
}

func testSessionList(w *world) {
	a := w.account("Anna")
	row := func(i int, app string, age, left time.Duration) {
		r := w.session(fmt.Sprint(i), session.KindBot, a.ID, app)
		r.Created, r.Expires, r.Data = w.now.Add(-age), w.now.Add(left), []byte(fmt.Sprint(i))
		w.must(w.Sessions.Put(w.ctx, r))
	}
	row(0, "x", 3*time.Hour, time.Hour)
	row(1, "y", time.Hour, time.Hour)
	row(2, "x", 2*time.Hour, 2*time.Hour)
	row(3, "x", 4*time.Hour, 0)
	row(4, "", 5*time.Hour, time.Microsecond)
	check := func(f session.Filter, now time.Time, want ...string) {
		w.Helper()
		list, err := w.Sessions.List(w.ctx, f, now)
		w.must(err)
		var got []string
		for _, r := range list {
			got = append(got, string(r.Data))
		}
		if !slices.Equal(got, want) {
			w.Errorf("List(%+v) gave %q, want %q", f, got, want)
		}
	}
	check(session.Filter{Owner: a.ID}, w.now, "1", "2", "0", "4")
	check(session.Filter{Owner: a.ID}, w.now.Add(-1), "1", "2", "0", "3", "4")
	check(session.Filter{Owner: a.ID}, w.now.Add(time.Hour), "2")
	check(session.Filter{Owner: a.ID, Limit: 2}, w.now, "1", "2")
	check(session.Filter{Owner: a.ID, App: "x"}, w.now, "2", "0")
	check(session.Filter{App: "x", Limit: 1}, w.now, "2")
	check(session.Filter{App: "app"}, w.now, "sealed neighbour")
	check(session.Filter{}, w.now, "sealed neighbour", "1", "2", "0", "4")
	check(session.Filter{Owner: a.ID + 1}, w.now)
}

func testSessionSweep(w *world) {
	for i := range 10 {
		r := w.session(fmt.Sprint(i), session.KindUser, w.neighbour.ID, "")
		r.Expires = w.now.Add(time.Duration(i) * time.Second)
		w.must(w.Sessions.Put(w.ctx, r))
	}
	never := w.session("never", session.KindUser, w.neighbour.ID, "")
	never.Expires = time.Time{}
	w.must(w.Sessions.Put(w.ctx, never))
	sweep := func(now time.Time, limit, want int) {
		w.Helper()
		n, err := w.Sessions.Sweep(w.ctx, now, limit)
		if err != nil || n != want {
			w.Errorf("Sweep gave %d, %v, want %d", n, err, want)
		}
	}
	sweep(w.now.Add(-time.Hour), 100, 0)
	sweep(w.now.Add(-1), 100, 0)
	sweep(w.now, 100, 1) // what ends now has ended
	sweep(w.now, 100, 0)
	sweep(w.now.Add(5*time.Second), 0, 0)
	sweep(w.now.Add(5*time.Second), 2, 2)
	sweep(w.now.Add(5*time.Second), 100, 3)
	for i := range 10 {
		w.get(session.HashID(fmt.Sprint(i)), w.now.Add(-time.Hour), i > 5)
	}
	sweep(w.now.AddDate(50, 0, 0), 100, 4)
	w.get(never.ID, w.now.AddDate(50, 0, 0), true)
}

func testSessionParallelPut(w *world) {
	parallel(100, func(i int) {
		r := w.session(fmt.Sprint(i%10), session.KindUser, w.neighbour.ID, "")
		r.Data = []byte(fmt.Sprint(i))
		if err := w.Sessions.Put(w.ctx, r); err != nil {
			w.Error(err)
		}
		// A caller reads what it or a later writer has written.
		if _, _, found, err := w.Sessions.Get(w.ctx, r.ID, w.now); err != nil || !found {
			w.Errorf("Get after Put: %v, %v", found, err)
		}
	})
}
