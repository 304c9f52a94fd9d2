package modules

import (
	"html"
	"net/url"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
)

// helpPage is one page in the making. It is written as XML that is HTML, too,
// so that a parser of either can read it.
type helpPage struct {
	Help
	c      *actionapi.Call
	lang   message.Language
	topics []topic
	b      strings.Builder
}

func (p *helpPage) write(parts ...string) {
	for _, part := range parts {
		p.b.WriteString(part)
	}
}

// whole is the page.
func (p *helpPage) whole(toc bool) string {
	title := p.say("api-help-title")
	p.write("<!DOCTYPE html>\n<html lang=\"", html.EscapeString(p.lang.Code()), "\" dir=\"", p.lang.Direction(), "\">\n<head>\n",
		"<meta charset=\"utf-8\"/>\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n",
		"<meta name=\"robots\" content=\"noindex, nofollow\"/>\n<meta name=\"format-detection\" content=\"telephone=no\"/>\n",
		"<title>", title, " – ", html.EscapeString(p.SiteName), "</title>\n<style>", helpStyle, "</style>\n</head>\n<body>\n",
		"<a class=\"skip\" href=\"#content\">", p.say("api-help-skip"), "</a>\n",
		"<header><p class=\"site\"><bdi>", html.EscapeString(p.SiteName), "</bdi></p><h1>", title, "</h1></header>\n",
		"<main id=\"content\">\n")
	if toc {
		p.contents()
	}
	for i := range p.topics {
		p.module(p.topics[i])
	}
	p.write("</main>\n<footer><p>", p.say("api-help-source", message.Plain(softwareName)), " ",
		p.say("api-help-license", message.Plain(softwareLicense)), "</p></footer>\n</body>\n</html>\n")
	return p.b.String()
}

// contents is the table of contents: lists in lists, as deep as the headings. A
// topic is at most one level below the one before it.
func (p *helpPage) contents() {
	if len(p.topics) == 0 {
		return
	}
	const top = 2
	p.write("<nav class=\"toc\" aria-labelledby=\"toc\"><h2 id=\"toc\">", p.say("api-help-contents"), "</h2>")
	level := top - 1
	for _, t := range p.topics {
		if t.level > level {
			p.write("\n<ul>\n")
			level = t.level
		} else {
			p.write("</li>\n")
		}
		for ; level > t.level; level-- {
			p.write("</ul></li>\n")
		}
		p.write("<li><a href=\"", fragment(t.Path), "\">", p.heading(t.Module), "</a>")
	}
	p.write("</li>\n", strings.Repeat("</ul></li>\n", level-top), "</ul>\n</nav>\n")
}

// heading names a module as a request does: action=login, with the prefix of
// its parameters.
func (p *helpPage) heading(m *actionapi.Module) string {
	if m.About.Group == "" {
		return p.say("api-help-main-header")
	}
	name := "<span dir=\"ltr\" lang=\"en\"><span class=\"group\">" + m.About.Group + "=</span>" + html.EscapeString(m.Name)
	if m.Prefix != "" {
		name += " <span class=\"prefix\">(" + html.EscapeString(m.Prefix) + ")</span>"
	}
	return name + "</span>"
}

// fragment is the address of a place on the page.
func fragment(id string) string { return "#" + html.EscapeString(url.PathEscape(id)) }

// address is the address of the help about a module: on this page if it is
// here.
func (p *helpPage) address(path string) string {
	if slices.ContainsFunc(p.topics, func(t topic) bool { return t.Path == path }) {
		return fragment(path)
	}
	link := p.Script + "?action=help&modules=" + url.QueryEscape(path)
	if p.lang.Code() != p.Language {
		link += "&uselang=" + url.QueryEscape(p.lang.Code())
	}
	return html.EscapeString(link)
}

// code is a text that programs read.
func code(text string) string {
	return "<code dir=\"ltr\" lang=\"en\">" + html.EscapeString(text) + "</code>"
}

// link is a link to the help about a module.
func (p *helpPage) link(path, label string) string {
	return "<a href=\"" + p.address(path) + "\">" + code(label) + "</a>"
}
