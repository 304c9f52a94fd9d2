package sqldb

import (
	"context"
	"database/sql"
	"unicode/utf8"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type accounts struct{ *DB }

func (d accounts) Create(ctx context.Context, n account.New, events ...audit.Event) (account.Account, error) {
	groups := make([]account.Membership, len(n.Groups))
	for i, g := range n.Groups {
		groups[i].Group = g
	}
	if err := distinct(groups); err != nil {
		return account.Account{}, err
	}
	var id int64
	err := d.recorded(ctx, Change{Owners: true, Run: func(ctx context.Context, tx *Statements) (err error) {
		id, err = tx.one(ctx, accountInsert, n.Name.String(), n.RealName, n.Email,
			instant.Micros(n.Registered), n.PasswordHash, n.Token.Reveal(), n.EditCount)
		if fail.Is(err, fail.Conflict) {
			return fail.New(fail.Conflict, "an account named %q exists already", n.Name)
		}
		if err != nil {
			return err
		}
		return insertGroups(ctx, tx, account.ID(id), groups)
	}}, func() []audit.Event { return audit.About(id, events) })
	if err != nil {
		return account.Account{}, err
	}
	a := account.Account{
		ID: account.ID(id), Name: n.Name, RealName: n.RealName, Email: n.Email,
		Registered: instant.Round(n.Registered), EditCount: n.EditCount, Token: n.Token,
	}
	if len(groups) > 0 {
		a.Groups = groups
	}
	return a, nil
}

func (d accounts) ByName(ctx context.Context, n username.Name) (account.Account, bool, error) {
	return first(d.list(ctx, accountByName, []any{n.String()}))
}

func (d accounts) ByID(ctx context.Context, id account.ID) (account.Account, bool, error) {
	return first(d.list(ctx, accountByID, []any{int64(id)}))
}

func (d accounts) List(ctx context.Context, p account.Page) ([]account.Account, error) {
	limit := max(0, p.Limit)
	if p.Prefix == "" {
		return d.list(ctx, accountList, []any{p.From, limit})
	}
	from := max(p.From, p.Prefix)
	if end := successor(p.Prefix); end != "" {
		return d.list(ctx, accountListPrefix, []any{from, end, limit})
	}
	return d.list(ctx, accountList, []any{from, limit})
}

func (d accounts) SetGroups(ctx context.Context, id account.ID, groups []account.Membership, events ...audit.Event) error {
	if err := distinct(groups); err != nil {
		return err
	}
	return d.change(ctx, id, events, func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, groupDelete, int64(id)); err != nil {
			return err
		}
		return insertGroups(ctx, tx, id, groups)
	})
}

func (d accounts) SetLocked(ctx context.Context, id account.ID, locked bool, events ...audit.Event) error {
	return d.change(ctx, id, events, func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, accountSetLocked, boolInt(locked), int64(id)); err != nil {
			return err
		}
		return endSessions(ctx, tx, id)
	})
}

func (d accounts) SetBlock(ctx context.Context, id account.ID, b *account.Block, events ...audit.Event) error {
	return d.change(ctx, id, events, func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, blockDelete, int64(id)); err != nil || b == nil {
			return err
		}
		_, err := tx.exec(ctx, blockInsert, int64(id), b.By, int64(b.ByID), b.Reason, instant.Micros(b.Created),
			instant.Micros(b.Expires), boolInt(b.NoCreate), boolInt(b.Partial), boolInt(b.AnonOnly))
		return err
	})
}

func (d accounts) SetToken(ctx context.Context, id account.ID, token secret.Secret, events ...audit.Event) error {
	return d.set(ctx, id, events, accountSetToken, token.Reveal(), int64(id))
}

// set runs a statement that changes the one row of an account, and keeps the
// events.
func (d *DB) set(ctx context.Context, id account.ID, events []audit.Event, s statement, args ...any) error {
	n, err := d.affected(ctx, Change{Owners: true}, events, s, args...)
	if err == nil && n == 0 {
		return noAccount(id)
	}
	return err
}

