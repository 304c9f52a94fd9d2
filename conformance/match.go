package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// match compares a JSON value with what it must be; path says where it
// stands.
func (p pattern) match(n node, path string, v *values) error {
	if p.hole {
		return matchHole(p.text, n, path, v)
	}
	if p.kind != n.kind {
		return fmt.Errorf("%s: expected %s, got %s", path, p.summary(), n.summary())
	}
	switch p.kind {
	case kindString:
		if err := matchText(p.text, n.text, v); err != nil {
			return fmt.Errorf("%s: %w", path, err)
		}
	case kindNumber:
		if p.text != n.text {
			return fmt.Errorf("%s: expected %s, got %s", path, p.text, n.text)
		}
	case kindArray:
		return p.matchArray(n, path, v)
	case kindObject:
		return p.matchObject(n, path, v)
	}
	return nil
}

// matchHole compares with a shape or a value, which for numbers is their
// text, and keeps what the hole says is to be kept.
func matchHole(text string, n node, path string, v *values) error {
	h, err := parseHole(text)
	if err != nil {
		return err
	}
	if shape, ok := jsonShapes[h.demand]; ok {
		if !shape(n) {
			return fmt.Errorf("%s: expected {{%s}}, got %s", path, h.demand, n.summary())
		}
		return keepNode(h, n, path, v)
	}
	if n.kind != kindString && n.kind != kindNumber {
		return fmt.Errorf("%s: expected {{%s}}, got %s", path, h.demand, n.summary())
	}
	if _, shape := shapes[h.demand]; shape && n.kind == kindNumber {
		return fmt.Errorf("%s: expected {{%s}}, got the number %s", path, h.demand, n.text)
	}
	if name, valued := h.expression(); valued && v.kindOf(name) != n.kind {
		return fmt.Errorf("%s: expected {{%s}} as %s, got %s", path, name, kindNames[v.kindOf(name)], n.summary())
	}
	if err := matchText("{{"+text+"}}", n.text, v); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	return keepNode(h, n, path, v)
}

// keepNode keeps a text or a number under the name that a hole gives.
func keepNode(h hole, n node, path string, v *values) error {
	switch {
	case h.keep == "":
	case n.kind == kindString:
		v.set(h.keep, n.text)
	case n.kind == kindNumber:
		v.setNumber(h.keep, n.text)
	default:
		return fmt.Errorf("%s: expected a string or a number to keep as %s, got %s", path, h.keep, n.summary())
	}
	return nil
}

func (p pattern) matchArray(n node, path string, v *values) error {
	if p.more {
		return p.matchSome(n, path, v)
	}
	if len(n.members) != len(p.members) {
		return fmt.Errorf("%s: expected an array of %d, got one of %d: %s", path, len(p.members), len(n.members), n.list())
	}
	for i, m := range p.members {
		if err := m.value.match(n.members[i].value, fmt.Sprintf("%s[%d]", path, i), v); err != nil {
			return err
		}
	}
	return nil
}

// matchSome finds each demanded entry in the rest of an array.
func (p pattern) matchSome(n node, path string, v *values) error {
	from := 0
	for _, m := range p.members {
		found := false
		for !found && from < len(n.members) {
			found = m.value.matchWhole(n.members[from].value, path, v)
			from++
		}
		if !found {
			return fmt.Errorf("%s: has no %s where it should: %s", path, m.value.summary(), n.list())
		}
	}
	return nil
}

// matchWhole tells whether a value matches, and keeps nothing of one that
// matches only in part.
func (p pattern) matchWhole(n node, path string, v *values) bool {
	before := v.clone()
	if p.match(n, path, v) == nil {
		return true
	}
	*v = *before
	return false
}

// list shows the entries of an array.
func (n node) list() string {
	var all []string
	for _, m := range n.members {
		all = append(all, m.value.summary())
	}
	return shorten("[" + strings.Join(all, ", ") + "]")
}

// matchObject wants the keys in their order, and no others unless the pattern
// allows more.
func (p pattern) matchObject(n node, path string, v *values) error {
	at := 0
	for _, m := range p.members {
		key, err := v.fill(m.key, nil)
		if err != nil {
			return err
		}
		found := slices.IndexFunc(n.members, func(o member) bool { return o.key == key })
		switch {
		case found < 0 && m.optional:
			continue
		case found < 0:
			return fmt.Errorf("%s: the key %s is missing: %s", path, key, n.summary())
		case found < at:
			return fmt.Errorf("%s: the key %s comes too early: %s", path, key, n.summary())
		case found > at && !p.more:
			return fmt.Errorf("%s: the key %s is not expected there: %s", path, n.members[at].key, n.summary())
		}
		if err := m.value.match(n.members[found].value, path+"."+key, v); err != nil {
			return err
		}
		at = found + 1
	}
	if !p.more && at < len(n.members) {
		return fmt.Errorf("%s: the key %s is not expected: %s", path, n.members[at].key, n.summary())
	}
	return nil
}

// summary shows a pattern in a report.
func (p pattern) summary() string {
	if p.hole {
		return "{{" + p.text + "}}"
	}
	switch p.kind {
	case kindString:
		return quoted(p.text)
	case kindNumber:
		return p.text
	case kindObject:
		keys := make([]string, 0, len(p.members))
		for _, m := range p.members {
			keys = append(keys, m.key)
		}
		if len(keys) == 0 {
			return kindNames[kindObject]
		}
		return "an object with " + strings.Join(keys, ", ")
	default:
		return kindNames[p.kind]
	}
}
