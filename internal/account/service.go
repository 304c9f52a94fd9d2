package account

import (
	"context"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

// Hasher turns a password into what is stored; see package passhash.
type Hasher interface {
	Hash(ctx context.Context, password secret.Secret) (string, error)
}

// Service is what may be done with accounts. It is safe for concurrent use.
type Service struct {
	Store  Store
	Life   Lifecycle
	Names  *username.Rules
	Hasher Hasher
	Clock  clock.Clock
	// Policy says which passwords are good enough.
	Policy policy.Rules
	// KnownGroup tells which explicit groups exist.
	KnownGroup func(name string) bool
}

// CreateRequest asks for an account. A zero Password makes one that only bot
// passwords log in to.
type CreateRequest struct {
	Name     string
	Password secret.Secret
	Groups   []string
	Email    string
	RealName string
}

// Create adds an account. Input that is refused is fail.Invalid, a taken name
// fail.Conflict.
func (s *Service) Create(ctx context.Context, r CreateRequest) (Account, error) {
	name, err := s.creatable(r.Name)
	if err != nil {
		return Account{}, err
	}
	groups, err := s.groups(r.Groups)
	if err != nil {
		return Account{}, err
	}
	if r.Email != "" && !plausibleEmail(r.Email) {
		return Account{}, fail.New(fail.Invalid, "%q is not an e-mail address; give one such as bot@example.org", r.Email)
	}
	var hash string
	if !r.Password.IsZero() {
		asked := s.Policy.For(groups)
		password, err := asked.Accept(name.String(), r.Password)
		if err != nil {
			return Account{}, err
		}
		if hash, err = s.Hasher.Hash(ctx, password); err != nil {
			return Account{}, err
		}
	}
	now := s.Clock.Now()
	event := audit.Now(ctx, now, audit.AccountCreate).Of(0, name.String()).With("groups", strings.Join(groups, ","))
	return s.Store.Create(ctx, New{
		Name: name, RealName: r.RealName, Email: r.Email, Groups: groups,
		PasswordHash: hash, Token: secret.New(secret.Hex32()), Registered: now,
	}, event)
}

func (s *Service) creatable(raw string) (username.Name, error) {
	name, ok := s.Names.Parse(raw)
	if !ok {
		return name, fail.New(fail.Invalid, "%q cannot be an account name: it is empty, too long, an IP address, or holds a character such as # / | < > [ ] { }", raw)
	}
	if !s.Names.Usable(name) {
		return name, fail.New(fail.Invalid, "%q is reserved; choose another account name", name)
	}
	if !s.Names.Creatable(name) {
		return name, fail.New(fail.Invalid, "%q cannot be a new account name: it has more than 235 bytes, or one of @ : >", name)
	}
	return name, nil
}

// groups sorts, removes repetitions and refuses unknown names.
func (s *Service) groups(names []string) ([]string, error) {
	for _, g := range names {
		if !s.KnownGroup(g) {
			return nil, fail.New(fail.Invalid, "there is no group %q", g)
		}
	}
	sorted := slices.Clone(names)
	slices.Sort(sorted)
	return slices.Compact(sorted), nil
}

// plausibleEmail refuses what no mail server would take. The real check is a
// mail that arrives.
func plausibleEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	return ok && local != "" && domain != "" && len(s) <= 254 &&
		!strings.ContainsAny(s, " \t\r\n,;<>\"\\") && !strings.Contains(domain, "@")
}

// Find gives the account of a name in any spelling. A name that cannot be is
// fail.Invalid, one that nobody has fail.NotFound.
func (s *Service) Find(ctx context.Context, raw string) (Account, error) {
	name, ok := s.Names.Parse(raw)
	if !ok {
		return Account{}, fail.New(fail.Invalid, "%q cannot be an account name", raw)
	}
	a, found, err := s.Store.ByName(ctx, name)
	if err == nil && !found {
		err = fail.New(fail.NotFound, "there is no account %s", name)
	}
	return a, err
}

// List gives accounts in the order of their names.
func (s *Service) List(ctx context.Context, p Page) ([]Account, error) {
	return s.Store.List(ctx, p)
}
