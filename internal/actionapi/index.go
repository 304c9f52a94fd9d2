package actionapi

import (
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// Index finds modules by their paths. It is immutable and safe for concurrent
// use.
type Index struct{ main, pageSet *Module }

// Index describes all modules and formats of the engine.
func (e *Engine) Index() *Index { return e.index }

// Index describes all modules and formats of the engine.
func (r *Request) Index() *Index { return r.engine.index }

// Main is the module of the general parameters, with all actions and formats
// as its children.
func (x *Index) Main() *Module { return x.main }

// PageSet describes the parameters of action=query that choose pages. It is no
// module that could be called: its name and path are those of action=query
// (MediaWiki: includes/api/ApiPageSet.php).
func (x *Index) PageSet() *Module { return x.pageSet }

// Find gives the module at a path such as "login", "query+tokens", "json" or
// "main"; a space counts as a plus sign that was not encoded. A path that leads
// nowhere gives the problem to tell (MediaWiki: ApiBase::getModuleFromPath).
func (x *Index) Find(path string) (*Module, *Problem) {
	if path == x.main.Path {
		return x.main, nil
	}
	names := strings.Split(path, "+")
	if len(names) == 1 {
		names = strings.Split(path, " ")
	}
	at := x.main
	for _, name := range names {
		if len(at.About.Children) == 0 {
			return nil, noSubmodules(at)
		}
		i := slices.IndexFunc(at.About.Children, func(m *Module) bool { return m.Name == name })
		if i < 0 {
			return nil, badModule(NewProblem("apierror-badmodule-badsubmodule", message.Text(at.Path), message.Escaped(name)))
		}
		at = at.About.Children[i]
	}
	return at, nil
}

// List gives the submodules of the module at a path, by their names, and if
// recursive is set the submodules of each behind it.
func (x *Index) List(path string, recursive bool) ([]*Module, *Problem) {
	of, problem := x.Find(path)
	if problem != nil {
		return nil, problem
	}
	if len(of.About.Children) == 0 {
		return nil, noSubmodules(of)
	}
	return of.descendants(nil, recursive), nil
}

func (m *Module) descendants(list []*Module, recursive bool) []*Module {
	children := slices.Clone(m.About.Children)
	slices.SortFunc(children, func(a, b *Module) int { return strings.Compare(a.Name, b.Name) })
	for _, child := range children {
		list = append(list, child)
		if recursive {
			list = child.descendants(list, true)
		}
	}
	return list
}

func noSubmodules(of *Module) *Problem {
	return badModule(NewProblem("apierror-badmodule-nosubmodules", message.Text(of.Path)))
}

func badModule(p *Problem) *Problem { return p.WithCode("badmodule") }

// newIndex links modules and formats below main.
func newIndex(general []Param, modules []*Module, formats []*Format) *Index {
	main := &Module{Name: "main", Path: "main", Params: general, About: About{
		Class: "ApiMain",
		Examples: []Example{
			{Query: "action=help", Help: message.New("apihelp-help-example-main")},
			{Query: "action=help&recursivesubmodules=1", Help: message.New("apihelp-help-example-recursive")},
		},
	}}
	x := &Index{main: main}
	for _, m := range modules {
		m.About.Group = "action"
		main.About.Children = append(main.About.Children, m)
		if m.Path == "query" {
			x.pageSet = pageSet(m)
		}
	}
	for _, f := range formats {
		main.About.Children = append(main.About.Children, f.module())
	}
	slices.SortStableFunc(main.About.Children, func(a, b *Module) int {
		if c := strings.Compare(a.About.Group, b.About.Group); c != 0 {
			return c // actions before formats
		}
		return strings.Compare(a.Name, b.Name)
	})
	return x
}

// pageSet describes the parameters of action=query that choose pages.
func pageSet(query *Module) *Module {
	set := &Module{Name: query.Name, Path: query.Path, NeedsRead: Always, About: About{Class: "ApiPageSet"}}
	for _, p := range query.Params {
		if strings.HasPrefix(p.Help.Key, pageSetHelp) {
			set.Params = append(set.Params, p)
		}
	}
	return set
}

// module describes a format as a module.
func (f *Format) module() *Module {
	params := f.Params
	if f.Callback {
		params = append([]Param{{Name: "callback", Type: String, Help: message.New("apihelp-json-param-callback")}}, params...)
	}
	if f.HTML {
		params = append([]Param{{Name: wrappedHTML, Type: Boolean, Help: message.New("apihelp-format-param-wrappedhtml")}}, params...)
	}
	shown := strings.ToUpper(strings.TrimSuffix(f.Name, "fm"))
	return &Module{
		Name: f.Name, Path: f.Name, Params: params, NeedsRead: Always,
		About: About{
			Class: f.Class, Group: "format",
			HelpURLs: []string{"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Data_formats"},
			Examples: []Example{{
				Query: "action=query&meta=siteinfo&siprop=namespaces&format=" + f.Name,
				Help:  message.New("apihelp-format-example-generic", message.Text(shown)),
			}},
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
