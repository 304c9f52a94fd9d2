package memory

import (
	"context"
	"math"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
)

type trail struct{ *Store }

func (s trail) Append(ctx context.Context, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.record(events)
	return nil
}

// record adds events to the trail. The caller holds the lock and has made the
// change that they record.
func (s *Store) record(events []audit.Event) {
	if len(events) == 0 {
		return
	}
	first := len(s.trail)
	for _, e := range events {
		s.trail = append(s.trail, s.head.Next(e))
	}
	s.sink(slices.Clone(s.trail[first:]))
}

func (s trail) Head(ctx context.Context) (audit.Head, error) {
	if err := ended(ctx); err != nil {
		return audit.Head{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.head, nil
}

func (s trail) Page(ctx context.Context, after int64, limit int) ([]audit.Row, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []audit.Row
	for _, r := range s.trail {
		if r.Seq > after && len(rows) < limit {
			rows = append(rows, r)
		}
	}
	return rows, nil
}

func (s trail) List(ctx context.Context, f audit.Filter) ([]audit.Row, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var rows []audit.Row
	for i := len(s.trail) - 1; i >= 0 && len(rows) < f.Limit; i-- {
		if f.Matches(&s.trail[i]) {
			rows = append(rows, s.trail[i])
		}
	}
	return rows, nil
}

func (s trail) Refusals(ctx context.Context, request string, limit int) ([]audit.Row, error) {
	all, err := s.List(ctx, audit.Filter{Limit: math.MaxInt})
	var refused []audit.Row
	for _, r := range all {
		if r.Request == request && r.Result == audit.Refused && len(refused) < limit {
			refused = append(refused, r)
		}
	}
	return refused, err
}

func (s trail) Prune(ctx context.Context, before time.Time, limit int, events ...audit.Event) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for n < len(s.trail) && n < limit && s.trail[n].Time.Before(before) {
		n++
	}
	if n == 0 {
		return 0, nil
	}
	last := s.trail[n-1]
	s.head.Anchor, s.head.AnchorHash = last.Seq, last.Hash
	s.trail = slices.Delete(s.trail, 0, n)
	s.record(audit.Counted(int64(n), events))
	return n, nil
}
