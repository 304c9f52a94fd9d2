package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// comparers are the functions that compare a secret, or what is derived from
// one, with what a client has sent.
var comparers = map[string][]string{
	"internal/secret":   {"EqualText"},
	"internal/keyring":  {"Check"},
	"internal/token":    {"Check"},
	"internal/passhash": {"sameText", "matchesBcrypt", "matches"},
}

// inConstantTime are the functions that take as long for a beginning that is
// right as for one that is wrong.
var inConstantTime = []string{"subtle.ConstantTimeCompare", "hmac.Equal", "bcrypt.CompareHashAndPassword"}

// parsed calls visit with each declared function of the module.
func parsed(t *testing.T, visit func(dir string, f *ast.FuncDecl)) {
	t.Helper()
	walk(t, func(path string) {
		file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Body != nil {
				visit(filepath.ToSlash(filepath.Dir(path)), f)
			}
		}
	})
}

// called is the name of what is called, with the package or value before it.
func called(n ast.Node) string {
	call, ok := n.(*ast.CallExpr)
	if !ok {
		return ""
	}
	switch f := call.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		if x, ok := f.X.(*ast.Ident); ok {
			return x.Name + "." + f.Sel.Name
		}
		return "." + f.Sel.Name
	}
	return ""
}

// reveals reports whether an expression has a secret's own text in it.
func reveals(e ast.Expr) (found bool) {
	ast.Inspect(e, func(n ast.Node) bool {
		name := called(n)
		found = found || name == ".Reveal" || strings.HasSuffix(name, ".Reveal")
		return !found
	})
	return found
}

// B-8, C-1, D-26: what a client has sent is compared with a secret in constant
// time, and by nothing else.
func TestB8C1D26_SecretsAreComparedInConstantTime(t *testing.T) {
	seen := map[string]bool{}
	parsed(t, func(dir string, f *ast.FuncDecl) {
		if slices.Contains(comparers[dir], f.Name.Name) {
			constant := false
			ast.Inspect(f.Body, func(n ast.Node) bool {
				constant = constant || slices.Contains(inConstantTime, called(n))
				return true
			})
			if !constant {
				t.Errorf("%s.%s does not compare in constant time", dir, f.Name.Name)
			}
			seen[dir+"."+f.Name.Name] = true
		}
		if dir == "internal/store/storetest" { // tests in all but name
			return
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			if hasty(n) {
				t.Errorf("%s.%s compares the text of a secret as any other text", dir, f.Name.Name)
			}
			return true
		})
	})
	for dir, names := range comparers {
		for _, name := range names {
			if !seen[dir+"."+name] {
				t.Errorf("there is no %s.%s", dir, name)
			}
		}
	}
}

// hasty reports whether n compares a revealed secret byte by byte.
func hasty(n ast.Node) bool {
	switch n := n.(type) {
	case *ast.BinaryExpr:
		return (n.Op == token.EQL || n.Op == token.NEQ) && (reveals(n.X) || reveals(n.Y))
	case *ast.CallExpr:
		name := called(n)
		return slices.Contains([]string{"bytes.Equal", "bytes.Compare", "strings.Compare", "strings.EqualFold", "slices.Equal"}, name) &&
			slices.ContainsFunc(n.Args, reveals)
	}
	return false
}

// B-21: what nobody may guess comes from the system's random source; packages
// that use another one say here for what.
func TestB21_RandomTextsComeFromTheSystem(t *testing.T) {
	other := map[string]string{
		"internal/httpx": "ids of requests, which are no secrets",
		"conformance":    "what a client sends to another server",
	}
	for _, p := range packages(t) {
		for _, imported := range p.imports {
			if strings.HasPrefix(imported, "math/rand") && other[p.path] == "" && !strings.HasPrefix(p.path, "test/") {
				t.Errorf("%s imports %s, which can be guessed", p.path, imported)
			}
		}
	}
}
