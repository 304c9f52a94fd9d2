package botpassword

import (
	"context"
	"errors"
	"net/netip"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/account"
)

// Uses remembers when bot passwords were last used, so that a request costs no
// write: Flush writes the last use of each in a batch. It is safe for
// concurrent use.
type Uses struct {
	Store Store

	mu   sync.Mutex
	last map[useKey]Use
}

type useKey struct {
	owner account.ID
	app   string
}

// maxUses is how many bot passwords are remembered between two batches. The
// uses of more than that are forgotten.
const maxUses = 1 << 16

// useBatch is how many are written in one change.
const useBatch = 500

// Note remembers a use.
func (u *Uses) Note(owner account.ID, app string, at time.Time, address netip.Addr) {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.note(useKey{owner, app}, Use{At: at, Address: address})
}

// note keeps the later of two uses. The caller holds the lock.
func (u *Uses) note(key useKey, use Use) {
	if u.last == nil {
		u.last = map[useKey]Use{}
	}
	old, known := u.last[key]
	if known && !use.At.After(old.At) || !known && len(u.last) >= maxUses {
		return
	}
	u.last[key] = use
}

// Flush writes what was noted since the last time. What could not be written is
// kept for the next time.
func (u *Uses) Flush(ctx context.Context) error {
	u.mu.Lock()
	taken := u.last
	u.last = nil
	u.mu.Unlock()
	var errs []error
	batch := make([]Noted, 0, min(len(taken), useBatch))
	write := func() {
		if err := u.Store.NoteUses(ctx, batch); err != nil {
			errs = append(errs, err)
			u.keep(batch)
		}
		batch = batch[:0]
	}
	for key, use := range taken {
		batch = append(batch, Noted{Owner: key.owner, App: key.app, Use: use})
		if len(batch) == useBatch {
			write()
		}
	}
	if len(batch) > 0 {
		write()
	}
	return errors.Join(errs...)
}

// keep takes back what could not be written.
func (u *Uses) keep(batch []Noted) {
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, n := range batch {
		u.note(useKey{n.Owner, n.App}, n.Use)
	}
}
