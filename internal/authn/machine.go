package authn

import (
	"context"
	"crypto/sha256"
	"net/netip"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/username"
)

// Accounts finds accounts; see account.Store.
type Accounts interface {
	ByID(ctx context.Context, id account.ID) (a account.Account, found bool, err error)
}

// Config is what a machine is made of. Providers are asked in order.
type Config struct {
	Pre       []PreProvider
	Primary   []PrimaryProvider
	Secondary []SecondaryProvider
	Flows     *flow.Keeper
	Accounts  Accounts
	Names     *username.Rules
	// Remember is how long a remembered login lasts.
	Remember time.Duration
	// Fresh is how long after a login operations that need a fresh one are
	// allowed (MediaWiki: $wgReauthenticateTime); negative: always.
	Fresh time.Duration
}

// Machine runs logins. It is safe for concurrent use; an Input is not.
type Machine struct {
	Config
	finishers []Finisher
	providers string // which they are
}

// New checks the providers.
func New(c Config) (*Machine, error) {
	m := &Machine{Config: c}
	sum, seen := sha256.New(), map[string]bool{}
	for _, p := range m.all() {
		if p.ID() == "" || seen[p.ID()] {
			return nil, fail.New(fail.Internal, "each login provider needs an id of its own, and %q is none", p.ID())
		}
		seen[p.ID()] = true
		sum.Write([]byte(p.ID() + "\x00"))
		if f, ok := p.(Finisher); ok {
			m.finishers = append(m.finishers, f)
		}
	}
	m.providers = secret.EncodeDigits(sum.Sum(nil)[:5])
	return m, nil
}

func (m *Machine) all() []Provider {
	var list []Provider
	for _, p := range m.Pre {
		list = append(list, p)
	}
	for _, p := range m.Primary {
		list = append(list, p)
	}
	for _, p := range m.Secondary {
		list = append(list, p)
	}
	return list
}

// Input is what a call is made with.
type Input struct {
	// Session is the client's, prepared for a login (Session.PrepareLogin).
	Session *session.Session
	Address netip.Addr
	Now     time.Time
	// The following are of Begin only.
	Answers    Answers
	ReturnURL  string
	KnownWrong bool // see Attempt
}

// Begin begins a login and ends one that was under way in the session,
// whatever becomes of this one. After Pass the session is the account's.
func (m *Machine) Begin(ctx context.Context, in Input) (Response, error) {
	return m.beginAnew(ctx, in, true)
}

// BeginAlone is Begin for a client that cannot be asked anything: after a UI,
// Redirect or Restart nothing waits for its answer.
func (m *Machine) BeginAlone(ctx context.Context, in Input) (Response, error) {
	return m.beginAnew(ctx, in, false)
}

func (m *Machine) beginAnew(ctx context.Context, in Input, waits bool) (Response, error) {
	a := m.attempt(in, &state{ReturnURL: in.ReturnURL, Notes: Notes{}})
	a.Answers, a.KnownWrong, a.Alone = in.Answers, in.KnownWrong, !waits
	a.Name = m.meant(in.Answers)
	r, err := m.begin(ctx, a, waits)
	if err != nil || r.Status != Pass && (r.Status == Fail || !waits) {
		// What was under way is over. When the store fails as well there is nothing
		// to be done: whoever continues it must prove all that is left.
		if gone := m.Flows.Delete(ctx, in.Session.Flow(loginFlow)); err == nil {
			err = gone
		}
	}
	return r, err
}

func (m *Machine) begin(ctx context.Context, a *Attempt, waits bool) (Response, error) {
	if !a.Session.CanChangeUser() {
		return Response{Status: Fail, Message: message.New("userlogin-cannot-login")}, nil
	}
	if r, err := m.admit(ctx, a); err != nil || r.Status == Fail {
		return r, err
	}
	s := &state{
		Begun: a.Now, Providers: m.providers, ReturnURL: a.ReturnURL, Name: a.Name.String(),
		Remember: a.Answers.Checked(RememberMeID, FieldRememberMe),
	}
	run := run{m: m, a: a, s: s, first: a.Answers}
	return run.goOn(ctx, func(data []byte, expires time.Time) error {
		if !waits {
			return nil
		}
		return m.Flows.Put(ctx, a.Session.Flow(loginFlow), data, expires)
	})
}

// meant is the name in the answers of a call that says whose login it is to be.
func (m *Machine) meant(answers Answers) username.Name {
	raw, _ := answers.Username()
	name, _ := m.Names.Parse(raw)
	return name
}

// admit asks the pre providers, before anything is looked at.
func (m *Machine) admit(ctx context.Context, a *Attempt) (Response, error) {
	for _, p := range m.Pre {
		r, err := p.Test(ctx, a)
		if err != nil {
			return Response{}, err
		}
		if r.Status == Fail {
			return m.finish(ctx, a, r)
		}
	}
	return Response{Status: Pass}, nil
}

// NotInProgress is the answer to a step of a login that is not under way.
func NotInProgress() Response {
	return Response{Status: Fail, Message: message.New("authmanager-authn-not-in-progress")}
}

// attempt is what providers see of a call.
func (m *Machine) attempt(in Input, s *state) *Attempt {
	notes := s.Notes
	if notes == nil {
		notes = Notes{}
	}
	return &Attempt{
		Now: in.Now, Address: in.Address, Session: in.Session, ReturnURL: s.ReturnURL,
		Name: username.FromStore(s.Name), Notes: notes, SecondFactor: s.Factor,
	}
}

// finish tells providers how the login ends.
func (m *Machine) finish(ctx context.Context, a *Attempt, r Response) (Response, error) {
	for _, f := range m.finishers {
		if err := f.Finished(ctx, a, r); err != nil {
			return Response{}, err
		}
	}
	return r, nil
}

// primary finds a primary provider; nil when it is gone.
func (m *Machine) primary(id string) PrimaryProvider {
	at := slices.IndexFunc(m.Primary, func(p PrimaryProvider) bool { return p.ID() == id })
	if at < 0 {
		return nil
	}
	return m.Primary[at]
}

// secondary finds a secondary provider; nil when it is gone.
func (m *Machine) secondary(id string) SecondaryProvider {
	at := slices.IndexFunc(m.Secondary, func(p SecondaryProvider) bool { return p.ID() == id })
	if at < 0 {
		return nil
	}
	return m.Secondary[at]
}
