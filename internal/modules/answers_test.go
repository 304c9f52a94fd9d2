package modules

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/fail"
)

const asNobody = `"query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":true}}`

func TestWhatTheClientAskedBackComesFirst(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.Engine.HostName = "host1" })
	all := "&responselanginfo&curtimestamp&servedby&requestid=x"
	fields := `"requestid":"x","servedby":"host1","curtimestamp":"2026-11-20T15:25:00Z","uselang":"en","errorlang":"en"`
	c := r.client(t)
	c.get("action=query&meta=userinfo&formatversion=2" + all).is(`{"batchcomplete":true,` + fields + `,` + asNobody + `}`)
	c.get("action=query&meta=userinfo&formatversion=2&foo=1"+all).shows("after warnings",
		`{"warnings":{"main":{"warnings":"T"}},"batchcomplete":true,`+fields+`,`+asNobody+`}`)
	for name, query := range map[string]string{
		"bad action": "action=zzz", "wrong method": "action=login", "missing token": "action=logout", "submodule": "action=query&meta=userinfo&uiprop=" + strings.Repeat("|", 50),
	} {
		for _, s := range styles() {
			if s.format == "bc" {
				a := c.get(query + s.query() + all)
				if got := mask(a.Body); !strings.HasSuffix(got, `"T"},`+fields+`}`) || !strings.HasPrefix(got, `{"error":`) {
					t.Errorf("%s, %s: %s", name, s, got)
				}
			}
		}
	}
	for query, want := range map[string]string{
		"requestid=": `"requestid":""`, "requestid=1": `"requestid":"1"`, "requestid=a&requestid=b": `"requestid":"b"`,
		"servedby": `"servedby":"host1"`, "curtimestamp=0": `"curtimestamp":"2026-11-20T15:25:00Z"`,
		"responselanginfo&uselang=de&errorlang=fr":                          `"uselang":"de","errorlang":"en"`,
		"responselanginfo&uselang=de&errorlang=fr&errorformat=plaintext":    `"uselang":"de","errorlang":"fr"`,
		"responselanginfo&uselang=DE&errorformat=plaintext":                 `"uselang":"de","errorlang":"de"`,
		"responselanginfo&uselang=a!b&errorlang=x&errorformat=raw":          `"uselang":"a!b","errorlang":"x"`,
		"responselanginfo&uselang=en%7Cde&errorlang=..%2Fx&errorformat=raw": `"uselang":"en","errorlang":"en"`,
		"responselanginfo&uselang=no&errorlang=user&errorformat=raw":        `"uselang":"nb","errorlang":"user"`,
		"responselanginfo&uselang=de&errorlang=content&errorformat=none":    `"uselang":"de","errorlang":"en"`,
		"responselanginfo&uselang=user&errorlang=uselang&errorformat=html":  `"uselang":"en","errorlang":"en"`,
	} {
		c.get("action=query&meta=userinfo&formatversion=2&" + query).is(`{"batchcomplete":true,` + want + `,` + asNobody + `}`)
	}
	hidden := newRig(t).client(t)
	hidden.get("action=query&meta=userinfo&formatversion=2&servedby").is(`{"batchcomplete":true,` + asNobody + `}`)
}

func TestAskedBackInEveryStyleOfError(t *testing.T) {
	c := newRig(t).client(t)
	m := said{code: "missingparam", key: "paramvalidator-missingparam", params: `{"plaintext":"token"}`, module: "logout"}
	for _, s := range styles() {
		c.get("action=logout&requestid=r&curtimestamp"+s.query()).shows(s.String(),
			s.failure(m, `"requestid":"r"`, `"curtimestamp":"2026-11-20T15:25:00Z"`))
	}
}

