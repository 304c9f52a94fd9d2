package format

import (
	"net/http"
	"strconv"
	"time"
)

// JSONP puts what another format writes into a call of a function. The name is
// the caller's to check.
type JSONP struct {
	Function string
	Of       Writer
}

// Append writes the tree to dst.
func (f JSONP) Append(dst []byte, t *Tree) []byte {
	dst = append(append(append(dst, "/**/"...), f.Function...), '(')
	return append(f.Of.Append(dst, t), ')')
}

// Page shows people what another format writes (MediaWiki:
// includes/api/ApiFormatBase.php). It needs neither scripts nor other files.
type Page struct {
	Of Writer
	// Name is what people call the format, such as JSON. Format is what a program
	// asks for to get it; empty: no program can.
	Name, Format string
	// Link is the address of this answer in that format; empty: it has none.
	Link string
	// Help is the address of the documentation.
	Help string
	// Status is the HTTP status that a program would get; the page itself comes
	// with 200.
	Status int
}

// PagePolicy is a Content-Security-Policy under which pages work.
const PagePolicy = "default-src 'none'; style-src '" + pageStyleHash + "'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// pageStyleHash is that of pageStyle; a test holds them together.
const pageStyleHash = "sha256-fii3ABRzknAXv48t2Ermw8DEnZxShp50HKM7n0tyNpA="

const pageStyle = `
:root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;--soft:#f4f5f7;--edge:#d4d7dc;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--ink:#e4e6ea;--paper:#16181c;--soft:#1e2126;--edge:#3a3f47;--link:#8ab4f8}}
body{margin:0 auto;max-width:70rem;padding:1rem;font:1rem/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper)}
h1{margin:0 0 .5rem;font-size:1.3rem}
p{margin:.4rem 0;max-width:45rem}
a{color:var(--link)}
code,pre{font-family:ui-monospace,Menlo,Consolas,monospace}
pre{margin:1rem 0;padding:.75rem;font-size:.875rem;white-space:pre-wrap;overflow-wrap:anywhere;tab-size:4;background:var(--soft);border:1px solid var(--edge);border-radius:.4rem}
`

// Append writes the tree to dst as a page.
func (p Page) Append(dst []byte, t *Tree) []byte {
	dst = append(dst, `<!DOCTYPE html>
<html lang="en" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<meta name="format-detection" content="telephone=no">
<title>API result</title>
<style>`...)
	dst = append(append(dst, pageStyle...), `</style>
</head>
<body>
<main>
<h1>API result</h1>
`...)
	dst = p.appendAbout(dst)
	dst = append(dst, "<pre>"...)
	dst = appendLinked(dst, string(p.Of.Append(nil, t)))
	return append(dst, "</pre>\n</main>\n</body>\n</html>\n"...)
}

// appendAbout says what the page is and what a program should ask for.
func (p Page) appendAbout(dst []byte) []byte {
	dst = append(dst, "<p>This is the answer of the API as "...)
	dst = append(appendHTML(dst, p.Name, false), ", laid out for reading.</p>\n"...)
	if p.Format != "" {
		dst = append(dst, "<p>A program should ask for <code>"...)
		if name := "format=" + p.Format; p.Link != "" {
			dst = appendLink(dst, p.Link, name)
		} else {
			dst = appendHTML(dst, name, false)
		}
		dst = append(dst, "</code> instead of this page.</p>\n"...)
	}
	if p.Status != http.StatusOK {
		dst = append(dst, "<p>It would get the HTTP status <strong>"...)
		dst = strconv.AppendInt(dst, int64(p.Status), 10)
		dst = append(appendHTML(append(dst, ' '), http.StatusText(p.Status), false), "</strong>.</p>\n"...)
	}
	dst = append(dst, "<p>The "...)
	return append(appendLink(dst, p.Help, "API help"), " lists the modules and their parameters.</p>\n"...)
}

// Wrapped is a page as JSON, for programs that show it in one of their own
// (MediaWiki: ApiFormatBase::closePrinter with wrappedhtml).
type Wrapped struct {
	Of     Writer
	Status int
	Took   time.Duration
}

// Append writes the tree to dst. The keys are MediaWiki's, and so is the name
// of the module with the style, which this server does not have itself.
func (p Wrapped) Append(dst []byte, t *Tree) []byte {
	dst = strconv.AppendInt(append(dst, `{"status":`...), int64(p.Status), 10)
	dst = AppendJSONString(append(dst, `,"statustext":`...), http.StatusText(p.Status), false)
	shown := []byte(`<pre class="api-pretty-content">`)
	shown = append(appendHTML(shown, string(p.Of.Append(nil, t)), false), "</pre>"...)
	dst = AppendJSONString(append(dst, `,"html":`...), string(shown), false)
	dst = append(dst, `,"modules":["mediawiki.apipretty"],"continue":`...)
	dst = appendContinue(dst, t)
	dst = strconv.AppendInt(append(dst, `,"time":`...), p.Took.Milliseconds(), 10)
	return append(dst, '}')
}

// appendContinue writes where the next request goes on, or null.
func appendContinue(dst []byte, t *Tree) []byte {
	at := t.Root().Child("continue")
	if at.IsZero() {
		return append(dst, "null"...)
	}
	w := jsonWriter{JSON: JSON{Version: 2}, t: t, buf: dst}
	w.value(&t.nodes[at.i], 0)
	return w.buf
}
