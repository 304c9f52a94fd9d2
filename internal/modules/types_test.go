package modules

import (
	"context"
	"net/url"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// probe is an action with a parameter of every type, which it shows as it was
// understood.
func probe() *actionapi.Module {
	params := []actionapi.Param{
		{Name: "limit", Type: actionapi.Limit, Default: "10", HasDefault: true, Range: &actionapi.Range{HasMin: true, Min: 1, HasMax: true, Max: 500, HighMax: 5000}},
		{Name: "open", Type: actionapi.Limit},
		{Name: "from", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, Min: 0}},
		{Name: "upto", Type: actionapi.Integer, Range: &actionapi.Range{HasMax: true, Max: 9}},
		{Name: "strict", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, Min: 1, HasMax: true, Max: 3, Enforce: true}},
		{Name: "ids", Type: actionapi.Integer, Multi: true},
		{Name: "when", Type: actionapi.Timestamp},
		{Name: "until", Type: actionapi.Expiry},
		{Name: "who", Type: actionapi.User, Subtypes: []string{"name", "ip", "cidr", "id"}},
		{Name: "named", Type: actionapi.User, Subtypes: []string{"name"}},
		{Name: "short", Type: actionapi.String, MaxBytes: 4},
		{Name: "few", Type: actionapi.String, MaxChars: 3},
		{Name: "kind", Type: actionapi.Enum, Values: []string{"new", "old"}, DeprecatedValues: []string{"old"}},
		{Name: "raw", Type: actionapi.Raw},
		{Name: "twice", Type: actionapi.String, Multi: true, AllowDuplicates: true},
		{Name: "two", Type: actionapi.String, Multi: true, LowLimit: 2, HighLimit: 3},
		{Name: "gone", Type: actionapi.String, Deprecated: true},
		{Name: "slots", Type: actionapi.String, Multi: true},
		{Name: "text-{slot}", Type: actionapi.Integer, Template: map[string]string{"slot": "slots"}},
	}
	return &actionapi.Module{Name: "probe", Path: "probe", Prefix: "p", Params: params, Run: runProbe}
}

func runProbe(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	out := c.Result().Object("probe")
	for _, p := range c.Module.Params {
		if p.Template != nil || !c.Args.Given(p.Name) && !p.HasDefault {
			continue
		}
		switch {
		case p.Multi:
			out.Strings(p.Name, "v", c.Args.Strings(p.Name))
		case p.Type == actionapi.Limit || p.Type == actionapi.Integer:
			out.Int(p.Name, c.Args.Int(p.Name))
		case p.Type == actionapi.User && c.Args.Int(p.Name) != 0:
			out.Int(p.Name, c.Args.Int(p.Name))
		default:
			out.String(p.Name, c.Args.String(p.Name))
		}
	}
	for _, slot := range c.Args.Strings("slots") {
		if text, given := c.Args.Templated("text-" + slot); given {
			out.String("text-"+slot, text)
		}
	}
	return nil, nil
}

