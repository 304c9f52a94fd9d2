package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// codes finds those that our code can answer with: of errors, of warnings, and
// of logins that fail.
type codes struct {
	found  map[string]string // where each is made
	file   string
	others map[*ast.CallExpr]bool // problems whose code is not that of their key
}

// Visit looks at a node before what is in it.
func (c *codes) Visit(n ast.Node) ast.Visitor {
	switch n := n.(type) {
	case *ast.CallExpr:
		c.call(n)
	case *ast.KeyValueExpr:
		if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Code" {
			c.add(n.Value, nil)
		}
	case *ast.AssignStmt:
		if to, ok := n.Lhs[0].(*ast.SelectorExpr); ok && to.Sel.Name == "code" {
			c.add(n.Rhs[0], nil)
		}
	}
	return c
}

func (c *codes) call(n *ast.CallExpr) {
	name := called(n)
	switch {
	case name == "WithCode":
		c.others[innermost(n)] = true
		c.add(n.Args[0], nil)
	case name == "deprecated", name == "Deprecated", name == "badModule":
		for _, arg := range n.Args {
			if problem, ok := arg.(*ast.CallExpr); ok {
				c.others[innermost(problem)] = true
			}
		}
	case name == "NewProblem" && !c.others[n]:
		c.add(n.Args[0], func(key string) string { return actionapi.NewProblem(key).Code })
	case name == "refused":
		c.add(n.Args[1], nil)
	}
}

// add takes a code that stands there as a text, or begins with one.
func (c *codes) add(e ast.Expr, codeOf func(key string) string) {
	if sum, ok := e.(*ast.BinaryExpr); ok {
		e = sum.X
	}
	text, ok := e.(*ast.BasicLit)
	if !ok || text.Kind != token.STRING {
		return
	}
	code, err := strconv.Unquote(text.Value)
	if err != nil || code == "" {
		return
	}
	if codeOf != nil {
		code = codeOf(code)
	}
	c.found[code] = c.file
}

func called(n *ast.CallExpr) string {
	switch f := n.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// innermost is the first call of a chain: a of a().b().c().
func innermost(n *ast.CallExpr) *ast.CallExpr {
	if f, ok := n.Fun.(*ast.SelectorExpr); ok {
		if before, ok := f.X.(*ast.CallExpr); ok {
			return innermost(before)
		}
	}
	return n
}

// Every code that a client can meet stands on a page of the protocol.
func TestEveryCodeIsExplained(t *testing.T) {
	c := &codes{found: map[string]string{}, others: map[*ast.CallExpr]bool{}}
	for _, folder := range []string{"internal/actionapi", "internal/modules"} {
		files, err := filepath.Glob(filepath.Join(root, folder, "*.go"))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range files {
			if strings.HasSuffix(name, "_test.go") {
				continue
			}
			file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			c.file = filepath.Join(folder, filepath.Base(name))
			ast.Walk(c, file)
		}
	}
	if len(c.found) < 30 {
		t.Fatalf("only %d codes are found: %v", len(c.found), c.found)
	}
	var all strings.Builder
	for _, page := range rulePages(t) {
		all.WriteString(readPage(t, page))
	}
	for code, file := range c.found {
		if !strings.Contains(all.String(), "`"+code+"`") {
			t.Errorf("no page explains %s, made in %s", code, file)
		}
	}
}
