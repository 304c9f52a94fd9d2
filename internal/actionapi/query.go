package actionapi

import (
	"context"
	"slices"

	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/message"
)

// Submodules are the modules behind the parameters prop, list and meta of
// action=query, in the order of their names.
type Submodules struct{ Prop, List, Meta []*Module }

// queryGroup is one of the three parameters.
type queryGroup struct {
	param   string
	modules []*Module
}

// NewQuery makes the module action=query out of its submodules (MediaWiki:
// includes/api/ApiQuery.php).
func NewQuery(sub Submodules) *Module {
	groups := []queryGroup{{"prop", sub.Prop}, {"list", sub.List}, {"meta", sub.Meta}}
	q := &query{groups: groups}
	m := &Module{
		Name: "query", Path: "query", Run: q.run, NeedsRead: q.needsRead, Caching: q.caching,
		About: About{Class: "ApiQuery", HelpURLs: queryHelp, Examples: []Example{
			{Query: "action=query&meta=siteinfo|userinfo&siprop=general&uiprop=groups|rights", Key: "start"},
		}},
	}
	var generators []*Module
	for _, g := range groups {
		p := Param{Name: g.param, Type: Enum, Multi: true}
		for _, s := range g.modules {
			s.About.Group = g.param
			p.Values = append(p.Values, s.Name)
			m.About.Children = append(m.About.Children, s)
			if s.About.Generator {
				generators = append(generators, s)
			}
		}
		link(&p, g.modules)
		m.Params = append(m.Params, p)
	}
	m.Params = append(m.Params, q.pageParams(generators)...)
	return m
}

// queryHelp are the pages of MediaWiki's manual about action=query.
var queryHelp = []string{
	"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Query",
	"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Meta",
	"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Properties",
	"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Lists",
}

// pageSetHelp begins the keys of the texts about parameters that choose pages.
const pageSetHelp = "api-pageset-param-"

// generatorPrefix stands before the parameters of a generator.
const generatorPrefix = "g"

// pageParams choose pages and how a long answer is continued. A server without
// pages accepts them and has nothing to say.
func (q *query) pageParams(generators []*Module) []Param {
	q.generators = generators
	generator := Param{Name: "generator", Type: Enum, SubmodulePrefix: generatorPrefix, Help: message.New(pageSetHelp + "generator")}
	for _, m := range generators {
		generator.Values = append(generator.Values, m.Name)
	}
	link(&generator, generators)
	return []Param{
		{Name: "indexpageids", Type: Boolean},
		{Name: "export", Type: Boolean},
		{Name: "exportnowrap", Type: Boolean},
		{Name: "exportschema", Type: Enum, Values: []string{"0.10", "0.11"}, Default: "0.11", HasDefault: true},
		{Name: "iwurl", Type: Boolean},
		{Name: "continue", Type: String, Help: message.New("api-help-param-continue")},
		{Name: "rawcontinue", Type: Boolean},
		{Name: "titles", Type: String, Multi: true, Help: message.New(pageSetHelp + "titles")},
		{Name: "pageids", Type: Integer, Multi: true, Help: message.New(pageSetHelp + "pageids")},
		{Name: "revids", Type: Integer, Multi: true, Help: message.New(pageSetHelp + "revids")},
		generator,
		{Name: "redirects", Type: Boolean, Help: message.New(pageSetHelp + "redirects-generator")},
		{Name: "converttitles", Type: Boolean, Help: message.New(pageSetHelp + "converttitles")},
	}
}

type query struct {
	groups     []queryGroup
	generators []*Module
}

// chosen are the submodules of a request: prop first, then list, then meta,
// each in the client's order.
func (q *query) chosen(c *Call, yield func(*Module) bool) {
	for _, g := range q.groups {
		for _, name := range c.Args.Strings(g.param) {
			i := slices.IndexFunc(g.modules, func(m *Module) bool { return m.Name == name })
			if i >= 0 && !yield(g.modules[i]) {
				return
			}
		}
	}
}

// needsRead is false only when nothing but submodules that need no right is
// asked, and no parameter that chooses pages.
func (q *query) needsRead(c *Call) bool {
	if !c.Args.Given("meta") {
		return true
	}
	for i := range c.Args.sent {
		v := &c.Args.sent[i]
		if !v.given {
			continue
		}
		switch c.Args.table.params[v.param].Name {
		case "meta", "rawcontinue", "indexpageids":
		default:
			return true
		}
	}
	need := false
	q.chosen(c, func(m *Module) bool {
		need = m.NeedsRead != nil && m.NeedsRead(c)
		return !need
	})
	return need
}

// caching is that of the most private submodule that runs.
func (q *query) caching(c *Call) Caching {
	mode := CachePublic
	done, _ := c.finished()
	q.chosen(c, func(m *Module) bool {
		of := CachePrivate
		if slices.Contains(done, m.Name) {
			return true
		}
		if m.Caching != nil {
			of = m.Caching(c)
		}
		mode = min(mode, of)
		return true
	})
	return mode
}

func (q *query) run(ctx context.Context, c *Call) (problem *Problem, err error) {
	done, problem := c.finished()
	if problem != nil {
		return problem, nil
	}
	if problem, err = q.generate(ctx, c); problem != nil || err != nil {
		return problem, err
	}
	var points []point
	for _, skip := range [...]bool{true, false} {
		q.chosen(c, func(m *Module) bool {
			switch {
			case slices.Contains(done, m.Name) != skip:
			case skip:
				_, problem, err = c.extract(ctx, m.table)
			default:
				problem, err = c.runSub(ctx, m, &points)
			}
			return problem == nil && err == nil
		})
		if problem != nil || err != nil {
			return problem, err
		}
	}
	q.writeContinue(c, points)
	return nil, nil
}

// generate validates the parameters of the generator. It finds no pages, since
// there are none.
func (q *query) generate(ctx context.Context, c *Call) (*Problem, error) {
	i := slices.IndexFunc(q.generators, func(m *Module) bool { return m.Name == c.Args.String("generator") })
	if i < 0 {
		return nil, nil
	}
	_, problem, err := c.extract(ctx, q.generators[i].asGenerator)
	return problem, err
}

// runSub validates and runs one submodule, which adds to points where it has
// not told all.
func (c *Call) runSub(ctx context.Context, m *Module, points *[]point) (*Problem, error) {
	sub := Call{Request: c.Request, Module: m, points: points}
	args, problem, err := c.extract(ctx, m.table)
	if problem != nil || err != nil {
		return problem, err
	}
	sub.Args = args
	if problem, err = m.Run(ctx, &sub); problem != nil && problem.Module == "" {
		problem.Module = m.Path
	}
	return problem, err
}

// Query is the object that submodules put their results into.
func (c *Call) Query() format.Ref {
	root := c.Result()
	if q := root.Child("query"); !q.IsZero() {
		return q
	}
	return root.Object("query")
}
