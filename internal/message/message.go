// Package message owns the texts that people read: keys, parameters, languages
// and the conversion of marked-up text to plain text and HTML.
//
// Keys are MediaWiki's; texts are our own and stand in files of the banana
// JSON format under i18n. A Message travels as data and becomes text only at
// the edge. The package does not know codes, errors or HTTP.
package message

import (
	"strconv"
	"strings"
)

// ParamKind is how a parameter is shown and how format raw writes it.
type ParamKind uint8

// The kinds (MediaWiki: Message::numParam, plaintextParam, listParam,
// durationParam).
const (
	KindText ParamKind = iota
	KindPlain
	KindNumber
	KindDuration // seconds
	KindList     // of plain texts, joined by commas
	KindTextList // of plain texts, joined by commas and "and"
	KindCount    // a number that only chooses a plural form
)

// Param is one parameter of a message.
type Param struct {
	Kind ParamKind
	Text string
	Num  int64
	List []string
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

// Message is a key with its parameters. The zero value is no message.
type Message struct {
	Key    string
	Params []Param
}

// New makes a message.
func New(key string, params ...Param) Message { return Message{Key: key, Params: params} }

// Equal reports whether two messages say the same.
func (m Message) Equal(o Message) bool {
	if m.Key != o.Key || len(m.Params) != len(o.Params) {
		return false
	}
	for i := range m.Params {
		if m.Params[i].english() != o.Params[i].english() || m.Params[i].Kind != o.Params[i].Kind {
			return false
		}
	}
	return true
}

// english is the parameter as a text.
func (p Param) english() string {
	switch p.Kind {
	case KindNumber, KindCount:
		return strconv.FormatInt(p.Num, 10)
	case KindDuration:
		return englishDuration(p.Num)
	case KindList, KindTextList:
		return strings.Join(p.List, ", ")
	}
	return p.Text
}

// englishDuration names a span in its two largest units. pywikibot reads the
// number before "seconds" or "minutes".
func englishDuration(seconds int64) string {
	units := [...]struct {
		size int64
		name string
	}{{86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}}
	var parts []string
	for _, u := range units {
		n := seconds / u.size
		seconds %= u.size
		if n == 0 {
			continue
		}
		name := u.name
		if n != 1 {
			name += "s"
		}
		parts = append(parts, strconv.FormatInt(n, 10)+" "+name)
	}
	if len(parts) == 0 {
		return "0 seconds"
	}
	return strings.Join(parts, " and ")
}
