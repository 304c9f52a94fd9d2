package authn

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
)

// Waiting is a login that has been taken out of the store to be continued:
// until it is given back nobody else can. It is not safe for concurrent use.
type Waiting struct {
	m        *Machine
	a        *Attempt
	s        *state
	holder   flow.Holder
	data     []byte // as taken out
	requests []Request
}

// Resume takes out the login that waits in a session. It is nil when there is
// none, or none that could be continued: its account has changed since, or the
// server's providers have. Continue or Release it.
func (m *Machine) Resume(ctx context.Context, in Input) (*Waiting, error) {
	w := &Waiting{m: m, holder: flow.NewHolder()}
	data, found, err := m.Flows.Take(ctx, in.Session.Flow(loginFlow), w.holder, in.Now)
	if err != nil || !found {
		return nil, err
	}
	w.data = data
	if w.a, w.s, err = m.restore(ctx, in, data); err != nil || w.s == nil {
		return nil, err
	}
	w.requests, err = m.asked(ctx, w.a, w.s)
	return w, err
}

// restore makes state and attempt out of a record. The state is nil when the
// login cannot be continued.
func (m *Machine) restore(ctx context.Context, in Input, data []byte) (*Attempt, *state, error) {
	s, ok := decode(data)
	if !ok || s.Providers != m.providers || !in.Now.Before(s.Begun.Add(flowPatience)) {
		return nil, nil, nil
	}
	a := m.attempt(in, s)
	if s.Account == 0 {
		return a, s, nil
	}
	owner, found, err := m.Accounts.ByID(ctx, s.Account)
	if err != nil || !found || owner.Locked || stampOf(&owner) != s.Stamp {
		return nil, nil, err
	}
	a.Account = owner
	return a, s, nil
}

// asked are the requests that a waiting login waits for.
func (m *Machine) asked(ctx context.Context, a *Attempt, s *state) ([]Request, error) {
	switch {
	case s.Started != "":
		return m.secondary(s.Started).Asks(ctx, a)
	case s.Primary != "":
		return m.primary(s.Primary).Asks(ctx, a)
	}
	return m.form(ctx, &Form{Action: ActionLogin, Session: a.Session, Address: a.Address, Now: a.Now})
}

// Requests are what the login waits for.
func (w *Waiting) Requests() []Request { return w.requests }

// Continue takes the next step with the answers to Requests.
func (w *Waiting) Continue(ctx context.Context, answers Answers) (Response, error) {
	w.a.Answers = answers
	run := run{m: w.m, a: w.a, s: w.s}
	if w.s.afresh() {
		run.first, w.a.Name = answers, w.m.meant(answers)
		w.s.Name, w.s.Remember = w.a.Name.String(), answers.Checked(RememberMeID, FieldRememberMe)
		if r, err := w.m.admit(ctx, w.a); err != nil || r.Status == Fail {
			return r, err
		}
	}
	id := w.a.Session.Flow(loginFlow)
	return run.goOn(ctx, func(data []byte, expires time.Time) error {
		_, err := w.m.Flows.Return(ctx, id, w.holder, data, expires)
		return err // one that was begun anew meanwhile goes on instead
	})
}

// Release gives the login back as it was, when there are no answers to continue
// it with.
func (w *Waiting) Release(ctx context.Context) error {
	_, err := w.m.Flows.Return(ctx, w.a.Session.Flow(loginFlow), w.holder, w.data, w.s.expires(w.a.Now))
	return err
}
