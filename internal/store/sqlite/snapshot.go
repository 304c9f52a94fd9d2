package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/sqldb"
	driver "modernc.org/sqlite"
)

// Snapshot writes the database as it is at one moment to the file path, which
// must be empty or missing, as a database of one file. Others read and write
// meanwhile. What was deleted is not in it.
func (s *Store) Snapshot(ctx context.Context, path string) error {
	db, err := s.pool(1, []string{"trusted_schema(0)"})
	if err != nil {
		return err
	}
	_, err = db.ExecContext(ctx, "VACUUM INTO ?", path)
	return errors.Join(dialect(path).Failed(err), s.dialect.Failed(db.Close()))
}

// Content is what Inspect has found in a database.
type Content struct {
	Schema       int // version of the tables
	Accounts     int
	BotPasswords int
}

// Inspect looks at a database of one file that nobody else has open, without
// changing it. One that is not whole is fail.Damaged, and one of a later
// version of this program fail.TooNew.
func Inspect(ctx context.Context, path string) (c Content, err error) {
	path, err = filepath.Abs(path)
	if err != nil {
		return c, fail.Wrap(fail.Internal, err, "the working directory cannot be found")
	}
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(path), RawQuery: "immutable=1&_pragma=trusted_schema(0)"}
	connector, err := driver.NewConnector(file.String())
	if err != nil {
		return c, fail.Wrap(fail.Internal, err, "the name of the database cannot be written as a URL")
	}
	db := sql.OpenDB(connector)
	err = inspect(ctx, db, dialect(path), &c)
	return c, errors.Join(err, dialect(path).Failed(db.Close()))
}

func inspect(ctx context.Context, db *sql.DB, d sqldb.Dialect, c *Content) error {
	var verdict string
	if err := db.QueryRowContext(ctx, "PRAGMA integrity_check(1)").Scan(&verdict); err != nil {
		return d.Failed(err)
	}
	if verdict != "ok" {
		return fail.New(fail.Damaged, "the database is damaged (%s); use another backup", verdict)
	}
	var strays int
	err := db.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM pragma_foreign_key_check),
		(SELECT MAX(version) FROM schema_version), (SELECT COUNT(*) FROM account), (SELECT COUNT(*) FROM bot_password)`).
		Scan(&strays, &c.Schema, &c.Accounts, &c.BotPasswords)
	if err = d.Failed(err); fail.Is(err, fail.Internal) {
		return fail.Wrap(fail.Damaged, err, "this is no database of wikigate, or it lacks tables")
	}
	if err != nil {
		return err
	}
	if strays > 0 {
		return fail.New(fail.Damaged, "the database is damaged (%d rows belong to nothing); use another backup", strays)
	}
	known, err := sqldb.ReadMigrations(d, nil)
	if err != nil {
		return err
	}
	if newest := known.Newest(); c.Schema > newest {
		return fail.New(fail.TooNew, "the database has version %d, but this wikigate knows only versions up to %d; use the newer wikigate that wrote it", c.Schema, newest)
	}
	return nil
}
