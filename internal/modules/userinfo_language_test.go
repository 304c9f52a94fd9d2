package modules

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestAcceptLanguageIsUnderstoodAsMediaWikiDoes(t *testing.T) {
	for header, want := range map[string]string{
		"":                                "[]",
		"de-CH, fr;q=0.5,en":              "[{de-ch 1} {en 1} {fr 0.5}]",
		"de;q=0":                          "[]",
		"en-US;q=0.8,en-GB;q=0.8,en":      "[{en 1} {en-us 0.8} {en-gb 0.8}]",
		"*;q=0.1,De-at":                   "[{de-at 1} {* 0.1}]",
		"de;q=1.5, x-bad;q=foo":           "[{de 1} {x-bad 1} {foo 1}]",
		"zh-hans-CN-x;q=.5":               "[{zh-hans-cn-x 1}]",
		"es-419;q=0.5":                    "[{es 1} {q 1}]",
		"abcdefghijk;q=0.3":               "[{abcdefgh 1} {ijk 0.3}]",
		"de;q=0.5,en,de":                  "[{de 1} {en 1}]",
		"de,en;q=0.5,de;q=0.2":            "[{en 0.5} {de 0.2}]",
		"de;q=0.0001,fr":                  "[{fr 1}]",
		"de;q=0.9999":                     "[{de 0.999}]",
		"de;q=1.000,en;q=0.":              "[{de 1}]",
		"de ; q = 0.4":                    "[{de 0.4}]",
		strings.Repeat("a,", 5000) + "de": "[{a 1}]",
	} {
		if got := fmt.Sprint(parseAcceptLanguage(header)); got != want {
			t.Errorf("%.40q: %s, want %s", header, got, want)
		}
	}
}

func TestAcceptLanguageIsShown(t *testing.T) {
	c := newRig(t).client(t)
	c.Header.Set("Accept-Language", "de, en;q=0.333")
	for version, want := range map[string]string{
		"1": `[{"q":1,"*":"de"},{"q":0.333,"*":"en"}]`, "2": `[{"q":1,"code":"de"},{"q":0.333,"code":"en"}]`,
	} {
		a := c.get("action=query&meta=userinfo&uiprop=acceptlang&formatversion=" + version)
		if got := a.raw("query", "userinfo", "acceptlang"); got != want {
			t.Errorf("version %s: %s, want %s", version, got, want)
		}
	}
}

func TestNoHeaderBreaksAcceptLanguage(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		last := 1.0
		seen := map[string]bool{}
		for _, l := range parseAcceptLanguage(rapid.StringMatching(`([a-z*,; =.0-9-]|q=0\.|\pL){0,60}`).Draw(t, "header")) {
			if l.quality <= 0 || l.quality > last || l.code == "" || seen[l.code] {
				t.Fatalf("%v", l)
			}
			last, seen[l.code] = l.quality, true
		}
	})
}
