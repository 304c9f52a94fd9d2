package memory

import (
	"context"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type lifecycle struct{ *Store }

func (s lifecycle) AlterGroups(ctx context.Context, id account.ID, remove []string, add []account.Membership, events ...audit.Event) error {
	added, err := keptGroups(add)
	if err != nil {
		return err
	}
	return s.change(ctx, id, events, func(p *person) { p.Groups = altered(p.Groups, remove, added) })
}

// altered are the groups without those to remove, and with those to add.
func altered(groups []account.Membership, remove []string, add []account.Membership) []account.Membership {
	var kept []account.Membership
	for _, m := range groups {
		if !slices.Contains(remove, m.Group) {
			kept = append(kept, m)
		}
	}
	for _, m := range add {
		if i := slices.IndexFunc(kept, func(k account.Membership) bool { return k.Group == m.Group }); i >= 0 {
			kept[i] = m
		} else {
			kept = append(kept, m)
		}
	}
	return kept
}

func (s lifecycle) Rename(ctx context.Context, id account.ID, n username.Name, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		return noAccount(id)
	}
	if other, taken := s.names[n.String()]; taken && other != id {
		return fail.New(fail.Conflict, "an account named %q exists already", n)
	}
	delete(s.names, p.Name.String())
	s.names[n.String()] = id
	p.Name = n
	s.endSessions(p)
	s.changed()
	s.record(events)
	return nil
}

func (s lifecycle) Delete(ctx context.Context, id account.ID, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		return noAccount(id)
	}
	s.endSessions(p)
	for key := range s.bots {
		if key.owner == id {
			delete(s.bots, key)
		}
	}
	for key := range s.places {
		if key.owner == id {
			delete(s.places, key)
		}
	}
	delete(s.names, p.Name.String())
	delete(s.accounts, id)
	s.changed()
	s.record(events)
	return nil
}

func (s lifecycle) ConfirmEmail(ctx context.Context, id account.ID, address string, at time.Time, events ...audit.Event) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found || address == "" || p.Email != address || !p.EmailConfirmed.IsZero() {
		return false, nil
	}
	p.EmailConfirmed = instant.Round(at)
	s.changed()
	s.record(events)
	return true, nil
}

// endSessions ends all that somebody is logged in by. The caller holds the lock.
func (s *Store) endSessions(p *person) {
	p.Token = secret.New(secret.Hex32())
	for key, b := range s.bots {
		if key.owner == p.ID {
			b.Stamp = secret.Hex32()
			if b.Former.Stamp != "" {
				b.Former.Stamp = secret.Hex32()
			}
			s.bots[key] = b
		}
	}
	for id, r := range s.sessions {
		if r.Owner == p.ID {
			delete(s.sessions, id)
		}
	}
}
