package modules

import (
	"slices"
	"strconv"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// What modules tell about where they come from.
const (
	softwareName    = "wikigate"
	softwareLicense = "Apache-2.0"
	licensePage     = "Special:Version/License/" + softwareName
)

// describer writes modules into an answer.
type describer struct {
	c      *actionapi.Call
	info   ParamInfo
	format string // one of the values of helpformat
	high   bool   // the user has the higher limits
}

// module describes a module. The set of pages, which is none, has no name.
func (d *describer) module(o format.Ref, m *actionapi.Module) {
	named := m != d.c.Index().PageSet()
	if named {
		o.String("name", m.Name)
	}
	o.String("classname", m.About.Class)
	if named {
		o.String("path", m.Path)
	}
	if m.About.Group != "" {
		o.String("group", m.About.Group)
	}
	o.String("prefix", m.Prefix)
	o.String("source", softwareName)
	o.String("sourcename", softwareName)
	o.String("licensetag", softwareLicense)
	o.String("licenselink", d.info.Pages.Address(licensePage))
	if d.format != helpNone {
		d.texts(o, "description", plainTexts(m.Description()...))
	}
	for _, flag := range flagsOf(m) {
		o.Bool(flag, true)
	}
	o.Strings("helpurls", "helpurl", m.About.HelpURLs)
	if len(m.About.Examples) > 0 && d.format != helpNone {
		d.examples(o.List("examples", "example"), m)
	}
	d.params(o, m)
	if text := m.DynamicText(); text.Key != "" {
		if d.format == helpNone {
			o.Bool("dynamicparameters", true)
		} else {
			d.texts(o, "dynamicparameters", plainTexts(text))
		}
	}
}

// flagsOf are the flags that a module has, in the order of the answer.
func flagsOf(m *actionapi.Module) []string {
	var flags []string
	for _, flag := range [...]struct {
		name string
		set  bool
	}{
		{"deprecated", m.About.Deprecated},
		{"internal", m.About.Internal},
		{"readrights", m.Reads()},
		{"writerights", m.Write},
		{"mustbeposted", m.MustPost},
		{"generator", m.About.Generator},
	} {
		if flag.set {
			flags = append(flags, flag.name)
		}
	}
	return flags
}

func (d *describer) examples(list format.Ref, m *actionapi.Module) {
	for i := range m.About.Examples {
		example := &m.About.Examples[i]
		o := list.Object("")
		o.String("query", example.Query)
		text := m.ExampleText(example)
		if d.format == helpRaw {
			d.c.WriteKey(o.Object("description"), text)
		} else {
			o.Element("description", d.written(plainTexts(text)))
		}
	}
}

// params describes the parameters. Those made from templates stand in a list
// of their own, but are counted with the others.
func (d *describer) params(o format.Ref, m *actionapi.Module) {
	normal, templated := o.List("parameters", "param"), o.List("templatedparameters", "param")
	for i := range m.Params {
		p := &m.Params[i]
		list := normal
		if p.Template != nil {
			list = templated
		}
		one := list.Object("")
		one.Int("index", int64(i+1))
		d.param(one, m, p)
	}
}

func (d *describer) param(o format.Ref, m *actionapi.Module, p *actionapi.Param) {
	values := orderValues(d.c.Index(), p)
	o.String("name", p.Name)
	if p.Template != nil {
		vars := o.Object("templatevars")
		for _, placeholder := range sortedKeys(p.Template) {
			vars.String(placeholder, p.Template[placeholder])
		}
	}
	if d.format != helpNone {
		d.texts(o, "description", paramTexts(d.c, m, p))
	}
	if p.Type == actionapi.Enum {
		o.Strings("type", "t", values.all)
	} else {
		o.String("type", p.Type.String())
	}
	o.Bool("required", p.Required)
	writeFlag(o, "deprecated", p.Deprecated)
	writeFlag(o, "sensitive", p.Sensitive)
	if p.HasDefault {
		writeDefault(o, p)
	}
	d.multi(o, p)
	writeRange(o, p)
	if p.Submodules != nil {
		paths := o.Object("submodules")
		for _, value := range values.all {
			paths.String(value, p.Submodules[value])
		}
		if p.SubmodulePrefix != "" {
			o.String("submoduleparamprefix", p.SubmodulePrefix)
		}
	}
	writeList(o, "deprecatedvalues", values.deprecated)
	writeList(o, "internalvalues", values.internal)
	writeList(o, "subtypes", p.Subtypes)
	if p.TokenType != "" {
		o.String("tokentype", p.TokenType)
	}
}

func writeFlag(o format.Ref, key string, set bool) {
	if set {
		o.Bool(key, true)
	}
}

func writeList(o format.Ref, key string, values []string) {
	if len(values) > 0 {
		o.Strings(key, "", values)
	}
}

// writeDefault writes a default as the type it is of.
func writeDefault(o format.Ref, p *actionapi.Param) {
	if p.Type == actionapi.Integer || p.Type == actionapi.Limit {
		if n, err := strconv.ParseInt(p.Default, 10, 64); err == nil {
			o.Int("default", n)
			return
		}
	}
	o.String("default", p.Default)
}

// multi tells how many values a parameter takes.
func (d *describer) multi(o format.Ref, p *actionapi.Param) {
	o.Bool("multi", p.Multi)
	if !p.Multi {
		return
	}
	low, high := p.Limits()
	o.Int("lowlimit", int64(low))
	o.Int("highlimit", int64(high))
	limit := low
	if d.high {
		limit = high
	}
	o.Int("limit", int64(limit))
	writeFlag(o, "allowsduplicates", p.AllowDuplicates)
	if p.All != "" {
		o.String("allspecifier", p.All)
	}
}

func writeRange(o format.Ref, p *actionapi.Param) {
	if r := p.Range; r != nil {
		if r.HasMin {
			o.Int("min", r.Min)
		}
		if r.HasMax {
			o.Int("max", r.Max)
		}
		if r.HighMax != 0 {
			o.Int("highmax", r.HighMax)
		}
		writeFlag(o, "enforcerange", r.Enforce)
	}
	if p.MaxBytes > 0 {
		o.Int("maxbytes", int64(p.MaxBytes))
	}
	if p.MaxChars > 0 {
		o.Int("maxchars", int64(p.MaxChars))
	}
}

func sortedKeys(of map[string]string) []string {
	keys := make([]string, 0, len(of))
	for key := range of {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
