package authn_test

import (
	"slices"
	"testing"

	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
)

// sent is a Submission with fields of several values.
type sent map[string][]string

func (s sent) Value(field string) (string, bool) {
	v, given := s[field]
	if len(v) == 0 {
		return "", given
	}
	return v[0], given
}

func (s sent) Values(field string) ([]string, bool) {
	v, given := s[field]
	return v, given
}

func options(values ...string) (list []authn.Option) {
	for _, v := range values {
		list = append(list, authn.Option{Value: v, Label: message.Literal(v)})
	}
	return list
}

// A request is filled by all of its fields, or not at all (MediaWiki:
// AuthenticationRequest::loadFromSubmission).
func TestWhatFillsARequest(t *testing.T) {
	f := func(kind authn.FieldType, optional bool) authn.Field {
		return authn.Field{Name: "f", Type: kind, Optional: optional, Options: options("a", "b")}
	}
	others := authn.Field{Name: "other", Type: authn.FieldString}
	for name, c := range map[string]struct {
		fields []authn.Field
		sent   sent
		filled bool
	}{
		"AM-21 no fields":              {nil, sent{"f": {"x"}}, false},
		"AM-21 null":                   {[]authn.Field{f(authn.FieldNull, false)}, sent{"f": {"x"}}, false},
		"AM-21 null beside another":    {[]authn.Field{f(authn.FieldNull, false), others}, sent{"other": {"x"}}, true},
		"AM-22 checkbox":               {[]authn.Field{f(authn.FieldCheckbox, false)}, sent{"f": {"1"}}, true},
		"AM-22 empty checkbox":         {[]authn.Field{f(authn.FieldCheckbox, false)}, sent{"f": {""}}, true},
		"AM-22 checkbox of 0":          {[]authn.Field{f(authn.FieldCheckbox, false)}, sent{"f": {"0"}}, true},
		"AM-22 no checkbox":            {[]authn.Field{f(authn.FieldCheckbox, false)}, sent{}, false},
		"AM-22 no optional checkbox":   {[]authn.Field{f(authn.FieldCheckbox, true)}, sent{}, true},
		"AM-22 button":                 {[]authn.Field{f(authn.FieldButton, false)}, sent{"f": {""}}, true},
		"AM-22 no button":              {[]authn.Field{f(authn.FieldButton, false)}, sent{}, false},
		"AM-22 coordinates":            {[]authn.Field{f(authn.FieldButton, false)}, sent{"f_x": {"1"}, "f_y": {"1"}}, false},
		"AM-23 multiselect":            {[]authn.Field{f(authn.FieldMultiselect, false)}, sent{"f": {"a", "b"}}, true},
		"AM-23 one of it":              {[]authn.Field{f(authn.FieldMultiselect, false)}, sent{"f": {"b"}}, true},
		"AM-23 none of it":             {[]authn.Field{f(authn.FieldMultiselect, false)}, sent{}, true},
		"AM-23 another":                {[]authn.Field{f(authn.FieldMultiselect, false)}, sent{"f": {"a", "c"}}, false},
		"AM-24 text":                   {[]authn.Field{f(authn.FieldString, false)}, sent{"f": {"x"}}, true},
		"AM-24 no text":                {[]authn.Field{f(authn.FieldString, false)}, sent{}, false},
		"AM-24 empty text":             {[]authn.Field{f(authn.FieldString, false)}, sent{"f": {""}}, false},
		"AM-24 text of 0":              {[]authn.Field{f(authn.FieldString, false)}, sent{"f": {"0"}}, true},
		"AM-24 empty optional text":    {[]authn.Field{f(authn.FieldString, true)}, sent{"f": {""}}, true},
		"AM-25 no optional text":       {[]authn.Field{f(authn.FieldString, true)}, sent{}, true},
		"AM-25 no optional password":   {[]authn.Field{f(authn.FieldPassword, true)}, sent{}, true},
		"AM-24 no optional hidden":     {[]authn.Field{f(authn.FieldHidden, true)}, sent{}, false},
		"AM-24 hidden":                 {[]authn.Field{f(authn.FieldHidden, false)}, sent{"f": {"x"}}, true},
		"AM-24 select":                 {[]authn.Field{f(authn.FieldSelect, false)}, sent{"f": {"b"}}, true},
		"AM-24 select another":         {[]authn.Field{f(authn.FieldSelect, false)}, sent{"f": {"c"}}, false},
		"AM-24 no optional select":     {[]authn.Field{f(authn.FieldSelect, true)}, sent{}, false},
		"AM-24 empty optional select":  {[]authn.Field{f(authn.FieldSelect, true)}, sent{"f": {""}}, true},
		"AM-26 empty password":         {[]authn.Field{f(authn.FieldPassword, false)}, sent{"f": {""}}, false},
		"AM-20 one field is not there": {[]authn.Field{f(authn.FieldString, false), others}, sent{"f": {"x"}}, false},
	} {
		got := authn.Load([]authn.Request{{ID: "R", Fields: c.fields}, text("Beside", "beside")}, c.sent)
		if _, ok := got.Of("R"); ok != c.filled || len(got) > 1 {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// What fills one request says nothing about the others, and all are fed the
// same (AM-20).
func TestRequestsAreFilledApart(t *testing.T) {
	got := authn.Load([]authn.Request{text("A", "same"), text("B", "missing"), text("C", "same")}, authn.Given{"same": "x"})
	if len(got) != 2 || got[0].Request != "A" || got[1].Request != "C" || got[1].Value("same") != "x" {
		t.Errorf("%+v", got)
	}
}

func TestAnswersHoldWhatWasSent(t *testing.T) {
	r := authn.Request{ID: "R", Fields: []authn.Field{
		{Name: "text", Type: authn.FieldString}, {Name: "password", Type: authn.FieldPassword}, {Name: "box", Type: authn.FieldCheckbox, Optional: true},
		{Name: "unchecked", Type: authn.FieldCheckbox, Optional: true}, {Name: "many", Type: authn.FieldMultiselect, Options: options("a", "b", "c")},
		{Name: "shown", Type: authn.FieldNull},
	}}
	list := authn.Load([]authn.Request{r}, sent{
		"text": {" as it is "}, "password": {"hush"}, "box": {"0"}, "many": {"c", "a"}, "shown": {"x"}, "unknown": {"x"},
	})
	a, ok := list.Of("R")
	if !ok || a.Value("text") != " as it is " || a.Secret("password").Reveal() != "hush" || !slices.Equal(a.Chosen("many"), []string{"c", "a"}) {
		t.Errorf("%v, %+v", ok, a)
	}
	if !a.Checked("box") || a.Checked("unchecked") || a.Checked("shown") || a.Checked("unknown") || !list.Checked("R", "box") || list.Checked("S", "box") {
		t.Errorf("%+v", a)
	}
	if a.Value("shown")+a.Value("unknown")+a.Value("box-not-there") != "" {
		t.Errorf("%+v", a)
	}
}

// A request may load itself, without any field.
func TestARequestMayLoadItself(t *testing.T) {
	r := authn.Request{ID: "Back", Load: func(s authn.Submission) (authn.Answer, bool) {
		_, given := s.Value("state")
		return authn.Answer{Request: "another"}, given
	}}
	if got := authn.Load([]authn.Request{r}, authn.Given{}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
	if got := authn.Load([]authn.Request{r}, authn.Given{"state": ""}); len(got) != 1 || got[0].Request != "Back" {
		t.Errorf("%+v", got)
	}
}

// Two requests of one id are none (AM-27).
func TestTwoAnswersOfOneIDAreNone(t *testing.T) {
	list := authn.Load([]authn.Request{text("A", "a"), text("B", "a"), text("A", "a")}, authn.Given{"a": "x"})
	if _, ok := list.Of("A"); ok || len(list) != 3 {
		t.Errorf("%+v", list)
	}
	if _, ok := list.Of("B"); !ok {
		t.Errorf("%+v", list)
	}
}

// The name of a login is that on which all agree who ask for one (AM-28).
func TestTheNameOfALogin(t *testing.T) {
	name := func(id, value string) authn.Request {
		r := text(id, "username")
		r.Load = nil
		if value != "" {
			r.Load = func(authn.Submission) (authn.Answer, bool) {
				return authn.Load([]authn.Request{text(id, "username")}, authn.Given{"username": value})[0], true
			}
		}
		return r
	}
	for _, c := range []struct {
		requests []authn.Request
		want     string
		ok       bool
	}{
		{nil, "", false},
		{[]authn.Request{text("A", "name")}, "", false},
		{[]authn.Request{name("A", "Alice")}, "Alice", true},
		{[]authn.Request{name("A", "Alice"), text("B", "name"), name("C", "Alice")}, "Alice", true},
		{[]authn.Request{name("A", "Alice"), name("B", "alice")}, "", false},
		{[]authn.Request{name("A", "Alice"), name("B", "Bob"), name("C", "Alice")}, "", false},
		{[]authn.Request{name("A", ""), name("B", "Bob")}, "Bob", true},
	} {
		list := authn.Load(c.requests, authn.Given{"name": "x"})
		if got, ok := list.Username(); got != c.want || ok != c.ok {
			t.Errorf("%+v: %q, %v", list, got, ok)
		}
	}
}

// The forms of passwords with what clients make of them.
func TestTheFormsOfPasswordsAreFilled(t *testing.T) {
	login, create, change := authn.Password(authn.ActionLogin, ""), authn.Password(authn.ActionCreate, ""), authn.Password(authn.ActionChange, "Alice")
	full := authn.Given{"username": "Alice", "password": "x", "retype": "x"}
	without := func(field string) authn.Given {
		g := authn.Given{}
		for name, value := range full {
			if name != field {
				g[name] = value
			}
		}
		return g
	}
	for _, c := range []struct {
		request authn.Request
		given   authn.Given
		filled  bool
	}{
		{login, full, true}, {login, without("retype"), true}, {login, without("username"), false}, {login, without("password"), false},
		{create, full, true}, {create, without("retype"), false}, {create, without("username"), false},
		{change, full, true}, {change, without("username"), true}, {change, without("retype"), false}, {change, without("password"), false},
		{authn.RememberMe(180, true), authn.Given{}, true}, {authn.RememberMe(180, false), authn.Given{"rememberMe": "1"}, false},
		{authn.TemporaryPassword("Alice"), authn.Given{}, false}, {authn.TemporaryPassword("Alice"), authn.Given{"mailpassword": ""}, true},
		{authn.Button("skipReset", "l", "h"), authn.Given{"skipReset": ""}, true}, {authn.Button("skipReset", "l", "h"), authn.Given{"skipreset": "1"}, false},
	} {
		if got := len(authn.Load([]authn.Request{c.request}, c.given)) > 0; got != c.filled {
			t.Errorf("%s with %v is filled: %v", c.request.ID, c.given, got)
		}
	}
}
