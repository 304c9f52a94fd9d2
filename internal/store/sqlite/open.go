package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/sqldb"
	driver "modernc.org/sqlite"
)

func writePragmas() []string {
	return []string{
		"journal_mode(WAL)",
		"synchronous(FULL)", // a commit survives a power cut
		"foreign_keys(1)",
		"trusted_schema(0)",
		"cache_size(-20000)",
		"journal_size_limit(67108864)", // give the disk back after a burst
	}
}

// readPragmas give a reader a small cache: there are many readers, each write
// makes what they keep worthless, and the system caches the file.
func readPragmas() []string {
	return []string{"query_only(1)", "trusted_schema(0)", "cache_size(-4000)"}
}

// pool is a set of size connections that are never given up.
func (s *Store) pool(size int, pragmas []string) (*sql.DB, error) {
	query := url.Values{"_pragma": pragmas}
	query.Set("_busy_timeout", fmt.Sprint(s.options.BusyTimeout.Milliseconds()))
	query.Set("_dqs", "0")
	name := filepath.ToSlash(s.path)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name // a drive letter
	}
	file := url.URL{Scheme: "file", Path: name, RawQuery: query.Encode()}
	connector, err := driver.NewConnector(file.String())
	if err != nil {
		return nil, fail.Wrap(fail.Internal, err, "the name of the database cannot be written as a URL")
	}
	db := sql.OpenDB(connector)
	db.SetMaxOpenConns(size)
	db.SetMaxIdleConns(size)
	return db, nil
}

// openWriter opens the connection that writes. Another process that opens a
// new file at the same moment may make SQLite give up without waiting.
func (s *Store) openWriter(ctx context.Context) (conn *sql.Conn, err error) {
	if s.writing, err = s.pool(1, writePragmas()); err != nil {
		return nil, err
	}
	for end := time.Now().Add(s.options.BusyTimeout); ; {
		conn, err = s.writing.Conn(ctx)
		err = s.dialect.Failed(err)
		if !fail.Is(err, fail.Busy) || time.Now().After(end) {
			return conn, err
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// prepareSchema checks that the database is ours and can be written, and
// brings it up to date.
func (s *Store) prepareSchema(ctx context.Context, conn *sql.Conn) error {
	if s.options.maxPages > 0 {
		if _, err := conn.ExecContext(ctx, fmt.Sprint("PRAGMA max_page_count = ", s.options.maxPages)); err != nil {
			return s.dialect.Failed(err)
		}
	}
	if err := s.checkWritable(ctx, conn); err != nil {
		return err
	}
	if err := s.checkOurs(ctx, conn); err != nil {
		return err
	}
	m := s.options.migrations
	if m == nil {
		ours, err := sqldb.ReadMigrations(s.dialect, nil)
		if err != nil {
			return err
		}
		m = &ours
	}
	pending, err := m.Pending(ctx, conn)
	if err != nil || pending == 0 {
		return err
	}
	return s.migrate(ctx, conn, *m)
}

// migrate brings the schema up to date, but not under a running server.
func (s *Store) migrate(ctx context.Context, conn *sql.Conn, m sqldb.Migrations) (err error) {
	if !s.options.Serving {
		lock, err := lockServing(s.path, s.options.lockPatience)
		if err != nil {
			return fail.Wrap(fail.Busy, err, "the database must be brought up to date first, which is not done under a running server")
		}
		defer func() { err = errors.Join(err, lock.Close()) }()
	}
	return m.Apply(ctx, conn)
}

// checkWritable takes the lock of a writer, begins to write, and leaves no
// trace: with the lock alone SQLite does not tell that a file is read-only.
func (s *Store) checkWritable(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, "BEGIN IMMEDIATE"); err != nil {
		return s.dialect.Failed(err)
	}
	_, err := conn.ExecContext(ctx, "CREATE TABLE wikigate_write_check (a INTEGER)")
	_, rolling := conn.ExecContext(ctx, "ROLLBACK")
	return errors.Join(s.dialect.Failed(err), s.dialect.Failed(rolling))
}

// checkOurs refuses a database that some other program has made.
func (s *Store) checkOurs(ctx context.Context, conn *sql.Conn) error {
	var tables, versions int
	err := conn.QueryRowContext(ctx, `SELECT COUNT(*), COUNT(CASE WHEN name = 'schema_version' THEN 1 END)
		FROM sqlite_schema WHERE type = 'table'`).Scan(&tables, &versions)
	if err != nil {
		return s.dialect.Failed(err)
	}
	if tables > 0 && versions == 0 {
		return fail.New(fail.Damaged, "%s is a database of another program; name another file", s.path)
	}
	return nil
}
