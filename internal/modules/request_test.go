package modules

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// echo is a module that answers with the parameters that it was given.
func echo(o *rigOptions) {
	params := []actionapi.Param{
		{Name: "word", Type: actionapi.String}, {Name: "list", Type: actionapi.String, Multi: true},
		{Name: "flag", Type: actionapi.Boolean}, {Name: "count", Type: actionapi.Integer, Range: &actionapi.Range{HasMin: true, Min: 1}},
		{Name: "old", Type: actionapi.String, Deprecated: true}, {Name: "user", Type: actionapi.User, Subtypes: []string{"name"}},
		{Name: "default", Type: actionapi.String, Default: "built in", HasDefault: true},
	}
	o.MoreModules = append(o.MoreModules, &actionapi.Module{
		Name: "echo", Path: "echo", Prefix: "e", Params: params,
		Run: func(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
			result := c.Result().Object("echo")
			for _, p := range params {
				switch {
				case !c.Args.Given(p.Name):
				case p.Multi:
					result.Strings(p.Name, "v", c.Args.Strings(p.Name))
				case p.Type == actionapi.Boolean:
					result.Bool(p.Name, c.Args.Bool(p.Name))
				case p.Type == actionapi.Integer:
					result.Int(p.Name, c.Args.Int(p.Name))
				default:
					result.String(p.Name, c.Args.String(p.Name))
				}
			}
			return nil, nil
		},
	})
}

// part is one of a multipart body with the boundary "b".
func part(headers, value string) string {
	return "--b\r\nContent-Disposition: form-data; " + headers + "\r\n\r\n" + value + "\r\n"
}

const multipartType = "multipart/form-data; boundary=b"

func TestWhereParametersComeFrom(t *testing.T) {
	c := newRig(t, echo).client(t)
	for _, test := range []struct{ name, method, query, kind, body, want string }{
		{"URL", "GET", "eword=a", "", "", `{"word":"a"}`},
		{"body", "POST", "", formType, "eword=a", `{"word":"a"}`},
		{"the body wins", "POST", "eword=a", formType, "eword=b", `{"word":"b"}`},
		{"both", "POST", "eword=a", formType, "elist=b", `{"word":"a","list":["b"]}`},
		{"the last wins", "GET", "eword=a&eword=b", "", "", `{"word":"b"}`},
		{"the last of the body wins", "POST", "eword=a", formType, "eword=b&eword=c", `{"word":"c"}`},
		{"empty", "GET", "eword=", "", "", `{"word":""}`},
		{"no value", "GET", "eword", "", "", `{"word":""}`},
		{"empty pairs", "GET", "&&eword=a&&=b&", "", "", `{"word":"a"}`},
		{"equals signs", "GET", "eword=a=b==", "", "", `{"word":"a=b=="}`},
		{"plus and escapes", "GET", "eword=a+b%20c%2Bd", "", "", `{"word":"a b c+d"}`},
		{"bad escapes stay", "GET", "eword=%&elist=%4|%zz|%u0041|%", "", "", `{"word":"%","list":["%4","%zz","%u0041","%"]}`},
		{"semicolons do not separate", "GET", "eword=a;elist=b", "", "", `{"word":"a;elist=b"}`},
		{"escaped name", "GET", "e%77ord=a", "", "", `{"word":"a"}`},
		{"names have capitals", "GET", "eWord=a", "", "", `{}`},
		{"prefix", "GET", "word=a", "", "", `{}`},
		{"type with a character set", "POST", "", formType + "; charset=ISO-8859-1", "eword=a", `{"word":"a"}`},
		{"type in capitals", "POST", "", strings.ToUpper(formType), "eword=a", `{"word":"a"}`},
		{"no type", "POST", "eword=a", "", "eword=b", `{"word":"a"}`},
		{"JSON", "POST", "eword=a", "application/json", `{"eword":"b"}`, `{"word":"a"}`},
		{"text", "POST", "eword=a", "text/plain", "eword=b", `{"word":"a"}`},
		{"nearly a form", "POST", "eword=a", formType + "x", "eword=b", `{"word":"a"}`},
		{"GET with a body", "GET", "eword=a", formType, "eword=b", `{"word":"a"}`},
		{"cookie", "GET", "", "", "", `{}`},

		{"multipart", "POST", "", multipartType, part(`name="eword"`, "a") + "--b--\r\n", `{"word":"a"}`},
		{"multipart keeps line ends", "POST", "", multipartType, part(`name="eword"`, "a\r\nb\r\n") + "--b--\r\n", `{"word":"a\r\nb\r\n"}`},
		{"multipart decodes nothing", "POST", "", multipartType, part(`name="eword"`, "a+b%20") + "--b--\r\n", `{"word":"a+b%20"}`},
		{"multipart in quoted-printable", "POST", "", multipartType, "--b\r\nContent-Disposition: form-data; name=eword\r\n" +
			"Content-Transfer-Encoding: quoted-printable\r\n\r\na=3Db\r\n--b--", `{"word":"a=3Db"}`},
		{"multipart, the last wins", "POST", "eword=c", multipartType, part(`name="eword"`, "a") + part(`name="eword"`, "b") + "--b--", `{"word":"b"}`},
		{"file", "POST", "", multipartType, part(`name="eword"; filename="f"`, "a") + part(`name="elist"`, "b") + "--b--", `{"list":["b"]}`},
		{"file without a name", "POST", "eword=a", multipartType, part(`name="eword"; filename=""`, "b") + "--b--", `{"word":"a"}`},
		{"multipart array", "POST", "", multipartType, part(`name="eword[]"`, "a") + "--b--", `{}`},
		{"part without a name", "POST", "eword=a", multipartType, part(`filename="f"`, "b") + part(`x="y"`, "c") + "--b--", `{"word":"a"}`},
		{"no boundary", "POST", "eword=a", "multipart/form-data", part(`name="eword"`, "b") + "--b--", `{"word":"a"}`},
		{"other boundary", "POST", "eword=a", "multipart/form-data; boundary=c", part(`name="eword"`, "b") + "--b--", `{"word":"a"}`},
		{"cut off", "POST", "", multipartType, part(`name="eword"`, "a") + "--b\r\nContent-Disp", `{"word":"a"}`},
	} {
		asked := c
		if test.name == "cookie" {
			asked = c.with("Cookie", "eword=a")
		}
		a := asked.send(test.method, "format=json&action=echo&formatversion=2&utf8&"+test.query, test.kind, test.body)
		if got := a.raw("echo"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, a.Body, test.want)
		}
	}
}

