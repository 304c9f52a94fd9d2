package throttle

import (
	"context"
	"math"
	"net/netip"
)

// Tally is a count of what has gone wrong, which decides something else than
// whether an attempt may be made: who has to solve a riddle, for instance. It is
// full when one of its windows is.
type Tally struct {
	Kind    Kind
	Name    string     // that is counted; empty: whatever the name
	Address netip.Addr // that is counted; zero: whatever the address
	Windows []Window   // empty: it never fills
}

// Full reports for each tally, in one look and without counting, whether it is
// full.
func (t *Throttle) Full(ctx context.Context, tallies ...Tally) ([]bool, error) {
	full := make([]bool, len(tallies))
	all := bucketsOf(tallies)
	if len(all) == 0 {
		return full, nil
	}
	taken, err := t.Store.Look(ctx, all, t.Clock.Now())
	if err != nil {
		return nil, err
	}
	next := 0
	for i, y := range tallies {
		for range y.Windows {
			full[i] = full[i] || taken[next] >= all[next].Limit
			next++
		}
	}
	return full, nil
}

// Add counts one on each tally, in one step, whether it is full or not.
func (t *Throttle) Add(ctx context.Context, tallies ...Tally) error {
	all := bucketsOf(tallies)
	if len(all) == 0 {
		return nil
	}
	for i := range all {
		all[i].Limit = math.MaxInt32
	}
	_, err := t.Store.Take(ctx, all, t.Clock.Now())
	return err
}

// AddUnlessFull counts one on the tally and reports whether it was not full yet:
// of parallel callers as many are told so as there was room for.
func (t *Throttle) AddUnlessFull(ctx context.Context, y Tally) (bool, error) {
	all := y.buckets()
	if len(all) == 0 {
		return true, nil
	}
	refused, err := t.Store.Take(ctx, all, t.Clock.Now())
	return err == nil && refused < 0, err
}

// TakeBack takes one off the tally, which AddUnlessFull has counted.
func (t *Throttle) TakeBack(ctx context.Context, y Tally) error {
	all := keys(y.buckets())
	if len(all) == 0 {
		return nil
	}
	return t.Store.Settle(ctx, nil, all)
}

// Forget empties the tally.
func (t *Throttle) Forget(ctx context.Context, y Tally) error {
	all := keys(y.buckets())
	if len(all) == 0 {
		return nil
	}
	return t.Store.Settle(ctx, all, nil)
}

func (y Tally) buckets() []Bucket {
	return buckets(nil, y.Windows, string(y.Kind)+":"+key(y.Name, y.Address))
}

func bucketsOf(tallies []Tally) (all []Bucket) {
	for _, y := range tallies {
		all = append(all, y.buckets()...)
	}
	return all
}
