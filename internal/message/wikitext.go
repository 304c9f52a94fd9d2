package message

import (
	"strconv"
	"strings"
)

// Escaped is a parameter that is a text with markup, but of what stands in it
// nothing counts as such: the names that a client sends (MediaWiki:
// wfEscapeWikiText).
func Escaped(s string) Param { return Text(escapeWikitext(s)) }

// EscapedList is a list of such texts, joined by commas.
func EscapedList(items []string) Param {
	escaped := make([]string, len(items))
	for i, item := range items {
		escaped[i] = escapeWikitext(item)
	}
	return Param{Kind: KindMarkupList, List: escaped}
}

// At gives the members of a list numbers of their own, in ascending order.
func (p Param) At(places []int) Param {
	if n := len(places); n > 0 && places[n-1] != n-1 {
		p.Places = places
	}
	return p
}

// schemes are those of addresses that have no slashes.
var schemes = []string{"bitcoin", "geo", "magnet", "mailto", "matrix", "news", "sip", "sips", "sms", "tel", "urn", "xmpp"}

// escapeWikitext makes numeric entities of the characters that mean something
// in wikitext: some everywhere, some at the start of a line, some in addresses.
func escapeWikitext(s string) string {
	if !strings.ContainsAny(s, "\"&'<>=[]{}|;_:\n\r\t*# -") {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; meansSomething(s, i) {
			b.WriteString("&#" + strconv.Itoa(int(c)) + ";")
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

func meansSomething(s string, i int) bool {
	lineStart := i == 0 || s[i-1] == '\n'
	switch s[i] {
	case '"', '&', '\'', '<', '>', '=', '[', ']', '{', '}', '|', ';', '\r':
		return true
	case '*', '#', ' ', '\t', '\n':
		return lineStart
	case '-':
		return lineStart && strings.HasPrefix(s[i:], "----")
	case '_':
		return i > 0 && s[i-1] == '_' && pairEnds(s, i)
	case ':':
		return lineStart || strings.HasPrefix(s[i:], "://") || endsInScheme(s[:i])
	}
	return false
}

// pairEnds reports whether the underscore at i is the second one of a pair.
func pairEnds(s string, i int) bool {
	n := 0
	for n <= i && s[i-n] == '_' {
		n++
	}
	return n%2 == 0
}

// endsInScheme reports whether a text ends in a scheme that is a word.
func endsInScheme(s string) bool {
	start := len(s)
	for start > 0 && 'a' <= s[start-1]|0x20 && s[start-1]|0x20 <= 'z' {
		start--
	}
	for _, scheme := range schemes {
		if strings.EqualFold(s[start:], scheme) {
			return start == 0 || s[start-1] != '_' && (s[start-1] < '0' || s[start-1] > '9')
		}
	}
	return false
}
