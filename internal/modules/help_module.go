package modules

import (
	"html"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
)

// module is the part of the page about one module.
func (p *helpPage) module(t topic) {
	id := html.EscapeString(t.Path)
	tag := "h" + strconv.Itoa(min(t.level, 5))
	p.write("<section class=\"module\" aria-labelledby=\"", id, "\">\n<", tag, " id=\"", id, "\">", p.heading(t.Module), "</", tag, ">\n")
	p.trail(t.Module)
	for _, flag := range flagsOf(t.Module) {
		p.write("<p class=\"flag ", flag, "\">", p.say("api-help-flag-"+flag), "</p>\n")
	}
	for _, text := range t.Description() {
		if p.c.HasText(text.Key) {
			p.paragraphs(text)
		}
	}
	if text := t.DynamicText(); text.Key != "" {
		p.paragraphs(text)
	}
	sub := "h" + strconv.Itoa(min(t.level+1, 6))
	p.examples(t.Module, sub)
	p.params(t.Module, sub)
	p.manual(t.Module, sub)
	if t.Module == p.c.Index().Main() {
		p.dataTypes(sub)
	}
	p.write("</section>\n")
}

// trail is the way from the main module to this one.
func (p *helpPage) trail(m *actionapi.Module) {
	if m.About.Group == "" {
		return
	}
	p.write("<p class=\"trail\">", p.link("main", "main"))
	names := strings.Split(m.Path, "+")
	for i, name := range names {
		p.write(" <span aria-hidden=\"true\">/</span> ")
		if i == len(names)-1 {
			p.write(code(name))
		} else {
			p.write(p.link(strings.Join(names[:i+1], "+"), name))
		}
	}
	p.write("</p>\n")
}

// paragraphs writes a text that may have several.
func (p *helpPage) paragraphs(text message.Message) {
	for _, paragraph := range p.lang.Paragraphs(text) {
		p.write("<p>", p.leadHere(paragraph), "</p>\n")
	}
}

// examples are links that run, but for modules that must be posted.
func (p *helpPage) examples(m *actionapi.Module, tag string) {
	if len(m.About.Examples) == 0 {
		return
	}
	p.write("<", tag, " class=\"part\">", p.say("api-help-examples"), "</", tag, ">\n<ul class=\"examples\">\n")
	for i := range m.About.Examples {
		example := &m.About.Examples[i]
		query := exampleQuery(example.Query)
		p.write("<li><p>", p.html(m.ExampleText(example)), "</p><p>")
		if m.MustPost {
			p.write(code("POST api.php?" + example.Query))
		} else {
			p.write("<a href=\"", html.EscapeString(p.Script+"?"+query), "\" rel=\"nofollow\">", code("api.php?"+example.Query), "</a>")
		}
		p.write(" <a class=\"sandbox\" href=\"", html.EscapeString(p.Pages.Path("Special:ApiSandbox")+"#"+query), "\">",
			p.say("api-help-open-in-apisandbox"), "</a></p></li>\n")
	}
	p.write("</ul>\n")
}

// exampleQuery is a query as it stands in an address.
func exampleQuery(query string) string {
	return strings.NewReplacer("|", "%7C", " ", "%20", "\\", "%5C").Replace(query)
}

// manual lists pages about the module elsewhere.
func (p *helpPage) manual(m *actionapi.Module, tag string) {
	if len(m.About.HelpURLs) == 0 {
		return
	}
	p.write("<", tag, " class=\"part\">", p.say("api-help-help-urls"), "</", tag, ">\n<ul class=\"manual\">\n")
	for _, address := range m.About.HelpURLs {
		shown := html.EscapeString(address)
		p.write("<li><a href=\"", shown, "\" rel=\"nofollow\" dir=\"ltr\">", strings.TrimPrefix(shown, "https://www."), "</a></li>\n")
	}
	p.write("</ul>\n")
}

// dataTypes says how values are written that are no plain texts.
func (p *helpPage) dataTypes(tag string) {
	p.write("<", tag, " class=\"part\" id=\"main/datatypes\">", p.say("api-help-datatypes-header"), "</", tag, ">\n<dl class=\"values\">\n")
	for _, kind := range [...]string{"multi", "boolean", "timestamp", "expiry"} {
		p.write("<dt id=\"main/datatype/", kind, "\">", p.say("api-help-datatype-"+kind), "</dt><dd>")
		p.paragraphs(message.New("api-help-datatype-" + kind + "-text"))
		p.write("</dd>\n")
	}
	p.write("</dl>\n")
}
