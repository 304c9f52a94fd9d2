package memory

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/throttle"
)

type counters struct{ *Store }

func (s counters) Take(ctx context.Context, buckets []throttle.Bucket, now time.Time) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, b := range buckets {
		c, found := s.counters[b.Key]
		if !found || instant.Passed(c.ends, now) {
			c = counter{ends: instant.Round(instant.Round(now).Add(b.Period))}
		}
		if c.count >= b.Limit {
			return i, nil
		}
		c.count++
		s.counters[b.Key] = c
	}
	return -1, nil
}

func (s counters) Look(ctx context.Context, buckets []throttle.Bucket, now time.Time) ([]int, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	taken := make([]int, len(buckets))
	for i, b := range buckets {
		if c, found := s.counters[b.Key]; found && !instant.Passed(c.ends, now) {
			taken[i] = c.count
		}
	}
	return taken, nil
}

func (s counters) Settle(ctx context.Context, forget, giveBack []string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, k := range forget {
		delete(s.counters, k)
	}
	for _, k := range giveBack {
		if c := s.counters[k]; c.count > 0 {
			c.count--
			s.counters[k] = c
		}
	}
	return nil
}

func (s counters) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for k, c := range s.counters {
		if n >= limit {
			break
		}
		if instant.Passed(c.ends, now) {
			delete(s.counters, k)
			n++
		}
	}
	return n, nil
}
