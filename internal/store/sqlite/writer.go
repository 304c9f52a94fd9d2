package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/sqldb"
)

// maxBatch is the number of changes that one transaction takes, maxWaiting
// that of changes for which Write need not wait to be heard.
const (
	maxBatch   = 256
	maxWaiting = 1024
)

// tick is how often the serving process looks for what other processes left.
const tick = 200 * time.Millisecond

// writer owns the connection that writes. Changes wait in one queue; its
// goroutine takes as many as there are, makes them in one transaction, and
// answers all when that is on the disk: the cost of the disk is shared by all
// who wait. It implements sqldb.Engine.
type writer struct {
	statements *sqldb.Statements
	controls   [endOfControls]*sql.Stmt
	dialect    sqldb.Dialect
	generation *generation
	serving    bool
	log        *slog.Logger
	took       func(time.Duration) // nil: nobody is told
	version    int64               // of the data, when last looked at

	closing sync.RWMutex // held for reading while a change is put into queue
	closed  bool
	queue   chan *request
	ended   chan struct{}

	commits, changes, failures atomic.Uint64
}

// request is a change on its way.
type request struct {
	sqldb.Change
	state atomic.Int32
	err   error
	done  chan error // nil: nobody waits
}

// The states of a request. It leaves waiting once, whoever is first.
const (
	waiting int32 = iota
	taken
	givenUp
)

// control names the statements that hold transactions together.
type control int

const (
	begin control = iota
	commit
	rollback
	savepoint
	release
	rollbackTo
	dataVersion
	endOfControls
)

// newWriter prepares the statements of conn. They are closed before
// it: one that stays open would keep it open.
func newWriter(ctx context.Context, conn *sql.Conn, d sqldb.Dialect, g *generation, o Options) (*writer, error) {
	w := &writer{
		dialect: d, generation: g, serving: o.Serving, log: o.Log, took: o.Writing,
		queue: make(chan *request, maxWaiting), ended: make(chan struct{}),
	}
	for c, text := range [endOfControls]string{
		begin:       "BEGIN IMMEDIATE",
		commit:      "COMMIT",
		rollback:    "ROLLBACK",
		savepoint:   "SAVEPOINT change",
		release:     "RELEASE change",
		rollbackTo:  "ROLLBACK TO change",
		dataVersion: "PRAGMA data_version",
	} {
		stmt, err := conn.PrepareContext(ctx, text)
		if err != nil {
			return nil, errors.Join(d.Failed(err), w.closeStatements())
		}
		w.controls[c] = stmt
	}
	var err error
	if w.statements, err = sqldb.PrepareWrites(ctx, conn, d); err != nil {
		return nil, errors.Join(err, w.closeStatements())
	}
	w.statements.SealBy(o.Sealer)
	return w, nil
}

func (w *writer) closeStatements() error {
	var errs []error
	for _, stmt := range w.controls {
		if stmt != nil {
			errs = append(errs, stmt.Close())
		}
	}
	if w.statements != nil {
		errs = append(errs, w.statements.Close())
	}
	return errors.Join(errs...)
}

// Write implements sqldb.Engine.
func (w *writer) Write(ctx context.Context, c sqldb.Change) error {
	r := &request{Change: c}
	if !c.Detached {
		r.done = make(chan error, 1)
	}
	if err := w.put(ctx, r); err != nil || c.Detached {
		return err
	}
	if w.took != nil {
		start := time.Now()
		defer func() { w.took(time.Since(start)) }()
	}
	select {
	case err := <-r.done:
		return err
	case <-ctx.Done():
	}
	if r.state.CompareAndSwap(waiting, givenUp) || c.Impatient {
		return sqldb.Ended(ctx)
	}
	return <-r.done
}

// put gives r its place in the queue.
func (w *writer) put(ctx context.Context, r *request) error {
	if ctx.Err() != nil {
		return sqldb.Ended(ctx)
	}
	w.closing.RLock()
	defer w.closing.RUnlock()
	if w.closed {
		return fail.New(fail.Unavailable, "the database is closed; the program is about to end")
	}
	select {
	case w.queue <- r:
		return nil
	case <-ctx.Done():
		return sqldb.Ended(ctx)
	}
}

// close makes what waits and ends run.
func (w *writer) close() error {
	w.closing.Lock()
	w.closed = true
	close(w.queue)
	w.closing.Unlock()
	<-w.ended
	return w.closeStatements()
}

func (w *writer) stats() Stats {
	return Stats{
		Commits: w.commits.Load(), Changes: w.changes.Load(), Failures: w.failures.Load(), Waiting: len(w.queue),
	}
}

