package modules

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// The stages of a login that waits.
const (
	stageCode  = "OATHToken"
	stageReset = "retype"
)

// modelAccount is what a login can depend on.
type modelAccount struct {
	name      string
	password  string
	temporary string // empty: none
	locked    bool
	device    *device // nil: no second factor
	last      int64   // the newest step of which a code was taken
	used      map[string]bool
	epoch     int // counts what ends sessions
}

// modelLogin is a login that waits in a session.
type modelLogin struct {
	of             *modelAccount
	epoch          int
	temporary      bool // it was begun with a temporary password
	stage          string
	begun, expires time.Time
}

// modelSession is what a client should be.
type modelSession struct {
	user  *modelAccount // nil: nobody
	login *modelLogin
}

// model is what the logins of a rig should come to, in as simple terms as they
// can be said.
type model struct {
	accounts map[string]*modelAccount
	sessions []*modelSession
}

// foretold is what a call should be answered.
type foretold struct{ status, code string }

func failing(code string) foretold { return foretold{"FAIL", code} }

// prove looks at a name and a password: whose they are, and whether the
// password is a temporary one.
func (m *model) prove(name, password string) (a *modelAccount, temporary bool) {
	a = m.accounts[name]
	switch {
	case a == nil || a.locked:
		return nil, false
	case a.temporary != "" && a.temporary == password:
		return a, true
	case a.password == password:
		return a, false
	}
	return nil, false
}

// begin is a login by name and password in a session.
func (m *model) begin(s *modelSession, name, password string, now time.Time) foretold {
	s.login = nil
	if name == "" || password == "" {
		return failing("authmanager-authn-no-primary")
	}
	a, temporary := m.prove(name, password)
	if a == nil {
		return failing("wrongpassword")
	}
	l := &modelLogin{of: a, epoch: a.epoch, temporary: temporary, begun: now}
	if a.device != nil {
		return s.wait(l, stageCode, "oathauth-auth-ui", now)
	}
	return s.proven(l, now)
}

// proven is a login of which all factors are.
func (s *modelSession) proven(l *modelLogin, now time.Time) foretold {
	if l.temporary {
		return s.wait(l, stageReset, "resetpass-temp-emailed", now)
	}
	s.user, s.login = l.of, nil
	return foretold{"PASS", ""}
}

func (s *modelSession) wait(l *modelLogin, stage, code string, now time.Time) foretold {
	l.stage, l.expires = stage, now.Add(10*time.Minute)
	if end := l.begun.Add(time.Hour); l.expires.After(end) {
		l.expires = end
	}
	s.login = l
	return foretold{"UI", code}
}

// live is the login that waits in a session, if it can be continued.
func (s *modelSession) live(now time.Time) *modelLogin {
	if l := s.login; l != nil && now.Before(l.expires) && l.epoch == l.of.epoch {
		return l
	}
	return nil
}

// takes reports whether a code counts, which uses it up.
func (a *modelAccount) takes(code string, now time.Time) bool {
	step := twofactor.Counter(now)
	switch {
	case code == a.device.now() && step > a.last:
		a.last = step
	case slices.Contains(a.device.recovery, code) && !a.used[code]:
		a.used[code] = true
	default:
		return false
	}
	return true
}

// goOn is a step with a code or a new password.
func (m *model) goOn(s *modelSession, code, password, retype string, now time.Time) foretold {
	l := s.live(now)
	s.login = nil
	switch {
	case l == nil:
		return failing(notInProgress)
	case l.stage == stageCode && code != "" && l.of.takes(code, now):
		return s.proven(l, now)
	case l.stage == stageCode:
		return s.wait(l, stageCode, "oathauth-login-failed", now)
	case password == "" || retype == "":
		return s.wait(l, stageReset, "resetpass-temp-emailed", now)
	case password != retype:
		return s.wait(l, stageReset, "badretype", now)
	case len(password) < 8:
		return s.wait(l, stageReset, "passwordtooshort", now)
	}
	l.of.password, l.of.temporary = password, ""
	m.endSessions(l.of)
	l.temporary = false
	return s.proven(l, now)
}

// endSessions is what follows a new password or a lock.
func (m *model) endSessions(a *modelAccount) {
	a.epoch++
	for _, s := range m.sessions {
		if s.user == a {
			*s = modelSession{} // and what it was in the middle of
		}
	}
}

// knownHashes are the results of slow hashes, which are the same for all rigs.
var knownHashes sync.Map

// recalledHasher is a hasher of passwords that computes each hash once, and
// counts as if it did so each time.
type recalledHasher struct {
	credential.Hasher
	slow *int
}

type checked struct{ ok, upgrade bool }

func (h recalledHasher) VerifySlowly(ctx context.Context, hash string, p secret.Secret) (ok, upgrade bool, err error) {
	*h.slow++
	key := hash + "\x00" + p.Reveal()
	if known, found := knownHashes.Load(key); found {
		return known.(checked).ok, known.(checked).upgrade, nil
	}
	ok, upgrade, err = h.Hasher.VerifySlowly(ctx, hash, p)
	if err == nil {
		knownHashes.Store(key, checked{ok, upgrade})
	}
	return ok, upgrade, err
}

func (h recalledHasher) VerifyNothing(context.Context, secret.Secret) error {
	*h.slow++
	return nil
}

func (h recalledHasher) Hash(ctx context.Context, p secret.Secret) (string, error) {
	key := "hash of " + p.Reveal()
	if known, found := knownHashes.Load(key); found {
		return known.(string), nil
	}
	hash, err := h.Hasher.Hash(ctx, p)
	if err == nil {
		knownHashes.Store(key, hash)
	}
	return hash, err
}
