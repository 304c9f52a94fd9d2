package actionapi

import (
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/message"
)

// errorFormats are the values of errorformat.
var errorFormats = []string{"bc", "html", "none", "plaintext", "raw", "wikitext"}

// errorStyle is how errors and warnings of a request are written.
type errorStyle struct {
	format  string // one of errorFormats
	lang    message.Language
	uselang message.Language
}

// readErrorStyle reads errorformat and the languages by hand: errors before
// the validation of parameters need them. A bad format counts as bc until it
// is refused.
func (r *Request) readErrorStyle() {
	content := r.engine.deps.Messages.Language(r.engine.cfg.Language)
	r.errors = errorStyle{format: "bc", uselang: content}
	if f, ok := r.peek("errorformat"); ok && slices.Contains(errorFormats, f) {
		r.errors.format = f
	}
	if code, ok := r.peekRaw("uselang"); ok && code != "user" && code != "content" {
		r.errors.uselang = r.language(code, content)
	}
	r.errors.lang = r.errors.uselang
	if code, ok := r.peekRaw("errorlang"); ok && code == "content" {
		r.errors.lang = content
	} else if ok && code != "uselang" {
		r.errors.lang = r.language(code, content)
	}
	_, local := r.peek("errorsuselocal")
	if r.errors.format == "bc" {
		r.errors.lang, local = r.engine.deps.Messages.Language("en"), false // whatever is asked
	}
	if !local {
		r.errors.lang = r.errors.lang.BuiltIn()
	}
}

// language is the one that a request names, or the content language when the
// name can be none as it was sent (MediaWiki reads it by getRawVal).
func (r *Request) language(code string, content message.Language) message.Language {
	if !message.ValidCode(code) {
		return content
	}
	code, _ = clean(code, false)
	return r.engine.deps.Messages.Language(code)
}

// text is a message in the request's error format: plain, HTML or marked up.
func (r *Request) text(m message.Message) string {
	switch r.errors.format {
	case "html":
		return r.errors.lang.HTML(m)
	case "wikitext":
		return r.errors.lang.Markup(m)
	}
	return r.errors.lang.Plain(m)
}

// warn adds a warning of the module at path. One that has been given is not
// repeated.
func (r *Request) warn(path string, p *Problem) {
	p.Module = path
	root := r.tree.Root()
	warnings := root.Child("warnings")
	if r.errors.format != "bc" {
		if warnings.IsZero() {
			warnings = root.OnTop().List("warnings", "warning")
		}
		r.writeOnce(warnings, p)
		return
	}
	if warnings.IsZero() {
		warnings = root.OnTop().Object("warnings")
	}
	text := r.text(p.Message)
	name := path[strings.LastIndexByte(path, '+')+1:]
	of := warnings.Child(name)
	if of.IsZero() {
		warnings.OnTop().Object(name).Content("warnings", text)
		return
	}
	old := of.ContentText()
	if !slices.Contains(strings.Split(old, "\n"), text) {
		of.SetContent(old + "\n" + text)
	}
}

// deprecated warns about something deprecated, and once per request where such
// changes are announced.
func (r *Request) deprecated(path, feature string, p *Problem) {
	r.warn(path, p.WithCode("deprecation").With("feature", feature))
	if !r.helped {
		r.helped = true
		r.warn("main", NewProblem("api-usage-mailinglist-ref"))
	}
}

// fail replaces the result by problems: errors first, then what the client
// asked back. Warnings stay.
func (r *Request) fail(problems ...*Problem) {
	root := r.tree.Root()
	root.Keep("warnings")
	r.failed = true
	var codes []string
	for _, p := range problems {
		if p.Module == "" {
			p.Module = "main"
		}
		codes = append(codes, headerCode(p.Code))
	}
	r.codes = strings.Join(codes, ", ")
	if r.errors.format == "bc" {
		r.writeBC(root.OnTop().Object("error"), problems[0])
	} else {
		list := root.OnTop().List("errors", "error")
		for _, p := range problems {
			r.writeOnce(list, p)
		}
		if !problems[0].broken {
			root.Content("docref", r.docref())
		}
	}
	r.echo()
}

// headerCode keeps a code from breaking the header.
func headerCode(code string) string {
	for i := 0; i < len(code); i++ {
		c := code[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return "<invalid-code>"
		}
	}
	return code
}

// writeBC writes the one error of the backward compatible format.
func (r *Request) writeBC(o format.Ref, p *Problem) {
	o.String("code", p.Code)
	o.String("info", r.text(p.Message))
	writeData(o, p.Data)
	if !p.broken {
		o.Content("docref", r.docref())
	}
}

// docref points to the documentation. Its entities stay as they are.
func (r *Request) docref() string {
	l := r.errors.lang
	return l.Markup(message.New("api-usage-docref", message.Text(r.engine.cfg.APIURL))) + " " +
		l.Markup(message.New("api-usage-mailinglist-ref"))
}

