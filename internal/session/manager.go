package session

import (
	"context"
	"log/slog"
	"net/http"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/token"
)

// Config is the policy of sessions.
type Config struct {
	Cookies CookieConfig
	// Lifetime is how long a session lives without a request. It slides.
	Lifetime time.Duration
	// LoginCookies is the life of the UserID and UserName cookies of a login
	// that is not remembered.
	LoginCookies time.Duration
	// Remember is the life of the cookies of a remembered login.
	Remember time.Duration
	// BotPasswords is false when sessions of bot passwords are not recognised.
	BotPasswords bool
	// Cache keeps sessions in memory between requests.
	Cache bool
}

// AccountSource finds the account of a remembered login; see account.Store.
type AccountSource interface {
	ByID(ctx context.Context, id account.ID) (a account.Account, found bool, err error)
}

// Deps is what a Manager works with.
type Deps struct {
	Store      Store
	Generation Generation
	Accounts   AccountSource
	Ring       *keyring.Ring
	Log        *slog.Logger
	// Used is told of each login with a bot password and of each request of its
	// sessions. It is fast and safe for concurrent use. nil: nobody is told.
	Used func(owner account.ID, app string, at time.Time, from netip.Addr)
}

// Manager opens, makes and ends sessions. It is safe for concurrent use.
type Manager struct {
	cfg   Config
	deps  Deps
	names [slots]string
	cache *cache
}

// NewManager checks its arguments and returns a Manager.
func NewManager(cfg Config, deps Deps) (*Manager, error) {
	if cfg.Lifetime <= 0 || cfg.Cookies.Prefix == "" || cfg.Cookies.Path == "" {
		return nil, fail.New(fail.Internal, "a session manager needs a lifetime, a cookie prefix and a path")
	}
	if deps.Store == nil || deps.Generation == nil || deps.Accounts == nil || deps.Ring == nil || deps.Log == nil {
		return nil, fail.New(fail.Internal, "a session manager needs all its dependencies")
	}
	m := &Manager{cfg: cfg, deps: deps, names: cfg.Cookies.names()}
	if cfg.Cache {
		m.cache = newCache(deps.Generation)
	}
	return m, nil
}

// loaded is a stored session as read. It is shared by requests and never
// changed.
type loaded struct {
	row   Row // without Data
	rec   record
	owner *Owner
}

// load reads a session from the cache or the store. It is nil when there is
// none; a record that cannot be opened counts as none.
func (m *Manager) load(ctx context.Context, id ID, now time.Time) (*loaded, error) {
	if l := m.cache.get(id); l != nil {
		if now.Before(l.row.Expires) {
			return l, nil
		}
		return nil, nil
	}
	place := m.cache.reserve(id)
	row, owner, found, err := m.deps.Store.Get(ctx, id, now)
	if err != nil || !found {
		return nil, err
	}
	l := m.open(row, owner)
	if l != nil {
		m.cache.add(place, l)
	}
	return l, nil
}

// open unseals a row.
func (m *Manager) open(row Row, owner Owner) *loaded {
	l := &loaded{row: row, owner: &owner}
	if row.Kind != KindSpent {
		var stack [256]byte
		plain, ok := m.deps.Ring.Open(stack[:0], row.Data, row.ID[:])
		if ok {
			l.rec, ok = decodeRecord(plain)
		}
		// A session without the key of its tokens would be of no use to anybody.
		ok = ok && m.deps.Ring.Serves(keyring.ForToken, l.rec.key)
		if !ok {
			m.deps.Log.Warn("session record cannot be opened", "channel", "session", "session", row.ID.String())
			return nil
		}
	}
	l.row.Data = nil
	return l
}

// seal makes the row that is stored.
func (m *Manager) seal(row Row, rec *record) Row {
	row.Data = m.deps.Ring.Seal(rec.encode(), row.ID[:])
	return row
}

// newRow makes a session for an account; value goes into the cookie.
func (m *Manager) newRow(kind Kind, owner account.ID, now time.Time) (row Row, value string) {
	value = secret.Digits32()
	return Row{
		ID: HashID(value), Kind: kind, Owner: owner,
		Created: now, Expires: now.Add(m.cfg.Lifetime),
	}, value
}

// User is who a session belongs to. The zero value is nobody.
type User struct {
	ID   account.ID
	Name string
}

// Input is what a request says about its session.
type Input struct {
	Cookies []string // values of the Cookie header
	Address netip.Addr
	HTTPS   bool
	Now     time.Time
	Request string // id of the request, for the audit trail
	Agent   string // what the client calls itself, for the audit trail
}

