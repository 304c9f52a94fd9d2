package actionapi

import "github.com/wikigate/wikigate/internal/message"

// Field is the value of a parameter that no declaration names: a field of a
// form that the module has asked for. The body's comes before the URL's. One
// with an array part counts as not given. Unlike an undeclared parameter that
// nobody asks for, it is not reported as unrecognized.
func (c *Call) Field(name string) (value string, given bool) {
	p := c.raw.find("", name)
	if p == nil {
		return "", false
	}
	if p.array {
		c.warn("main", NewProblem("apiwarn-unsupportedarray", message.Escaped(p.name)))
		return "", false
	}
	value, _ = c.raw.clean(p) // only declared parameters are warned about
	return value, true
}

// Mentioned is the value of a field that may not be one of the form: for a
// record of the request. Who mentions it has not asked for it.
func (c *Call) Mentioned(name string) string {
	p := c.raw.findQuiet(name)
	if p == nil || p.array {
		return ""
	}
	text, _ := c.raw.clean(p)
	return text
}

// KeepOutOfURL refuses when one of the parameters stands in the URL.
func (c *Call) KeepOutOfURL(names []string) *Problem {
	var found []string
	for _, name := range names {
		if c.raw.inQuery(name) {
			found = append(found, name)
		}
	}
	return mustPostParams(found)
}
