package sqldb

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/store/instant"
	"github.com/wikigate/wikigate/internal/throttle"
)

type counters struct{ *DB }

func (d counters) Take(ctx context.Context, buckets []throttle.Bucket, now time.Time) (int, error) {
	refused := -1
	err := d.engine.Write(ctx, Change{Whole: true, Run: func(ctx context.Context, tx *Statements) (err error) {
		refused, err = take(ctx, tx, buckets, now)
		return err
	}})
	if err != nil {
		return 0, err
	}
	return refused, nil
}

// take counts bucket by bucket and gives the index of the first that refuses.
func take(ctx context.Context, tx *Statements, buckets []throttle.Bucket, now time.Time) (refused int, err error) {
	at := instant.Micros(now)
	for i, b := range buckets {
		if b.Limit <= 0 {
			return i, nil
		}
		ends := instant.Micros(instant.Time(at).Add(b.Period))
		n, err := tx.exec(ctx, throttleTake, b.Key, ends, at, at, at, b.Limit)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			return i, nil
		}
	}
	return -1, nil
}

func (d counters) Look(ctx context.Context, buckets []throttle.Bucket, now time.Time) ([]int, error) {
	taken := make([]int, len(buckets))
	if len(buckets) == 0 {
		return taken, nil
	}
	keys := make([]string, 0, len(buckets))
	for _, b := range buckets {
		keys = append(keys, b.Key)
	}
	err := d.read.each(ctx, throttleLook, []any{jsonList(keys), instant.Micros(now)}, func(rows *sql.Rows) error {
		var key string
		var n int
		if err := rows.Scan(&key, &n); err != nil {
			return err
		}
		for i, k := range keys {
			if k == key {
				taken[i] = n
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return taken, nil
}

func (d counters) Settle(ctx context.Context, forget, giveBack []string) error {
	if len(forget)+len(giveBack) == 0 {
		return nil
	}
	forget, giveBack = slices.Clone(forget), slices.Clone(giveBack) // read after the caller has gone on
	return d.engine.Write(ctx, Change{Detached: true, Whole: true, Run: func(ctx context.Context, tx *Statements) error {
		return errors.Join(each(ctx, tx, throttleForget, forget), each(ctx, tx, throttleGiveBack, giveBack))
	}})
}

// each runs a statement for each key, up to the first that fails.
func each(ctx context.Context, tx *Statements, s statement, keys []string) error {
	for _, k := range keys {
		if _, err := tx.exec(ctx, s, k); err != nil {
			return err
		}
	}
	return nil
}

func (d counters) Sweep(ctx context.Context, now time.Time, limit int) (int, error) {
	n, err := d.affected(ctx, Change{}, nil, throttleSweep, instant.Micros(now), max(0, limit))
	return int(n), err
}
