package memory

import (
	"bytes"
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type flows struct{ *Store }

// waiting is a stored record.
type waiting struct {
	data    []byte
	expires time.Time
	held    bool
	holder  flow.Holder
}

func (s flows) Put(ctx context.Context, id flow.ID, data []byte, expires time.Time) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.waiting[id] = waiting{data: bytes.Clone(data), expires: instant.Round(expires)}
	return nil
}

func (s flows) Get(ctx context.Context, id flow.ID, now time.Time) ([]byte, bool, error) {
	if err := ended(ctx); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.free(id, now)
	return bytes.Clone(w.data), found, nil
}

// free finds a record that nobody holds.
func (s flows) free(id flow.ID, now time.Time) (waiting, bool) {
	w, found := s.waiting[id]
	if !found || w.held || instant.Passed(w.expires, now) {
		return waiting{}, false
	}
	return w, true
}

func (s flows) Take(ctx context.Context, id flow.ID, h flow.Holder, now time.Time) ([]byte, bool, error) {
	if err := ended(ctx); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	w, found := s.free(id, now)
	if found {
		s.waiting[id] = waiting{expires: w.expires, held: true, holder: h}
	}
	return w.data, found, nil
}

func (s flows) Return(ctx context.Context, id flow.ID, h flow.Holder, data []byte, expires time.Time) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if w := s.waiting[id]; !w.held || w.holder != h {
		return false, nil
	}
	s.waiting[id] = waiting{data: bytes.Clone(data), expires: instant.Round(expires)}
	return true, nil
}

func (s flows) Claim(ctx context.Context, id flow.ID, expires, now time.Time) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if w, found := s.waiting[id]; found && !instant.Passed(w.expires, now) {
		return false, nil
	}
	s.waiting[id] = waiting{expires: instant.Round(expires)}
	return true, nil
}

func (s flows) Delete(ctx context.Context, id flow.ID) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.waiting, id)
	return nil
}

func (s flows) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id, w := range s.waiting {
		if n >= limit {
			break
		}
		if instant.Passed(w.expires, now) {
			delete(s.waiting, id)
			n++
		}
	}
	return n, nil
}
