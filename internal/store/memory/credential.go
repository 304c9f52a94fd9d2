package memory

import (
	"context"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/username"
)

type credentials struct{ *Store }

func (s credentials) Password(ctx context.Context, n username.Name) (credential.Row, bool, error) {
	if err := ended(ctx); err != nil {
		return credential.Row{}, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[s.names[n.String()]]
	if !found {
		return credential.Row{}, false, nil
	}
	return credential.Row{Account: p.ID, Name: p.Name, Hash: p.hash, Locked: p.Locked}, true, nil
}

func (s credentials) SetPassword(ctx context.Context, id account.ID, hash string, events ...audit.Event) error {
	return s.change(ctx, id, events, func(p *person) { p.hash = hash })
}

func (s credentials) UpgradePassword(ctx context.Context, id account.ID, old, hash string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if p, found := s.accounts[id]; found && p.hash == old {
		p.hash = hash
		s.changed()
	}
	return nil
}
