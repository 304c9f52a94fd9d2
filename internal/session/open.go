package session

import (
	"context"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/secret"
)

// Open finds the session of a request among its cookies and writes it to s. A
// valid session of a bot password comes before the one in the login cookies.
// What is not valid is dropped, its cookies are deleted, and the request goes
// on as nobody. An error means that the store failed.
func (m *Manager) Open(ctx context.Context, in Input, s *Session) error {
	*s = Session{}
	s.m, s.in = m, in // in place: a Session is too large to be copied about
	s.sent.parse(in.Cookies, &m.names)
	ok, err := s.openBot(ctx)
	if !ok && err == nil {
		err = s.openCookie(ctx)
	}
	if err != nil {
		*s = Session{m: m, in: in} // its cookies may be good: none is deleted
		s.becomeNobody()
	}
	return err
}

// openBot tries the cookie of a bot password's session (MediaWiki:
// BotPasswordSessionProvider). A malformed value is ignored.
func (s *Session) openBot(ctx context.Context) (ok bool, err error) {
	value := s.sent.value[slotBot]
	if !s.m.cfg.BotPasswords || !wellFormed(value) {
		return false, nil
	}
	l, err := s.m.load(ctx, HashID(value), s.in.Now)
	if err != nil {
		return false, err
	}
	if l == nil || !s.validBot(l) {
		s.out.clearSent(slotBot, &s.sent)
		return false, nil
	}
	s.adopt(ctx, l, value)
	s.used(l.row.Owner, l.row.App)
	return true, nil
}

// used tells that a bot password was used by this request.
func (s *Session) used(owner account.ID, app string) {
	if s.m.deps.Used != nil {
		s.m.deps.Used(owner, app, s.in.Now, s.in.Address)
	}
}

// validBot repeats at every request what the login checked.
func (s *Session) validBot(l *loaded) bool {
	bot := l.owner.Bot
	switch {
	case l.row.Kind != KindBot || !validOwner(l) || bot == nil:
		return false
	case !bot.Holds(l.rec.botStamp, s.in.Now):
		return false
	case !bot.Expires.IsZero() && !s.in.Now.Before(bot.Expires):
		return false
	}
	return bot.Restrictions.Allows(s.in.Address)
}

// validOwner reports whether the session's account is still there under its
// name and not locked.
func validOwner(l *loaded) bool {
	return l.owner.Found && !l.owner.Locked && l.owner.Name == l.rec.name
}

func validUser(l *loaded) bool {
	return l.row.Kind == KindUser && validOwner(l) && secret.EqualText(l.owner.Token, l.rec.ownerToken)
}

// openCookie tries the login cookies (MediaWiki: CookieSessionProvider).
func (s *Session) openCookie(ctx context.Context) error {
	if !s.sent.has[slotUserID] {
		if a, ok := parseAnonymous(s.m.deps.Ring, s.sent.value[slotSession], s.m.cfg.Lifetime, s.in.Now); ok {
			s.adoptAnonymous(a)
			return nil
		}
	}
	s.becomeNobody()
	err := s.findCookieSession(ctx)
	if s.kind == KindAnonymous && !s.persisted {
		s.out.clearLogin(&s.sent)
	}
	return err
}

func (s *Session) findCookieSession(ctx context.Context) error {
	if s.sent.has[slotUserID] {
		return s.openUser(ctx)
	}
	value := s.sent.value[slotSession]
	if !wellFormed(value) {
		return nil
	}
	l, err := s.loadCookie(ctx, value)
	if err != nil || l != nil {
		return err // a user's session without the UserID cookie is nobody's
	}
	// An unknown id is not adopted: the client gets one of our making.
	s.Persist()
	return nil
}

// loadCookie reads a stored session by its cookie. Ids of another length than
// ours name nothing.
func (s *Session) loadCookie(ctx context.Context, value string) (*loaded, error) {
	if len(value) != 32 {
		return nil, nil
	}
	return s.m.load(ctx, HashID(value), s.in.Now)
}

// openUser handles requests with a UserID cookie: either a stored session of
// that user, or a remembered login. Whatever does not fit together leaves
// nobody.
func (s *Session) openUser(ctx context.Context) error {
	id := leadingInt(s.sent.value[slotUserID])
	if id <= 0 {
		return nil
	}
	value := s.sent.value[slotSession]
	known := wellFormed(value)
	var l *loaded
	var err error
	if known {
		if _, ok := parseAnonymous(s.m.deps.Ring, value, s.m.cfg.Lifetime, s.in.Now); ok {
			return nil // an anonymous session beside the cookies of a user
		}
		if l, err = s.loadCookie(ctx, value); err != nil {
			return err
		}
	}
	if l != nil {
		if s.fits(l, account.ID(id)) {
			s.adopt(ctx, l, value)
		}
		return nil
	}
	if s.sent.has[slotToken] {
		return s.revive(ctx, account.ID(id))
	}
	return nil
}

// leadingInt reads a number as PHP does: blanks before it and anything after it
// do not count. 0 means that there is none.
func leadingInt(s string) int64 {
	s = strings.TrimLeft(s, " \t\n\r\v\f")
	n := 0
	for n < len(s) && '0' <= s[n] && s[n] <= '9' {
		n++
	}
	id, err := strconv.ParseInt(s[:n], 10, 64)
	if err != nil {
		return 0
	}
	return id
}

