package actionapi

import (
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/message"
)

// Language is the one that people read the answer in: uselang. Errors have
// their own.
func (r *Request) Language() message.Language {
	return r.errors.uselang
}

// HasText reports whether there is a text for the key.
func (r *Request) HasText(key string) bool { return r.engine.deps.Messages.Has(key) }

// WriteKey adds the key and the parameters of a message to an object.
func (r *Request) WriteKey(o format.Ref, m message.Message) {
	o.String("key", m.Key)
	r.writeRawParams(o.List("params", "param"), m)
}

// WriteBareKey is WriteKey without a name for each parameter in XML, as
// MediaWiki's modules of logins write messages.
func (r *Request) WriteBareKey(o format.Ref, m message.Message) {
	o.String("key", m.Key)
	r.writeRawParams(o.List("params", ""), m)
}
