package observe

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// Readiness says whether the server can do its work: whether a write to the
// store ends in time. It is safe for concurrent use.
type Readiness struct {
	// Probe writes something. It may outlive its context.
	Probe func(ctx context.Context) error
	// Deadline is how long a probe may take.
	Deadline time.Duration

	stopping atomic.Bool
	mu       sync.Mutex
	under    *probe // one is under way
}

// probe is one write and how it ended.
type probe struct {
	done chan struct{} // closed at the end
	err  error
}

// errStopping is the answer of a server that was told to stop.
var errStopping = errors.New("the server was told to stop and finishes what has begun")

// errSlow is the answer while a write takes too long.
var errSlow = errors.New("a write to the store does not end in time")

// Stop makes the server unready for good.
func (r *Readiness) Stop() { r.stopping.Store(true) }

// Check is nil when the server is ready. It returns within the deadline,
// whatever the store does. Callers that come while a probe is under way share
// it, so that a store that hangs is not asked over and over.
func (r *Readiness) Check(ctx context.Context) error {
	if r.stopping.Load() {
		return errStopping
	}
	return r.wait(ctx)
}

// Answers reports whether the store answers at all within the deadline, be it
// by refusing: a full disk is not helped by a restart, a wedged store may be.
func (r *Readiness) Answers(ctx context.Context) bool {
	return !errors.Is(r.wait(ctx), errSlow)
}

func (r *Readiness) wait(ctx context.Context) error {
	p := r.join()
	timer := time.NewTimer(r.Deadline)
	defer timer.Stop()
	select {
	case <-p.done:
		if errors.Is(p.err, context.DeadlineExceeded) {
			return errSlow
		}
		return p.err
	case <-timer.C:
		return errSlow
	case <-ctx.Done():
		return ctx.Err()
	}
}

// join begins a probe, or gives the one that is under way.
func (r *Readiness) join() *probe {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.under != nil {
		return r.under
	}
	p := &probe{done: make(chan struct{})}
	r.under = p
	go func() {
		// Nobody's context: others may have joined.
		ctx, cancel := context.WithTimeout(context.Background(), r.Deadline)
		defer cancel()
		p.err = r.Probe(ctx)
		r.mu.Lock()
		r.under = nil
		r.mu.Unlock()
		close(p.done)
	}()
	return p
}
