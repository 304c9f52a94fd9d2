package diff

import (
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// pair is a parameter of a request, in its query or its form.
type pair struct {
	inForm bool
	index  int
}

func pairs(r *conformance.Request) []pair {
	var all []pair
	for i := range query(r) {
		all = append(all, pair{index: i})
	}
	for i := range r.Fields {
		all = append(all, pair{inForm: true, index: i})
	}
	return all
}

// edit replaces a parameter by others, in its place.
func (p pair) edit(r *conformance.Request, change func(name, value string) [][2]string) {
	if p.inForm {
		f := r.Fields[p.index]
		r.Fields = slices.Replace(r.Fields, p.index, p.index+1, change(f[0], f[1])...)
		return
	}
	items := query(r)
	var with []string
	for _, n := range change(split(items[p.index])) {
		with = append(with, escape(n[0])+"="+escape(n[1]))
	}
	setQuery(r, slices.Replace(items, p.index, p.index+1, with...))
}

// put adds a parameter to the query, or to the form if there is one.
func (m *mutator) put(r *conformance.Request, name, value string) string {
	if len(r.Fields) > 0 && m.IntN(2) == 0 {
		r.Fields = slices.Insert(r.Fields, m.IntN(len(r.Fields)+1), [2]string{name, value})
	} else {
		items := query(r)
		setQuery(r, slices.Insert(items, m.IntN(len(items)+1), escape(name)+"="+escape(value)))
	}
	return name + "=" + value
}

// value makes one for a parameter: mostly one that it has elsewhere.
func (m *mutator) value(name string) string {
	own := m.dict.values[name]
	switch n := m.IntN(10); {
	case n < 5 && len(own) > 0:
		return pick(m, own)
	case n < 7:
		return pick(m, m.dict.all)
	case n == 7 && len(own) > 0:
		return pick(m, own) + pick(m, []string{"|", "\x1f", " ", "||"}) + pick(m, own)
	}
	return pick(m, odd)
}

func (m *mutator) addParameter(r *conformance.Request) string {
	name := pick(m, m.dict.names)
	return m.put(r, name, m.value(name))
}

// generalParameter sets one that every request may have.
func (m *mutator) generalParameter(r *conformance.Request) string {
	name := pick(m, []string{"format", "formatversion", "errorformat", "uselang", "variant", "errorlang", "curtimestamp", "requestid", "assert", "assertuser", "origin", "maxage", "callback", "responselanginfo"})
	value := pick(m, general[name])
	for _, p := range pairs(r) {
		there := false
		p.edit(r, func(n, v string) [][2]string {
			if there = n == name; there {
				v = value
			}
			return [][2]string{{n, v}}
		})
		if there {
			return name + "=" + value
		}
	}
	return m.put(r, name, value)
}

// anyPair changes one parameter and tells what was made of it.
func (m *mutator) anyPair(r *conformance.Request, change func(name, value string) [][2]string) string {
	all := pairs(r)
	if len(all) == 0 {
		return ""
	}
	var what []string
	pick(m, all).edit(r, func(name, value string) [][2]string {
		made := change(name, value)
		what = append(what, name+" →")
		for _, n := range made {
			what = append(what, n[0]+"="+n[1])
		}
		return made
	})
	return strings.Join(what, " ")
}

func (m *mutator) changeValue(r *conformance.Request) string {
	return m.anyPair(r, func(name, value string) [][2]string { return [][2]string{{name, m.changed(name, value)}} })
}

// changed is another value in the place of one.
func (m *mutator) changed(name, value string) string {
	switch m.IntN(12) {
	case 0:
		return value + pick(m, odd)
	case 1:
		return pick(m, odd) + value
	case 2:
		return outsideHoles(value, strings.ToUpper)
	case 3:
		return value + "|" + m.value(name)
	case 4:
		return "\x1f" + strings.ReplaceAll(value, "|", "\x1f")
	case 5:
		return strings.Repeat(pick(m, []string{"a", "a|", "ü", "1"}), pick(m, []int{51, 255, 256, 501, 2000}))
	case 6:
		return " " + value + " "
	case 7:
		return ""
	case 8:
		if hole.MatchString(value) || len(value) < 2 {
			return value + "x"
		}
		return value[:len(value)/2]
	case 9:
		return value + "|" + value
	}
	return m.value(name)
}

func (m *mutator) removeParameter(r *conformance.Request) string {
	return m.anyPair(r, func(string, string) [][2]string { return nil })
}

func (m *mutator) repeatParameter(r *conformance.Request) string {
	return m.anyPair(r, func(name, value string) [][2]string {
		other := value
		if m.IntN(3) > 0 {
			other = m.value(name)
		}
		return [][2]string{{name, value}, {name, other}}
	})
}

func (m *mutator) renameParameter(r *conformance.Request) string {
	return m.anyPair(r, func(name, value string) [][2]string {
		names := []string{
			name + "[]", name + "[x]", " " + name, name + " ", strings.ToUpper(name), name + ".", "." + name, name + "_", name + "\x00x",
			name + "ü", "{" + name + "}", name + "[", "x" + name, pick(m, m.dict.names),
		}
		return [][2]string{{pick(m, names), value}}
	})
}

func (m *mutator) oddItem(r *conformance.Request) string {
	item := pick(m, oddRaw)
	items := query(r)
	setQuery(r, slices.Insert(items, m.IntN(len(items)+1), item))
	return item
}
