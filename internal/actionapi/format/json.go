package format

import (
	"math"
	"strconv"
	"unicode/utf8"
)

// Writer writes trees in a format.
type Writer interface {
	// Append adds the tree to dst and returns the longer slice.
	Append(dst []byte, t *Tree) []byte
}

// JSON writes trees as MediaWiki's format=json does (MediaWiki:
// includes/api/ApiFormatJson.php).
type JSON struct {
	// Version is the formatversion: 1 or 2.
	Version int
	// ASCII escapes every character outside ASCII.
	ASCII bool
	// Indent spreads the text over lines, for people.
	Indent bool
}

// Append writes the tree to dst.
func (f JSON) Append(dst []byte, t *Tree) []byte {
	w := jsonWriter{JSON: f, t: t, buf: dst}
	w.value(&t.nodes[1], 0)
	return w.buf
}

type jsonWriter struct {
	JSON
	t   *Tree
	buf []byte
}

func (w *jsonWriter) value(n *node, depth int) {
	switch n.kind {
	case kindNull:
		w.buf = append(w.buf, "null"...)
	case kindString:
		w.string(n.text)
	case kindInt:
		w.buf = strconv.AppendInt(w.buf, n.num, 10)
	case kindFloat:
		w.buf = strconv.AppendFloat(w.buf, math.Float64frombits(uint64(n.num)), 'f', -1, 64)
	case kindBool:
		if w.Version == 1 {
			w.buf = append(w.buf, `""`...)
			return
		}
		w.buf = strconv.AppendBool(w.buf, n.num == 1)
	case kindBCBool:
		w.buf = strconv.AppendBool(w.buf, n.num == 1)
	case kindObject, kindMap:
		w.object(n, depth)
	case kindList:
		w.list(n, depth)
	default:
		w.byVersion(n, depth)
	}
}

// byVersion writes what is a list in version 1 only.
func (w *jsonWriter) byVersion(n *node, depth int) {
	switch {
	case !w.t.isList(n, w.Version):
		w.object(n, depth)
	case n.kind == kindPairs:
		w.pairs(n, depth)
	default:
		w.list(n, depth)
	}
}

func (w *jsonWriter) list(n *node, depth int) {
	w.buf = append(w.buf, '[')
	first := true
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		if child := &w.t.nodes[i]; !child.dropped(w.Version) {
			w.separate(&first, depth+1)
			w.value(child, depth+1)
		}
	}
	w.close(first, ']', depth)
}

// pairs writes a map as the list that it is in version 1.
func (w *jsonWriter) pairs(n *node, depth int) {
	w.buf = append(w.buf, '[')
	first := true
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		if child.dropped(w.Version) {
			continue
		}
		w.separate(&first, depth+1)
		w.pair(n.text, child, depth+1)
	}
	w.close(first, ']', depth)
}

func (w *jsonWriter) pair(name string, n *node, depth int) {
	first := true
	w.buf = append(w.buf, '{')
	w.separate(&first, depth+1)
	w.key(name)
	w.string(n.key)
	w.separate(&first, depth+1)
	w.key("*")
	w.value(n, depth+1)
	w.close(first, '}', depth)
}

func (w *jsonWriter) object(n *node, depth int) {
	w.buf = append(w.buf, '{')
	first := true
	content := int32(0)
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		switch {
		case child.dropped(w.Version):
		case w.Version == 1 && child.role == roleContent:
			content = i
		default:
			w.separate(&first, depth+1)
			w.key(child.key)
			w.member(child, depth+1)
		}
	}
	if content != 0 {
		w.separate(&first, depth+1)
		w.key("*")
		w.value(&w.t.nodes[content], depth+1)
	}
	w.close(first, '}', depth)
}

// member writes the value of an object's child.
func (w *jsonWriter) member(n *node, depth int) {
	if w.Version != 1 || n.role != roleSub {
		w.value(n, depth)
		return
	}
	first := true
	w.buf = append(w.buf, '{')
	w.separate(&first, depth+1)
	w.key("*")
	w.value(n, depth+1)
	w.close(first, '}', depth)
}

func (w *jsonWriter) key(k string) {
	w.string(k)
	w.buf = append(w.buf, ':')
	if w.Indent {
		w.buf = append(w.buf, ' ')
	}
}

func (w *jsonWriter) separate(first *bool, depth int) {
	if !*first {
		w.buf = append(w.buf, ',')
	}
	*first = false
	w.line(depth)
}

func (w *jsonWriter) close(empty bool, end byte, depth int) {
	if !empty {
		w.line(depth)
	}
	w.buf = append(w.buf, end)
}

func (w *jsonWriter) line(depth int) {
	if !w.Indent {
		return
	}
	w.buf = append(w.buf, '\n')
	for range depth {
		w.buf = append(w.buf, "    "...)
	}
}

func (w *jsonWriter) string(s string) { w.buf = AppendJSONString(w.buf, s, w.ASCII) }

// AppendJSONString writes s in quotes. Slashes and markup are not escaped;
// U+2028 and U+2029 always are. Invalid UTF-8 becomes U+FFFD.
func AppendJSONString(dst []byte, s string, ascii bool) []byte {
	dst = append(dst, '"')
	start := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' && c < utf8.RuneSelf {
			i++
			continue
		}
		if c < utf8.RuneSelf {
			dst = append(dst, s[start:i]...)
			dst = appendEscape(dst, c)
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		if !ascii && r != '\u2028' && r != '\u2029' && !(r == utf8.RuneError && size == 1) {
			i += size
			continue
		}
		dst = append(dst, s[start:i]...)
		dst = appendUnicode(dst, r)
		i += size
		start = i
	}
	dst = append(dst, s[start:]...)
	return append(dst, '"')
}

func appendEscape(dst []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(dst, '\\', c)
	case '\b':
		return append(dst, '\\', 'b')
	case '\f':
		return append(dst, '\\', 'f')
	case '\n':
		return append(dst, '\\', 'n')
	case '\r':
		return append(dst, '\\', 'r')
	case '\t':
		return append(dst, '\\', 't')
	}
	return appendUnit(dst, uint16(c))
}

func appendUnicode(dst []byte, r rune) []byte {
	if r < 0x10000 {
		return appendUnit(dst, uint16(r))
	}
	r -= 0x10000
	dst = appendUnit(dst, uint16(0xd800+r>>10))
	return appendUnit(dst, uint16(0xdc00+r&0x3ff))
}

func appendUnit(dst []byte, u uint16) []byte {
	const hex = "0123456789abcdef"
	return append(dst, '\\', 'u', hex[u>>12], hex[u>>8&15], hex[u>>4&15], hex[u&15])
}
