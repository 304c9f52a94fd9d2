package session

import (
	"context"
	"sync"
	"sync/atomic"

	"github.com/wikigate/wikigate/internal/keyring"
)

// KeyUse counts the live sessions that would end without a key, by key. A
// session can need two: that of its tokens, and the one its record is sealed
// with.
func (a *Admin) KeyUse(ctx context.Context) (map[keyring.KeyID]int, error) {
	rows, err := a.stored(ctx)
	use := map[keyring.KeyID]int{}
	for _, row := range rows {
		for _, id := range a.Manager.keysOf(row) {
			use[id]++
		}
	}
	return use, err
}

// EndKey ends the sessions that KeyUse counts for a key, and says how many.
func (a *Admin) EndKey(ctx context.Context, id keyring.KeyID) (int, error) {
	rows, err := a.stored(ctx)
	if err != nil {
		return 0, err
	}
	var doomed []Row
	for _, row := range rows {
		for _, other := range a.Manager.keysOf(row) {
			if other == id {
				doomed = append(doomed, row)
			}
		}
	}
	return a.endAll(ctx, doomed)
}

// enders is how many sessions are ended at a time, since the store writes what
// comes together at once.
const enders = 64

func (a *Admin) endAll(ctx context.Context, rows []Row) (int, error) {
	var (
		ended, next atomic.Int64
		done        sync.WaitGroup
		failed      = make(chan error, enders)
	)
	for range min(enders, len(rows)) {
		done.Go(func() {
			for i := next.Add(1) - 1; i < int64(len(rows)); i = next.Add(1) - 1 {
				deleted, err := a.Manager.deps.Store.Delete(ctx, rows[i].ID)
				if err != nil {
					failed <- err
					return
				}
				a.Manager.cache.remove(rows[i].ID)
				if deleted {
					ended.Add(1)
				}
			}
		})
	}
	done.Wait()
	close(failed)
	return int(ended.Load()), <-failed
}

// stored are the live sessions of accounts.
func (a *Admin) stored(ctx context.Context) ([]Row, error) {
	rows, err := a.Manager.deps.Store.List(ctx, Filter{}, a.Clock.Now())
	live := rows[:0]
	for _, row := range rows {
		if row.Kind != KindSpent {
			live = append(live, row)
		}
	}
	return live, err
}

// keysOf are the keys that a session needs; none when it is of no use already.
func (m *Manager) keysOf(row Row) []keyring.KeyID {
	l := m.open(row, Owner{})
	if l == nil {
		return nil
	}
	sealedWith := keyring.SealedWith(row.Data)
	if sealedWith == l.rec.key {
		return []keyring.KeyID{sealedWith}
	}
	return []keyring.KeyID{sealedWith, l.rec.key}
}
