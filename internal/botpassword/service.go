package botpassword

import (
	"context"
	"net/netip"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

// Hasher keeps secrets as fast keyed hashes and checks them in every accepted
// format; see package passhash. Verify answers false, without an error, for a
// text that is no hash. upgrade is true when the secret is right but a new
// hash should replace the stored one.
type Hasher interface {
	HashBot(secret secret.Secret) string
	Verify(ctx context.Context, hash string, secret secret.Secret) (ok, upgrade bool, err error)
}

// Throttle counts attempts; see package throttle.
type Throttle interface {
	Take(ctx context.Context, k throttle.Kind, name string, address netip.Addr) (throttle.Verdict, error)
	Clear(ctx context.Context, k throttle.Kind, name string, address netip.Addr) error
}

// Service is what may be done with bot passwords. It is safe for concurrent
// use.
type Service struct {
	Store    Store
	Accounts *account.Service
	Names    *username.Rules
	Hasher   Hasher
	Throttle Throttle
	Clock    clock.Clock
}

// CreateRequest asks for a bot password.
type CreateRequest struct {
	Owner     string
	App       string
	Grants    []string      // basic is always added
	Addresses []string      // addresses or CIDR ranges; empty: everywhere
	Expires   time.Time     // zero: never
	Secret    secret.Secret // zero: one is generated
}

// Created is a new bot password with its secret, which is shown this once.
type Created struct {
	Login  string // Name@app
	Secret secret.Secret
	BotPassword
}

// Create adds a bot password. Input that is refused is fail.Invalid, an
// unknown owner fail.NotFound, a taken app id fail.Conflict.
func (s *Service) Create(ctx context.Context, r CreateRequest) (Created, error) {
	app := strings.TrimSpace(r.App)
	if app == "" || len(app) > MaxAppID {
		return Created{}, fail.New(fail.Invalid, "an app id has 1 to %d bytes; %q has %d", MaxAppID, app, len(app))
	}
	grants, err := cleanGrants(r.Grants)
	if err != nil {
		return Created{}, err
	}
	restrictions, err := restrict(r.Addresses)
	if err != nil {
		return Created{}, err
	}
	now := s.Clock.Now()
	if !r.Expires.IsZero() && !r.Expires.After(now) {
		return Created{}, fail.New(fail.Invalid, "the expiry %s is in the past", r.Expires.UTC().Format(time.RFC3339))
	}
	plain := r.Secret
	if plain.IsZero() {
		plain = secret.New(secret.Digits32())
	} else if !looksGenerated(plain.Reveal()) {
		return Created{}, fail.New(fail.Invalid, "a bot secret has 32 or more characters, all of 0-9 and a-w; the given one could never log in")
	}
	owner, err := s.Accounts.Find(ctx, r.Owner)
	if err != nil {
		return Created{}, err
	}
	b := BotPassword{
		Owner: owner.ID, App: app, Hash: s.Hasher.HashBot(plain), Stamp: secret.Hex32(),
		Grants: grants, Restrictions: restrictions, Created: now, Expires: r.Expires,
	}
	if err := s.Store.Create(ctx, b, s.event(ctx, audit.BotCreate, owner.Name, b)); err != nil {
		if fail.Is(err, fail.Conflict) {
			err = fail.New(fail.Conflict, "%s has a bot password %q already; revoke it first or choose another app id", owner.Name, app)
		}
		return Created{}, err
	}
	return Created{Login: owner.Name.String() + Separator + app, Secret: plain, BotPassword: b}, nil
}

// event is one that something happened to b, with what it may do afterwards.
func (s *Service) event(ctx context.Context, k audit.Kind, owner username.Name, b BotPassword) audit.Event {
	e := audit.Now(ctx, s.Clock.Now(), k).Of(int64(b.Owner), owner.String())
	e.App = b.App
	if k == audit.BotDelete {
		return e
	}
	e = e.With("grants", strings.Join(b.Grants, ","))
	if !b.Expires.IsZero() {
		e = e.With("expires", b.Expires.UTC().Format(time.RFC3339))
	}
	if list := b.Restrictions.List(); !slices.Equal(list, grant.Unrestricted().List()) {
		e = e.With("addresses", strings.Join(list, ","))
	}
	return e
}

// cleanGrants adds the hidden grant basic and refuses unknown ones.
func cleanGrants(names []string) ([]string, error) {
	grants := []string{"basic"}
	for _, g := range names {
		if !grant.KnownGrant(g) {
			return nil, fail.New(fail.Invalid, "there is no grant %q; the grants are %s", g, strings.Join(grantNames(), ", "))
		}
		if !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	return grants, nil
}

func grantNames() []string {
	var names []string
	for _, g := range grant.Grants() {
		names = append(names, g.Name)
	}
	return names
}

func restrict(addresses []string) (grant.Restrictions, error) {
	if len(addresses) == 0 {
		return grant.Unrestricted(), nil
	}
	r, err := grant.NewRestrictions(addresses)
	if err != nil {
		return r, fail.Wrap(fail.Invalid, err, "the address restriction was refused")
	}
	return r, nil
}

// Change is a new state of a bot password. Nil fields stay as they are. Every
// change ends the sessions of the bot password.
type Change struct {
	Grants    []string
	Addresses []string
	Secret    secret.Secret
	Expires   *time.Time
}

// Update changes a bot password; its running sessions end at their next
// request. An unknown one is fail.NotFound.
func (s *Service) Update(ctx context.Context, owner, app string, c Change) error {
	name, b, err := s.find(ctx, owner, app)
	if err != nil {
		return err
	}
	if c.Grants != nil {
		if b.Grants, err = cleanGrants(c.Grants); err != nil {
			return err
		}
	}
	if c.Addresses != nil {
		if b.Restrictions, err = restrict(c.Addresses); err != nil {
			return err
		}
	}
	if !c.Secret.IsZero() {
		if !looksGenerated(c.Secret.Reveal()) {
			return fail.New(fail.Invalid, "a bot secret has 32 or more characters, all of 0-9 and a-w")
		}
		b.Hash = s.Hasher.HashBot(c.Secret)
	}
	if c.Expires != nil {
		b.Expires = *c.Expires
	}
	b.Stamp = secret.Hex32()
	event := s.event(ctx, audit.BotUpdate, name, b)
	if !c.Secret.IsZero() {
		event = event.With("secret", "changed")
	}
	return s.Store.Update(ctx, b, event)
}

func (s *Service) find(ctx context.Context, owner, app string) (username.Name, BotPassword, error) {
	a, err := s.Accounts.Find(ctx, owner)
	if err != nil {
		return a.Name, BotPassword{}, err
	}
	f, err := s.Store.Find(ctx, a.Name, app)
	if err == nil && !f.AppFound {
		err = fail.New(fail.NotFound, "%s has no bot password %q", a.Name, app)
	}
	return a.Name, f.BotPassword, err
}

// Revoke removes a bot password; its running sessions end at their next
// request. An unknown one is fail.NotFound.
func (s *Service) Revoke(ctx context.Context, owner, app string) error {
	a, err := s.Accounts.Find(ctx, owner)
	if err != nil {
		return err
	}
	event := s.event(ctx, audit.BotDelete, a.Name, BotPassword{Owner: a.ID, App: app})
	deleted, err := s.Store.Delete(ctx, a.ID, app, event)
	if err == nil && !deleted {
		err = fail.New(fail.NotFound, "%s has no bot password %q", a.Name, app)
	}
	return err
}

// Listed is a bot password with the name of its owner.
type Listed struct {
	OwnerName string
	BotPassword
}

// List gives the bot passwords of an account, or of all when owner is empty.
func (s *Service) List(ctx context.Context, owner string) ([]Listed, error) {
	names := map[account.ID]string{}
	var id account.ID
	if owner != "" {
		a, err := s.Accounts.Find(ctx, owner)
		if err != nil {
			return nil, err
		}
		id, names[a.ID] = a.ID, a.Name.String()
	}
	rows, err := s.Store.List(ctx, id)
	if err != nil {
		return nil, err
	}
	var list []Listed
	for _, b := range rows {
		if _, ok := names[b.Owner]; !ok {
			a, _, err := s.Accounts.Store.ByID(ctx, b.Owner)
			if err != nil {
				return nil, err
			}
			names[b.Owner] = a.Name.String()
		}
		list = append(list, Listed{OwnerName: names[b.Owner], BotPassword: b})
	}
	return list, nil
}
