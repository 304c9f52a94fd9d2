package session

import (
	"cmp"
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
)

// PrepareLogin persists the session before a secret is checked. An anonymous
// session that a login has used up already is replaced by a new one, whose
// secrets nobody has seen.
func (s *Session) PrepareLogin(ctx context.Context) error {
	spent, err := s.Spent(ctx)
	if err != nil {
		return err
	}
	if spent {
		s.becomeNobody()
	}
	s.Persist()
	return nil
}

// Spent reports whether a login has used up the session: whoever still has its
// cookie is in the middle of nothing.
func (s *Session) Spent(ctx context.Context) (spent bool, err error) {
	if s.kind != KindAnonymous || !s.persisted {
		return false, nil
	}
	_, _, spent, err = s.m.deps.Store.Get(ctx, s.anon.spentID(), s.in.Now)
	return spent, err
}

// UserLogin is a successful login with a main account.
type UserLogin struct {
	Account account.Account
	// Remember makes a login that outlives the session.
	Remember bool
	Method   audit.Method // that the account was proved by; empty: ByPassword
	// SecondFactor is what else was proved; empty: nothing.
	SecondFactor string
	// Since is when a person gave a secret, if that was not now; zero: now.
	Since time.Time
	// Quiet says that no person gave a secret just now, so that what needs a
	// fresh login asks for one.
	Quiet bool
}

func (l *UserLogin) traits() (t traits) {
	if l.Remember {
		t |= remembered
	}
	if !l.Quiet {
		t |= interactive
	}
	if l.SecondFactor != "" {
		t |= secondFactor
	}
	return t
}

// LoginUser makes the session one of the account, under a new id. The id and
// the tokens from before are void from then on, and so is what the session was
// in the middle of.
func (s *Session) LoginUser(ctx context.Context, l UserLogin) error {
	a := l.Account
	row, value := s.m.newRow(KindUser, a.ID, s.in.Now)
	if !l.Since.IsZero() {
		row.Created = l.Since
	}
	rec := s.newRecord(&a, l.traits())
	next := s.m.seal(row, &rec)
	event := s.event(audit.Login, cmp.Or(l.Method, audit.ByPassword)).Of(int64(a.ID), rec.name).With("second-factor", l.SecondFactor)
	var err error
	if s.kind == KindUser {
		old := s.stored.row.ID
		err = s.m.deps.Store.Rotate(ctx, old, next, nil, event)
		s.m.cache.remove(old)
	} else {
		spent := Row{ID: s.anon.spentID(), Kind: KindSpent, Created: s.in.Now, Expires: row.Expires, Data: []byte{0}}
		err = s.m.deps.Store.Rotate(ctx, ID{}, next, []Row{spent}, event)
	}
	if err != nil {
		return err
	}
	s.become(row, rec, ownerOf(&a), value)
	s.setLoginCookies(a.Token.Reveal())
	return nil
}

// event is one that the client of the session causes. A session begins and ends
// only together with the record of it.
func (s *Session) event(k audit.Kind, m audit.Method) audit.Event {
	return audit.Event{
		Time: s.in.Now, Kind: k, Result: audit.Success, Method: m,
		Origin: audit.Origin{Request: s.in.Request, Address: s.in.Address, Client: s.in.Agent},
	}
}

// BotLogin is a successful login with a bot password.
type BotLogin struct {
	Owner account.ID
	Name  string // canonical
	App   string
	Stamp string
	// Former says that it was with the secret from before a rotation.
	Former bool
}

// LoginBot makes a session of a bot password beside s, which stays what it is.
func (s *Session) LoginBot(ctx context.Context, b BotLogin) error {
	row, value := s.m.newRow(KindBot, b.Owner, s.in.Now)
	row.App = b.App
	rec := record{
		key: s.m.deps.Ring.Current(), name: b.Name, botStamp: b.Stamp,
		address: s.in.Address, renewed: s.in.Now,
	}
	event := s.event(audit.Login, audit.ByBotPassword).Of(int64(b.Owner), b.Name)
	event.App = b.App
	if b.Former {
		event = event.With("secret", "former")
	}
	if err := s.m.deps.Store.Put(ctx, s.m.seal(row, &rec), event); err != nil {
		return err
	}
	s.used(b.Owner, b.App)
	s.out.set(slotBot, value, 0)
	return nil
}

// Logout ends the session: its record is gone, its cookies are deleted, its
// tokens are void. Other sessions of the user, and remembered logins, live on
// (MediaWiki: User::doLogout).
func (s *Session) Logout(ctx context.Context) error {
	if s.stored != nil {
		id := s.stored.row.ID
		event := s.event(audit.Logout, "").Of(int64(s.stored.row.Owner), s.stored.owner.Name)
		event.App = s.stored.row.App
		_, err := s.m.deps.Store.Delete(ctx, id, event)
		s.m.cache.remove(id)
		if err != nil {
			return err
		}
	}
	if s.kind == KindBot {
		s.out.clearSent(slotBot, &s.sent) // the login cookies stay as they are
	} else {
		s.out.clearLogin(&s.sent)
	}
	s.becomeNobody()
	return nil
}