func TestUnrecognizedParametersAreNamed(t *testing.T) {
	c := newRig(t).client(t)
	for _, test := range []struct{ query, body, names string }{
		{"foo=1", "", "foo"}, {"b=1&a=2", "", "b, a"}, {"q=1", "b=1&a=1", "b, a, q"}, {"a=1", "a=2", "a"},
		{"lgname=x", "", "lgname"}, {"token=x", "", "token"}, {"siprop=general", "", "siprop"}, {"_=1", "", "_"}, {"a<b=1", "", "a&#60;b"},
		{"assert=anon&assertuser[]=x&requestid=1&maxlag=5&smaxage=1&maxage=1&uselang=en&variant=x&errorlang=en&errorsuselocal", "", ""},
		{"continue=&rawcontinue&titles=x&prop=&list=&generator=&redirects&indexpageids&utf8&ascii&formatversion=2", "", ""},
	} {
		a := c.send(http.MethodPost, "format=json&action=query&meta=userinfo&formatversion=2&errorformat=raw&"+test.query, formType, test.body)
		var got []string
		for _, w := range list(a.value("warnings")) {
			if o := w.(map[string]any); o["code"] == "unrecognizedparams" {
				params := o["params"].([]any)
				got = append(got, members(params[0].(map[string]any)["list"])...)
			}
		}
		if strings.Join(got, ", ") != test.names {
			t.Errorf("%s with %q: %q, want %q: %s", test.query, test.body, got, test.names, a.Body)
		}
	}
	a := c.get("action=query&meta=userinfo&zzz=1")
	if got, want := a.text("warnings", "main", "*"), "Unrecognized parameter: zzz."; got != want {
		t.Errorf("clients read this text: %q, want %q", got, want)
	}
	c.get("action=logout&zzz=1").shows("not on errors", `{"error":{"code":"missingparam","info":"T","*":"T"}}`)
}

func list(v any) []any { l, _ := v.([]any); return l }

// members are the texts of a list, or those of an object by its numbers.
func members(v any) (texts []string) {
	for _, text := range list(v) {
		texts = append(texts, text.(string))
	}
	numbered, _ := v.(map[string]any)
	for n := range 100 {
		if text, ok := numbered[strconv.Itoa(n)]; ok {
			texts = append(texts, text.(string))
		}
	}
	return texts
}

// MediaWiki numbers the names by their place among all that were sent, those
// of the body first, and has a list only where these are the first ones.
func TestUnrecognizedParametersKeepTheirPlace(t *testing.T) {
	c := newRig(t).client(t)
	for _, test := range []struct{ query, body, list string }{
		{"foo=1&action=query&format=json", "", `["foo"]`},
		{"foo=1&bar=2&foo=3&action=query&format=json", "", `["foo","bar"]`},
		{"action=query&foo=1&format=json", "", `{"1":"foo"}`},
		{"foo=1&action=query&bar=1&format=json", "", `{"0":"foo","2":"bar"}`},
		{"action=query&foo=1&format=json&bar=2", "baz=1&prop=&bar=3", `{"0":"baz","2":"bar","4":"foo"}`},
		{"action=query&foo=1&format=json&errorlang=fr", "action=query", `{"1":"foo"}`},
	} {
		a := c.send(http.MethodPost, test.query+"&errorformat=raw", formType, test.body)
		want := `[{"code":"unrecognizedparams","key":"apierror-unrecognizedparams","params":[{"list":` + test.list + `,"type":"comma"},`
		if got := a.raw("warnings"); !strings.HasPrefix(got, want) {
			t.Errorf("%s with %q: %s, want %s", test.query, test.body, got, want)
		}
	}
}

