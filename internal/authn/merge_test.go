package authn_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
)

// shape is a list of requests in short.
func shape(list []authn.Request) string {
	var parts []string
	for _, r := range list {
		parts = append(parts, r.ID+":"+r.Required.String()+":"+r.Provider.Key)
	}
	return strings.Join(parts, " ")
}

// asks is a request that tells who made it.
func asks(id string, required authn.Required, who string) authn.Request {
	return authn.Request{ID: id, Required: required, Provider: message.New(who)}
}

// The requests of all providers are one list, in their order, in which each id
// stands once (AM-11, AM-12, AM-13).
func TestRequestsOfAllProvidersAreOneList(t *testing.T) {
	const own = ` MediaWiki\Auth\RememberMeAuthenticationRequest:optional:`
	for name, c := range map[string]struct {
		pre, primary, secondary []authn.Request
		want                    string
	}{
		"order": {
			[]authn.Request{asks("Pre", authn.Demanded, "p")}, []authn.Request{asks("A", authn.Demanded, "a"), asks("B", authn.Optional, "b")},
			[]authn.Request{asks("S", authn.Demanded, "s")},
			"Pre:required:p A:primary-required:a B:optional:b S:required:s",
		},
		"the first stays": {
			nil, []authn.Request{asks("A", authn.Demanded, "first"), asks("A", authn.Demanded, "second"), asks("A", authn.Optional, "third")}, nil,
			"A:primary-required:first",
		},
		"optional stays, too": {
			nil, []authn.Request{asks("A", authn.Optional, "first"), asks("A", authn.Demanded, "second")}, nil,
			"A:optional:first",
		},
		"required takes the place": {
			[]authn.Request{asks("A", authn.Optional, "pre")}, []authn.Request{asks("A", authn.Demanded, "primary"), asks("B", authn.Demanded, "b")},
			[]authn.Request{asks("A", authn.Demanded, "secondary")},
			"A:required:secondary B:primary-required:b",
		},
	} {
		w := newWorld(t)
		w.use([]*fake{{id: "pre", requests: c.pre}}, []*fake{{id: "primary", requests: c.primary}}, []*fake{{id: "secondary", requests: c.secondary}})
		for range 2 { // the lists of providers stay what they are
			w.client().call(func(in authn.Input) {
				got, err := w.machine.Forms(t.Context(), &authn.Form{Action: authn.ActionLogin, Session: in.Session})
				if err != nil || shape(got) != c.want+own {
					t.Errorf("%s: %s, %v", name, shape(got), err)
				}
			})
		}
	}
}

// Each action has its own providers and its own forms.
func TestTheFormsOfActions(t *testing.T) {
	w := newWorld(t)
	w.use([]*fake{{id: "pre", requests: []authn.Request{asks("Pre", authn.Demanded, "p")}}},
		[]*fake{{id: "primary", requests: []authn.Request{asks("A", authn.Demanded, "a")}}}, nil)
	const name, data, reason = `MediaWiki\Auth\UsernameAuthenticationRequest:required:`,
		`MediaWiki\Auth\UserDataAuthenticationRequest:required:`, `MediaWiki\Auth\CreationReasonAuthenticationRequest:optional:`
	for action, want := range map[authn.Action]string{
		authn.ActionLogin:  `Pre:required:p A:primary-required:a MediaWiki\Auth\RememberMeAuthenticationRequest:optional:`,
		authn.ActionCreate: "Pre:required:p A:primary-required:a " + name + " " + data, authn.ActionChange: "A:primary-required:a",
		authn.ActionRemove: "A:primary-required:a", authn.ActionLoginContinue: "", authn.ActionCreateContinue: "",
		authn.ActionLink: "", authn.ActionLinkContinue: "", authn.ActionUnlink: "",
	} {
		w.client().call(func(in authn.Input) {
			f := &authn.Form{Action: action, Session: in.Session}
			got, err := w.machine.Forms(t.Context(), f)
			if err != nil || shape(got) != want {
				t.Errorf("%s: %s, %v", action, shape(got), err)
			}
			f.User.ID = account.ID(1)
			if got, err = w.machine.Forms(t.Context(), f); action == authn.ActionCreate && shape(got) != want+" "+reason || err != nil {
				t.Errorf("%s of somebody: %s, %v", action, shape(got), err)
			}
		})
	}
}

