package sqlite

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/sqldb"
)

// A snapshot of a database that changes is whole, and never goes back.
func TestSnapshotWhileOthersWrite(t *testing.T) {
	s := opened(t, newPath(t), Options{Serving: true})
	stop := make(chan struct{})
	var writing sync.WaitGroup
	for _, name := range []string{"Anna ", "Bert "} {
		writing.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-stop:
					return
				default:
					create(t, s, name+strings.Repeat("x", i+1))
				}
			}
		})
	}
	last := 0
	for i := range 3 {
		path := filepath.Join(t.TempDir(), "copy.db")
		if err := s.Snapshot(t.Context(), path); err != nil {
			t.Fatal(err)
		}
		c, err := Inspect(t.Context(), path)
		if err != nil || c.Accounts < last || c.Schema == 0 {
			t.Errorf("snapshot %d: %+v, %v", i, c, err)
		}
		last = c.Accounts
		if err := s.Snapshot(t.Context(), path); err == nil {
			t.Error("a snapshot over another file")
		}
	}
	close(stop)
	writing.Wait()
}

// What was deleted is not in a snapshot, not even as rest.
func TestSnapshotHoldsNothingDeleted(t *testing.T) {
	path := made(t)
	db := raw(t, path)
	rawExec(t, db, `UPDATE account SET email = 'secret-trace-of-anna@example.org'`)
	rawExec(t, db, `DELETE FROM account`)
	s := opened(t, path, Options{})
	copied := filepath.Join(t.TempDir(), "copy.db")
	if err := s.Snapshot(t.Context(), copied); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(copied); err != nil || bytes.Contains(text, []byte("secret-trace")) {
		t.Errorf("the copy holds a deleted address (%v)", err)
	}
}

func TestInspectRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string)
		kind  fail.Kind
	}{
		"a later version": {func(t *testing.T, path string) {
			rawExec(t, raw(t, path), `INSERT INTO schema_version (version, checksum) VALUES (700, 'x')`)
		}, fail.TooNew},
		"missing tables": {func(t *testing.T, path string) {
			rawExec(t, raw(t, path), `DROP TABLE bot_password`)
		}, fail.Damaged},
		"rows that belong to nothing": {func(t *testing.T, path string) {
			rawExec(t, raw(t, path), `PRAGMA foreign_keys = 0; DELETE FROM account; INSERT INTO account_block
				(account, by_name, by_id, reason, created, expires, no_create, partial, anon_only) VALUES (9, '', 0, '', 0, 0, 0, 0, 0)`)
		}, fail.Damaged},
		"a file cut off": {func(t *testing.T, path string) {
			if err := os.Truncate(path, 3*4096); err != nil {
				t.Fatal(err)
			}
		}, fail.Damaged},
		"another file": {func(t *testing.T, path string) {
			if err := os.WriteFile(path, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
				t.Fatal(err)
			}
		}, fail.Damaged},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "copy.db")
			s := opened(t, made(t), Options{})
			if err := s.Snapshot(t.Context(), path); err != nil {
				t.Fatal(err)
			}
			if content, err := Inspect(t.Context(), path); err != nil || content.Accounts != 1 {
				t.Fatalf("unspoilt: %+v, %v", content, err)
			}
			c.spoil(t, path)
			if _, err := Inspect(t.Context(), path); !fail.Is(err, c.kind) {
				t.Errorf("got %v, want kind %v", err, c.kind)
			}
		})
	}
}

// A backup of an older version is accepted, and Open brings it up to date.
func TestSnapshotOfAnOlderVersion(t *testing.T) {
	path := filepath.Join(t.TempDir(), "copy.db")
	s := opened(t, made(t), Options{})
	if err := s.Snapshot(t.Context(), path); err != nil {
		t.Fatal(err)
	}
	c, err := Inspect(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	known, err := sqldb.ReadMigrations(dialect(""), nil)
	if err != nil || known.Newest() != c.Schema {
		t.Errorf("version %d of %d, %v", c.Schema, known.Newest(), err)
	}
	next := opened(t, path, Options{migrations: steps(t, "CREATE TABLE next (a INTEGER)")})
	if err := next.Health(t.Context()); err != nil {
		t.Error(err)
	}
}
