package memory

import (
	"cmp"
	"context"
	"slices"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type botPasswords struct{ *Store }

func (s botPasswords) Find(ctx context.Context, owner username.Name, app string) (botpassword.Found, error) {
	if err := ended(ctx); err != nil {
		return botpassword.Found{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	p, found := s.accounts[s.names[owner.String()]]
	if !found {
		return botpassword.Found{}, nil
	}
	f := botpassword.Found{OwnerFound: true, Owner: p.ID, OwnerName: p.Name, OwnerLocked: p.Locked}
	if b, found := s.bots[botKey{p.ID, app}]; found {
		f.AppFound, f.BotPassword = true, keptBot(b)
		f.Used = botpassword.Use{}
	}
	return f, nil
}

func (s botPasswords) Create(ctx context.Context, b botpassword.BotPassword, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.accounts[b.Owner]; !found {
		return noAccount(b.Owner)
	}
	if _, taken := s.bots[keyOf(b)]; taken {
		return fail.New(fail.Conflict, "a bot password with the app id %q exists already", b.App)
	}
	b.Used = botpassword.Use{}
	s.bots[keyOf(b)] = keptBot(b)
	s.changed()
	s.record(events)
	return nil
}

func (s botPasswords) Update(ctx context.Context, was string, b botpassword.BotPassword, events ...audit.Event) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	row, found := s.bots[keyOf(b)]
	if !found {
		return fail.New(fail.NotFound, "there is no bot password with the app id %q", b.App)
	}
	if row.Stamp != was {
		return fail.New(fail.Conflict, "the bot password %q was changed by somebody else at the same time; look at it and try again", b.App)
	}
	b.Used = row.Used
	s.bots[keyOf(b)] = keptBot(b)
	s.changed()
	s.record(events)
	return nil
}

func (s botPasswords) UpgradeHash(ctx context.Context, owner account.ID, app, old, hash string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b, found := s.bots[botKey{owner, app}]
	if !found {
		return nil
	}
	changed := false
	for _, h := range []*string{&b.Hash, &b.Former.Hash} {
		if *h == old && old != "" {
			*h, changed = hash, true
		}
	}
	if changed {
		s.bots[keyOf(b)] = b
		s.changed()
	}
	return nil
}

func (s botPasswords) Delete(ctx context.Context, owner account.ID, app string, events ...audit.Event) (bool, error) {
	if err := ended(ctx); err != nil {
		return false, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, found := s.bots[botKey{owner, app}]; !found {
		return false, nil
	}
	delete(s.bots, botKey{owner, app})
	s.changed()
	s.record(events)
	return true, nil
}

func (s botPasswords) NoteUses(ctx context.Context, uses []botpassword.Noted) error {
	if err := ended(ctx); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, u := range uses {
		key := botKey{u.Owner, u.App}
		at := instant.Round(u.At)
		if b, found := s.bots[key]; found && at.After(b.Used.At) && !at.Before(b.Created) {
			b.Used = botpassword.Use{At: at, Address: u.Address}
			s.bots[key] = b
		}
	}
	return nil
}

func (s botPasswords) List(ctx context.Context, owner account.ID) ([]botpassword.BotPassword, error) {
	if err := ended(ctx); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []botpassword.BotPassword
	for _, b := range s.bots {
		if owner == 0 || b.Owner == owner {
			list = append(list, keptBot(b))
		}
	}
	slices.SortFunc(list, func(a, b botpassword.BotPassword) int {
		return cmp.Or(cmp.Compare(a.Owner, b.Owner), cmp.Compare(a.App, b.App))
	})
	return list, nil
}

func keyOf(b botpassword.BotPassword) botKey { return botKey{b.Owner, b.App} }

// keptBot is b as it is stored, sharing nothing with it.
func keptBot(b botpassword.BotPassword) botpassword.BotPassword {
	b.Grants = append([]string(nil), b.Grants...)
	b.Created, b.Expires, b.Former.Ends = instant.Round(b.Created), instant.Round(b.Expires), instant.Round(b.Former.Ends)
	return b
}
