package session

import (
	"time"

	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/token"
)

// Authenticated is when a person gave a secret to begin this session. ok is
// false when nobody has: in a session of nobody, of a bot password, or one that
// a remembered login revived (MediaWiki: AuthManager:lastAuthTimestamp).
func (s *Session) Authenticated() (at time.Time, ok bool) {
	if s.kind != KindUser || !s.stored.rec.traits.has(interactive) {
		return time.Time{}, false
	}
	return s.stored.row.Created, true
}

// TwoFactor reports whether the login that began this session proved a second
// factor.
func (s *Session) TwoFactor() bool {
	return s.kind == KindUser && s.stored.rec.traits.has(secondFactor)
}

// Remembered reports whether the login outlives the session.
func (s *Session) Remembered() bool {
	return s.kind == KindUser && s.stored.rec.traits.has(remembered)
}

// Mark is something to remember about a session for as long as it lasts. The
// client of an anonymous session can forget it, by an older cookie: what a
// mark says may be of help, and must not be relied on.
type Mark uint8

// The marks, which share a byte with the secrets of tokens.
const (
	// MarkCaptcha: an attempt in this session needed a captcha for its name
	// (MediaWiki: ConfirmEdit:loginCaptchaPerUserTriggered).
	MarkCaptcha Mark = 1 << 7
)

// Marked reports whether the session has a mark.
func (s *Session) Marked(m Mark) bool {
	if s.kind == KindAnonymous {
		return s.anon.secrets&token.Secret(m) != 0
	}
	return s.revealed&token.Secret(m) != 0
}

// SetMark gives the session a mark, which persists it. A login ends it.
func (s *Session) SetMark(m Mark) {
	if s.Marked(m) {
		return
	}
	if s.kind == KindAnonymous {
		s.anon.secrets |= token.Secret(m)
		if s.persisted {
			s.setAnonymousCookie()
		}
		s.Persist()
	}
	s.revealed |= token.Secret(m)
	s.dirty = s.stored != nil
}

// RememberedName is the name in the cookie of an earlier login, as the client
// has sent it; empty when there is none. It proves nothing.
func (s *Session) RememberedName() string { return s.sent.value[slotUserName] }

// Flow is the key of what the session is in the middle of, by kind. The client
// must have the session's cookie, see Persist.
func (s *Session) Flow(kind string) flow.ID { return flow.IDOf(kind, s.Binding().Value) }
