package memory

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/instant"
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
	return credential.Row{
		Account: p.copied(), Hash: p.hash, Temporary: p.temporary, TemporaryMade: p.temporaryMade,
	}, true, nil
}

func (s credentials) Replace(ctx context.Context, r credential.Replacement, events ...audit.Event) error {
	_, err := s.changeIf(ctx, r.Account, true, events, func(p *person) (bool, error) {
		if !r.Expected.IsZero() && !r.Expected.Equal(p.Token) {
			return false, fail.New(fail.Conflict, "the account %d has another token by now", r.Account)
		}
		p.hash, p.temporary, p.temporaryMade, p.Token = r.Hash, r.Temporary, instant.Round(r.TemporaryMade), r.Token
		for key, b := range s.bots {
			if key.owner == r.Account {
				b.Hash, b.Stamp, b.Former = "", r.Stamp, botpassword.Former{}
				s.bots[key] = b
			}
		}
		return true, nil
	})
	return err
}

func (s credentials) SetTemporary(ctx context.Context, id account.ID, hash string, made time.Time, events ...audit.Event) error {
	return s.change(ctx, id, events, func(p *person) { p.temporary, p.temporaryMade = hash, instant.Round(made) })
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
