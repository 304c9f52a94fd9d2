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
	// Known reports whether a text is a hash in an accepted format, and Slow
	// whether to verify it takes the time of a slow hash.
	Known(hash string) bool
	Slow(hash string) bool
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
	// Hash is of a secret that nobody here knows, in a format of MediaWiki; it
	// takes the place of Secret. The first login replaces it by a fast one.
	Hash string
}

// Created is a new bot password with its secret, which is shown this once. The
// secret is zero when only its hash was given.
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
	if err := s.future(r.Expires); err != nil {
		return Created{}, err
	}
	plain, hash, err := s.newSecret(r)
	if err != nil {
		return Created{}, err
	}
	owner, err := s.Accounts.Find(ctx, r.Owner)
	if err != nil {
		return Created{}, err
	}
	b := BotPassword{
		Owner: owner.ID, App: app, Hash: hash, Stamp: secret.Hex32(),
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

// newSecret gives the secret that is asked for and its hash.
func (s *Service) newSecret(r CreateRequest) (plain secret.Secret, hash string, err error) {
	switch {
	case r.Hash != "" && !r.Secret.IsZero():
		return plain, "", fail.New(fail.Invalid, "give a secret or its hash, not both")
	case r.Hash != "" && !s.Hasher.Known(r.Hash):
		return plain, "", fail.New(fail.Invalid, "the hash is in no format that MediaWiki writes, such as :pbkdf2:sha512:30000:64:SALT:KEY")
	case r.Hash != "":
		return plain, r.Hash, nil
	case r.Secret.IsZero():
		plain = secret.New(secret.Digits32())
	case !looksGenerated(r.Secret.Reveal()):
		return plain, "", fail.New(fail.Invalid, "a bot secret has 32 or more characters, all of 0-9 and a-w; the given one could never log in")
	default:
		plain = r.Secret
	}
	return plain, s.Hasher.HashBot(plain), nil
}

// future refuses a time that has passed. Zero is never.
func (s *Service) future(t time.Time) error {
	if !t.IsZero() && !t.After(s.Clock.Now()) {
		return fail.New(fail.Invalid, "the expiry %s is in the past", t.UTC().Format(time.RFC3339))
	}
	return nil
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
