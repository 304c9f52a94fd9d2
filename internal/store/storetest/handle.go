package storetest

import (
	"bytes"
	"fmt"
	"sync"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
)

func handleTests() []test {
	return []test{
		{"an account keeps its first handle", testHandle},
		{"of parallel handles one is kept", testHandleParallel},
	}
}

// wantHandle fails unless the account has the handle; empty means none.
func (w *world) wantHandle(id account.ID, handle string) {
	w.Helper()
	got, found, err := w.Handles.Handle(w.ctx, id)
	if err != nil || found != (handle != "") || string(got) != handle {
		w.Errorf("Handle gave %q, %v, %v, want %q", got, found, err, handle)
	}
}

// wantOwner fails unless the handle is the account's; 0 means nobody's.
func (w *world) wantOwner(handle string, id account.ID) {
	w.Helper()
	got, found, err := w.Handles.Owner(w.ctx, []byte(handle))
	if err != nil || found != (id != 0) || got != id {
		w.Errorf("Owner gave %d, %v, %v, want %d", got, found, err, id)
	}
}

func (w *world) keepHandle(id account.ID, handle, want string) {
	w.Helper()
	got, err := w.Handles.Keep(w.ctx, id, []byte(handle))
	if err != nil || string(got) != want {
		w.Errorf("Keep gave %q, %v, want %q", got, err, want)
	}
}

func testHandle(w *world) {
	a, b := w.account("Anna"), w.account("Bert")
	w.wantHandle(a.ID, "")
	w.wantOwner("\x00first\xff", 0)
	w.keepHandle(a.ID, "\x00first\xff", "\x00first\xff")
	w.keepHandle(a.ID, "\x00first\xff", "\x00first\xff")
	w.keepHandle(a.ID, "second", "\x00first\xff")
	w.wantHandle(a.ID, "\x00first\xff")
	w.wantOwner("\x00first\xff", a.ID)
	w.wantOwner("second", 0)
	w.wantOwner("", 0)

	w.wantHandle(b.ID, "")
	_, err := w.Handles.Keep(w.ctx, b.ID, []byte("\x00first\xff"))
	w.refused(err, fail.Conflict)
	w.wantHandle(b.ID, "")
	w.keepHandle(b.ID, "second", "second")
	if _, err := w.Handles.Keep(w.ctx, 9999, []byte("third")); err == nil {
		w.Error("nobody has a handle")
	} else {
		w.refused(err, fail.NotFound)
	}
	w.wantOwner("third", 0)

	w.must(w.Lifecycle.Rename(w.ctx, a.ID, name("Anne")))
	w.wantOwner("\x00first\xff", a.ID)
	w.must(w.Lifecycle.Delete(w.ctx, a.ID))
	w.wantHandle(a.ID, "")
	w.wantOwner("\x00first\xff", 0)
	w.wantOwner("second", b.ID)
}

func testHandleParallel(w *world) {
	a := w.account("Anna")
	var (
		all  sync.WaitGroup
		mu   sync.Mutex
		seen [][]byte
	)
	for i := range 8 {
		all.Go(func() {
			kept, err := w.Handles.Keep(w.ctx, a.ID, fmt.Appendf(nil, "handle %d", i))
			if err != nil {
				w.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			seen = append(seen, kept)
		})
	}
	all.Wait()
	for _, kept := range seen {
		if !bytes.Equal(kept, seen[0]) || len(kept) == 0 {
			w.Errorf("the account has both %q and %q", kept, seen[0])
		}
	}
	w.wantHandle(a.ID, string(seen[0]))
}
