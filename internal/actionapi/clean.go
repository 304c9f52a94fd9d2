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
// is taken as windows-1252 first. A leading U+001F stays, and then the parts
// of the list are cleaned each on its own. changed is true when the result
// differs from what was sent (MediaWiki: ApiParamValidatorCallbacks).
func clean(raw string, query bool) (value string, changed bool) {
	if plainText(raw) {
		return raw, false
	}
	text := raw
	if query && !utf8.ValidString(text) {
		// The five bytes without a meaning in windows-1252 become U+FFFD, which no
		// other byte does, and are dropped.
		text, _ = charmap.Windows1252.NewDecoder().String(text)
		text = strings.ReplaceAll(text, "\ufffd", "")
	}
	if strings.HasPrefix(text, unitSeparator) {
		parts := strings.Split(text, unitSeparator)
		for i := range parts {
			parts[i] = cleanPart(parts[i])
		}
		text = strings.Join(parts, unitSeparator)
	} else {
		text = cleanPart(text)
	}
	return text, text != raw
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

func cleanPart(s string) string {
	return norm.NFC.String(strings.Map(func(r rune) rune {
		switch {
		case r < 0x20 && r != '\t' && r != '\n' && r != '\r', r == 0xfffe, r == 0xffff:
			return utf8.RuneError
		}
		return r // strings.Map gives U+FFFD for each invalid byte
	}, s))
}
