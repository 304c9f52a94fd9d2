package authn_test

import (
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/secret"
)

// A login waits ten minutes for a step, and an hour in all.
func TestAWaitingLoginExpires(t *testing.T) {
	for name, c := range map[string]struct {
		steps []time.Duration // between the steps that are taken before
		last  time.Duration
		lives bool
	}{
		"at once":               {nil, 0, true},
		"just in time":          {nil, 10*time.Minute - time.Second, true},
		"too late":              {nil, 10 * time.Minute, false},
		"each step has its own": {[]time.Duration{9 * time.Minute, 9 * time.Minute}, 9 * time.Minute, true},
		"an hour":               {[]time.Duration{9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute}, 6*time.Minute - time.Second, true},
		"more than an hour":     {[]time.Duration{9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute, 9 * time.Minute}, 6 * time.Minute, false},
	} {
		w := newWorld(t)
		w.twoSteps()
		client := w.client()
		client.begins(alicesPassword, authn.UI)
		for _, d := range c.steps {
			w.clock.Advance(d)
			client.goesOn(nil, authn.UI)
		}
		w.clock.Advance(c.last)
		if got := len(client.waits()) > 0; got != c.lives {
			t.Errorf("%s: shown is %v", name, got)
		}
		r, found, err := client.goOn(authn.Given{"code": "right"})
		if err != nil || found != c.lives || found && r.Status != authn.Pass {
			t.Errorf("%s: %v, %v, %v", name, r, found, err)
		}
	}
}

// A login that is given back can be continued, and waits no longer than others.
func TestALoginIsGivenBack(t *testing.T) {
	w := newWorld(t)
	w.twoSteps()
	client := w.client()
	client.begins(alicesPassword, authn.UI)
	for range 6 {
		w.clock.Advance(9*time.Minute + 50*time.Second)
		client.call(func(in authn.Input) {
			waiting, err := w.machine.Resume(t.Context(), in)
			w.must(err)
			if again, err := w.machine.Resume(t.Context(), in); again != nil || err != nil {
				t.Errorf("taken out twice: %v", err)
			}
			w.must(waiting.Release(t.Context()))
		})
	}
	if len(client.waits()) == 0 {
		t.Error("it is gone")
	}
	w.clock.Advance(time.Minute)
	client.nothingWaits()
}

// What changes an account ends the logins to it that are under way.
func TestAChangedAccountEndsItsLogins(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"new password": func(w *world) {
			w.must(w.store.Accounts().SetToken(w.Context(), w.alice.ID, secret.New(secret.Hex32())))
		},
		"lock":   func(w *world) { _, err := w.accounts.Lock(w.Context(), "Alice"); w.must(err) },
		"rename": func(w *world) { _, err := w.accounts.Rename(w.Context(), "Alice", "Alicia"); w.must(err) },
		"rename and back": func(w *world) {
			_, err := w.accounts.Rename(w.Context(), "Alice", "Alicia")
			w.must(err)
			_, err = w.accounts.Rename(w.Context(), "Alicia", "Alice")
			w.must(err)
		},
		"delete": func(w *world) { _, err := w.accounts.Delete(w.Context(), "Alice"); w.must(err) },
	} {
		w := newWorld(t)
		w.twoSteps()
		client := w.client()
		client.begins(alicesPassword, authn.UI)
		change(w)
		t.Log(name)
		client.nothingWaits()
		client.is("")
	}
}

// What does not end sessions does not end logins either, and the account is
// read anew.
func TestOtherChangesOfAnAccountDoNot(t *testing.T) {
	w := newWorld(t)
	w.twoSteps()
	client := w.client()
	client.begins(alicesPassword, authn.UI)
	w.must(w.store.Accounts().SetGroups(t.Context(), w.alice.ID, []account.Membership{{Group: "bot"}}))
	if r := client.goesOn(authn.Given{"code": "right"}, authn.Pass); len(r.Account.Groups) != 1 {
		t.Errorf("the account is %+v", r.Account)
	}
}

// E-15: only the machine that a login was begun with goes on with it.
func TestE15_OtherProvidersEndALogin(t *testing.T) {
	w := newWorld(t)
	w.twoSteps()
	client := w.client()
	client.begins(alicesPassword, authn.UI)
	first := w.machine
	for name, use := range map[string]func(){
		"one more":      func() { w.use(three("pre"), three("password"), three("code")) },
		"one less":      func() { w.use(nil, three("password"), nil) },
		"another order": func() { w.use(nil, three("code"), three("password")) },
	} {
		use()
		if len(client.waits()) > 0 {
			t.Errorf("%s: goes on", name)
		}
	}
	w.machine = first
	if len(client.waits()) == 0 {
		t.Error("looking at it ended it")
	}
	w.use(nil, three("password"), nil)
	client.nothingWaits()
	w.machine = first
	client.nothingWaits() // nor with the first ones, after it was refused
}

// A login ends the one before it in the session, also when it fails.
func TestALoginEndsTheOneBeforeIt(t *testing.T) {
	w := newWorld(t)
	w.twoSteps()
	w.machine.Pre = []authn.PreProvider{&fake{id: "pre", calls: &w.calls, test: func(a *authn.Attempt) (authn.Response, error) {
		if a.Name.String() == "Throttled" {
			return says(authn.Fail, "login-throttled")(a)
		}
		return authn.Response{Status: authn.Pass}, nil
	}}}
	for name, next := range map[string]func(c *client){
		"wrong":     func(c *client) { c.begins(authn.Given{"username": "Alice", "password": "wrong"}, authn.Fail) },
		"throttled": func(c *client) { c.begins(authn.Given{"username": "Throttled", "password": "right"}, authn.Fail) },
		"empty":     func(c *client) { c.begins(nil, authn.Fail) },
		"alone": func(c *client) {
			c.call(func(in authn.Input) {
				forms, err := c.machine.Forms(c.Context(), &authn.Form{Action: authn.ActionLogin, Session: in.Session})
				c.must(err)
				in.Answers = authn.Load(forms, alicesPassword)
				if r, err := c.machine.BeginAlone(c.Context(), in); r.Status != authn.UI || err != nil {
					t.Errorf("%v, %v", r, err)
				}
			})
		},
	} {
		client := w.client()
		client.begins(alicesPassword, authn.UI)
		next(client)
		t.Log(name)
		client.nothingWaits()
		client.is("")
	}
	client := w.client()
	client.begins(alicesPassword, authn.UI)
	client.begins(alicesPassword, authn.UI)
	client.goesOn(authn.Given{"code": "right"}, authn.Pass)
	client.nothingWaits()
}

// A login belongs to one session.
func TestALoginBelongsToItsSession(t *testing.T) {
	w := newWorld(t)
	w.twoSteps()
	mine, other := w.client(), w.client()
	mine.begins(alicesPassword, authn.UI)
	other.nothingWaits()
	mine.goesOn(authn.Given{"code": "right"}, authn.Pass)
	mine.is("Alice")
	other.is("")
}

// A session that is bound to its user takes no login, and no provider is asked.
func TestASessionOfABotTakesNoLogin(t *testing.T) {
	w := newWorld(t)
	w.use(three("pre"), three("first"), nil)
	bot := w.botSession()
	bot.begins(nil, authn.Fail)
	w.wasCalled("")
}
