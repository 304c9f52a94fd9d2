package conformance

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

func testValues() *values {
	return &values{
		known:   map[string]string{"alice.name": "Alice", "id": "7", "token": "0123"},
		numbers: map[string]bool{"id": true}, now: time.Now,
	}
}

func TestJSONPatterns(t *testing.T) {
	for _, c := range []struct{ pattern, body, wrong string }{
		{`{"a": 1, "b": [true, null, "x"]}`, `{"a":1,"b":[true,null,"x"]}`, ""},
		{`{"a": 1}`, `{"a":1.0}`, "$.a: expected 1, got 1.0"},
		{`{"a": 1}`, `{"a":"1"}`, `$.a: expected 1, got "1"`},
		{`{"a": 1, "b": 2}`, `{"b":2,"a":1}`, "the key b is not expected there"},
		{`{"a": 1, "b": 2, ...}`, `{"b":2,"a":1}`, "the key b comes too early"},
		{`{"a": 1, ...}`, `{"z":0,"a":1,"b":2}`, ""},
		{`{"a": 1}`, `{"a":1,"b":2}`, "$: the key b is not expected"},
		{`{"a": 1}`, `{}`, "$: the key a is missing"},
		{`{"a"?: 1, "b": 2}`, `{"b":2}`, ""},
		{`{"a"?: 1, "b": 2}`, `{"a":3,"b":2}`, "$.a: expected 1, got 3"},
		{`{}`, `[]`, "expected an object, got an array of 0"},
		{`[1, 2]`, `[1]`, "expected an array of 2, got one of 1"},
		{`[2, 4, ...]`, `[1,2,3,4,5]`, ""},
		{`[4, 2, ...]`, `[1,2,3,4,5]`, "has no 2 where it should"},
		{`{"a": {{int}}}`, `{"a":12}`, ""},
		{`{"a": {{int}}}`, `{"a":"12"}`, `expected {{int}}, got "12"`},
		{`{"a": "{{int}}"}`, `{"a":"12"}`, ""},
		{`{"a": {{text}}}`, `{"a":""}`, "expected"},
		{`{"a": {{text}}}`, `{"a":3}`, "got the number 3"},
		{`{"a": {{any}}}`, `{"a":[]}`, ""},
		{`{"a": {{filled}}}`, `{"a":[]}`, "expected {{filled}}, got an array of 0"},
		{`{"a": {{bool}}, "b": {{object}}, "c": {{array}}, "d": {{string}}}`, `{"a":false,"b":{},"c":[],"d":""}`, ""},
		{`{"a": {{id}}}`, `{"a":7}`, ""},
		{`{"a": {{id}}}`, `{"a":"7"}`, `expected {{id}} as a number, got "7"`},
		{`{"a": "{{id}}"}`, `{"a":"7"}`, ""},
		{`{"a": {{alice.name}}}`, `{"a":"Alice"}`, ""},
		{`{"a": {{int > n}}, "b": {{n}}}`, `{"a":7,"b":"7"}`, "expected {{n}} as a number"},
		{`{"a": {{text > n}}, "b": {{n}}}`, `{"a":"7","b":7}`, "expected {{n}} as a string, got 7"},
		{`{"a": {{any > n}}}`, `{"a":{}}`, "expected a string or a number to keep as n"},
		{`[{"a": {{int > n}}, "b": 2}, {{n}}, ...]`, `[{"a":1,"b":2},{"a":3,"b":4},1]`, ""},
		{`[{"a": {{int > id}}, "b": 9}, ...]`, `[{"a":1,"b":2}]`, "where it should"},
		{`{{any}}`, strings.Repeat("[", 300) + strings.Repeat("]", 300), "more than 200 levels deep"},
		{`{"a": {{text}}}`, "{\"a\":\"\xff\"}", "the body is no UTF-8"},
		{`{"a": "{{alice.name}}-{{/[a-c]+/}}"}`, `{"a":"Alice-abc"}`, ""},
		{`{"a": "{{alice.name}}"}`, `{"a":"Bob"}`, `got "Bob"`},
		{`{"{{alice.name}}": 1}`, `{"Alice":1}`, ""},
		{`{"a": {{text > kept}}, "b": "{{kept}}"}`, `{"a":"x","b":"x"}`, ""},
		{`{"a": {{text > kept}}, "b": "{{kept}}"}`, `{"a":"x","b":"y"}`, `got "y"`},
		{`{"a": 1}`, `{"a":1,"a":1}`, "comes twice"},
		{`{"a": 1}`, `{"a":1}x`, "the JSON of the body"},
		{`{"a": 1}`, `<html>`, "the body is no JSON"},
		{`{"a": {{bob.name}}}`, `{"a":"x"}`, "nothing has this name"},
	} {
		r := &patternReader{text: c.pattern}
		p, err := r.value()
		if err != nil {
			t.Errorf("%s: %v", c.pattern, err)
			continue
		}
		err = jsonCheck{p}.hold(&answer{body: []byte(c.body)}, testValues())
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s against %s: got %v, want %q", c.pattern, c.body, err, c.wrong)
		}
	}
}

