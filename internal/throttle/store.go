package throttle

import (
	"context"
	"time"
)

// Bucket is one counter that an attempt must pass.
type Bucket struct {
	// Key names the counter; it holds no secret and is at most 64 bytes.
	Key string
	// Limit is the number of attempts that pass in one Period.
	Limit int
	// Period is the length of the window, which starts with the first attempt
	// and does not slide.
	Period time.Duration
}

// Store keeps counters. Implementations are safe for concurrent use.
type Store interface {
	// Take looks at the buckets in order, in one atomic step. A bucket that
	// holds Limit attempts in its window refuses: Take stops there and returns
	// its index; that bucket and later ones are not counted, earlier ones are.
	// When all pass each is counted once and refused is -1. Of any number of
	// parallel callers exactly Limit pass. A window that started in the future
	// of now (the clock went back) still holds. A window keeps the Period it
	// began with; Limit is the caller's.
	Take(ctx context.Context, buckets []Bucket, now time.Time) (refused int, err error)
	// Settle forgets the counters named in forget, and takes one attempt off each
	// of those named in giveBack that has any; their windows go on. It is in
	// force for every Take that starts after Settle has returned; it need not
	// survive a crash.
	Settle(ctx context.Context, forget, giveBack []string) error
	// Look gives how many attempts each of the buckets holds in its window at
	// now, in their order and without counting anything; limits and periods do
	// not matter. A Settle that has just returned may not be seen before
	// another change has been made.
	Look(ctx context.Context, buckets []Bucket, now time.Time) (taken []int, err error)
	// Sweep removes at most limit counters whose windows have ended.
	Sweep(ctx context.Context, now time.Time, limit int) (removed int, err error)
}
