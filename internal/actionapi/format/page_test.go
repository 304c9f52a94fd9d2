package format

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"testing"
	"time"
)

func page(fill func(Ref)) string {
	p := Page{Of: JSON{Version: 2, Indent: true}, Name: "JSON", Format: "json", Link: "?a=1&format=json", Help: "?action=help", Status: 200}
	return string(p.Append(nil, build(fill)))
}

func TestPageShowsTheAnswer(t *testing.T) {
	got := page(func(r Ref) { r.Bool("batchcomplete", true) })
	for _, part := range []string{
		"<!DOCTYPE html>\n<html lang=\"en\" dir=\"ltr\">", `<meta name="viewport"`, "<pre>{\n    \"batchcomplete\": true\n}</pre>",
		`<code><a rel="nofollow noreferrer" href="?a=1&amp;format=json">format=json</a></code>`, `href="?action=help"`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in\n%s", part, got)
		}
	}
	for _, part := range []string{"<script", "style=", "HTTP status"} {
		if strings.Contains(got, part) {
			t.Errorf("%s is in\n%s", part, got)
		}
	}
}

func TestPageTellsTheStatusOfPrograms(t *testing.T) {
	p := Page{Of: Raw{}, Name: "raw", Help: "?", Status: 405}
	got := string(p.Append(nil, build(func(Ref) {})))
	if !strings.Contains(got, "<strong>405 Method Not Allowed</strong>") || strings.Contains(got, "A program should") {
		t.Error(got)
	}
}

func TestPageWorksUnderItsPolicy(t *testing.T) {
	sum := sha256.Sum256([]byte(pageStyle))
	if want := "sha256-" + base64.StdEncoding.EncodeToString(sum[:]); pageStyleHash != want {
		t.Errorf("pageStyleHash must be %s", want)
	}
	if !strings.Contains(page(func(Ref) {}), "<style>"+pageStyle+"</style>") || !strings.Contains(PagePolicy, "'"+pageStyleHash+"'") {
		t.Error("the style is not the one that the policy allows")
	}
}

func TestPageReflectsNoMarkup(t *testing.T) {
	const evil = `</pre><script>alert(1)</script><img src=x onerror='a'>&lt;" http://x/"onclick="y http://x/'><b>`
	p := Page{Of: XML{}, Name: evil, Format: evil, Link: evil, Help: evil, Status: 200}
	got := string(p.Append(nil, build(func(r Ref) { r.String(evil, evil); r.List("l", evil).String("", evil) })))
	_, body, _ := strings.Cut(got, "</style>")
	tags := regexp.MustCompile(`<[^>]*>`).FindAllString(body, -1)
	known := regexp.MustCompile(`^<(/?(head|body|main|h1|p|code|strong|pre|a|html)|a rel="nofollow noreferrer" href="[^"<>']*")>$`)
	for _, tag := range tags {
		if !known.MatchString(tag) {
			t.Errorf("%s", tag)
		}
	}
}

func TestAddressesAreLinks(t *testing.T) {
	const open, shut = `<a rel="nofollow noreferrer" href="`, `</a>`
	for text, want := range map[string]string{
		`"https://wiki.example/w?a=b&c=d"`:            `"` + open + `https://wiki.example/w?a=b&amp;c=d">https://wiki.example/w?a=b&amp;c=d` + shut + `"`,
		`See http://127.0.0.1:8391/w/api.php. Then`:   `See ` + open + `http://127.0.0.1:8391/w/api.php">http://127.0.0.1:8391/w/api.php` + shut + `. Then`,
		`<i b="http://a.example/?x=1&amp;y=2&quot;">`: `&lt;i b="` + open + `http://a.example/?x=1&amp;y=2">http://a.example/?x=1&amp;amp;y=2` + shut + `&amp;quot;">`,
		`at &lt;https://l.example/a/&gt; for`:         `at &amp;lt;` + open + `https://l.example/a/">https://l.example/a/` + shut + `&amp;gt; for`,
		`&amp;lt;https://l.example/&amp;gt;`:          `&amp;amp;lt;` + open + `https://l.example/">https://l.example/` + shut + `&amp;amp;gt;`,
		`"http://","https://"`:                        `"http://","https://"`,
		`"http://a.example/\u00e9"`:                   `"http://a.example/\u00e9"`,
		`http://a.example/é`:                          `http://a.example/é`,
		`http httpx://a https:/b javascript:alert(1)`: `http httpx://a https:/b javascript:alert(1)`,
		`(https://a.example/x)`:                       `(` + open + `https://a.example/x">https://a.example/x` + shut + `)`,
	} {
		if got := string(appendLinked(nil, text)); got != want {
			t.Errorf("%s:\ngot  %s\nwant %s", text, got, want)
		}
	}
}

