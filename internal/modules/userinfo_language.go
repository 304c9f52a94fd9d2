package modules

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// acceptedLanguage is a language that a client wants, and how much.
type acceptedLanguage struct {
	code    string
	quality float64
}

// languageRange finds a language with an optional quality anywhere in the
// header: MediaWiki looks for letters only, so that es-419 counts as es.
var languageRange = regexp.MustCompile(
	`([a-z]{1,8}(?:-[a-z]{1,8})*|\*)` + // the code
		`\s*(?:;\s*q\s*=\s*` +
		`(1(?:\.0{0,3})?|0(?:\.[0-9]{0,3})?)?` + // its quality
		`)?`)

// maxLanguageHeader bounds the work for a header in bytes.
const maxLanguageHeader = 4096

// acceptLanguage shows how the server has understood the header
// Accept-Language.
func (UserInfo) acceptLanguage(_ context.Context, c *actionapi.Call, out format.Ref) error {
	list := out.List("acceptlang", "lang")
	for _, l := range parseAcceptLanguage(c.Header("Accept-Language")) {
		o := list.Object("")
		o.Float("q", l.quality)
		o.Content("code", l.code)
	}
	return nil
}

// parseAcceptLanguage gives the wanted languages, the dearest first (MediaWiki:
// WebRequest::getAcceptLang). Of a code that is repeated the last quality
// counts; quality 0 means that the language is not wanted.
func parseAcceptLanguage(header string) []acceptedLanguage {
	header = strings.ToLower(header[:min(len(header), maxLanguageHeader)])
	var wanted []acceptedLanguage
	at := map[string]int{}
	for _, m := range languageRange.FindAllStringSubmatch(header, -1) {
		l := acceptedLanguage{m[1], 1}
		if m[2] != "" {
			l.quality, _ = strconv.ParseFloat(m[2], 64) // the expression allows numbers only
		}
		if i, known := at[l.code]; known {
			wanted[i] = l
			continue
		}
		at[l.code] = len(wanted)
		wanted = append(wanted, l)
	}
	wanted = slices.DeleteFunc(wanted, func(l acceptedLanguage) bool { return l.quality == 0 })
	slices.SortStableFunc(wanted, func(a, b acceptedLanguage) int { return cmp.Compare(b.quality, a.quality) })
	return wanted
}
