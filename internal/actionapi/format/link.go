package format

import "strings"

// appendHTML writes s as the text of an element, or of an attribute in double
// quotes.
func appendHTML(dst []byte, s string, quoted bool) []byte {
	start := 0
	for i := 0; i < len(s); i++ {
		escape := htmlEscape(s[i], quoted)
		if escape == "" {
			continue
		}
		dst = append(append(dst, s[start:i]...), escape...)
		start = i + 1
	}
	return append(dst, s[start:]...)
}

// htmlEscape is what stands for a character; empty: itself. In a text only two
// mean something else (MediaWiki: Html::element).
func htmlEscape(c byte, quoted bool) string {
	switch {
	case c == '&':
		return "&amp;"
	case c == '<':
		return "&lt;"
	case c == '>' && quoted:
		return "&gt;"
	case c == '"' && quoted:
		return "&quot;"
	case c == '\'' && quoted:
		return "&#39;"
	}
	return ""
}

// appendLink writes a link with a text.
func appendLink(dst []byte, address, text string) []byte {
	dst = appendHTML(append(dst, `<a rel="nofollow noreferrer" href="`...), address, true)
	dst = appendHTML(append(dst, `">`...), text, false)
	return append(dst, "</a>"...)
}

// appendLinked writes a text as HTML in which the absolute addresses of the web
// are links.
func appendLinked(dst []byte, s string) []byte {
	for {
		start := nextAddress(s)
		if start < 0 {
			return appendHTML(dst, s, false)
		}
		end := start + addressLength(s[start:])
		dst = appendHTML(dst, s[:start], false)
		if shown := s[start:end]; linkable(shown, s[end:]) {
			dst = appendLink(dst, strings.ReplaceAll(shown, "&amp;", "&"), shown)
		} else {
			dst = appendHTML(dst, shown, false)
		}
		s = s[end:]
	}
}

// nextAddress is where the next address begins, -1 when there is none.
func nextAddress(s string) int {
	for from := 0; ; {
		at := strings.Index(s[from:], "http")
		if at < 0 {
			return -1
		}
		from += at
		if rest := s[from+len("http"):]; strings.HasPrefix(rest, "://") || strings.HasPrefix(rest, "s://") {
			return from
		}
		from += len("http")
	}
}

// addressLength is how far an address goes: to the first character that none
// has (RFC 3986; the apostrophe is left to the text around), or that is an
// entity for one. Marks at its end belong to the text, too.
func addressLength(s string) int {
	end := 0
	for end < len(s) && inAddress(s[end]) {
		if s[end] == '&' && endsAddress(s[end+1:]) {
			break
		}
		end++
	}
	return len(strings.TrimRight(s[:end], ".,;:!?)]"))
}

func inAddress(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~:/?#[]@!$&()*+,;=%", c) >= 0
}

// endsAddress reports whether what follows an ampersand makes it a bracket, a
// quotation mark or a blank: in XML, or in HTML that is a text in XML.
func endsAddress(s string) bool {
	s = strings.TrimPrefix(s, "amp;")
	for _, entity := range [...]string{"lt;", "gt;", "quot;", "#"} {
		if strings.HasPrefix(s, entity) {
			return true
		}
	}
	return false
}

// linkable reports whether an address is complete: it has a host, and what
// follows is not a character of it that is written in another way.
func linkable(address, rest string) bool {
	_, host, _ := strings.Cut(address, "://")
	if host == "" || strings.IndexByte("/?#&", host[0]) >= 0 {
		return false
	}
	return rest == "" || rest[0] < 0x80 && !strings.HasPrefix(rest, `\u`)
}
