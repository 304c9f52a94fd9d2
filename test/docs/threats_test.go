package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// threatModel is the page with the abuses and what comes of each.
const threatModel = "docs/threat-model.md"

const (
	abuseHeader = "| Id | Level | Abuse | Safe result | Test |"
	pathHeader  = "| Path | Counted for | Looked at in | Test |"
)

// abuse is a row of a table of abuses.
type abuse struct{ id, level, what, safe, held string }

var (
	abuseID = regexp.MustCompile(`\A[A-Z]-[1-9]\d?\z`)
	// idsOfTest is the beginning of the name of a test: the ids that it holds.
	idsOfTest = regexp.MustCompile(`\ATest((?:[A-Z][1-9]\d?)+)_\w`)
	idInName  = regexp.MustCompile(`([A-Z])(\d+)`)
	// noTest is what a cell begins with that names no test.
	noTest = regexp.MustCompile(`\A(later|out|on purpose): \S`)
)

// sections are the letters of the page, with how many rows each has.
var sections = map[string]int{"A": 15, "B": 22, "C": 7, "D": 27, "E": 19, "F": 22, "G": 10, "H": 24, "I": 13, "J": 23, "L": 19, "M": 12, "N": 12}

// tableRows are the rows of all tables of a page with this header.
func tableRows(t *testing.T, page, header string) (rows [][]string) {
	t.Helper()
	inTable := false
	for line := range strings.Lines(readPage(t, page)) {
		line = strings.TrimSuffix(line, "\n")
		switch {
		case line == header:
			inTable = true
		case !strings.HasPrefix(line, "|"):
			inTable = false
		case inTable && !strings.HasPrefix(line, "|---"):
			row := cells(line)
			if len(row) != strings.Count(header, "|")-1 {
				t.Errorf("%s: %d cells: %s", page, len(row), line)
				continue
			}
			rows = append(rows, row)
		}
	}
	if len(rows) == 0 {
		t.Fatalf("%s has no table %s", page, header)
	}
	return rows
}

func allAbuses(t *testing.T) (list []abuse) {
	t.Helper()
	for _, row := range tableRows(t, threatModel, abuseHeader) {
		list = append(list, abuse{row[0], row[1], row[2], row[3], row[4]})
	}
	return list
}

// heldBy are the ids in the name of a test, empty for a name without.
func heldBy(name string) (ids []string) {
	m := idsOfTest.FindStringSubmatch(name)
	if m == nil {
		return nil
	}
	for _, id := range idInName.FindAllStringSubmatch(m[1], -1) {
		ids = append(ids, id[1]+"-"+id[2])
	}
	return ids
}

// Every abuse has a test that is named after it, or a reason.
func TestEveryAbuseHasATestOrAReason(t *testing.T) {
	sources := testSources(t)
	count, seen := map[string]int{}, map[string]bool{}
	for _, a := range allAbuses(t) {
		if !abuseID.MatchString(a.id) || a.level != "MUST" && a.level != "SHOULD" || a.what == "" || a.safe == "" {
			t.Errorf("no id, level, abuse or result: %+v", a)
			continue
		}
		if seen[a.id] {
			t.Errorf("%s stands there twice", a.id)
		}
		seen[a.id] = true
		count[a.id[:1]]++
		tests := namedTest.FindAllStringSubmatch(a.held, -1)
		if len(tests) == 0 && !noTest.MatchString(a.held) {
			t.Errorf("%s has neither a test nor a reason: %s", a.id, a.held)
		}
		for _, m := range tests {
			if _, found := sources[m[1]+"."+m[2]]; !found {
				t.Errorf("%s names %s.%s, which is not there", a.id, m[1], m[2])
			}
			if !slices.Contains(heldBy(m[2]), a.id) {
				t.Errorf("%s names %s.%s, which is not named after it", a.id, m[1], m[2])
			}
		}
	}
	for letter, want := range sections {
		if count[letter] != want {
			t.Errorf("section %s has %d rows, want %d", letter, count[letter], want)
		}
	}
}

// A test that is named after an abuse stands in its row.
func TestEveryTestOfAnAbuseIsListed(t *testing.T) {
	held := map[string]string{}
	for _, a := range allAbuses(t) {
		held[a.id] = a.held
	}
	for test := range testSources(t) {
		_, name, _ := strings.Cut(test, ".")
		for _, id := range heldBy(name) {
			if row, found := held[id]; !found || !strings.Contains(row, "`"+test+"`") {
				t.Errorf("%s does not name %s in the row of %s", threatModel, test, id)
			}
		}
	}
}

// lookers are the functions of the program that have a password or the secret
// of a bot checked, as package.Type.function.
func lookers(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob(filepath.Join(root, "internal/*/*.go"))
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range files {
		dir := filepath.Base(filepath.Dir(name))
		if strings.HasSuffix(name, "_test.go") || dir == "passhash" {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if ok && f.Body != nil && looks(f.Body) {
				found[dir+"."+receiver(f)+f.Name.Name] = true
			}
		}
	}
	return found
}

// receiver is the type that a function belongs to, with a dot.
func receiver(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return ""
	}
	e := f.Recv.List[0].Type
	if star, ok := e.(*ast.StarExpr); ok {
		e = star.X
	}
	if id, ok := e.(*ast.Ident); ok {
		return id.Name + "."
	}
	return ""
}

// looks reports whether a check of package passhash is called.
func looks(body *ast.BlockStmt) (found bool) {
	ast.Inspect(body, func(n ast.Node) bool {
		f, ok := n.(*ast.SelectorExpr)
		if !ok {
			return true
		}
		of, _ := f.X.(*ast.SelectorExpr)
		switch f.Sel.Name {
		case "VerifySlowly", "VerifyNothing":
			found = true
		case "Verify":
			found = found || of != nil && of.Sel.Name == "Hasher"
		}
		return true
	})
	return found
}

// The table of the paths to a secret names every function that looks at one,
// and no other; the tests that it names have a row for each path.
func TestEveryPathToASecretIsListed(t *testing.T) {
	sources, found := testSources(t), lookers(t)
	listed, rows := map[string]bool{}, readPage(t, "internal/modules/everypath_test.go")
	for _, row := range tableRows(t, threatModel, pathHeader) {
		where := regexp.MustCompile("`([a-z]+\\.[\\w.]+)`").FindAllStringSubmatch(row[2], -1)
		if len(where) == 0 {
			t.Errorf("%s: where is the secret looked at?", row[0])
		}
		for _, m := range where {
			listed[m[1]] = true
			if !found[m[1]] {
				t.Errorf("%s: %s looks at no secret", row[0], m[1])
			}
		}
		tests := namedTest.FindAllStringSubmatch(row[3], -1)
		if len(tests) == 0 {
			t.Errorf("%s has no test", row[0])
		}
		for _, m := range tests {
			if _, ok := sources[m[1]+"."+m[2]]; !ok {
				t.Errorf("%s names %s.%s, which is not there", row[0], m[1], m[2])
			}
			if m[3] == "" || !strings.Contains(rows, `{"`+m[3]+`", `) {
				t.Errorf("%s names the row %q, which is not there", row[0], m[3])
			}
		}
	}
	for f := range found {
		if !listed[f] {
			t.Errorf("%s looks at a secret, but no row of %s says that it is counted before", f, threatModel)
		}
	}
}
