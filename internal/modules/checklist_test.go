package modules

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/secret"
)

// The tests in this file hold rules of docs/protocol that no module of ours
// shows by itself, or that are too small for a file of their own.

// typedParams are parameters that no module of ours declares.
var typedParams = []actionapi.Param{
	{Name: "raw", Type: actionapi.Raw},
	{Name: "text", Type: actionapi.Text},
	{Name: "bytes", Type: actionapi.String, MaxBytes: 4},
	{Name: "chars", Type: actionapi.String, MaxChars: 3},
	{Name: "all", Type: actionapi.String, Multi: true, AllowDuplicates: true},
	{Name: "few", Type: actionapi.String, Multi: true, LowLimit: 2, HighLimit: 3},
	{Name: "range", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, HasMax: true, Min: 1, Max: 10, HighMax: 20}},
	{Name: "least", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, Min: 1}},
	{Name: "most", Type: actionapi.Integer, Range: &actionapi.Range{HasMax: true, Max: 9}},
	{Name: "strict", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, HasMax: true, Min: 1, Max: 10, Enforce: true}},
	{Name: "numbers", Type: actionapi.Integer, Multi: true},
	{Name: "limit", Type: actionapi.Limit, Range: &actionapi.Range{HasMin: true, HasMax: true, Max: 5, HighMax: 50}},
	{Name: "choice", Type: actionapi.Enum, Values: []string{"a", "b", "old"}, DeprecatedValues: []string{"old"}, Default: "odd", HasDefault: true},
	{Name: "choices", Type: actionapi.Enum, Multi: true, Values: []string{"a", "b", "old"}, DeprecatedValues: []string{"old"}, All: "all"},
	{Name: "when", Type: actionapi.Timestamp},
	{Name: "until", Type: actionapi.Expiry},
}

// typed is a module that answers with its parameters, as they were understood.
func typed(o *rigOptions) {
	o.MoreModules = append(o.MoreModules, &actionapi.Module{
		Name: "typed", Path: "typed", Prefix: "t", Params: typedParams,
		Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
			result := c.Result().Object("typed")
			for _, p := range typedParams {
				if !c.Args.Given(p.Name) {
					continue
				}
				switch {
				case p.Multi:
					result.Strings(p.Name, "v", c.Args.Strings(p.Name))
				case p.Type == actionapi.Integer || p.Type == actionapi.Limit:
					result.Int(p.Name, c.Args.Int(p.Name))
				default:
					result.String(p.Name, c.Args.String(p.Name))
				}
			}
			return nil, nil
		},
	})
}

// warned are the codes of the warnings of an answer in errorformat=none, in
// their order, without what follows from others.
func (a answer) warned() string {
	a.t.Helper()
	var codes []string
	for _, w := range list(a.value("warnings")) {
		if code, _ := w.(map[string]any)["code"].(string); code != "deprecation-help" {
			codes = append(codes, code)
		}
	}
	return strings.Join(codes, " ")
}

