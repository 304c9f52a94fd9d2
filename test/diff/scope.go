package diff

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// Scope is what both servers can be asked. It keeps modules from being called
// that only one of them has, which on a MediaWiki might change something.
type Scope struct {
	outside map[string]bool // names of modules that one server lacks
}

// choosers are the parameters whose values are names of modules.
var choosers = []string{"action", "format", "prop", "list", "meta", "generator", "modules", "querymodules", "mainmodule", "formatmodules"}

// pageParameters ask query for pages.
var pageParameters = []string{"titles", "pageids", "revids", "export", "exportnowrap", "exportschema", "indexpageids", "iwurl", "redirects", "converttitles"}

// NewScope asks both servers for their modules.
func NewScope(ctx context.Context, ours, theirs *conformance.Target) (*Scope, error) {
	our, err := modules(ctx, ours)
	if err != nil {
		return nil, err
	}
	their, err := modules(ctx, theirs)
	if err != nil {
		return nil, err
	}
	s := &Scope{outside: map[string]bool{}}
	for name := range their {
		s.outside[name] = !our[name]
	}
	for name := range our {
		s.outside[name] = s.outside[name] || !their[name]
	}
	maps.DeleteFunc(s.outside, func(_ string, out bool) bool { return !out })
	return s, nil
}

// modules are the names of all modules of a server.
func modules(ctx context.Context, t *conformance.Target) (map[string]bool, error) {
	a, err := conformance.NewPlayer(t, "").Send(ctx, &conformance.Request{
		Method: "GET", Target: "?action=paraminfo&modules=main|query&format=json&formatversion=2", Client: "a",
	})
	if err != nil {
		return nil, err
	}
	var info struct {
		Paraminfo struct {
			Modules []struct {
				Parameters []struct {
					Submodules map[string]string
				}
			}
		}
	}
	if err := json.Unmarshal(a.Body, &info); err != nil || len(info.Paraminfo.Modules) != 2 {
		return nil, fmt.Errorf("%s does not describe its modules: %q", t.API, shorten(string(a.Body)))
	}
	all := map[string]bool{}
	for _, m := range info.Paraminfo.Modules {
		for _, p := range m.Parameters {
			for name := range p.Submodules {
				all[name] = true
			}
		}
	}
	return all, nil
}

// May tells whether a request asks nothing outside.
func (s *Scope) May(r *conformance.Request) bool {
	path, _, _ := strings.Cut(r.Target, "?")
	if path != "" {
		return false // a web server may answer that itself
	}
	return !slices.ContainsFunc(parameters(r), s.isOutside)
}

// isOutside is generous: a name or value that might be read as one outside is.
func (s *Scope) isOutside(p [2]string) bool {
	name, _, _ := strings.Cut(strings.ToLower(trim(p[0])), "[")
	if name, _, _ := strings.Cut(name, "\x00"); slices.Contains(pageParameters, name) {
		return true
	}
	chooses := slices.ContainsFunc(choosers, func(c string) bool { return strings.Trim(name, "_. ") == c })
	return chooses && slices.ContainsFunc(words(p[1]), func(word string) bool {
		return s.outside[word] || strings.HasSuffix(word, "*")
	})
}

// words are the values of a list, and the parts of paths like query+users.
func words(value string) []string {
	all := strings.FieldsFunc(value, func(r rune) bool { return r == '|' || r == '\x1f' || r == '+' })
	for i, word := range all {
		all[i] = trim(word)
	}
	return all
}

func trim(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return r <= ' ' || r > '~' })
}

// parameters are all that a server might find in a request.
func parameters(r *conformance.Request) [][2]string {
	all := slices.Clone(r.Fields)
	items := query(r)
	if r.Body != nil {
		items = append(items, strings.FieldsFunc(*r.Body, func(c rune) bool { return c == '&' || c == '\n' })...)
	}
	for _, item := range items {
		name, value := split(item)
		all = append(all, [2]string{name, value})
	}
	return all
}

// LeaveOut gives the reason why sequences are not made of a scenario: what it
// expects of their server is known to differ, or it names an account that one
// of the servers cannot have.
func LeaveOut(ours, theirs conformance.Accounts, absent []string) func(*conformance.Scenario) string {
	return func(s *conformance.Scenario) string {
		if slices.ContainsFunc(s.Deviations, func(d conformance.Deviation) bool { return d.Implementation == theirs.Implementation }) {
			return "it has a deviation"
		}
		for _, a := range []conformance.Accounts{ours, theirs} {
			if _, ok := a.Variants[s.Site]; s.Site != "" && !ok {
				return "there is no variant " + s.Site
			}
		}
		for _, name := range s.Accounts() {
			if slices.ContainsFunc(absent, func(prefix string) bool { return strings.HasPrefix(name, prefix) }) {
				return "it needs " + name
			}
		}
		return ""
	}
}

// Loopback tells whether an address of an api.php is on this machine.
func Loopback(api string) bool {
	u, err := url.Parse(api)
	return err == nil && (u.Hostname() == "127.0.0.1" || u.Hostname() == "::1" || u.Hostname() == "localhost")
}
