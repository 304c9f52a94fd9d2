package authn

import (
	"context"
	"slices"
	"time"
)

// Forms are the requests of an action, in the order of the providers: pre,
// primary, secondary, and then those of the machine itself (MediaWiki:
// AuthManager::getAuthenticationRequests). Those of a waiting login are what it
// waits for; asking for them changes nothing.
func (m *Machine) Forms(ctx context.Context, f *Form) ([]Request, error) {
	switch f.Action {
	case ActionLogin, ActionCreate, ActionChange, ActionRemove:
		return m.form(ctx, f)
	case ActionLoginContinue:
		return m.pending(ctx, f)
	}
	return nil, nil // no provider links accounts, and no creation waits
}

func (m *Machine) form(ctx context.Context, f *Form) ([]Request, error) {
	var list []Request
	if f.Action == ActionLogin || f.Action == ActionCreate {
		for _, p := range m.Pre {
			more, err := p.Requests(ctx, f)
			if err != nil {
				return nil, err
			}
			list = merge(list, more)
		}
	}
	more, err := m.afterPre(ctx, f)
	return merge(merge(list, more), m.own(f)), err
}

// afterPre are the requests of primary and secondary providers.
func (m *Machine) afterPre(ctx context.Context, f *Form) ([]Request, error) {
	var list []Request
	for _, p := range m.Primary {
		more, err := p.Requests(ctx, f)
		if err != nil {
			return nil, err
		}
		more = slices.Clone(more)
		for i := range more {
			if more[i].Required == Demanded {
				more[i].Required = PrimaryRequired
			}
		}
		list = merge(list, more)
	}
	for _, p := range m.Secondary {
		more, err := p.Requests(ctx, f)
		if err != nil {
			return nil, err
		}
		list = merge(list, more)
	}
	return list, nil
}

// own are the requests that belong to no provider.
func (m *Machine) own(f *Form) []Request {
	switch f.Action {
	case ActionLogin:
		return []Request{RememberMe(m.rememberDays(), f.Session.CanChangeUser())}
	case ActionCreate:
		return creation(f.User.ID != 0)
	}
	return nil
}

// rememberDays is how long a login is remembered, in whole days.
func (m *Machine) rememberDays() int64 {
	const day = 24 * time.Hour
	return int64((m.Remember + day - 1) / day)
}

// pending are the requests of the login that waits in the session.
func (m *Machine) pending(ctx context.Context, f *Form) ([]Request, error) {
	in := Input{Session: f.Session, Address: f.Address, Now: f.Now}
	data, found, err := m.Flows.Get(ctx, f.Session.Flow(loginFlow), f.Now)
	if err != nil || !found {
		return nil, err
	}
	if spent, err := f.Session.Spent(ctx); err != nil || spent {
		return nil, err
	}
	a, s, err := m.restore(ctx, in, data)
	if err != nil || s == nil {
		return nil, err
	}
	return m.asked(ctx, a, s)
}
