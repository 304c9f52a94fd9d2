package format

import (
	"math"
	"strconv"
)

// XML writes trees as MediaWiki's format=xml does (MediaWiki:
// includes/api/ApiFormatXml.php). There is no formatversion.
//
// Scalars are attributes; objects, lists and sub-elements are child elements,
// the named ones before the members of lists. What an object is about is the
// text of its element.
type XML struct {
	// Namespace adds the namespace to the root.
	Namespace bool
	// Indent spreads the elements over lines, for people.
	Indent bool
}

// xmlNamespace is that of the elements, when the client asks for one.
const xmlNamespace = "http://www.mediawiki.org/xml/api/"

// xmlMember is the element of a list's member when the list names none.
const xmlMember = "_v"

// Append writes the tree to dst.
func (f XML) Append(dst []byte, t *Tree) []byte {
	w := xmlWriter{XML: f, t: t, buf: append(dst, `<?xml version="1.0"?>`...)}
	w.element("api", attribute{}, &t.nodes[1], 0)
	return w.buf
}

// attribute is one that is not a child of the node; without a name it is none.
type attribute struct{ name, value string }

type xmlWriter struct {
	XML
	t   *Tree
	buf []byte
}

// place is where a child stands in its parent's element.
type place uint8

const (
	nowhere place = iota
	inTag         // an attribute
	inText
	named  // a child element with its key as name
	member // a child element with the parent's tag as name
)

func (w *xmlWriter) place(parent, child *node) place {
	switch {
	case parent.kind == kindList, parent.kind == kindMap, parent.kind == kindPairs:
		return member
	case child.role == roleContent:
		return inText
	case child.kind.container(), child.role == roleSub, child.role == roleElement:
		if _, ok := index(child.key); !ok {
			return named
		}
		return member
	}
	if _, ok := index(child.key); ok {
		return member
	}
	if child.kind == kindNull || child.num == 0 && (child.kind == kindBool || child.kind == kindBCBool) {
		return nowhere
	}
	return inTag
}

// element writes a node as an element; mark is an attribute that goes first.
func (w *xmlWriter) element(name string, mark attribute, n *node, depth int) {
	w.line(depth)
	w.buf = append(append(w.buf, '<'), name...)
	w.attribute(mark)
	if !n.kind.container() {
		w.text(name, n)
		return
	}
	content, children := w.attributes(n)
	if w.Namespace && n == &w.t.nodes[1] {
		w.attribute(attribute{"xmlns", xmlNamespace})
	}
	switch {
	case children:
		w.buf = append(w.buf, '>')
		w.children(n, depth+1)
		w.line(depth)
		w.end(name)
	case content != nil:
		w.preserved(name, content)
	default:
		w.buf = append(w.buf, " />"...)
	}
}

// attributes writes those children that are attributes. It tells what else
// there is: a text, and whether there are child elements.
func (w *xmlWriter) attributes(n *node) (content *node, children bool) {
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		switch w.place(n, child) {
		case inTag:
			w.buf = append(append(append(w.buf, ' '), xmlName(child.key)...), `="`...)
			if child.kind != kindBool && child.kind != kindBCBool { // true is empty
				w.scalar(child, true)
			}
			w.buf = append(w.buf, '"')
		case inText:
			content = child
		case named, member:
			children = true
		}
	}
	return content, children
}

// children writes the child elements: those with names of their own, then the
// text, which is an element beside others, then the members of a list.
func (w *xmlWriter) children(n *node, depth int) {
	content := int32(0)
	members := false
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		switch w.place(n, child) {
		case named:
			w.named(child, depth)
		case inText:
			content = i
		case member:
			members = true
		}
	}
	if content != 0 {
		w.named(&w.t.nodes[content], depth)
	}
	if members {
		w.members(n, depth)
	}
}

// named writes a child under its own name.
func (w *xmlWriter) named(n *node, depth int) {
	name := xmlName(n.key)
	if n.kind.container() {
		w.element(name, attribute{}, n, depth)
		return
	}
	w.line(depth)
	w.buf = append(append(w.buf, '<'), name...)
	w.preserved(name, n)
}

// members writes the members of a list under the name that the list has for
// them. Where the keys are not just the order they stand in an attribute.
func (w *xmlWriter) members(n *node, depth int) {
	name := xmlMember
	if n.tag != "" {
		name = xmlName(n.tag)
	}
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		switch {
		case w.place(n, child) != member:
		case n.kind == kindList:
			w.element(name, attribute{}, child, depth)
		case n.kind == kindMap, n.kind == kindPairs:
			w.entry(name, attribute{n.text, child.key}, child, depth)
		default:
			w.element(name, attribute{"_idx", child.key}, child, depth)
		}
	}
}

// entry writes a member of a map. Its value is the text of the element, so what
// an object or a list holds stands in it without an element of its own.
func (w *xmlWriter) entry(name string, key attribute, n *node, depth int) {
	w.line(depth)
	w.buf = append(append(w.buf, '<'), name...)
	w.attribute(key)
	if !n.kind.container() {
		w.preserved(name, n)
		return
	}
	if n.first == 0 {
		w.buf = append(w.buf, " />"...)
		return
	}
	w.buf = append(w.buf, '>')
	members := false
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		if w.place(n, child) == member {
			members = true
			continue
		}
		w.named(child, depth+1)
	}
	if members {
		w.members(n, depth+1)
	}
	w.line(depth)
	w.end(name)
}

// preserved ends the start tag so that readers keep the blanks of the text, and
// writes the text.
func (w *xmlWriter) preserved(name string, n *node) {
	if n.kind != kindNull {
		w.buf = append(w.buf, ` xml:space="preserve"`...)
	}
	w.text(name, n)
}

// text ends the start tag and writes a scalar and the end tag. What is empty
// has one tag.
func (w *xmlWriter) text(name string, n *node) {
	start := len(w.buf)
	w.buf = append(w.buf, '>')
	w.scalar(n, false)
	if len(w.buf) == start+1 {
		w.buf = append(w.buf[:start], " />"...)
		return
	}
	w.end(name)
}

// scalar writes a scalar as a text. A BC boolean is written as PHP turns one
// into a text.
func (w *xmlWriter) scalar(n *node, quoted bool) {
	switch n.kind {
	case kindString:
		w.buf = appendXML(w.buf, n.text, quoted)
	case kindInt:
		w.buf = strconv.AppendInt(w.buf, n.num, 10)
	case kindFloat:
		w.buf = appendPHPFloat(w.buf, math.Float64frombits(uint64(n.num)), phpPrecision)
	case kindBool:
		w.buf = strconv.AppendBool(w.buf, n.num == 1)
	case kindBCBool:
		if n.num == 1 {
			w.buf = append(w.buf, '1')
		}
	}
}

func (w *xmlWriter) attribute(a attribute) {
	if a.name == "" {
		return
	}
	w.buf = append(append(append(w.buf, ' '), a.name...), `="`...)
	w.buf = append(appendXML(w.buf, a.value, true), '"')
}

func (w *xmlWriter) end(name string) {
	w.buf = append(append(append(w.buf, "</"...), name...), '>')
}

func (w *xmlWriter) line(depth int) {
	if !w.Indent {
		return
	}
	w.buf = append(w.buf, '\n')
	for range depth {
		w.buf = append(w.buf, "  "...)
	}
}
