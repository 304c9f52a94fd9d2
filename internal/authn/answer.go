package authn

import (
	"fmt"
	"slices"

	"github.com/wikigate/wikigate/internal/secret"
)

// Submission is what a client has sent, by the names of fields.
type Submission interface {
	// Value is the one value of a field; given is false when there is none.
	Value(field string) (value string, given bool)
	// Values are all values of a field that takes several.
	Values(field string) (values []string, given bool)
}

// Given is a Submission of single values.
type Given map[string]string

// Value implements Submission.
func (g Given) Value(field string) (string, bool) {
	v, given := g[field]
	return v, given
}

// Values implements Submission.
func (g Given) Values(field string) ([]string, bool) {
	v, given := g[field]
	return []string{v}, given
}

// Format hides what was sent from every verb of package fmt.
func (g Given) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[given]")) }

// Answer is a request that a submission has filled.
type Answer struct {
	Request string // its ID
	texts   map[string]string
	lists   map[string][]string
	named   bool // it has a field username
}

// Filled is an answer with these texts, for a Request that loads itself.
func Filled(texts map[string]string) Answer { return Answer{texts: texts} }

// Format hides what was sent from every verb of package fmt.
func (a Answer) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "[answer to %s]", a.Request) }

// Value is the text of a field; empty when it has none.
func (a Answer) Value(field string) string { return a.texts[field] }

// Secret is the text of a field that must not be shown.
func (a Answer) Secret(field string) secret.Secret { return secret.New(a.texts[field]) }

// Checked reports whether a checkbox was checked or a button pressed.
func (a Answer) Checked(field string) bool {
	_, ok := a.texts[field]
	return ok
}

// Chosen are the values of a multiselect.
func (a Answer) Chosen(field string) []string { return a.lists[field] }

// Answers are the requests of a form that a submission has filled. The others
// are not there: a request that is not filled is no error.
type Answers []Answer

// Load fills requests from a submission, which is the same for all of them
// (MediaWiki: AuthenticationRequest::loadRequestsFromSubmission).
func Load(requests []Request, s Submission) Answers {
	var list Answers
	for i := range requests {
		load := requests[i].Load
		if load == nil {
			load = requests[i].load
		}
		if a, ok := load(s); ok {
			a.Request = requests[i].ID
			list = append(list, a)
		}
	}
	return list
}

// Of is the answer to a request. ok is false when there is none, or more than
// one (MediaWiki: AuthenticationRequest::getRequestByClass).
func (list Answers) Of(id string) (a Answer, ok bool) {
	n := 0
	for _, x := range list {
		if x.Request == id {
			a = x
			n++
		}
	}
	return a, n == 1
}

// Checked reports whether a checkbox or button of a request was chosen.
func (list Answers) Checked(id, field string) bool {
	a, ok := list.Of(id)
	return ok && a.Checked(field)
}

// Username is the name that all answers with a field username agree on. ok is
// false when there is none, or when they differ.
func (list Answers) Username() (name string, ok bool) {
	for _, a := range list {
		if !a.named {
			continue
		}
		if ok && a.texts[fieldUsername] != name {
			return "", false
		}
		name, ok = a.texts[fieldUsername], true
	}
	return name, ok
}

const fieldUsername = "username"

// load follows MediaWiki's rules: one field that is missing or not acceptable
// and the request counts as not sent.
func (r *Request) load(s Submission) (Answer, bool) {
	a := Answer{texts: map[string]string{}, lists: map[string][]string{}}
	fields := 0
	for i := range r.Fields {
		f := &r.Fields[i]
		if f.Type == FieldNull {
			continue
		}
		fields++
		if !a.take(f, s) {
			return Answer{}, false
		}
		a.named = a.named || f.Name == fieldUsername
	}
	return a, fields > 0
}

// take reads one field. It is false when the request cannot be filled.
func (a *Answer) take(f *Field, s Submission) bool {
	switch f.Type {
	case FieldCheckbox, FieldButton:
		_, given := s.Value(f.Name)
		if given {
			a.texts[f.Name] = "1"
		}
		return given || f.Optional
	case FieldMultiselect:
		chosen, _ := s.Values(f.Name)
		a.lists[f.Name] = chosen
		return !slices.ContainsFunc(chosen, func(v string) bool { return !f.offers(v) })
	}
	value, given := s.Value(f.Name)
	a.texts[f.Name] = value
	switch {
	case !given:
		// MediaWiki drops the request here, even when the field is optional, and
		// loses an e-mail address without a word when only the real name is missing.
		return f.Optional && textual(f.Type)
	case value == "":
		return f.Optional
	case f.Type == FieldSelect:
		return f.offers(value)
	}
	return true
}

func textual(t FieldType) bool { return t == FieldString || t == FieldPassword }

func (f *Field) offers(value string) bool {
	return slices.ContainsFunc(f.Options, func(o Option) bool { return o.Value == value })
}
