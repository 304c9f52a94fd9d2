package docs

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const checklist = "docs/compatibility-core.md"

// rule is a row of the checklist.
type rule struct {
	id, level, text string
	held            string // the tests, or why there are none
}

// ruleID is the form of an id: a letter and a number for the topic, and the
// place of the rule in it.
var ruleID = regexp.MustCompile(`\A[A-Z]-\d\d-(§\d+(\.\d+)?(-\d+)?|\d+\.\d+)\z`)

// namedTest is a test in the column of those that hold a rule.
var namedTest = regexp.MustCompile("`([a-z0-9]+)\\.(Test\\w+)(?:/([^`]+))?`")

var (
	levels = []string{"MUST", "SHOULD", "OUT"}
	// states are the columns of the summary. All but the first are the words that
	// a reason begins with.
	states = []string{"held", "on purpose", "later", "out", "not held"}
)

// cells are those of a row of a table, nil for any other line.
func cells(line string) []string {
	inner, ok := strings.CutPrefix(line, "| ")
	if !ok || !strings.HasSuffix(inner, " |") {
		return nil
	}
	return strings.Split(strings.TrimSuffix(inner, " |"), " | ")
}

// readChecklist gives the rules, and the rows of numbers in the summary by
// their first cell.
func readChecklist(t *testing.T) (rules []rule, summary map[string][]string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, checklist))
	if err != nil {
		t.Fatal(err)
	}
	summary = map[string][]string{}
	topic := ""
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSuffix(line, "\n")
		if name, ok := strings.CutPrefix(line, "## "); ok {
			topic = name
		}
		row := cells(line)
		switch {
		case row == nil, row[0] == "Id", row[0] == "Level":
		case topic == "Summary":
			summary[row[0]] = row[1:]
		case len(row) != 4:
			t.Errorf("%d cells: %s", len(row), line)
		default:
			rules = append(rules, rule{row[0], row[1], row[2], row[3]})
		}
	}
	if len(rules) == 0 {
		t.Fatal("there are no rules")
	}
	return rules, summary
}

// state is what the last cell of a rule says: that it is held, or another of
// states.
func (r rule) state() string {
	word, _, ok := strings.Cut(r.held, ": ")
	if ok && slices.Contains(states[1:], word) {
		return word
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
	rules, _ := readChecklist(t)
	sources := testSources(t)
	seen := map[string]bool{}
	for _, r := range rules {
		if !ruleID.MatchString(r.id) || !slices.Contains(levels, r.level) || r.text == "" {
			t.Errorf("%s: no id, level or text: %+v", r.id, r)
		}
		if seen[r.id] {
			t.Errorf("%s stands there twice", r.id)
		}
		seen[r.id] = true
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

func TestSummaryOfTheChecklistCounts(t *testing.T) {
	rules, summary := readChecklist(t)
	count := map[string]int{}
	for _, r := range rules {
		for _, level := range []string{r.level, "All"} {
			count[level+" "+r.state()]++
			count[level+" all"]++
		}
	}
	for _, level := range append(slices.Clone(levels), "All") {
		var want []string
		for _, state := range append(slices.Clone(states), "all") {
			want = append(want, strconv.Itoa(count[level+" "+state]))
		}
		if got := fmt.Sprint(summary[level]); got != fmt.Sprint(want) {
			t.Errorf("%s: the summary says %s, the rules %s", level, got, fmt.Sprint(want))
		}
	}
}