func TestChecks(t *testing.T) {
	a := &answer{status: 200, body: []byte("Hello Alice\n"), header: http.Header{}}
	a.header["Vary"] = []string{"Cookie", "Origin"}
	a.header["Set-Cookie"] = []string{
		"s=abc; path=/; HttpOnly", "u=7; Max-Age=2592000; path=/; Secure; SameSite=Lax",
		"gone=deleted; Max-Age=0; expires=Thu, 01 Jan 1970 00:00:01 GMT", "UseDC=master; Max-Age=10",
	}
	a.cookies = (&http.Response{Header: a.header}).Cookies()
	for _, c := range []struct{ line, wrong string }{
		{"header: vary: Cookie, {{text}}", ""},
		{"header: Vary: Cookie", "header Vary: expected"},
		{"header: X: y", "header X: it is missing"},
		{"no header: X", ""},
		{"no header: Vary", "expected none"},
		{"contains: Hello {{alice.name}}", ""},
		{"contains: Bye", `"Bye" is not in`},
		{"lacks: Bye", ""},
		{"lacks: Hello", "it contains"},
		{"body: Hello Alice", "expected"},
		{"cookie: s = {{/[a-c]+/}}; session; httponly; path=/", ""},
		{"cookie: s", ""},
		{"cookie: s = x", "expected"},
		{"cookie: s; session", "expected HttpOnly to be false"},
		{"cookie: s; days=30; httponly", "expected a life of 30 days"},
		{"cookie: u = {{id}}; days=30; secure; path=/; samesite=Lax", ""},
		{"cookie: u; days=31; secure", "expected a life of 31 days, got 720h"},
		{"cookie: u; session; secure", "expected no expiry"},
		{"cookie: u; days=30; secure; path=/w", "expected path=/w"},
		{"cookie: u; days=30", "expected Secure to be false"},
		{"cookie: gone", "it is deleted"},
		{"cookie: none", "it is not set"},
		{"deletes: gone", ""},
		{"deletes: s", "expected it to be deleted"},
		{"deletes: none", "it is not touched"},
		{"no cookie: none", ""},
		{"no cookie: s", "expected none"},
		{"differ: id token", ""},
		{"differ: id id", "are the same"},
	} {
		m := keywordLine.FindStringSubmatch(c.line)
		check, err := parseCheck(m[1], m[2])
		if err != nil {
			t.Errorf("%s: %v", c.line, err)
			continue
		}
		err = check.hold(a, testValues())
		if (err == nil) != (c.wrong == "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: got %v, want %q", c.line, err, c.wrong)
		}
	}
	if err := (noCookiesCheck{}).hold(a, nil); err == nil {
		t.Error("no cookies: holds of an answer with four")
	}
	a.cookies = a.cookies[3:]
	if err := (noCookiesCheck{}).hold(a, nil); err != nil {
		t.Errorf("no cookies: %v", err)
	}
}

func TestFunctions(t *testing.T) {
	v := testValues()
	// RFC 6238, appendix B: the last six of the eight digits at these times.
	v.set("secret", "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
	v.set("question", " 9 &minus; 4 =")
	v.set("accent", "\u00e9")
	for _, c := range []struct {
		expression string
		now        int64
		want       string
	}{
		{"totp secret", 59, "287082"},
		{"totp secret", 1111111109, "081804"},
		{"totp secret 1", 1111111109 - 30, "081804"},
		{"totp secret", 20000000000, "353130"},
		{"solve question", 0, "5"},
		{"flip token", 0, "1123"},
		{"first token 2", 0, "01"},
		{"lower alice.name", 0, "alice"},
		{"repeat question 0", 0, ""},
		{"repeat alice.name 2", 0, "AliceAlice"},
		{"decompose accent", 0, "e\u0301"},
	} {
		v.now = func() time.Time { return time.Unix(c.now, 0) }
		if got, err := v.eval(c.expression); err != nil || got != c.want {
			t.Errorf("%s at %d: got %q, %v; want %q", c.expression, c.now, got, err, c.want)
		}
	}
	for _, expression := range []string{"", "nobody", "guess id", "solve alice.name", "first token 9", "first token", "repeat token", "repeat token -1", "repeat token 99999999", "totp alice.name x", "totp id"} {
		if got, err := v.eval(expression); err == nil {
			t.Errorf("%q: got %q, want an error", expression, got)
		}
	}
}

func TestNothingIsKeptOfAnEntryThatMatchesInPart(t *testing.T) {
	r := &patternReader{text: `[{"a": {{int > n}}, "b": 2}, ...]`}
	p, err := r.value()
	if err != nil {
		t.Fatal(err)
	}
	v := testValues()
	if err := (jsonCheck{p}).hold(&answer{body: []byte(`[{"a":1,"b":3}]`)}, v); err == nil {
		t.Error("it matches")
	}
	if got, ok := v.known["n"]; ok {
		t.Errorf("n is %s", got)
	}
}
