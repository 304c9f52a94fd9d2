package docs

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// protocol is the folder of the pages that hold the rules; the first of them
// explains the tables and has the summary.
const (
	protocol = "docs/protocol"
	overview = protocol + "/README.md"
)

var update = flag.Bool("update", false, "write the summary of docs/protocol/README.md anew")

// rule is a row of a table of rules.
type rule struct {
	page, id, level, text string
	held                  string // the tests, or why there are none
}

// ruleID is the form of an id: a letter and a number for the topic, and the
// place of the rule in it.
var ruleID = regexp.MustCompile(`\A[A-Z]-\d\d-(§\d+(\.\d+)?(-\d+)?|\d+\.\d+)\z`)

// namedTest is a test in the column of those that hold a rule.
var namedTest = regexp.MustCompile("`([a-z0-9]+)\\.(Test\\w+)(?:/([^`]+))?`")

const ruleHeader = "| Id | Level | Rule | Held by |"

var (
	levels = []string{"MUST", "SHOULD", "OUT"}
	// states are the columns of the summary. All but the first two are the words
	// that a reason begins with.
	states = []string{"held", "scenario", "on purpose", "later", "out", "not held"}
)

// cells are those of a row of a table, nil for any other line.
func cells(line string) []string {
	inner, ok := strings.CutPrefix(line, "| ")
	if !ok || !strings.HasSuffix(inner, " |") {
		return nil
	}
	return strings.Split(strings.TrimSuffix(inner, " |"), " | ")
}

// rulePages are the pages that may hold rules.
func rulePages(t *testing.T) []string {
	t.Helper()
	pages, err := filepath.Glob(filepath.Join(root, protocol, "*.md"))
	if err != nil || len(pages) == 0 {
		t.Fatalf("no page in %s: %v", protocol, err)
	}
	for i, page := range pages {
		pages[i] = strings.TrimPrefix(page, root+"/")
	}
	pages = slices.DeleteFunc(pages, func(page string) bool { return page == ruleIndex })
	return pages
}

func readPage(t *testing.T, page string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, page))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// rulesOf are the rules of a page: the rows of its tables with the header of
// rules.
func rulesOf(t *testing.T, page string) (rules []rule) {
	t.Helper()
	inTable := false
	for line := range strings.Lines(readPage(t, page)) {
		line = strings.TrimSuffix(line, "\n")
		row := cells(line)
		switch {
		case line == ruleHeader:
			inTable = true
		case !strings.HasPrefix(line, "|"):
			inTable = false
		case strings.HasPrefix(line, "|---"):
		case !inTable && row != nil && ruleID.MatchString(row[0]):
			t.Errorf("%s: the table of %s has not the header of rules", page, row[0])
		case !inTable:
		case len(row) != 4:
			t.Errorf("%s: %d cells: %s", page, len(row), line)
		default:
			rules = append(rules, rule{page, row[0], row[1], row[2], row[3]})
		}
	}
	return rules
}

func allRules(t *testing.T) (rules []rule) {
	t.Helper()
	for _, page := range rulePages(t) {
		rules = append(rules, rulesOf(t, page)...)
	}
	if len(rules) == 0 {
		t.Fatal("there are no rules")
	}
	return rules
}

// state is what the last cell of a rule says: that tests hold it, that only a
// scenario does, or another of states.
func (r rule) state() string {
	word, _, ok := strings.Cut(r.held, ": ")
	if ok && slices.Contains(states[2:], word) {
		return word
	}
	if r.held == states[1] {
		return states[1]
	}
	return states[0]
}

// testSources are the texts of all test functions, by package and name.
func testSources(t *testing.T) map[string]string {
	t.Helper()
	sources := map[string]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		files := token.NewFileSet()
		file, err := parser.ParseFile(files, path, text, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && f.Recv == nil && strings.HasPrefix(f.Name.Name, "Test") {
				body := text[files.Position(f.Pos()).Offset:files.Position(f.End()).Offset]
				sources[filepath.Base(filepath.Dir(path))+"."+f.Name.Name] += string(body)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func TestEveryRuleOfTheChecklistHasATestOrAReason(t *testing.T) {
	sources := testSources(t)
	seen := map[string]string{}
	for _, r := range allRules(t) {
		if !ruleID.MatchString(r.id) || !slices.Contains(levels, r.level) || r.text == "" {
			t.Errorf("%s: no id, level or text: %+v", r.page, r)
		}
		if page, twice := seen[r.id]; twice {
			t.Errorf("%s stands in %s and in %s", r.id, page, r.page)
		}
		seen[r.id] = r.page
		tests := namedTest.FindAllStringSubmatch(r.held, -1)
		if len(tests) == 0 && r.state() == states[0] {
			t.Errorf("%s has neither a test nor a reason: %s", r.id, r.held)
		}
		for _, m := range tests {
			source, found := sources[m[1]+"."+m[2]]
			if !found {
				t.Errorf("%s names %s.%s, which is not there", r.id, m[1], m[2])
			} else if !strings.Contains(source, m[3]) {
				t.Errorf("%s names %q of %s.%s, which has no such row", r.id, m[3], m[1], m[2])
			}
		}
	}
}

// summaryOf is the table of how many rules of each level are held, and how.
func summaryOf(rules []rule) string {
	count := map[string]int{}
	for _, r := range rules {
		for _, level := range []string{r.level, "All"} {
			count[level+" "+r.state()]++
			count[level+" all"]++
		}
	}
	table := "| Level | Held | Scenario | On purpose | Later | Out | Not held | All |\n" +
		"|---|---|---|---|---|---|---|---|\n"
	for _, level := range append(slices.Clone(levels), "All") {
		table += "| " + level
		for _, state := range append(slices.Clone(states), "all") {
			table += fmt.Sprintf(" | %d", count[level+" "+state])
		}
		table += " |\n"
	}
	return table
}

func TestSummaryOfTheChecklistCounts(t *testing.T) {
	const heading = "\n## Summary\n\n"
	text, want := readPage(t, overview), summaryOf(allRules(t))
	before, got, found := strings.Cut(text, heading)
	if !found {
		t.Fatalf("%s has no summary", overview)
	}
	if got == want {
		return
	}
	if *update {
		if err := os.WriteFile(filepath.Join(root, overview), []byte(before+heading+want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the summary says\n%s\nthe rules\n%s\nrun: go test ./test/docs -run Summary -update", got, want)
}

// The overview leads to every page.
func TestOverviewNamesEveryPage(t *testing.T) {
	text := readPage(t, overview)
	for _, page := range rulePages(t) {
		name := filepath.Base(page)
		if page != overview && !strings.Contains(text, "]("+name+")") {
			t.Errorf("%s does not name %s", overview, name)
		}
	}
}
