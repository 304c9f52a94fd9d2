package message

import (
	"net/url"
	"strconv"
	"strings"
)

// settled reports whether the plain form of a message can be put together from
// the plain forms of its pieces: no parameter holds what makes a tag, an entity
// or a fold of spaces.
func (v *voice) settled(m Message) bool {
	if t := v.texts[m.Key]; t != nil && t.loose {
		return false
	}
	for i := range m.Params {
		p := &m.Params[i]
		switch p.Kind {
		case KindText, KindPlain:
			if !harmless(p.Text) {
				return false
			}
		case KindList, KindTextList, KindMarkupList, KindMarkupTextList:
			for _, item := range p.List {
				if !harmless(item) {
					return false
				}
			}
		case KindMessage:
			return false
		}
	}
	return true
}

func harmless(s string) bool {
	if s == "" || s[0] == ' ' || s[len(s)-1] == ' ' {
		return false
	}
	for i := range len(s) {
		switch s[i] {
		case '<', '&', '\t', '\r', '\n':
			return false
		case ' ':
			if s[i+1] == ' ' {
				return false
			}
		}
	}
	return true
}

// append writes a message.
func (v *voice) append(b []byte, m Message, f form, site *Site) []byte {
	w := writer{voice: v, form: f, site: site, params: m.Params}
	if m.IsLiteral() {
		return w.param(b, &m.Params[0])
	}
	if v.keys {
		return w.key(b, m)
	}
	t := v.texts[m.Key]
	if t == nil {
		return append(append(append(b, "⧼"...), w.shown(m.Key)...), "⧽"...)
	}
	if f == asHTML && t.blocks {
		return append(w.pieces(append(b, blockStart...), t.pieces, t.rule), blockEnd...)
	}
	return w.pieces(b, t.pieces, t.rule)
}

// writer writes one message in one form.
type writer struct {
	voice  *voice
	form   form
	site   *Site
	params []Param
}

// key writes a key with its parameters: (key: first, second).
func (w *writer) key(b []byte, m Message) []byte {
	b = append(append(b, '('), w.shown(m.Key)...)
	for i := range m.Params {
		if i == 0 {
			b = append(b, ':', ' ')
		} else {
			b = append(b, ',', ' ')
		}
		b = w.param(b, &m.Params[i])
	}
	return append(b, ')')
}

// shown is a text without markup.
func (w *writer) shown(s string) string {
	if w.form == asHTML {
		return escape(s)
	}
	return s
}

func (w *writer) pieces(b []byte, pieces []piece, rule *pluralRule) []byte {
	for i := range pieces {
		p := &pieces[i]
		switch p.kind {
		case literalPiece:
			b = append(b, p.literal[w.form]...)
		case paramPiece:
			if p.param < len(w.params) {
				b = w.param(b, &w.params[p.param])
			} else {
				b = append(b, '$', byte('1'+p.param))
			}
		case pluralPiece:
			b = w.pieces(b, w.pluralForm(p, rule), rule)
		case genderPiece:
			b = w.pieces(b, w.genderForm(p), rule)
		case sitePiece:
			b = append(b, w.shown(w.site.Name)...)
		case pageLinkPiece, webLinkPiece:
			b = w.link(b, p, rule)
		}
	}
	return b
}

// pluralForm is the form for the number of its parameter: the one that is
// written for this number, else that of the language's rule; the last one
// stands for those that are missing.
func (w *writer) pluralForm(p *piece, rule *pluralRule) []piece {
	n, ok := int64(0), false
	if 0 <= p.param && p.param < len(w.params) {
		n, ok = w.params[p.param].number()
	}
	for _, e := range p.explicit {
		if ok && e.number == n {
			return e.form
		}
	}
	if len(p.forms) == 0 {
		return nil
	}
	index := len(p.forms) - 1
	if ok {
		index = min(index, rule.choose(n))
	}
	return p.forms[index]
}

