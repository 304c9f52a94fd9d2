package modules

import (
	"html"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/message"
)

// helpText is one text of a description.
type helpText struct {
	message.Message
	// value is what the text is about; empty: the module or the parameter.
	// module is the path of the module that the value names, if it does.
	value, module        string
	deprecated, internal bool
}

func plainTexts(messages ...message.Message) []helpText {
	texts := make([]helpText, 0, len(messages))
	for _, m := range messages {
		texts = append(texts, helpText{Message: m})
	}
	return texts
}

// paramTexts are the text about a parameter and those about its values, as far
// as there are any. A value that names a module has that module's summary.
func paramTexts(c *actionapi.Call, m *actionapi.Module, p *actionapi.Param) []helpText {
	texts := plainTexts(m.ParamText(p))
	values := orderValues(c.Index(), p)
	for _, value := range values.all {
		t := helpText{Message: m.ValueText(p, value), value: value}
		if path, ok := p.Submodules[value]; ok {
			if of, problem := c.Index().Find(path); problem == nil {
				t.Message, t.module = of.Summary(), path
				t.deprecated, t.internal = of.About.Deprecated, of.About.Internal
			}
		} else if !c.HasText(t.Key) {
			continue
		}
		for _, old := range values.deprecated {
			t.deprecated = t.deprecated || old == value
		}
		texts = append(texts, t)
	}
	return texts
}

// link is a value in wikitext.
func (t *helpText) link() string {
	if t.module == "" {
		return t.value
	}
	return "[[Special:ApiHelp/" + t.module + "|" + t.value + "]]"
}

// texts adds a description in the format that the client wants.
func (d *describer) texts(o format.Ref, key string, texts []helpText) {
	if d.format != helpRaw {
		o.String(key, d.written(texts))
		return
	}
	list := o.List(key, "msg")
	for i := range texts {
		one := list.Object("")
		d.c.WriteKey(one, texts[i].Message)
		if texts[i].value != "" {
			one.String("forvalue", texts[i].link())
		}
	}
}

// written is a description as one text: its paragraphs, then a list of values.
func (d *describer) written(texts []helpText) string {
	var paragraphs, values []string
	for i := range texts {
		t := &texts[i]
		switch {
		case t.value != "":
			values = append(values, d.writtenValue(t))
		case d.c.HasText(t.Key):
			paragraphs = append(paragraphs, d.paragraphs(t.Message)...)
		}
	}
	if d.format == helpWikitext {
		if values != nil {
			paragraphs = append(paragraphs, strings.Join(values, "\n"))
		}
		return strings.Join(paragraphs, "\n\n")
	}
	if len(paragraphs) == 1 && values == nil {
		return paragraphs[0]
	}
	text := "<p>" + strings.Join(paragraphs, "\n</p>\n<p>") + "\n</p>"
	if values != nil {
		text += "\n<dl>" + strings.Join(values, "\n") + "</dl>"
	}
	return text
}

func (d *describer) text(m message.Message) string {
	if d.format == helpWikitext {
		return d.c.Language().Markup(m)
	}
	return d.c.Language().HTML(m)
}

func (d *describer) paragraphs(m message.Message) []string {
	if d.format == helpWikitext {
		return []string{d.c.Language().Markup(m)}
	}
	return d.c.Language().Paragraphs(m)
}

func (d *describer) writtenValue(t *helpText) string {
	text := d.text(t.Message)
	for _, flag := range [...]struct {
		set       bool
		key, name string
	}{{t.internal, "api-help-param-internal", "internal"}, {t.deprecated, "api-help-param-deprecated", "deprecated"}} {
		if flag.set {
			text = `<span class="apihelp-` + flag.name + `">` + d.text(message.New(flag.key)) + "</span>: " + text
		}
	}
	const span = `<span dir="ltr" lang="en">`
	if d.format == helpWikitext {
		return ";" + span + t.link() + "</span>:" + text
	}
	value := html.EscapeString(t.value)
	if t.module != "" {
		title := "Special:ApiHelp/" + t.module
		value = `<a href="` + html.EscapeString(d.info.Pages.Path(title)) + `" title="` + html.EscapeString(title) + `">` + value + "</a>"
	}
	return "<dt>" + span + value + "</span></dt>\n<dd>" + text + "</dd>"
}
