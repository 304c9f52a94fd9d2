package message

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// numerals is how a language writes numbers.
type numerals struct {
	zero      rune   // its digits begin here
	separator string // between groups of three
	least     int    // digits before the first separator, at least
}

// minus is the sign of negative numbers (MediaWiki: Language::formatNum).
const minus = "\u2212"

// separators are those other than the English comma, and twoDigits the
// languages that write 1000 but 10.000 (CLDR; MediaWiki:
// separatorTransformTable and minimumGroupingDigits).
var (
	separators = []struct{ separator, languages string }{
		{".", "az bs ca da de el es eu fo fur gl hr id is it ku lb mk nds nl pt ro sc sl sq sr su tr vi"},
		{"\u00a0", "be bg cs eo et fi hu hy ka kk lt lv nb nn oc os pl ru se sk sv uk uz"},
		{"\u202f", "fr wa"},
		{"'", "de-ch rm"},
		{"٬", "ar ckb fa mzn ps sd"},
	}
	twoDigits = " bg es et hu hy it ka ku lv pl pt "
)

// zeros are the first digits of the languages that have digits of their own
// (CLDR; MediaWiki: digitTransformTable).
var zeros = []struct {
	zero      rune
	languages string
}{
	{'٠', "ar ckb sd"}, {'۰', "fa mzn ps"}, {'०', "bho mai mr ne new"},
	{'০', "as bn"}, {'၀', "my"}, {'༠', "bo dz"},
}

// numeralsOf is how the language of the code writes numbers.
func numeralsOf(code string) numerals {
	n := numerals{zero: '0', separator: ",", least: 1}
	for _, s := range separators {
		if listed(s.languages, code) {
			n.separator = s.separator
		}
	}
	for _, z := range zeros {
		if listed(z.languages, code) {
			n.zero = z.zero
		}
	}
	if listed(twoDigits, code) {
		n.least = 2
	}
	return n
}

// listed reports whether a list of words parted by spaces holds the word.
func listed(list, word string) bool { return strings.Contains(" "+list+" ", " "+word+" ") }

// append writes a number.
func (n numerals) append(b []byte, value int64) []byte {
	var scratch [20]byte
	digits := strconv.AppendInt(scratch[:0], value, 10)
	if digits[0] == '-' {
		b = append(b, minus...)
		digits = digits[1:]
	}
	grouped := len(digits) >= 3+n.least
	for i, d := range digits {
		if grouped && i > 0 && (len(digits)-i)%3 == 0 {
			b = append(b, n.separator...)
		}
		b = utf8.AppendRune(b, n.zero+rune(d-'0'))
	}
	return b
}

// unit is one in which spans of time are told.
type unit struct {
	seconds int64
	key     string
}

// units are the units of durations, the largest first (MediaWiki:
// Language::formatDuration).
var units = [...]unit{
	{86400, "duration-days"}, {3600, "duration-hours"}, {60, "duration-minutes"}, {1, "duration-seconds"},
}
