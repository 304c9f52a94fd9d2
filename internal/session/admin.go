package session

import (
	"context"
	"net/netip"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/username"
)

// Info describes a stored session to an operator.
type Info struct {
	ID      string // names the session; it is not the cookie
	Kind    Kind
	Owner   string
	App     string
	Created time.Time
	Renewed time.Time
	Expires time.Time
	Address netip.Addr // at login
}

// OwnerSource finds accounts by name; see account.Store.
type OwnerSource interface {
	ByName(ctx context.Context, n username.Name) (a account.Account, found bool, err error)
}

// Admin lists and ends sessions for an operator.
type Admin struct {
	Manager *Manager
	Owners  OwnerSource
	Names   *username.Rules
	Clock   clock.Clock
}

// ListFilter selects sessions; zero fields select all.
type ListFilter struct{ Owner, App string }

// List gives the live sessions, newest first. An unknown owner is
// fail.NotFound.
func (a *Admin) List(ctx context.Context, f ListFilter) ([]Info, error) {
	owner, _, err := a.owner(ctx, f.Owner)
	if err != nil {
		return nil, err
	}
	rows, err := a.Manager.deps.Store.List(ctx, Filter{Owner: owner, App: f.App}, a.Clock.Now())
	if err != nil {
		return nil, err
	}
	var infos []Info
	for _, row := range rows {
		if row.Kind == KindSpent {
			continue
		}
		info := Info{ID: row.ID.String(), Kind: row.Kind, App: row.App, Created: row.Created, Expires: row.Expires}
		if l := a.Manager.open(row, Owner{}); l != nil {
			info.Owner, info.Address, info.Renewed = l.rec.name, l.rec.address, l.rec.renewed
		}
		infos = append(infos, info)
	}
	return infos, nil
}

// EndRequest names sessions: one by ID (the beginning of Info.ID, 8 characters
// or more), or all of Owner, or those of Owner's bot password App.
type EndRequest struct{ ID, Owner, App string }

// End ends sessions at once and says how many. An ID that names none is
// fail.NotFound, one that names several is fail.Invalid.
func (a *Admin) End(ctx context.Context, r EndRequest) (int, error) {
	if r.ID != "" {
		return a.endOne(ctx, r.ID)
	}
	if r.Owner == "" {
		return 0, fail.New(fail.Invalid, "name a session by its id or by its account")
	}
	owner, name, err := a.owner(ctx, r.Owner)
	if err != nil {
		return 0, err
	}
	return a.Manager.deps.Store.DeleteOwner(ctx, owner, r.App, a.ended(ctx, owner, name, r.App))
}

// ended is the event of an operator's end of sessions.
func (a *Admin) ended(ctx context.Context, owner account.ID, name, app string) audit.Event {
	e := audit.Now(ctx, a.Clock.Now(), audit.SessionEnd).Of(int64(owner), name)
	e.App = app
	return e
}

func (a *Admin) endOne(ctx context.Context, prefix string) (int, error) {
	if len(prefix) < 8 {
		return 0, fail.New(fail.Invalid, "the session id %q is too short; give at least 8 characters", prefix)
	}
	rows, err := a.Manager.deps.Store.List(ctx, Filter{}, a.Clock.Now())
	if err != nil {
		return 0, err
	}
	var found []Row
	for _, row := range rows {
		if row.Kind != KindSpent && strings.HasPrefix(row.ID.String(), prefix) {
			found = append(found, row)
		}
	}
	switch len(found) {
	case 0:
		return 0, fail.New(fail.NotFound, "no live session has an id that begins with %q", prefix)
	case 1:
		return a.endFound(ctx, found[0])
	}
	return 0, fail.New(fail.Invalid, "%d sessions have an id that begins with %q; give more characters", len(found), prefix)
}

func (a *Admin) endFound(ctx context.Context, row Row) (int, error) {
	var name string
	if l := a.Manager.open(row, Owner{}); l != nil {
		name = l.rec.name
	}
	event := a.ended(ctx, row.Owner, name, row.App).With("session", row.ID.String()[:16])
	deleted, err := a.Manager.deps.Store.Delete(ctx, row.ID, event)
	a.Manager.cache.remove(row.ID)
	if !deleted {
		return 0, err
	}
	return 1, err
}

// owner finds the account of a name in any spelling; no name is nobody.
func (a *Admin) owner(ctx context.Context, given string) (id account.ID, name string, err error) {
	if given == "" {
		return 0, "", nil
	}
	n, ok := a.Names.Parse(given)
	if !ok {
		return 0, "", fail.New(fail.Invalid, "%q cannot be an account name", given)
	}
	acct, found, err := a.Owners.ByName(ctx, n)
	if err != nil {
		return 0, "", err
	}
	if !found {
		return 0, "", fail.New(fail.NotFound, "there is no account %s", n)
	}
	return acct.ID, n.String(), nil
}
