package message

import "strings"

// form is how a message is written.
type form uint8

const (
	asMarkup form = iota // with its markup, for people who read wikitext
	asPlain              // for programs
	asHTML
)

// literalText is a text in each form.
type literalText [3]string

// newLiteral converts a part of a text; last says that nothing follows it. A
// part is whole unless a tag or a comment begun in it does not end in it.
func newLiteral(source string, last bool) (l literalText, whole bool) {
	plain, whole := stripTags(source)
	return literalText{source, foldSpaces(plain), strings.ReplaceAll(literalHTML(source, last), emptyLine, blockEnd+blockStart)}, whole
}

// Paragraphs are parted by an empty line, and in HTML as MediaWiki's parser
// writes them. A text that is one paragraph has no tags around it.
const (
	emptyLine  = "\n\n"
	blockStart = "<p>"
	blockEnd   = "\n</p>"
)

// sourceLiteral is markup that is shown as such, but in HTML.
func sourceLiteral(source string) literalText {
	l, _ := newLiteral(source, true)
	return l
}

// textTags are the tags that a message may hold in HTML, without attributes.
const textTags = " b br code em i kbd q s samp small strong sub sup u var "

// textTag is the tag that s begins with, such as </kbd>, or nothing.
func textTag(s string) string {
	end := strings.IndexByte(s[:min(len(s), len("</strong />"))], '>')
	if end < 2 {
		return ""
	}
	name := strings.TrimSuffix(strings.TrimPrefix(s[1:end], "/"), " /")
	if name == "" || !strings.Contains(textTags, " "+name+" ") {
		return ""
	}
	return s[:end+1]
}

// literalHTML keeps the tags that a message may hold and entities, escapes
// everything else and makes links of web addresses.
func literalHTML(s string, last bool) string {
	var b strings.Builder
	for i := 0; i < len(s); {
		switch c := s[i]; c {
		case '<':
			if tag := textTag(s[i:]); tag != "" {
				b.WriteString(tag)
				i += len(tag)
				continue
			}
			b.WriteString("&lt;")
		case '>':
			b.WriteString("&gt;")
		case '&':
			if entity(s[i:]) {
				b.WriteByte('&')
			} else {
				b.WriteString("&amp;")
			}
		case 'h':
			if n := webAddress(s[i:]); n > 0 && (last || i+n < len(s)) {
				address := escape(s[i : i+n])
				b.WriteString(`<a rel="nofollow" class="external free" href="` + address + `">` + address + `</a>`)
				i += n
				continue
			}
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
		i++
	}
	return b.String()
}

// webAddress is the length of the web address that s begins with. Marks at its
// end belong to the sentence.
func webAddress(s string) int {
	if !isWebAddress(s) {
		return 0
	}
	n := 0
	for n < len(s) && s[n] > ' ' && s[n] < 0x7f && !strings.ContainsRune(`<>"[]{}|`, rune(s[n])) {
		if s[n] == '&' && (strings.HasPrefix(s[n:], "&lt;") || strings.HasPrefix(s[n:], "&gt;")) {
			break
		}
		n++
	}
	return len(strings.TrimRight(s[:n], ",;.:!?)"))
}

// markupHTML is a parameter that may hold markup, as HTML. Its tags count when
// they are closed in it.
func markupHTML(s string) string {
	if !strings.ContainsAny(s, `<>&"'`) {
		return s
	}
	var open []string
	for i := range len(s) {
		if s[i] != '<' {
			continue
		}
		tag := textTag(s[i:])
		name := strings.Trim(tag, "</> ")
		switch {
		case tag == "" || name == "br":
		case tag[1] != '/':
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			return escape(s)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 {
		return escape(s)
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if tag := ""; s[i] == '<' {
			if tag = textTag(s[i:]); tag != "" {
				b.WriteString(tag)
				i += len(tag) - 1
				continue
			}
		}
		if s[i] == '&' && entity(s[i:]) {
			b.WriteByte('&')
			continue
		}
		b.WriteString(escapeByte(s[i : i+1]))
	}
	return b.String()
}

// escape makes a text safe in HTML, with the entities that MediaWiki writes.
func escape(s string) string {
	if !strings.ContainsAny(s, `<>&"'`) {
		return s
	}
	var b strings.Builder
	for i := range len(s) {
		b.WriteString(escapeByte(s[i : i+1]))
	}
	return b.String()
}

func escapeByte(s string) string {
	switch s[0] {
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '&':
		return "&amp;"
	case '"':
		return "&quot;"
	case '\'':
		return "&#039;"
	}
	return s
}

// entity reports whether text begins with an entity.
func entity(text string) bool {
	end := strings.IndexByte(text[:min(len(text), 32)], ';')
	if end < 2 {
		return false
	}
	name := strings.TrimPrefix(text[1:end], "#")
	for i := range len(name) {
		if c := name[i] | 0x20; !('a' <= c && c <= 'z' || '0' <= name[i] && name[i] <= '9') {
			return false
		}
	}
	return name != ""
}
