package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// described are all modules of a rig: main, actions, submodules and formats.
func (r *rig) described(t testing.TB) []*actionapi.Module {
	t.Helper()
	index := r.Engine.Index()
	below, problem := index.List("main", true)
	if problem != nil {
		t.Fatal(problem)
	}
	return append([]*actionapi.Module{index.Main()}, below...)
}

// Every module says what it is, what each parameter means and shows how it is
// called; a parameter explains all of its values or none.
func TestEveryModuleIsDescribed(t *testing.T) {
	r := newRig(t, withKeys)
	texts, err := builtInMessages()
	must(t, err)
	for _, m := range r.described(t) {
		if m.About.Class == "" || len(m.About.Examples) == 0 {
			t.Errorf("%s: class %q, %d examples", m.Path, m.About.Class, len(m.About.Examples))
		}
		keys := []string{m.Summary().Key}
		for _, more := range m.About.More {
			keys = append(keys, more.Key)
		}
		if text := m.DynamicText(); text.Key != "" {
			keys = append(keys, text.Key)
		}
		for i := range m.About.Examples {
			keys = append(keys, m.ExampleText(&m.About.Examples[i]).Key)
		}
		for _, flag := range flagsOf(m) {
			keys = append(keys, "api-help-flag-"+flag)
		}
		for i := range m.Params {
			p := &m.Params[i]
			keys = append(keys, m.ParamText(p).Key)
			explained := 0
			for _, value := range p.Values {
				if texts.Has(m.ValueText(p, value).Key) {
					explained++
				}
			}
			if explained != 0 && explained != len(p.Values) {
				t.Errorf("%s: %s explains %d of %d values", m.Path, p.Name, explained, len(p.Values))
			}
		}
		for _, key := range keys {
			if !texts.Has(key) {
				t.Errorf("%s: there is no text %s", m.Path, key)
			}
		}
		for _, address := range m.About.HelpURLs {
			if u, err := url.Parse(address); err != nil || u.Scheme != "https" {
				t.Errorf("%s: %s", m.Path, address)
			}
		}
	}
}

// needUser are the codes by which a module may refuse its example, which has no
// session and no token.
var needUser = map[string]bool{"badtoken": true, "notloggedin": true, "nosession": true, "mustbeloggedin": true, "mustbeloggedin-generic": true}

// Examples are requests that work, as far as a request of nobody can, and know
// no parameter or value that the module does not.
func TestExamplesRun(t *testing.T) {
	r := newRig(t, withKeys)
	for _, m := range r.described(t) {
		for _, example := range m.About.Examples {
			query := exampleQuery(example.Query)
			a := r.client(t).send(http.MethodGet, "errorformat=raw&"+query, "", "")
			if m.MustPost {
				a = r.client(t).send(http.MethodPost, "errorformat=raw&format=json", formType, query)
			}
			code := a.Header.Get("MediaWiki-API-Error")
			if a.Status != http.StatusOK || code != "" && !needUser[code] {
				t.Errorf("%s: %s: %d %s %.300s", m.Path, example.Query, a.Status, code, a.Body)
			}
			for _, bad := range []string{"unrecognizedparams", "unrecognizedvalues", "badmodule", "\u29fc"} {
				if strings.Contains(a.Body, bad) {
					t.Errorf("%s: %s: %s: %.300s", m.Path, example.Query, bad, a.Body)
				}
			}
		}
	}
}
