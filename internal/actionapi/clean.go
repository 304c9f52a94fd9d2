package actionapi

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"
)

// unitSeparator begins a list that is split at it instead of at "|".
const unitSeparator = "\x1f"

// clean makes a value valid: Unicode in form NFC without control characters,
// each bad one replaced by U+FFFD. A value from the URL that is not valid UTF-8
// is taken as windows-1252 first. But in one that begins with U+001F, which
// stays, the parts of the list are cleaned each on its own, and never taken for
// windows-1252. changed is true when the result differs from what was sent
// (MediaWiki: ApiParamValidatorCallbacks).
func clean(raw string, query bool) (value string, changed bool) {
	if plainText(raw) {
		return raw, false
	}
	if strings.HasPrefix(raw, unitSeparator) {
		parts := strings.Split(raw, unitSeparator)
		for i := range parts {
			parts[i] = cleanPart(parts[i])
		}
		value = strings.Join(parts, unitSeparator)
		return value, value != raw
	}
	value = raw
	if query && !utf8.ValidString(raw) {
		// The five bytes without a meaning in windows-1252 become U+FFFD, which no
		// other byte does, and are dropped.
		value, _ = charmap.Windows1252.NewDecoder().String(raw)
		value = strings.ReplaceAll(value, "\ufffd", "")
	}
	value = cleanPart(value)
	return value, value != raw
}

// plainText reports whether s is ASCII without control characters other than
// tab, line feed and carriage return.
func plainText(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c >= utf8.RuneSelf || c < 0x20 && c != '\t' && c != '\n' && c != '\r' {
			return false
		}
	}
	return true
}

// cleanPart replaces what is not allowed and composes the rest.
func cleanPart(s string) string {
	var b strings.Builder
	b.Grow(len(s))
	for s != "" {
		r, size := utf8.DecodeRuneInString(s)
		switch {
		case r == utf8.RuneError && size == 1:
			size = brokenLength(s)
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0xfffe, r == 0xffff:
			r = utf8.RuneError
		}
		b.WriteRune(r)
		s = s[size:]
	}
	return norm.NFC.String(b.String())
}

// brokenLength is the length of the invalid sequence that s begins with, which
// counts as one bad character: a first byte and what follows of the bytes that
// it announces, even if there can be no such character (MediaWiki:
// UtfNormal\Validator::quickIsNFCVerify).
func brokenLength(s string) int {
	announced := 1
	switch c := s[0]; {
	case c >= 0xfe, c < 0xc0:
	case c >= 0xfc:
		announced = 6
	case c >= 0xf8:
		announced = 5
	case c >= 0xf0:
		announced = 4
	case c >= 0xe0:
		announced = 3
	default:
		announced = 2
	}
	n := 1
	for n < min(announced, len(s)) && s[n]&0xc0 == 0x80 {
		n++
	}
	return n
}
