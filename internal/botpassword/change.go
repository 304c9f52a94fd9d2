package botpassword

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

// Change is a new state of a bot password. Nil fields stay as they are. Every
// change ends the sessions of the bot password.
type Change struct {
	Grants    []string
	Addresses []string
	Secret    secret.Secret // a former one is void as well
	Expires   *time.Time    // zero: never
}

// Update changes a bot password; its running sessions end at their next
// request. Input that is refused is fail.Invalid, an unknown bot password
// fail.NotFound.
func (s *Service) Update(ctx context.Context, owner, app string, c Change) error {
	if !c.Secret.IsZero() && !looksGenerated(c.Secret.Reveal()) {
		return fail.New(fail.Invalid, "a bot secret has 32 or more characters, all of 0-9 and a-w")
	}
	_, _, err := s.change(ctx, owner, app, func(b *BotPassword) (details []audit.Detail, err error) {
		if c.Grants != nil {
			if b.Grants, err = cleanGrants(c.Grants); err != nil {
				return nil, err
			}
		}
		if c.Addresses != nil {
			if b.Restrictions, err = restrict(c.Addresses); err != nil {
				return nil, err
			}
		}
		if c.Expires != nil {
			if err := s.future(*c.Expires); err != nil {
				return nil, err
			}
			b.Expires = *c.Expires
		}
		b.Stamp = secret.Hex32()
		if !c.Secret.IsZero() {
			b.Hash, b.Former = s.Hasher.HashBot(c.Secret), Former{}
			return []audit.Detail{{Key: "secret", Value: "changed"}}, nil
		}
		if b.Former.Hash != "" {
			b.Former.Stamp = secret.Hex32()
		}
		return nil, nil
	})
	return err
}

// attempts is how often a change is tried anew because somebody else has made
// one meanwhile.
const attempts = 5

// change alters a bot password as edit says, and records it with what edit
// tells of it. edit may be called again, with what somebody else has made of
// the row.
func (s *Service) change(ctx context.Context, owner, app string, edit func(*BotPassword) ([]audit.Detail, error)) (name username.Name, b BotPassword, err error) {
	for range attempts {
		if name, b, err = s.find(ctx, owner, app); err != nil {
			return name, b, err
		}
		was := b.Stamp
		var details []audit.Detail
		if details, err = edit(&b); err != nil {
			return name, b, err
		}
		event := s.event(ctx, audit.BotUpdate, name, b)
		event.Details = append(event.Details, details...)
		if err = s.Store.Update(ctx, was, b, event); !fail.Is(err, fail.Conflict) {
			return name, b, err
		}
	}
	return name, b, err
}
