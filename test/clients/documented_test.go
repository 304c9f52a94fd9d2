package clients

import (
	"encoding/json"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// row is what the table of clients says of one: its name, the version that is
// run and its language, then what it does.
type row struct {
	client, version, language string
}

// stepsAndRemarks is how many cells follow: one per step of printsSteps, and
// the remarks.
const stepsAndRemarks = 8

// The table of clients in the documents has the libraries that are run, in
// their order and at the versions that are installed.
func TestDocumentedClientsAreThoseThatRun(t *testing.T) {
	documented := documentedClients(t)
	var want []row
	for _, p := range programs {
		if strings.HasPrefix(p.name, "library/") {
			want = append(want, describe(t, p))
		}
	}
	if len(documented) != len(want) {
		t.Errorf("the table has %d rows, want %d", len(documented), len(want))
	}
	for i := range min(len(documented), len(want)) {
		if documented[i] != want[i] {
			t.Errorf("row %d is of %+v, want %+v", i+1, documented[i], want[i])
		}
	}
}

// documentedClients reads the table below the heading "Clients that log in".
func documentedClients(t *testing.T) []row {
	t.Helper()
	_, section, _ := strings.Cut(read(t, "../../docs/compatibility.md"), "\n## Clients that log in\n")
	section, _, _ = strings.Cut(section, "\n## ")
	var rows []row
	for line := range strings.Lines(section) {
		if !strings.HasPrefix(line, "|") {
			continue
		}
		cells := strings.Split(strings.Trim(line, "|\n"), "|")
		for i, cell := range cells {
			cells[i] = strings.TrimSpace(cell)
			if cells[i] == "" {
				t.Errorf("a cell is empty: %s", line)
			}
		}
		if len(cells) != 3+stepsAndRemarks {
			t.Fatalf("%d cells, want %d: %s", len(cells), 3+stepsAndRemarks, line)
		}
		rows = append(rows, row{cells[0], cells[1], cells[2]})
	}
	if len(rows) < 2 {
		t.Fatal("there is no table of clients")
	}
	return rows[2:] // the headings and the line below them
}

// describe finds out what the table has to say of a library. It is the first
// that the program needs.
func describe(t *testing.T, p program) row {
	t.Helper()
	library := p.needs[0]
	switch p.runtime.name {
	case node.name:
		return row{library, npmVersion(t, library), "JavaScript"}
	case golang.name:
		return row{path.Base(library), goVersion(t, p.script, library), "Go"}
	case python.name:
		return row{library, "Debian 12's", "Python"}
	case perl.name:
		return row{library, "Debian 12's", "Perl"}
	}
	t.Fatalf("%s is of a language that the table does not know", p.name)
	return row{}
}

func npmVersion(t *testing.T, library string) string {
	t.Helper()
	var lock struct {
		Packages map[string]struct{ Version string }
	}
	if err := json.Unmarshal([]byte(read(t, "testdata/node/package-lock.json")), &lock); err != nil {
		t.Fatal(err)
	}
	return lock.Packages["node_modules/"+library].Version
}

func goVersion(t *testing.T, folder, library string) string {
	t.Helper()
	require := regexp.MustCompile(regexp.QuoteMeta(library) + ` v(\S+)`)
	m := require.FindStringSubmatch(read(t, path.Join("testdata", folder, "go.mod")))
	if m == nil {
		t.Fatalf("%s does not require %s", folder, library)
	}
	return m[1]
}

// The lock file names no registry, so that everybody may use their own.
func TestLockFileNamesNoRegistry(t *testing.T) {
	if strings.Contains(read(t, "testdata/node/package-lock.json"), `"resolved"`) {
		t.Error(`package-lock.json has "resolved" in it; npm in that folder leaves it out`)
	}
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.FromSlash(file))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