// merged is MergeFields in short.
func merged(requests ...authn.Request) string {
	var parts []string
	for _, f := range authn.MergeFields(requests) {
		part := f.Name + ":" + string(f.Type) + ":" + f.Label.Key
		if f.HasValue {
			part += ":=" + f.Value
		}
		if f.Optional {
			part += ":optional"
		}
		if f.Sensitive {
			part += ":sensitive"
		}
		for _, o := range f.Options {
			part += ":" + o.Value
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, " ")
}

// What stands in several requests stands once (MediaWiki:
// AuthenticationRequest::mergeFieldInfo).
func TestFieldsOfAllRequestsAreOneForm(t *testing.T) {
	field := func(name, label string, change ...func(*authn.Field)) authn.Field {
		f := authn.Field{Name: name, Type: authn.FieldString, Label: message.New(label)}
		for _, c := range change {
			c(&f)
		}
		return f
	}
	optional, sensitive := func(f *authn.Field) { f.Optional = true }, func(f *authn.Field) { f.Sensitive = true }
	value := func(v string) func(*authn.Field) { return func(f *authn.Field) { f.Value, f.HasValue = v, true } }
	choice := func(values ...string) func(*authn.Field) {
		return func(f *authn.Field) { f.Type, f.Options = authn.FieldSelect, options(values...) }
	}
	of := func(required authn.Required, fields ...authn.Field) authn.Request {
		return authn.Request{ID: "R", Required: required, Fields: fields}
	}
	for name, c := range map[string]struct {
		requests []authn.Request
		want     string
	}{
		"none":                        {nil, ""},
		"texts of the first":          {[]authn.Request{of(authn.Demanded, field("a", "l1", value("1"))), of(authn.Demanded, field("a", "l2", value("2")))}, "a:string:l1:=1"},
		"order":                       {[]authn.Request{of(authn.Demanded, field("b", "b"), field("a", "a")), of(authn.Demanded, field("c", "c"), field("b", "x"))}, "b:string:b a:string:a c:string:c"},
		"options of all":              {[]authn.Request{of(authn.Demanded, field("a", "l", choice("1", "2"))), of(authn.Demanded, field("a", "l", choice("2", "3")))}, "a:select:l:1:2:3"},
		"sensitive by one":            {[]authn.Request{of(authn.Demanded, field("a", "l")), of(authn.Demanded, field("a", "l", sensitive))}, "a:string:l:sensitive"},
		"optional by itself":          {[]authn.Request{of(authn.Demanded, field("a", "l", optional))}, "a:string:l:optional"},
		"optional by its request":     {[]authn.Request{of(authn.Optional, field("a", "l"))}, "a:string:l:optional"},
		"needed by one":               {[]authn.Request{of(authn.Optional, field("a", "l")), of(authn.Demanded, field("a", "l"))}, "a:string:l"},
		"one primary":                 {[]authn.Request{of(authn.PrimaryRequired, field("a", "l"))}, "a:string:l"},
		"needed by all primaries":     {[]authn.Request{of(authn.PrimaryRequired, field("a", "l")), of(authn.PrimaryRequired, field("a", "l"), field("b", "l"))}, "a:string:l b:string:l:optional"},
		"optional in a primary":       {[]authn.Request{of(authn.PrimaryRequired, field("a", "l")), of(authn.PrimaryRequired, field("a", "l", optional))}, "a:string:l:optional"},
		"needed beside the primaries": {[]authn.Request{of(authn.PrimaryRequired, field("a", "l")), of(authn.PrimaryRequired), of(authn.Demanded, field("a", "l"))}, "a:string:l"},
		"password and a button": {
			[]authn.Request{of(authn.PrimaryRequired, field("username", "n"), field("password", "p", sensitive)), of(authn.PrimaryRequired, field("elsewhere", "b"))},
			"username:string:n:optional password:string:p:optional:sensitive elsewhere:string:b:optional",
		},
	} {
		if got := merged(c.requests...); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", name, got, c.want)
		}
	}
}

func TestMergingLeavesTheRequestsAsTheyAre(t *testing.T) {
	first, second := options("1"), options("2")
	first = slices.Grow(first, 4)
	requests := []authn.Request{
		{ID: "A", Fields: []authn.Field{{Name: "f", Type: authn.FieldSelect, Options: first}}},
		{ID: "B", Required: authn.Demanded, Fields: []authn.Field{{Name: "f", Type: authn.FieldSelect, Options: second, Sensitive: true}}},
	}
	for range 2 {
		if got := merged(requests...); got != "f:select::sensitive:1:2" {
			t.Error(got)
		}
	}
	if f := requests[0].Fields[0]; len(f.Options) != 1 || f.Sensitive || f.Optional || first[:2][1].Value != "" {
		t.Errorf("%+v", f)
	}
}
