package sqldb

import (
	"context"
	"database/sql"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type flows struct{ *DB }

// nobody holds a record that is not taken out.
var nobody = []byte{}

func (d flows) Put(ctx context.Context, id flow.ID, data []byte, expires time.Time) error {
	return d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, flowDelete, id[:]); err != nil {
			return err
		}
		_, err := tx.exec(ctx, flowInsert, id[:], nobody, instant.Micros(expires), data)
		return err
	}})
}

func (d flows) Get(ctx context.Context, id flow.ID, now time.Time) (data []byte, found bool, err error) {
	return getFlow(ctx, d.read, flowGet, id, now)
}

func getFlow(ctx context.Context, on *Statements, s statement, id flow.ID, now time.Time) (data []byte, found bool, err error) {
	err = on.each(ctx, s, []any{id[:], instant.Micros(now)}, func(rows *sql.Rows) error {
		found = true
		return rows.Scan(&data)
	})
	if err != nil || !found {
		return nil, false, err
	}
	return data, true, nil
}

func (d flows) Take(ctx context.Context, id flow.ID, h flow.Holder, now time.Time) (data []byte, found bool, err error) {
	err = d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) (err error) {
		data, found, err = getFlow(ctx, tx, flowGetToTake, id, now)
		if err != nil || !found {
			return err
		}
		_, err = tx.exec(ctx, flowHold, h[:], id[:])
		return err
	}})
	if err != nil || !found {
		return nil, false, err
	}
	return data, true, nil
}

func (d flows) Return(ctx context.Context, id flow.ID, h flow.Holder, data []byte, expires time.Time) (bool, error) {
	n, err := d.affected(ctx, Change{}, nil, flowReturn, instant.Micros(expires), data, id[:], h[:])
	return n > 0, err
}

func (d flows) Claim(ctx context.Context, id flow.ID, expires, now time.Time) (first bool, err error) {
	err = d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		if _, err := tx.exec(ctx, flowDeleteExpired, id[:], instant.Micros(now)); err != nil {
			return err
		}
		n, err := tx.exec(ctx, flowInsert, id[:], nobody, instant.Micros(expires), nobody)
		first = n > 0
		return err
	}})
	return first && err == nil, err
}

func (d flows) Delete(ctx context.Context, id flow.ID) error {
	_, err := d.affected(ctx, Change{}, nil, flowDelete, id[:])
	return err
}

func (d flows) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := d.affected(ctx, Change{}, nil, flowSweep, instant.Micros(now), max(0, limit))
	return int(n), err
}
