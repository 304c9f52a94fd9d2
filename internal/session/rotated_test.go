package session_test

import (
	"context"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
)

// A session lives as long as the secret that it was made with.
func TestSessionsEndWithTheSecretOfBeforeARotation(t *testing.T) {
	w := newWorld(t)
	before, after, former := jar{}, jar{}, jar{}
	w.loginBot(before)
	b := w.bot
	b.Stamp = secret.Hex32()
	b.Former = botpassword.Former{Hash: ":x:", Stamp: w.bot.Stamp, Ends: start.Add(30 * time.Minute)}
	if err := w.store.BotPasswords().Update(w.Context(), w.bot.Stamp, b); err != nil {
		t.Fatal(err)
	}
	w.loginBotBy(after, b.Stamp)
	w.loginBotBy(former, b.Former.Stamp)
	check := func(want string) {
		t.Helper()
		if got := []string{w.who(before), w.who(former), w.who(after)}; !slices.Equal(got, []string{want, want, "Alice"}) {
			t.Errorf("the sessions are %q, want %q and Alice", got, want)
		}
	}
	check("Alice")
	w.clock.Advance(30*time.Minute - time.Second)
	check("Alice")
	w.clock.Advance(time.Second)
	check("")
}

func (w *world) loginBotBy(j jar, stamp string) {
	w.Helper()
	w.request(j, func(ctx context.Context, s *session.Session) {
		if err := s.LoginBot(ctx, session.BotLogin{Owner: w.alice.ID, Name: "Alice", App: "tool", Stamp: stamp}); err != nil {
			w.Fatal(err)
		}
	})
}

// A stamp that is not there equals none.
func TestNoStampHolds(t *testing.T) {
	b := session.BotState{Stamp: "s", FormerEnds: start.Add(time.Hour)}
	for stamp, want := range map[string]bool{"s": true, "": false, "t": false} {
		if got := b.Holds(stamp, start); got != want {
			t.Errorf("%q holds: %v", stamp, got)
		}
	}
}

func TestUsesOfBotPasswordsAreTold(t *testing.T) {
	var uses []string
	w := newWorldWith(t, func(d *session.Deps) {
		d.Used = func(owner account.ID, app string, at time.Time, from netip.Addr) {
			uses = append(uses, app+" "+at.Format(time.TimeOnly)+" "+from.String())
		}
	})
	j := jar{}
	w.loginUser(jar{}, w.alice, true)
	w.loginBot(j)
	w.clock.Advance(time.Minute)
	w.who(j)
	w.clock.Advance(2 * time.Hour)
	w.who(j) // it has ended
	if want := []string{"tool 12:00:00 192.0.2.1", "tool 12:01:00 192.0.2.1"}; !slices.Equal(uses, want) {
		t.Errorf("told %q, want %q", uses, want)
	}
}
