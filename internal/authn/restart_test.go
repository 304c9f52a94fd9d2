package authn_test

import (
	"testing"

	"github.com/wikigate/wikigate/internal/authn"
)

// elsewhere proves something that belongs to no account, and a password that
// belongs to Alice.
func (w *world) elsewhere(pre *fake) {
	password := &fake{id: "password", requests: []authn.Request{authn.Password(authn.ActionLogin, "")}}
	password.begin = func(a *authn.Attempt) (authn.Response, error) {
		given, ok := a.Answers.Of(authn.PasswordID)
		switch {
		case !ok:
			return authn.Response{}, nil
		case a.Name.String() != "Alice" || given.Value("password") != "right":
			return says(authn.Fail, "wrongpassword")(a)
		}
		return proves(w.alice)(a)
	}
	button := &fake{id: "elsewhere", requests: []authn.Request{authn.Button("elsewhere", "l", "h")}, asks: []authn.Request{text("Back", "back")}}
	button.begin = func(a *authn.Attempt) (authn.Response, error) {
		if !a.Answers.Checked(`MediaWiki\Auth\ButtonAuthenticationRequest:elsewhere`, "elsewhere") {
			return authn.Response{}, nil
		}
		return says(authn.Redirect, "")(a)
	}
	button.step = says(authn.Pass, "")
	w.use([]*fake{pre}, []*fake{button, password}, []*fake{{id: "code", requests: []authn.Request{text("Code", "code")}}})
}

// Who has proven something that belongs to no account can go on with a
// password, or something else that does, or begin anew.
func TestALoginGoesOnAfterARestart(t *testing.T) {
	const form = `Riddle:required:p MediaWiki\Auth\ButtonAuthenticationRequest:elsewhere:primary-required: ` +
		`MediaWiki\Auth\PasswordAuthenticationRequest:primary-required:authmanager-provider-password ` +
		`Code:required: MediaWiki\Auth\RememberMeAuthenticationRequest:optional:`
	for name, next := range map[string]func(c *client){
		"password": func(c *client) {
			c.goesOn(alicesPassword, authn.Pass)
			c.wasCalled("pre test, elsewhere begin, password begin, code begin")
			c.is("Alice")
			if c.jar["wToken"] != "" {
				t.Error("remembered, though the last form was not so")
			}
		},
		"remembered": func(c *client) {
			c.goesOn(authn.Given{"username": "Alice", "password": "right", "rememberMe": ""}, authn.Pass)
			c.called()
			if c.jar["wToken"] == "" {
				t.Error("not remembered")
			}
		},
		"wrong password": func(c *client) {
			if r := c.goesOn(authn.Given{"username": "Alice", "password": "wrong"}, authn.Fail); r.Refusal.Name != "Alice" {
				t.Errorf("%+v", r.Refusal)
			}
			c.called()
			c.nothingWaits()
		},
		"nothing": func(c *client) {
			if r := c.goesOn(nil, authn.Fail); r.Message.Key != "authmanager-authn-no-primary" {
				t.Errorf("%+v", r)
			}
			c.called()
			c.nothingWaits()
		},
		"the same again": func(c *client) {
			c.goesOn(authn.Given{"elsewhere": "1"}, authn.Redirect)
			c.goesOn(nil, authn.Restart)
			c.wasCalled("pre test, elsewhere begin, elsewhere continue")
			c.goesOn(alicesPassword, authn.Pass)
		},
		"anew": func(c *client) {
			c.begins(alicesPassword, authn.Pass)
			c.called()
			c.is("Alice")
		},
	} {
		w := newWorld(t)
		w.elsewhere(&fake{id: "pre", requests: []authn.Request{asks("Riddle", authn.Demanded, "p")}})
		c := w.client()
		c.begins(authn.Given{"elsewhere": "", "rememberMe": "1", "username": "Bob"}, authn.Redirect)
		r := c.goesOn(authn.Given{"back": "x"}, authn.Restart)
		w.wasCalled("pre test, elsewhere begin, elsewhere continue")
		if got := shape(r.Requests); got != form || shape(c.waits()) != form || r.Message.Key != "authmanager-authn-no-local-user" {
			t.Errorf("%s: %+v asks %s", name, r.Message, got)
		}
		c.is("")
		next(c)
	}
}

// A password that is tried after a restart is counted like any other.
func TestAttemptsAfterARestartAreCounted(t *testing.T) {
	w := newWorld(t)
	pre := &fake{id: "pre"}
	pre.test = func(a *authn.Attempt) (authn.Response, error) {
		if a.Name.String() == "Alice" {
			return says(authn.Fail, "login-throttled")(a)
		}
		return authn.Response{Status: authn.Pass}, nil
	}
	w.elsewhere(pre)
	c := w.client()
	c.begins(authn.Given{"elsewhere": "1"}, authn.Redirect)
	c.goesOn(authn.Given{"back": "x"}, authn.Restart)
	w.called()
	if r := c.goesOn(alicesPassword, authn.Fail); r.Message.Key != "login-throttled" {
		t.Errorf("%+v", r)
	}
	w.wasCalled("pre test")
	c.is("")
	c.nothingWaits()
}
