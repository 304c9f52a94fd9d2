package format

import (
	"math"
	"strconv"
)

// PHP writes trees as MediaWiki's format=php does: as PHP's serialize() writes
// arrays and scalars (MediaWiki: includes/api/ApiFormatPhp.php; PHP:
// ext/standard/var.c).
type PHP struct {
	// Version is the formatversion: 1 or 2.
	Version int
}

// Append writes the tree to dst.
func (f PHP) Append(dst []byte, t *Tree) []byte {
	w := phpWriter{PHP: f, t: t, buf: dst}
	w.value(&t.nodes[1])
	return w.buf
}

type phpWriter struct {
	PHP
	t   *Tree
	buf []byte
}

func (w *phpWriter) value(n *node) {
	switch n.kind {
	case kindNull:
		w.buf = append(w.buf, "N;"...)
	case kindString:
		w.string(n.text)
	case kindInt:
		w.int(n.num)
	case kindFloat:
		w.buf = append(w.buf, "d:"...)
		w.buf = append(appendPHPFloat(w.buf, math.Float64frombits(uint64(n.num)), 0), ';')
	case kindBool:
		if w.Version == 1 {
			w.string("")
			return
		}
		w.bool(n.num)
	case kindBCBool:
		w.bool(n.num)
	default:
		w.array(n)
	}
}

// array writes a list or an object: PHP has one type for both.
func (w *phpWriter) array(n *node) {
	w.begin(w.size(n))
	content := int32(0)
	at := int64(0)
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		child := &w.t.nodes[i]
		switch {
		case child.dropped(w.Version):
			continue
		case w.Version == 1 && child.role == roleContent:
			content = i
			continue
		case n.kind == kindList:
			w.int(at)
			w.value(child)
		case n.kind == kindPairs && w.Version == 1:
			w.int(at)
			w.pair(n.text, child)
		default:
			w.key(child.key)
			w.member(child)
		}
		at++
	}
	if content != 0 {
		w.string("*")
		w.value(&w.t.nodes[content])
	}
	w.end()
}

// size is the number of children that the version keeps.
func (w *phpWriter) size(n *node) int {
	size := 0
	for i := n.first; i != 0; i = w.t.nodes[i].next {
		if !w.t.nodes[i].dropped(w.Version) {
			size++
		}
	}
	return size
}

// pair writes a member of a map as version 1 has it.
func (w *phpWriter) pair(name string, n *node) {
	w.begin(2)
	w.string(name)
	w.string(n.key)
	w.string("*")
	w.value(n)
	w.end()
}

// member writes the value of an object's child.
func (w *phpWriter) member(n *node) {
	if w.Version != 1 || n.role != roleSub {
		w.value(n)
		return
	}
	w.begin(1)
	w.string("*")
	w.value(n)
	w.end()
}

// key writes the key of an array's member, which is a number where it looks
// like one.
func (w *phpWriter) key(k string) {
	if at, ok := index(k); ok {
		w.int(at)
		return
	}
	w.string(k)
}

func (w *phpWriter) begin(size int) {
	w.buf = strconv.AppendInt(append(w.buf, "a:"...), int64(size), 10)
	w.buf = append(w.buf, ":{"...)
}

func (w *phpWriter) end() { w.buf = append(w.buf, '}') }

// string writes a text with its length in bytes.
func (w *phpWriter) string(s string) {
	w.buf = strconv.AppendInt(append(w.buf, "s:"...), int64(len(s)), 10)
	w.buf = append(w.buf, `:"`...)
	w.buf = append(append(w.buf, s...), `";`...)
}

func (w *phpWriter) int(v int64) {
	w.buf = strconv.AppendInt(append(w.buf, "i:"...), v, 10)
	w.buf = append(w.buf, ';')
}

func (w *phpWriter) bool(v int64) {
	w.buf = strconv.AppendInt(append(w.buf, "b:"...), v, 10)
	w.buf = append(w.buf, ';')
}

// appendPHPFloat writes a number as PHP does with so many digits, or with the
// fewest that give the number back when digits is 0 (PHP: main/snprintf.c,
// php_gcvt; the settings precision and serialize_precision).
func appendPHPFloat(dst []byte, v float64, digits int) []byte {
	precision, widest := digits-1, digits
	if digits == 0 {
		precision, widest = -1, 17
	}
	var scratch [32]byte
	exact := strconv.AppendFloat(scratch[:0], v, 'e', precision, 64) // 1.25e-07
	if exact[0] == '-' {
		dst, exact = append(dst, '-'), exact[1:]
	}
	mantissa, exponent := splitExponent(exact)
	switch {
	case exponent < -4 || exponent >= widest:
		dst = append(dst, mantissa[0], '.')
		if len(mantissa) == 1 {
			dst = append(dst, '0')
		}
		dst = append(append(dst, mantissa[1:]...), 'E')
		if exponent > 0 {
			dst = append(dst, '+')
		}
		return strconv.AppendInt(dst, int64(exponent), 10)
	case exponent < 0:
		dst = append(append(dst, "0."...), "000"[:-exponent-1]...)
		return append(dst, mantissa...)
	}
	for i := range max(len(mantissa), exponent+1) {
		switch {
		case i == exponent+1:
			dst = append(append(dst, '.'), mantissa[i])
		case i < len(mantissa):
			dst = append(dst, mantissa[i])
		default:
			dst = append(dst, '0')
		}
	}
	return dst
}

// splitExponent takes a number such as 1.250e-07 apart into the digits 125 and
// the exponent -7. It works in place.
func splitExponent(text []byte) (mantissa []byte, exponent int) {
	e := len(text) - 1
	for text[e] != 'e' {
		e--
	}
	exponent, _ = strconv.Atoi(string(text[e+1:])) // strconv wrote it
	mantissa = text[:1]
	if e > 2 {
		mantissa = append(mantissa, text[2:e]...)
	}
	for len(mantissa) > 1 && mantissa[len(mantissa)-1] == '0' {
		mantissa = mantissa[:len(mantissa)-1]
	}
	return mantissa, exponent
}
