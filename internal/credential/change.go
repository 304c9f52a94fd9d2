package credential

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

// Change sets the password of an account, which must be good enough for its
// groups. A temporary password goes, all sessions and remembered logins of the
// account end, and its bot passwords must be reset. A password that is refused
// is fail.Invalid, a name that nobody has fail.NotFound.
func (s *Service) Change(ctx context.Context, name string, password secret.Secret) (account.Account, error) {
	a, err := s.Accounts.Find(ctx, name)
	if err != nil {
		return a, err
	}
	asked := s.Policy.For(a.ExplicitGroups(s.Clock.Now()))
	if password, err = asked.Accept(a.Name.String(), password); err != nil {
		return a, err
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return a, err
	}
	_, err = s.replace(ctx, a, Replacement{Hash: hash}, "set")
	return a, err
}

// Choose is Change for a person who is logging in to the account and must, or
// wants to, have another password. refused says what is wrong with the new one,
// and then nothing has changed. Otherwise the account is as it is afterwards.
// When something else has ended the account's sessions since a was read, such as
// a new password or a lock, that stays, and it is fail.Conflict; an account that
// is gone is fail.NotFound.
func (s *Service) Choose(ctx context.Context, a account.Account, password secret.Secret) (_ account.Account, refused []policy.Finding, err error) {
	asked := s.Policy.For(a.ExplicitGroups(s.Clock.Now()))
	if refused = asked.Check(a.Name.String(), password); len(refused) > 0 {
		return a, refused, nil
	}
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return a, nil, err
	}
	a.Token, err = s.replace(ctx, a, Replacement{Hash: hash, Expected: a.Token}, "chosen at login")
	return a, nil, err
}

// Invalidate takes the password of an account away, and its temporary one: no
// password logs in to it until one is set. Otherwise it does what Change does.
func (s *Service) Invalidate(ctx context.Context, name string) (account.Account, error) {
	a, err := s.Accounts.Find(ctx, name)
	if err != nil {
		return a, err
	}
	_, err = s.replace(ctx, a, Replacement{}, "invalidated")
	return a, err
}

// replace completes r and stores it. token is the account's new one.
func (s *Service) replace(ctx context.Context, a account.Account, r Replacement, what string) (token secret.Secret, err error) {
	r.Account, r.Token, r.Stamp = a.ID, secret.New(secret.Hex32()), secret.Hex32()
	return r.Token, s.Store.Replace(ctx, r, s.event(ctx, a, what))
}

func (s *Service) event(ctx context.Context, a account.Account, what string) audit.Event {
	return audit.Now(ctx, s.Clock.Now(), audit.Password).Of(int64(a.ID), a.Name.String()).With("password", what)
}

// Temporary is a temporary password, which is shown this once.
type Temporary struct {
	Account  account.Account
	Password secret.Secret
	Expires  time.Time
}

// temporaryBits are those of a temporary password. Nobody can try so many, so
// it is kept by a fast keyed hash, and a login that tries it first takes no
// longer than others.
const temporaryBits = 80

// IssueTemporary makes a temporary password, in place of an older one. Who
// logs in with it must choose a new password. With invalidate the account's
// own password is taken away at the same moment, as by Invalidate; otherwise it
// and all sessions stay good. A name that nobody has is fail.NotFound.
func (s *Service) IssueTemporary(ctx context.Context, name string, invalidate bool) (Temporary, error) {
	a, err := s.Accounts.Find(ctx, name)
	if err != nil {
		return Temporary{}, err
	}
	now := s.Clock.Now()
	t := Temporary{Account: a, Password: secret.New(secret.EncodeDigits(secret.Bytes(temporaryBits / 8))), Expires: now.Add(s.Lifetime)}
	hash := s.Hasher.HashBot(t.Password)
	if invalidate {
		_, err = s.replace(ctx, a, Replacement{Temporary: hash, TemporaryMade: now}, "invalidated, temporary issued")
	} else {
		err = s.Store.SetTemporary(ctx, a.ID, hash, now, s.event(ctx, a, "temporary issued"))
	}
	return t, err
}
