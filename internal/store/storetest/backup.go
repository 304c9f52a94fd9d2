package storetest

import (
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/twofactor"
)

func backupTests() []test {
	return []test{
		{"a restored database lets no old session in", testClean},
		{"one without sessions is recorded too", testCleanNothing},
	}
}

func testClean(w *world) {
	a := w.account("Anna")
	b := w.bot(a.ID, "app")
	rows := []session.Row{
		w.put("one", a.ID), w.session("two", session.KindBot, a.ID, "app"),
		w.session("expired", session.KindUser, a.ID, ""), w.session("spent", session.KindSpent, 0, ""),
	}
	rows[2].Expires = w.now.Add(-1)
	for _, r := range rows[1:] {
		w.must(w.Sessions.Put(w.ctx, r))
	}
	w.must(w.Credentials.SetTemporary(w.ctx, a.ID, "temporary", w.now))
	d := w.enrol(a.ID, "one", code(1, "x"))
	before, _ := w.generation()
	n, err := w.Backups.Clean(w.ctx, 50, audit.Now(w.ctx, w.now, audit.Restore))
	w.must(err)
	if n != 4 { // the neighbour's among them
		w.Errorf("%d sessions were removed, want 4", n)
	}
	for _, r := range append(rows, w.neighbourSession) {
		w.get(r.ID, w.now.Add(-2), false)
	}
	if after, ok := w.generation(); ok && after <= before {
		w.Errorf("the generation went from %d to %d", before, after)
	}
	w.password("Anna", credential.Row{Account: w.withToken(a.ID, a.Token), Hash: "hash of Anna"})
	w.state(a.ID, twofactor.State{Devices: []twofactor.Device{d}, Codes: []twofactor.CodeHash{code(1, "x")}, Counter: 50})
	w.use(a.ID, d.ID, 50, false)
	w.state(w.neighbour.ID, twofactor.State{})
	w.findBot(a, b)
	w.restored(4)
	w.must(w.Sessions.Put(w.ctx, w.neighbourSession))
}

func testCleanNothing(w *world) {
	for _, want := range []int64{1, 0} {
		n, err := w.Backups.Clean(w.ctx, 0, audit.Now(w.ctx, w.now, audit.Restore))
		w.must(err)
		if int64(n) != want {
			w.Errorf("%d sessions were removed, want %d", n, want)
		}
		w.restored(want)
	}
	w.must(w.Sessions.Put(w.ctx, w.neighbourSession))
}

// restored demands that the newest event tells of n sessions.
func (w *world) restored(n int64) {
	w.Helper()
	rows, err := w.Audit.List(w.ctx, audit.Filter{Limit: 1})
	w.must(err)
	if len(rows) != 1 || rows[0].Kind != audit.Restore || rows[0].Count != n {
		w.Errorf("the newest event is %+v, want a restore with %d sessions", rows, n)
	}
}
