package credential

import (
	"context"
	"log/slog"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

// Hasher makes and checks hashes; see package passhash.
type Hasher interface {
	Hash(ctx context.Context, password secret.Secret) (string, error)
	// HashBot makes a fast keyed hash of a generated secret.
	HashBot(secret secret.Secret) string
	Verify(ctx context.Context, hash string, password secret.Secret) (ok, upgrade bool, err error)
	// VerifySlowly is Verify, but that fails as slowly as VerifyNothing.
	VerifySlowly(ctx context.Context, hash string, password secret.Secret) (ok, upgrade bool, err error)
	// VerifyNothing takes the time of a check that fails.
	VerifyNothing(ctx context.Context, password secret.Secret) error
}

// Throttle counts attempts; see package throttle.
type Throttle interface {
	Take(ctx context.Context, k throttle.Kind, name string, address netip.Addr) (throttle.Verdict, error)
	Clear(ctx context.Context, k throttle.Kind, name string, address netip.Addr) error
}

// Service checks and changes passwords of main accounts. It is safe for
// concurrent use.
type Service struct {
	Store    Store
	Accounts *account.Service
	Names    *username.Rules
	Hasher   Hasher
	Throttle Throttle
	Policy   policy.Rules
	Lifetime time.Duration // of a temporary password
	Clock    clock.Clock
	Log      *slog.Logger
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
	TooShort // to log in, by the policy of everybody
	TooLong
	Throttled
	// ChangeFirst: the password is right, but it is a temporary one, or the
	// policy would not let it be set any more. The account must not be logged
	// in before its user has chosen another or, as Outcome.Change says, has been
	// asked to.
	ChangeFirst
)

// Outcome is a result with what belongs to it.
type Outcome struct {
	Result Result
	// Reason names the check that refused, Name is the canonical name that was
	// given, if it can be one, and Known the account of that name, if it was
	// looked for and is there: for the audit trail only.
	Reason  audit.Reason
	Name    username.Name
	Known   account.ID
	Account account.Account // when Success or ChangeFirst
	Change  policy.Reaction // when ChangeFirst: Suggest or Force
	Limit   int             // when TooShort or TooLong, in bytes
	Wait    time.Duration   // when Throttled
}

// Refuse is Login for an attempt that is known to be wrong, since the secret in
// it was checked as a bot password by a slow hash: it is counted and answered
// like one with a wrong password, and takes no second slow hash.
func (s *Service) Refuse(ctx context.Context, rawName string, password secret.Secret, address netip.Addr) (Outcome, error) {
	return s.judge(ctx, rawName, password, address, func(ctx context.Context, name username.Name, _ secret.Secret) (Outcome, error) {
		row, found, err := s.Store.Password(ctx, name)
		return Outcome{Result: WrongPassword, Reason: whyUnusable(row, found), Name: name, Known: row.Account}, err
	})
}

// Login checks name and password from an address. Each attempt is counted
// before anything is looked at; one without a name or a password counts for
// the address alone, so that it keeps nobody out. An unknown name costs the time of a wrong password (MediaWiki:
// LocalPasswordPrimaryAuthenticationProvider).
func (s *Service) Login(ctx context.Context, rawName string, password secret.Secret, address netip.Addr) (Outcome, error) {
	return s.judge(ctx, rawName, password, address, s.check)
}

// judge does all that needs no secret, and leaves the rest to check.
func (s *Service) judge(ctx context.Context, rawName string, password secret.Secret, address netip.Addr,
	check func(context.Context, username.Name, secret.Secret) (Outcome, error)) (Outcome, error) {
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
		return Outcome{Result: Throttled, Reason: audit.Throttled, Name: name, Wait: v.Wait}, nil
	case !usable:
		return Outcome{Result: NoCredentials, Reason: audit.NoCredentials, Name: name}, nil
	case password.Len() > policy.MaxLength:
		// MediaWiki judges the lengths for existing names only; the same answer
		// for all of them tells nobody who exists.
		return Outcome{Result: TooLong, Reason: audit.TooLong, Name: name, Limit: policy.MaxLength}, nil
	case password.Len() < s.Policy.Default.MinLoginLength:
		return Outcome{Result: TooShort, Reason: audit.TooShort, Name: name, Limit: s.Policy.Default.MinLoginLength}, nil
	}
	out, err := check(ctx, name, password)
	if err == nil && out.Result == Success {
		err = s.Throttle.Clear(ctx, throttle.Password, name.String(), address)
	}
	return out, err
}