func TestEveryTypeOfParameter(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.MoreModules = append(o.MoreModules, probe()) })
	for _, c := range []struct {
		query string
		want  string // of "probe", or the code of the error
		warns string // code of the first warning
	}{
		{"", `{"limit":10}`, ""},
		{"plimit=7", `{"limit":7}`, ""},
		{"plimit=max", `{"limit":500}`, ""},
		{"plimit=501", `{"limit":500}`, "outofrange"},
		{"plimit=0", `{"limit":1}`, "outofrange"},
		{"plimit=", "badinteger", ""},
		{"plimit=1e3", "badinteger", ""},
		{"popen=-1", `{"limit":10,"open":0}`, "outofrange"},
		{"pfrom=-5", `{"limit":10,"from":0}`, "outofrange"},
		{"pfrom=%2B5", `{"limit":10,"from":5}`, ""},
		{"pupto=10", `{"limit":10,"upto":9}`, "outofrange"},
		{"pstrict=4", "outofrange", ""},
		{"pstrict=3", `{"limit":10,"strict":3}`, ""},
		{"pfrom=9223372036854775808", "badinteger", ""},
		{"pfrom=+5", "badinteger", ""},
		{"pids=1|x", "badinteger", ""},
		{"pids=3|1|3", `{"limit":10,"ids":["3","1"]}`, ""},
		{"pwhen=2026-01-02T03:04:05Z", `{"limit":10,"when":"2026-01-02T03:04:05Z"}`, ""},
		{"pwhen=20260102030405", `{"limit":10,"when":"2026-01-02T03:04:05Z"}`, ""},
		{"pwhen=1000000000", `{"limit":10,"when":"2001-09-09T01:46:40Z"}`, ""},
		{"pwhen=now", `{"limit":10,"when":"2026-11-20T15:25:00Z"}`, ""},
		{"pwhen=", `{"limit":10,"when":"2026-11-20T15:25:00Z"}`, "unclearnowtimestamp"},
		{"pwhen=tomorrow-ish", "badtimestamp", ""},
		{"puntil=never", `{"limit":10,"until":"infinity"}`, ""},
		{"puntil=2%20weeks", `{"limit":10,"until":"2026-12-04T15:25:00Z"}`, ""},
		{"puntil=1%20day%203%20hours", `{"limit":10,"until":"2026-11-21T18:25:00Z"}`, ""},
		{"puntil=2020-01-01T00:00:00Z", "badexpiry-past", ""},
		{"puntil=soon", "badexpiry", ""},
		{"pwho=alice", `{"limit":10,"who":"Alice"}`, ""},
		{"pwho=%235", `{"limit":10,"who":5}`, ""},
		{"pwho=2001:db8::1", `{"limit":10,"who":"2001:DB8:0:0:0:0:0:1"}`, ""},
		{"pwho=192.0.2.77/24", `{"limit":10,"who":"192.0.2.0/24"}`, ""},
		{"pnamed=192.0.2.7", "baduser", ""},
		{"pnamed=%235", "baduser", ""},
		{"pshort=12345", "maxbytes", ""},
		{"pfew=%C3%A9%C3%A9%C3%A9", `{"limit":10,"few":"ééé"}`, ""},
		{"pfew=1234", "maxchars", ""},
		{"pkind=old", `{"limit":10,"kind":"old"}`, "deprecation"},
		{"pkind=new", `{"limit":10,"kind":"new"}`, ""},
		{"praw=e%CC%81", `{"limit":10,"raw":"` + "e\u0301" + `"}`, ""},
		{"ptwice=a|a", `{"limit":10,"twice":["a","a"]}`, ""},
		{"ptwo=a|b|c", "toomanyvalues", ""},
		{"pgone=x", `{"limit":10,"gone":"x"}`, "deprecation"},
		{"pslots=a|b&ptext-a=1&ptext-b=2", `{"limit":10,"slots":["a","b"],"text-a":"1","text-b":"2"}`, ""},
		{"pslots=a&ptext-a=x", "badinteger", ""},
		{"pslots=a{&ptext-a=1", `{"limit":10,"slots":["a{"]}`, "ignoring-invalid-templated-value"},
	} {
		a := r.client(t).get("action=probe&formatversion=2&errorformat=none&" + c.query)
		got := a.raw("probe")
		if got == "" {
			got = a.Header.Get("MediaWiki-API-Error")
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.query, a.Body, c.want)
		}
		var warned string
		if list, ok := a.value("warnings").([]any); ok && len(list) > 0 {
			if first, ok := list[0].(map[string]any); ok {
				warned, _ = first["code"].(string)
			}
		}
		if warned != c.warns {
			t.Errorf("%s: warning %q, want %q: %s", c.query, warned, c.warns, a.Body)
		}
	}
}

func TestWithoutHelpARequestNeedsAnAction(t *testing.T) {
	if a := newRig(t, func(o *rigOptions) { o.NoHelp = true }).client(t).get("formatversion=2"); a.Header.Get("MediaWiki-API-Error") != "missingparam" {
		t.Errorf("%s", a.Body)
	}
}

func TestLimitsFollowTheUser(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.MoreModules = append(o.MoreModules, probe()) })
	bot := r.client(t).login("BotUser@full", fullSecret)
	a := bot.get("action=probe&formatversion=2&plimit=max&ptwo=a|b|c")
	if a.raw("limits") != `{"probe":5000}` || a.raw("probe", "limit") != "5000" || a.raw("probe", "two") != `["a","b","c"]` {
		t.Errorf("%s", a.Body)
	}
	if a := bot.post(url.Values{"action": {"probe"}, "plimit": {"6000"}}); a.raw("probe", "limit") != "5000" {
		t.Errorf("%s", a.Body)
	}
}