// fits reports whether a stored session and all login cookies belong to one
// user.
func (s *Session) fits(l *loaded, id account.ID) bool {
	if l.row.Owner != id || !validUser(l) {
		return false
	}
	return s.cookiesMatch(l.owner.Name, l.owner.Token)
}

// cookiesMatch compares the UserName and Token cookies, if sent.
func (s *Session) cookiesMatch(name, userToken string) bool {
	if s.sent.has[slotUserName] && s.sent.value[slotUserName] != name {
		return false
	}
	return !s.sent.has[slotToken] || s.m.remembers(s.sent.value[slotToken], userToken)
}

// revive makes a new session, under a new id, out of the cookies of a
// remembered login.
func (s *Session) revive(ctx context.Context, id account.ID) error {
	a, found, err := s.m.deps.Accounts.ByID(ctx, id)
	if err != nil || !found || a.Locked || !s.cookiesMatch(a.Name.String(), a.Token.Reveal()) {
		return err
	}
	row, value := s.m.newRow(KindUser, a.ID, s.in.Now)
	rec := s.newRecord(&a, remembered)
	event := s.event(audit.Login, audit.ByRemembered).Of(int64(a.ID), rec.name)
	if err := s.m.deps.Store.Put(ctx, s.m.seal(row, &rec), event); err != nil {
		return err
	}
	s.become(row, rec, ownerOf(&a), value)
	s.setLoginCookies(a.Token.Reveal())
	return nil
}

func ownerOf(a *account.Account) Owner {
	return Owner{Found: true, Name: a.Name.String(), Token: a.Token.Reveal(), Locked: a.Locked}
}

func (s *Session) newRecord(a *account.Account, t traits) record {
	return record{
		key: s.m.deps.Ring.Current(), traits: t, name: a.Name.String(),
		ownerToken: a.Token.Reveal(), address: s.in.Address, renewed: s.in.Now,
	}
}

// become makes s the session of a fresh row.
func (s *Session) become(row Row, rec record, owner Owner, value string) {
	s.kind, s.value, s.persisted, s.revealed, s.dirty = row.Kind, value, true, 0, false
	s.stored = &loaded{row: row, rec: rec, owner: &owner}
}

// becomeNobody makes s a session that nobody has a cookie for.
func (s *Session) becomeNobody() {
	s.kind, s.stored, s.value, s.persisted, s.revealed, s.dirty = KindAnonymous, nil, "", false, 0, false
	s.anon = newAnonymous(s.m.deps.Ring, s.in.Now)
}

// adopt takes over a stored session and renews it when more than half of its
// life is gone. A renewal that fails costs the session nothing now.
func (s *Session) adopt(ctx context.Context, l *loaded, value string) {
	s.kind, s.stored, s.value, s.persisted, s.revealed = l.row.Kind, l, value, true, l.rec.secrets
	if l.row.Expires.Sub(s.in.Now) > s.m.cfg.Lifetime/2 {
		return
	}
	rec := l.rec
	rec.renewed = s.in.Now
	if err := s.m.update(ctx, l, rec, s.in.Now.Add(s.m.cfg.Lifetime)); err != nil {
		s.m.deps.Log.Warn("session was not renewed", "channel", "session", "session", l.row.ID.String(), "error", err)
		return
	}
	if s.kind == KindBot {
		s.out.set(slotBot, value, 0)
		return
	}
	s.setLoginCookies(l.owner.Token)
}

// adoptAnonymous takes over an anonymous session, and gives it a cookie of the
// present time and key when more than half of its life is gone.
func (s *Session) adoptAnonymous(a anonymous) {
	s.anon, s.persisted, s.revealed = a, true, a.secrets
	if s.in.Now.Sub(a.issued) > s.m.cfg.Lifetime/2 {
		s.anon.issued = s.in.Now
		s.setAnonymousCookie()
	}
}

// setLoginCookies sends the cookies of a logged-in session.
func (s *Session) setLoginCookies(userToken string) {
	life := s.m.cfg.LoginCookies
	if s.stored.rec.traits.has(remembered) {
		life = s.m.cfg.Remember
	}
	s.out.set(slotSession, s.value, 0)
	s.out.set(slotUserID, strconv.FormatInt(int64(s.stored.row.Owner), 10), life)
	s.out.set(slotUserName, s.stored.owner.Name, life)
	if s.stored.rec.traits.has(remembered) {
		s.out.set(slotToken, s.m.rememberCookie(userToken), life)
	} else {
		s.out.clearSent(slotToken, &s.sent)
	}
	s.keepForceHTTPS()
}

// keepForceHTTPS sends that cookie again with those of a session, or deletes
// one that demands nothing or comes without a session. It is none of those that a remembered login keeps
// longest (MediaWiki: CookieSessionProvider::setForceHTTPSCookie).
func (s *Session) keepForceHTTPS() {
	switch {
	case !s.asksForHTTPS(), s.kind == KindAnonymous && !s.sent.raw[slotSession]:
		s.out.clearSent(slotForceHTTPS, &s.sent)
	case s.kind == KindUser && s.stored.rec.traits.has(remembered):
		s.out.set(slotForceHTTPS, "true", s.m.cfg.LoginCookies)
	default:
		s.out.set(slotForceHTTPS, "true", 0)
	}
}
