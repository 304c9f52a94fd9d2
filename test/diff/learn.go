package diff

import (
	"regexp"
	"strconv"

	"github.com/wikigate/wikigate/conformance"
)

// pass is the status of a login that has come to its end, in every format.
var pass = []byte("PASS")

// learned are values that interactive sequences name and answers give, in the
// formats in which that is simple.
var learned = []struct {
	name string
	form *regexp.Regexp
}{
	{"logintoken", regexp.MustCompile(`logintoken.{1,12}?\b([0-9a-f]{40}\+\\)`)},
	{"csrftoken", regexp.MustCompile(`csrftoken.{1,12}?\b([0-9a-f]{40}\+\\)`)},
	{"captchaid", regexp.MustCompile(`"captchaId":\{[^{}]*"value":"(\d+)"`)},
	{"captchaquestion", regexp.MustCompile(`"captchaInfo":\{[^{}]*"value":"([^"]*)"`)},
}

// learn takes what is learned out of a body.
func learn(p *conformance.Player, body []byte) {
	for _, l := range learned {
		m := l.form.FindSubmatch(body)
		if m == nil {
			continue
		}
		value := string(m[1])
		if plain, err := strconv.Unquote(`"` + value + `"`); err == nil {
			value = plain
		}
		p.Know(l.name, value)
	}
}

// codes are how answers name what has happened.
var codes = regexp.MustCompile(`\b(?:status|messagecode|result)\b.{1,12}?\b([A-Za-z][A-Za-z0-9_-]+)`)

// outcome says in short what an answer said, so that a run shows what it has
// met.
func outcome(r *conformance.Request, a *conformance.Answer) string {
	name := action(r)
	if code := a.Header.Get("MediaWiki-API-Error"); code != "" {
		return name + ": " + code
	}
	for _, m := range codes.FindAllSubmatch(a.Body, 2) {
		name += " " + string(m[1])
	}
	return name
}
