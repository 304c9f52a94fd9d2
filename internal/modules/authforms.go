package modules

import (
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
)

// messageFormat is how the texts of requests are written.
type messageFormat string

// The formats.
const (
	formatHTML     messageFormat = "html"
	formatNone     messageFormat = "none"
	formatRaw      messageFormat = "raw"
	formatWikitext messageFormat = "wikitext"
)

// Parameters that the modules of logins share (MediaWiki:
// ApiAuthManagerHelper::getStandardParams).
func paramRequests(action authn.Action) actionapi.Param {
	p := shared(actionapi.Param{Name: "requests", Type: actionapi.String, Multi: true})
	p.Help.Params = []message.Param{message.Text(string(action))}
	return p
}

func paramMessageFormat() actionapi.Param {
	return shared(actionapi.Param{
		Name: "messageformat", Type: actionapi.Enum, Default: string(formatWikitext), HasDefault: true,
		Values: []string{string(formatHTML), string(formatWikitext), string(formatRaw), string(formatNone)},
	})
}

func paramMergeFields() actionapi.Param {
	return shared(actionapi.Param{Name: "mergerequestfields", Type: actionapi.Boolean})
}

// shared gives a parameter the text that the modules share.
func shared(p actionapi.Param) actionapi.Param {
	p.Help = message.New("api-help-authmanagerhelper-" + p.Name)
	return p
}

// authWriter writes requests as the client wants them (MediaWiki:
// ApiAuthManagerHelper).
type authWriter struct {
	c      *actionapi.Call
	format messageFormat
	merge  bool
}

func newAuthWriter(c *actionapi.Call) authWriter {
	return authWriter{c: c, format: messageFormat(c.Args.String("messageformat")), merge: c.Args.Bool("mergerequestfields")}
}

// requests writes a list of requests, and their fields below them or merged
// into one object beside them.
func (w authWriter) requests(o format.Ref, requests []authn.Request) {
	list := o.List("requests", "")
	for i := range requests {
		r := &requests[i]
		one := list.Object("")
		one.String("id", r.ID)
		w.metadata(one.Object("metadata"), r.Metadata)
		one.String("required", r.Required.String())
		w.text(one, "provider", r.ProviderText())
		w.text(one, "account", r.AccountText())
		if !w.merge {
			w.fields(one.Object("fields"), r.Fields)
		}
	}
	if w.merge {
		w.fields(o.Object("fields"), authn.MergeFields(requests))
	}
}

func (w authWriter) metadata(o format.Ref, data []authn.Datum) {
	for _, d := range data {
		switch v := d.Value.(type) {
		case string:
			o.String(d.Key, v)
		case bool:
			o.Bool(d.Key, v)
		case int64:
			o.Int(d.Key, v)
		case []string:
			o.Strings(d.Key, "", v)
		case message.Message:
			o.String(d.Key, w.c.Language().Plain(v))
		case []authn.Datum:
			w.metadata(o.Object(d.Key), v)
		}
	}
}

func (w authWriter) fields(o format.Ref, fields []authn.Field) {
	for i := range fields {
		f := &fields[i]
		one := o.Object(f.Name)
		one.String("type", string(f.Type))
		if f.HasValue {
			one.String("value", f.Value)
		}
		if len(f.Options) > 0 {
			options := one.Object("options")
			for _, option := range f.Options {
				options.String(option.Value, w.c.Language().Plain(option.Label))
			}
		}
		w.text(one, "label", f.Label)
		w.text(one, "help", f.Help)
		one.Bool("optional", f.Optional)
		one.Bool("sensitive", f.Sensitive)
	}
}

// text writes a message, if there is one.
func (w authWriter) text(o format.Ref, key string, m message.Message) {
	if m.Key == "" {
		return
	}
	switch w.format {
	case formatHTML:
		o.String(key, w.c.Language().HTML(m))
	case formatWikitext:
		o.String(key, w.c.Language().Markup(m))
	case formatRaw:
		w.c.WriteBareKey(o.Object(key), m)
	}
}

// message writes what a response says, and the code of it.
func (w authWriter) message(o format.Ref, m message.Message) {
	w.text(o, "message", m)
	o.String("messagecode", w.code(m))
}

// code is what programs read instead of a message.
func (w authWriter) code(m message.Message) string {
	if m.IsLiteral() {
		return actionapi.CodeOf(m.Params[0].Text)
	}
	return actionapi.CodeOf(m.Key)
}

// submission is what the client has sent in the fields of requests.
type submission struct{ c *actionapi.Call }

// Value implements authn.Submission.
func (s submission) Value(field string) (string, bool) { return s.c.Field(field) }

// Values implements authn.Submission. Several values stand in one parameter.
func (s submission) Values(field string) ([]string, bool) {
	value, given := s.c.Field(field)
	if value == "" {
		return nil, given
	}
	return strings.Split(value, "|"), given
}

// load fills requests with what the client has sent. Sensitive fields must not
// stand in the URL, even if the body has them as well.
func load(c *actionapi.Call, requests []authn.Request) (authn.Answers, *actionapi.Problem) {
	var sensitive []string
	for _, f := range authn.MergeFields(requests) {
		if _, given := c.Field(f.Name); given && f.Sensitive {
			sensitive = append(sensitive, f.Name)
		}
	}
	if p := c.KeepOutOfURL(sensitive); p != nil {
		return nil, p
	}
	return authn.Load(requests, submission{c}), nil
}
