// Package format owns what an answer looks like: the ordered tree that modules
// fill, and the formatters that write it.
//
// The tree is built without reflection in one slice that is used again by the
// next request. Its annotations are those of MediaWiki's ApiResult, so that
// JSON, XML and PHP's serialization, in formatversion 1 and 2, come from one
// tree. The package knows nothing of modules, errors or HTTP.
//
// Source of the rules: MediaWiki includes/api/ApiResult.php and the files
// ApiFormat*.php beside it.
package format

import (
	"math"
	"strconv"
)

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
	// kindNumbered is an object in version 2; in version 1 it is a list when its
	// keys are "0", "1", … (array type BCassoc).
	kindNumbered
	// kindMap is an object whose keys are data (array type kvp), which shows only
	// in XML. kindPairs is one that is a list of pairs in version 1 (BCkvp).
	kindMap
	kindPairs
)

// container reports whether nodes of the kind have children.
func (k kind) container() bool { return k >= kindObject }

// role says what a child means to its parent.
type role uint8

const (
	roleNormal  role = iota
	roleContent      // the text of the parent: key "*" and last in version 1
	roleSub          // in version 1 an object with the one content key "*"
	roleElement      // in XML an element of its own
)

type node struct {
	key         string
	text        string // of a map the name of its keys
	tag         string // name of the children as XML elements; empty: _v
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

// Float adds a finite number that may have a fraction; 1 is written as 1.
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

// Element adds a text that is an element of its own in XML, for long texts.
func (r Ref) Element(key, v string) {
	r.add(node{key: key, kind: kindString, text: v, role: roleElement})
}

// Object adds an object.
func (r Ref) Object(key string) Ref { return r.add(node{key: key, kind: kindObject}) }

// Keyed adds an object whose keys are data, such as ids; tag names its members
// in XML.
func (r Ref) Keyed(key, tag string) Ref { return r.add(node{key: key, kind: kindObject, tag: tag}) }

// List adds a list; tag names its members in XML, _v when it is empty.
func (r Ref) List(key, tag string) Ref { return r.add(node{key: key, kind: kindList, tag: tag}) }

// Numbered adds a sequence that is a list in formatversion 1 and an object with
// the keys "0", "1", … in formatversion 2. Add its members in order with those
// keys.
func (r Ref) Numbered(key, tag string) Ref {
	return r.add(node{key: key, kind: kindNumbered, tag: tag})
}

// Map adds an object whose keys are data that may be no name in XML: there its
// members are called tag, and their keys stand in the attribute name.
func (r Ref) Map(key, tag, name string) Ref {
	return r.add(node{key: key, kind: kindMap, tag: tag, text: name})
}

// Pairs adds a map that is a list of objects with the keys name and "*" in
// formatversion 1.
func (r Ref) Pairs(key, tag, name string) Ref {
	return r.add(node{key: key, kind: kindPairs, tag: tag, text: name})
}

// Strings adds a list of texts.
func (r Ref) Strings(key, tag string, values []string) {
	l := r.List(key, tag)
	for _, v := range values {
		l.String("", v)
	}
}

// isList reports whether a container is a list in a formatversion.
func (t *Tree) isList(n *node, version int) bool {
	switch n.kind {
	case kindList:
		return true
	case kindNumbered:
		return version == 1 && t.counts(n)
	case kindPairs:
		return version == 1
	}
	return false
}

// counts reports whether the keys that version 1 keeps are "0", "1", …
func (t *Tree) counts(n *node) bool {
	next := int64(0)
	for i := n.first; i != 0; i = t.nodes[i].next {
		child := &t.nodes[i]
		if child.dropped(1) {
			continue
		}
		if at, ok := index(child.key); !ok || at != next {
			return false
		}
		next++
	}
	return true
}

// dropped reports whether a formatversion leaves the node out.
func (n *node) dropped(version int) bool {
	return version == 1 && n.kind == kindBool && n.num == 0
}

// index is the number that PHP makes of a key: of decimal digits without
// leading zeros, after a minus or not. MediaWiki's results are PHP's arrays.
func index(key string) (at int64, ok bool) {
	digits := key
	if len(digits) > 1 && digits[0] == '-' {
		digits = digits[1:]
	}
	if digits == "" || digits[0] < '0' || digits[0] > '9' || digits[0] == '0' && len(key) > 1 {
		return 0, false
	}
	at, err := strconv.ParseInt(key, 10, 64)
	return at, err == nil
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
