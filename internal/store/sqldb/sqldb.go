// Package sqldb is the one place that knows SQL: tables, statements,
// migrations, and the store interfaces on top of them, for every engine behind
// database/sql.
//
// It does not own connections, transactions or tuning: an engine package
// prepares the statements, hands them over, and runs the changes (see Engine).
// What differs between the engines' languages is in Dialect. Every change is
// one short transaction in which no foreign function runs.
package sqldb

import (
	"context"
	"errors"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/place"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
)

// Change is something to write. Its steps belong together: all are done or
// none is.
type Change struct {
	// Run does the steps. It returns a fail.NotFound, Conflict or Invalid
	// error when it refuses; any other error means that the engine failed.
	Run func(ctx context.Context, tx *Statements) error
	// Whole says that Run is one statement, or never refuses once it has
	// changed something: an engine that shares a transaction among changes need
	// not be able to undo this one alone.
	Whole bool
	// Owners says that Run changes what sessions depend on, or removes
	// sessions of which a cache has no list: caches must notice.
	Owners bool
	// Detached says that nobody waits: Write returns when the change has its
	// place in the order of changes. Its failure is logged.
	Detached bool
	// Impatient says that the caller leaves when its context ends, even if the
	// change is being made and the result not known.
	Impatient bool
}

// Engine makes changes. It is safe for concurrent use.
type Engine interface {
	// Write runs c in a transaction, which may be shared with other changes,
	// and returns when that is committed, or with the error that c or the
	// transaction met: then c had no effect. Changes of one caller are made in
	// the order of its calls. If ctx ends before the change is taken up, it is
	// not made.
	Write(ctx context.Context, c Change) error
}

// DB gives the views of one database. It is safe for concurrent use.
type DB struct {
	read   *Statements
	engine Engine
	sink   audit.Sink
}

// New puts the views on statements that read and an engine that writes. The
// sink, which may be nil, gets the rows of the audit trail.
func New(read *Statements, engine Engine, sink audit.Sink) *DB {
	if sink == nil {
		sink = func([]audit.Row) {}
	}
	return &DB{read: read, engine: engine, sink: sink}
}

// Accounts is the view for package account.
func (d *DB) Accounts() account.Store { return accounts{d} }

// Lifecycle is the view for what changes more than one row of an account.
func (d *DB) Lifecycle() account.Lifecycle { return lifecycle{d} }

// Directory is the view for lists of accounts.
func (d *DB) Directory() account.Directory { return directory{d} }

// BotPasswords is the view for package botpassword.
func (d *DB) BotPasswords() botpassword.Store { return botPasswords{d} }

// Credentials is the view for package credential.
func (d *DB) Credentials() credential.Store { return credentials{d} }

// Sessions is the view for package session.
func (d *DB) Sessions() session.Store { return sessions{d} }

// Throttle is the view for package throttle.
func (d *DB) Throttle() throttle.Store { return counters{d} }

// Flows is the view for package flow.
func (d *DB) Flows() flow.Store { return flows{d} }

// Places is the view for package place.
func (d *DB) Places() place.Store { return places{d} }

// Audit is the view for package audit.
func (d *DB) Audit() audit.Store { return trail{d} }

// Health writes a row and waits for it until ctx ends, which should be soon.
func (d *DB) Health(ctx context.Context) error {
	err := d.engine.Write(ctx, Change{Whole: true, Impatient: true, Run: func(ctx context.Context, tx *Statements) error {
		_, err := tx.exec(ctx, healthTurn)
		return err
	}})
	if errors.Is(err, context.DeadlineExceeded) {
		return fail.Wrap(fail.Unavailable, err, "the database did not finish a write in time")
	}
	return err
}

// Ended is the error of an operation whose context was over before it began.
func Ended(ctx context.Context) error {
	return fail.Wrap(fail.Unavailable, context.Cause(ctx), "the request ended before the store took it up")
}

// affected runs one statement and gives the number of rows it has changed. c
// says how the change is to be treated. Events are kept if it has changed any.
func (d *DB) affected(ctx context.Context, c Change, events []audit.Event, s statement, args ...any) (n int64, err error) {
	c.Whole, c.Run = true, func(ctx context.Context, tx *Statements) error {
		n, err = tx.exec(ctx, s, args...)
		return err
	}
	err = d.recorded(ctx, c, func() []audit.Event {
		if n == 0 {
			return nil
		}
		return events
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func boolInt(b bool) int64 {
	if b {
		return 1
	}
	return 0
}
