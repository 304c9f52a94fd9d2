// Package format owns what an answer looks like: the ordered tree that modules
// fill, and the formatters that write it.
//
// The tree is built without reflection in one slice that is used again by the
// next request. Its annotations are those of MediaWiki's ApiResult, so that
// formatversion 1 and 2 come from one tree. The package knows nothing of
// modules, errors or HTTP.
//
// Source of the rules: MediaWiki includes/api/ApiResult.php and
// ApiFormatJson.php.
package format

import "math"

// kind is the type of a node.
type kind uint8

const (
	kindNull kind = iota
	kindString
	kindInt
	kindBool   // true is "" and false is left out in version 1
	kindBCBool // a JSON boolean in both versions
	kindFloat  // num holds the bits
	kindObject // always an object (array type assoc)
	kindList   // always a list (array type array)
	// kindNumbered has the keys "0", "1", … : an object in version 2; a list in
	// version 1 (array type BCassoc).
	kindNumbered
)

// role says what a child means to its parent.
type role uint8

const (
	roleNormal  role = iota
	roleContent      // the text of the parent: key "*" and last in version 1
	roleSub          // in version 1 an object with the one content key "*"
)

type node struct {
	key         string
	text        string
	tag         string // name of the children as XML elements
	num         int64
	first, last int32 // children; 0: none
	next        int32 // sibling; 0: none
	kind        kind
	role        role
}

// Tree is an ordered tree of objects, lists and scalars. The zero value needs a
// Reset. It is not safe for concurrent use.
type Tree struct{ nodes []node }

// Reset empties the tree and keeps its memory.
func (t *Tree) Reset() {
	clear(t.nodes)
	t.nodes = append(t.nodes[:0], node{}, node{kind: kindObject}) // node 0 is nothing, 1 the root
}

// Root is the outermost object.
func (t *Tree) Root() Ref { return Ref{t: t, i: 1} }

// Ref is a place in a tree: an object or a list. The zero Ref is nowhere.
type Ref struct {
	t   *Tree
	i   int32
	top bool
}

// IsZero reports whether the Ref is nowhere.
func (r Ref) IsZero() bool { return r.i == 0 }

// OnTop is the same place, but what is added through it comes first.
func (r Ref) OnTop() Ref { r.top = true; return r }

func (r Ref) add(n node) Ref {
	t := r.t
	t.nodes = append(t.nodes, n)
	i := int32(len(t.nodes) - 1)
	p := &t.nodes[r.i]
	switch {
	case p.first == 0:
		p.first, p.last = i, i
	case r.top:
		t.nodes[i].next = p.first
		p.first = i
	default:
		t.nodes[p.last].next = i
		p.last = i
	}
	return Ref{t: t, i: i}
}

// String adds a text.
func (r Ref) String(key, v string) { r.add(node{key: key, kind: kindString, text: v}) }

// Int adds a number.
func (r Ref) Int(key string, v int64) { r.add(node{key: key, kind: kindInt, num: v}) }

// Float adds a number that may have a fraction; 1 is written as 1.
func (r Ref) Float(key string, v float64) {
	r.add(node{key: key, kind: kindFloat, num: int64(math.Float64bits(v))})
}

// Bool adds a boolean.
func (r Ref) Bool(key string, v bool) { r.add(node{key: key, kind: kindBool, num: number(v)}) }

// BCBool adds a boolean that is one in formatversion 1, too.
func (r Ref) BCBool(key string, v bool) { r.add(node{key: key, kind: kindBCBool, num: number(v)}) }

// Null adds a null.
func (r Ref) Null(key string) { r.add(node{key: key, kind: kindNull}) }

// Content adds the text that an object is about.
func (r Ref) Content(key, v string) {
	r.add(node{key: key, kind: kindString, text: v, role: roleContent})
}

// Sub adds a text that is an object with one content key in formatversion 1.
func (r Ref) Sub(key, v string) { r.add(node{key: key, kind: kindString, text: v, role: roleSub}) }

// Object adds an object.
func (r Ref) Object(key string) Ref { return r.add(node{key: key, kind: kindObject}) }

// Keyed adds an object whose keys are data, such as ids; tag names its members
// in XML.
func (r Ref) Keyed(key, tag string) Ref { return r.add(node{key: key, kind: kindObject, tag: tag}) }

// List adds a list; tag names its members in XML.
func (r Ref) List(key, tag string) Ref { return r.add(node{key: key, kind: kindList, tag: tag}) }

// Numbered adds a sequence that is a list in formatversion 1 and an object with
// the keys "0", "1", … in formatversion 2. Add its members in order with those
// keys.
func (r Ref) Numbered(key, tag string) Ref {
	return r.add(node{key: key, kind: kindNumbered, tag: tag})
}

// Strings adds a list of texts.
func (r Ref) Strings(key, tag string, values []string) {
	l := r.List(key, tag)
	for _, v := range values {
		l.String("", v)
	}
}

// Child finds a child by its key; it is zero when there is none.
func (r Ref) Child(key string) Ref {
	for i := r.t.nodes[r.i].first; i != 0; i = r.t.nodes[i].next {
		if r.t.nodes[i].key == key {
			return Ref{t: r.t, i: i}
		}
	}
	return Ref{}
}

// ContentText is the text added by Content, empty when there is none.
func (r Ref) ContentText() string {
	for i := r.t.nodes[r.i].first; i != 0; i = r.t.nodes[i].next {
		if r.t.nodes[i].role == roleContent {
			return r.t.nodes[i].text
		}
	}
	return ""
}

// SetContent replaces the text added by Content.
func (r Ref) SetContent(v string) {
	for i := r.t.nodes[r.i].first; i != 0; i = r.t.nodes[i].next {
		if r.t.nodes[i].role == roleContent {
			r.t.nodes[i].text = v
		}
	}
}

// Keep removes all children but the one with the key.
func (r Ref) Keep(key string) {
	kept := r.Child(key)
	p := &r.t.nodes[r.i]
	p.first, p.last = kept.i, kept.i
	if kept.i != 0 {
		r.t.nodes[kept.i].next = 0
	}
}

func number(v bool) int64 {
	if v {
		return 1
	}
	return 0
}