// Session is the session of one request. It is not safe for concurrent use.
// The zero value becomes one by Manager.Open.
type Session struct {
	m    *Manager
	in   Input
	sent sent
	out  outgoing

	kind      Kind
	anon      anonymous // when kind is KindAnonymous
	stored    *loaded   // otherwise
	value     string    // of the cookie, when stored
	persisted bool      // the client has the cookie or will get it
	revealed  token.Secret
	dirty     bool // the stored record must be written
}

// Kind is the sort of session.
func (s *Session) Kind() Kind { return s.kind }

// User is who the session belongs to.
func (s *Session) User() User {
	if s.stored == nil {
		return User{}
	}
	return User{ID: s.stored.row.Owner, Name: s.stored.owner.Name}
}

// Bot is the state of the bot password behind a session of KindBot, nil
// otherwise. It must not be changed.
func (s *Session) Bot() *BotState {
	if s.stored == nil {
		return nil
	}
	return s.stored.owner.Bot
}

// AppID is the app id of a session of KindBot.
func (s *Session) AppID() string {
	if s.stored == nil {
		return ""
	}
	return s.stored.row.App
}

// Persisted reports whether the client has the session's cookie or gets it
// with this answer.
func (s *Session) Persisted() bool { return s.persisted }

// ForceHTTPS reports whether the client of a live session holds the cookie that
// says that this site should be used over HTTPS only. A session of a bot
// password does not look at it.
func (s *Session) ForceHTTPS() bool {
	return s.persisted && s.kind != KindBot && s.asksForHTTPS()
}

// asksForHTTPS reads the cookie as PHP reads a truth: empty and 0 are none.
func (s *Session) asksForHTTPS() bool {
	v := s.sent.value[slotForceHTTPS]
	return v != "" && v != "0"
}

// CanChangeUser reports whether a login or logout may change who the session
// belongs to. A session of a bot password is bound to its user.
func (s *Session) CanChangeUser() bool { return s.kind != KindBot }

// Provider is the name that MediaWiki gives to what the session comes from; it
// appears in a text that clients compare.
func (s *Session) Provider() string {
	if s.kind == KindBot {
		return `MediaWiki\Session\BotPasswordSessionProvider`
	}
	return `MediaWiki\Session\CookieSessionProvider`
}

// Binding is what the session's tokens are derived from.
func (s *Session) Binding() token.Binding {
	if s.stored == nil {
		return token.Binding{Key: s.anon.key, Value: s.anon.id[:]}
	}
	return token.Binding{Key: s.stored.rec.key, Value: []byte(s.value)}
}

// HadSecret reports whether tokens of this secret had been handed out before
// this request. When not, whatever token the client offers comes from a
// session that is gone.
func (s *Session) HadSecret(t token.Secret) bool {
	if s.kind == KindBot {
		return true // a bot session takes no login, so nobody asks
	}
	return s.revealed&t != 0
}

// HandOut notes that tokens of this secret have been handed out, which
// persists the session.
func (s *Session) HandOut(t token.Secret) {
	switch s.kind {
	case KindAnonymous:
		// Only the login secret matters later: a createaccount token is good or
		// bad by itself.
		if t == token.SecretLogin && s.anon.secrets&t == 0 {
			s.anon.secrets |= t
			if s.persisted {
				s.setAnonymousCookie()
			}
		}
	case KindUser:
		if s.revealed&t == 0 {
			s.dirty = true
		}
	}
	s.Persist()
	s.revealed |= t
}

// Persist makes sure that the client has the session's cookie after this
// answer.
func (s *Session) Persist() {
	if s.persisted {
		return
	}
	s.persisted = true
	s.setAnonymousCookie() // stored sessions are persisted from the start
	s.out.clearSent(slotUserID, &s.sent)
	s.out.clearSent(slotToken, &s.sent)
}

func (s *Session) setAnonymousCookie() {
	s.out.set(slotSession, s.anon.cookie(s.m.deps.Ring), 0)
	s.keepForceHTTPS()
}

// WriteCookies adds the Set-Cookie headers of the answer.
func (s *Session) WriteCookies(h http.Header) {
	s.out.write(h, &s.m.cfg.Cookies, &s.m.names, s.in.HTTPS, s.in.Now)
}

// Commit writes what the request changed in the session's record. Call it
// before the answer is sent.
func (s *Session) Commit(ctx context.Context) error {
	if !s.dirty || s.stored == nil {
		return nil
	}
	s.dirty = false
	rec := s.stored.rec
	rec.secrets |= s.revealed
	return s.m.update(ctx, s.stored, rec, s.stored.row.Expires)
}

// update rewrites the record of a stored session, unless the session has been
// ended meanwhile.
func (m *Manager) update(ctx context.Context, l *loaded, rec record, expires time.Time) error {
	row := l.row
	row.Expires = expires
	found, err := m.deps.Store.Update(ctx, m.seal(row, &rec))
	m.cache.remove(row.ID)
	if err != nil || !found {
		return err
	}
	return nil
}
