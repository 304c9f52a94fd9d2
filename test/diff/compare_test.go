package diff

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/conformance"
)

// answer makes one out of its type, body and lines of headers.
func answer(kind, body string, headers ...string) *conformance.Answer {
	h := http.Header{"Content-Type": {kind}}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		h.Add(name, value)
	}
	return &conformance.Answer{Status: 200, Header: h, Cookies: (&http.Response{Header: h}).Cookies(), Body: []byte(body)}
}

func TestCompare(t *testing.T) {
	const (
		json    = "application/json; charset=utf-8"
		xml     = "text/xml; charset=utf-8"
		php     = "application/vnd.php.serialized; charset=utf-8"
		script  = "text/javascript; charset=utf-8"
		session = "Set-Cookie: p_session=abcdefghijklmnopqrstuvwxyz012345; path=/; HttpOnly"
	)
	token := func(digit string) string { return strings.Repeat(digit, 40) + `+\\` }
	tests := []struct {
		name         string
		ours, theirs *conformance.Answer
		places       string // of the differences
	}{
		{"the same", answer(json, `{"a":1}`), answer(json, `{"a":1}`), ""},
		{"a value", answer(json, `{"a":{"b":1}}`), answer(json, `{"a":{"b":2}}`), "$.a.b"},
		{"a type", answer(json, `{"a":[]}`), answer(json, `{"a":{}}`), "$.a"},
		{"a key", answer(json, `{"a":1,"b":2}`), answer(json, `{"a":1}`), "$.b"},
		{"order of keys", answer(json, `{"a":1,"b":2}`), answer(json, `{"b":2,"a":1}`), "$ (order)"},
		{"length of a list", answer(json, `{"a":[1]}`), answer(json, `{"a":[1,2]}`), "$.a (entries)"},
		{"tokens", answer(json, `{"t":"`+token("a")+`"}`), answer(json, `{"t":"`+token("b")+`"}`), ""},
		{"a token and none", answer(json, `{"t":"`+token("a")+`"}`), answer(json, `{"t":"+\\"}`), "$.t"},
		{"times", answer(json, `{"t":"2026-01-01T00:00:00Z"}`), answer(json, `{"t":"2027-01-01T00:00:00Z"}`), ""},
		{"prose", answer(json, `{"error":{"code":"a","info":"x"}}`), answer(json, `{"error":{"code":"a","info":"y"}}`), ""},
		{"no prose", answer(json, `{"error":{"code":"a","info":"x"}}`), answer(json, `{"error":{"code":"a","info":""}}`), "$.error.info"},
		{"codes", answer(json, `{"error":{"code":"a","info":"x"}}`), answer(json, `{"error":{"code":"b","info":"x"}}`), "$.error.code"},
		{"warnings", answer(json, `{"warnings":{"main":{"*":"x"}}}`), answer(json, `{"warnings":{"main":{"*":"y"}}}`), ""},
		{"texts of forms", answer(json, `{"clientlogin":{"message":"x"}}`), answer(json, `{"clientlogin":{"message":"y"}}`), ""},
		{"keys of messages", answer(json, `{"clientlogin":{"message":"(x: 1)"}}`), answer(json, `{"clientlogin":{"message":"(y: 1)"}}`), "$.clientlogin.message"},
		{"parameters of keys", answer(json, `{"clientlogin":{"message":"(x: 1)"}}`), answer(json, `{"clientlogin":{"message":"(x: 2)"}}`), ""},
		{"names of classes", answer(json, `{"requests":[{"provider":"A\\B"}]}`), answer(json, `{"requests":[{"provider":"A\\C"}]}`), "$.requests[].provider"},
		{"accounts of forms", answer(json, `{"requests":[{"account":"A"}]}`), answer(json, `{"requests":[{"account":"B"}]}`), "$.requests[].account"},
		{"questions", answer(json, `{"fields":{"a":{"value":"1+2 ="}}}`), answer(json, `{"fields":{"a":{"value":"11−2 ="}}}`), ""},
		{"numbers of questions", answer(json, `{"fields":{"a":{"value":"1"}}}`), answer(json, `{"fields":{"a":{"value":"23"}}}`), ""},
		{"raw messages", answer(json, `{"clientlogin":{"message":{"key":"a","params":[]}}}`), answer(json, `{"clientlogin":{"message":{"key":"b","params":[]}}}`), "$.clientlogin.message.key"},
		{"content that is no prose", answer(json, `{"a":{"*":"x"}}`), answer(json, `{"a":{"*":"y"}}`), "$.a.*"},
		{"no JSON", answer(json, `{`), answer(json, `{}`), "syntax of the body"},
		{"callbacks", answer(script, `/**/a({"x":1})`), answer(script, `/**/b({"x":2})`), "callback $.x"},
		{"elements", answer(xml, `<api><a/></api>`), answer(xml, `<api><b/></api>`), "$.api[].a (element)"},
		{"attributes", answer(xml, `<api a="1" b="1"/>`), answer(xml, `<api a="2"/>`), "$.api.@a $.api.@b"},
		{"prose of XML", answer(xml, `<api><error code="a" info="x">y</error></api>`), answer(xml, `<api><error code="a" info="z">z</error></api>`), ""},
		{"PHP", answer(php, `a:1:{s:1:"a";a:1:{i:0;b:1;}}`), answer(php, `a:1:{s:1:"a";a:1:{i:0;s:1:"1";}}`), "$.a[]"},
		{"keys of PHP", answer(php, `a:1:{i:1;N;}`), answer(php, `a:1:{s:1:"1";N;}`), "$[] $.1"},
		{"an empty body", answer(json, ``), answer(json, `{}`), "body"},
		{"pages", answer("text/html; charset=utf-8", `a`, "Vary: A"), answer("text/html; charset=UTF-8", `b`), ""},
		{"headers", answer(json, `{}`, "Vary: A", "X-B: 1"), answer(json, `{}`, "Vary: B"), "header Vary header X-B"},
		{"headers of their own", answer(json, `{}`, "Server: a"), answer(json, `{}`, "Date: b"), ""},
		{"cookies", answer(json, `{}`, session), answer(json, `{}`, strings.Replace(session, "abc", "cba", 1)), ""},
		{"a cookie's attributes", answer(json, `{}`, session), answer(json, `{}`, session+"; Secure"), "cookie p_session"},
		{"a deleted cookie", answer(json, `{}`, session), answer(json, `{}`, "Set-Cookie: p_session=x; Max-Age=0; path=/; HttpOnly"), "cookie p_session"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var places []string
			for _, d := range Compare(test.ours, test.theirs, false) {
				places = append(places, d.Place)
			}
			if got := strings.Join(places, " "); got != test.places {
				t.Errorf("differences at %q, expected %q", got, test.places)
			}
		})
	}
}

func TestKnownDifferencesAreNarrow(t *testing.T) {
	p := &Pair{Known: []Known{{Name: "a", Is: at(`^\$\.a$`), Ends: true}}}
	left, known, end := p.unknown(&conformance.Request{}, nil, answer("application/json", `{"a":1,"b":1}`), answer("application/json", `{"a":2,"b":2}`))
	if len(left) != 1 || left[0].Place != "$.b" || !slices.Equal(known, []string{"a"}) || !end {
		t.Errorf("left %v, known %v, end %t", left, known, end)
	}
}