func TestMoreOfTheTypesOfParameters(t *testing.T) {
	c := newRig(t, typed).client(t)
	for _, test := range []struct{ name, query, want, code, warned string }{
		{"raw is left alone", "traw=e%CC%81%01", `{"raw":"e\u0301\u0001"}`, "", ""},
		{"raw may begin like a list", "traw=%1Fa", `{"raw":"\u001fa"}`, "", ""},
		{"text is cleaned as any string", "ttext=e%CC%81%01", `{"text":"\u00e9\ufffd"}`, "", "badutf8"},
		{"as many bytes as may be", "tbytes=%C3%A9%C3%A9", `{"bytes":"\u00e9\u00e9"}`, "", ""},
		{"a separator alone is two empty members", "tall=|", `{"all":["",""]}`, "", ""},
		{"own limit", "tfew=a|b", `{"few":["a","b"]}`, "", ""},
		{"other word for all", "tchoices=all", `{"choices":["a","b","old"]}`, "", ""},
		{"star where it is no word for all", "tchoices=*", `{"choices":[]}`, "", "unrecognizedvalues"},
		{"greatest limit", "tlimit=max", `{"limit":5}`, "", ""},
		{"limit that is no number", "tlimit=many", "", "badinteger", ""},
		{"word in capitals", "tlimit=Max", "", "badinteger", ""},
		{"choice", "tchoice=a", `{"choice":"a"}`, "", ""},
		{"choice in capitals", "tchoice=A", "", "badvalue", ""},
		{"choice that is empty", "tchoice=", "", "badvalue", ""},
		{"choice of two", "tchoice=a|b", "", "badvalue", ""},
		{"default is not looked at", "", `{}`, "", ""},
		{"but may not be given", "tchoice=odd", "", "badvalue", ""},
		{"time of zero", "twhen=0", `{"when":"2026-11-20T15:25:00Z"}`, "", "unclearnowtimestamp"},
		{"point in time", "tuntil=2027-01-02T03:04:05Z", `{"until":"2027-01-02T03:04:05Z"}`, "", ""},
		{"infinite", "tuntil=infinite", `{"until":"infinity"}`, "", ""},
		{"indefinite", "tuntil=indefinite", `{"until":"infinity"}`, "", ""},
		{"infinity", "tuntil=infinity", `{"until":"infinity"}`, "", ""},
		{"never", "tuntil=never", `{"until":"infinity"}`, "", ""},
		{"deprecated value twice", "tchoices=old|old", `{"choices":["old"]}`, "", "deprecation"},
	} {
		a := c.get("action=typed&formatversion=2&ascii&errorformat=none&" + test.query)
		a.fails(test.name, test.code)
		if got := a.raw("typed"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, a.Body, test.want)
		}
		if got := a.warned(); got != test.warned {
			t.Errorf("%s: warns about %q, want %q", test.name, got, test.warned)
		}
	}
}

// What errors and warnings about values say beside their text.
func TestDataOfBadValues(t *testing.T) {
	r := newRig(t, typed)
	plain, bot := r.client(t), r.client(t).login("BotUser", botUserPassword)
	for _, test := range []struct {
		name, query string
		client      *client
		want        string // after "code"
	}{
		{"maxbytes", "tbytes=abcde", plain, `{"code":"maxbytes","data":{"maxbytes":4,"maxchars":null}`},
		{"maxchars", "tchars=abcd", plain, `{"code":"maxchars","data":{"maxbytes":null,"maxchars":3}`},
		{"toomanyvalues", "tfew=a|b|c", plain, `{"code":"toomanyvalues","data":{"limit":2,"lowlimit":2,"highlimit":3}`},
		{"toomanyvalues of a bot", "tfew=a|b|c|d", bot, `{"code":"toomanyvalues","data":{"limit":3,"lowlimit":2,"highlimit":3}`},
		{"outofrange", "trange=0", plain, `{"code":"outofrange","data":{"min":1,"curmax":10,"max":10,"highmax":20}`},
		{"outofrange of a bot", "trange=21", bot, `{"code":"outofrange","data":{"min":1,"curmax":20,"max":10,"highmax":20}`},
		{"outofrange, at least", "tleast=0", plain, `{"code":"outofrange","data":{"min":1,"curmax":null,"max":null,"highmax":null}`},
		{"outofrange, at most", "tmost=10", plain, `{"code":"outofrange","data":{"min":null,"curmax":9,"max":9,"highmax":null}`},
		{"outofrange, enforced", "tstrict=11", plain, `{"code":"outofrange","data":{"min":1,"curmax":10,"max":10,"highmax":null}`},
		{"deprecated value", "tchoice=old", plain, `{"code":"deprecation","data":{"feature":"action=typed&tchoice=old"}`},
		{"deprecated value in a list", "tchoices=a|old", plain, `{"code":"deprecation","data":{"feature":"action=typed&tchoices=old"}`},
	} {
		a := test.client.get("action=typed&formatversion=2&errorformat=none&" + test.query)
		if !strings.Contains(a.Body, test.want+`,"module":"typed"}`) {
			t.Errorf("%s: %s is not in %s", test.name, test.want, a.Body)
		}
	}
	if text := plain.get("action=typed&tchoices=old|old").text("warnings", "typed", "*"); text == "" || strings.Contains(text, "\n") {
		t.Errorf("one text for two equal warnings: %q", text)
	}
	plain.get("action=typed&tlimit=max&formatversion=2").is(`{"limits":{"typed":5},"typed":{"limit":5}}`)
	bot.get("action=typed&tlimit=max&formatversion=2").is(`{"limits":{"typed":50},"typed":{"limit":50}}`)
}

