package botpassword

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
)

// Separator stands between account name and app id (MediaWiki:
// UserrightsInterwikiDelimiter).
const Separator = "@"

// minSecret is the shortest secret that is tried as a bot password.
const minSecret = 32

// looksGenerated reports whether text could be a generated secret (MediaWiki:
// BotPassword::canonicalizeLoginData, anchored at the very end).
func looksGenerated(text string) bool {
	if len(text) < minSecret {
		return false
	}
	for i := 0; i < len(text); i++ {
		if c := text[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'w') {
			return false
		}
	}
	return true
}

// Attempt is a login that has the form of one with a bot password.
type Attempt struct {
	Owner  string // as given
	App    string
	Secret secret.Secret
}

// Recognise tells logins with a bot password from others. There are two forms:
// User@app with the secret as password, and User with app@secret as password.
func Recognise(name string, password secret.Secret) (Attempt, bool) {
	text := password.Reveal()
	if len(text) >= minSecret && strings.Contains(name, Separator) {
		if !looksGenerated(text) {
			return Attempt{}, false
		}
		return split(name, password), true
	}
	if at := strings.LastIndex(text, Separator); len(text) > minSecret && at >= 0 {
		if plain := text[at+1:]; looksGenerated(plain) {
			return split(name+Separator+text[:at], secret.New(plain)), true
		}
	}
	return Attempt{}, false
}

// split cuts at the first separator: an app id may hold more of them.
func split(full string, plain secret.Secret) Attempt {
	owner, app, _ := strings.Cut(full, Separator)
	return Attempt{Owner: owner, App: app, Secret: plain}
}

// Result is how a login with a bot password ended.
type Result uint8

// The results. NotThis stands for every reason that the client may not tell
// apart (unknown account, unknown app id, refused address, wrong secret): the
// login goes on as one of a main account.
const (
	NotThis Result = iota
	Success
	Locked
	Throttled
	NeedsReset
)

// Outcome is a result with what belongs to it.
type Outcome struct {
	Result Result
	// Reason names the check that refused the attempt, for the audit trail only.
	Reason audit.Reason
	// Wait is how long a throttled client is told to wait.
	Wait time.Duration
	// Former says that a success was one of the secret from before a rotation.
	Former bool
	// Slow says that a slow hash was computed.
	Slow bool
	// Found is set from the moment the owner is known.
	Found
}

// Login checks an attempt from an address. The order of the checks is
// MediaWiki's (BotPassword::login), since some of them can be told apart.
func (s *Service) Login(ctx context.Context, a Attempt, address netip.Addr) (Outcome, error) {
	name, ok := s.Names.Parse(a.Owner)
	if !ok {
		return Outcome{Reason: audit.UnknownName}, nil
	}
	f, err := s.Store.Find(ctx, name, a.App)
	if err != nil {
		return Outcome{}, err
	}
	if f.OwnerLocked {
		return Outcome{Result: Locked, Reason: audit.Locked, Found: f}, nil
	}
	// MediaWiki counts for existing names only, and so tells by its refusals
	// which names exist.
	v, err := s.Throttle.Take(ctx, throttle.BotPassword, name.String(), address)
	if err != nil {
		return Outcome{}, err
	}
	if !v.Allowed {
		return Outcome{Result: Throttled, Reason: audit.Throttled, Wait: v.Wait, Found: f}, nil
	}
	switch {
	case !f.OwnerFound:
		return Outcome{Reason: audit.UnknownName}, nil
	case !f.AppFound:
		return Outcome{Reason: audit.UnknownApp, Found: f}, nil
	case !f.Expires.IsZero() && !s.Clock.Now().Before(f.Expires):
		return Outcome{Reason: audit.Expired, Found: f}, nil
	case !f.Restrictions.Allows(address):
		return Outcome{Reason: audit.AddressRefused, Found: f}, nil
	case f.Hash == "":
		return Outcome{Result: NeedsReset, Reason: audit.NeedsReset, Found: f}, nil
	}
	return s.verify(ctx, a, f, address)
}

// verify tries the secret and, while it is good, the one from before a rotation.
func (s *Service) verify(ctx context.Context, a Attempt, f Found, address netip.Addr) (Outcome, error) {
	hashes := []string{f.Hash}
	if f.Former.Good(s.Clock.Now()) {
		hashes = append(hashes, f.Former.Hash)
	}
	out := Outcome{Reason: audit.WrongPassword, Found: f}
	for i, hash := range hashes {
		right, upgrade, err := s.Hasher.Verify(ctx, hash, a.Secret)
		if err != nil {
			return Outcome{}, err
		}
		out.Slow = out.Slow || s.Hasher.Slow(hash)
		if right {
			if out.Former = i > 0; out.Former {
				out.Stamp = f.Former.Stamp // its sessions end with it
			}
			return s.accept(ctx, a, out, hash, upgrade, address)
		}
	}
	return out, nil
}

// accept is the end of a login with the right secret.
func (s *Service) accept(ctx context.Context, a Attempt, out Outcome, hash string, upgrade bool, address netip.Addr) (Outcome, error) {
	out.Result, out.Reason = Success, ""
	if upgrade || s.Hasher.Slow(hash) {
		if err := s.Store.UpgradeHash(ctx, out.Found.Owner, out.App, hash, s.Hasher.HashBot(a.Secret)); err != nil {
			return Outcome{}, err
		}
	}
	return out, s.Throttle.Clear(ctx, throttle.BotPassword, out.OwnerName.String(), address)
}
