package memory

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/backup"
	"github.com/wikigate/wikigate/internal/session"
)

// Backups is the view for package backup.
func (s *Store) Backups() backup.Store { return backups{s} }

type backups struct{ *Store }

func (s backups) Clean(ctx context.Context, floor int64, events ...audit.Event) (sessions int, err error) {
	if err := ended(ctx); err != nil {
		return 0, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, r := range s.sessions {
		if r.Kind != session.KindSpent {
			sessions++
		}
	}
	clear(s.sessions)
	clear(s.waiting)
	for _, p := range s.accounts {
		p.temporary, p.temporaryMade = "", time.Time{}
		if p.SecondFactor {
			p.counter = max(p.counter, floor)
		}
	}
	s.changed()
	s.record(audit.Counted(int64(sessions), events))
	return sessions, nil
}
