package architecture

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/wikigate/wikigate/"

// rule says what a package of ours may import of ours, and why no more.
type rule struct {
	pkg     string
	allowed []string
	reason  string
}

// leaves may be imported by everything above them.
var leaves = []string{"internal/secret", "internal/clock", "internal/fail", "internal/username", "internal/keyring", "internal/message"}

func with(more ...string) []string { return append(slices.Clone(leaves), more...) }

// rules are the package table of docs/architecture.md. Imports point downwards
// only.
var rules = []rule{
	{"conformance", nil, "judges any server, and so knows nothing of ours"},
	{"cmd/wikigate", []string{"internal/cli"}, "main only calls the command line"},
	{"internal/cli", with("internal/backup", "internal/rotation", "conformance", "internal/app", "internal/sdnotify", "internal/config", "internal/account", "internal/audit", "internal/botpassword", "internal/credential", "internal/session", "internal/grant", "internal/qrcode", "internal/twofactor"), "commands call the domain and hold no rule"},
	{"internal/config", []string{"internal/fail", "internal/secret"}, "options are plain values"},
	{"internal/app", nil, "the one place that knows everything"},

	{"internal/actionapi", with("internal/actionapi/format", "internal/account", "internal/audit", "internal/grant", "internal/session", "internal/token"), "the engine knows who asks, not what is asked"},
	{"internal/actionapi/format", nil, "a formatter knows only the tree"},
	{"internal/modules", with("internal/actionapi", "internal/actionapi/format", "internal/account", "internal/audit", "internal/authn", "internal/botpassword", "internal/grant", "internal/session", "internal/token", "internal/twofactor", "internal/webauthn"), "modules translate between engine and domain"},
	{"internal/httpx", nil, "knows no protocol of ours"},
	{"internal/observe", []string{"internal/secret"}, "counts what it is told, and asks by functions"},
	{"internal/tlscert", []string{"internal/fail"}, "certificates only"},
	{"internal/sdnotify", nil, "speaks to the service manager only"},

	{"internal/audit", nil, "events, and how they are chained"},
	{"internal/backup", []string{"internal/audit", "internal/fail"}, "a file format, not what is in it"},
	{"internal/rotation", with("internal/audit"), "knows that a key is used, not what for"},
	{"internal/account", with("internal/audit", "internal/policy"), "accounts know no password, session or store"},
	{"internal/authn", with("internal/account", "internal/audit", "internal/flow", "internal/session"), "the machine knows no provider"},
	{"internal/authn/limit", with("internal/audit", "internal/authn", "internal/throttle"), "a provider knows the machine and what it checks, and no other provider"},
	{"internal/authn/password", with("internal/account", "internal/audit", "internal/authn", "internal/credential", "internal/policy"), "the same"},
	{"internal/authn/captcha", with("internal/audit", "internal/authn", "internal/captcha", "internal/session"), "the same"},
	{"internal/authn/passkey", with("internal/account", "internal/audit", "internal/authn", "internal/throttle", "internal/twofactor", "internal/webauthn"), "one provider"},
	{"internal/authn/secondfactor", with("internal/account", "internal/authn", "internal/twofactor"), "chooses among methods, and knows none"},
	{"internal/authn/totp", with("internal/account", "internal/authn", "internal/twofactor"), "a provider knows the machine and what it checks, and no other provider"},
	{"internal/authn/block", with("internal/audit", "internal/authn"), "the same"},
	{"internal/credential", with("internal/account", "internal/audit", "internal/policy"), "each check of a password has passed the throttle before"},
	{"internal/botpassword", with("internal/account", "internal/audit", "internal/grant", "internal/throttle"), "each check of a bot secret passes the throttle"},
	{"internal/twofactor", with("internal/account", "internal/audit", "internal/throttle"), "each check of a second factor passes the throttle"},
	{"internal/grant", nil, "pure functions and tables"},
	{"internal/session", with("internal/account", "internal/audit", "internal/flow", "internal/grant", "internal/token"), "sessions know no secret's check"},
	{"internal/token", []string{"internal/keyring"}, "tokens are derived, not stored"},
	{"internal/authn/emailcode", with("internal/account", "internal/audit", "internal/authn", "internal/throttle"), "asks for codes; places and mails are handed to it"},
	{"internal/place", with("internal/account"), "knows where a login came from, not what follows"},
	{"internal/policy", []string{"internal/fail", "internal/secret"}, "pure functions and a list"},
	{"internal/throttle", []string{"internal/clock"}, "takes plain values"},
	{"internal/flow", nil, "records mean nothing to it"},
	{"internal/captcha", with("internal/flow", "internal/throttle"), "knows counters and what is used once, no request and no session"},
	{"internal/siteverify", []string{"internal/secret"}, "asks a service by HTTP, and knows no captcha of ours"},
	{"internal/webauthn", with("internal/account", "internal/flow", "internal/twofactor"), "knows no login"},
	{"internal/webauthn/authenticator", nil, "a client, for tests"},
	{"internal/passhash", []string{"internal/fail", "internal/keyring", "internal/secret"}, "formats only"},

	{"internal/store/instant", nil, "how stores write times"},
	{"internal/store/sqldb", with("internal/account", "internal/audit", "internal/backup", "internal/botpassword", "internal/credential", "internal/flow", "internal/grant", "internal/place", "internal/session", "internal/throttle", "internal/twofactor", "internal/webauthn", "internal/store/instant"), "implements the domain's interfaces in SQL"},
	{"internal/store/sqlite", with("internal/account", "internal/audit", "internal/backup", "internal/botpassword", "internal/credential", "internal/session", "internal/throttle", "internal/store/sqldb"), "a dialect and its driver"},
	{"internal/store/memory", with("internal/account", "internal/audit", "internal/backup", "internal/botpassword", "internal/credential", "internal/flow", "internal/grant", "internal/place", "internal/session", "internal/throttle", "internal/twofactor", "internal/webauthn", "internal/store/instant"), "the fake"},
	{"internal/store/storetest", with("internal/account", "internal/audit", "internal/backup", "internal/botpassword", "internal/credential", "internal/flow", "internal/grant", "internal/place", "internal/session", "internal/throttle", "internal/twofactor", "internal/webauthn", "internal/store/instant"), "knows the contracts, no engine"},

	{"internal/mail", []string{"internal/clock", "internal/fail", "internal/secret"}, "sends what it is given, and knows nobody"},

	{"internal/secret", nil, "a leaf"},
	{"internal/clock", nil, "a leaf"},
	{"internal/fail", nil, "a leaf"},
	{"internal/username", nil, "a leaf"},
	{"internal/keyring", []string{"internal/fail", "internal/secret"}, "a leaf"},
	{"internal/message", []string{"internal/fail"}, "a leaf"},
	{"internal/qrcode", []string{"internal/fail"}, "draws a text, and knows no meaning of it"},
	{"internal/architecture", nil, "tests only"},
	{"internal/testserver", nil, "starts the binary from outside"},
}

