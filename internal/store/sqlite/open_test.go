package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/store/sqldb"
	"github.com/wikigate/wikigate/internal/username"
)

func TestFileModes(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{Serving: true})
	create(t, s, "Anna")
	for file, want := range map[string]fs.FileMode{
		path: 0o600, path + "-wal": 0o600, path + "-shm": 0o600, path + ".gen": 0o600, path + ".lock": 0o600,
		filepath.Dir(path): fs.ModeDir | 0o700,
	} {
		info, err := os.Stat(file)
		if err != nil {
			t.Error(err)
		} else if info.Mode() != want {
			t.Errorf("%s has the mode %v, want %v", file, info.Mode(), want)
		}
	}
	if size, err := s.Size(); err != nil || size < 4096 {
		t.Errorf("Size gave %d, %v", size, err)
	}
}

// What is not closed keeps the log beside the database.
func TestCloseLeavesOneFile(t *testing.T) {
	path := made(t)
	for _, suffix := range []string{"-wal", "-shm"} {
		if _, err := os.Stat(path + suffix); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is still there after Close (%v)", path+suffix, err)
		}
	}
	db := raw(t, path)
	rawExec(t, db, `UPDATE schema_version SET version = version + 900`)
	if err := db.Close(); err != nil {
		t.Error(err)
	}
	refusedOpen(t, path, Options{Serving: true}, fail.TooNew)
	if _, err := os.Stat(path + "-wal"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a refused Open leaves the database open (%v)", err)
	}
}

func TestOddPath(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a b?c#d%20e'f&_pragma=query_only(1)", "wiki;gate.db")
	s := opened(t, path, Options{})
	create(t, s, "Anna")
	if _, err := os.Stat(path + "-wal"); err != nil {
		t.Error(err)
	}
}

// Two names of one file must lead to one generation.
func TestSymlink(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{Serving: true})
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	before, _ := s.Generation().Current()
	create(t, opened(t, link, Options{}), "Anna")
	if after, _ := s.Generation().Current(); after <= before {
		t.Error("a change under another name of the file was not noticed")
	}
}

func TestParallelOpenOfNewFile(t *testing.T) {
	path := newPath(t)
	var openers sync.WaitGroup
	for range 6 {
		openers.Go(func() {
			s, err := Open(path, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	openers.Wait()
}

func TestNewerVersion(t *testing.T) {
	path := made(t)
	rawExec(t, raw(t, path), `INSERT INTO schema_version (version, checksum) VALUES (700, 'x')`)
	text := refusedOpen(t, path, Options{}, fail.TooNew)
	if !strings.Contains(text, "version 700") || !strings.Contains(text, "run the newer wikigate") {
		t.Errorf("the sentence is %q", text)
	}
}

func TestChangedMigration(t *testing.T) {
	path := made(t)
	rawExec(t, raw(t, path), `UPDATE schema_version SET checksum = 'x'`)
	refusedOpen(t, path, Options{}, fail.Damaged)
}

// steps are the migrations of this program and one more.
func steps(t *testing.T, text string) *sqldb.Migrations {
	t.Helper()
	const folder = "../sqldb/migrations/sqlite"
	files := fstest.MapFS{}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		files[e.Name()] = &fstest.MapFile{Data: data}
	}
	files[fmt.Sprintf("%04d_next.sql", len(files)+1)] = &fstest.MapFile{Data: []byte(text)}
	m, err := sqldb.ReadMigrations(dialect(""), files)
	if err != nil {
		t.Fatal(err)
	}
	return &m
}

func TestUpgrade(t *testing.T) {
	path := made(t)
	broken := steps(t, `CREATE TABLE next (a INTEGER); INSERT INTO no_such_table VALUES (1);`)
	refusedOpen(t, path, Options{migrations: broken}, fail.Internal)

	s := opened(t, path, Options{Serving: true}) // a failed upgrade has left nothing behind
	next := steps(t, `CREATE TABLE next (a INTEGER); INSERT INTO next VALUES (1);`)
	text := refusedOpen(t, path, Options{migrations: next, lockPatience: 1}, fail.Busy)
	if !strings.Contains(text, "under a running server") {
		t.Errorf("the sentence is %q", text)
	}
	if _, found, err := s.Accounts().ByName(t.Context(), username.FromStore("Anna")); err != nil || !found {
		t.Errorf("Anna: %v, %v", found, err)
	}
	create(t, s, "Bob")
}

func TestUpgradeOnce(t *testing.T) {
	path := made(t)
	next := steps(t, `CREATE TABLE next (a INTEGER); INSERT INTO next VALUES (1);`)
	for range 2 {
		s, err := Open(path, Options{migrations: next})
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	var n int
	if err := raw(t, path).QueryRow(`SELECT COUNT(*) FROM next`).Scan(&n); err != nil || n != 1 {
		t.Errorf("the migration was done %d times (%v)", n, err)
	}
	refusedOpen(t, path, Options{}, fail.TooNew)
}

func TestDamaged(t *testing.T) {
	path := newPath(t)
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	text := refusedOpen(t, path, Options{}, fail.Damaged)
	if !strings.Contains(text, "restore it from a backup") {
		t.Errorf("the sentence is %q", text)
	}

	path = made(t)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 100; i < len(content); i++ { // all but the header
		content[i] = 0xa5
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	refusedOpen(t, path, Options{}, fail.Damaged)
}

func TestOtherProgramsDatabase(t *testing.T) {
	path := filepath.Join(t.TempDir(), "other.db")
	rawExec(t, raw(t, path), `CREATE TABLE bookmarks (url TEXT)`)
	refusedOpen(t, path, Options{}, fail.Damaged)
}

func TestImpossiblePath(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	refusedOpen(t, filepath.Join(file, "wikigate.db"), Options{}, fail.Invalid)
	refusedOpen(t, filepath.Dir(file), Options{}, fail.Invalid)
}
