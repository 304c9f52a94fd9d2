package authn_test

import (
	"testing"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
)

// What the first call said, and what providers note, is there in each step; it
// takes effect at the end only.
func TestWhatALoginKnowsInEachStep(t *testing.T) {
	w := newWorld(t)
	var seen []string
	see := func(next move) move {
		return func(a *authn.Attempt) (authn.Response, error) {
			seen = append(seen, a.Name.String()+" "+a.ReturnURL+" "+a.Notes["n"]+" "+a.Account.Name.String()+" "+a.Address.String())
			a.Notes["n"] += "x"
			return next(a)
		}
	}
	alice := func(a *authn.Attempt) (authn.Response, error) {
		r := authn.Response{Status: authn.Pass, Account: w.alice}
		r.Refusal.Method = audit.ByPassword
		return r, nil
	}
	factor := func(a *authn.Attempt) (authn.Response, error) {
		a.SecondFactor = "code"
		return authn.Response{Status: authn.Pass}, nil
	}
	w.use([]*fake{{id: "pre", test: see(says(authn.Pass, ""))}},
		[]*fake{{id: "first", requests: []authn.Request{authn.Password(authn.ActionLogin, "")}, begin: see(says(authn.UI, "go on")), step: see(alice)}},
		[]*fake{{id: "second", begin: see(says(authn.UI, "code")), step: see(factor)}, {id: "third", begin: see(says(authn.UI, "more")), step: see(says(authn.Pass, ""))}})
	client := w.client()
	client.begins(authn.Given{"username": "alice_", "password": "x", "rememberMe": "0"}, authn.UI)
	client.goesOn(authn.Given{"username": "Bob"}, authn.UI)
	client.goesOn(nil, authn.UI)
	if client.jar["wToken"] != "" || client.jar["wUserID"] != "" {
		t.Errorf("cookies before the end: %v", client.jar)
	}
	if r := client.goesOn(nil, authn.Pass); r.Username != "Alice" || r.Account.ID != w.alice.ID || r.Refusal.Method != audit.ByPassword {
		t.Errorf("%+v", r)
	}
	for i, got := range seen {
		account := "Alice"
		if i < 3 {
			account = ""
		}
		if want := "Alice https://wiki.test/back " + "xxxxxxxxx"[:i] + " " + account + " 192.0.2.1"; got != want {
			t.Errorf("step %d: %q, want %q", i, got, want)
		}
	}
	if len(seen) != 7 || client.jar["wToken"] == "" {
		t.Errorf("%d steps, cookies %v", len(seen), client.jar)
	}
	client.call(func(in authn.Input) {
		if !in.Session.TwoFactor() || !in.Session.Remembered() {
			t.Error("the session does not know the second factor, or is not remembered")
		}
		if at, ok := in.Session.Authenticated(); !ok || !at.Equal(start) {
			t.Errorf("authenticated at %v, %v", at, ok)
		}
	})
}

// Notes end with their login.
func TestNotesEndWithTheirLogin(t *testing.T) {
	w := newWorld(t)
	notes := 0
	w.use(nil, []*fake{{id: "first", begin: func(a *authn.Attempt) (authn.Response, error) {
		notes += len(a.Notes)
		a.Notes["n"], a.SecondFactor = "x", "code"
		return says(authn.UI, "go on")(a)
	}, step: proves(w.alice)}}, nil)
	client := w.client()
	client.begins(nil, authn.UI)
	client.begins(nil, authn.UI)
	client.goesOn(nil, authn.Pass)
	client.begins(nil, authn.UI)
	if notes != 0 {
		t.Error("a login knows what another one noted")
	}
}

// Whose login was refused, and by what, is told to the audit trail.
func TestRefusalsSayWhoseLoginItWas(t *testing.T) {
	w := newWorld(t)
	known := func(a *authn.Attempt) (authn.Response, error) {
		r := authn.Response{Status: authn.Pass, Account: w.alice}
		r.Refusal.Method = audit.ByPassword
		return r, nil
	}
	first := &fake{id: "first", requests: []authn.Request{authn.Password(authn.ActionLogin, "")}, begin: says(authn.Fail, "no")}
	w.use(nil, []*fake{first}, []*fake{{id: "second", begin: says(authn.UI, "code"), step: says(authn.Fail, "no")}})
	client := w.client()
	given := authn.Given{"username": "somebody", "password": "x"}
	if r := client.begins(given, authn.Fail).Refusal; r.Name != "Somebody" || r.Account != 0 {
		t.Errorf("%+v", r)
	}
	first.begin = known
	for range 2 {
		r := client.begins(given, authn.UI).Refusal
		if r.Name != "Alice" || r.Account != w.alice.ID || r.Method != audit.ByPassword {
			t.Errorf("%+v", r)
		}
		r = client.goesOn(nil, authn.Fail).Refusal
		if r.Name != "Alice" || r.Account != w.alice.ID || r.Method != audit.ByPassword {
			t.Errorf("%+v", r)
		}
	}
}