func TestRequiredParameters(t *testing.T) {
	c := newRig(t, func(o *rigOptions) {
		params := []actionapi.Param{
			{Name: "one", Type: actionapi.String, Required: true}, {Name: "many", Type: actionapi.String, Required: true, Multi: true},
		}
		o.MoreModules = append(o.MoreModules, &actionapi.Module{
			Name: "needy", Path: "needy", Prefix: "n", Params: params,
			Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
				c.Result().Strings("many", "m", c.Args.Strings("many"))
				return nil, nil
			},
		})
	}).client(t)
	for query, want := range map[string]string{
		"none=a&nmany=b": "", "none=a&nmany=": "", "none=0&nmany=b": "",
		"none=a": "missingparam", "nmany=b": "missingparam", "none=&nmany=b": "missingparam", "none[]=a&nmany=b": "missingparam",
	} {
		c.get("action=needy&"+query).fails(query, want)
	}
	c.get("action=needy&none=a&nmany=").is(`{"many":[]}`)
	if got := c.get("action=needy&nmany=b").text("error", "info"); got != `The "none" parameter must be set.` {
		t.Errorf("clients read this text: %s", got)
	}
}

func TestGeneralParametersTakeOneValueEach(t *testing.T) {
	c := newRig(t).client(t)
	for query, want := range map[string]string{
		"action=": "badvalue", "action=query|login": "badvalue", "action=Query": "badvalue",
		"action=query&assert=": "badvalue", "action=query&assert=anon|user": "badvalue", "action=query&assert=Anon": "badvalue",
		"action=query&assertuser=127.0.0.1": "baduser", "action=query&assertuser=": "baduser",
		"action=query&maxlag=5|6": "badinteger", "action=query&errorformat=": "badvalue", "action=query&errorformat=raw|html": "badvalue",
		"action=query&requestid=a|b": "", "action=query&uselang=en|de": "", "action=query&assert=anon": "",
	} {
		c.get(query).fails(query, want)
	}
	c.get("action=query&errorformat=zzz").shows("told in the default style", `{"error":{"code":"badvalue","info":"T","*":"T"}}`)
	want := `Unrecognized value for parameter "action": zzz.`
	if got := c.get("action=zzz").text("error", "info"); got != want {
		t.Errorf("clients read this text: %s", got)
	}
	if a := c.send(http.MethodGet, "action=query&format=", "", ""); a.Header.Get("Content-Type") != "text/html; charset=UTF-8" || a.Header.Get("MediaWiki-API-Error") != "badvalue" {
		t.Errorf("an empty format: %v", a.Header)
	}
}

// submodule is one of action=query that leaves its name behind.
func submodule(name string, params ...actionapi.Param) *actionapi.Module {
	return &actionapi.Module{
		Name: name, Path: "query+" + name, Params: params,
		Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
			c.Query().Object(name)
			return nil, nil
		},
	}
}

