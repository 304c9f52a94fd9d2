package sqldb

import (
	"database/sql"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/fail"
	_ "modernc.org/sqlite"
)

// TestPlans demands an index for every statement but those that list
// everything, so that no request becomes slower with the size of a table.
func TestPlans(t *testing.T) {
	conn, d := planned(t)
	scans := map[statement]bool{
		botListAll: true, sessionListAll: true, sessionListApp: true, headcount: true,
		sessionDeleteAll: true, sessionDeleteSpent: true, temporaryDeleteAll: true,
		factorKeys: true, factorFloor: true,
	}
	// These scan the rows that a limit has let through.
	limited := map[statement]bool{accountList: true, accountListPrefix: true, sessionSweep: true, throttleSweep: true, placeTrim: true}
	for s := pageUp; s <= membersDown; s++ {
		limited[s] = true
	}
	for s := range endOfStatements {
		if d.text(s) == "" {
			t.Errorf("statement %d has no text", s)
		}
		for _, step := range plan(t, conn, d.text(s)) {
			if strings.HasPrefix(step, "SCAN ") && !scans[s] && !limited[s] && !strings.HasPrefix(step, "SCAN json_each") {
				t.Errorf("%q reads a whole table: %s", d.text(s), step)
			}
		}
	}
}

// TestPagesAreNotSorted demands that every page is read in the order of its
// index, so that a limit ends the reading: what is sorted is the page alone.
func TestPagesAreNotSorted(t *testing.T) {
	conn, d := planned(t)
	const byName = "SEARCH c USING INDEX sqlite_autoindex_account_1 (name>? AND name<?)"
	const byEdit = "SEARCH c USING INDEX account_edited (name>? AND name<?)"
	const ofGroup = "SEARCH m USING COVERING INDEX account_group_member (name=? AND account_name>? AND account_name<?)"
	for s, index := range map[statement]string{
		pageUp: byName, pageDown: byName, editedUp: byEdit, editedDown: byEdit, membersUp: ofGroup, membersDown: ofGroup,
	} {
		steps := plan(t, conn, d.text(s))
		inner := strings.Join(steps[:slices.Index(steps, "SCAN a")], "\n")
		if !strings.Contains(inner, index) || strings.Contains(inner, "TEMP B-TREE") {
			t.Errorf("%q:\n%s", d.text(s), inner)
		}
	}
}

// planned is a connection to an empty database.
func planned(t *testing.T) (*sql.Conn, Dialect) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(t.TempDir(), "plan.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	d := SQLite()
	d.Classify = func(error) (fail.Kind, string) { return fail.Internal, "" }
	m, err := ReadMigrations(d, nil)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := db.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := conn.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := m.Apply(t.Context(), conn); err != nil {
		t.Fatal(err)
	}
	return conn, d
}

func plan(t *testing.T, conn *sql.Conn, query string) (steps []string) {
	t.Helper()
	args := make([]any, strings.Count(query, "?"))
	for i := range args {
		args[i] = 1
	}
	rows, err := conn.QueryContext(t.Context(), "EXPLAIN QUERY PLAN "+query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	for rows.Next() {
		var id, parent, unused int
		var step string
		if err := rows.Scan(&id, &parent, &unused, &step); err != nil {
			t.Fatal(err)
		}
		steps = append(steps, step)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return steps
}

func TestPlaceholders(t *testing.T) {
	d := Dialect{Numbered: true}
	if got := d.placeholders("a = ? AND b = ? LIMIT ?"); got != "a = $1 AND b = $2 LIMIT $3" {
		t.Error(got)
	}
}

func TestSuccessor(t *testing.T) {
	for prefix, want := range map[string]string{
		"": "", "a": "b", "az": "a{", "é": "ê", "a\U0010ffff": "b", "\U0010ffff": "", "\ud7ff": "\ue000", "\x7f": "\u0080",
	} {
		if got := successor(prefix); got != want {
			t.Errorf("successor(%q) = %q, want %q", prefix, got, want)
		}
	}
}

func TestGrants(t *testing.T) {
	for _, c := range []struct {
		text string
		want string // joined by |, or ! for an error
	}{
		{`[]`, ""}, {`[""]`, ""}, {`["a"]`, "a"}, {`["a","b c"]`, "a|b c"}, {`[ "a", "b" ]`, "a|b"}, {`["a", "b"]`, "a|b"},
		{`["a\"b"]`, `a"b`}, {`["\u00e4"]`, "ä"}, {`["ä"]`, "ä"}, {`["a]","[b"]`, "a]|[b"},
		{``, "!"}, {`["]`, "!"}, {`["a]`, "!"}, {`["a"x"b"]`, "!"}, {`["a""b"]`, "!"}, {`["a",5]`, "!"}, {`{"a":"b"}`, "!"},
	} {
		got, err := decodeGrants(c.text)
		text := strings.Join(got, "|")
		if err != nil {
			text = "!"
		}
		if text != c.want {
			t.Errorf("decodeGrants(%s) = %q, want %q", c.text, text, c.want)
		}
	}
}

func FuzzGrants(f *testing.F) {
	f.Add(`["a","b"]`)
	f.Add(`["a\u0041"]`)
	f.Add("[\"\x80\"]")
	f.Add("[\"\n\"]")
	f.Add(`["ä"]`)
	f.Add(`["a",]`)
	f.Fuzz(func(t *testing.T, text string) {
		fast, err := decodeGrants(text)
		slow, slowErr := parseGrants(text)
		if !slices.Equal(fast, slow) || (err == nil) != (slowErr == nil) {
			t.Errorf("decodeGrants(%q) = %q, %v, want %q, %v", text, fast, err, slow, slowErr)
		}
	})
}
