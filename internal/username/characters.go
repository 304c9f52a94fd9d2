package username

import (
	"net/netip"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// nfc returns text in Unicode normalisation form C.
func nfc(text string) string { return norm.NFC.String(text) }

// upperFirst puts the first character into upper case, by the full mapping of
// Unicode that may make several characters of one (ß → SS), whatever the
// language. Titlecase letters become upper case too.
//
// MediaWiki: languages/Language.php (ucfirst), that is PHP's mb_strtoupper.
func upperFirst(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	if hasFullUpper(first) {
		return cases.Upper(language.Und).String(text[:size]) + text[size:]
	}
	upper := unicode.ToUpper(first)
	if upper == first {
		return text
	}
	return string(upper) + text[size:]
}

// hasFullUpper reports whether r may have an upper case of its own in
// Unicode's SpecialCasing.txt. The ranges are generous: within them the full
// mapping is looked up, which agrees with the simple one where both exist.
func hasFullUpper(r rune) bool {
	switch {
	case r < 0xdf:
		return false
	case r == 0xdf, r == 0x149, r == 0x1f0, r == 0x390, r == 0x3b0, r == 0x587,
		0x1e96 <= r && r <= 0x1e9a,
		0x1f50 <= r && r <= 0x1ffc,
		0xfb00 <= r && r <= 0xfb17:
		return true
	}
	return false
}

// foldPrefix is the form in which namespace names and interwiki prefixes are
// compared: PHP's mb_strtolower, which unlike Go's keeps the dot of İ.
func foldPrefix(prefix string) string {
	prefix = strings.ReplaceAll(prefix, "_", " ")
	return strings.ToLower(strings.ReplaceAll(prefix, "İ", "i\u0307"))
}

// hasIllegalInput reports whether MediaWiki would put U+FFFD somewhere into
// text when it reads it, or finds it there: malformed UTF-8, control
// characters other than tab and the line ends, U+FFFE and U+FFFF.
func hasIllegalInput(text string) bool {
	if !utf8.ValidString(text) {
		return true
	}
	return strings.ContainsFunc(text, func(r rune) bool {
		if r < ' ' {
			return r != '\t' && r != '\n' && r != '\r'
		}
		return 0xfffd <= r && r <= 0xffff
	})
}

// stripMarks removes the marks that only set the direction of text.
func stripMarks(text string) string {
	if !strings.ContainsFunc(text, isDirectionMark) {
		return text
	}
	return nfc(strings.Map(func(r rune) rune {
		if isDirectionMark(r) {
			return -1
		}
		return r
	}, text))
}

func isDirectionMark(r rune) bool {
	return r == 0x200e || r == 0x200f || 0x202a <= r && r <= 0x202e
}

// collapseBlanks makes one space of every run of blanks and drops those at
// the ends.
func collapseBlanks(text string) string {
	if isCollapsed(text) {
		return text
	}
	return strings.Join(strings.FieldsFunc(text, isBlank), " ")
}

// isCollapsed reports whether collapseBlanks would change nothing.
func isCollapsed(text string) bool {
	before := ' '
	for _, r := range text {
		if isBlank(r) && (r != ' ' || before == ' ') {
			return false
		}
		before = r
	}
	return before != ' '
}

// isBlank reports whether r counts as a space in titles. Tab and the line ends
// do not; the underscore does.
func isBlank(r rune) bool {
	switch r {
	case ' ', '_', 0xa0, 0x1680, 0x180e, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return 0x2000 <= r && r <= 0x200a
}

// isTroublesome reports whether r is legal in titles but not in user names:
// the other control characters, invisible ones and those for private use.
//
// MediaWiki: includes/user/UserNameUtils.php (isValid).
func isTroublesome(r rune) bool {
	switch {
	case r < 0x80:
		return false
	case r <= 0xa0, 0x2000 <= r && r <= 0x200f, 0x2028 <= r && r <= 0x202f,
		r == 0x3000, 0xe000 <= r && r <= 0xf8ff:
		return true
	}
	return false
}

// isIP reports whether text is kept for anonymous clients: anything in the
// form of an IPv4 address, even with numbers out of range or "xxx" at the end
// as old logs have it, or an IPv6 address in hexadecimal digits.
//
// MediaWiki: includes/user/UserNameUtils.php (isIP).
func isIP(text string) bool {
	if strings.Contains(text, ":") && !strings.ContainsAny(text, ".%") {
		_, err := netip.ParseAddr(text)
		return err == nil
	}
	if strings.Count(text, ".") != 3 {
		return false
	}
	for range 3 {
		var part string
		if part, text, _ = strings.Cut(text, "."); !isShortNumber(part) {
			return false
		}
	}
	return isShortNumber(text) || text == "xxx"
}

func isShortNumber(s string) bool {
	return 1 <= len(s) && len(s) <= 3 && strings.Trim(s, "0123456789") == ""
}
