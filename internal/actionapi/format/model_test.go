package format

import (
	"strconv"
	"unicode/utf8"

	"pgregory.net/rapid"
)

// model is a node of a random tree. What each format makes of it is said a
// second time here, plainly and without care for speed.
type model struct {
	kind kind
	role role
	key  string
	text string
	tag  string
	name string // of a map's keys
	num  int64
	frac float64
	kids []model
}

// fill builds the children of a model.
func (m model) fill(r Ref) {
	for _, k := range m.kids {
		switch {
		case k.role == roleContent:
			r.Content(k.key, k.text)
		case k.role == roleSub:
			r.Sub(k.key, k.text)
		case k.kind == kindNull:
			r.Null(k.key)
		case k.kind == kindString:
			r.String(k.key, k.text)
		case k.kind == kindInt:
			r.Int(k.key, k.num)
		case k.kind == kindBool:
			r.Bool(k.key, k.num == 1)
		case k.kind == kindBCBool:
			r.BCBool(k.key, k.num == 1)
		case k.kind == kindFloat:
			r.Float(k.key, k.frac)
		case k.kind == kindObject:
			k.fill(r.Keyed(k.key, k.tag))
		case k.kind == kindList:
			k.fill(r.List(k.key, k.tag))
		case k.kind == kindNumbered:
			k.fill(r.Numbered(k.key, k.tag))
		case k.kind == kindMap:
			k.fill(r.Map(k.key, k.tag, k.name))
		case k.kind == kindPairs:
			k.fill(r.Pairs(k.key, k.tag, k.name))
		}
	}
}

func (m model) tree() *Tree { return build(m.fill) }

var (
	anyText = rapid.OneOf(rapid.String(), rapid.StringMatching(`[ -~\r\n\t\x00-\x1f"'<>&éשּׁ🙂\x{fffe}\x{2028}]{0,12}`))
	// plainKey is a key that old readers of XML take in a name, when it is legal:
	// encoding/xml goes by the fourth edition.
	plainKey = rapid.OneOf(
		rapid.SampledFrom([]string{"", "0", "1", "2", "-1", "07", "-0", "a", "b", "add-self", "a b", "a.b", "_x", "é", "4", "xml:space", "&<\">", "\u3000"}),
		rapid.StringMatching(`[a-z]{1,5}|[ -~]{0,5}`),
	).Filter(goodKey)
	anyKey = rapid.OneOf(plainKey, rapid.String().Filter(goodKey))
	anyTag = rapid.OneOf(rapid.Just(""), rapid.StringMatching(`[a-z]{1,4}`), rapid.SampledFrom([]string{"_v", "a b", "7"}))
)

// goodKey keeps out what would stand twice in an object.
func goodKey(k string) bool { return k != "*" && k != "name" && k != "xmlns" && utf8.ValidString(k) }

// drawTree draws an object that can be a root.
func drawTree(t *rapid.T, keys *rapid.Generator[string]) model {
	root := drawContainer(t, keys, kindObject, "", 3)
	root.tag = "" // nobody can give it one
	return root
}

func drawContainer(t *rapid.T, keys *rapid.Generator[string], k kind, key string, depth int) model {
	m := model{kind: k, key: key, tag: anyTag.Draw(t, "tag")}
	if k == kindMap || k == kindPairs {
		m.name = "name"
	}
	seen := map[string]bool{}
	for range rapid.IntRange(0, 5).Draw(t, "children") {
		name := ""
		if k != kindList {
			name = keys.Draw(t, "key")
		}
		if seen[name] && k != kindList {
			continue
		}
		seen[name] = true
		m.kids = append(m.kids, drawNode(t, keys, name, depth))
	}
	if k == kindObject && rapid.Bool().Draw(t, "special") {
		m.kids = append(m.kids, model{kind: kindString, role: roleContent, key: "text of it", text: anyText.Draw(t, "content")})
		m.kids = append(m.kids, model{kind: kindString, role: roleSub, key: "sub of it", text: anyText.Draw(t, "sub")})
	}
	return m
}

func drawNode(t *rapid.T, keys *rapid.Generator[string], key string, depth int) model {
	last := kindPairs
	if depth == 0 {
		last = kindFloat
	}
	k := kind(rapid.IntRange(int(kindNull), int(last)).Draw(t, "kind"))
	if k.container() {
		return drawContainer(t, keys, k, key, depth-1)
	}
	m := model{kind: k, key: key}
	switch k {
	case kindString:
		m.text = anyText.Draw(t, "text")
	case kindInt:
		m.num = rapid.Int64().Draw(t, "int")
	case kindBool, kindBCBool:
		m.num = number(rapid.Bool().Draw(t, "bool"))
	case kindFloat:
		m.frac = rapid.Float64().Draw(t, "float")
	}
	return m
}

// value is what a formatversion makes of a node, as maps, slices and scalars;
// kept is false when it leaves the node out.
func (m model) value(version int) (v any, kept bool) {
	switch m.kind {
	case kindNull:
		return nil, true
	case kindString:
		return m.text, true
	case kindInt:
		return m.num, true
	case kindFloat:
		return m.frac, true
	case kindBCBool:
		return m.num == 1, true
	case kindBool:
		if version == 1 {
			return "", m.num == 1
		}
		return m.num == 1, true
	}
	return m.members(version), true
}

func (m model) members(version int) any {
	list := []any{}
	object := map[string]any{}
	inOrder := true
	for _, k := range m.kids {
		v, kept := k.value(version)
		if !kept {
			continue
		}
		inOrder = inOrder && k.key == strconv.Itoa(len(list))
		key := k.key
		switch {
		case version == 1 && m.kind == kindPairs:
			list = append(list, map[string]any{m.name: key, "*": v})
			continue
		case version == 1 && k.role == roleContent:
			key = "*"
		case version == 1 && k.role == roleSub:
			v = map[string]any{"*": v}
		}
		list = append(list, v)
		object[key] = v
	}
	if m.kind == kindList || version == 1 && (m.kind == kindPairs || m.kind == kindNumbered && inOrder) {
		return list
	}
	return object
}
