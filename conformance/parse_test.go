package conformance

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

// head is the top of a scenario, so that a test can begin with its steps.
const head = "scenario: one\ntitle: One\nrules: R-01-1.1\n"

func TestParse(t *testing.T) {
	scenarios, err := Parse("folder/topic.txt", `
# A comment.
with: format=json&formatversion=2

scenario: first
title: The first \
  goes on
rules: R-01-1.1, R-01-1.2
site: private
deviation: MediaWiki 1.39; safe; it is weak; really

GET ?action=query&format=xml
=> 200
wait: 1s
POST
  client: b
  cookies of: a
  set cookie: x = y z
  drop cookie: w
  address: 10.9.8.7
  https
  multipart
  header: Origin: https://a.test
  lgname = "A\u0000b"
  lgtoken =
=> 403
  {
    "a": 1,
    ...
  }
  body
  | one
  | {{any > rest}}
  header: X: {{rest}}

scenario: second
title: The second
rules: R-01-1.1
with:
GET
=> 200
`)
	if err != nil {
		t.Fatal(err)
	}
	first, second := scenarios[0], scenarios[1]
	if first.ID() != "topic/first" || first.Title != "The first goes on" || len(first.Rules) != 2 || first.Site != "private" {
		t.Errorf("%+v", first)
	}
	if want := (Deviation{"MediaWiki 1.39", Safe, "it is weak; really"}); first.Deviations[0] != want {
		t.Errorf("deviation %+v", first.Deviations)
	}
	get, pause, post := first.Steps[0].Request, first.Steps[1], first.Steps[2].Request
	if get.Target != "?action=query&format=xml&formatversion=2" || pause.Pause != time.Second || pause.Request != nil {
		t.Errorf("%+v, %+v", get, pause)
	}
	if post.Target != "?format=json&formatversion=2" || post.Client != "b" || post.CopyFrom != "a" || !post.HTTPS || !post.Parts ||
		post.Address != "10.9.8.7" || post.Headers[0] != [2]string{"Origin", "https://a.test"} ||
		post.Cookies[0] != [2]string{"x", "y z"} || post.Drop[0] != "w" {
		t.Errorf("%+v", post)
	}
	if post.Fields[0] != [2]string{"lgname", "A\x00b"} || post.Fields[1] != [2]string{"lgtoken", ""} {
		t.Errorf("fields %q", post.Fields)
	}
	if checks := first.Steps[2].Checks; len(checks) != 4 || checks[2] != bodyCheck("one\n{{any > rest}}") {
		t.Errorf("checks %+v", checks)
	}
	if second.Steps[0].Request.Target != "" || second.Line != 36 {
		t.Errorf("%+v in line %d", second.Steps[0].Request, second.Line)
	}
}

