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
	if p != nil {
		r.fail(p)
	}
	r.fmtArgs = Args{table: r.format.table}
	if r.page.File == "" || r.failed { // a page of its own is in no format
		r.readFormat(ctx)
	}
	r.session.WriteCookies(r.header)
	r.print(w)
}

// readFormat reads the parameters of the format. When one is refused, the
// answer is that error, if it is none yet, and written as if there were no
// parameters.
func (r *Request) readFormat(ctx context.Context) {
	bad := r.readCallback()
	var args Args
	if bad == nil {
		args, bad, _ = r.extract(ctx, r.format.table) // no format has a parameter that needs a store
	}
	if bad == nil {
		r.fmtArgs = args
		r.warnAboutFormat(args)
		return
	}
	r.wrapped = false
	if !r.failed {
		r.fail(bad)
	}
	r.warn("main", NewProblem("apiwarn-errorprinterfailed").WithCode("errorprinterfailed"))
	r.warn(r.format.Name, bad)
}

// readCallback takes the function of JSONP, without characters that could be
// anything else than a name.
func (r *Request) readCallback() *Problem {
	raw := r.raw.findQuiet("callback")
	if raw == nil || !r.format.Callback {
		return nil
	}
	if raw.array {
		r.warn("main", NewProblem("apiwarn-unsupportedarray", message.Text("callback")))
		return nil
	}
	text, changed := r.raw.clean(raw)
	if changed {
		r.warn(r.format.Name, NewProblem("apiwarn-badutf8", message.Escaped("callback")))
	}
	if strings.HasPrefix(text, unitSeparator) {
		return notMulti("callback", text).of(r.format.Name)
	}
	r.wrapped = true
	r.callback = strings.Map(func(c rune) rune {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.ContainsRune("[].'\"_", c):
			return c
		}
		return -1
	}, text)
	return nil
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
