package message

import (
	"html"
	"strings"
)

// strip is a marked-up message as MediaWiki shows it to programs
// (ApiErrorFormatter::stripMarkup): kbd, code, var and samp become double
// quotes, other tags are dropped, entities are decoded and spaces folded.
func strip(markup string) string {
	plain, _ := stripTags(markup)
	return strings.TrimSpace(foldSpaces(plain))
}

// stripTags replaces tags and decodes entities. It reports whether the text
// ended outside of tags, comments and scripts.
func stripTags(s string) (plain string, whole bool) {
	if !strings.ContainsAny(s, "<&") {
		return s, true
	}
	var b strings.Builder
	whole = true
	for {
		open := strings.IndexByte(s, '<')
		if open < 0 {
			break
		}
		n, shown := tagAt(s[open:])
		if n == 0 { // no tag
			b.WriteString(s[:open+1])
			s = s[open+1:]
			continue
		}
		b.WriteString(s[:open])
		b.WriteString(shown)
		if n < 0 {
			s, whole = "", false
			break
		}
		s = s[open+n:]
	}
	b.WriteString(s)
	return html.UnescapeString(b.String()), whole
}

// blockTags are the tags that part words.
const blockTags = " address article aside blockquote br caption center dd details div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav noscript ol p pre section table tbody td tfoot th thead tr ul "

// tagAt reads the tag or comment that s begins with: its length, negative when
// it does not end, 0 when there is none; and what is shown in its place. A
// script or style counts with its content.
func tagAt(s string) (n int, shown string) {
	if strings.HasPrefix(s, "<!--") {
		if strings.HasPrefix(s, "<!-->") {
			return len("<!-->"), ""
		}
		return lengthTo(s, "-->"), ""
	}
	if strings.HasPrefix(s, "<!") || strings.HasPrefix(s, "<?") {
		return lengthTo(s, ">"), ""
	}
	name := tagName(s)
	if name == "" {
		return 0, ""
	}
	n = tagLength(s)
	switch lower := strings.ToLower(name); {
	case s[1] != '/' && (lower == "script" || lower == "style") && n > 0:
		return lengthToEndTag(s, n, lower), ""
	case strings.Contains(blockTags, " "+lower+" "):
		shown = " "
	case n > 0 && quoting(s[:n]):
		shown = `"`
	}
	return n, shown
}

// quoting reports whether a tag stands for a double quote. One with attributes
// or capital letters does not.
func quoting(tag string) bool {
	switch tag {
	case "<var>", "<kbd>", "<samp>", "<code>", "</var>", "</kbd>", "</samp>", "</code>":
		return true
	}
	return false
}

// lengthTo is the length of s up to and with the mark, negative without one.
func lengthTo(s, mark string) int {
	if at := strings.Index(s, mark); at >= 0 {
		return at + len(mark)
	}
	return -1
}

// lengthToEndTag is the length of s up to and with the end tag of that name,
// which is looked for from an index on; negative without one.
func lengthToEndTag(s string, from int, name string) int {
	for at := from; ; at += len("</") {
		next := strings.Index(s[at:], "</")
		if next < 0 {
			return -1
		}
		at += next
		if !strings.EqualFold(tagName(s[at:]), name) {
			continue
		}
		if n := tagLength(s[at:]); n > 0 {
			return at + n
		}
		return -1
	}
}

// tagName is the name of the tag that s begins with, empty when it begins with
// none.
func tagName(s string) string {
	name := strings.TrimPrefix(s[1:], "/")
	if name == "" || !('a' <= name[0]|0x20 && name[0]|0x20 <= 'z') {
		return ""
	}
	for n := range len(name) {
		if strings.IndexByte(" \t\r\n\f/>", name[n]) >= 0 {
			return name[:n]
		}
	}
	return name
}

// tagLength is the length of the tag that s begins with, negative when it does
// not end. A > in a quoted value of an attribute does not end it.
func tagLength(s string) int {
	var quote byte
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '>':
			return i + 1
		case (c == '"' || c == '\'') && strings.HasSuffix(strings.TrimRight(s[:i], " \t\r\n\f"), "="):
			quote = c
		}
	}
	return -1
}

// foldSpaces makes one space of each run of blanks and line ends.
func foldSpaces(s string) string {
	if !strings.ContainsAny(s, "\t\r\n") && !strings.Contains(s, "  ") {
		return s
	}
	var b strings.Builder
	space := false
	for i := range len(s) {
		switch s[i] {
		case ' ', '\t', '\r', '\n':
			space = true
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteByte(s[i])
	}
	if space {
		b.WriteByte(' ')
	}
	return b.String()
}
