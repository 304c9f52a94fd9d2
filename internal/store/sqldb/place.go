package sqldb

import (
	"context"
	"database/sql"
	"math"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type places struct{ *DB }

func (d places) LastUse(ctx context.Context, owner account.ID, p place.ID) (used time.Time, found bool, err error) {
	err = d.read.each(ctx, placeLastUse, []any{int64(owner), p[:]}, func(rows *sql.Rows) error {
		var micros int64
		err := rows.Scan(&micros)
		used, found = instant.Time(micros), true
		return err
	})
	if err != nil || !found {
		return time.Time{}, false, err
	}
	return used, true, nil
}

func (d places) Note(ctx context.Context, owner account.ID, p place.ID, used time.Time, keep int) error {
	err := d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		at := instant.Micros(used)
		if _, err := tx.exec(ctx, placeInsert, int64(owner), p[:], at); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, placeUse, at, int64(owner), p[:], at); err != nil {
			return err
		}
		_, err := tx.exec(ctx, placeTrim, int64(owner), int64(owner), math.MaxInt32, max(0, keep))
		return err
	}})
	if fail.Is(err, fail.NotFound) {
		return noAccount(owner)
	}
	return err
}

func (d places) Sweep(ctx context.Context, then time.Time, limit int) (int, error) {
	n, err := d.affected(ctx, Change{}, nil, placeSweep, instant.Micros(then), max(0, limit))
	return int(n), err
}
