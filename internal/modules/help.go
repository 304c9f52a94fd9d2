package modules

import (
	"context"
	"html"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// Help is action=help, the answer to a request without an action: a page that
// names the modules and their parameters, made from the modules' own data
// (MediaWiki: includes/api/ApiHelp.php).
type Help struct {
	// Modules gives all modules, once they are known.
	Modules func() []*actionapi.Module
}

// Module describes the action.
func (h Help) Module() *actionapi.Module {
	return &actionapi.Module{Name: "help", Path: "help", NoMaxlag: true, Run: h.run}
}

func (h Help) run(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	var b strings.Builder
	b.WriteString("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">" +
		"<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>API help</title></head>\n" +
		"<body><h1>API help</h1>\n<p>Call a module by <code>action=</code> its name. Programs should ask for <code>format=json</code>.</p>\n")
	for _, m := range h.Modules() {
		describe(&b, m)
	}
	b.WriteString("</body></html>\n")
	c.Page("api-help.html", b.String())
	return nil, nil
}

func describe(b *strings.Builder, m *actionapi.Module) {
	b.WriteString("<h2 id=\"" + html.EscapeString(m.Path) + "\">" + html.EscapeString(m.Path) + "</h2>\n")
	if m.MustPost {
		b.WriteString("<p>This module accepts POST requests only.</p>\n")
	}
	b.WriteString("<dl>\n")
	for _, p := range m.Params {
		b.WriteString("<dt><code>" + html.EscapeString(m.Prefix+p.Name) + "</code></dt><dd>" + html.EscapeString(outline(p)) + "</dd>\n")
	}
	b.WriteString("</dl>\n")
}

// outline says in a few words what a parameter takes.
func outline(p actionapi.Param) string {
	var words []string
	if p.Required {
		words = append(words, "required")
	}
	if p.TokenType != "" {
		words = append(words, "a "+p.TokenType+" token from action=query&meta=tokens")
	}
	if len(p.Values) > 0 {
		kind := "one of: "
		if p.Multi {
			kind = "any of, separated by |: "
		}
		words = append(words, kind+strings.Join(p.Values, ", "))
	}
	if p.Type == actionapi.Boolean {
		words = append(words, "true when given")
	}
	if p.HasDefault && p.Default != "" {
		words = append(words, "default: "+p.Default)
	}
	return strings.Join(words, "; ")
}
