package sqldb

import (
	"context"
	"database/sql"

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
			&row.created, &row.expires)
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

func (d botPasswords) Update(ctx context.Context, b botpassword.BotPassword, events ...audit.Event) error {
	n, err := d.affected(ctx, Change{Owners: true}, events, botUpdate, botArgs(b)...)
	if err == nil && n == 0 {
		return fail.New(fail.NotFound, "there is no bot password with the app id %q", b.App)
	}
	return err
}

func (d botPasswords) UpgradeHash(ctx context.Context, owner account.ID, app, old, hash string) error {
	_, err := d.affected(ctx, Change{Owners: true}, nil, botUpgradeHash, hash, int64(owner), app, old)
	return err
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
		var row botRow
		err := rows.Scan(&row.owner, &row.app, &row.hash, &row.stamp, &row.grants, &row.restrictions, &row.created, &row.expires)
		if err != nil {
			return err
		}
		b, err := row.decode()
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
		instant.Micros(b.Created), instant.Micros(b.Expires), int64(b.Owner), b.App,
	}
}

// botRow is a row of the table bot_password.
type botRow struct {
	owner                int64
	app, hash, stamp     string
	grants, restrictions string
	created, expires     int64
}

func (r *botRow) decode() (b botpassword.BotPassword, err error) {
	b = botpassword.BotPassword{
		Owner: account.ID(r.owner), App: r.app, Hash: r.hash, Stamp: r.stamp,
		Created: instant.Time(r.created), Expires: instant.Time(r.expires),
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
