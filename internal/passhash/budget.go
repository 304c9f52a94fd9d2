package passhash

import (
	"context"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

// Budget bounds the memory of all slow hashes that run at once, and how many
// may wait for their turn. It is safe for concurrent use.
type Budget struct {
	mu      sync.Mutex
	free    int64
	size    int64
	turns   int       // hashes that may still begin
	queue   []*waiter // first come, first served
	waiting int
	stats   Stats
}

type waiter struct {
	need  int64
	since time.Time // of the monotonic clock
	ready chan struct{}
}

// Stats is what has become of slow hashes so far.
type Stats struct {
	Taken   uint64        // hashes that got their memory
	Refused uint64        // hashes for which the queue had no place
	Waiting int           // callers in the queue now
	Waited  time.Duration // by all that have left the queue, added up
	InUse   int64         // bytes that are taken now
	Size    int64         // bytes that may be taken
}

// Stats costs nanoseconds.
func (b *Budget) Stats() Stats {
	b.mu.Lock()
	defer b.mu.Unlock()
	s := b.stats
	s.Waiting, s.InUse, s.Size = len(b.queue), b.size-b.free, b.size
	return s
}

// NewBudget allows parallel hashes of together size bytes at once, and waiting
// callers beyond them. More hashes at once than there are processors take
// memory and make everybody else wait longer, and end no sooner.
func NewBudget(size int64, waiting, parallel int) *Budget {
	return &Budget{free: size, size: size, waiting: waiting, turns: parallel}
}

// acquire waits for need bytes, or for all there are if need is more. The
// caller must call release.
func (b *Budget) acquire(ctx context.Context, need int64) (release func(), err error) {
	need = min(need, b.size)
	release = func() { b.put(need) }
	b.mu.Lock()
	if len(b.queue) == 0 && b.fits(need) {
		b.take(need)
		b.mu.Unlock()
		return release, nil
	}
	if len(b.queue) >= b.waiting {
		b.stats.Refused++
		b.mu.Unlock()
		return nil, fail.New(fail.Busy, "too many logins wait for their password check; try again in a few seconds")
	}
	w := &waiter{need: need, since: time.Now(), ready: make(chan struct{})}
	b.queue = append(b.queue, w)
	b.mu.Unlock()
	select {
	case <-w.ready:
		return release, nil
	case <-ctx.Done():
		b.leave(w)
		return nil, ctx.Err()
	}
}

// leave takes a waiter out of the queue, or gives back what it has just got.
func (b *Budget) leave(w *waiter) {
	b.mu.Lock()
	for i, q := range b.queue {
		if q == w {
			b.queue = append(b.queue[:i], b.queue[i+1:]...)
			b.stats.Waited += time.Since(w.since)
			b.serve() // the next one may fit
			b.mu.Unlock()
			return
		}
	}
	b.mu.Unlock()
	b.put(w.need)
}

// put gives back a turn and its memory.
func (b *Budget) put(n int64) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.free += n
	b.turns++
	b.serve()
}

// The callers of the following hold the lock.

func (b *Budget) fits(need int64) bool { return b.turns > 0 && b.free >= need }

func (b *Budget) take(need int64) {
	b.turns--
	b.free -= need
	b.stats.Taken++
}

// serve lets those begin whose turn it is.
func (b *Budget) serve() {
	for len(b.queue) > 0 && b.fits(b.queue[0].need) {
		w := b.queue[0]
		b.queue = b.queue[1:]
		b.take(w.need)
		b.stats.Waited += time.Since(w.since)
		close(w.ready)
	}
}
