package username

import (
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/language"
)

// TestUpperFirstIsTheFullMapping compares every code point with the full
// mapping, so that no range is missing in hasFullUpper. Each one was compared
// with a real wiki too (PHP 8.2), up to U+1FFFF.
func TestUpperFirstIsTheFullMapping(t *testing.T) {
	full := cases.Upper(language.Und)
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !utf8.ValidRune(r) {
			continue
		}
		text := string(r)
		if got, want := upperFirst(text), full.String(text); got != want {
			t.Errorf("upperFirst(%U) = %+q, want %+q", r, got, want)
		}
	}
}

// TestPlainNamesTakeTheSamePath: the short cut is only a short cut.
func TestPlainNamesTakeTheSamePath(t *testing.T) {
	rules := NewRules("RefWiki", []string{"mw"})
	check := func(raw string) {
		if !isPlain(raw) {
			return
		}
		short, _ := rules.Parse(raw)
		if long, ok := rules.parseAny(raw); !ok || long != short {
			t.Errorf("%q: %q by the short cut, %q, %v without", raw, short, long, ok)
		}
	}
	check("")
	for a := range 128 {
		check(string(rune(a)))
		for b := range 128 {
			check(string([]byte{byte(a), byte(b)}))
			check(string([]byte{'1', '.', byte(a), '.', '3', '.', byte(b)}))
			for c := ' '; c < 128; c += 3 {
				check(string([]byte{byte(a), byte(b), byte(c)}))
			}
		}
	}
}