// writeOnce adds a problem to a list unless it would repeat what stands there.
func (r *Request) writeOnce(list format.Ref, p *Problem) {
	for _, q := range r.written {
		if q.list == list && r.looksLike(q.Problem, p) {
			return
		}
	}
	r.written = append(r.written, writtenProblem{p, list})
	o := list.Object("")
	o.String("code", p.Code)
	r.WriteMessage(o, p.Message)
	if len(p.Data) > 0 {
		writeData(o.Object("data"), p.Data)
	}
	o.String("module", p.Module)
}

type writtenProblem struct {
	*Problem
	list format.Ref
}

// looksLike reports whether two problems are written alike in the request's
// error format, although their messages may differ (MediaWiki:
// ApiErrorFormatter::addWarningOrError).
func (r *Request) looksLike(p, q *Problem) bool {
	if p.Code != q.Code || p.Module != q.Module || !reflect.DeepEqual(p.Data, q.Data) {
		return false
	}
	switch r.errors.format {
	case "none":
		return true
	case "raw":
		return p.Message.Equal(q.Message)
	}
	return r.text(p.Message) == r.text(q.Message)
}

// WriteMessage adds a message to an object in the request's error format: its
// text, or its key and parameters, or nothing.
func (r *Request) WriteMessage(o format.Ref, m message.Message) {
	switch r.errors.format {
	case "html":
		o.Content("html", r.text(m))
	case "bc", "plaintext", "wikitext":
		o.Content("text", r.text(m))
	case "raw":
		r.WriteKey(o, m)
	}
}

// AddReason adds the reason of an outcome: a text in the backward compatible
// format, else an object with a code.
func (r *Request) AddReason(o format.Ref, key, code string, m message.Message) {
	if r.errors.format == "bc" {
		o.String(key, r.text(m))
		return
	}
	reason := o.Object(key)
	reason.String("code", code)
	r.WriteMessage(reason, m)
}

// AddStatus adds a list with the one problem that an outcome has. The backward
// compatible format tells its key and no text (MediaWiki:
// ApiErrorFormatter::arrayFromStatus).
func (r *Request) AddStatus(o format.Ref, key string, p *Problem) {
	status := o.List(key, "error").Object("")
	if r.errors.format != "bc" {
		status.String("code", p.Code)
		r.WriteMessage(status, p.Message)
		return
	}
	status.String("message", p.Message.Key)
	r.writeRawParams(status.List("params", "param"), p.Message)
	status.String("code", p.Code)
	status.String("type", "error")
}

// writeRawParams adds the parameters of a message as data. A message among them
// is its text in HTML, in the language of the page, unless it is one by key. A
// literal message that is empty has none (MediaWiki: ApiResult::validateValue,
// RawMessage).
func (r *Request) writeRawParams(list format.Ref, m message.Message) {
	if m.IsLiteral() && m.Params[0].Text == "" {
		list.Null("")
		return
	}
	for _, p := range m.Params {
		switch p.Kind {
		case message.KindText:
			list.String("", p.Text)
		case message.KindMessage:
			if p.ByKey {
				r.WriteKey(list.Object("").Object("message"), *p.Of)
			} else {
				list.String("", r.Language().HTML(*p.Of))
			}
		case message.KindPlain:
			list.Object("").String("plaintext", p.Text)
		case message.KindCount:
			list.Int("", p.Num)
		case message.KindNumber:
			list.Object("").Int("num", p.Num)
		case message.KindDuration:
			list.Object("").Int("duration", p.Num)
		case message.KindList, message.KindTextList:
			o := list.Object("")
			members := o.List("list", "")
			for _, text := range p.List {
				members.Object("").String("plaintext", text)
			}
			kind := "comma"
			if p.Kind == message.KindTextList {
				kind = "text"
			}
			o.String("type", kind)
		case message.KindMarkupList, message.KindMarkupTextList:
			o := list.Object("")
			writeMembers(o, p)
			kind := "comma"
			if p.Kind == message.KindMarkupTextList {
				kind = "text"
			}
			o.String("type", kind)
		}
	}
}

// writeMembers writes a list, or an object by the numbers of its members.
func writeMembers(o format.Ref, p message.Param) {
	if p.Places == nil {
		o.Strings("list", "", p.List)
		return
	}
	members := o.Numbered("list", "")
	for i, text := range p.List {
		members.String(strconv.Itoa(p.Places[i]), text)
	}
}

func writeData(o format.Ref, data []Datum) {
	for _, d := range data {
		switch v := d.Value.(type) {
		case string:
			o.String(d.Key, v)
		case int64:
			o.Int(d.Key, v)
		case []string:
			o.Strings(d.Key, "", v)
		case nil:
			o.Null(d.Key)
		}
	}
}
