package message

import "strings"

// Language is one in which messages can be said. It is a small value, found
// once per request; get one from a Catalog.
type Language struct {
	code  string
	voice *voice
	site  *Site
}

// keysCode is the code that stands for no language: messages show their keys
// and parameters, so that translators see where they are used.
const keysCode = "qqx"

// voice is what languages with the same texts share.
type voice struct {
	texts    map[string]*text
	numerals numerals
	comma    literalText // between the members of a list
	and      literalText // before the last member of a list in a sentence
	keys     bool        // shows keys instead of texts
	builtIn  *voice      // without what the operator has changed; nil: the same
}

func newVoice(code string, texts map[string]*text) *voice {
	v := &voice{texts: texts, numerals: numeralsOf(code)}
	v.comma = v.literal("comma-separator")
	v.and = join(v.literal("and"), v.literal("word-separator"))
	return v
}

func newKeysVoice() *voice {
	v := &voice{keys: true, numerals: numeralsOf("en")}
	v.comma = v.literal("comma-separator")
	v.and = join(v.literal("and"), v.literal("word-separator"))
	return v
}

// literal is a text without parameters, with the spaces around it.
func (v *voice) literal(key string) (l literalText) {
	for f := range l {
		l[f] = string(v.append(nil, Message{Key: key}, form(f), &Site{}))
	}
	return l
}

func join(a, b literalText) literalText {
	for f := range a {
		a[f] += b[f]
	}
	return a
}

// Code is the language that was asked for, in small letters.
func (l Language) Code() string { return l.code }

// Direction is how the language is written: ltr or rtl.
func (l Language) Direction() string { return direction(l.code) }

// BuiltIn is the language without the texts that the operator has changed.
// Those that the operator has added stay.
func (l Language) BuiltIn() Language {
	if l.voice.builtIn != nil {
		l.voice = l.voice.builtIn
	}
	return l
}

// Has reports whether the language has a text for the key, its own or another
// language's.
func (l Language) Has(key string) bool { return l.voice.texts[key] != nil }

// Markup is the message with its markup: tags, entities, and links in brackets.
// An unknown key shows itself in ⧼ ⧽.
func (l Language) Markup(m Message) string {
	var buffer [256]byte
	return string(l.voice.append(buffer[:0], m, asMarkup, l.site))
}

// Plain is the message as MediaWiki's API shows it to programs: kbd, code, var
// and samp become double quotes, other tags are dropped, entities are decoded.
func (l Language) Plain(m Message) string {
	if !l.voice.settled(m) {
		return strip(l.Markup(m))
	}
	var buffer [256]byte
	return strings.TrimSpace(string(l.voice.append(buffer[:0], m, asPlain, l.site)))
}

// HTML is the message as a fragment of HTML, with tags around its paragraphs if
// there are several (MediaWiki: Message::parse). Plain parameters are escaped.
func (l Language) HTML(m Message) string {
	var buffer [512]byte
	return string(l.voice.append(buffer[:0], m, asHTML, l.site))
}

// Paragraphs are those of the message, each as a fragment of HTML.
func (l Language) Paragraphs(m Message) []string {
	whole := l.HTML(m)
	inner, several := strings.CutPrefix(whole, blockStart)
	if !several {
		return []string{whole}
	}
	return strings.Split(strings.TrimSuffix(inner, blockEnd), blockEnd+blockStart)
}
