package sqldb

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/fail"
)

//go:embed migrations
var migrationFiles embed.FS

// Migrations are the steps that make a schema, in order, forward only. Each is
// a file NUMBER_NAME.sql; once released, it never changes.
type Migrations struct {
	dialect Dialect
	steps   []migration // step i makes version i+1
}

type migration struct {
	file     string
	text     string
	checksum string
}

// ReadMigrations reads the steps for d: those of this program if files is nil.
func ReadMigrations(d Dialect, files fs.FS) (Migrations, error) {
	m := Migrations{dialect: d}
	if files == nil {
		sub, err := fs.Sub(migrationFiles, "migrations/"+d.Name)
		if err != nil {
			return m, err
		}
		files = sub
	}
	names, err := fs.Glob(files, "*.sql")
	if err != nil {
		return m, err
	}
	slices.Sort(names)
	for i, name := range names {
		number, _, _ := strings.Cut(name, "_")
		if n, err := strconv.Atoi(number); err != nil || n != i+1 {
			return m, fail.New(fail.Internal, "migration file %q should have the number %d", name, i+1)
		}
		text, err := fs.ReadFile(files, name)
		if err != nil {
			return m, err
		}
		sum := sha256.Sum256(text)
		m.steps = append(m.steps, migration{file: name, text: string(text), checksum: hex.EncodeToString(sum[:])})
	}
	return m, nil
}

// Newest is the version of a database that lacks no step.
func (m Migrations) Newest() int { return len(m.steps) }

// Pending says how many steps the database behind conn lacks. A database of a
// newer version is a fail.TooNew error, one that was made by other steps is
// fail.Damaged.
func (m Migrations) Pending(ctx context.Context, conn *sql.Conn) (int, error) {
	const table = `CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY, checksum TEXT NOT NULL)`
	if _, err := conn.ExecContext(ctx, table); err != nil {
		return 0, m.dialect.Failed(err)
	}
	newest, sums, err := m.applied(ctx, conn)
	if err != nil {
		return 0, err
	}
	if newest > len(m.steps) {
		return 0, fail.New(fail.TooNew, "the database has version %d, but this wikigate knows only versions up to %d: "+
			"run the newer wikigate that wrote it, or restore a backup from before the upgrade", newest, len(m.steps))
	}
	for i := range newest {
		if sums[i+1] != m.steps[i].checksum {
			return 0, fail.New(fail.Damaged, "version %d of the database was not made by the %s of this wikigate: "+
				"run the wikigate that made it, or restore a backup", i+1, m.steps[i].file)
		}
	}
	return len(m.steps) - newest, nil
}

// applied gives the newest version that was made, and the checksums by version.
func (m Migrations) applied(ctx context.Context, conn *sql.Conn) (newest int, sums map[int]string, err error) {
	rows, err := conn.QueryContext(ctx, `SELECT version, checksum FROM schema_version`)
	if err != nil {
		return 0, nil, m.dialect.Failed(err)
	}
	defer func() { err = errors.Join(err, m.dialect.Failed(rows.Close())) }()
	sums = map[int]string{}
	for rows.Next() {
		var (
			version int
			sum     string
		)
		if err := rows.Scan(&version, &sum); err != nil {
			return 0, nil, m.dialect.Failed(err)
		}
		newest, sums[version] = max(newest, version), sum
	}
	return newest, sums, m.dialect.Failed(rows.Err())
}

// Apply does the pending steps in one transaction that keeps other writers
// out, or none of them. Of parallel callers, one does the work.
func (m Migrations) Apply(ctx context.Context, conn *sql.Conn) error {
	if _, err := conn.ExecContext(ctx, m.dialect.Lock); err != nil {
		return m.dialect.Failed(err)
	}
	err := m.steppedUp(ctx, conn)
	if err == nil {
		_, err = conn.ExecContext(ctx, "COMMIT")
	}
	if err != nil {
		_, rollback := conn.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(m.dialect.Failed(err), rollback)
	}
	return nil
}

func (m Migrations) steppedUp(ctx context.Context, conn *sql.Conn) error {
	pending, err := m.Pending(ctx, conn)
	if err != nil {
		return err
	}
	record := m.dialect.placeholders(`INSERT INTO schema_version (version, checksum) VALUES (?, ?)`)
	for i := len(m.steps) - pending; i < len(m.steps); i++ {
		if _, err := conn.ExecContext(ctx, m.steps[i].text); err != nil {
			return fmt.Errorf("migration %s: %w", m.steps[i].file, err)
		}
		if _, err := conn.ExecContext(ctx, record, i+1, m.steps[i].checksum); err != nil {
			return err
		}
	}
	return nil
}
