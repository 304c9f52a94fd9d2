package modules

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/token"
)

// ask is a request that faults are put into.
type ask struct {
	method, query string
	body          url.Values
	header        http.Header
}

// fault makes a good request bad in one way.
type fault struct {
	name   string
	code   string // of the error that it leads to
	param  string // that the error names
	status int    // 0: 200
	touch  string // what it changes: two faults that change the same cannot meet
	put    func(a *ask)
	site   func(o *rigOptions)
}

// inQuery is a fault of a parameter in the URL.
func inQuery(name, value, code, param string) fault {
	return fault{
		name: name + "=" + value, code: code, param: param, touch: name,
		put: func(a *ask) { a.query += "&" + name + "=" + value },
	}
}

func inBody(name, value, code, param string) fault {
	return fault{
		name: name + "=" + value + " in the body", code: code, param: param, touch: name,
		put: func(a *ask) { a.body.Set(name, value) },
	}
}

func byMethod(method, code string, status int) fault {
	return fault{name: method, code: code, status: status, touch: "method", put: func(a *ask) { a.method = method }}
}

func bySite(name, code string, site func(o *rigOptions)) fault {
	return fault{name: name, code: code, touch: name, site: site}
}

// probes are modules in which every check can fail. Guarded demands a token,
// open does not.
func probes() []*actionapi.Module {
	run := func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
		if c.Args.Bool("fail") {
			return actionapi.NewProblem("apierror-badcontinue").WithCode("refused"), nil
		}
		c.Result().Object(c.Module.Name)
		return nil, nil
	}
	params := []actionapi.Param{
		{Name: "number", Type: actionapi.Integer, Required: true}, {Name: "fail", Type: actionapi.Boolean},
	}
	return []*actionapi.Module{
		{Name: "guarded", Path: "guarded", Params: params, Token: &token.CSRF, MustPost: true, Write: true, NeedsRead: actionapi.Always, Run: run},
		{Name: "open", Path: "open", Params: params, MustPost: true, Write: true, NeedsRead: actionapi.Always, Run: run},
	}
}

var mainFaults = []fault{
	{
		name: "body too large", status: http.StatusRequestEntityTooLarge, touch: "body",
		put: func(a *ask) { a.body.Set("fill", strings.Repeat("x", 5000)) },
	},
	{
		name: "origin that is not in the header", status: http.StatusForbidden, touch: "origin",
		put: func(a *ask) { a.query += "&origin=https://a.test"; a.header.Set("Origin", "https://b.test") },
	},
	inQuery("action", "zzz", "badvalue", "action"),
	inQuery("format", "zzz", "badvalue", ""),
	inQuery("maxlag", "x", "badinteger", "maxlag"),
	inQuery("smaxage", "x", "badinteger", "smaxage"),
	inQuery("maxage", "x", "badinteger", "maxage"),
	inQuery("assert", "zzz", "badvalue", "assert"),
	inQuery("assertuser", "%23", "baduser", "assertuser"),
	inQuery("requestid", "%1Fx", "badvalue", "requestid"),
	inQuery("uselang", "%1Fx", "badvalue", "uselang"),
	inQuery("variant", "%1Fx", "badvalue", "variant"),
	inQuery("errorformat", "zzz", "badvalue", "errorformat"),
	inQuery("errorlang", "%1Fx", "badvalue", "errorlang"),
	inQuery("assert", "anon", "assertanonfailed", ""),
	inQuery("assertuser", "William", "assertnameduserfailed", ""),
}

var siteFaults = []fault{
	bySite("nobody may read", "readapidenied", func(o *rigOptions) { o.withoutRight("read") }),
	bySite("nobody may write", "writeapidenied", func(o *rigOptions) { o.withoutRight("writeapi") }),
	{
		name: "promise not to write", code: "promised-nonwrite-api", touch: "promise",
		put: func(a *ask) { a.header.Set("Promise-Non-Write-API-Action", "1") },
	},
	bySite("read-only", "readonly", readOnly),
	inQuery("maxlag", "-2", "maxlag", ""),
}

func TestEarlierChecksWinOverLaterOnes(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	csrf := c.token("csrf")
	guarded := ask{method: "POST", query: "format=json&action=guarded", body: url.Values{"number": {"1"}, "token": {csrf}}}
	checkOrder(t, c, guarded, slices.Concat(mainFaults, []fault{
		inBody("number", "", "badinteger", "number"),
		inBody("token", "", "missingparam", "token"),
		{name: "token in the URL", code: "mustpostparams", touch: "token in the URL", put: func(a *ask) { a.query += "&token=x" }},
		inBody("token", "x", "badtoken", ""),
	}, siteFaults, []fault{
		inBody("fail", "", "refused", ""),
		inQuery("formatversion", "3", "badvalue", "formatversion"),
	}))
}

