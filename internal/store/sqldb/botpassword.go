package sqldb

import (
	"context"
	"database/sql"
	"net/netip"
	"slices"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type botPasswords struct{ *DB }

func (d botPasswords) Find(ctx context.Context, owner username.Name, app string) (f botpassword.Found, err error) {
	err = d.read.each(ctx, botFind, []any{app, owner.String()}, func(rows *sql.Rows) error {
		var row botRow
		f.OwnerFound, f.OwnerName = true, owner
		err := rows.Scan(&f.Owner, &f.OwnerLocked, &row.owner, &row.hash, &row.stamp, &row.grants, &row.restrictions,
			&row.created, &row.expires, &row.formerHash, &row.formerStamp, &row.formerEnds)
		if err != nil || row.owner == 0 {
			return err
		}
		f.AppFound, row.app = true, app
		f.BotPassword, err = row.decode()
		return err
	})
	if err != nil {
		return botpassword.Found{}, err
	}
	return f, nil
}

func (d botPasswords) Create(ctx context.Context, b botpassword.BotPassword, events ...audit.Event) error {
	_, err := d.affected(ctx, Change{Owners: true}, events, botInsert, botArgs(b)...)
	switch {
	case fail.Is(err, fail.Conflict):
		return fail.New(fail.Conflict, "a bot password with the app id %q exists already", b.App)
	case fail.Is(err, fail.NotFound):
		return noAccount(b.Owner)
	}
	return err
}

func (d botPasswords) Update(ctx context.Context, was string, b botpassword.BotPassword, events ...audit.Event) error {
	return d.recorded(ctx, Change{Whole: true, Owners: true, Run: func(ctx context.Context, tx *Statements) error {
		n, err := tx.exec(ctx, botUpdate, append(botArgs(b), was)...)
		if err != nil || n > 0 {
			return err
		}
		if n, err = tx.one(ctx, botExists, int64(b.Owner), b.App); err != nil {
			return err
		}
		if n == 0 {
			return fail.New(fail.NotFound, "there is no bot password with the app id %q", b.App)
		}
		return fail.New(fail.Conflict, "the bot password %q was changed by somebody else at the same time; look at it and try again", b.App)
	}}, func() []audit.Event { return events })
}

func (d botPasswords) UpgradeHash(ctx context.Context, owner account.ID, app, old, hash string) error {
	return d.engine.Write(ctx, Change{Whole: true, Owners: true, Run: func(ctx context.Context, tx *Statements) error {
		for _, s := range []statement{botUpgradeHash, botUpgradeFormer} {
			if _, err := tx.exec(ctx, s, hash, int64(owner), app, old); err != nil {
				return err
			}
		}
		return nil
	}})
}

func (d botPasswords) NoteUses(ctx context.Context, uses []botpassword.Noted) error {
	uses = slices.Clone(uses) // in case the caller goes on before they are written
	return d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		for _, u := range uses {
			at, from := instant.Micros(u.At), ""
			if u.Address.IsValid() {
				from = u.Address.String()
			}
			if _, err := tx.exec(ctx, botUsed, at, from, int64(u.Owner), u.App, at, at); err != nil {
				return err
			}
		}
		return nil
	}})
}

func (d botPasswords) Delete(ctx context.Context, owner account.ID, app string, events ...audit.Event) (bool, error) {
	n, err := d.affected(ctx, Change{Owners: true}, events, botDelete, int64(owner), app)
	return n > 0, err
}

func (d botPasswords) List(ctx context.Context, owner account.ID) ([]botpassword.BotPassword, error) {
	s, args := botListAll, []any(nil)
	if owner != 0 {
		s, args = botListOwner, []any{int64(owner)}
	}
	var list []botpassword.BotPassword
	err := d.read.each(ctx, s, args, func(rows *sql.Rows) error {
		var (
			row  botRow
			used int64
			from string
		)
		err := rows.Scan(&row.owner, &row.app, &row.hash, &row.stamp, &row.grants, &row.restrictions, &row.created, &row.expires,
			&row.formerHash, &row.formerStamp, &row.formerEnds, &used, &from)
		if err != nil {
			return err
		}
		b, err := row.decode()
		b.Used.At = instant.Time(used)
		b.Used.Address, _ = netip.ParseAddr(from) // empty: it has not been used
		list = append(list, b)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// botArgs are the columns of b in the order of botInsert and botUpdate.
func botArgs(b botpassword.BotPassword) []any {
	return []any{
		b.Hash, b.Stamp, encodeGrants(b.Grants), string(b.Restrictions.JSON()),
		instant.Micros(b.Created), instant.Micros(b.Expires),
		b.Former.Hash, b.Former.Stamp, instant.Micros(b.Former.Ends), int64(b.Owner), b.App,
	}
}

// botRow is a row of the table bot_password.
type botRow struct {
	owner                int64
	app, hash, stamp     string
	grants, restrictions string
	created, expires     int64
	formerHash           string
	formerStamp          string
	formerEnds           int64
}

func (r *botRow) decode() (b botpassword.BotPassword, err error) {
	b = botpassword.BotPassword{
		Owner: account.ID(r.owner), App: r.app, Hash: r.hash, Stamp: r.stamp,
		Created: instant.Time(r.created), Expires: instant.Time(r.expires),
		Former: botpassword.Former{Hash: r.formerHash, Stamp: r.formerStamp, Ends: instant.Time(r.formerEnds)},
	}
	if b.Grants, err = decodeGrants(r.grants); err != nil {
		return b, r.damaged(err)
	}
	if b.Restrictions, err = decodeRestrictions(r.restrictions); err != nil {
		return b, r.damaged(err)
	}
	return b, nil
}

func (r *botRow) damaged(err error) error {
	return fail.Wrap(fail.Damaged, err, "the stored bot password %q of account %d cannot be read; delete it and make a new one", r.app, r.owner)
}