// Warnings stand where they fell: those of a submodule after batchcomplete,
// which is put on top later, and that about parameters before it.
func TestWarningsOfSeveralModules(t *testing.T) {
	c := newRig(t).client(t)
	unknown := func(name, whole, module string, count int, values, plain string) said {
		return said{
			code: "unrecognizedvalues", key: "paramvalidator-unrecognizedvalues", module: module, data: `"values":[` + values + `]`,
			params: fmt.Sprintf(`{"plaintext":"%s"},{"plaintext":"%s"},{"list":[%s],"type":"comma"},{"num":%d}`, name, whole, plain, count),
		}
	}
	foo := said{
		code: "unrecognizedparams", key: "apierror-unrecognizedparams", module: "main", params: `{"list":{"4":"foo"},"type":"comma"},1`,
	}
	for _, s := range styles() {
		warnings := s.warnings(unknown("meta", "tokens|bogus", "query", 1, `"bogus"`, `{"plaintext":"bogus"}`),
			unknown("type", "x|y", "query+tokens", 2, `"x","y"`, `{"plaintext":"x"},{"plaintext":"y"}`), foo)
		c.get("action=query&meta=tokens|bogus&type=x|y&foo=1"+s.query()).shows(s.String(),
			"{"+s.complete()+","+warnings+`,"query":{"tokens":{}}}`)
		c.get("action=query&meta=tokens&type=&foo=1"+s.query()).shows(s.String()+", late",
			"{"+s.warnings(foo)+","+s.complete()+`,"query":{"tokens":{}}}`)
	}
}

func TestWarningsOfOneModuleAreJoined(t *testing.T) {
	c := newRig(t, echo).client(t)
	a := c.get("action=echo&eold=%01&eword=%02&foo=1")
	echo, main := a.text("warnings", "echo", "*"), a.text("warnings", "main", "*")
	if strings.Count(echo, "\n") != 2 || strings.Count(main, "\n") != 1 {
		t.Errorf("each text has its line:\n%s\nand\n%s", echo, main)
	}
	if !strings.HasPrefix(a.Body, `{"warnings":{"main":{"*":`) {
		t.Errorf("the module that warned last comes first: %s", a.Body)
	}
	for _, s := range styles() {
		c.get("action=echo&eold=a"+s.query()).shows(s.String(), "{"+s.warnings(
			deprecation("paramvalidator-param-deprecated", `{"plaintext":"eold"},{"plaintext":"a"}`, "action=echo&eold", "echo"), announcement)+`,"echo":{"old":"a"}}`)
	}
	// The announcement comes once in a request, and so does each text.
	login := newRig(t).client(t).send(http.MethodPost, "format=json&action=login&lgname=%01&formatversion=2&errorformat=none", "", "")
	login.shows("two deprecations", `{"warnings":[{"code":"badutf8","module":"login"},`+
		`{"code":"deprecation","data":{"feature":"post-without-content-type"},"module":"main"},{"code":"deprecation-help","module":"main"},`+
		`{"code":"deprecation","data":{"feature":"action=login&!lgtoken"},"module":"login"}],"login":{"result":"NeedToken","token":"TOKEN"}}`)
}

func TestPostWithoutAType(t *testing.T) {
	c := newRig(t).client(t)
	for _, s := range styles() {
		id := `"anon":""`
		if s.version == "2" {
			id = `"anon":true`
		}
		c.send(http.MethodPost, "format=json&action=query&meta=userinfo"+s.query(), "", "a=b").shows(s.String(), "{"+s.complete()+","+s.warnings(
			deprecation("apiwarn-deprecation-post-without-content-type", "", "post-without-content-type", "main"), announcement)+
			`,"query":{"userinfo":{"id":0,"name":"127.0.0.1",`+id+`}}}`)
	}
}

func TestPlainHTTPWhereHTTPSIsExpected(t *testing.T) {
	c := newRig(t).client(t).with("Cookie", "forceHTTPS=true")
	c.get("action=query&meta=userinfo&formatversion=2").is(`{"batchcomplete":true,` + asNobody + `}`) // no session yet
	c.token("login")
	c.get("action=query&meta=userinfo&formatversion=2&errorformat=none").is(`{"batchcomplete":true,"warnings":[` +
		`{"code":"deprecation","data":{"feature":"https-expected"},"module":"main"},{"code":"deprecation-help","module":"main"}],` + asNobody + `}`)
	if a := c.get("action=query&errorformat=raw"); !strings.Contains(a.Body, `"key":"apiwarn-deprecation-httpsexpected"`) {
		t.Errorf("in raw: %s", a.Body)
	}
	c.with("X-Test-Https", "1").get("action=query&meta=userinfo&formatversion=2").is(`{"batchcomplete":true,` + asNobody + `}`)
	r := newRig(t)
	for name, secret := range map[string]string{"William@testbot": testbotSecret, "Alice": alicePassword} {
		c := r.client(t).login(name, secret).withoutJar()
		c = c.with("Cookie", c.Header.Get("Cookie")+"; forceHTTPS=true")
		warned := strings.Contains(c.get("action=query&errorformat=none").Body, "https-expected")
		if warned != (name == "Alice") {
			t.Errorf("%s: a warning: %t", name, warned)
		}
	}
}

