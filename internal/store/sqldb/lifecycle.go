package sqldb

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/username"
)

type lifecycle struct{ *DB }

func (d lifecycle) AlterGroups(ctx context.Context, id account.ID, remove []string, add []account.Membership, events ...audit.Event) error {
	if err := distinct(add); err != nil {
		return err
	}
	return d.change(ctx, id, events, func(ctx context.Context, tx *Statements) error {
		groups, err := groupsNow(ctx, tx, id)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, groupDelete, int64(id)); err != nil {
			return err
		}
		return insertGroups(ctx, tx, id, altered(groups, remove, add))
	})
}

func groupsNow(ctx context.Context, tx *Statements, id account.ID) (groups []account.Membership, err error) {
	err = tx.each(ctx, groupsOf, []any{int64(id)}, func(rows *sql.Rows) error {
		var (
			m    account.Membership
			ends int64
		)
		err := rows.Scan(&m.Group, &ends)
		m.Expires = instant.Time(ends)
		groups = append(groups, m)
		return err
	})
	return groups, err
}

// altered are the groups without those to remove, and with those to add.
func altered(groups []account.Membership, remove []string, add []account.Membership) []account.Membership {
	kept := slices.DeleteFunc(groups, func(m account.Membership) bool { return slices.Contains(remove, m.Group) })
	for _, m := range add {
		if i := slices.IndexFunc(kept, func(k account.Membership) bool { return k.Group == m.Group }); i >= 0 {
			kept[i] = m
		} else {
			kept = append(kept, m)
		}
	}
	return kept
}

func (d lifecycle) Rename(ctx context.Context, id account.ID, n username.Name, events ...audit.Event) error {
	return d.change(ctx, id, events, func(ctx context.Context, tx *Statements) error {
		_, err := tx.exec(ctx, accountRename, n.String(), int64(id))
		if fail.Is(err, fail.Conflict) {
			return fail.New(fail.Conflict, "an account named %q exists already", n)
		}
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, groupRename, n.String(), int64(id)); err != nil {
			return err
		}
		return endSessions(ctx, tx, id)
	})
}

func (d lifecycle) Delete(ctx context.Context, id account.ID, events ...audit.Event) error {
	return d.change(ctx, id, events, func(ctx context.Context, tx *Statements) error {
		if err := endSessions(ctx, tx, id); err != nil {
			return err
		}
		_, err := tx.exec(ctx, accountDelete, int64(id)) // with all that refers to it
		return err
	})
}

func (d lifecycle) ConfirmEmail(ctx context.Context, id account.ID, address string, at time.Time, events ...audit.Event) (bool, error) {
	n, err := d.affected(ctx, Change{Owners: true}, events, accountConfirmEmail, instant.Micros(at), int64(id), address)
	return n > 0, err
}

// endSessions ends all that somebody is logged in by: whoever read the token or
// a stamp before, and makes a session of it later, has none either. That holds
// as well where sessions are kept by another store than this one.
func endSessions(ctx context.Context, tx *Statements, id account.ID) error {
	if _, err := tx.exec(ctx, accountSetToken, secret.Hex32(), int64(id)); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, botRestamp, secret.Hex32(), secret.Hex32(), int64(id)); err != nil {
		return err
	}
	_, err := tx.exec(ctx, sessionDeleteOwner, int64(id))
	return err
}
