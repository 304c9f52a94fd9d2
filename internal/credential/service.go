package credential

import (
	"context"
	"log/slog"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
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

// Service checks and changes passwords of main accounts. It is safe for
// concurrent use.
type Service struct {
	Store    Store
	Accounts *account.Service
	Names    *username.Rules
	Hasher   Hasher
	Policy   policy.Rules
	Lifetime time.Duration // of a temporary password
	Clock    clock.Clock
	Log      *slog.Logger
}

// Result is how the check of a password ended.
type Result uint8

// The results.
const (
	// WrongPassword also stands for an unknown name: they cannot be told apart.
	WrongPassword Result = iota
	Success
	TooShort // to log in, by the policy of everybody
	TooLong
	// ChangeFirst: the password is right, but it is a temporary one, or the
	// policy would not let it be set any more. The account must not be logged
	// in before its user has chosen another or, as Outcome.Change says, has been
	// asked to.
	ChangeFirst
)

// Outcome is a result with what belongs to it.
type Outcome struct {
	Result Result
	// Reason names the check that refused, and Known is the account of the name,
	// if it was looked for and is there: for the audit trail only.
	Reason  audit.Reason
	Known   account.ID
	Account account.Account // when Success or ChangeFirst
	Change  policy.Reaction // when ChangeFirst: Suggest or Force
	// Findings are what is wrong with the password, when ChangeFirst; none of a
	// temporary one.
	Findings []policy.Finding
	Limit    int // when TooShort or TooLong, in bytes
}

// Refuse is Check for an attempt that is known to be wrong, since the secret in
// it was checked as a bot password by a slow hash: it is answered like one with
// a wrong password, and takes no second slow hash.
func (s *Service) Refuse(ctx context.Context, name username.Name, password secret.Secret) (Outcome, error) {
	if out, judged := s.judgeLength(password); judged {
		return out, nil
	}
	row, found, err := s.Store.Password(ctx, name)
	return Outcome{Result: WrongPassword, Reason: whyUnusable(row, found), Known: row.Account.ID}, err
}

// Check compares a password with that of a name, which is canonical and usable.
// It counts nothing: the attempt has passed the throttle before. An unknown name
// costs the time of a wrong password (MediaWiki:
// LocalPasswordPrimaryAuthenticationProvider).
func (s *Service) Check(ctx context.Context, name username.Name, password secret.Secret) (Outcome, error) {
	if out, judged := s.judgeLength(password); judged {
		return out, nil
	}
	return s.check(ctx, name, password)
}

// judgeLength refuses what need not be compared. MediaWiki judges the lengths
// for existing names only; the same answer for all of them tells nobody who
// exists.
func (s *Service) judgeLength(password secret.Secret) (out Outcome, judged bool) {
	least := max(1, s.Policy.Default.MinLoginLength)
	switch {
	case password.Len() > policy.MaxLength:
		return Outcome{Result: TooLong, Reason: audit.TooLong, Limit: policy.MaxLength}, true
	case password.Len() < least:
		return Outcome{Result: TooShort, Reason: audit.TooShort, Limit: least}, true
	}
	return Outcome{}, false
}

// check looks at the temporary password first and then at the other one
// (MediaWiki: AuthManagerAutoConfig, primaryauth). Whatever is stored, and
// whether anything is, a refusal costs one slow hash.
func (s *Service) check(ctx context.Context, name username.Name, password secret.Secret) (Outcome, error) {
	row, found, err := s.Store.Password(ctx, name)
	if err != nil {
		return Outcome{}, err
	}
	refused := Outcome{Result: WrongPassword, Reason: whyUnusable(row, found), Known: row.Account.ID}
	if !found || row.Account.Locked {
		return refused, s.Hasher.VerifyNothing(ctx, password)
	}
	right, err := s.isTemporary(ctx, row, password)
	if err != nil {
		return Outcome{}, err
	}
	if right {
		return s.accept(row, password, true), nil
	}
	right, upgrade, err := s.Hasher.VerifySlowly(ctx, row.hash(), password)
	if err != nil || !right {
		return refused, err
	}
	if upgrade {
		s.upgrade(ctx, row, password)
	}
	return s.accept(row, password, false), nil
}

// whyUnusable says why no password logs in, or else that it was a wrong one.
func whyUnusable(row Row, found bool) audit.Reason {
	switch {
	case !found:
		return audit.UnknownName
	case row.Account.Locked:
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

// accept says what follows from a right password, which is a temporary one or
// not.
func (s *Service) accept(row Row, password secret.Secret, temporary bool) Outcome {
	a := row.Account
	out := Outcome{Result: Success, Known: a.ID, Account: a}
	if temporary {
		out.Result, out.Change = ChangeFirst, policy.Force
		return out
	}
	if s.Policy.OnLogin == policy.Ignore {
		return out
	}
	asked := s.Policy.For(a.ExplicitGroups(s.Clock.Now()))
	if out.Findings = asked.Check(a.Name.String(), password); len(out.Findings) > 0 {
		out.Result, out.Change = ChangeFirst, s.Policy.OnLogin
	}
	return out
}

// upgrade replaces the hash of a right password. What becomes of the login is
// decided: it does not depend on this, which the next login tries again.
func (s *Service) upgrade(ctx context.Context, row Row, password secret.Secret) {
	hash, err := s.Hasher.Hash(ctx, password)
	if err == nil {
		err = s.Store.UpgradePassword(ctx, row.Account.ID, row.Hash, hash)
	}
	if err != nil {
		s.Log.Warn("the hash of a password was not renewed", "channel", "authevents", "account", row.Account.ID, "error", err)
	}
}
