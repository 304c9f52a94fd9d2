package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/username"
)

var now = time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)

func newPath(t testing.TB) string { return filepath.Join(t.TempDir(), "data", "wikigate.db") }

// opened is a store that is closed at the end of t.
func opened(t testing.TB, path string, o Options) *Store {
	t.Helper()
	s, err := Open(path, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// made is the path of a database that exists and is closed.
func made(t testing.TB) string {
	t.Helper()
	path := newPath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	create(t, s, "Anna")
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

// refusedOpen demands that Open fails with kind k, and gives the sentence.
func refusedOpen(t testing.TB, path string, o Options, k fail.Kind) string {
	t.Helper()
	s, err := Open(path, o)
	if err == nil {
		t.Errorf("Open succeeded, want an error of kind %v", k)
		return fmt.Sprint(s.Close())
	}
	if !fail.Is(err, k) {
		t.Errorf("Open gave %v, want an error of kind %v", err, k)
	}
	t.Logf("%v", err)
	return err.Error()
}

// raw is a connection that knows nothing of this package.
func raw(t testing.TB, path string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path+"?_busy_timeout=5000")
	if err != nil {
		t.Fatal(err)
	}
	db.SetMaxOpenConns(1)
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	return db
}

func rawExec(t testing.TB, db *sql.DB, query string, args ...any) {
	t.Helper()
	if _, err := db.Exec(query, args...); err != nil {
		t.Fatal(err)
	}
}

// blocked keeps every writer waiting until release is called.
func blocked(t testing.TB, path string) (release func()) {
	t.Helper()
	db := raw(t, path)
	rawExec(t, db, "BEGIN IMMEDIATE")
	return sync.OnceFunc(func() { rawExec(t, db, "ROLLBACK") })
}

func create(t testing.TB, s *Store, name string) account.ID {
	t.Helper()
	a, err := s.Accounts().Create(context.Background(), account.New{Name: username.FromStore(name)})
	if err != nil {
		t.Fatal(err)
	}
	return a.ID
}

func row(id string) session.Row {
	return session.Row{ID: session.HashID(id), Kind: session.KindUser, Owner: 1, Created: now, Expires: now.Add(time.Hour), Data: make([]byte, 200)}
}

func has(t testing.TB, s *Store, id string) bool {
	t.Helper()
	_, _, found, err := s.Sessions().Get(context.Background(), session.HashID(id), now)
	if err != nil {
		t.Error(err)
	}
	return found
}

// eventually waits for cond.
func eventually(t testing.TB, what string, cond func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !cond(); {
		if time.Now().After(end) {
			t.Fatalf("waited in vain: %s", what)
		}
		time.Sleep(time.Millisecond)
	}
}
