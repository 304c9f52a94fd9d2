package memory

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type sessions struct{ *Store }

func (s sessions) Get(ctx context.Context, id session.ID, now time.Time) (session.Row, session.Owner, bool, error) {
	if err := ended(ctx); err != nil {
		return session.Row{}, session.Owner{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	r, found := s.sessions[id]
	if !found || instant.Passed(r.Expires, now) {
		return session.Row{}, session.Owner{}, false, nil
	}
	return keptRow(r), s.owner(r), true, nil
}

// owner is the state that r depends on. The caller holds the lock.
func (s sessions) owner(r session.Row) session.Owner {
	p, found := s.accounts[r.Owner]
	if !found {
		return session.Owner{}
	}
	o := session.Owner{Found: true, Name: p.Name.String(), Token: p.Token.Reveal(), Locked: p.Locked}
	if r.Kind != session.KindBot {
		return o
	}
	if b, found := s.bots[botKey{r.Owner, r.App}]; found {
		b = keptBot(b)
		o.Bot = &session.BotState{
			Stamp: b.Stamp, Grants: b.Grants, Restrictions: b.Restrictions, Expires: b.Expires,
			FormerStamp: b.Former.Stamp, FormerEnds: b.Former.Ends,
		}
	}
	return o
}

func (s sessions) Put(ctx context.Context, r session.Row, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sessions[r.ID] = keptRow(r)
	s.record(events)
	return nil
}

func (s sessions) Update(ctx context.Context, r session.Row) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.sessions[r.ID]; !found {
		return false, nil
	}
	s.sessions[r.ID] = keptRow(r)
	return true, nil
}

func (s sessions) Rotate(ctx context.Context, old session.ID, next session.Row, spent []session.Row, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.sessions, old)
	s.sessions[next.ID] = keptRow(next)
	for _, r := range spent {
		s.sessions[r.ID] = keptRow(r)
	}
	s.record(events)
	return nil
}

func (s sessions) Delete(ctx context.Context, id session.ID, events ...audit.Event) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	_, found := s.sessions[id]
	if found {
		delete(s.sessions, id)
		s.record(events)
	}
	return found, nil
}

func (s sessions) DeleteOwner(ctx context.Context, owner account.ID, app string, events ...audit.Event) (int, error) {
	if err := ended(ctx); err != nil || owner == 0 {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id, r := range s.sessions {
		if r.Owner == owner && (app == "" || r.App == app) {
			delete(s.sessions, id)
			n++
		}
	}
	s.changed()
	if n > 0 {
		s.record(audit.Counted(int64(n), events))
	}
	return n, nil
}

func (s sessions) List(ctx context.Context, f session.Filter, now time.Time) ([]session.Row, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []session.Row
	for _, r := range s.sessions {
		wanted := (f.Owner == 0 || r.Owner == f.Owner) && (f.App == "" || r.App == f.App)
		if wanted && !instant.Passed(r.Expires, now) {
			list = append(list, keptRow(r))
		}
	}
	slices.SortFunc(list, func(a, b session.Row) int {
		return cmp.Or(b.Created.Compare(a.Created), bytes.Compare(a.ID[:], b.ID[:]))
	})
	if f.Limit > 0 {
		list = list[:min(len(list), f.Limit)]
	}
	return list, nil
}

func (s sessions) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n := 0
	for id, r := range s.sessions {
		if n >= limit {
			break
		}
		if instant.Passed(r.Expires, now) {
			delete(s.sessions, id)
			n++
		}
	}
	return n, nil
}

// keptRow is r as it is stored, sharing nothing with it.
func keptRow(r session.Row) session.Row {
	r.Data = append([]byte(nil), r.Data...)
	r.Created, r.Expires = instant.Round(r.Created), instant.Round(r.Expires)
	return r
}
