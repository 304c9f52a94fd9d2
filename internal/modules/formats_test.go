package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

const jsonType = "application/json; charset=utf-8"

func TestHeadersOfAnAnswer(t *testing.T) {
	c := newRig(t).client(t)
	for _, test := range []struct{ query, kind, file, code string }{
		{"format=json&action=query&meta=userinfo", jsonType, "api-result.json", ""},
		{"format=json&action=zzz", jsonType, "api-result.json", "badvalue"},
		{"format=json&action=query&meta=userinfo&callback=f", "text/javascript; charset=utf-8", "api-result.js", ""},
		{"format=json&action=zzz&callback=f", "text/javascript; charset=utf-8", "api-result.js", "badvalue"},
		{"format=none&action=query&meta=userinfo", "text/plain; charset=utf-8", "api-result.txt", ""},
		{"format=none&action=login", "text/plain; charset=utf-8", "api-result.txt", "mustbeposted"},
		{"format=jsonfm&action=query&meta=userinfo", "text/html; charset=utf-8", "api-result.html", ""},
		{"action=query&meta=userinfo", "text/html; charset=utf-8", "api-result.html", ""},
		{"format=zzz&action=query", "text/html; charset=utf-8", "api-result.html", "badvalue"},
		{"format=&action=query", "text/html; charset=utf-8", "api-result.html", "badvalue"},
		{"format[]=json&action=query", "text/html; charset=utf-8", "api-result.html", ""},
	} {
		a := c.send(http.MethodGet, test.query, "", "")
		for name, want := range map[string]string{
			"Content-Type": strings.ToLower(test.kind), "Content-Disposition": "inline; filename=" + test.file, "MediaWiki-API-Error": test.code,
			"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "X-Request-Id": "0123456789abcdef01234567",
		} {
			if got := a.Header.Get(name); got != want && !(name == "Content-Type" && strings.EqualFold(got, want)) {
				t.Errorf("%s: %s is %q, want %q", test.query, name, got, want)
			}
		}
		if a.Status != http.StatusOK {
			t.Errorf("%s: status %d", test.query, a.Status)
		}
	}
	if a := c.send(http.MethodGet, "format=none&action=query&meta=userinfo", "", ""); a.Body != "" {
		t.Errorf("format=none: %q", a.Body)
	}
}

func TestPagesShowTheAnswerEscaped(t *testing.T) {
	a := newRig(t).client(t).send(http.MethodGet, "format=jsonfm&formatversion=2&action=query&meta=userinfo&requestid=<script>%26", "", "")
	if strings.Contains(a.Body, "<script>&") || !strings.Contains(a.Body, "&lt;script") || !strings.Contains(a.Body, "userinfo") {
		t.Errorf("%s", a.Body)
	}
}

func TestHelpIsTheAnswerToNothing(t *testing.T) {
	c := newRig(t, withHelp).client(t)
	for _, query := range []string{"", "format=json", "action=help", "action[]=query"} {
		a := c.send(http.MethodGet, query, "", "")
		if got := a.Header.Get("Content-Disposition"); got != "inline; filename=api-help.html" || !strings.Contains(a.Body, "lgpassword") {
			t.Errorf("%q: %s %s", query, got, a.Body)
		}
	}
	c.send(http.MethodGet, "format=json&assert=user", "", "").fails("an assertion", "assertuserfailed")
	c.send(http.MethodGet, "format=json&maxlag=-2", "", "").fails("help does not care for maxlag", "")
}

// withHelp adds the default action.
func withHelp(o *rigOptions) {
	modules := []*actionapi.Module{Login{}.Module(), Logout{}.Module()}
	o.MoreModules = append(o.MoreModules, Help{Modules: func() []*actionapi.Module { return modules }}.Module())
}

func TestCallbacks(t *testing.T) {
	c := newRig(t).client(t)
	const nobodys = `{"batchcomplete":true,` + asNobody + `}`
	for _, test := range []struct{ query, want string }{
		{"callback=foo", `/**/foo(` + nobodys + `)`},
		{"callback=", `/**/(` + nobodys + `)`},
		{"callback", `/**/(` + nobodys + `)`},
		{"callback=a.b%5B0%5D%28x%29%3Balert", `/**/a.b[0]xalert(` + nobodys + `)`},
		{"callback=a+b", `/**/ab(` + nobodys + `)`},
		{"callback=%5B'%22_%5D", `/**/['"_](` + nobodys + `)`},
		{"callback=%C3%A9$-<>/%0A", `/**/(` + nobodys + `)`},
		{"callback=f&_=1234", `/**/f(` + nobodys + `)`},
		{"callback=f&callback=g", `/**/g(` + nobodys + `)`},
	} {
		a := c.get("action=query&meta=userinfo&formatversion=2&" + test.query)
		if a.Body != test.want {
			t.Errorf("%s: %s", test.query, a.Body)
		}
		if a.Header.Get("MediaWiki-Login-Suppressed") != "true" {
			t.Errorf("%s: the user is not suppressed", test.query)
		}
	}
	array := c.get("action=query&meta=userinfo&formatversion=2&callback[]=foo")
	array.shows("array", `{"warnings":{"main":{"warnings":"T"}},"batchcomplete":true,`+asNobody+`}`)
	if got := array.Header.Get("Content-Type"); got != jsonType {
		t.Errorf("array: %s", got)
	}
	c.get("action=query&meta=userinfo&_=1&formatversion=2&errorformat=none").shows("a number without a callback",
		`{"warnings":[{"code":"unrecognizedparams","module":"main"}],"batchcomplete":true,`+asNobody+`}`)
	a := c.send(http.MethodGet, "format=none&action=query&meta=tokens&type=login&callback=f", "", "")
	a.sets(t, "the mode is on in every format")
}