func TestSubmodulesRunGroupByGroup(t *testing.T) {
	old := actionapi.Param{Name: "old", Type: actionapi.String, Deprecated: true}
	c := newRig(t, func(o *rigOptions) {
		o.Submodules = actionapi.Submodules{
			Prop: []*actionapi.Module{submodule("p1"), submodule("p2")},
			List: []*actionapi.Module{submodule("l1"), submodule("l2")},
			Meta: []*actionapi.Module{submodule("m1", old), submodule("m2", old)},
		}
	}).client(t)
	for query, want := range map[string]string{
		"meta=m1&list=l1&prop=p1":       `{"p1":{},"l1":{},"m1":{}}`,
		"meta=m2|m1&prop=p2|p1":         `{"p2":{},"p1":{},"m2":{},"m1":{}}`,
		"list=l2|zzz|l1|l2":             `{"l2":{},"l1":{}}`,
		"meta=l1&list=m1":               ``,
		"meta=m1&continue=":             `{"m1":{}}`,
		"meta=m1&continue=-||":          `{"m1":{}}`,
		"meta=m1&rawcontinue&continue=": `{"m1":{}}`,
	} {
		if got := c.get("action=query&" + query).raw("query"); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	c.get("action=query&meta=m1&rawcontinue&formatversion=2").is(`{"query":{"m1":{}}}`)
	c.get("action=query&meta=m1|m2&old=1&formatversion=2&errorformat=none").is(`{"batchcomplete":true,"warnings":[` +
		`{"code":"deprecation","data":{"feature":"action=query&meta=m1&old"},"module":"query+m1"},{"code":"deprecation-help","module":"main"},` +
		`{"code":"deprecation","data":{"feature":"action=query&meta=m2&old"},"module":"query+m2"}],"query":{"m1":{},"m2":{}}}`)
}

func TestCallbackInOtherFormats(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	for _, test := range []struct{ name, query, kind, want string }{
		{"empty", "format=json&callback=", "text/javascript", `/**/({"batchcomplete":"",` + strings.Replace(asNobody, "true", `""`, 1) + `})`},
		{"number against caches", "format=json&callback=f&_=1&formatversion=2", "text/javascript", `/**/f({"batchcomplete":true,` + asNobody + `})`},
		{
			"in XML", "format=xml&callback=f&_=1", "text/xml",
			`<?xml version="1.0"?><api batchcomplete=""><warnings><main xml:space="preserve">Unrecognized parameters: callback, _.</main></warnings>` +
				`<query><userinfo id="0" name="127.0.0.1" anon="" /></query></api>`,
		},
	} {
		a := c.send(http.MethodGet, "action=query&meta=userinfo&"+test.query, "", "")
		if a.Body != test.want || a.Header.Get("Content-Type") != test.kind+"; charset=utf-8" {
			t.Errorf("%s: %s %s, want %s", test.name, a.Header.Get("Content-Type"), a.Body, test.want)
		}
		if a.Header.Get("MediaWiki-Login-Suppressed") != "true" {
			t.Errorf("%s: the header that says so is missing", test.name)
		}
	}
	a := c.in("json", "action=query&callback=f")
	if got := a.Header.Get("Content-Disposition"); got != "inline; filename=api-result.js" {
		t.Error(got)
	}
}

func TestWhoAsksForEscapesInJSON(t *testing.T) {
	c := newRig(t).client(t)
	const escaped, plain = `"\u00e9\ud83d\ude42/<>&'"`, `"é🙂/<>&'"`
	for query, want := range map[string]string{
		"": escaped, "ascii": escaped, "utf8": plain, "formatversion=1&utf8=": plain, "utf8&ascii": plain,
		"formatversion=2": plain, "formatversion=2&utf8": plain, "formatversion=2&ascii": escaped, "formatversion=latest&ascii=0": escaped,
	} {
		a := c.get("action=query&requestid=%C3%A9%F0%9F%99%82/%3C%3E%26%27&" + query)
		if got := a.raw("requestid"); got != want || a.value("warnings") != nil {
			t.Errorf("%s: %s, want %s", query, a.Body, want)
		}
	}
}

// A format whose own parameters are wrong answers in its default form, in
// every style of errors.
func TestBadFormatVersionInEveryStyle(t *testing.T) {
	c := newRig(t).client(t)
	for format, want := range map[string]string{
		"none": `{"warnings":[{"code":"errorprinterfailed","module":"main"},{"code":"badvalue","module":"json"}],` +
			`"errors":[{"code":"badvalue","module":"json"}],"requestid":"1","*":"T"}`,
		"bc": `{"warnings":{"json":{"*":"T"},"main":{"*":"T"}},"error":{"code":"badvalue","info":"T","*":"T"},"requestid":"1"}`,
	} {
		c.get("action=query&formatversion=3&requestid=1&errorformat="+format).shows(format, want)
	}
}

// The pointers to the documentation keep their entities; the announcement of
// a deprecation does not.
func TestPointersToTheDocumentation(t *testing.T) {
	c := newRig(t, echo).client(t)
	const api, escaped, plain = "http://wiki.test/w/api.php", "&lt;https://lists.", "<https://lists."
	for _, s := range styles() {
		a := c.get("action=zzz" + s.query())
		at := []string{s.content("docref")}
		if s.format == "bc" {
			at = []string{"error", s.content("docref")}
		}
		if got := a.text(at...); !strings.Contains(got, api) || !strings.Contains(got, escaped) || strings.Contains(got, plain) {
			t.Errorf("%s: %s", s, got)
		}
	}
	if got := c.get("action=echo&eold=1").text("warnings", "main", "*"); !strings.Contains(got, plain) || strings.Contains(got, escaped) {
		t.Errorf("a deprecation: %s", got)
	}
}

// A code is the key of the message without what all keys begin with.
func TestCodesFollowFromKeys(t *testing.T) {
	for key, want := range map[string]string{
		"apierror-badtoken": "badtoken", "apiwarn-badutf8": "badutf8", "wrongpassword": "wrongpassword",
		"apierror-odd.key/ of-Ours_1": "odd_key__of-Ours_1", "xapierror-a": "xapierror-a",
		"readonlytext": "readonly", "sessionfailure": "badtoken", "cannotlogoutnow-text": "cannotlogout",
	} {
		if got := actionapi.NewProblem(key).Code; got != want {
			t.Errorf("%s: %s, want %s", key, got, want)
		}
	}
}

func TestWhatIsNoAnswerOfTheAPIAsksNothingBack(t *testing.T) {
	c := newRig(t, func(o *rigOptions) { o.Engine.MaxBody = 100 }).client(t)
	for name, a := range map[string]answer{
		"origin":     c.with("Origin", "https://b.test").get("action=query&requestid=asked-back&origin=https://a.test"),
		"body":       c.do(http.MethodPost, "action=query&requestid=asked-back", url.Values{"fill": {strings.Repeat("x", 100)}}),
		"OPTIONS":    c.send(http.MethodOptions, "action=query&format=json&requestid=asked-back", "", ""),
		"up to date": c.with("If-None-Match", "*").get("action=query&requestid=asked-back"),
	} {
		if strings.Contains(a.Body, "asked-back") || a.Header.Get("MediaWiki-API-Error") != "" {
			t.Errorf("%s: %d %v %s", name, a.Status, a.Header, a.Body)
		}
	}
}

func TestSomeModulesKnowNoLag(t *testing.T) {
	c := newRig(t, func(o *rigOptions) {
		o.MoreModules = append(o.MoreModules, &actionapi.Module{
			Name: "unhurried", Path: "unhurried", NoMaxlag: true,
			Run: func(context.Context, *actionapi.Call) (*actionapi.Problem, error) { return nil, nil },
		})
	}).client(t)
	c.get("action=unhurried&maxlag=-2").is(`{}`)
	c.get("action=unhurried&maxlag=-2&assert=user").fails("assertions count all the same", "assertuserfailed")
}

// guarded is the probe that demands a csrf token.
func guarded(o *rigOptions) { o.MoreModules = append(o.MoreModules, probes()...) }

func (c *client) passes(token string) bool {
	c.t.Helper()
	a := c.post(url.Values{"action": {"guarded"}, "number": {"1"}, "token": {token}})
	if a.code() != "" && a.code() != "badtoken" {
		c.t.Errorf("%s", a.Body)
	}
	return a.code() == ""
}

func TestTokensServeTogether(t *testing.T) {
	r := newRig(t, guarded)
	c := r.client(t).login("Alice", alicePassword)
	other := r.client(t).login("Alice", alicePassword)
	first := c.token("csrf")
	r.Clock.Advance(30 * time.Minute)
	second := c.token("csrf")
	c.token("login")
	c.token("createaccount")
	for name, token := range map[string]string{"old": first, "new": second} {
		if !c.passes(token) {
			t.Errorf("the %s token is not good", name)
		}
		if !c.with("X-Test-Address", "198.51.100.9").with("User-Agent", "another").passes(token) {
			t.Errorf("the %s token is tied to an address or a program", name)
		}
	}
	theirs := other.token("csrf")
	c.logout(second).is(`{}`)
	if !other.passes(theirs) {
		t.Error("the logout of one session ended the tokens of another")
	}
	r.Clock.Set(rigStart)
	if !other.passes(theirs) {
		t.Error("a token of the future is refused")
	}
	if nobody := r.client(t); !nobody.passes(`+\`) || nobody.passes(`+`) || nobody.passes(theirs) {
		t.Error("the token of nobody is not the constant")
	}
}

func TestLogoutKnowsNothingGlobal(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	other := r.client(t).login("Alice", alicePassword)
	a := c.post(url.Values{"action": {"logout"}, "token": {c.token("csrf")}, "global": {""}})
	a.is(`{"warnings":{"main":{"*":"Unrecognized parameter: global."}}}`)
	if a.Status != http.StatusOK || a.code() != "" {
		t.Errorf("status %d, error %s", a.Status, a.code())
	}
	if got := other.user(); got != "Alice" {
		t.Errorf("the other session is that of %s", got)
	}
}

func TestLogoutIsLogged(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	c.with("Treat-as-Untrusted", "1").logout(`+\`)
	c.logout(c.token("csrf"))
	events := r.Log.events("logout")
	if len(events) != 2 {
		t.Fatalf("%d events", len(events))
	}
	for i, want := range []map[string]string{
		{"channel": "authevents", "event": "logout", "successful": "false", "status": "wronguser", "name": "Alice"},
		{"channel": "authevents", "event": "logout", "successful": "true", "status": "success", "name": "Alice"},
	} {
		for key, value := range want {
			if events[i][key] != value {
				t.Errorf("event %d: %s is %q, want %q", i, key, events[i][key], value)
			}
		}
	}
}

// Whether a session counts as a bot's is a matter of the account and of the
// grants.
func TestAssertionsSeeTheRightsOfTheSession(t *testing.T) {
	r := newRig(t)
	poor := secret.New("e" + strings.Repeat("0", 31))
	_, err := r.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: "BotUser", App: "poor", Grants: []string{"editpage"}, Secret: poor})
	must(t, err)
	for _, test := range []struct {
		name                     string
		client                   *client
		anon, user, bot, byAlice string
	}{
		{"nobody", r.client(t), "", "assertuserfailed", "assertbotfailed", "assertnameduserfailed"},
		{"user", r.client(t).login("Alice", alicePassword), "assertanonfailed", "", "assertbotfailed", ""},
		{"group bot", r.client(t).login("BotUser", botUserPassword), "assertanonfailed", "", "", "assertnameduserfailed"},
		{"all grants", r.client(t).login("BotUser@full", fullSecret), "assertanonfailed", "", "", "assertnameduserfailed"},
		{"without highvolume", r.client(t).login("BotUser@poor", poor.Reveal()), "assertanonfailed", "", "assertbotfailed", "assertnameduserfailed"},
		{"highvolume without the group", r.client(t).login("William@testbot", testbotSecret), "assertanonfailed", "", "assertbotfailed", "assertnameduserfailed"},
	} {
		for query, want := range map[string]string{
			"assert=anon": test.anon, "assert=user": test.user, "assert=bot": test.bot, "assertuser=alice": test.byAlice,
		} {
			test.client.get("action=query&"+query).fails(test.name+", "+query, want)
		}
	}
}

// The groups of a new server are those of MediaWiki 1.39, with their rights in
// its order.
func TestDefaultGroupsAreThoseOfMediaWiki(t *testing.T) {
	var groups []struct {
		Name   string
		Rights []string
	}
	must(t, json.Unmarshal([]byte(newRig(t).client(t).get("action=query&meta=siteinfo&siprop=usergroups").raw("query", "usergroups")), &groups))
	var got strings.Builder
	for _, g := range groups {
		got.WriteString(g.Name + ": " + strings.Join(g.Rights, " ") + "\n")
	}
	want := "*: createaccount read edit createpage createtalk writeapi viewmywatchlist editmywatchlist viewmyprivateinfo editmyprivateinfo editmyoptions\n" +
		"user: move move-subpages move-rootuserpages move-categorypages movefile read edit createpage createtalk writeapi upload reupload" +
		" reupload-shared minoredit editmyusercss editmyuserjson editmyuserjs editmyuserjsredirect purge sendemail applychangetags changetags" +
		" editcontentmodel\n" +
		"autoconfirmed: autoconfirmed editsemiprotected\n" +
		"bot: bot autoconfirmed editsemiprotected nominornewtalk autopatrol suppressredirect apihighlimits writeapi\n" +
		"sysop: block createaccount delete bigdelete deletedhistory deletedtext undelete editinterface editsitejson edituserjson import importupload" +
		" move move-subpages move-rootuserpages move-categorypages patrol autopatrol protect editprotected rollback upload reupload reupload-shared" +
		" unwatchedpages autoconfirmed editsemiprotected ipblock-exempt blockemail markbotedits apihighlimits browsearchive noratelimit movefile" +
		" unblockself suppressredirect mergehistory managechangetags deletechangetags\n" +
		"interface-admin: editinterface editsitecss editsitejson editsitejs editusercss edituserjson edituserjs\n" +
		"bureaucrat: userrights noratelimit\n" +
		"suppress: hideuser suppressrevision viewsuppressed suppressionlog deleterevision deletelogentry\n"
	if got.String() != want {
		t.Errorf("got\n%swant\n%s", got.String(), want)
	}
}
