package diff

import (
	"regexp"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// Known is a difference that is not reported.
type Known struct {
	Name   string // for the count in the summary
	Reason string // a row of docs/compatibility.md, or why it says nothing
	Is     func(Case) bool
}

// Case is a difference together with what led to it.
type Case struct {
	Difference
	Request      *conformance.Request
	Ours, Theirs *conformance.Answer
}

// unknown gives the differences of two answers that no rule knows, and the
// names of the rules that knew the others.
func (p *Pair) unknown(r *conformance.Request, ours, theirs *conformance.Answer) (left []Difference, known []string) {
	for _, d := range Compare(ours, theirs) {
		c := Case{d, r, ours, theirs}
		i := slices.IndexFunc(p.Known, func(k Known) bool { return k.Is(c) })
		if i < 0 {
			left = append(left, d)
			continue
		}
		known = append(known, p.Known[i].Name)
	}
	return left, known
}

// KnownOfMediaWiki are the known differences of wikigate (ours) and MediaWiki
// 1.39 (theirs).
func KnownOfMediaWiki() []Known {
	return []Known{
		{"modules", "Not yet: the rest of AuthManager; the list of all modules stands in the error", at(
			`params.*list`, `params.*num`)},
		{"software", "Software in meta=siteinfo", at(`general\.@?(phpversion|phpsapi|dbtype|dbversion|logo)$`)},
		{"options", "Preferences in meta=userinfo", at(`userinfo\.options\.`, `userinfo\[\]\.options`)},
		{"types of tokens", "types of tokens: nine", at(`\.@?(deleteglobalaccount|setglobalaccountstatus)token$`)},
		{"anonymous cookie again", "anonymous session cookie: sent once more", anonymousCookie},
		{"mismatch of origins", "body of a mismatch of origins", func(c Case) bool {
			return c.Place == "header Content-Type" && c.Ours.Status == 403 && c.Theirs.Status == 403
		}},
		{"request id that is a list", "parameter requestid that begins with U+001F: crashes", crash("internal_api_error_ApiUsageException", "requestid")},
	}
}

// at knows differences by their place.
func at(patterns ...string) func(Case) bool {
	places := regexp.MustCompile(strings.Join(patterns, "|"))
	return func(c Case) bool { return places.MatchString(c.Place) }
}

// anonymousCookie is that of a session without a login being sent again, since
// it tells which tokens were handed out.
func anonymousCookie(c Case) bool {
	return strings.HasSuffix(c.Place, "_session") && strings.HasPrefix(c.Place, "cookie ") &&
		strings.HasPrefix(c.Difference.Ours, "<session>; session") && c.Difference.Theirs == "(none)" &&
		strings.Contains(text(c.Request), "tokens")
}

// crash knows MediaWiki's answer to an exception that it does not catch, when
// a parameter has a value that begins like a list.
func crash(code, parameter string) func(Case) bool {
	return func(c Case) bool {
		return c.Theirs.Status == 500 && c.Theirs.Header.Get("MediaWiki-API-Error") == code &&
			slices.ContainsFunc(parameters(c.Request), func(p [2]string) bool {
				return p[0] == parameter && strings.HasPrefix(p[1], "\x1f")
			})
	}
}
