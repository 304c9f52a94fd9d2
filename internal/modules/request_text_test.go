package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestTextIsMadeValid(t *testing.T) {
	c := newRig(t, echo).client(t)
	for _, test := range []struct{ name, sent, url, body string }{
		{"ASCII", "a+b", "a b", "a b"},
		{"tab, line feed, carriage return", "%09%0A%0D", "\t\n\r", "\t\n\r"},
		{"NUL", "a%00b", "a\ufffdb", "a\ufffdb"},
		{"control characters", "%01%08%0B%0C%0E%1F%7F", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\x7f", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\x7f"},
		{"C1 control character", "a%C2%80", "a\u0080", "a\u0080"},
		{"invalid byte", "%FF", "ÿ", "\ufffd"},
		{"two of them", "%FF%FE", "ÿþ", "\ufffd\ufffd"},
		{"cut off", "caf%C3", "cafÃ", "caf\ufffd"},
		{"old encoding of a whole value", "caf%E9+%80", "café €", "caf\ufffd \ufffd"},
		{"no meaning in the old encoding", "%8D%8F%90%9D%81%E9%00", "é\ufffd", "\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd\ufffd"},
		{"valid and invalid mixed", "%C3%A9%E9", "Ã©é", "é\ufffd"},
		{"too long form of NUL", "%C0%80", "À€", "\ufffd"},
		{"surrogate", "%ED%A0%80", "í\u00a0€", "\ufffd"},
		{"beyond Unicode", "%F4%90%80%80", "ô€€", "\ufffd"},
		{"byte order mark", "%EF%BB%BFa", "\ufeffa", "\ufeffa"},
		{"no characters", "%EF%BF%BEa%EF%BF%BF", "\ufffda\ufffd", "\ufffda\ufffd"},
		{"other noncharacter", "%EF%B7%90", "\ufdd0", "\ufdd0"},
		{"replacement character", "%EF%BF%BD", "\ufffd", "\ufffd"},
		{"decomposed", "e%CC%81", "é", "é"},
		{"lone combining character", "%CC%81", "\u0301", "\u0301"},
		{"canonically equal", "%E2%84%AB", "Å", "Å"},
		{"Hangul", "%E1%84%80%E1%85%A1", "가", "가"},
		{"compatible only", "%EF%AC%81", "ﬁ", "ﬁ"},
		{"beyond the first plane", "%F0%9F%98%80", "😀", "😀"},
		{"blanks stay", "%20a%20", " a ", " a "},
	} {
		sent, err := url.QueryUnescape(test.sent)
		must(t, err)
		for way, a := range map[string]answer{
			"URL":       c.get("action=echo&formatversion=2&eword=" + test.sent),
			"body":      c.send("POST", "format=json&action=echo&formatversion=2", formType, "eword="+test.sent),
			"multipart": c.send("POST", "format=json&action=echo&formatversion=2", multipartType, part(`name="eword"`, sent)+"--b--"),
		} {
			want := test.body
			if way == "URL" {
				want = test.url
			}
			if got := a.text("echo", "word"); got != want {
				t.Errorf("%s by %s: %+q, want %+q", test.name, way, got, want)
			}
			if warned := a.value("warnings") != nil; warned != (want != sent) {
				t.Errorf("%s by %s: warned is %v", test.name, way, warned)
			}
		}
	}
}

func TestListsAreCleanedMemberByMember(t *testing.T) {
	c := newRig(t, echo).client(t)
	for query, want := range map[string]string{
		"elist=%1Fe%CC%81|x%1F%CC%81y":  `["\u00e9|x","\u0301y"]`,
		"elist=e|%CC%81":                `["e","\u0301"]`,
		"elist=%1Fa%01%1Fa%EF%BF%BD":    `["a\ufffd"]`,
		"elist=a%1Fb|c":                 `["a\ufffdb","c"]`,
		"elist=%1F%FF%1Fe%CC%81%1Fa%C3": `["\ufffd","\u00e9","a\ufffd"]`,
		"elist=%FF|e%CC%81":             `["\u00ff","e\u00cc"]`,
		"elist=%81%1Fa|b":               `["\ufffda","b"]`,
		"elist=%EF%BF%BD%1Fe%CC%81|%09": `["\ufffd\ufffd\u00e9","\t"]`,
	} {
		if got := c.get("action=echo&formatversion=2&ascii&"+query).raw("echo", "list"); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestWarningAboutTextNamesItsOwner(t *testing.T) {
	c := newRig(t, echo).client(t)
	bad := func(name, module string) said {
		return said{code: "badutf8", key: "apiwarn-badutf8", params: `"` + name + `"`, module: module}
	}
	for _, s := range styles() {
		a := c.get("action=echo&eword=%01&elist=%02&uselang=%03" + s.query())
		a.Body = strings.NewReplacer("\ufffd", "?", `\ufffd`, "?").Replace(a.Body)
		warned := []said{bad("uselang", "main"), bad("eword", "echo"), bad("elist", "echo")}
		if s.format == "none" {
			warned = warned[:2] // the second of echo looks like its first
		}
		a.shows(s.String(), "{"+s.warnings(warned...)+`,"echo":{"word":"?","list":["?"]}}`)
	}
	c.get("action=echo&errorformat=none&formatversion=2&unknown=%01&eword=a").shows("unknown parameter",
		`{"warnings":[{"code":"unrecognizedparams","module":"main"}],"echo":{"word":"a"}}`)
	a := c.do(http.MethodGet, "action=login%00&requestid=%01", nil)
	a.shows("on errors", `{"error":{"code":"badvalue","info":"T","*":"T"},"warnings":{"main":{"*":"T"}},"requestid":"\ufffd"}`)
}
