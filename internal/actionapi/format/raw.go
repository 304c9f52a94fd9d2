package format

import "strconv"

// Raw shows trees with their annotations, as MediaWiki's format=rawfm does: for
// those who write modules. It is JSON in which keys with an underscore in front
// are the annotations (MediaWiki: the constants META_* of ApiResult).
type Raw struct{}

// Append writes the tree to dst.
func (Raw) Append(dst []byte, t *Tree) []byte {
	w := rawWriter{jsonWriter{JSON: JSON{Version: 2, Indent: true}, t: t, buf: dst}}
	w.node(&t.nodes[1], 0)
	return w.buf
}

type rawWriter struct{ jsonWriter }

func (w *rawWriter) node(n *node, depth int) {
	switch {
	case !n.kind.container():
		w.value(n, depth)
	case n.kind == kindList && n.tag == "":
		w.plain(n, depth)
	default:
		w.annotated(n, depth)
	}
}

// plain writes a list about which there is nothing to say.
func (w *rawWriter) plain(n *node, depth int) {
	w.buf = append(w.buf, '[')
	first := true
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		w.separate(&first, depth+1)
		w.node(&w.t.nodes[i], depth+1)
	}
	w.close(first, ']', depth)
}

// annotated writes a container as an object, and then what is known about it.
func (w *rawWriter) annotated(n *node, depth int) {
	w.buf = append(w.buf, '{')
	first := true
	var content string
	var subs, elements, bools []string
	for i, at := n.first, 0; i != 0; i, at = w.t.nodes[i].next, at+1 {
		child := &w.t.nodes[i]
		key := child.key
		if n.kind == kindList {
			key = strconv.Itoa(at)
		}
		switch {
		case child.role == roleContent:
			content = key
		case child.role == roleSub:
			subs = append(subs, key)
		case child.role == roleElement:
			elements = append(elements, key)
		case child.kind == kindBCBool:
			bools = append(bools, key)
		}
		w.separate(&first, depth+1)
		w.key(key)
		w.node(child, depth+1)
	}
	w.note(&first, "_type", w.typeOf(n), depth+1)
	w.note(&first, "_element", n.tag, depth+1)
	w.note(&first, "_kvpkeyname", n.text, depth+1)
	w.note(&first, "_content", content, depth+1)
	w.notes(&first, "_BC_subelements", subs, depth+1)
	w.notes(&first, "_subelements", elements, depth+1)
	w.notes(&first, "_BC_bools", bools, depth+1)
	w.close(first, '}', depth)
}

// typeOf is the array type of a container; empty where the keys tell that it
// is an object.
func (w *rawWriter) typeOf(n *node) string {
	switch n.kind {
	case kindList:
		return "array"
	case kindNumbered:
		return "BCassoc"
	case kindMap:
		return "kvp"
	case kindPairs:
		return "BCkvp"
	}
	if n == &w.t.nodes[1] || w.t.counts(n) {
		return "assoc"
	}
	return ""
}

func (w *rawWriter) note(first *bool, key, text string, depth int) {
	if text == "" {
		return
	}
	w.separate(first, depth)
	w.key(key)
	w.string(text)
}

func (w *rawWriter) notes(first *bool, key string, texts []string, depth int) {
	if texts == nil {
		return
	}
	w.separate(first, depth)
	w.key(key)
	w.buf = append(w.buf, '[')
	empty := true
	for _, text := range texts {
		w.separate(&empty, depth+1)
		w.string(text)
	}
	w.close(empty, ']', depth)
}
