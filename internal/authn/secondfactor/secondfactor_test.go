package secondfactor_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/authn/secondfactor"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// scripted is a method that asks for its own name.
type scripted struct {
	name     twofactor.Method
	abstains bool
}

func (s scripted) Method() twofactor.Method { return s.name }

func (s scripted) Begin(context.Context, *authn.Attempt) (authn.Response, error) {
	if s.abstains {
		return authn.Response{Status: authn.Abstain}, nil
	}
	return authn.Asking(message.New("begin-"+string(s.name)), ""), nil
}

func (s scripted) Asks(context.Context, *authn.Attempt) ([]authn.Request, error) {
	return []authn.Request{{ID: string(s.name), Fields: []authn.Field{{Name: string(s.name), Type: authn.FieldString, Optional: true}}}}, nil
}

func (s scripted) Continue(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	if answer, ok := a.Answers.Of(string(s.name)); ok && answer.Value(string(s.name)) == "right" {
		return authn.Response{Status: authn.Pass}, nil
	}
	return authn.Asking(message.New("wrong-"+string(s.name)), ""), nil
}

// holds is an account that has devices of these methods and recovery codes.
type holds struct {
	methods []twofactor.Method
	codes   int
}

func (h holds) State(context.Context, account.ID) (s twofactor.State, err error) {
	for _, m := range h.methods {
		s.Devices = append(s.Devices, twofactor.Device{Method: m})
	}
	s.Codes = make([]twofactor.CodeHash, h.codes)
	return s, nil
}

// login is a login that has come to the second factor.
type login struct {
	*testing.T
	secondfactor.Provider
	a *authn.Attempt
}

func begin(t *testing.T, h holds, methods ...secondfactor.Method) (login, string) {
	t.Helper()
	if methods == nil {
		methods = []secondfactor.Method{scripted{name: twofactor.TOTP}, scripted{name: twofactor.WebAuthn}, scripted{name: twofactor.RecoveryCodes}}
	}
	l := login{t, secondfactor.Provider{States: h, Methods: methods}, &authn.Attempt{Notes: map[string]string{}}}
	l.a.Account.SecondFactor = true
	r, err := l.Begin(t.Context(), l.a)
	if err != nil {
		t.Fatal(err)
	}
	return l, r.Status.String() + " " + r.Message.Key
}

// goOn answers, and says what comes of it.
func (l login) goOn(given authn.Given) string {
	l.Helper()
	asked, err := l.Asks(l.Context(), l.a)
	if err != nil {
		l.Fatal(err)
	}
	l.a.Answers = authn.Load(asked, given)
	r, err := l.Continue(l.Context(), l.a)
	if err != nil {
		l.Fatal(err)
	}
	return r.Status.String() + " " + r.Message.Key
}

// asked are the ids of what is asked for, and what can be chosen instead.
func (l login) asked() string {
	l.Helper()
	list, err := l.Asks(l.Context(), l.a)
	if err != nil {
		l.Fatal(err)
	}
	var words []string
	for _, r := range list {
		words = append(words, r.ID[strings.LastIndexByte(r.ID, '\\')+1:])
		for _, o := range r.Fields[0].Options {
			words = append(words, fmt.Sprintf("%q", o.Value))
		}
	}
	return strings.Join(words, " ")
}

const choice = "TwoFactorModuleSelectAuthenticationRequest"