// check looks at the temporary password first and then at the other one
// (MediaWiki: AuthManagerAutoConfig, primaryauth). Whatever is stored, and
// whether anything is, a refusal costs one slow hash.
func (s *Service) check(ctx context.Context, name username.Name, password secret.Secret) (Outcome, error) {
	row, found, err := s.Store.Password(ctx, name)
	if err != nil {
		return Outcome{}, err
	}
	refused := Outcome{Result: WrongPassword, Reason: whyUnusable(row, found), Name: name, Known: row.Account}
	if !found || row.Locked {
		return refused, s.Hasher.VerifyNothing(ctx, password)
	}
	right, err := s.isTemporary(ctx, row, password)
	if err != nil {
		return Outcome{}, err
	}
	if right {
		return s.accept(ctx, row, password, policy.Force)
	}
	right, upgrade, err := s.Hasher.VerifySlowly(ctx, row.hash(), password)
	if err != nil || !right {
		return refused, err
	}
	out, err := s.accept(ctx, row, password, policy.Ignore)
	if err == nil && upgrade {
		s.upgrade(ctx, row, password)
	}
	return out, err
}

// whyUnusable says why no password logs in, or else that it was a wrong one.
func whyUnusable(row Row, found bool) audit.Reason {
	switch {
	case !found:
		return audit.UnknownName
	case row.Locked:
		return audit.Locked
	case row.Hash == "":
		return audit.NoPassword
	}
	return audit.WrongPassword
}

func (s *Service) isTemporary(ctx context.Context, row Row, password secret.Secret) (bool, error) {
	if row.Temporary == "" || !s.Clock.Now().Before(row.TemporaryMade.Add(s.Lifetime)) {
		return false, nil
	}
	right, _, err := s.Hasher.Verify(ctx, row.Temporary, password)
	return right, err
}

// accept says what follows from a right password. change is what is asked for
// anyway.
func (s *Service) accept(ctx context.Context, row Row, password secret.Secret, change policy.Reaction) (Outcome, error) {
	a, found, err := s.Accounts.Store.ByID(ctx, row.Account)
	if err != nil || !found || a.Locked {
		return Outcome{Result: WrongPassword, Reason: audit.Locked, Name: row.Name, Known: row.Account}, err
	}
	a.Token = row.Token
	asked := s.Policy.For(a.ExplicitGroups(s.Clock.Now()))
	if change == policy.Ignore && len(asked.Check(a.Name.String(), password)) > 0 {
		change = s.Policy.OnLogin
	}
	if change != policy.Ignore {
		return Outcome{Result: ChangeFirst, Reason: audit.MustChange, Name: a.Name, Known: a.ID, Account: a, Change: change}, nil
	}
	return Outcome{Result: Success, Name: a.Name, Known: a.ID, Account: a}, nil
}

// upgrade replaces the hash of a right password. What becomes of the login is
// decided: it does not depend on this, which the next login tries again.
func (s *Service) upgrade(ctx context.Context, row Row, password secret.Secret) {
	hash, err := s.Hasher.Hash(ctx, password)
	if err == nil {
		err = s.Store.UpgradePassword(ctx, row.Account, row.Hash, hash)
	}
	if err != nil {
		s.Log.Warn("the hash of a password was not renewed", "channel", "authevents", "account", row.Account, "error", err)
	}
}