func TestMethodsAreCheckedLate(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	open := ask{method: "POST", query: "format=json&action=open&number=1", body: url.Values{}}
	checkOrder(t, c, open, slices.Concat(mainFaults[1:], []fault{inQuery("number", "", "badinteger", "number")}, siteFaults, []fault{
		{
			name: "If-None-Match", status: http.StatusNotModified, touch: "method",
			put: func(a *ask) { a.method = "GET"; a.header.Set("If-None-Match", "*") },
		},
		byMethod("PUT", "invalidmethod", http.StatusMethodNotAllowed),
		byMethod("GET", "mustbeposted", 0),
		byMethod("HEAD", "mustbeposted", 0),
		inQuery("fail", "", "refused", ""),
		inQuery("formatversion", "3", "badvalue", "formatversion"),
	}))
}

// checkOrder tries every pair of faults: the earlier one must win.
func checkOrder(t *testing.T, c *client, base ask, faults []fault) {
	t.Helper()
	engines := map[string]*actionapi.Engine{}
	try := func(first fault, all ...fault) {
		t.Helper()
		name := ""
		a := ask{base.method, base.query, url.Values{}, http.Header{}}
		for key, values := range base.body {
			a.body[key] = values
		}
		var sites []fault
		for _, f := range all {
			name += f.name + " and "
			if f.put != nil {
				f.put(&a)
			}
			if f.site != nil {
				sites = append(sites, f)
			}
		}
		c.rig.Engine = c.siteWith(t, engines, sites)
		first.check(t, strings.TrimSuffix(name, " and "), c.sendAsk(a))
	}
	try(fault{}) // without a fault all is well
	for i, first := range faults {
		try(first, first)
		for _, later := range faults[i+1:] {
			if later.touch != first.touch {
				try(first, first, later)
			}
		}
	}
}

// siteWith is an engine with the faults of a site, made once.
func (c *client) siteWith(t *testing.T, known map[string]*actionapi.Engine, faults []fault) *actionapi.Engine {
	t.Helper()
	key := ""
	o := defaultRigOptions()
	o.Engine.MaxBody, o.MoreModules = 4096, probes()
	for _, f := range faults {
		key += f.name + ";"
		f.site(&o)
	}
	if known[key] == nil {
		c.rig.rewire(t, o)
		known[key] = c.rig.Engine
	}
	return known[key]
}

func (c *client) sendAsk(a ask) answer {
	c.t.Helper()
	for name := range a.header {
		c = c.with(name, a.header.Get(name))
	}
	return c.send(a.method, a.query, formType, a.body.Encode())
}

// check holds an answer to what the fault leads to.
func (f fault) check(t *testing.T, name string, a answer) {
	t.Helper()
	status := f.status
	if status == 0 {
		status = http.StatusOK
	}
	code := a.Header.Get("MediaWiki-API-Error")
	unnamed := a.Body != "" && !strings.Contains(a.Body, f.param) // HEAD has no body
	if a.Status != status || code != f.code || unnamed {
		t.Errorf("%s: want %s %s, got %d %s: %s", name, f.code, f.param, a.Status, code, a.Body)
	}
}

// A submodule's parameters are its own business: they are read when it runs,
// after the earlier ones have done their work.
func TestSubmodulesReadTheirParametersWhenTheyRun(t *testing.T) {
	r := newRig(t)
	tooMany := "type=" + strings.Repeat("x|", 50)
	for _, test := range []struct {
		name, method, query string
		header              string
		code                string
		status              int
	}{
		{"alone", "GET", "meta=tokens", "", "toomanyvalues", 200},
		{"bad continue", "GET", "meta=tokens&continue=x", "", "badcontinue", 200},
		{"maxlag", "GET", "meta=tokens&maxlag=-2", "", "maxlag", 200},
		{"method", "PUT", "meta=tokens", "", "invalidmethod", 405},
		{"format's own", "GET", "meta=tokens&formatversion=3", "", "toomanyvalues", 200},
		{"conditional", "GET", "meta=tokens", "*", "", 304},
		{"not asked for", "GET", "meta=userinfo", "", "", 200},
	} {
		c := r.client(t)
		if test.header != "" {
			c = c.with("If-None-Match", test.header)
		}
		a := c.send(test.method, "format=json&action=query&"+test.query+"&"+tooMany, "", "")
		a.fails(test.name, test.code)
		if a.Status != test.status {
			t.Errorf("%s: status %d", test.name, a.Status)
		}
	}
	a := r.client(t).get("action=query&meta=userinfo|tokens&requestid=7&foo=1&" + tooMany)
	a.shows("after another", `{"error":{"code":"toomanyvalues","info":"T","limit":50,"lowlimit":50,"highlimit":500,"*":"T"},"requestid":"7"}`)
}

func TestBadFormatVersionIsFoundAfterTheWork(t *testing.T) {
	c := newRig(t).client(t)
	a := c.do(http.MethodPost, "formatversion=3", loginForm("William@testbot", testbotSecret, c.token("login")))
	a.shows("login", `{"warnings":{"json":{"*":"T"},"main":{"*":"T"}},"error":{"code":"badvalue","info":"T","*":"T"}}`)
	if got := c.user(); got != "William" {
		t.Errorf("the user is %s", got)
	}
}