// run serves the queue until it is closed and empty.
func (w *writer) run() {
	defer close(w.ended)
	ticks := time.NewTicker(tick)
	defer ticks.Stop()
	for {
		select {
		case r, open := <-w.queue:
			if !open {
				return
			}
			w.write(w.gather(r))
		case <-ticks.C:
			w.lookAround()
		}
	}
}

// gather takes first and what else waits already, but for those given up.
func (w *writer) gather(first *request) []*request {
	batch := make([]*request, 0, 1+len(w.queue))
	for r, open := first, true; open; {
		if r.state.CompareAndSwap(waiting, taken) {
			batch = append(batch, r)
		}
		if len(batch) == maxBatch {
			break
		}
		select {
		case r, open = <-w.queue:
		default:
			open = false
		}
	}
	return batch
}

// write makes the changes of a batch and answers all who wait.
func (w *writer) write(batch []*request) {
	if len(batch) == 0 {
		return
	}
	err := w.transaction(batch)
	if err != nil {
		w.failures.Add(1)
		// All who wait are told, and for the others there is a warning below.
		w.log.Debug("a transaction failed and was rolled back", "changes", len(batch), "kind", fail.KindOf(err), "error", err)
	} else {
		w.commits.Add(1)
		w.changes.Add(uint64(len(batch)))
	}
	for _, r := range batch {
		if err != nil {
			r.err = err
		}
		if r.done != nil {
			r.done <- r.err
		} else if r.err != nil {
			w.log.Warn("a change for which nobody waits was not made", "error", r.err)
		}
	}
}

// transaction makes the changes of a batch. A change that refuses leaves its
// error in its request and the others alone. An error means that none was
// made.
func (w *writer) transaction(batch []*request) error {
	announced := !w.serving
	for _, r := range batch {
		announced = announced || r.Owners
	}
	if announced {
		if err := w.generation.begin(w.serving); err != nil {
			return err
		}
		defer w.finish()
	}
	if err := w.exec(begin); err != nil {
		return w.rolledBack(err)
	}
	w.statements.Begun()
	for _, r := range batch {
		if err := w.make(r); err != nil {
			return w.rolledBack(err)
		}
	}
	if err := w.statements.Ending(context.Background()); err != nil {
		return w.rolledBack(err)
	}
	if err := w.exec(commit); err != nil {
		return w.rolledBack(err)
	}
	return nil
}

// finish says that an announced transaction is over. What became of it does not
// depend on this: if the file stays locked, caches stay off.
func (w *writer) finish() {
	if err := w.generation.end(w.serving); err != nil {
		w.log.Error("the generation file stays locked; sessions are not cached until this program ends", "error", err)
	}
}

// make does the steps of one change. Its error is one that the whole
// transaction cannot survive: after those, SQLite may or may not have rolled
// back by itself.
func (w *writer) make(r *request) error {
	if r.Whole {
		r.err = r.Run(context.Background(), w.statements)
		return fatal(r.err)
	}
	if err := w.exec(savepoint); err != nil {
		return err
	}
	r.err = r.Run(context.Background(), w.statements)
	if err := fatal(r.err); err != nil {
		return err
	}
	if r.err != nil {
		if err := w.exec(rollbackTo); err != nil {
			return err
		}
	}
	return w.exec(release)
}

// fatal is err unless it is a refusal.
func fatal(err error) error {
	switch fail.KindOf(err) {
	case fail.NotFound, fail.Conflict, fail.Invalid:
		return nil
	}
	return err
}

// rolledBack ends the transaction that met err.
func (w *writer) rolledBack(err error) error {
	if rolling := w.exec(rollback); rolling != nil {
		// There was none, or SQLite has ended it by itself, as it may after a
		// full disk.
		w.log.Debug("nothing was left to roll back", "error", rolling)
	}
	return err
}

func (w *writer) exec(c control) error {
	_, err := w.controls[c].ExecContext(context.Background())
	return w.dialect.Failed(err)
}

// lookAround notices, for the serving process, what other processes did to
// the data outside the protocol of generations.
func (w *writer) lookAround() {
	if !w.serving {
		return
	}
	if err := w.generation.repair(); err != nil {
		w.log.Error("the generation file cannot be repaired; sessions are not cached", "error", err)
	}
	// The version changes when another connection commits, which may be one of
	// a program that knows nothing of generations, such as SQLite's own shell.
	var version int64
	if err := w.controls[dataVersion].QueryRowContext(context.Background()).Scan(&version); err != nil {
		w.log.Error("the database does not tell its version", "error", w.dialect.Failed(err))
		return
	}
	if version != w.version {
		w.version = version
		if err := errors.Join(w.generation.begin(true), w.generation.end(true)); err != nil {
			w.log.Error("the generation file cannot be written", "error", err)
		}
	}
}
