package memory

import (
	"bytes"
	"context"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// Handles is the view for package webauthn.
func (s *Store) Handles() webauthn.Handles { return handles{s} }

type handles struct{ *Store }

func (s handles) Handle(ctx context.Context, id account.ID) ([]byte, bool, error) {
	if err := ended(ctx); err != nil {
		return nil, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found || p.handle == nil {
		return nil, false, nil
	}
	return bytes.Clone(p.handle), true, nil
}

func (s handles) Keep(ctx context.Context, id account.ID, handle []byte) ([]byte, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[id]
	if !found {
		return nil, noAccount(id)
	}
	if p.handle == nil {
		if _, taken := s.owner(handle); taken {
			return nil, fail.New(fail.Conflict, "another account has that user handle")
		}
		p.handle = bytes.Clone(handle)
	}
	return bytes.Clone(p.handle), nil
}

func (s handles) Owner(ctx context.Context, handle []byte) (account.ID, bool, error) {
	if err := ended(ctx); err != nil {
		return 0, false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id, found := s.owner(handle)
	return id, found, nil
}

// owner is who has a handle. The caller holds the lock.
func (s handles) owner(handle []byte) (account.ID, bool) {
	for id, p := range s.accounts {
		if p.handle != nil && bytes.Equal(p.handle, handle) {
			return id, true
		}
	}
	return 0, false
}
