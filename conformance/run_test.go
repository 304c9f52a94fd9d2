package conformance

import (
	"context"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"
)

// echo answers with what it was asked, and sets a cookie to the parameter c.
func echo(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	if c := r.URL.Query().Get("c"); c != "" {
		http.SetCookie(w, &http.Cookie{Name: "w_session", Value: c, Secure: r.URL.Query().Has("secure")})
	}
	_, _ = fmt.Fprintf(w, "%s %s\ncookie %s\naddress %s %s\nvariant %s\ntype %s\n%s",
		r.Method, r.URL, r.Header.Get("Cookie"), r.Header.Get("X-Addr"), r.Header.Get("X-Proto"),
		r.Header.Get("X-Variant"), r.Header.Get("Content-Type"), body)
}

const echoAccounts = `
implementation = "echo 1"
cookie-prefix = "w"
forwarded-for = "X-Addr"
forwarded-proto = "X-Proto"
[settings]
colour = "red & blue"
[users.alice]
name = "Alice"
[variants.odd]
header = "X-Variant: odd"
`

func echoTarget(t *testing.T) *Target {
	t.Helper()
	accounts, err := ReadAccounts(echoAccounts)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(http.HandlerFunc(echo))
	t.Cleanup(server.Close)
	return &Target{API: server.URL + "/w/api.php", Accounts: accounts}
}

func parsed(t *testing.T, text string) []*Scenario {
	t.Helper()
	scenarios, err := Parse("t.txt", text)
	if err != nil {
		t.Fatal(err)
	}
	return scenarios
}

func TestRequestsAreSentAsWritten(t *testing.T) {
	target := echoTarget(t)
	for name, steps := range map[string]string{
		"query": `
GET /info?a=%7C{{settings.colour}}
=> 200
contains: GET /w/api.php/info?a=%7Cred+%26+blue`,
		"form": `
POST ?a=b
x[] = {{settings.colour}}
x[] = "ä\n"
=> 200
contains: type application/x-www-form-urlencoded
contains: x%5B%5D=red+%26+blue&x%5B%5D=%C3%A4%0A`,
		"multipart": `
POST
multipart
x = y
=> 200
contains: type multipart/form-data; boundary=
contains: name="x"`,
		"raw body": `
POST
header: Content-Type: application/json
body: "{\"a\":1}"
=> 200
contains: type application/json
contains: {"a":1}`,
		"cookies of clients": `
GET ?c=one
=> 200
cookie: {{prefix}}_session = one; session
GET
client: b
=> 200
contains: "cookie \n"`,
		"cookies changed": `
GET ?c=one
=> 200
GET
client: b
cookies of: a
set cookie: more = {{alice.name}}
drop cookie: {{prefix}}_session
=> 200
contains: cookie more=Alice
GET
=> 200
contains: cookie w_session=one
GET ?c=two
no cookies
=> 200
lacks: cookie w_session
GET
=> 200
contains: cookie w_session=one`,
		"secure cookies": `
GET ?c=one&secure=1
=> 200
GET
=> 200
lacks: w_session
GET
https
=> 200
contains: w_session=one`,
		"addresses": `
GET
address: 10.9.8.7
=> 200
contains: address 10.9.8.7
GET
https
=> 200
contains:  https`,
	} {
		if name == "cookies of clients" {
			steps = strings.Replace(steps, `contains: "cookie \n"`, "lacks: w_session", 1)
		}
		if r := RunOne(t.Context(), target, parsed(t, head+steps)[0]); r.Outcome != Passed {
			t.Errorf("%s: %s: %s", name, r.Outcome, r.Reason)
		}
	}
}

func TestOutcomes(t *testing.T) {
	target := echoTarget(t)
	good, bad := "\nGET\n=> 200\n", "\nGET\n=> 404\n"
	for _, c := range []struct {
		text    string
		outcome Outcome
		reason  string
	}{
		{head + good, Passed, ""},
		{head + bad, Failed, "t.txt:5: expected status 404, got 200"},
		{head + "deviation: echo 1; safe; we know\n" + bad, Deviated, "safe: we know (t.txt:6: expected status 404, got 200)"},
		{head + "deviation: echo 1; safe; we know\n" + good, Unneeded, "it holds on echo 1"},
		{head + "deviation: echo 2; safe; others\n" + bad, Failed, "404"},
		{head + "site: even\n" + good, Skipped, "the accounts file has no variant even"},
		{head + "site: odd\nGET\n=> 200\ncontains: variant odd\n", Passed, ""},
		{head + "GET ?a={{bob.name}}\n=> 200\n", Skipped, "the accounts file has no bob.name"},
	} {
		r := RunOne(t.Context(), target, parsed(t, c.text)[0])
		if r.Outcome != c.outcome || !strings.Contains(r.Reason, c.reason) {
			t.Errorf("%s: got %s, %q", c.text, r.Outcome, r.Reason)
		}
	}
	target.Accounts.ForwardedFor, target.Accounts.ForwardedProto = "", ""
	for _, line := range []string{"address: b", "https"} {
		if r := RunOne(t.Context(), target, parsed(t, head+"GET\n"+line+"\n=> 200\n")[0]); r.Outcome != Skipped {
			t.Errorf("%s without a header for it: %s", line, r.Outcome)
		}
	}
}

func TestNoAnswerIsNoDeviation(t *testing.T) {
	target := echoTarget(t)
	target.API = "http://127.0.0.1:1/api.php"
	r := RunOne(t.Context(), target, parsed(t, head+"deviation: echo 1; safe; we know\nGET\n=> 200\n")[0])
	if r.Outcome != Failed || !strings.Contains(r.Reason, "the request failed") {
		t.Errorf("%s: %s", r.Outcome, r.Reason)
	}
}