// genderForm is the form for a parameter that says male or female; the third,
// or else the first, when it says neither.
func (w *writer) genderForm(p *piece) []piece {
	said := ""
	if 0 <= p.param && p.param < len(w.params) {
		said = w.params[p.param].Text
	}
	switch n := len(p.forms); {
	case n == 0:
		return nil
	case said == "female" && n > 1:
		return p.forms[1]
	case said != "male" && n > 2:
		return p.forms[2]
	}
	return p.forms[0]
}

// link writes a link: in HTML as such, else as its source.
func (w *writer) link(b []byte, p *piece, rule *pluralRule) []byte {
	if w.form != asHTML {
		b = append(b, p.literal[w.form]...)
		b = w.pieces(b, p.label, rule)
		if p.kind == pageLinkPiece {
			return append(b, "]]"...)
		}
		return append(b, ']')
	}
	if p.kind == pageLinkPiece {
		path := (&url.URL{Path: strings.ReplaceAll(p.target, " ", "_")}).EscapedPath()
		b = append(append(b, `<a href="`...), escape(strings.Replace(w.site.ArticlePath, "$1", path, 1))...)
		b = append(append(b, `" title="`...), escape(p.target)...)
	} else {
		b = append(append(b, `<a rel="nofollow" class="external text" href="`...), escape(p.target)...)
	}
	b = append(b, `">`...)
	if len(p.label) == 0 {
		b = append(b, escape(p.target)...)
	}
	return append(w.pieces(b, p.label, rule), "</a>"...)
}

// param writes a parameter.
func (w *writer) param(b []byte, p *Param) []byte {
	switch p.Kind {
	case KindNumber:
		return w.voice.numerals.append(b, p.Num)
	case KindCount:
		return strconv.AppendInt(b, p.Num, 10)
	case KindDuration:
		return w.duration(b, p.Num)
	case KindList:
		return w.list(b, p.List, w.voice.comma[w.form], false)
	case KindTextList:
		return w.list(b, p.List, w.voice.and[w.form], false)
	case KindMarkupList:
		return w.list(b, p.List, w.voice.comma[w.form], true)
	case KindMarkupTextList:
		return w.list(b, p.List, w.voice.and[w.form], true)
	case KindText:
		return append(b, w.markedUp(p.Text)...)
	case KindMessage:
		return w.voice.append(b, *p.Of, w.form, w.site)
	}
	return append(b, w.shown(p.Text)...)
}

// markedUp is a text that may hold markup.
func (w *writer) markedUp(s string) string {
	if w.form == asHTML {
		return markupHTML(s)
	}
	return s
}

// list writes a list, of texts that may hold markup or of plain ones; last
// stands before its last member.
func (w *writer) list(b []byte, items []string, last string, markedUp bool) []byte {
	for i, item := range items {
		b = append(b, w.between(i, len(items), last)...)
		if markedUp {
			b = append(b, w.markedUp(item)...)
		} else {
			b = append(b, w.shown(item)...)
		}
	}
	return b
}

// between is what stands before member i of n in a list.
func (w *writer) between(i, n int, last string) string {
	switch i {
	case 0:
		return ""
	case n - 1:
		return last
	}
	return w.voice.comma[w.form]
}

// duration writes a span of time by all its units. pywikibot reads the number
// before "seconds" or "minutes".
func (w *writer) duration(b []byte, seconds int64) []byte {
	var parts [len(units)]Message
	var numbers [len(units)]Param
	n := 0
	for _, u := range units {
		count := seconds / u.seconds
		seconds %= u.seconds
		if count != 0 || u.seconds == 1 && n == 0 {
			numbers[n] = Number(count)
			parts[n] = Message{u.key, numbers[n : n+1]}
			n++
		}
	}
	for i, part := range parts[:n] {
		b = append(b, w.between(i, n, w.voice.and[w.form])...)
		b = w.voice.append(b, part, w.form, w.site)
	}
	return b
}
