package authn_test

import (
	"fmt"
	"net/url"
	"slices"
	"testing"

	"github.com/wikigate/wikigate/internal/authn"
)

var fieldTypes = []authn.FieldType{
	authn.FieldString, authn.FieldPassword, authn.FieldSelect, authn.FieldCheckbox, authn.FieldMultiselect,
	authn.FieldButton, authn.FieldHidden, authn.FieldNull,
}

// requestsOf makes requests out of bytes: two for each field, what it is and what
// it is called, so that names and ids meet.
func requestsOf(shape []byte) (list []authn.Request) {
	for i := 0; i+1 < len(shape) && i < 64; i += 2 {
		kind, name := shape[i], shape[i+1]
		if kind&0x40 != 0 || len(list) == 0 {
			list = append(list, authn.Request{ID: fmt.Sprint("R", name%5), Required: authn.Required(name % 3)})
		}
		r := &list[len(list)-1]
		r.Fields = append(r.Fields, authn.Field{
			Name: string('a' + rune(name%7)), Type: fieldTypes[int(kind)%len(fieldTypes)], Optional: kind&0x10 != 0, Sensitive: kind&0x20 != 0,
			Options: options("", "a", "b")[:kind>>4%4%3],
		})
	}
	return list
}

// FuzzLoad holds what is true of answers, whatever is asked and whatever is sent:
// they are answers of requests in their order, hold nothing that was not sent
// and no value that cannot be chosen, and a request that has to be filled is.
func FuzzLoad(f *testing.F) {
	for i := range byte(16) {
		f.Add([]byte{i, 0, i + 0x10, 1, i + 0x40, 0, i + 0x23, 2}, "a=a&b=b&c=&a=b")
	}
	f.Add([]byte{}, "")
	f.Fuzz(func(t *testing.T, shape []byte, body string) {
		requests := requestsOf(shape)
		form, _ := url.ParseQuery(body)
		answers := authn.Load(requests, sent(form))
		next := 0
		for _, a := range answers {
			for next < len(requests) && requests[next].ID != a.Request {
				next++
			}
			if next == len(requests) {
				t.Fatalf("an answer of %q, which was not asked then", a.Request)
			}
			checkAnswer(t, answers, requests, a, form)
		}
		merged := map[string]bool{}
		for _, m := range authn.MergeFields(requests) {
			if merged[m.Name] {
				t.Errorf("two merged fields %s", m.Name)
			}
			merged[m.Name] = true
		}
		_, _ = answers.Username()
	})
}

// checkAnswer looks at an answer to any one of the requests of its id.
func checkAnswer(t *testing.T, all authn.Answers, requests []authn.Request, a authn.Answer, form url.Values) {
	t.Helper()
	fits := slices.ContainsFunc(requests, func(r authn.Request) bool {
		return r.ID == a.Request && !slices.ContainsFunc(r.Fields, func(field authn.Field) bool { return !fitsField(a, field, form) })
	})
	if !fits {
		t.Errorf("%+v does not fill any request of its id, of %v", a, form)
	}
	same := 0
	for _, other := range all {
		if other.Request == a.Request {
			same++
		}
	}
	if _, found := all.Of(a.Request); found != (same == 1) {
		t.Errorf("%d answers of %s, found %v", same, a.Request, found)
	}
}

func fitsField(a authn.Answer, field authn.Field, form url.Values) bool {
	first := form.Get(field.Name)
	chosen := func(v string) bool {
		return slices.ContainsFunc(field.Options, func(o authn.Option) bool { return o.Value == v })
	}
	switch field.Type {
	case authn.FieldNull:
		return true
	case authn.FieldCheckbox, authn.FieldButton:
		return field.Optional || form.Has(field.Name)
	case authn.FieldMultiselect:
		return !slices.ContainsFunc(a.Chosen(field.Name), func(v string) bool { return !chosen(v) })
	case authn.FieldSelect:
		return field.Optional && first == "" || chosen(first)
	}
	return field.Optional || first != ""
}
