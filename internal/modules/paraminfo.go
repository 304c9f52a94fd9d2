package modules

import (
	"context"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// ParamInfo is action=paraminfo: the modules and their parameters as data, made
// from what the engine validates requests by (MediaWiki:
// includes/api/ApiParamInfo.php).
type ParamInfo struct{ Pages Pages }

// The values of helpformat: how texts are written.
const (
	helpNone     = "none"
	helpRaw      = "raw"
	helpWikitext = "wikitext"
	helpHTML     = "html"
)

// Module describes the action. Two of its parameters name the submodules of
// action=query and the formats.
func (p ParamInfo) Module(query *actionapi.Module, formats []*actionapi.Format) *actionapi.Module {
	var submodules, names []string
	for _, m := range query.About.Children {
		submodules = append(submodules, m.Name)
	}
	for _, f := range formats {
		names = append(names, f.Name)
	}
	slices.Sort(submodules)
	slices.Sort(names)
	return &actionapi.Module{
		Name: "paraminfo", Path: "paraminfo",
		Params: []actionapi.Param{
			{Name: "modules", Type: actionapi.String, Multi: true},
			{
				Name: "helpformat", Type: actionapi.Enum, Values: []string{helpHTML, helpWikitext, helpRaw, helpNone},
				Default: helpNone, HasDefault: true,
			},
			{Name: "querymodules", Type: actionapi.Enum, Values: submodules, Multi: true, Deprecated: true},
			{Name: "mainmodule", Type: actionapi.String, Deprecated: true},
			{Name: "pagesetmodule", Type: actionapi.String, Deprecated: true},
			{Name: "formatmodules", Type: actionapi.Enum, Values: names, Multi: true, Deprecated: true},
		},
		About: actionapi.About{
			Class:    "ApiParamInfo",
			HelpURLs: manual("Parameter_information"),
			Examples: []actionapi.Example{
				{Query: "action=paraminfo&modules=login|query%2Btokens|json", Key: "1"},
				{Query: "action=paraminfo&modules=query%2B*&helpformat=wikitext", Key: "2"},
			},
		},
		Run: p.run,
	}
}

// manual are pages of MediaWiki's manual of the API.
func manual(pages ...string) []string {
	for i, page := range pages {
		pages[i] = "https://www.mediawiki.org/wiki/Special:MyLanguage/API:" + page
	}
	return pages
}

func (p ParamInfo) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	high, err := c.HasRight(ctx, "apihighlimits")
	if err != nil {
		return nil, err
	}
	d := describer{c: c, info: p, format: c.Args.String("helpformat"), high: high}
	out := c.Result().Object("paraminfo")
	out.String("helpformat", d.format)
	d.list(out, "modules", chosenModules(c))
	d.list(out, "querymodules", submodulesOf(c, "query", c.Args.Strings("querymodules")))
	d.list(out, "formatmodules", submodulesOf(c, "main", c.Args.Strings("formatmodules")))
	if truthy(c.Args.String("mainmodule")) {
		d.module(out.Object("mainmodule"), c.Index().Main())
	}
	if truthy(c.Args.String("pagesetmodule")) {
		d.module(out.Object("pagesetmodule"), c.Index().PageSet())
	}
	return nil, nil
}

// truthy is what PHP takes a text for.
func truthy(text string) bool { return text != "" && text != "0" }

// chosenModules are those of the parameter modules. A path that ends with +*
// stands for the submodules, one with +** also for theirs. Paths that lead
// nowhere add warnings: first those with a star.
func chosenModules(c *actionapi.Call) []*actionapi.Module {
	var paths []string
	for _, path := range c.Args.Strings("modules") {
		of, recursive, all := cutStar(path)
		if !all {
			paths = append(paths, path)
			continue
		}
		below, problem := c.Index().List(of, recursive)
		if problem != nil {
			c.Warn(problem)
		}
		for _, m := range below {
			paths = append(paths, m.Path)
		}
	}
	var list []*actionapi.Module
	seen := map[string]bool{}
	for _, path := range paths {
		if seen[path] {
			continue
		}
		seen[path] = true
		m, problem := c.Index().Find(path)
		if problem != nil {
			c.Warn(problem)
			continue
		}
		list = append(list, m)
	}
	return list
}

// cutStar cuts +* or +** off a path. The plus may be a space; without a path it
// may be missing.
func cutStar(path string) (of string, recursive, ok bool) {
	if path == "*" || path == "**" {
		path = "main+" + path
	}
	for _, star := range [...]string{"+*", " *", "+**", " **"} {
		if of, ok := strings.CutSuffix(path, star); ok {
			return of, len(star) == len("+**"), true
		}
	}
	return path, false, false
}

// submodulesOf finds modules by names that have been validated.
func submodulesOf(c *actionapi.Call, parent string, names []string) []*actionapi.Module {
	var list []*actionapi.Module
	for _, name := range names {
		path := name
		if parent != "main" {
			path = parent + "+" + name
		}
		if m, problem := c.Index().Find(path); problem == nil {
			list = append(list, m)
		}
	}
	return list
}

// list describes modules, if there are any.
func (d *describer) list(out format.Ref, key string, modules []*actionapi.Module) {
	if len(modules) == 0 {
		return
	}
	list := out.List(key, "module")
	for _, m := range modules {
		o := list.Object("")
		d.module(o, m)
		if key == "querymodules" {
			o.String("querytype", m.About.Group)
		}
	}
}
