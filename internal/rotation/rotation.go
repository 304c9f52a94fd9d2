// Package rotation owns when keys of the server change: a new one at the word
// of an operator, and the end of an old one when nothing needs it any more.
//
// Every change is recorded in the audit trail first, then made in the key file,
// and then announced to a running server. The package does not own keys or
// their file (package keyring), and does not know what is made with them:
// those who use keys say how often.
package rotation

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
)

// Sessions are those that keys were used for.
type Sessions interface {
	// KeyUse counts the live sessions that would end without a key, by key.
	KeyUse(ctx context.Context) (map[keyring.KeyID]int, error)
	// EndKey ends the sessions that need a key, and says how many.
	EndKey(ctx context.Context, id keyring.KeyID) (int, error)
}

// Trail is where changes are recorded; see audit.Store.
type Trail interface {
	Append(ctx context.Context, events ...audit.Event) error
}

// Service changes keys. It is safe for concurrent use, also by several
// processes.
type Service struct {
	Path     string        // of the key file
	Ring     *keyring.Ring // as read from there
	Sessions Sessions
	// BotPasswords counts the bot passwords that would be void without a key,
	// by key.
	BotPasswords func(ctx context.Context) (map[keyring.KeyID]int, error)
	// SecondFactors counts the accounts that would lose a device or a recovery
	// code without a key, by key.
	SecondFactors func(ctx context.Context) (map[keyring.KeyID]int, error)
	Trail         Trail
	// Announce tells a running server that the key file is another.
	Announce func(ctx context.Context) error
	Clock    clock.Clock
	// Remembered is how long what nobody counts may live: cookies of remembered
	// logins and of anonymous sessions.
	Remembered time.Duration
}

// State is a key with what still needs it.
type State struct {
	keyring.Info
	Sessions      int
	BotPasswords  int
	SecondFactors int // accounts
	// CookiesUntil is the time after which no cookie made with the key is good.
	// It is zero for the current key, and for one that no cookie is good of.
	CookiesUntil time.Time
}

// Free reports whether nobody notices when the key goes.
func (s State) Free() bool {
	return !s.Current && s.Sessions == 0 && s.BotPasswords == 0 && s.SecondFactors == 0 && s.CookiesUntil.IsZero()
}

// List describes all keys, oldest first.
func (s *Service) List(ctx context.Context) ([]State, error) {
	sessions, err := s.Sessions.KeyUse(ctx)
	if err != nil {
		return nil, err
	}
	bots, err := s.BotPasswords(ctx)
	if err != nil {
		return nil, err
	}
	factors, err := s.SecondFactors(ctx)
	if err != nil {
		return nil, err
	}
	var list []State
	for _, k := range s.Ring.Keys() {
		state := State{Info: k, Sessions: sessions[k.ID], BotPasswords: bots[k.ID], SecondFactors: factors[k.ID]}
		if until := k.Replaced.Add(s.Remembered); !k.Current && !k.Closed && s.Clock.Now().Before(until) {
			state.CookiesUntil = until
		}
		list = append(list, state)
	}
	return list, nil
}

// Rotate makes a new key and returns it. All that was made with older ones
// stays good.
func (s *Service) Rotate(ctx context.Context) (made keyring.KeyID, err error) {
	err = s.change(ctx, func() (*keyring.Ring, []audit.Event, error) {
		now := s.Clock.Now()
		next, err := s.Ring.Rotated(now)
		if err != nil {
			return nil, nil, err
		}
		made = next.Current()
		return next, []audit.Event{audit.Now(ctx, now, audit.KeyRotate).With("key", fmt.Sprint(made))}, nil
	})
	return made, err
}

// Retire removes a key, and returns what ended with it. Unless force is true,
// one that something still needs is fail.Invalid. A key that is not there is
// fail.NotFound, the current one fail.Invalid.
func (s *Service) Retire(ctx context.Context, id keyring.KeyID, force bool) (ended State, err error) {
	err = s.change(ctx, func() (*keyring.Ring, []audit.Event, error) {
		next, err := s.Ring.Without(id)
		if err != nil {
			return nil, nil, err
		}
		states, err := s.List(ctx)
		if err != nil {
			return nil, nil, err
		}
		ended = states[slices.IndexFunc(states, func(k State) bool { return k.ID == id })]
		if !ended.Free() && !force {
			return nil, nil, fail.New(fail.Invalid, "key %d is still needed by %s; wait, or end them with --force", id, ended.needs())
		}
		if ended.Sessions, err = s.Sessions.EndKey(ctx, id); err != nil {
			return nil, nil, err
		}
		event := audit.Now(ctx, s.Clock.Now(), audit.KeyRetire).With("key", fmt.Sprint(id)).
			With("sessions", fmt.Sprint(ended.Sessions)).With("botpasswords", fmt.Sprint(ended.BotPasswords)).
			With("secondfactors", fmt.Sprint(ended.SecondFactors))
		return next, []audit.Event{event}, nil
	})
	return ended, err
}

// needs says in words what still needs the key.
func (s State) needs() string {
	var list []string
	if s.Sessions > 0 {
		list = append(list, counted(s.Sessions, "session"))
	}
	if s.BotPasswords > 0 {
		list = append(list, counted(s.BotPasswords, "bot password"))
	}
	if s.SecondFactors > 0 {
		list = append(list, "the second factors of "+counted(s.SecondFactors, "account"))
	}
	if !s.CookiesUntil.IsZero() {
		list = append(list, "cookies that may live until "+s.CookiesUntil.UTC().Format(time.RFC3339))
	}
	return strings.Join(list, ", ")
}

func counted(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return fmt.Sprint(n, " ", what)
}

// change makes one change at a time: what plan gives becomes the key file, with
// the events in the trail before it. So no key changes without a trace, and the
// end of the trail is sealed with a key that stays.
func (s *Service) change(ctx context.Context, plan func() (*keyring.Ring, []audit.Event, error)) (err error) {
	release, err := keyring.Lock(s.Path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	present, err := keyring.Read(s.Path) // another process may have changed it
	if err != nil {
		return err
	}
	if err := s.Ring.Adopt(present); err != nil {
		return err
	}
	next, events, err := plan()
	if err != nil {
		return err
	}
	if err := s.Trail.Append(ctx, events...); err != nil {
		return err
	}
	if err := next.Write(s.Path); err != nil {
		return err
	}
	if err := s.Ring.Adopt(next); err != nil {
		return err
	}
	return s.Announce(ctx)
}
