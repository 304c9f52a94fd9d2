package actionapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/message"
)

// finish turns the outcome into an answer and sends it. The parameters of the
// format are read only now, after the module has run.
func (r *Request) finish(ctx context.Context, w http.ResponseWriter, p *Problem, err error) {
	if err == nil {
		err = r.session.Commit(ctx)
	}
	if err != nil {
		p = r.broken(err)
	}
	args, bad, _ := r.extract(ctx, r.format.table) // no format has a parameter that needs a store
	if p == nil {
		p = bad
	}
	if p != nil {
		r.fail(p)
	}
	if bad != nil {
		r.warn("main", NewProblem("apiwarn-errorprinterfailed").WithCode("errorprinterfailed"))
		r.warn(r.format.Name, bad)
		args = Args{table: r.format.table} // as if it had no parameters
	} else {
		r.readCallback()
		r.warnAboutFormat(args)
	}
	r.fmtArgs = args
	r.session.WriteCookies(r.header)
	r.print(w)
}

// readCallback takes the function of JSONP, without characters that could be
// anything else than a name.
func (r *Request) readCallback() {
	raw := r.raw.findQuiet("callback")
	if raw == nil || !r.format.Callback {
		return
	}
	if raw.array {
		r.warn("main", NewProblem("apiwarn-unsupportedarray", message.Text("callback")))
		return
	}
	r.wrapped = true
	r.callback = strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune("[].'\"_", c):
			return c
		}
		return -1
	}, raw.value)
}

// print sends the answer.
func (r *Request) print(w http.ResponseWriter) {
	h := r.header
	contentType, disposition := r.format.contentType, r.format.disposition
	body := r.body[:0]
	switch {
	case r.page.File != "" && !r.failed:
		contentType, disposition = valuePage, inline(r.page.File)
		h["Content-Language"], h["Content-Security-Policy"] = []string{r.page.Language}, []string{r.page.Policy}
		body = append(r.warningsAsComment(body), r.page.HTML...)
	case r.format.HTML:
		contentType, disposition, body = r.printForPeople(body)
	case r.wrapped:
		contentType, disposition = valueScript, valueScriptFile
		body = append(append(append(body, "/**/"...), r.callback...), '(')
		body = append(r.format.Append(body, &r.tree, r.fmtArgs), ')')
	default:
		body = r.format.Append(body, &r.tree, r.fmtArgs)
	}
	r.body = body
	h["X-Content-Type-Options"] = valueNosniff
	h["X-Frame-Options"] = valueDeny
	h["Content-Type"] = contentType
	h["Content-Disposition"] = disposition
	if r.codes != "" {
		h["Mediawiki-Api-Error"] = []string{r.codes}
	}
	r.cacheHeaders()
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(r.sentStatus())
	_, _ = w.Write(body) // the client may have gone; nobody is left to tell
}

// warningsAsComment puts the warnings before a page, where people do not see
// them and those who look for them do (MediaWiki: ApiFormatRaw::execute).
func (r *Request) warningsAsComment(body []byte) []byte {
	root := r.tree.Root()
	if root.Child("warnings").IsZero() {
		return body
	}
	root.Keep("warnings")
	text := string(format.JSON{Version: 2, Indent: true}.Append(nil, &r.tree))
	text = strings.NewReplacer("<", `\u003C`, ">", `\u003E`, "--", `\u002D\u002D`).Replace(text)
	return append(append(append(body, "<!-- Warnings of the API:\n"...), text...), "\n-->\n"...)
}

// inline is the value of Content-Disposition.
func inline(file string) []string { return []string{"inline; filename=" + file} }

// Values of headers, which nobody may change.
var (
	valueNosniff    = []string{"nosniff"}
	valueDeny       = []string{"DENY"}
	valuePage       = []string{"text/html; charset=utf-8"}
	valueScript     = []string{"text/javascript; charset=utf-8"}
	valueScriptFile = inline("api-result.js")
)