func TestParseSaysWhereItFails(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"# \n\xff", "t.txt:2: the line is no UTF-8"},
		{"GET ?a=b", "t.txt:1: a request stands in a scenario"},
		{"title: x", `t.txt:1: before the first scenario only "with:" and "steps:" may stand`},
		{"scenario: A B", `t.txt:1: "A B" is no name of a scenario`},
		{"scenario: a\nrules: x\nGET\n=> 200", "t.txt:4: scenario a has no title"},
		{"scenario: a\ntitle: x\nGET\n=> 200", "t.txt:4: scenario a names no rules"},
		{head, "t.txt:4: scenario one has no steps"},
		{head + "GET\n=> 200\n" + head + "GET\n=> 200", "there are two scenarios one"},
		{head + "colour: red", "t.txt:4: a scenario begins with"},
		{head + "deviation: MediaWiki 1.39; odd; why", `t.txt:4: a deviation is "implementation; safe, fixed or other; reason"`},
		{head + "GET\nGET\n=> 200", `t.txt:5: the request before has no "=> STATUS"`},
		{head + "=> 200", "t.txt:4: => follows a request"},
		{head + "GET\n=> ok", `t.txt:5: => wants an HTTP status, not "ok"`},
		{head + "GET\nnonsense", `t.txt:5: "nonsense" is no part of a request`},
		{head + "GET\nheader: X", `t.txt:5: header: wants "Name: value"`},
		{head + "GET\na = \"b", "t.txt:5: \"b is no string of JSON"},
		{head + "GET\n=> 200\nnonsense", `t.txt:6: "nonsense" is no check`},
		{head + "GET\n=> 200\ncolour: red", `t.txt:6: there is no check "colour"`},
		{head + "GET\n=> 200\ncookie: a; httponly", "t.txt:6: cookie: among the attributes is session or days=N"},
		{head + "GET\n=> 200\ncookie: a; session; tasty", `t.txt:6: cookie: "tasty" is none of`},
		{head + "GET\n=> 200\ndiffer: a", "t.txt:6: differ: wants two names"},
		{head + "GET\n=> 200\n{\"a\": 1\n\"b\": 2}", "t.txt:7: the JSON pattern wants , or }"},
		{head + "GET\n=> 200\n{} x", `t.txt:6: something follows the JSON pattern: " x"`},
		{head + "GET\n=> 200\n{\"a\": {{/[/}}}", "{{/[/}}"},
		{head + "GET\n=> 200\ncontains:", "t.txt:6: contains: says nothing"},
		{head + "GET\n=> 200\nno cookie:", "t.txt:6: no cookie: says nothing"},
		{head + "GET\n=> 200\nlacks: {{text}}", "{{text}}: text is a shape, and a value must stand there"},
		{head + "GET\n=> 200\ncookie: a; days=x", `t.txt:6: cookie: "days=x" is no number of days`},
		{head + "GET\n=> 200\n{\"a\": 1-2}", "1-2 in a JSON pattern is no number"},
		{head + "GET\n=> 200\n{\"a\": {{object > x}}}", "{{object}}: only a string or a number can be kept"},
		{head + "POST\na = b\nbody: c\n=> 200", "fields and a body"},
		{head + "POST\nmultipart\n=> 200", "multipart and has no fields"},
		{head + "GET\ncookies of: b\n=> 200", "cookies of: no earlier request is of client b"},
		{"steps: s\n" + head, "t.txt:2: steps: s has none"},
		{"steps: s\ntitle: T", `t.txt:2: steps: begin with with:, wait:, play: or a request, not with "title"`},
		{head + "wait: 1h", "t.txt:4: wait: wants a time such as 1.1s, at most 5s"},
		{head + "GET ?a={{tok}}\n=> 200", "{{tok}}: tok is no shape, and no earlier answer keeps it"},
		{head + "GET\n=> 200\nbody: {{text > A}}", "after > comes a name in lower case"},
		{head + "GET ?a={{guess alice.name}}\n=> 200", "there is no function guess"},
		{head + "GET ?a={{alice.name\n=> 200", "{{ without }}"},
	} {
		_, err := Parse("t.txt", c.text)
		var syntax *SyntaxError
		if !errors.As(err, &syntax) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q:\n got %v\nwant %s", c.text, err, c.want)
		}
	}
}

func TestLoadNamesAllFilesThatAreWrong(t *testing.T) {
	_, err := Load(fstest.MapFS{
		"a.txt":   {Data: []byte("GET")},
		"b/c.txt": {Data: []byte("GET")},
		"d.md":    {Data: []byte("GET")},
	})
	if err == nil || !strings.Contains(err.Error(), "a.txt:1") || !strings.Contains(err.Error(), "b/c.txt:1") || strings.Contains(err.Error(), "d.md") {
		t.Error(err)
	}
}

func TestBuiltInScenariosCanBeRead(t *testing.T) {
	scenarios, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	if len(scenarios) == 0 {
		t.Error("there are none")
	}
}

func TestAccountsOfAScenario(t *testing.T) {
	scenarios, err := Parse("t.txt", head+"GET ?a={{alice.name}}&b={{totp tfa.totp -1}}\n=> 200\n"+
		"{\"a\": \"{{/x.y/}}{{text > b}}\", \"c\": {{william.id}}}\nbody: {{b}}{{alice.name}}")
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(scenarios[0].Accounts(), " "); got != "alice.name tfa.totp william.id" {
		t.Error(got)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(head + "GET ?a={{alice.name}}\na = \"b\"\n=> 200\n{\"a\"?: [{{int > n}}, ...], ...}\ncookie: a = {{n}}; days=3; path=/\n")
	f.Add("with: a=b\n" + head + "wait: 1s\nPOST\nbody: x\n=> 404\nbody\n| a\n| b\n")
	f.Fuzz(func(t *testing.T, text string) {
		scenarios, err := Parse("t.txt", text)
		var syntax *SyntaxError
		if err != nil && !errors.As(err, &syntax) {
			t.Fatalf("not a syntax error: %v", err)
		}
		if syntax != nil && (syntax.Line < 1 || syntax.Line > strings.Count(text, "\n")+1) {
			t.Fatalf("line %d of %d", syntax.Line, strings.Count(text, "\n")+1)
		}
		for _, s := range scenarios {
			if s.Title == "" || len(s.Rules) == 0 || len(s.Steps) == 0 {
				t.Fatalf("incomplete: %+v", s)
			}
		}
	})
}
