package e2e

import (
	"database/sql"
	"net/url"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// openDatabase opens the database of a data folder beside the server, as
// another program would.
func openDatabase(t testing.TB, dir string, options url.Values) *sql.DB {
	t.Helper()
	file := url.URL{Scheme: "file", Path: filepath.ToSlash(filepath.Join(dir, "wikigate.db")), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", file.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// checkDatabase looks at the database itself after a crash, before a server
// has touched it again.
func checkDatabase(t testing.TB, dir string) {
	t.Helper()
	db := openDatabase(t, dir, url.Values{"mode": {"ro"}})
	defer func() { _ = db.Close() }()
	var verdict string
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&verdict); err != nil || verdict != "ok" {
		t.Errorf("integrity_check: %q, %v", verdict, err)
	}
	for what, query := range map[string]string{
		"foreign keys that point nowhere": `SELECT COUNT(*) FROM pragma_foreign_key_check`,
		"sessions without owner":          `SELECT COUNT(*) FROM session WHERE kind != 3 AND owner NOT IN (SELECT id FROM account)`,
		"spent sessions with an owner":    `SELECT COUNT(*) FROM session WHERE kind = 3 AND owner != 0`,
		"sessions of no known kind":       `SELECT COUNT(*) FROM session WHERE kind NOT IN (1, 2, 3)`,
		"sessions without content":        `SELECT COUNT(*) FROM session WHERE length(id) != 32 OR length(data) = 0 AND kind != 3`,
		"bot sessions without app id":     `SELECT COUNT(*) FROM session WHERE (kind = 2) != (app != '')`,
		"sessions that end as they begin": `SELECT COUNT(*) FROM session WHERE expires <= created`,
		"logins that did not use up the anonymous session": `SELECT
			(SELECT COUNT(*) FROM session WHERE kind = 1) > (SELECT COUNT(*) FROM session WHERE kind = 3)`,
	} {
		var n int
		if err := db.QueryRow(query).Scan(&n); err != nil || n != 0 {
			t.Errorf("%s: %d, %v", what, n, err)
		}
	}
}