func TestNamesAreMangledAsPHPDoes(t *testing.T) {
	c := newRig(t, echo).client(t)
	for query, want := range map[string]string{
		"request.id=1&request%20id=2": "request_id",
		"a%5Bb=3&_x=4":                "a_b, _x",
		"a[b]=1&a[]=2":                "a",
		"+lead=1":                     "lead",
		"a%00b=1":                     "a",
		"[x]=1&%00=2&+=3&=4":          "",
		"a]b=1":                       "a]b",
		"a.b[c.d]=1":                  "a_b",
		"a-b=1&a%3Cb=2":               "a-b, a<b",
		"n%C3%A9=1":                   "né",
		"%FF=1":                       "\ufffd",
		"x=1&x=2&y=3&x=4":             "x, y",
	} {
		a := c.get("action=echo&formatversion=2&" + query)
		if want != "" {
			want = "Unrecognized " + map[bool]string{true: "parameters", false: "parameter"}[strings.Contains(want, ",")] + ": " + want + "."
		}
		if got := a.text("warnings", "main", "warnings"); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
	if got := c.get("action=echo&+eword=a&e.word=b&formatversion=2").raw("echo"); got != `{"word":"a"}` {
		t.Errorf("a name with a blank before it: %s", got)
	}
}

func TestM5_ArraySyntaxCountsAsNotGiven(t *testing.T) {
	c := newRig(t, echo).client(t)
	array := func(name string) said {
		return said{code: "unsupportedarray", key: "apiwarn-unsupportedarray", params: `"` + name + `"`, module: "main"}
	}
	for _, s := range styles() {
		for _, names := range [][2]string{{"eword", "elist"}, {"assert", "requestid"}} {
			warned := []said{array(names[0]), array(names[1])}
			if s.format == "none" {
				warned = warned[:1] // without texts they are the same
			}
			c.get("action=echo&"+names[0]+"[]=a&"+names[1]+"[k]=b"+s.query()).shows(s.String(),
				"{"+s.warnings(warned...)+`,"echo":{}}`)
		}
	}
	for query, want := range map[string]string{
		"eword=a&eword[]=b": `{}`, "eword[]=b&eword=a": `{"word":"a"}`, "eword[=a": `{}`, "eflag[]=1": `{}`, "edefault[]=x": `{}`,
	} {
		if got := c.get("action=echo&formatversion=2&" + query).raw("echo"); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestM6_ValuesByType(t *testing.T) {
	c := newRig(t, echo).client(t)
	for _, test := range []struct{ query, want, code string }{
		{"eflag", `{"flag":true}`, ""}, {"eflag=", `{"flag":true}`, ""}, {"eflag=0", `{"flag":true}`, ""},
		{"eflag=false", `{"flag":true}`, ""}, {"eflag=%1F", `{"flag":true}`, ""}, {"", `{}`, ""},
		{"elist=a|b|a", `{"list":["a","b"]}`, ""}, {"elist=", `{"list":[]}`, ""}, {"elist=|", `{"list":[""]}`, ""},
		{"elist=%1Fa|b%1Fc", `{"list":["a|b","c"]}`, ""}, {"elist=%1F", `{"list":[]}`, ""}, {"elist=%1Fa%1F", `{"list":["a",""]}`, ""},
		{"elist=a%1Fb", `{"list":["a\ufffdb"]}`, ""}, {"elist=*", `{"list":["*"]}`, ""},
		{"eword=a|b", `{"word":"a|b"}`, ""}, {"eword=%1Fa", ``, "badvalue"}, {"eword=a%1F", `{"word":"a\ufffd"}`, ""},
		{"ecount=7", `{"count":7}`, ""}, {"ecount=%2B7", `{"count":7}`, ""}, {"ecount=007", `{"count":7}`, ""},
		{"ecount=9223372036854775807", `{"count":9223372036854775807}`, ""},
		{"ecount=9223372036854775808", ``, "badinteger"}, {"ecount=", ``, "badinteger"}, {"ecount=+7", ``, "badinteger"},
		{"ecount=7.0", ``, "badinteger"}, {"ecount=7_0", ``, "badinteger"}, {"ecount=0x7", ``, "badinteger"}, {"ecount=٧", ``, "badinteger"},
		{"ecount=0", `{"count":1}`, ""}, {"ecount=-5", `{"count":1}`, ""},
		{"euser=alice_b", `{"user":"Alice b"}`, ""}, {"euser=User:alice", `{"user":"Alice"}`, ""},
		{"euser=127.0.0.1", ``, "baduser"}, {"euser=%2312", ``, "baduser"}, {"euser=", ``, "baduser"}, {"euser=Talk:x", ``, "baduser"},
	} {
		a := c.get("action=echo&formatversion=2&ascii&errorformat=none&" + test.query)
		a.fails(test.query, test.code)
		if got := a.raw("echo"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.query, a.Body, test.want)
		}
	}
}

func TestParametersBeyondTheLimitAreDropped(t *testing.T) {
	c := newRig(t, echo, func(o *rigOptions) { o.Engine.MaxParameters = 8 }).client(t)
	for _, test := range []struct{ name, query, kind, body, want string }{
		{"eighth", "x=1&x=2&x=3&x=4&eword=a", "", "", `{"word":"a"}`},
		{"ninth", "x=1&x=2&x=3&x=4&x=5&eword=a", "", "", `{}`},
		{"body after the URL", "x=1&x=2&x=3&x=4", formType, "eword=a&elist=b", `{"word":"a"}`},
		{"multipart", "x=1&x=2&x=3&x=4", multipartType, part(`name="eword"`, "a") + part(`name="elist"`, "b") + "--b--", `{"word":"a"}`},
	} {
		method := http.MethodGet
		if test.kind != "" {
			method = http.MethodPost
		}
		a := c.send(method, "format=json&formatversion=2&action=echo&"+test.query, test.kind, test.body)
		if got := a.raw("echo"); got != test.want {
			t.Errorf("%s: got %s, want %s", test.name, a.Body, test.want)
		}
	}
}

func TestBodiesOverTheLimitAreRefused(t *testing.T) {
	c := newRig(t, echo, func(o *rigOptions) { o.Engine.MaxBody, o.Engine.MaxParameters = 100, 4 }).client(t)
	for _, test := range []struct {
		name, kind, body string
		status           int
	}{
		{"form at the limit", formType, "eword=" + strings.Repeat("a", 94), 200},
		{"form", formType, "eword=" + strings.Repeat("a", 95), 413},
		{"multipart", multipartType, part(`name="eword"`, strings.Repeat("a", 100)) + "--b--", 413},
		{"file", multipartType, part(`name="f"; filename="f"`, strings.Repeat("a", 100)) + "--b--", 413},
		{"some parts", multipartType, strings.Repeat("--b\r\n\r\n\r\n", 9), 200},
		{"many parts", multipartType, strings.Repeat("--b\r\n\r\n\r\n", 11), 413},
		{"ignored", "application/json", strings.Repeat("a", 101), 413},
	} {
		a := c.send(http.MethodPost, "format=json&action=echo", test.kind, test.body)
		if a.Status != test.status {
			t.Errorf("%s: %d %s", test.name, a.Status, a.Body)
		}
	}
}
