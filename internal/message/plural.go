package message

import (
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// pluralRule chooses among the forms of a language. The forms stand in the
// order zero, one, two, few, many, other, without those that the language does
// not have (CLDR, as in MediaWiki: languages/data/plurals.xml).
type pluralRule struct {
	english bool // one and other; the most asked for
	tag     language.Tag
	index   [6]int // by plural.Form
}

// formOrder is the order in which texts give the forms.
var formOrder = [...]plural.Form{plural.Zero, plural.One, plural.Two, plural.Few, plural.Many, plural.Other}

// newPluralRule finds out which forms a language has.
func newPluralRule(code string) *pluralRule {
	tag, err := language.Parse(code)
	if err != nil {
		tag = language.English
	}
	if code == "en" {
		return &pluralRule{english: true}
	}
	r := &pluralRule{tag: tag}
	has := formsOf(tag)
	index := 0
	for _, f := range formOrder {
		r.index[f] = index
		if has[f] {
			index++
		}
	}
	return r
}

// formsOf tries numbers that between them need every form of every language:
// whole ones, the million of the Romance languages, and fractions.
func formsOf(tag language.Tag) (has [6]bool) {
	for n := range 200 {
		has[plural.Cardinal.MatchPlural(tag, n, 0, 0, 0, 0)] = true
	}
	has[plural.Cardinal.MatchPlural(tag, 1_000_000, 0, 0, 0, 0)] = true
	for f := range 20 {
		has[plural.Cardinal.MatchPlural(tag, 1, 1, 1, f, f)] = true
	}
	has[plural.Other] = true
	return has
}

// choose gives the index of the form for a number.
func (r *pluralRule) choose(n int64) int {
	const million = 1_000_000 // no rule looks at more than its multiples
	if n <= -million || n >= million {
		n = million + n%million
	}
	n = max(n, -n)
	if r.english {
		if n == 1 {
			return 0
		}
		return 1
	}
	return r.index[plural.Cardinal.MatchPlural(r.tag, int(n), 0, 0, 0, 0)]
}
