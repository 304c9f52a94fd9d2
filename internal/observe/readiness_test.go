package observe

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestReadiness(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		full := errors.New("the disk is full")
		var outcome error
		r := &Readiness{Deadline: time.Second, Probe: func(context.Context) error { return outcome }}
		if err := r.Check(t.Context()); err != nil {
			t.Errorf("a store that works: %v", err)
		}
		outcome = full
		if err := r.Check(t.Context()); !errors.Is(err, full) || !r.Answers(t.Context()) {
			t.Errorf("a store that refuses: %v; it answers nevertheless", err)
		}
		outcome = nil
		r.Stop()
		if err := r.Check(t.Context()); !errors.Is(err, errStopping) {
			t.Errorf("a server that stops: %v", err)
		}
	})
}

// A store that hangs and does not even notice the deadline is asked once, by
// all who want to know, and each of them gets an answer in time.
func TestReadinessOfAStoreThatHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var probes atomic.Int32
		free := make(chan struct{})
		r := &Readiness{Deadline: time.Second, Probe: func(context.Context) error { probes.Add(1); <-free; return nil }}
		start := time.Now()
		for range 5 {
			go func() {
				if err := r.Check(t.Context()); !errors.Is(err, errSlow) || time.Since(start) != time.Second {
					t.Errorf("%v after %v", err, time.Since(start))
				}
			}()
		}
		time.Sleep(2 * time.Second)
		if r.Answers(t.Context()) || probes.Load() != 1 {
			t.Errorf("%d probes", probes.Load())
		}
		close(free)
		synctest.Wait()
		if err := r.Check(t.Context()); err != nil {
			t.Errorf("a store that works again: %v", err)
		}
	})
}
