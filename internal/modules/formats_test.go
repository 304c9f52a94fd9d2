package modules

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// in asks for an answer in a format.
func (c *client) in(format, query string) answer {
	c.t.Helper()
	return c.send(http.MethodGet, query+"&format="+format, "", "")
}

// The expectations were observed at a MediaWiki 1.39.
func TestFormats(t *testing.T) {
	c := newRig(t).client(t)
	for format, want := range map[string]struct{ kind, file, body string }{
		"json":                     {"application/json", "api-result.json", `{"batchcomplete":"","query":{"tokens":{"csrftoken":"+\\"}}}`},
		"php":                      {"application/vnd.php.serialized", "api-result.php", `a:2:{s:13:"batchcomplete";s:0:"";s:5:"query";a:1:{s:6:"tokens";a:1:{s:9:"csrftoken";s:2:"+\";}}}`},
		"php&formatversion=2":      {"application/vnd.php.serialized", "api-result.php", `a:2:{s:13:"batchcomplete";b:1;s:5:"query";a:1:{s:6:"tokens";a:1:{s:9:"csrftoken";s:2:"+\";}}}`},
		"php&formatversion=latest": {"application/vnd.php.serialized", "api-result.php", `a:2:{s:13:"batchcomplete";b:1;s:5:"query";a:1:{s:6:"tokens";a:1:{s:9:"csrftoken";s:2:"+\";}}}`},
		"xml":                      {"text/xml", "api-result.xml", `<?xml version="1.0"?><api batchcomplete=""><query><tokens csrftoken="+\" /></query></api>`},
		"xml&includexmlnamespace=": {"text/xml", "api-result.xml", `<?xml version="1.0"?><api batchcomplete="" xmlns="http://www.mediawiki.org/xml/api/"><query><tokens csrftoken="+\" /></query></api>`},
		"none":                     {"text/plain", "api-result.txt", ``},
		"xml&formatversion=2": {"text/xml", "api-result.xml", `<?xml version="1.0"?><api batchcomplete=""><warnings>` +
			`<main xml:space="preserve">Unrecognized parameter: formatversion.</main></warnings><query><tokens csrftoken="+\" /></query></api>`},
		"jsonfm&wrappedhtml=1": {"text/mediawiki-api-prettyprint-wrapped", "api-result-wrapped.json", `{"status":200,"statustext":"OK",` +
			`"html":"<pre class=\"api-pretty-content\">{\n    \"batchcomplete\": \"\",\n    \"query\": {\n        \"tokens\": {\n            \"csrftoken\": \"+\\\\\"\n        }\n    }\n}</pre>",` +
			`"modules":["mediawiki.apipretty"],"continue":null,"time":0}`},
		"xmlfm&wrappedhtml=": {"text/mediawiki-api-prettyprint-wrapped", "api-result-wrapped.json", `{"status":200,"statustext":"OK",` +
			`"html":"<pre class=\"api-pretty-content\">&lt;?xml version=\"1.0\"?>\n&lt;api batchcomplete=\"\">\n  &lt;query>\n    &lt;tokens csrftoken=\"+\\\" />\n  &lt;/query>\n&lt;/api></pre>",` +
			`"modules":["mediawiki.apipretty"],"continue":null,"time":0}`},
	} {
		a := c.in(format, "action=query&meta=tokens")
		if a.Body != want.body {
			t.Errorf("%s:\ngot  %s\nwant %s", format, a.Body, want.body)
		}
		if kind := a.Header.Get("Content-Type"); kind != want.kind+"; charset=utf-8" {
			t.Errorf("%s: type %s", format, kind)
		}
		if file := a.Header.Get("Content-Disposition"); file != "inline; filename="+want.file {
			t.Errorf("%s: file %s", format, file)
		}
	}
}

// What differs between attributes, texts and child elements, as observed at a
// MediaWiki 1.39. Texts of messages are our own.
func TestErrorsAndWarningsInXML(t *testing.T) {
	c := newRig(t).client(t)
	for query, parts := range map[string][]string{
		"action=logout&requestid=r": {
			`<api requestid="r"><error code="missingparam" info="The &quot;token&quot; parameter must be set." xml:space="preserve">See `, `</error></api>`,
		},
		"action=logout&errorformat=plaintext": {
			`<api><errors><error code="missingparam" module="logout" xml:space="preserve">The "token" parameter must be set.</error></errors><docref xml:space="preserve">See `, `</docref></api>`,
		},
		"action=logout&errorformat=raw": {
			`<api><errors><error code="missingparam" key="paramvalidator-missingparam" module="logout"><params><param plaintext="token" /></params></error></errors><docref`,
		},
		"action=logout&errorformat=none": {`<api><errors><error code="missingparam" module="logout" /></errors><docref`},
		"action=query&meta=tokens&type=a|b&x=1": {
			`<api batchcomplete=""><warnings><main xml:space="preserve">Unrecognized parameter: x.</main><tokens xml:space="preserve">Unrecognized values for parameter "type": a, b</tokens></warnings><query><tokens /></query></api>`,
		},
		"action=query&meta=tokens&type=a|b&errorformat=plaintext": {
			`<warnings><warning code="unrecognizedvalues" module="query+tokens"><data><values><_v>a</_v><_v>b</_v></values></data><text xml:space="preserve">Unrecognized values for parameter "type": a, b</text></warning></warnings>`,
		},
		"action=query&meta=tokens&type=a|b&errorformat=raw": {
			`<warning code="unrecognizedvalues" key="paramvalidator-unrecognizedvalues" module="query+tokens"><params><param plaintext="type" /><param plaintext="a|b" />` +
				`<param type="comma"><list><_v plaintext="a" /><_v plaintext="b" /></list></param><param num="2" /></params><data><values><_v>a</_v><_v>b</_v></values></data></warning>`,
		},
		"action=query&xslt=": {`<api batchcomplete=""><warnings><xml xml:space="preserve">`},
		"action=logout&xslt=x&errorformat=none": {
			`<api><warnings><warning code="xslt-disabled" module="xml" /></warnings><errors><error code="missingparam" module="logout" /></errors>`,
		},
	} {
		a := c.in("xml", query)
		for _, part := range parts {
			if !strings.Contains(a.Body, part) {
				t.Errorf("%s: %s is not in\n%s", query, part, a.Body)
			}
		}
	}
}

