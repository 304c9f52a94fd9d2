package botpassword

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// MaxOverlap is how long a former secret may stay good at most.
const MaxOverlap = 30 * 24 * time.Hour

// Rotate gives a bot password a new secret. The one from before stays good for
// overlap, and so do the sessions that were made with it; without an overlap it
// is void and they end at once. An unknown bot password is fail.NotFound; an
// expired one, and an overlap of more than MaxOverlap, are fail.Invalid.
func (s *Service) Rotate(ctx context.Context, owner, app string, overlap time.Duration) (Created, error) {
	if overlap < 0 || overlap > MaxOverlap {
		return Created{}, fail.New(fail.Invalid, "the old secret can stay good for at most %d days", MaxOverlap/(24*time.Hour))
	}
	plain := secret.New(secret.Digits32())
	name, b, err := s.change(ctx, owner, app, func(b *BotPassword) ([]audit.Detail, error) {
		now := s.Clock.Now()
		if !b.Expires.IsZero() && !now.Before(b.Expires) {
			return nil, fail.New(fail.Invalid, "the bot password %q has expired; give it another expiry first", b.App)
		}
		former := Former{}
		if overlap > 0 && b.Hash != "" {
			former = Former{Hash: b.Hash, Stamp: b.Stamp, Ends: now.Add(overlap)}
		}
		b.Hash, b.Stamp, b.Former = s.Hasher.HashBot(plain), secret.Hex32(), former
		details := []audit.Detail{{Key: "secret", Value: "rotated"}}
		if former.Hash != "" {
			details = append(details, audit.Detail{Key: "old-secret-until", Value: former.Ends.UTC().Format(time.RFC3339)})
		}
		return details, nil
	})
	if err != nil {
		return Created{}, err
	}
	return Created{Login: name.String() + Separator + b.App, Secret: plain, BotPassword: b}, nil
}
