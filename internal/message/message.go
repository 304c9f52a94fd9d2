// Package message owns the texts that people read: keys, parameters, languages
// and the conversion of marked-up text to plain text and HTML.
//
// Keys are MediaWiki's; texts are our own and stand in files of the banana
// JSON format under i18n, one per area and language. A Message travels as data
// and becomes text only at the edge, in the Language of the reader. The package
// does not know codes, errors or HTTP.
package message

import (
	"slices"
	"strconv"
)

// ParamKind is how a parameter is shown and how format raw writes it.
type ParamKind uint8

// The kinds (MediaWiki: Message::numParam, plaintextParam, listParam,
// durationParam).
const (
	KindText ParamKind = iota
	KindPlain
	KindNumber
	KindDuration   // seconds
	KindList       // of plain texts, joined by commas
	KindTextList   // of plain texts, joined by commas and "and"
	KindCount      // a number that only chooses a plural form
	KindMarkupList // of texts that may hold markup, joined by commas
	// KindMarkupTextList is one of texts that may hold markup, joined by commas
	// and "and".
	KindMarkupTextList
	KindMessage // another message, in the language of the one that it stands in
)

// Param is one parameter of a message.
type Param struct {
	Kind ParamKind
	Text string
	Num  int64
	List []string
	// Places are the numbers of List's members where these are not simply 0, 1,
	// 2 …; texts do not show them, clients that ask for parameters see them.
	Places []int
	// Of is the message that a parameter of KindMessage is. Clients that ask for
	// parameters get its text or, when ByKey, its key.
	Of    *Message
	ByKey bool
}

// Text is a parameter that may hold markup.
func Text(s string) Param { return Param{Kind: KindText, Text: s} }

// Plain is a parameter that is shown as it is.
func Plain(s string) Param { return Param{Kind: KindPlain, Text: s} }

// Number is a number in the form of the language.
func Number(n int64) Param { return Param{Kind: KindNumber, Num: n} }

// Count is a bare number, for the choice of a plural form.
func Count(n int64) Param { return Param{Kind: KindCount, Num: n} }

// Duration is a span of time in seconds.
func Duration(seconds int64) Param { return Param{Kind: KindDuration, Num: seconds} }

// CommaList is a list of plain texts.
func CommaList(items []string) Param { return Param{Kind: KindList, List: items} }

// TextList is a list of plain texts as part of a sentence.
func TextList(items []string) Param { return Param{Kind: KindTextList, List: items} }

// MarkupTextList is a list of texts that may hold markup as part of a sentence.
func MarkupTextList(items []string) Param { return Param{Kind: KindMarkupTextList, List: items} }

// Sub is a parameter that is another message: what is wrong with a password, in
// the sentence that says so.
func Sub(m Message) Param { return Param{Kind: KindMessage, Of: &m} }

// SubByKey is Sub, but clients that ask for parameters get the key of the message
// and not its text.
func SubByKey(m Message) Param { return Param{Kind: KindMessage, Of: &m, ByKey: true} }

// Message is a key with its parameters. The zero value is no message.
type Message struct {
	Key    string
	Params []Param
}

// New makes a message.
func New(key string, params ...Param) Message { return Message{Key: key, Params: params} }

// literalKey is the key of messages that are nothing but a text.
const literalKey = "$1"

// Literal is a message that is a given text, which may hold markup, in every
// language; its key is $1 (MediaWiki: RawMessage).
func Literal(text string) Message { return New(literalKey, Text(text)) }

// IsLiteral reports whether the message is one that Literal makes.
func (m Message) IsLiteral() bool { return m.Key == literalKey && len(m.Params) == 1 }

// Equal reports whether two messages say the same.
func (m Message) Equal(o Message) bool {
	if m.Key != o.Key || len(m.Params) != len(o.Params) {
		return false
	}
	for i := range m.Params {
		if !m.Params[i].equal(o.Params[i]) {
			return false
		}
	}
	return true
}

// equal reports whether two parameters say the same.
func (p Param) equal(o Param) bool {
	return p.Kind == o.Kind && p.Text == o.Text && p.Num == o.Num && p.ByKey == o.ByKey && slices.Equal(p.List, o.List) &&
		slices.Equal(p.Places, o.Places) && (p.Of == o.Of || p.Of != nil && o.Of != nil && p.Of.Equal(*o.Of))
}

// number is the number that a parameter stands for, if it does.
func (p Param) number() (n int64, ok bool) {
	switch p.Kind {
	case KindNumber, KindCount, KindDuration:
		return p.Num, true
	case KindList, KindTextList, KindMarkupList, KindMarkupTextList:
		return int64(len(p.List)), true
	}
	n, err := strconv.ParseInt(p.Text, 10, 64)
	return n, err == nil
}