// change runs steps that need the account to exist, and keeps the events.
func (d *DB) change(ctx context.Context, id account.ID, events []audit.Event, steps func(context.Context, *Statements) error) error {
	return d.recorded(ctx, Change{Owners: true, Run: func(ctx context.Context, tx *Statements) error {
		n, err := tx.one(ctx, accountExists, int64(id))
		if err != nil {
			return err
		}
		if n == 0 {
			return noAccount(id)
		}
		return steps(ctx, tx)
	}}, func() []audit.Event { return events })
}

func insertGroups(ctx context.Context, tx *Statements, id account.ID, groups []account.Membership) error {
	for i, g := range groups {
		if _, err := tx.exec(ctx, groupInsert, i, g.Group, instant.Micros(g.Expires), int64(id)); err != nil {
			return err
		}
	}
	return nil
}

// list reads accounts from rows that repeat the account for every group. more
// are where further columns go to.
func (d *DB) list(ctx context.Context, s statement, args []any, more ...any) ([]account.Account, error) {
	var list []account.Account
	err := d.read.each(ctx, s, args, func(rows *sql.Rows) error {
		a, g, err := scanAccount(rows, more)
		if err != nil {
			return err
		}
		if len(list) == 0 || list[len(list)-1].ID != a.ID {
			list = append(list, a)
		}
		if g.stored {
			last := &list[len(list)-1]
			last.Groups = append(last.Groups, g.Membership)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// group is a membership, or the lack of one.
type group struct {
	account.Membership
	stored bool
}

func scanAccount(rows *sql.Rows, more []any) (a account.Account, g group, err error) {
	var (
		name, token                                               string
		confirmed, registered, created, ends, groupPos, groupEnds int64
		b                                                         account.Block
	)
	err = rows.Scan(append([]any{&a.ID, &name, &a.RealName, &a.Email, &confirmed, &registered, &a.EditCount, &token, &a.Locked, &a.SecondFactor,
		&b.ID, &b.By, &b.ByID, &b.Reason, &created, &ends, &b.NoCreate, &b.Partial, &b.AnonOnly,
		&groupPos, &g.Group, &groupEnds}, more...)...)
	a.Name = username.FromStore(name)
	a.Token = secret.New(token)
	a.EmailConfirmed, a.Registered = instant.Time(confirmed), instant.Time(registered)
	if b.ID != 0 {
		b.Created, b.Expires = instant.Time(created), instant.Time(ends)
		a.Block = &b
	}
	g.stored, g.Expires = groupPos >= 0, instant.Time(groupEnds)
	return a, g, err
}

func first(list []account.Account, err error) (account.Account, bool, error) {
	if err != nil || len(list) == 0 {
		return account.Account{}, false, err
	}
	return list[0], true, nil
}

func distinct(groups []account.Membership) error {
	seen := make(map[string]bool, len(groups))
	for _, g := range groups {
		if seen[g.Group] {
			return fail.New(fail.Invalid, "the group %q is given twice; name it once", g.Group)
		}
		seen[g.Group] = true
	}
	return nil
}

// successor is the first text in the order of bytes that comes after all that
// begin with prefix; empty when there is none. It is valid UTF-8 if prefix is,
// since engines other than SQLite take nothing else.
func successor(prefix string) string {
	for prefix != "" {
		r, size := utf8.DecodeLastRuneInString(prefix)
		prefix = prefix[:len(prefix)-size]
		switch {
		case r == utf8.MaxRune:
			continue
		case r == 0xd7ff:
			return prefix + "\ue000"
		default:
			return prefix + string(r+1)
		}
	}
	return ""
}

func noAccount(id account.ID) error {
	return fail.New(fail.NotFound, "there is no account with the id %d", id)
}
