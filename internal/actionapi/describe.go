package actionapi

import (
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// About is what only descriptions of a module need: action=paraminfo,
// action=help and the reference pages. The texts themselves are messages whose
// keys follow from the module's path: apihelp-PATH-summary,
// apihelp-PATH-extended-description, apihelp-PATH-param-NAME,
// apihelp-PATH-paramvalue-NAME-VALUE and apihelp-PATH-example-KEY (MediaWiki:
// ApiBase::getSummaryMessage and its neighbours).
type About struct {
	// Class is what MediaWiki calls the module's class; some tools read it.
	Class string
	// Group is action, format, prop, list or meta; New sets it.
	Group      string
	Deprecated bool
	Internal   bool
	// Dynamic modules take fields that no declaration names.
	Dynamic  bool
	HelpURLs []string
	Examples []Example
	// Children are the submodules, in the order of their names.
	Children []*Module
}

// Example is a request that shows what a module does. Query is without the
// script, in the form of a query string with readable separators; Key ends the
// key of its description.
type Example struct{ Query, Key string }

// Reads reports whether a module needs the right to read, as descriptions show
// it: for a bare call.
func (m *Module) Reads() bool {
	return m.NeedsRead != nil && m.NeedsRead(&Call{Request: &Request{}, Module: m, Args: Args{table: m.table}})
}

// Index finds modules by their paths. It is immutable and safe for concurrent
// use.
type Index struct{ main *Module }

// Index describes all modules and formats of the engine.
func (e *Engine) Index() *Index { return e.index }

// Main is the module of the general parameters, with all actions and formats
// as its children.
func (x *Index) Main() *Module { return x.main }

// Find gives the module at a path such as "login", "query+tokens", "json" or
// "main". A path that leads nowhere gives the problem to tell.
func (x *Index) Find(path string) (*Module, *Problem) {
	if path == x.main.Path {
		return x.main, nil
	}
	at := x.main
	for name := range strings.SplitSeq(path, "+") {
		if len(at.About.Children) == 0 {
			return nil, badModule(NewProblem("apierror-badmodule-nosubmodules", message.Text(at.Path)))
		}
		i := slices.IndexFunc(at.About.Children, func(m *Module) bool { return m.Name == name })
		if i < 0 {
			return nil, badModule(NewProblem("apierror-badmodule-badsubmodule", message.Text(at.Path), message.Plain(name)))
		}
		at = at.About.Children[i]
	}
	return at, nil
}

func badModule(p *Problem) *Problem { return p.WithCode("badmodule") }

// newIndex links modules and formats below main.
func newIndex(general []Param, modules []*Module, formats []*Format) *Index {
	main := &Module{Name: "main", Path: "main", Params: general, About: About{Class: "ApiMain"}}
	for _, m := range modules {
		m.About.Group = "action"
		main.About.Children = append(main.About.Children, m)
	}
	for _, f := range formats {
		main.About.Children = append(main.About.Children, f.module())
	}
	slices.SortStableFunc(main.About.Children, byGroupAndName)
	return &Index{main: main}
}

// byGroupAndName puts actions before formats.
func byGroupAndName(a, b *Module) int {
	if c := strings.Compare(a.About.Group, b.About.Group); c != 0 {
		return c
	}
	return strings.Compare(a.Name, b.Name)
}

// module describes a format as a module.
func (f *Format) module() *Module {
	params := f.Params
	if f.Callback {
		params = append([]Param{{Name: "callback", Type: String}}, params...)
	}
	if f.HTML {
		params = append([]Param{{Name: wrappedHTML, Type: Boolean}}, params...)
	}
	return &Module{
		Name: f.Name, Path: f.Name, Params: params, NeedsRead: Always,
		About: About{
			Class: f.Class, Group: "format",
			HelpURLs: []string{"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Data_formats"},
		},
	}
}

// link fills in the map from values to paths of a parameter that names
// submodules.
func link(p *Param, children []*Module) {
	p.Submodules = make(map[string]string, len(children))
	for _, m := range children {
		p.Submodules[m.Name] = m.Path
	}
}