func TestVariantAtAnotherAddress(t *testing.T) {
	target := echoTarget(t)
	target.Accounts.Variants["odd"] = Variant{API: strings.Replace(target.API, "/w/", "/odd/", 1)}
	r := RunOne(t.Context(), target, parsed(t, head+"site: odd\nGET\n=> 200\ncontains: GET /odd/api.php\n")[0])
	if r.Outcome != Passed {
		t.Error(r.Reason)
	}
}

func TestEachClientHasAnAddressOfItsOwn(t *testing.T) {
	target := echoTarget(t)
	s := parsed(t, head+`
GET
=> 200
body
| {{/.*address /}}{{/[0-9.]+/ > one}}{{any}}
GET
=> 200
contains: address {{one}}
GET
client: b
=> 200
body
| {{/.*address /}}{{/[0-9.]+/ > other}}{{any}}
differ: one other
`)[0]
	if r := RunOne(t.Context(), target, s); r.Outcome != Passed {
		t.Error(r.Reason)
	}
}

func TestRunKeepsTheOrderAndTellsEachOnce(t *testing.T) {
	target := echoTarget(t)
	var text strings.Builder
	for i := range 20 {
		fmt.Fprintf(&text, "scenario: s%d\ntitle: T\nrules: R-01-1.1\nGET\n=> 200\n", i)
	}
	var mu sync.Mutex
	told := map[string]int{}
	results, err := Run(t.Context(), target, parsed(t, text.String()), Options{
		Pattern: regexp.MustCompile(`t/s1`), Parallel: 3,
		Each: func(r Result) { mu.Lock(); told[r.Scenario.Name]++; mu.Unlock() },
	})
	if err != nil || len(results) != 11 || len(told) != 11 {
		t.Fatalf("%d results, %d told, %v", len(results), len(told), err)
	}
	if results[0].Scenario.Name != "s1" || results[10].Scenario.Name != "s19" {
		t.Errorf("from %s to %s", results[0].Scenario.Name, results[10].Scenario.Name)
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Run(ctx, echoTarget(t), parsed(t, head+"GET\n=> 200\n"), Options{}); err == nil {
		t.Error("no error")
	}
}

func TestReadAccountsRefusesMistakes(t *testing.T) {
	for text, want := range map[string]string{
		"colour = 1":                           "unknown key colour",
		"[users.a]\nnam = 'x'":                 "unknown key users.a.nam",
		"x":                                    "cannot be read",
		"[variants.a]":                         "the variant a",
		"[variants.a]\nheader='x'":             "the variant a",
		"[variants.a]\nheader='x: y'\napi='z'": "the variant a",
	} {
		if _, err := ReadAccounts(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// someResults are one of each outcome.
func someResults(t *testing.T) []Result {
	t.Helper()
	outcomes := []Outcome{Passed, Deviated, Skipped, Failed, Unneeded}
	var results []Result
	for i, o := range outcomes {
		s := parsed(t, fmt.Sprintf("scenario: s%d\ntitle: A | B\nrules: R-01-1.1\nGET\n=> 200\n", i))[0]
		if i > 2 {
			s.Topic = "other"
		}
		results = append(results, Result{Scenario: s, Outcome: o, Reason: "why <" + string(o), Took: 1500 * time.Millisecond})
	}
	return results
}

func TestSummary(t *testing.T) {
	var b strings.Builder
	if err := WriteSummary(&b, someResults(t)); err != nil {
		t.Fatal(err)
	}
	const want = `topic  scenarios  passed  deviations  skipped  failed
t      3          1       1           1        0
other  2          0       0           0        2
all    5          1       1           1        2

skipped, 1: why <skipped

failed other/s3: A | B
  why <failed

unneeded deviation other/s4: A | B
  why <unneeded deviation
`
	if b.String() != want {
		t.Errorf("got\n%s", b.String())
	}
}

func TestMarkdown(t *testing.T) {
	var b strings.Builder
	if err := WriteMarkdown(&b, "http://wiki.test/api.php", time.Date(2031, 2, 3, 0, 0, 0, 0, time.UTC), someResults(t)); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"# Conformance of http://wiki.test/api.php\n\n2031-02-03: 5 scenarios, 1 passed, 1 deviations, 1 skipped, 2 failed.\n",
		"| t | 3 | 1 | 1 | 1 | 0 |\n", "## Failed\n", "| other/s3 | A \\| B | why &lt;failed |\n| other/s4 ", "## Deviations\n", "## Skipped\n",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("%q is not in\n%s", want, b.String())
		}
	}
}

func TestJUnit(t *testing.T) {
	var b strings.Builder
	if err := WriteJUnit(&b, someResults(t)); err != nil {
		t.Fatal(err)
	}
	var got junitSuites
	if err := xml.Unmarshal([]byte(b.String()), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Suites) != 2 || got.Suites[0].Tests != 3 || got.Suites[0].Skipped != 1 || got.Suites[1].Failures != 2 || got.Suites[0].Time != "4.500" {
		t.Errorf("%+v", got.Suites)
	}
	cases := got.Suites[0].Cases
	if cases[1].Out != "why <deviation" || cases[2].Skipped.Message != "why <skipped" || got.Suites[1].Cases[0].Failure.Message != "why <failed" {
		t.Errorf("%+v", got)
	}
}
