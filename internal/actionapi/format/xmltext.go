package format

import (
	"strconv"
	"unicode/utf8"
)

// phpPrecision is how many digits PHP gives a number in a text.
const phpPrecision = 14

// appendXML writes s as the text of an element, or of an attribute in double
// quotes (MediaWiki: includes/xml/Xml.php). Line ends in an attribute, and
// carriage returns everywhere, are written as numbers, or readers would change
// them. What cannot occur in XML becomes U+FFFD.
func appendXML(dst []byte, s string, quoted bool) []byte {
	start := 0
	for i := 0; i < len(s); {
		r, size := rune(s[i]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[i:])
		}
		if escape := xmlEscape(r, size, quoted); escape != "" {
			dst = append(append(dst, s[start:i]...), escape...)
			start = i + size
		}
		i += size
	}
	return append(dst, s[start:]...)
}

// xmlEscape is what stands for a character; empty: itself.
func xmlEscape(r rune, size int, quoted bool) string {
	switch r {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '\r':
		return "&#13;"
	}
	if quoted {
		switch r {
		case '"':
			return "&quot;"
		case '\'':
			return "&#039;"
		case '\n':
			return "&#10;"
		case '\t':
			return "&#9;"
		}
	}
	if r < ' ' && r != '\n' && r != '\t' || r == 0xFFFE || r == 0xFFFF || r == utf8.RuneError && size == 1 {
		return "\uFFFD"
	}
	return ""
}

// xmlName makes a name of a key that may be none: one that is not, or that
// begins with an underscore, gets an underscore in front, and each character
// that may not stand in a name becomes its hexadecimal number between dots
// (MediaWiki: ApiFormatXml::mangleName). Colons may not: they are for
// namespaces.
func xmlName(key string) string {
	if key == "" {
		return "_"
	}
	if isXMLName(key) {
		return key
	}
	out := []byte{'_'}
	for _, r := range key {
		if r != '.' && inXMLName(r) {
			out = utf8.AppendRune(out, r)
			continue
		}
		out = appendUpperHex(append(out, '.'), r)
		out = append(out, '.')
	}
	return string(out)
}

func isXMLName(key string) bool {
	for i, r := range key {
		if i == 0 && !startsXMLName(r) || !inXMLName(r) {
			return false
		}
	}
	return utf8.ValidString(key)
}

// startsXMLName reports whether a name may begin so (XML 1.0, fifth edition,
// NameStartChar without colon and underscore).
func startsXMLName(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	for _, part := range [...][2]rune{
		{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF}, {0x200C, 0x200D},
		{0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
	} {
		if part[0] <= r && r <= part[1] {
			return true
		}
	}
	return false
}

// inXMLName reports whether a name may go on so (NameChar without colon).
func inXMLName(r rune) bool {
	switch {
	case '0' <= r && r <= '9', r == '_', r == '-', r == '.', r == 0xB7:
		return true
	}
	return 0x300 <= r && r <= 0x36F || 0x203F <= r && r <= 0x2040 || startsXMLName(r)
}

func appendUpperHex(dst []byte, r rune) []byte {
	start := len(dst)
	dst = strconv.AppendInt(dst, int64(r), 16)
	for i := start; i < len(dst); i++ {
		if dst[i] >= 'a' {
			dst[i] -= 'a' - 'A'
		}
	}
	return dst
}
