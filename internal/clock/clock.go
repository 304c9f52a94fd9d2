// Package clock is the only source of time for rules that depend on it.
//
// It owns the Clock interface, the system's clock and a settable one for
// tests. It does not own timers: what must happen later is decided by comparing
// stored times with Now.
package clock

import (
	"sync"
	"time"
)

// Clock tells the time. Implementations are safe for concurrent use.
type Clock interface {
	// Now is the present time in UTC.
	Now() time.Time
}

// System is the machine's clock.
type System struct{}

// Now implements Clock.
func (System) Now() time.Time { return time.Now().UTC() }

// Settable is a clock that stands still until it is moved.
type Settable struct {
	mu  sync.Mutex
	now time.Time
}

// NewSettable returns a clock that stands at t.
func NewSettable(t time.Time) *Settable { return &Settable{now: t.UTC()} }

// Now implements Clock.
func (c *Settable) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Set moves the clock to t, forwards or backwards.
func (c *Settable) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t.UTC()
}

// Advance moves the clock by d, which may be negative.
func (c *Settable) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
