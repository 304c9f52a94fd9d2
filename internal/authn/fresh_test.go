package authn_test

import (
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/session"
)

// What needs a fresh login is allowed for a while after one, and never in a
// session that takes none (AM-101, AM-102).
func TestFreshness(t *testing.T) {
	for name, c := range map[string]struct {
		login           *session.UserLogin // nil: nobody
		bot             bool
		patience, later time.Duration
		want            authn.Freshness
	}{
		"nobody":                 {nil, false, time.Hour, 0, authn.Reauthenticate},
		"nobody, never asked":    {nil, false, -1, 0, authn.Reauthenticate},
		"bot":                    {nil, true, time.Hour, 0, authn.NeverFresh},
		"bot, never asked":       {nil, true, -1, 0, authn.NeverFresh},
		"just now":               {&session.UserLogin{}, false, time.Hour, 0, authn.Fresh},
		"at the end":             {&session.UserLogin{}, false, 20 * time.Minute, 20 * time.Minute, authn.Fresh},
		"after it":               {&session.UserLogin{}, false, 20 * time.Minute, 20*time.Minute + time.Second, authn.Reauthenticate},
		"never asked":            {&session.UserLogin{}, false, -1, 50 * time.Minute, authn.Fresh},
		"always asked":           {&session.UserLogin{}, false, 0, time.Second, authn.Reauthenticate},
		"no person":              {&session.UserLogin{Quiet: true}, false, time.Hour, 0, authn.Reauthenticate},
		"no person, not asked":   {&session.UserLogin{Quiet: true}, false, -1, 0, authn.Fresh},
		"the clock went back":    {&session.UserLogin{}, false, time.Hour, -2 * time.Minute, authn.Reauthenticate},
		"clocks differ a little": {&session.UserLogin{}, false, time.Hour, -30 * time.Second, authn.Fresh},
	} {
		w := newWorld(t)
		w.use(nil, nil, nil).Fresh = c.patience
		client := w.client()
		if c.bot {
			client = w.botSession()
		}
		if c.login != nil {
			c.login.Account = w.alice
			client.call(func(in authn.Input) { w.must(in.Session.LoginUser(t.Context(), *c.login)) })
		}
		w.clock.Advance(c.later)
		client.call(func(in authn.Input) {
			if got := w.machine.Freshness(in.Session, in.Session.User(), in.Now); got != c.want {
				t.Errorf("%s: %s, want %s", name, got, c.want)
			}
			if got := w.machine.Freshness(in.Session, session.User{}, in.Now); c.want == authn.Fresh && got != authn.Reauthenticate {
				t.Errorf("%s: %s for another site", name, got)
			}
		})
	}
}

// A remembered login that begins another session is no fresh one.
func TestARevivedSessionIsNotFresh(t *testing.T) {
	w := newWorld(t)
	w.use(nil, nil, nil)
	client := w.client()
	client.call(func(in authn.Input) {
		w.must(in.Session.LoginUser(t.Context(), session.UserLogin{Account: w.alice, Remember: true}))
	})
	w.clock.Advance(2 * time.Hour)
	client.is("Alice")
	client.call(func(in authn.Input) {
		if got := w.machine.Freshness(in.Session, in.Session.User(), in.Now); got != authn.Reauthenticate {
			t.Errorf("%s", got)
		}
	})
}
