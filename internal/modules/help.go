package modules

import (
	"context"
	"crypto/sha256"
	_ "embed" // for the style
	"encoding/base64"
	"html"
	"regexp"
	"slices"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
)

// Help is action=help, the answer to a request without an action: a page about
// modules and their parameters, made from the modules' own data (MediaWiki:
// includes/api/ApiHelp.php).
type Help struct {
	SiteName string
	Language string // of readers who choose none
	Script   string // path of api.php
	Pages    Pages
}

// helpFile is the name that a browser saves the page under.
const helpFile = "api-help.html"

//go:embed help.css
var helpStyle string

// helpPolicy allows nothing but the style of the page.
func helpPolicy() string {
	sum := sha256.Sum256([]byte(helpStyle))
	return "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) +
		"'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// Module describes the action.
func (h Help) Module() *actionapi.Module {
	policy := helpPolicy()
	return &actionapi.Module{
		Name: "help", Path: "help", NoMaxlag: true,
		Params: []actionapi.Param{
			{Name: "modules", Type: actionapi.String, Multi: true, Default: "main", HasDefault: true},
			{Name: "submodules", Type: actionapi.Boolean},
			{Name: "recursivesubmodules", Type: actionapi.Boolean},
			{Name: "wrap", Type: actionapi.Boolean},
			{Name: "toc", Type: actionapi.Boolean},
		},
		About: actionapi.About{
			Class:    "ApiHelp",
			HelpURLs: manual("Main_page", "FAQ", "Quick_start_guide"),
			Examples: []actionapi.Example{
				{Query: "action=help", Key: "main"},
				{Query: "action=help&modules=query&submodules=1", Key: "submodules"},
				{Query: "action=help&recursivesubmodules=1&toc=1", Key: "recursive"},
				{Query: "action=help&modules=help", Key: "help"},
				{Query: "action=help&modules=query%2Btokens|query%2Buserinfo", Key: "query"},
			},
		},
		Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) { return h.run(c, policy), nil },
	}
}

func (h Help) run(c *actionapi.Call, policy string) *actionapi.Problem {
	topics, problem := topicsOf(c)
	if problem != nil {
		return problem
	}
	page := helpPage{Help: h, c: c, lang: c.Language(), topics: topics}
	text := page.whole(c.Args.Bool("toc"))
	if !c.Args.Bool("wrap") {
		c.Page(actionapi.Page{File: helpFile, HTML: text, Language: page.lang.Code(), Policy: policy})
		return nil
	}
	out := c.Result().Object("help")
	out.String("mime", "text/html")
	out.String("filename", helpFile)
	out.Element("help", text)
	return nil
}

// topic is a module that the page is about; level is that of its heading.
type topic struct {
	*actionapi.Module
	level int
}

// topicsOf are the modules that the client chooses, each followed by its
// submodules if those are wanted. None stands there twice.
func topicsOf(c *actionapi.Call) ([]topic, *actionapi.Problem) {
	var topics []topic
	all := c.Args.Bool("recursivesubmodules")
	var add func(m *actionapi.Module, level int, below bool)
	add = func(m *actionapi.Module, level int, below bool) {
		if slices.ContainsFunc(topics, func(t topic) bool { return t.Module == m }) {
			return
		}
		topics = append(topics, topic{m, level})
		if !below {
			return
		}
		for _, child := range childrenByParam(c.Index(), m) {
			add(child, level+1, all)
		}
	}
	for _, path := range c.Args.Strings("modules") {
		m, problem := c.Index().Find(path)
		if problem != nil {
			return nil, problem
		}
		add(m, 2, all || c.Args.Bool("submodules"))
	}
	return topics, nil
}

// childrenByParam are the submodules in the order of the parameters that name
// them.
func childrenByParam(index *actionapi.Index, m *actionapi.Module) []*actionapi.Module {
	var children []*actionapi.Module
	for i := range m.Params {
		p := &m.Params[i]
		if p.Submodules == nil {
			continue
		}
		for _, value := range orderValues(index, p).all {
			child, problem := index.Find(p.Submodules[value])
			if problem == nil && !slices.Contains(children, child) {
				children = append(children, child)
			}
		}
	}
	return children
}

// say is a message on the page.
func (p *helpPage) say(key string, params ...message.Param) string {
	return p.html(message.New(key, params...))
}

// helpLink is a link to the help about a module, as messages have it.
var helpLink = regexp.MustCompile(`<a href="[^"]*" title="Special:ApiHelp/([^"]*)">`)

// html is a message. Its links to help lead to this page where they can.
func (p *helpPage) html(m message.Message) string {
	return p.leadHere(p.lang.HTML(m))
}

func (p *helpPage) leadHere(text string) string {
	return helpLink.ReplaceAllStringFunc(text, func(link string) string {
		path := html.UnescapeString(helpLink.FindStringSubmatch(link)[1])
		return `<a href="` + p.address(path) + `">`
	})
}
