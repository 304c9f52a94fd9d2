package credential

import (
	"context"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

// Hasher makes and checks slow hashes; see package passhash.
type Hasher interface {
	Hash(ctx context.Context, password secret.Secret) (string, error)
	Verify(ctx context.Context, hash string, password secret.Secret) (ok, upgrade bool, err error)
	// VerifyNothing takes the time of a check that fails.
	VerifyNothing(ctx context.Context, password secret.Secret) error
}

// Throttle counts attempts; see package throttle.
type Throttle interface {
	Take(ctx context.Context, k throttle.Kind, name string, address netip.Addr) (throttle.Verdict, error)
	Clear(ctx context.Context, k throttle.Kind, name string, address netip.Addr) error
}

// Service checks passwords of main accounts. It is safe for concurrent use.
type Service struct {
	Store    Store
	Names    *username.Rules
	Hasher   Hasher
	Throttle Throttle
}

// Result is how a password login ended.
type Result uint8

// The results.
const (
	// NoCredentials: nothing was given that could be a name and a password.
	NoCredentials Result = iota
	Success
	// WrongPassword also stands for an unknown name: they cannot be told apart.
	WrongPassword
	TooLong
	Throttled
)

// Outcome is a result with what belongs to it.
type Outcome struct {
	Result  Result
	Account account.ID // when Success
	Wait    time.Duration
}

// Login checks name and password from an address. Each attempt is counted
// before anything is looked at; one without a name or a password counts for
// the address alone, so that it keeps nobody out. An unknown name costs the time of a wrong password (MediaWiki:
// LocalPasswordPrimaryAuthenticationProvider).
func (s *Service) Login(ctx context.Context, rawName string, password secret.Secret, address netip.Addr) (Outcome, error) {
	name, ok := s.Names.Parse(rawName)
	usable := ok && !password.IsZero() && s.Names.Usable(name)
	counted := name.String()
	if password.IsZero() {
		counted = ""
	}
	v, err := s.Throttle.Take(ctx, throttle.Password, counted, address)
	if err != nil {
		return Outcome{}, err
	}
	switch {
	case !v.Allowed:
		return Outcome{Result: Throttled, Wait: v.Wait}, nil
	case !usable:
		return Outcome{Result: NoCredentials}, nil
	case password.Len() > account.MaxPassword:
		// MediaWiki gives this answer for existing names only; the same one for
		// all of them tells nobody who exists.
		return Outcome{Result: TooLong}, nil
	}
	return s.check(ctx, name, password, address)
}

func (s *Service) check(ctx context.Context, name username.Name, password secret.Secret, address netip.Addr) (Outcome, error) {
	row, found, err := s.Store.Password(ctx, name)
	if err != nil {
		return Outcome{}, err
	}
	if !found || row.Hash == "" || row.Locked {
		return Outcome{Result: WrongPassword}, s.Hasher.VerifyNothing(ctx, password)
	}
	right, upgrade, err := s.Hasher.Verify(ctx, row.hash(), password)
	if err != nil {
		return Outcome{}, err
	}
	if !right {
		return Outcome{Result: WrongPassword}, nil
	}
	if upgrade {
		if err := s.upgrade(ctx, row, password); err != nil {
			return Outcome{}, err
		}
	}
	err = s.Throttle.Clear(ctx, throttle.Password, name.String(), address)
	return Outcome{Result: Success, Account: row.Account}, err
}

func (s *Service) upgrade(ctx context.Context, row Row, password secret.Secret) error {
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return err
	}
	return s.Store.UpgradePassword(ctx, row.Account, row.Hash, hash)
}
