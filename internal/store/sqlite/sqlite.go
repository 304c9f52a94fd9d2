// Package sqlite is the embedded store: SQLite in a file beside the program,
// in pure Go.
//
// It owns connections, tuning, the order in which changes are made (group
// commit, see writer.go), and what several processes on one file owe each
// other (see generation.go). It does not own tables or statements (package
// sqldb), and it runs no rules.
//
// One connection writes, and as many as there are processors read. A change is
// durable when its method returns (write-ahead log, synchronous=FULL). A read
// never waits for a write.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/sqldb"
)

// Options say how to open a database. The zero value is what a command line
// tool wants.
type Options struct {
	// Serving is set by the one process that answers requests. A second one on
	// the same database is refused. Its writes of single sessions do not begin
	// a new generation, since its session cache makes them itself.
	Serving bool
	// BusyTimeout is how long a write, or Open, waits for another process that
	// writes. 0 means 5 seconds.
	BusyTimeout time.Duration
	// Readers is the number of connections that read. 0 means GOMAXPROCS, which
	// measured best.
	Readers int
	// Reading and Writing are told how long each read, and each change for
	// which somebody waits, takes. nil: nobody is told.
	Reading, Writing func(took time.Duration)
	// Log gets what no caller can be told. nil means nowhere.
	Log *slog.Logger
	// Sealer seals the end of the audit trail. nil leaves it open.
	Sealer audit.Sealer
	// Sink gets the rows of the audit trail that this process has committed.
	// nil means nowhere.
	Sink audit.Sink

	// For tests.
	maxPages     int               // the disk is full at this size
	migrations   *sqldb.Migrations // instead of those of this program
	lockPatience time.Duration
}

func (o Options) withDefaults() Options {
	if o.BusyTimeout <= 0 {
		o.BusyTimeout = 5 * time.Second
	}
	if o.Readers <= 0 {
		o.Readers = runtime.GOMAXPROCS(0)
	}
	if o.lockPatience == 0 {
		o.lockPatience = lockPatience
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

// Store is an open database. It is safe for concurrent use.
type Store struct {
	*sqldb.DB
	path       string
	options    Options
	dialect    sqldb.Dialect
	lock       *os.File // nil unless serving
	generation *generation
	writing    *sql.DB
	conn       *sql.Conn // the one connection of writing
	reading    *sql.DB
	reads      *sqldb.Statements
	writer     *writer
}

// Open opens the database in the file path, and makes file (mode 0600) and
// folder (mode 0700) if they are missing. It brings an older database up to
// date. The error is of kind fail.Busy when another process holds the
// database, fail.ReadOnly, fail.Full, fail.Damaged or fail.TooNew.
func Open(path string, o Options) (*Store, error) {
	path, err := place(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, options: o.withDefaults(), dialect: dialect(path)}
	if err := s.open(context.Background()); err != nil {
		return nil, errors.Join(err, s.closeFiles())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) (err error) {
	if s.options.Serving {
		if s.lock, err = lockServing(s.path, s.options.lockPatience); err != nil {
			return err
		}
	}
	if s.generation, err = openGeneration(s.path + ".gen"); err != nil {
		return err
	}
	if s.conn, err = s.openWriter(ctx); err != nil {
		return err
	}
	if err := s.prepareSchema(ctx, s.conn); err != nil {
		return err
	}
	if s.reading, err = s.pool(s.options.Readers, readPragmas()); err != nil {
		return err
	}
	if s.writer, err = newWriter(ctx, s.conn, s.dialect, s.generation, s.options); err != nil {
		return err
	}
	if s.reads, err = sqldb.PrepareReads(ctx, s.reading, s.dialect); err != nil {
		return errors.Join(err, s.writer.closeStatements())
	}
	s.reads.Observe(s.options.Reading)
	s.DB = sqldb.New(s.reads, s.writer, s.options.Sink)
	s.writer.lookAround() // for what others have left while nobody served
	go s.writer.run()
	return nil
}

// Close makes the changes that wait, refuses later ones, and closes the
// database. It may be called once.
func (s *Store) Close() error {
	return errors.Join(s.writer.close(), s.reads.Close(), s.closeFiles())
}

// closeFiles closes what open has opened so far. The lock goes last: when the
// next process gets it, this one has written everything.
func (s *Store) closeFiles() error {
	var errs []error
	if s.conn != nil {
		errs = append(errs, s.dialect.Failed(s.conn.Close()))
	}
	for _, db := range []*sql.DB{s.reading, s.writing} {
		if db != nil {
			errs = append(errs, s.dialect.Failed(db.Close()))
		}
	}
	if s.generation != nil {
		errs = append(errs, s.generation.close())
	}
	if s.lock != nil {
		errs = append(errs, s.lock.Close())
	}
	return errors.Join(errs...)
}

// Generation tells a session cache about changes, of other processes too.
func (s *Store) Generation() session.Generation { return s.generation }

// Stats is what has happened since Open.
type Stats struct {
	Commits  uint64 // transactions committed
	Changes  uint64 // changes in them
	Failures uint64 // transactions that failed and were rolled back
	Waiting  int    // changes that wait for the writer now
}

// Stats costs nanoseconds.
func (s *Store) Stats() Stats { return s.writer.stats() }

// Size is the number of bytes on the disk, the write-ahead log included.
func (s *Store) Size() (int64, error) {
	var size int64
	for _, suffix := range []string{"", "-wal"} {
		info, err := os.Stat(s.path + suffix)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, fileError(err, s.path+suffix)
		}
		size += info.Size()
	}
	return size, nil
}

// place makes folder and file, and gives the one name that the file has for
// all processes, however they were called.
func place(path string) (string, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return "", fail.Wrap(fail.Internal, err, "the working directory cannot be found")
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return "", fileError(err, filepath.Dir(path))
	}
	// Only a file that this call has made is closed again here: closing any
	// descriptor of an SQLite file gives up the locks of the whole process.
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return "", fileError(err, path)
	}
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return "", fileError(syscall.EISDIR, path)
	}
	real, err := filepath.EvalSymlinks(path)
	return real, fileError(err, path)
}
