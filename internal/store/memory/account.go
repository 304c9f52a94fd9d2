package memory

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type accounts struct{ *Store }

func (s accounts) Create(ctx context.Context, n account.New, events ...audit.Event) (account.Account, error) {
	if err := ended(ctx); err != nil {
		return account.Account{}, err
	}
	groups := make([]account.Membership, len(n.Groups))
	for i, g := range n.Groups {
		groups[i].Group = g
	}
	groups, err := keptGroups(groups)
	if err != nil {
		return account.Account{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, taken := s.names[n.Name.String()]; taken {
		return account.Account{}, fail.New(fail.Conflict, "an account named %q exists already", n.Name)
	}
	s.lastID++
	p := &person{hash: n.PasswordHash, Account: account.Account{
		ID:         s.lastID,
		Name:       n.Name,
		RealName:   n.RealName,
		Email:      n.Email,
		Registered: instant.Round(n.Registered),
		EditCount:  n.EditCount,
		Groups:     groups,
		Token:      n.Token,
	}}
	s.accounts[p.ID] = p
	s.names[n.Name.String()] = p.ID
	s.changed()
	s.record(audit.About(int64(p.ID), events))
	return p.copied(), nil
}

func (s accounts) ByName(ctx context.Context, n username.Name) (account.Account, bool, error) {
	if err := ended(ctx); err != nil {
		return account.Account{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[s.names[n.String()]]
	if !found {
		return account.Account{}, false, nil
	}
	return p.copied(), true, nil
}

func (s accounts) ByID(ctx context.Context, id account.ID) (account.Account, bool, error) {
	if err := ended(ctx); err != nil {
		return account.Account{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		return account.Account{}, false, nil
	}
	return p.copied(), true, nil
}

func (s accounts) List(ctx context.Context, p account.Page) ([]account.Account, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []account.Account
	for name, id := range s.names {
		if name >= p.From && strings.HasPrefix(name, p.Prefix) {
			list = append(list, s.accounts[id].copied())
		}
	}
	slices.SortFunc(list, func(a, b account.Account) int { return cmp.Compare(a.Name.String(), b.Name.String()) })
	return list[:min(len(list), max(0, p.Limit))], nil
}

func (s accounts) SetGroups(ctx context.Context, id account.ID, groups []account.Membership, events ...audit.Event) error {
	kept, err := keptGroups(groups)
	if err != nil {
		return err
	}
	return s.change(ctx, id, events, func(p *person) { p.Groups = kept })
}

func (s accounts) SetLocked(ctx context.Context, id account.ID, locked bool, events ...audit.Event) error {
	return s.change(ctx, id, events, func(p *person) {
		p.Locked = locked
		s.endSessions(p)
	})
}

func (s accounts) SetBlock(ctx context.Context, id account.ID, b *account.Block, events ...audit.Event) error {
	return s.change(ctx, id, events, func(p *person) {
		if b == nil {
			p.Block = nil
			return
		}
		s.lastBlock++
		kept := *b
		kept.ID = s.lastBlock
		kept.Created, kept.Expires = instant.Round(b.Created), instant.Round(b.Expires)
		p.Block = &kept
	})
}

func (s accounts) SetToken(ctx context.Context, id account.ID, token secret.Secret, events ...audit.Event) error {
	return s.change(ctx, id, events, func(p *person) { p.Token = token })
}

// change lets f alter the account of id, and keeps the events.
func (s *Store) change(ctx context.Context, id account.ID, events []audit.Event, f func(*person)) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		return noAccount(id)
	}
	f(p)
	s.changed()
	s.record(events)
	return nil
}

// changeIf lets f alter the account of id, and keeps the events if it says that
// it has. An unknown id is an error if it must exist.
func (s *Store) changeIf(ctx context.Context, id account.ID, must bool, events []audit.Event, f func(*person) (bool, error)) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		if must {
			return false, noAccount(id)
		}
		return false, nil
	}
	changed, err := f(p)
	if err != nil || !changed {
		return false, err
	}
	s.changed()
	s.record(events)
	return true, nil
}

// copied is the account without what it shares with the store.
func (p *person) copied() account.Account {
	a := p.Account
	a.Groups = slices.Clone(p.Groups)
	if p.Block != nil {
		b := *p.Block
		a.Block = &b
	}
	return a
}

// keptGroups are groups as they are stored: none is nil, and no name appears
// twice.
func keptGroups(groups []account.Membership) ([]account.Membership, error) {
	var kept []account.Membership
	for _, m := range groups {
		if slices.ContainsFunc(kept, func(k account.Membership) bool { return k.Group == m.Group }) {
			return nil, fail.New(fail.Invalid, "the group %q is given twice; name it once", m.Group)
		}
		kept = append(kept, account.Membership{Group: m.Group, Expires: instant.Round(m.Expires)})
	}
	return kept, nil
}

func noAccount(id account.ID) error {
	return fail.New(fail.NotFound, "there is no account with the id %d", id)
}