// FuzzLinks checks that linking loses nothing and adds no markup.
func FuzzLinks(f *testing.F) {
	f.Add(`see http://a.example/?b=c&amp;d "https://x"`)
	f.Fuzz(func(t *testing.T, text string) {
		got := string(appendLinked(nil, text))
		plain := regexp.MustCompile(`<a rel="nofollow noreferrer" href="https?://[^"<>']+">|</a>`).ReplaceAllString(got, "")
		if strings.ContainsRune(plain, '<') {
			t.Fatalf("%q: %s", text, got)
		}
		if back := strings.NewReplacer("&lt;", "<", "&amp;", "&").Replace(plain); back != text {
			t.Fatalf("%q came back as %q", text, back)
		}
	})
}

// The expectation was observed at a MediaWiki 1.39.
func TestWrapped(t *testing.T) {
	p := Wrapped{Of: XML{Indent: true}, Status: 405, Took: 17 * time.Millisecond}
	got := string(p.Append(nil, build(func(r Ref) { r.Object("error").String("info", `"<é>`) })))
	want := `{"status":405,"statustext":"Method Not Allowed","html":"<pre class=\"api-pretty-content\">&lt;?xml version=\"1.0\"?>\n&lt;api>\n` +
		`  &lt;error info=\"&amp;quot;&amp;lt;é&amp;gt;\" />\n&lt;/api></pre>","modules":["mediawiki.apipretty"],"continue":null,"time":17}`
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestWrappedTellsHowToGoOn(t *testing.T) {
	p := Wrapped{Of: JSON{Version: 1}, Status: 200}
	out := p.Append(nil, build(func(r Ref) { c := r.Object("continue"); c.String("aufrom", "Alice"); c.String("continue", "-||") }))
	var got struct {
		HTML     string            `json:"html"`
		Continue map[string]string `json:"continue"`
	}
	if err := json.Unmarshal(out, &got); err != nil || got.Continue["aufrom"] != "Alice" || got.Continue["continue"] != "-||" {
		t.Errorf("%v %s", err, out)
	}
	if html.UnescapeString(got.HTML) != `<pre class="api-pretty-content">{"continue":{"aufrom":"Alice","continue":"-||"}}</pre>` {
		t.Error(got.HTML)
	}
}

func TestJSONP(t *testing.T) {
	f := JSONP{Function: "f", Of: JSON{Version: 1}}
	if got := string(f.Append(nil, build(func(r Ref) { r.Int("a", 1) }))); got != `/**/f({"a":1})` {
		t.Error(got)
	}
}

func TestRaw(t *testing.T) {
	got := string(Raw{}.Append(nil, build(func(r Ref) {
		r.Bool("batchcomplete", true)
		r.Strings("groups", "g", []string{"*"})
		r.List("acceptlang", "lang")
		r.Strings("plain", "", []string{"a"})
		n := r.Numbered("thumblimits", "limit")
		n.Int("0", 120)
		o := r.Object("ns")
		o.Int("id", 1)
		o.Content("name", "x")
		o.Sub("s", "y")
		o.BCBool("b", false)
		r.Object("e")
		r.Map("m", "i", "k").Int("x", 1)
		r.Pairs("p", "i", "k")
	})))
	want := `{
    "batchcomplete": true,
    "groups": {
        "0": "*",
        "_type": "array",
        "_element": "g"
    },
    "acceptlang": {
        "_type": "array",
        "_element": "lang"
    },
    "plain": [
        "a"
    ],
    "thumblimits": {
        "0": 120,
        "_type": "BCassoc",
        "_element": "limit"
    },
    "ns": {
        "id": 1,
        "name": "x",
        "s": "y",
        "b": false,
        "_content": "name",
        "_BC_subelements": [
            "s"
        ],
        "_BC_bools": [
            "b"
        ]
    },
    "e": {
        "_type": "assoc"
    },
    "m": {
        "x": 1,
        "_type": "kvp",
        "_element": "i",
        "_kvpkeyname": "k"
    },
    "p": {
        "_type": "BCkvp",
        "_element": "i",
        "_kvpkeyname": "k"
    },
    "_type": "assoc"
}`
	if got != want {
		t.Error(got)
	}
}
