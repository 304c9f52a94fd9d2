package audit

import (
	"context"
	"time"
)

// Sink gets rows after they have been committed, in no promised order among
// parallel changes. It is called by whoever has made the change and must be
// quick and safe for concurrent use.
type Sink func(rows []Row)

// Filter selects rows; zero fields select all.
type Filter struct {
	Name    string // canonical
	Account int64  // with Name: rows of this account too, whatever it was called
	Kind    Kind
	Request string
	Since   time.Time // inclusive
	Until   time.Time // exclusive
	Before  int64     // only rows with a smaller Seq
	Limit   int       // 0 or less gives none
}

// Matches reports whether r is selected.
func (f *Filter) Matches(r *Row) bool {
	return (f.Name == "" || f.Name == r.Name || f.Account != 0 && f.Account == r.Account) && (f.Kind == "" || f.Kind == r.Kind) &&
		(f.Request == "" || f.Request == r.Request) &&
		(f.Since.IsZero() || !r.Time.Before(f.Since)) && (f.Until.IsZero() || r.Time.Before(f.Until)) &&
		(f.Before == 0 || r.Seq < f.Before)
}

// Store keeps events. Implementations are safe for concurrent use, and each
// method is atomic. They can neither change a row nor remove one from the
// middle. Methods of other stores that take events keep them by the same
// rules, together with what they record or not at all; events of a change that
// has changed nothing are not kept.
type Store interface {
	// Append adds events at the end, in their order.
	Append(ctx context.Context, events ...Event) error
	// Head gives the ends of the chain as they are stored, sealed if the store
	// was given a Sealer.
	Head(ctx context.Context) (Head, error)
	// Page gives at most limit rows behind the row after, oldest first.
	Page(ctx context.Context, after int64, limit int) ([]Row, error)
	// List gives the rows of a filter, newest first.
	List(ctx context.Context, f Filter) ([]Row, error)
	// Refusals gives the refused rows of a request, newest first. It is quick,
	// while List may have to look at all rows.
	Refusals(ctx context.Context, request string, limit int) ([]Row, error)
	// Prune removes rows from the beginning, at most limit, up to the first
	// that is not older than before. If it removes any, it appends events with
	// their number as Count.
	Prune(ctx context.Context, before time.Time, limit int, events ...Event) (removed int, err error)
}
