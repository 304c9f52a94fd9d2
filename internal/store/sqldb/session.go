package sqldb

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type sessions struct{ *DB }

func (d sessions) Get(ctx context.Context, id session.ID, now time.Time) (r session.Row, o session.Owner, found bool, err error) {
	var bot botRow
	err = d.read.each(ctx, sessionGet, []any{id[:], instant.Micros(now)}, func(rows *sql.Rows) error {
		var owner, created, expires int64
		err := rows.Scan(&r.Kind, &r.Owner, &r.App, &created, &expires, &r.Data,
			&owner, &o.Name, &o.Token, &o.Locked,
			&bot.owner, &bot.stamp, &bot.grants, &bot.restrictions, &bot.expires,
			&bot.formerStamp, &bot.formerEnds)
		r.ID, r.Created, r.Expires = id, instant.Time(created), instant.Time(expires)
		o.Found, found = owner != 0, true
		return err
	})
	if err == nil && bot.owner != 0 {
		bot.app = r.App
		o.Bot, err = bot.state()
	}
	if err != nil || !found {
		return session.Row{}, session.Owner{}, false, err
	}
	return r, o, true, nil
}

// state is the part of a bot password that its sessions depend on.
func (r *botRow) state() (*session.BotState, error) {
	b, err := r.decode()
	if err != nil {
		return nil, err
	}
	return &session.BotState{
		Stamp: b.Stamp, Grants: b.Grants, Restrictions: b.Restrictions, Expires: b.Expires,
		FormerStamp: b.Former.Stamp, FormerEnds: b.Former.Ends,
	}, nil
}

func (d sessions) Put(ctx context.Context, r session.Row, events ...audit.Event) error {
	_, err := d.affected(ctx, Change{}, events, sessionPut, putArgs(r)...)
	return err
}

func (d sessions) Update(ctx context.Context, r session.Row) (bool, error) {
	args := putArgs(r)
	n, err := d.affected(ctx, Change{}, nil, sessionUpdate, append(args[1:], args[0])...)
	return n > 0, err
}

func (d sessions) Rotate(ctx context.Context, old session.ID, next session.Row, spent []session.Row, events ...audit.Event) error {
	return d.recorded(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, sessionDelete, old[:]); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, sessionPut, putArgs(next)...); err != nil {
			return err
		}
		for _, r := range spent {
			if _, err := tx.exec(ctx, sessionPut, putArgs(r)...); err != nil {
				return err
			}
		}
		return nil
	}}, func() []audit.Event { return events })
}

func (d sessions) Delete(ctx context.Context, id session.ID, events ...audit.Event) (bool, error) {
	n, err := d.affected(ctx, Change{}, events, sessionDelete, id[:])
	return n > 0, err
}

func (d sessions) DeleteOwner(ctx context.Context, owner account.ID, app string, events ...audit.Event) (int, error) {
	if owner == 0 {
		return 0, nil
	}
	s, args := sessionDeleteOwner, []any{int64(owner)}
	if app != "" {
		s, args = sessionDeleteOwnerApp, []any{int64(owner), app}
	}
	var n int64
	err := d.recorded(ctx, Change{Owners: true, Whole: true, Run: func(ctx context.Context, tx *Statements) (err error) {
		n, err = tx.exec(ctx, s, args...)
		return err
	}}, func() []audit.Event {
		if n == 0 {
			return nil
		}
		return audit.Counted(n, events)
	})
	if err != nil {
		return 0, err
	}
	return int(n), nil
}

func (d sessions) List(ctx context.Context, f session.Filter, now time.Time) ([]session.Row, error) {
	s, args := sessionListAll, []any{instant.Micros(now)}
	switch {
	case f.Owner != 0 && f.App != "":
		s, args = sessionListOwnerApp, append(args, int64(f.Owner), f.App)
	case f.Owner != 0:
		s, args = sessionListOwner, append(args, int64(f.Owner))
	case f.App != "":
		s, args = sessionListApp, append(args, f.App)
	}
	limit := f.Limit
	if limit <= 0 {
		limit = math.MaxInt32
	}
	var list []session.Row
	err := d.read.each(ctx, s, append(args, limit), func(rows *sql.Rows) error {
		r, err := scanSession(rows)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

func (d sessions) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := d.affected(ctx, Change{}, nil, sessionSweep, instant.Micros(now), max(0, limit))
	return int(n), err
}

func scanSession(rows *sql.Rows) (r session.Row, err error) {
	var (
		id               sql.RawBytes
		created, expires int64
	)
	if err := rows.Scan(&id, &r.Kind, &r.Owner, &r.App, &created, &expires, &r.Data); err != nil {
		return r, err
	}
	if copy(r.ID[:], id) != len(id) || len(id) != len(r.ID) {
		return r, fail.New(fail.Damaged, "a stored session has an id of %d bytes instead of %d; delete the row", len(id), len(r.ID))
	}
	r.Created, r.Expires = instant.Time(created), instant.Time(expires)
	return r, nil
}

// putArgs are the columns of r in the order of sessionPut.
func putArgs(r session.Row) []any {
	data := r.Data
	if data == nil {
		data = []byte{} // nil would be NULL
	}
	return []any{r.ID[:], int64(r.Kind), int64(r.Owner), r.App, instant.Micros(r.Created), instant.Micros(r.Expires), data}
}
