package authn

import (
	"time"

	"github.com/wikigate/wikigate/internal/session"
)

// Freshness says whether a session may do what needs a fresh login. Its text is
// the word in the protocol (MediaWiki: AuthManager::SEC_*).
type Freshness string

// The answers.
const (
	Fresh Freshness = "ok"
	// Reauthenticate: after another login.
	Reauthenticate Freshness = "reauth"
	// NeverFresh: not in this session, since no login can be made in it.
	NeverFresh Freshness = "fail"
)

// Freshness tells of a request's user whether the operation may be done now.
// Sessions of bot passwords and tokens are never fresh: MediaWiki lets them
// change the password of the account, unless it is told not to (MediaWiki:
// AuthManager::securitySensitiveOperationStatus).
func (m *Machine) Freshness(s *session.Session, user session.User, now time.Time) Freshness {
	if !s.CanChangeUser() {
		return NeverFresh
	}
	if user.ID == 0 {
		return Reauthenticate
	}
	if m.Fresh < 0 {
		return Fresh
	}
	at, ok := s.Authenticated()
	if !ok || now.Sub(at) > m.Fresh || at.After(now.Add(time.Minute)) {
		return Reauthenticate
	}
	return Fresh
}
