package modules

import "strings"

// style is one of the ways in which an answer words errors and warnings.
type style struct{ format, version string }

// styles are all of them.
func styles() []style {
	var all []style
	for _, f := range []string{"bc", "plaintext", "wikitext", "html", "raw", "none"} {
		all = append(all, style{f, "1"}, style{f, "2"})
	}
	return all
}

// query asks for the style.
func (s style) query() string { return "&errorformat=" + s.format + "&formatversion=" + s.version }

func (s style) String() string { return s.format + " " + s.version }

// said is a message in an answer, with its texts masked: a code, and the key
// and parameters that only raw shows.
type said struct {
	code, key, params string
	data, module      string // empty: left out
}

// object is the message as one member of a list.
func (s style) object(m said) string {
	members := []string{`"code":"` + m.code + `"`}
	textKey := ""
	switch s.format {
	case "raw":
		members = append(members, `"key":"`+m.key+`"`, `"params":[`+m.params+`]`)
	case "html":
		textKey = "html"
	case "plaintext", "wikitext":
		textKey = "text"
	}
	if textKey != "" && s.version == "2" {
		members = append(members, `"`+textKey+`":"T"`)
	}
	if m.data != "" {
		members = append(members, `"data":{`+m.data+`}`)
	}
	if m.module != "" {
		members = append(members, `"module":"`+m.module+`"`)
	}
	if textKey != "" && s.version == "1" {
		members = append(members, `"*":"T"`)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// reason is the value of "reason".
func (s style) reason(m said) string {
	if s.format == "bc" {
		return `"T"`
	}
	return s.object(m)
}

// warnings is the member "warnings". The backward compatible format has one
// text per module, later modules first.
func (s style) warnings(messages ...said) string {
	var list []string
	if s.format != "bc" {
		for _, m := range messages {
			list = append(list, s.object(m))
		}
		return `"warnings":[` + strings.Join(list, ",") + `]`
	}
	seen := map[string]bool{}
	for _, m := range messages {
		if seen[m.module] {
			continue
		}
		seen[m.module] = true
		module := m.module[strings.LastIndexByte(m.module, '+')+1:]
		list = append([]string{`"` + module + `":{"` + s.content("warnings") + `":"T"}`}, list...)
	}
	return `"warnings":{` + strings.Join(list, ",") + `}`
}

// content is the key of the text that an object is about.
func (s style) content(key string) string {
	if s.version == "1" {
		return "*"
	}
	return key
}

// failure is a whole answer that is an error. after are members that follow
// it.
func (s style) failure(m said, after ...string) string {
	var members []string
	docref := `"` + s.content("docref") + `":"T"`
	if s.format == "bc" {
		inside := `"code":"` + m.code + `","info":"T",`
		if m.data != "" {
			inside += m.data + ","
		}
		members = append(append(members, `"error":{`+inside+docref+`}`), after...)
		return "{" + strings.Join(members, ",") + "}"
	}
	members = append(members, `"errors":[`+s.object(m)+`]`)
	if s.version == "1" { // the text of the root comes last
		members = append(append(members, after...), docref)
	} else {
		members = append(append(members, docref), after...)
	}
	return "{" + strings.Join(members, ",") + "}"
}

// complete is the member that ends every answer to action=query well.
func (s style) complete() string {
	if s.version == "1" {
		return `"batchcomplete":""`
	}
	return `"batchcomplete":true`
}

// announcement follows the first deprecation of a request.
var announcement = said{code: "deprecation-help", key: "api-usage-mailinglist-ref", module: "main"}

// deprecation is a warning about a feature of a module.
func deprecation(key, params, feature, module string) said {
	return said{code: "deprecation", key: key, params: params, data: `"feature":"` + feature + `"`, module: module}
}
