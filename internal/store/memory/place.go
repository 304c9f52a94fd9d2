package memory

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type places struct{ *Store }

type placeKey struct {
	owner account.ID
	place place.ID
}

func (s places) LastUse(ctx context.Context, owner account.ID, p place.ID) (time.Time, bool, error) {
	if err := ended(ctx); err != nil {
		return time.Time{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	used, found := s.places[placeKey{owner, p}]
	return used, found, nil
}

func (s places) Note(ctx context.Context, owner account.ID, p place.ID, used time.Time, keep int) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.accounts[owner]; !found {
		return noAccount(owner)
	}
	used = instant.Round(used)
	if used.After(s.places[placeKey{owner, p}]) {
		s.places[placeKey{owner, p}] = used
	}
	var all []placeKey
	for k := range s.places {
		if k.owner == owner {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b placeKey) int {
		if c := s.places[b].Compare(s.places[a]); c != 0 {
			return c
		}
		return bytes.Compare(a.place[:], b.place[:])
	})
	for _, k := range all[min(keep, len(all)):] {
		delete(s.places, k)
	}
	return nil
}

func (s places) Sweep(ctx context.Context, then time.Time, limit int) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for k, used := range s.places {
		if n >= limit {
			break
		}
		if !used.After(instant.Round(then)) {
			delete(s.places, k)
			n++
		}
	}
	return n, nil
}