func TestMethods(t *testing.T) {
	c := newRig(t).client(t)
	for _, test := range []struct {
		method, query, code string
		status              int
	}{
		{"GET", "format=json", "", 200}, {"HEAD", "format=json", "", 200}, {"POST", "format=json", "", 200},
		{"PUT", "format=json", "invalidmethod", 405}, {"DELETE", "format=json", "invalidmethod", 405}, {"PATCH", "format=json", "invalidmethod", 405},
		{"FOO", "format=json", "invalidmethod", 405}, {"get", "format=json", "invalidmethod", 405},
		{"PUT", "format=none", "invalidmethod", 405}, {"PUT", "format=json&callback=f", "invalidmethod", 405},
		{"PUT", "format=jsonfm", "invalidmethod", 200}, {"PUT", "", "invalidmethod", 200}, {"OPTIONS", "format=json", "", 200},
	} {
		a := c.send(test.method, test.query+"&action=query&meta=tokens&type=login", formType, "meta=userinfo")
		if a.Status != test.status || a.Header.Get("MediaWiki-API-Error") != test.code {
			t.Errorf("%s %s: %d %s", test.method, test.query, a.Status, a.Header.Get("MediaWiki-API-Error"))
		}
		switch test.method {
		case "POST":
			if a.value("query", "userinfo") == nil {
				t.Errorf("the body of POST was not read: %s", a.Body)
			}
		case "OPTIONS", "HEAD":
			if a.Body != "" {
				t.Errorf("%s: %s", test.method, a.Body)
			}
		}
		if set := a.setNames(); set != "" && test.code != "" {
			t.Errorf("%s %s sets %s", test.method, test.query, set)
		}
	}
}

// An answer that cannot be printed as asked is printed without the format's
// parameters.
func TestBadParametersOfTheFormat(t *testing.T) {
	c := newRig(t).client(t)
	for _, value := range []string{"3", "0", "", "bogus"} {
		c.get("action=query&meta=userinfo&formatversion="+value).shows("bc, "+value,
			`{"warnings":{"json":{"*":"T"},"main":{"*":"T"}},"error":{"code":"badvalue","info":"T","*":"T"}}`)
		c.get("action=query&meta=userinfo&requestid=7&errorformat=none&formatversion="+value).shows("list, "+value,
			`{"warnings":[{"code":"errorprinterfailed","module":"main"},{"code":"badvalue","module":"json"}],`+
				`"errors":[{"code":"badvalue","module":"json"}],"requestid":"7","*":"T"}`)
		c.get("action=login&formatversion="+value).shows("another error, "+value,
			`{"warnings":{"json":{"*":"T"},"main":{"*":"T"}},"error":{"code":"mustbeposted","info":"T","*":"T"}}`)
	}
	c.get("action=query&meta=userinfo&formatversion[]=2").shows("array",
		`{"warnings":{"main":{"*":"T"}},"batchcomplete":"","query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":""}}}`)
	c.get("action=query&meta=userinfo&formatversion=latest").is(`{"batchcomplete":true,` + asNobody + `}`)
}

func TestCharactersOutsideASCII(t *testing.T) {
	c := newRig(t).client(t)
	const sent, escaped, utf8 = "%C3%A9%F0%9F%98%80%E2%80%A8/<'%26%7F%22%5C", `\u00e9\ud83d\ude00\u2028/<'&` + "\x7f" + `\"\\`, "é😀" + `\u2028/<'&` + "\x7f" + `\"\\`
	for query, want := range map[string]string{
		"": escaped, "&utf8": utf8, "&ascii": escaped, "&utf8=0&ascii": utf8,
		"&formatversion=2": utf8, "&formatversion=2&ascii": escaped, "&formatversion=2&utf8": utf8, "&formatversion=2&utf8&ascii=": escaped,
	} {
		if got := c.get("action=query&requestid=" + sent + query).raw("requestid"); got != `"`+want+`"` {
			t.Errorf("%q: %s, want %s", query, got, want)
		}
	}
}

func TestErrorsOfTheFormatParameterArePages(t *testing.T) {
	c := newRig(t).client(t)
	a := c.send(http.MethodPost, "", formType, url.Values{"action": {"login"}, "format": {"zzz"}, "requestid": {"7"}}.Encode())
	if !strings.Contains(a.Body, "badvalue") || !strings.Contains(a.Body, "requestid") || a.setNames() != "" {
		t.Errorf("%s", a.Body)
	}
}