func TestWrongVersionOfPHP(t *testing.T) {
	a := newRig(t).client(t).in("php", "action=query&formatversion=3")
	if want := `a:2:{s:8:"warnings";a:2:{s:3:"php";a:1:{s:1:"*";`; !strings.HasPrefix(a.Body, want) || a.Header.Get("MediaWiki-API-Error") != "badvalue" {
		t.Error(a.Body)
	}
}

func TestPagesForPeople(t *testing.T) {
	c := newRig(t).client(t)
	for name, program := range map[string]string{"jsonfm": "json", "xmlfm": "xml", "phpfm": "php", "rawfm": "", "other": "json"} {
		a := c.in(name, "action=query&meta=siteinfo&requestid=%3Cscript%3E%22&wrappedhtml[]=")
		if a.Header.Get("Content-Type") != "text/html; charset=UTF-8" || a.Header.Get("Content-Disposition") != "inline; filename=api-result.html" {
			t.Errorf("%s: %v", name, a.Header)
		}
		if a.Header.Get("Content-Security-Policy") != format.PagePolicy || strings.Contains(a.Body, "<script") {
			t.Errorf("%s: %v", name, a.Header)
		}
		link := `href="?action=query&amp;meta=siteinfo&amp;requestid=%3Cscript%3E%22&amp;format=` + program + `">format=` + program + `</a>`
		if program != "" && !strings.Contains(a.Body, link) || program == "" && strings.Contains(a.Body, "A program") {
			t.Errorf("%s: %s", name, a.Body)
		}
	}
	a := c.send(http.MethodPost, "", formType, "action=query")
	if !strings.Contains(a.Body, "<code>format=json</code>") {
		t.Errorf("a posted answer has no address: %s", a.Body)
	}
}

func TestPagesComeWithStatus200(t *testing.T) {
	c := newRig(t).client(t)
	if a := c.send(http.MethodDelete, "action=query&format=xmlfm", "", ""); a.Status != 200 || !strings.Contains(a.Body, "<strong>405 Method Not Allowed</strong>") {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	a := c.send(http.MethodDelete, "action=query&format=xmlfm&wrappedhtml=1", "", "")
	if a.Status != 200 || !strings.HasPrefix(a.Body, `{"status":405,"statustext":"Method Not Allowed",`) {
		t.Errorf("%d %s", a.Status, a.Body)
	}
	if a := c.send(http.MethodDelete, "action=query&format=xml", "", ""); a.Status != 405 {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// As at a MediaWiki 1.39: what is wrong with the format does not unwrap it.
func TestWrappedPages(t *testing.T) {
	c := newRig(t).client(t)
	for query, part := range map[string]string{
		"action=query&format=jsonfm&callback=f%3C&_=1":     "/**/f({\n    \"batchcomplete\": \"\"\n})</pre>",
		"action=query&format=phpfm&formatversion=2":        `a:1:{s:13:"batchcomplete";b:1;}</pre>`,
		"action=query&format=jsonfm&formatversion=3":       `"code": "badvalue"`,
		"action=query&format=other":                        `"code": "badvalue"`,
		"action=query&format=rawfm&formatversion=2":        `"Unrecognized parameter: formatversion.",` + "\n            \"_content\": \"warnings\"",
		"action=query&format=xmlfm&xslt=a&errorformat=raw": `&lt;warning code="xslt-disabled" key="apiwarn-xslt-disabled" module="xmlfm">`,
	} {
		a := c.send(http.MethodGet, query+"&wrappedhtml=1", "", "")
		var page struct{ HTML string }
		if err := json.Unmarshal([]byte(a.Body), &page); err != nil || !strings.Contains(page.HTML, part) {
			t.Errorf("%s: %v\n%s\nis not in\n%s", query, err, part, page.HTML)
		}
	}
}