// noHTTP are domain packages and leaves: they may not know HTTP. Package
// session may, for cookies.
var noHTTP = []string{
	"internal/account", "internal/authn", "internal/credential", "internal/botpassword", "internal/twofactor", "internal/grant", "internal/token",
	"internal/throttle", "internal/captcha", "internal/passhash", "internal/secret", "internal/clock", "internal/fail",
	"internal/username", "internal/keyring", "internal/message", "internal/store", "internal/place",
}

type pkg struct {
	path    string
	imports []string
	comment string
}

func TestImportsPointDownwards(t *testing.T) {
	byPath := map[string]rule{}
	for _, r := range rules {
		byPath[r.pkg] = r
	}
	for _, p := range packages(t) {
		if strings.HasPrefix(p.path, "test/") {
			continue // tests of the whole program may look everywhere
		}
		r, ok := byPath[p.path]
		if !ok {
			t.Errorf("package %s is not in the table: add it here and in docs/architecture.md, with its reason", p.path)
			continue
		}
		for _, imported := range p.imports {
			ours, ok := strings.CutPrefix(imported, module)
			if ok && p.path != "internal/app" && !slices.Contains(r.allowed, ours) {
				t.Errorf("%s imports %s, which the table forbids (%s)", p.path, ours, r.reason)
			}
			if imported == "net/http" && slices.ContainsFunc(noHTTP, func(prefix string) bool {
				return p.path == prefix || strings.HasPrefix(p.path, prefix+"/")
			}) {
				t.Errorf("%s imports net/http, but is no part of the edge", p.path)
			}
		}
		delete(byPath, p.path)
	}
	for path := range byPath {
		t.Errorf("the table names %s, which does not exist", path)
	}
}

func TestEveryPackageSaysWhatItIsFor(t *testing.T) {
	for _, p := range packages(t) {
		name := filepath.Base(p.path)
		if len(p.comment) < 60 || !strings.HasPrefix(p.comment, "Package "+name+" ") && !strings.HasPrefix(p.comment, "Command "+name+" ") {
			t.Errorf("%s has no package comment that says what it owns: %q", p.path, p.comment)
		}
	}
}

func TestFilesStayReadable(t *testing.T) {
	walk(t, func(path string) {
		text, err := os.ReadFile(filepath.Join(root, path))
		if err != nil {
			t.Fatal(err)
		}
		if lines := strings.Count(string(text), "\n"); lines > 400 {
			t.Errorf("%s has %d lines; files end at 400", path, lines)
		}
	})
}

// packages are all packages of the module but their tests.
func packages(t *testing.T) []pkg {
	t.Helper()
	found := map[string]*pkg{}
	walk(t, func(path string) {
		dir := filepath.ToSlash(filepath.Dir(path))
		f, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, path), nil, parser.ImportsOnly|parser.ParseComments)
		if err != nil {
			t.Fatal(err)
		}
		p := found[dir]
		if p == nil {
			p = &pkg{path: dir}
			found[dir] = p
		}
		if f.Doc != nil {
			p.comment = f.Doc.Text()
		}
		p.addImports(f)
	})
	var list []pkg
	for _, p := range found {
		list = append(list, *p)
	}
	return list
}

func (p *pkg) addImports(f *ast.File) {
	for _, spec := range f.Imports {
		if path, err := strconv.Unquote(spec.Path.Value); err == nil {
			p.imports = append(p.imports, path)
		}
	}
}

const root = "../.."

// walk visits the Go files of the module but tests and nested modules, by
// paths from the root.
func walk(t *testing.T, visit func(path string)) {
	t.Helper()
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && (name == "testdata" || name == "node_modules" || strings.HasPrefix(name, ".") && path != root) {
			return filepath.SkipDir
		}
		if strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			rel, err := filepath.Rel(root, path)
			if err != nil {
				return err
			}
			visit(rel)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
