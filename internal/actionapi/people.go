package actionapi

import (
	"net/http"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// printForPeople writes the answer as a page, or as JSON that holds one. A
// wrong parameter of the format does not hide that JSON was asked for.
func (r *Request) printForPeople(body []byte) (contentType, disposition []string, page []byte) {
	text := r.format.Show(r.fmtArgs)
	if r.wrapped {
		text = format.JSONP{Function: r.callback, Of: text}
	}
	if w := r.raw.findQuiet(wrappedHTML); w != nil && !w.array {
		took := r.engine.deps.Clock.Now().Sub(r.now)
		return valueWrapped, valueWrappedFile, format.Wrapped{Of: text, Status: r.status, Took: took}.Append(body, &r.tree)
	}
	r.header["Content-Security-Policy"] = valuePagePolicy
	p := format.Page{
		Of: text, Name: r.format.Title, Format: r.format.Program, Link: r.linkForPrograms(),
		Help: "?action=help", Status: r.status,
	}
	return r.format.contentType, r.format.disposition, p.Append(body, &r.tree)
}

// linkForPrograms is the address of the same request in the format that a
// program asks for, relative to the script. What was posted has none.
func (r *Request) linkForPrograms() string {
	if r.http.Method == http.MethodPost || r.format.Program == "" {
		return ""
	}
	link := "?"
	for pair := range strings.SplitSeq(r.http.URL.RawQuery, "&") {
		name, _, _ := strings.Cut(pair, "=")
		name, _ = mangle(unescape(name))
		if pair != "" && name != "format" && name != wrappedHTML {
			link += pair + "&"
		}
	}
	return link + "format=" + r.format.Program
}

// sentStatus is the status of the answer. A browser shows a page the better
// when it says that all is well.
func (r *Request) sentStatus() int {
	if r.format.HTML && r.status == http.StatusMethodNotAllowed {
		return http.StatusOK
	}
	return r.status
}

// warnAboutFormat adds what the format has to say about its parameters.
func (r *Request) warnAboutFormat(a Args) {
	if r.format.Warning == nil {
		return
	}
	if p := r.format.Warning(a); p != nil {
		r.warn(r.format.Name, p)
	}
}

// Values of headers, which nobody may change.
var (
	valueWrapped     = []string{"text/mediawiki-api-prettyprint-wrapped; charset=utf-8"}
	valueWrappedFile = inline("api-result-wrapped.json")
	valuePagePolicy  = []string{format.PagePolicy}
)