func TestMaxlagIsThatOfASingleDatabase(t *testing.T) {
	c := newRig(t).client(t)
	for _, s := range styles() {
		a := c.get("action=query&meta=userinfo&maxlag=-2" + s.query())
		a.shows(s.String(), s.failure(said{
			code: "maxlag", key: "apierror-maxlag-generic", params: "-1", data: `"host":"","lag":-1,"type":"db"`, module: "main",
		}))
		if a.Header.Get("Retry-After") != "5" || a.Header.Get("X-Database-Lag") != "-1" || a.Status != http.StatusOK {
			t.Errorf("status %d, headers %v", a.Status, a.Header)
		}
	}
	for maxlag, want := range map[string]string{"-1": "", "0": "", "5": "", "-10": "maxlag", "x": "badinteger", "": "badinteger"} {
		c.get("action=query&meta=userinfo&maxlag="+maxlag).fails("maxlag="+maxlag, want)
	}
	info := c.get("action=query&meta=userinfo&maxlag=-2").text("error", "info")
	if !strings.HasPrefix(info, "Waiting for") || !strings.HasSuffix(info, "lagged.") {
		t.Errorf("clients read this text: %s", info)
	}
}

// A failure of the system says no more than its kind and the request's id.
func TestSystemFailure(t *testing.T) {
	broken := errors.New("the disk with everybody's passwords is on fire")
	for name, test := range map[string]struct {
		err    error
		class  string
		status int
	}{
		"unknown": {broken, "InternalError", 200}, "store": {fail.New(fail.Unavailable, "%v", broken), "StoreUnavailable", 200},
		"busy": {fail.New(fail.Busy, "%v", broken), "StoreUnavailable", 503},
	} {
		r := newRig(t, func(o *rigOptions) {
			o.MoreModules = []*actionapi.Module{{Name: "break", Path: "break", Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
				c.Result().String("half", "done")
				return nil, test.err
			}}}
		})
		a := r.client(t).get("action=break&requestid=7&formatversion=2")
		code := "internal_api_error_" + test.class
		a.shows(name, `{"error":{"code":"`+code+`","info":"T","errorclass":"`+test.class+`"},"requestid":"7"}`)
		r.client(t).get("action=break&formatversion=2&errorformat=none").shows(name,
			`{"errors":[{"code":"`+code+`","data":{"errorclass":"`+test.class+`"},"module":"main"}]}`)
		if a.Status != test.status || !strings.Contains(a.Body, "[0123456789abcdef01234567]") || strings.Contains(a.Body, "fire") {
			t.Errorf("%s: %d %s", name, a.Status, a.Body)
		}
		if events := r.Log.events("request failed"); len(events) != 2 || !strings.Contains(events[0]["error"], "fire") {
			t.Errorf("%s: logged %v", name, events)
		}
	}
}

func TestCodesInHeadersAreHarmless(t *testing.T) {
	r := newRig(t, func(o *rigOptions) {
		o.MoreModules = []*actionapi.Module{{Name: "odd", Path: "odd", Run: func(context.Context, *actionapi.Call) (*actionapi.Problem, error) {
			return actionapi.NewProblem("apierror-badtoken").WithCode("a\r\nb"), nil
		}}}
	})
	a := r.client(t).post(url.Values{"action": {"odd"}})
	if got := a.Header.Get("MediaWiki-API-Error"); got != "<invalid-code>" {
		t.Errorf("%q", got)
	}
}
