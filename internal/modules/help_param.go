package modules

import (
	"html"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
)

// params lists the parameters of a module.
func (p *helpPage) params(m *actionapi.Module, tag string) {
	if len(m.Params) == 0 {
		return
	}
	p.write("<", tag, " class=\"part\">", p.say("api-help-parameters"), "</", tag, ">\n")
	if m.About.Group != "" && m.About.Group != "format" {
		p.write("<p class=\"note\">", p.say("api-help-param-general"), " ", p.link("main", "main"), "</p>\n")
	}
	p.write("<dl class=\"params\">\n")
	for i := range m.Params {
		p.param(m, &m.Params[i])
	}
	p.write("</dl>\n")
}

func (p *helpPage) param(m *actionapi.Module, of *actionapi.Param) {
	name := m.Prefix + of.Name
	p.write("<dt id=\"", html.EscapeString(m.Path+":"+of.Name), "\">", code(name))
	for _, mark := range [...]struct {
		set  bool
		name string
	}{{of.Required, "required"}, {of.Deprecated, "deprecated"}, {of.Sensitive, "sensitive"}} {
		if mark.set {
			p.write(" <span class=\"mark ", mark.name, "\">", p.say("api-help-param-"+mark.name), "</span>")
		}
	}
	p.write("</dt>\n<dd>\n")
	texts := paramTexts(p.c, m, of)
	p.paragraphs(texts[0].Message)
	p.facts(m, of, len(texts) > 1)
	if len(texts) > 1 {
		p.write("<dl class=\"values\">\n")
		for i := range texts[1:] {
			p.value(&texts[i+1])
		}
		p.write("</dl>\n")
	}
	p.write("</dd>\n")
}

// value writes what a value means.
func (p *helpPage) value(t *helpText) {
	p.write("<dt>")
	if t.module == "" {
		p.write(code(t.value))
	} else {
		p.write(p.link(t.module, t.value))
	}
	if t.deprecated {
		p.write(" <span class=\"mark deprecated\">", p.say("api-help-param-deprecated"), "</span>")
	}
	if t.internal {
		p.write(" <span class=\"mark internal\">", p.say("api-help-param-internal"), "</span>")
	}
	p.write("</dt><dd>", p.html(t.Message), "</dd>\n")
}

// facts are what the engine checks.
func (p *helpPage) facts(m *actionapi.Module, of *actionapi.Param, listed bool) {
	facts := p.typeFacts(of, listed)
	facts = append(facts, p.numberFacts(of)...)
	for _, placeholder := range sortedKeys(of.Template) {
		facts = append(facts, p.say("api-help-param-templated-var", message.Plain("{"+placeholder+"}"), message.Plain(m.Prefix+of.Template[placeholder])))
	}
	switch {
	case !of.HasDefault:
	case of.Default == "":
		facts = append(facts, p.say("api-help-param-default-empty"))
	default:
		facts = append(facts, p.say("api-help-param-default")+" "+code(of.Default))
	}
	if len(facts) > 0 {
		p.write("<ul class=\"facts\"><li>", strings.Join(facts, "</li><li>"), "</li></ul>\n")
	}
}

// typeFacts tell the type, and the values unless they are listed one by one.
func (p *helpPage) typeFacts(of *actionapi.Param, listed bool) (facts []string) {
	kind := of.Type.String()
	if key := "api-help-param-type-" + kind; p.c.HasText(key) {
		facts = append(facts, p.say(key))
	}
	if len(of.Subtypes) > 0 {
		facts = append(facts, p.say("api-help-param-subtypes")+" "+codes(of.Subtypes))
	}
	switch {
	case of.Type == actionapi.Enum && len(of.Values) == 0:
	case of.Type == actionapi.Enum && !listed:
		key := "api-help-param-list"
		if of.Multi {
			key = "api-help-param-list-multi"
		}
		facts = append(facts, p.say(key)+" "+codes(orderValues(p.c.Index(), of).all))
	case of.Multi:
		facts = append(facts, p.say("api-help-param-multi-separate"))
	}
	if of.Multi {
		low, high := of.Limits()
		if of.Type != actionapi.Enum || len(of.Values) > low || of.AllowDuplicates {
			facts = append(facts, p.say("api-help-param-multi-max", message.Number(int64(low)), message.Number(int64(high))))
		}
		if of.All != "" {
			facts = append(facts, p.say("api-help-param-multi-all")+" "+code(of.All))
		}
	}
	return facts
}

// numberFacts tell the bounds of numbers and lengths.
func (p *helpPage) numberFacts(of *actionapi.Param) (facts []string) {
	if r := of.Range; r != nil {
		switch {
		case of.Type == actionapi.Limit && r.HighMax > r.Max:
			facts = append(facts, p.say("api-help-param-limit2", message.Number(r.Max), message.Number(r.HighMax)))
		case of.Type == actionapi.Limit && r.HasMax:
			facts = append(facts, p.say("api-help-param-limit", message.Number(r.Max)))
		case r.HasMin && r.HasMax:
			facts = append(facts, p.say("api-help-param-integer-minmax", message.Number(r.Min), message.Number(r.Max)))
		case r.HasMin:
			facts = append(facts, p.say("api-help-param-integer-min", message.Number(r.Min)))
		case r.HasMax:
			facts = append(facts, p.say("api-help-param-integer-max", message.Number(r.Max)))
		}
	}
	if of.MaxBytes > 0 {
		facts = append(facts, p.say("api-help-param-maxbytes", message.Number(int64(of.MaxBytes))))
	}
	if of.MaxChars > 0 {
		facts = append(facts, p.say("api-help-param-maxchars", message.Number(int64(of.MaxChars))))
	}
	return facts
}

// codes is a list of values.
func codes(values []string) string {
	list := make([]string, len(values))
	for i, value := range values {
		list[i] = code(value)
	}
	return strings.Join(list, " ")
}