// What is asked for first, and what can be chosen instead. Recovery codes go
// into the question for a TOTP code, so alone they are no choice.
func TestWhatIsAskedForFirst(t *testing.T) {
	for name, c := range map[string]struct {
		holds
		begins, asked string
	}{
		"an app":                  {holds{[]twofactor.Method{"totp"}, 0}, "UI begin-totp", "totp"},
		"an app and codes":        {holds{[]twofactor.Method{"totp"}, 3}, "UI begin-totp", "totp"},
		"a key":                   {holds{[]twofactor.Method{"webauthn"}, 0}, "UI begin-webauthn", "webauthn"},
		"a key and codes":         {holds{[]twofactor.Method{"webauthn"}, 3}, "UI begin-webauthn", "webauthn " + choice + ` "" "recoverycodes"`},
		"a key and an app":        {holds{[]twofactor.Method{"webauthn", "totp"}, 0}, "UI begin-totp", "totp " + choice + ` "" "webauthn"`},
		"all":                     {holds{[]twofactor.Method{"webauthn", "totp"}, 1}, "UI begin-totp", "totp " + choice + ` "" "webauthn" "recoverycodes"`},
		"what nobody here knows":  {holds{[]twofactor.Method{"other"}, 0}, "UI begin-totp", "totp"},
		"nothing, though it says": {holds{nil, 0}, "UI begin-totp", "totp"},
	} {
		l, began := begin(t, c.holds)
		if asked := l.asked(); began != c.begins || asked != c.asked {
			t.Errorf("%s: it begins with %q and asks %q", name, began, asked)
		}
	}
}

func TestAnAccountWithoutASecondFactorIsAskedNothing(t *testing.T) {
	p := secondfactor.Provider{}
	r, err := p.Begin(t.Context(), &authn.Attempt{})
	if err != nil || r.Status != authn.Abstain {
		t.Errorf("%+v, %v", r, err)
	}
	if list, err := p.Requests(t.Context(), &authn.Form{Action: authn.ActionLogin}); err != nil || len(list) != 0 {
		t.Errorf("the first form tells of it: %+v, %v", list, err)
	}
}

func TestChoosing(t *testing.T) {
	l, _ := begin(t, holds{[]twofactor.Method{"webauthn", "totp"}, 2})
	for _, c := range []struct {
		given authn.Given
		want  string
	}{
		{authn.Given{"totp": "x"}, "UI wrong-totp"},
		{authn.Given{"totp": "x", "newModule": ""}, "UI wrong-totp"},
		{authn.Given{"totp": "x", "newModule": "totp"}, "UI wrong-totp"}, // not among the options
		{authn.Given{"totp": "x", "newModule": "sms"}, "UI wrong-totp"},
		{authn.Given{"totp": "right", "newModule": "webauthn"}, "UI begin-webauthn"}, // the choice counts alone
		{authn.Given{"totp": "right"}, "UI wrong-webauthn"},
		{authn.Given{"newModule": "recoverycodes"}, "UI begin-recoverycodes"},
		{authn.Given{"webauthn": "right"}, "UI wrong-recoverycodes"},
		{authn.Given{"recoverycodes": "right", "newModule": ""}, "PASS "},
	} {
		if got := l.goOn(c.given); got != c.want {
			t.Errorf("%v: %s, want %s", c.given, got, c.want)
		}
	}
}

// A method that has nothing to ask for leaves it to the next one.
func TestAMethodAbstains(t *testing.T) {
	l, began := begin(t, holds{[]twofactor.Method{"webauthn"}, 1},
		scripted{name: twofactor.TOTP}, scripted{twofactor.WebAuthn, true}, scripted{name: twofactor.RecoveryCodes})
	if began != "UI begin-recoverycodes" {
		t.Errorf("it begins with %q", began)
	}
	if got := l.goOn(authn.Given{"recoverycodes": "right"}); got != "PASS " {
		t.Errorf("got %s", got)
	}
}

// The request of the choice is that of newer versions of the extension.
func TestTheFormOfTheChoice(t *testing.T) {
	l, _ := begin(t, holds{[]twofactor.Method{"webauthn", "totp"}, 0})
	list, err := l.Asks(t.Context(), l.a)
	if err != nil || len(list) != 2 {
		t.Fatalf("%+v, %v", list, err)
	}
	r := list[1]
	if r.Required != authn.Demanded || len(r.Metadata) != 3 || r.Metadata[0].Key != "currentModule" || r.Metadata[0].Value != "totp" ||
		fmt.Sprint(r.Metadata[1]) != "{allowedModules [totp webauthn]}" || r.Metadata[2].Key != "moduleDescriptions" {
		t.Errorf("%+v", r)
	}
	f := r.Fields[0]
	if f.Name != "newModule" || f.Type != authn.FieldSelect || !f.Optional || !f.HasValue || f.Value != "" || f.Sensitive {
		t.Errorf("%+v", f)
	}
}
