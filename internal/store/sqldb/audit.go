package sqldb

import (
	"context"
	"database/sql"
	"math"
	"net/netip"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/store/instant"
)

type trail struct{ *DB }

func (d trail) Append(ctx context.Context, events ...audit.Event) error {
	if len(events) == 0 {
		return nil
	}
	nothing := func(context.Context, *Statements) error { return nil }
	return d.recorded(ctx, Change{Whole: true, Run: nothing}, func() []audit.Event { return events })
}

func (d trail) Head(ctx context.Context) (audit.Head, error) {
	return d.read.head(ctx, auditHead)
}

func (d trail) Page(ctx context.Context, after int64, limit int) ([]audit.Row, error) {
	return d.rows(ctx, auditPage, after, max(0, limit))
}

func (d trail) List(ctx context.Context, f audit.Filter) ([]audit.Row, error) {
	before, until := int64(math.MaxInt64), int64(math.MaxInt64)
	if f.Before != 0 {
		before = f.Before
	}
	if !f.Until.IsZero() {
		until = instant.Micros(f.Until)
	}
	account := f.Account
	if account == 0 {
		account = -1 // 0 is that of rows without one
	}
	return d.rows(ctx, auditList, before, f.Name, f.Name, account, string(f.Kind), string(f.Kind), f.Request, f.Request,
		instant.Micros(f.Since), until, max(0, f.Limit))
}

func (d trail) Refusals(ctx context.Context, request string, limit int) ([]audit.Row, error) {
	return d.rows(ctx, auditRefusals, request, max(0, limit))
}

func (d trail) Prune(ctx context.Context, before time.Time, limit int, events ...audit.Event) (int, error) {
	n := 0
	err := d.recorded(ctx, Change{Run: func(ctx context.Context, tx *Statements) (err error) {
		n, err = tx.prune(ctx, instant.Micros(before), max(0, limit))
		return err
	}}, func() []audit.Event {
		if n == 0 {
			return nil
		}
		return audit.Counted(int64(n), events)
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

// prune removes the oldest rows and makes the last of them the anchor.
func (s *Statements) prune(ctx context.Context, before int64, limit int) (n int, err error) {
	if err := s.findEnd(ctx); err != nil {
		return 0, err
	}
	last, young := s.chain.head, false
	err = s.each(ctx, auditOldest, []any{last.Anchor, limit}, func(rows *sql.Rows) error {
		var (
			seq, at int64
			hash    sql.RawBytes
		)
		if err := rows.Scan(&seq, &at, &hash); err != nil {
			return err
		}
		if young = young || at >= before; !young {
			last.Anchor, n = seq, n+1
			copy(last.AnchorHash[:], hash)
		}
		return nil
	})
	if err != nil || n == 0 {
		return 0, err
	}
	if _, err := s.exec(ctx, auditPrune, last.Anchor); err != nil {
		return 0, err
	}
	s.chain.head, s.chain.moved = last, true
	return n, nil
}

func (d trail) rows(ctx context.Context, s statement, args ...any) ([]audit.Row, error) {
	var list []audit.Row
	err := d.read.each(ctx, s, args, func(rows *sql.Rows) error {
		r, err := scanAudit(rows)
		list = append(list, r)
		return err
	})
	if err != nil {
		return nil, err
	}
	return slices.Clip(list), nil
}

// scanAudit reads a row as it stands. Whether it is as it was written, the
// chain tells, and not the reader.
func scanAudit(rows *sql.Rows) (r audit.Row, err error) {
	var (
		at               int64
		address, details string
		hash             sql.RawBytes
	)
	err = rows.Scan(&r.Seq, &at, &r.Kind, &r.Result, &r.Reason, &r.Method, &r.Account, &r.Name, &r.App, &r.Request,
		&address, &r.Client, &r.Actor, &r.Count, &details, &hash)
	r.Time = instant.Time(at)
	if a, err := netip.ParseAddr(address); err == nil {
		r.Address = a
	}
	r.Details = decodeDetails(details)
	copy(r.Hash[:], hash)
	return r, err
}
