package twofactor

import (
	"context"
	"log/slog"
	"net/netip"
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
)

// Throttle counts attempts; see package throttle.
type Throttle interface {
	Take(ctx context.Context, k throttle.Kind, name string, address netip.Addr) (throttle.Verdict, error)
	Clear(ctx context.Context, k throttle.Kind, name string, address netip.Addr) error
}

// Service checks and changes second factors. It is safe for concurrent use.
type Service struct {
	Store    Store
	Accounts *account.Service
	Vault    Vault
	Throttle Throttle
	Clock    clock.Clock
	Log      *slog.Logger
	// Radius is how many steps of 30 seconds a code may be old or early.
	Radius int
	// Issuer is what apps for codes call the site.
	Issuer string
}

// Result is how a check of a second factor ended.
type Result uint8

// The results.
const (
	Wrong Result = iota
	Right
	Throttled
)

// Outcome is a result with what belongs to it.
type Outcome struct {
	Result Result
	// Reason names the check that refused, for the audit trail.
	Reason audit.Reason
	Method Method        // when Right
	Wait   time.Duration // when Throttled: the whole period, whatever is left of it
	// CodesLeft is how many recovery codes are left, when Right by one of them.
	// None are made in place of the last.
	CodesLeft int
}

// refused is a check that failed.
func refused(why audit.Reason) Outcome { return Outcome{Result: Wrong, Reason: why} }

// Verify checks a code that was given for an account: a TOTP code of any of
// its devices, or a recovery code. White space in it does not matter. An empty
// code is wrong and not counted; each other attempt is counted before
// anything is looked at, and a right code takes its own off again. In a
// throttled window a right code is refused too, and stays good (MediaWiki:
// extension OATHAuth, src/Module/TOTP.php and src/Key/TOTPKey.php).
func (s *Service) Verify(ctx context.Context, a account.Account, code secret.Secret, address netip.Addr) (Outcome, error) {
	return s.judge(ctx, a, code, address, s.check)
}

// VerifyRecovery is Verify for recovery codes alone.
func (s *Service) VerifyRecovery(ctx context.Context, a account.Account, code secret.Secret, address netip.Addr) (Outcome, error) {
	return s.judge(ctx, a, code, address, s.checkRecovery)
}

func (s *Service) judge(ctx context.Context, a account.Account, code secret.Secret, address netip.Addr,
	check func(context.Context, account.Account, State, string) (Outcome, error)) (Outcome, error) {
	given := withoutSpace(code.Reveal())
	if given == "" {
		return refused(audit.NoCredentials), nil
	}
	kind := throttle.SecondFactor
	if len(given) == recoveryLength {
		kind, check = throttle.RecoveryCode, s.checkRecovery
	}
	return s.attempt(ctx, kind, a, address, func(ctx context.Context) (Outcome, error) {
		state, err := s.Store.State(ctx, a.ID)
		if err != nil {
			return Outcome{}, err
		}
		return check(ctx, a, state, given)
	})
}

// Attempt is the way to every check of a second factor: it counts an attempt on
// the account from address and calls check, or gives Throttled without it. An
// outcome Right takes the attempt off the counters again.
func (s *Service) Attempt(ctx context.Context, a account.Account, address netip.Addr, check func(context.Context) (Outcome, error)) (Outcome, error) {
	return s.attempt(ctx, throttle.SecondFactor, a, address, check)
}

// attempt is Attempt by the counters of a kind. What can only be a recovery
// code has its own, for the account at that address alone: nobody guesses one,
// and whoever uses up the attempts of an account leaves its owner this way.
func (s *Service) attempt(ctx context.Context, kind throttle.Kind, a account.Account, address netip.Addr, check func(context.Context) (Outcome, error)) (Outcome, error) {
	counted := strconv.FormatInt(int64(a.ID), 10) // a rename opens no new window
	v, err := s.Throttle.Take(ctx, kind, counted, address)
	if err != nil {
		return Outcome{}, err
	}
	if !v.Allowed {
		return Outcome{Result: Throttled, Reason: audit.Throttled, Wait: v.Wait}, nil
	}
	out, err := check(ctx)
	if err == nil && out.Result == Right {
		err = s.Throttle.Clear(ctx, kind, counted, address)
	}
	if err != nil {
		return Outcome{}, err
	}
	return out, nil
}

// check looks for a device whose code it is, and else for a recovery code.
func (s *Service) check(ctx context.Context, a account.Account, state State, code string) (Outcome, error) {
	now, used := s.Clock.Now(), false
	for _, d := range state.Of(TOTP) {
		key, ok := s.Vault.Open(d)
		if !ok {
			s.Log.Warn("a device of a second factor cannot be opened", "channel", "authevents", "account", a.ID, "device", d.ID)
			continue
		}
		counter, ok := counterOf(key, code, now, int64(s.Radius), state.Counter)
		if !ok {
			_, old := counterOf(key, code, now, int64(s.Radius), 0)
			used = used || old
			continue
		}
		first, err := s.Store.UseCounter(ctx, a.ID, d.ID, counter, now)
		if err != nil || !first {
			return refused(audit.UsedCode), err
		}
		s.renew(ctx, d, key, now)
		return Outcome{Result: Right, Method: TOTP}, nil
	}
	if used {
		return refused(audit.UsedCode), nil
	}
	return s.checkRecovery(ctx, a, state, code)
}

// renew seals the key of a device anew if that was done under an older key of
// the server. What becomes of the login does not depend on it.
func (s *Service) renew(ctx context.Context, d Device, key []byte, now time.Time) {
	if !s.Vault.Stale(d) {
		return
	}
	was := d.Data
	d.Used = now
	if _, err := s.Store.Update(ctx, was, s.Vault.Seal(d, key)); err != nil {
		s.Log.Warn("a device of a second factor was not sealed anew", "channel", "authevents", "account", d.Account, "error", err)
	}
}
