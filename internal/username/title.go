package username

import (
	"html"
	"strings"
)

// cleanInput is what MediaWiki does to any request parameter. It reports false
// where the result would hold U+FFFD, which no name may.
//
// MediaWiki: includes/WebRequest.php, utfnormal's Validator (cleanUp).
func cleanInput(raw string) (string, bool) {
	if hasIllegalInput(raw) {
		return "", false
	}
	return nfc(raw), true
}

// userTitle reads text as the title of a page in the User namespace and
// returns the part after the namespace, in its canonical form.
//
// MediaWiki: includes/title/MediaWikiTitleCodec.php (splitTitleString).
func (r *Rules) userTitle(text string) (string, bool) {
	text, ok := decodeEntities(text)
	if !ok {
		return "", false
	}
	text = collapseBlanks(stripMarks(text))
	if text, ok = r.stripNamespace(text); !ok {
		return "", false
	}
	// Only an entity can bring "#" this far; what follows is a section.
	text, _, _ = strings.Cut(text, "#")
	text = strings.TrimRight(text, " ")
	if text == "" || text[0] == ':' || len(text) > maxBytes || !isLegalTitle(text) {
		return "", false
	}
	return upperFirst(text), true
}

// stripNamespace takes the User namespace off a title. It reports false for
// titles of another namespace or another wiki. A leading colon asks for the
// main namespace unless a namespace follows it.
func (r *Rules) stripNamespace(text string) (string, bool) {
	rest, anyNamespace := strings.CutPrefix(text, ":")
	if anyNamespace {
		rest = strings.TrimLeft(rest, " ")
	}
	prefix, page, found := cutPrefix(rest)
	if !found || !r.isKnownPrefix(prefix) {
		return rest, !anyNamespace
	}
	return page, r.namespaces[foldPrefix(prefix)]
}

// cutPrefix splits "prefix : rest" at the first colon and drops the blanks
// around it. A colon at the very start ends no prefix.
func cutPrefix(text string) (prefix, rest string, found bool) {
	at := strings.IndexByte(text, ':')
	if at < 1 {
		return "", text, false
	}
	return strings.TrimRight(text[:at], " "), strings.TrimLeft(text[at+1:], " "), true
}

// isKnownPrefix reports whether prefix names a namespace or another wiki.
func (r *Rules) isKnownPrefix(prefix string) bool {
	key := foldPrefix(prefix)
	_, namespace := r.namespaces[key]
	return namespace || r.interwiki[key]
}

// decodeEntities replaces the named entities of HTML 5, and those of MediaWiki
// itself, where a semicolon ends them. It reports false for an entity with an
// unknown name: it would stay, and a title may not have one. (A numeric one
// never comes here because of its "#".)
//
// MediaWiki: includes/parser/Sanitizer.php (decodeCharReferences).
func decodeEntities(text string) (string, bool) {
	if !strings.Contains(text, "&") {
		return text, true
	}
	var out strings.Builder
	rest := text
	for {
		before, after, found := strings.Cut(rest, "&")
		out.WriteString(before)
		if !found {
			break
		}
		rest = after
		end := entityEnd(rest)
		if end < 0 {
			out.WriteByte('&')
			continue
		}
		char, known := decodeEntity(rest[:end])
		if !known {
			return "", false
		}
		out.WriteString(char)
		rest = rest[end+1:]
	}
	return nfc(out.String()), true
}

// entityEnd returns where the semicolon is that ends the entity whose name
// text begins with, or -1 if text begins with none. Everything beyond ASCII
// may be part of a name.
func entityEnd(text string) int {
	for i := range len(text) {
		c := text[i]
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', c >= 0x80:
		case c == ';' && i > 0:
			return i
		default:
			return -1
		}
	}
	return -1
}

// decodeEntity returns what the entity &name; stands for.
func decodeEntity(name string) (string, bool) {
	switch name {
	case "semi":
		return ";", true
	case "רלמ", "رلم": // right-to-left mark, typed without changing the keyboard
		return "\u200f", true
	}
	// The decoder of HTML also knows old entities without a semicolon, and so
	// turns "&notit;" into "¬it;".
	char := html.UnescapeString("&" + name + ";")
	return char, !strings.HasSuffix(char, ";")
}

// isLegalTitle reports whether text is free of what no title may have.
//
// MediaWiki: includes/title/MediaWikiTitleCodec.php (getTitleInvalidRegex and
// the checks after it); includes/MainConfigSchema.php (LegalTitleChars).
func isLegalTitle(text string) bool {
	if text == "." || text == ".." || strings.Contains(text, "~~~") {
		return false
	}
	for i := range len(text) {
		switch c := text[i]; {
		case c < ' ', c == 0x7f, strings.IndexByte("#<>[]{|}", c) >= 0:
			return false
		case c == '%' && isHexPair(text[i+1:]):
			return false
		case c == '&' && entityEnd(text[i+1:]) >= 0:
			return false
		}
	}
	return true
}

func isHexPair(s string) bool {
	return len(s) >= 2 && isHex(s[0]) && isHex(s[1])
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
