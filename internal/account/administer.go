package account

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
)

// ScriptUser is who blocks when nobody else is named. The name is kept for a
// wiki's software (MediaWiki: User::MAINTENANCE_SCRIPT_USER).
const ScriptUser = "Maintenance script"

// MaxReason is the longest reason of a block in bytes.
const MaxReason = 500

// GroupChange says which groups an account leaves and joins. With Replace it
// leaves all that are not in Add. Until is when the added ones end; zero:
// never.
type GroupChange struct {
	Add, Remove []string
	Replace     bool
	Until       time.Time
}

// ChangeGroups changes the explicit groups of an account, which counts from its
// next request on, in sessions of bot passwords as well. A group that does not
// exist is fail.Invalid.
func (s *Service) ChangeGroups(ctx context.Context, raw string, c GroupChange) (Account, error) {
	a, err := s.Find(ctx, raw)
	if err != nil {
		return a, err
	}
	add, err := s.groups(c.Add)
	if err != nil {
		return a, err
	}
	if err := s.removable(&a, c, add); err != nil {
		return a, err
	}
	if err := s.future(c.Until); err != nil {
		return a, err
	}
	memberships := make([]Membership, len(add))
	for i, g := range add {
		memberships[i] = Membership{Group: g, Expires: c.Until}
	}
	e := s.event(ctx, audit.AccountGroups, a).With("added", strings.Join(add, ",")).With("until", timeDetail(c.Until))
	if c.Replace {
		err = s.Store.SetGroups(ctx, a.ID, memberships, e.With("replaced", "all"))
	} else {
		err = s.Life.AlterGroups(ctx, a.ID, c.Remove, memberships, e.With("removed", strings.Join(c.Remove, ",")))
	}
	return s.again(ctx, a, err)
}

// removable refuses groups that are to be left and joined at once, and those
// that neither exist nor are left over in the account.
func (s *Service) removable(a *Account, c GroupChange, add []string) error {
	for _, g := range c.Remove {
		switch {
		case c.Replace || slices.Contains(add, g):
			return fail.New(fail.Invalid, "the group %q cannot be added and removed at the same time", g)
		case !s.KnownGroup(g) && !slices.ContainsFunc(a.Groups, func(m Membership) bool { return m.Group == g }):
			return fail.New(fail.Invalid, "there is no group %q", g)
		}
	}
	return nil
}

// future refuses a time that has passed. Zero is never.
func (s *Service) future(t time.Time) error {
	if !t.IsZero() && !t.After(s.Clock.Now()) {
		return fail.New(fail.Invalid, "the expiry %s is in the past", t.UTC().Format(time.RFC3339))
	}
	return nil
}

// BlockRequest asks for a sitewide block. By is the name of who blocks; empty:
// ScriptUser. A zero Expires means that it does not end.
type BlockRequest struct {
	Reason  string
	By      string
	Expires time.Time
}

// Block blocks an account, in place of a block that it has. It can still log
// in, and is told of its block (see Block).
func (s *Service) Block(ctx context.Context, raw string, r BlockRequest) (Account, error) {
	a, err := s.Find(ctx, raw)
	if err != nil {
		return a, err
	}
	b := &Block{By: ScriptUser, Reason: strings.TrimSpace(r.Reason), Created: s.Clock.Now(), Expires: r.Expires, NoCreate: true}
	if r.By != "" {
		by, err := s.Find(ctx, r.By)
		if err != nil {
			return a, err
		}
		b.By, b.ByID = by.Name.String(), by.ID
	}
	if len(b.Reason) > MaxReason || strings.ContainsFunc(b.Reason, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return a, fail.New(fail.Invalid, "the reason of a block is one line of at most %d bytes", MaxReason)
	}
	if err := s.future(b.Expires); err != nil {
		return a, err
	}
	e := s.event(ctx, audit.AccountBlock, a).With("by", b.By).With("reason", b.Reason).With("until", timeDetail(b.Expires))
	return s.again(ctx, a, s.Store.SetBlock(ctx, a.ID, b, e))
}

// Unblock removes the block of an account. Without one it is fail.NotFound.
func (s *Service) Unblock(ctx context.Context, raw string) (Account, error) {
	a, err := s.Find(ctx, raw)
	if err != nil {
		return a, err
	}
	if a.Block == nil {
		return a, fail.New(fail.NotFound, "%s is not blocked", a.Name)
	}
	return s.again(ctx, a, s.Store.SetBlock(ctx, a.ID, nil, s.event(ctx, audit.AccountUnblock, a)))
}

// Lock ends all sessions and remembered logins of an account, and refuses every
// login until Unlock. Those that it has ended stay ended.
func (s *Service) Lock(ctx context.Context, raw string) (Account, error) {
	return s.setLocked(ctx, raw, true, audit.AccountLock)
}

// Unlock lets an account log in again.
func (s *Service) Unlock(ctx context.Context, raw string) (Account, error) {
	return s.setLocked(ctx, raw, false, audit.AccountUnlock)
}

func (s *Service) setLocked(ctx context.Context, raw string, locked bool, k audit.Kind) (Account, error) {
	a, err := s.Find(ctx, raw)
	if err != nil || a.Locked == locked {
		return a, err
	}
	return s.again(ctx, a, s.Store.SetLocked(ctx, a.ID, locked, s.event(ctx, k, a)))
}

// Rename gives an account another name. Its id, groups and passwords stay; its
// bot passwords log in with the new name; its sessions and remembered logins
// end (MediaWiki: RenameuserSQL::rename). A name that no new account could have
// is fail.Invalid, a taken one fail.Conflict.
func (s *Service) Rename(ctx context.Context, raw, rawNew string) (Account, error) {
	a, err := s.Find(ctx, raw)
	if err != nil {
		return a, err
	}
	name, err := s.creatable(rawNew)
	if err != nil {
		return a, err
	}
	if name == a.Name {
		return a, fail.New(fail.Invalid, "the account has the name %s already", name)
	}
	e := s.event(ctx, audit.AccountRename, a).With("to", name.String())
	if err := s.Life.Rename(ctx, a.ID, name, e); err != nil {
		return a, err
	}
	return s.again(ctx, a, nil)
}

// Delete removes an account with its bot passwords and ends its sessions. Its id
// is never given again; what it did stays in the audit trail. It returns what
// was deleted.
func (s *Service) Delete(ctx context.Context, raw string) (Account, error) {
	a, err := s.Find(ctx, raw)
	if err != nil {
		return a, err
	}
	return a, s.Life.Delete(ctx, a.ID, s.event(ctx, audit.AccountDelete, a))
}

// again reads an account after a change that met err.
func (s *Service) again(ctx context.Context, a Account, err error) (Account, error) {
	if err != nil {
		return a, err
	}
	now, found, err := s.Store.ByID(ctx, a.ID)
	if err == nil && !found {
		err = fail.New(fail.NotFound, "the account %s was deleted meanwhile", a.Name)
	}
	return now, err
}

func (s *Service) event(ctx context.Context, k audit.Kind, a Account) audit.Event {
	return audit.Now(ctx, s.Clock.Now(), k).Of(int64(a.ID), a.Name.String())
}

// timeDetail is a time in an event; the zero time is none.
func timeDetail(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
