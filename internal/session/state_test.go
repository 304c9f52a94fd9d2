package session_test

import (
	"context"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/session"
)

func TestASessionKnowsHowItBegan(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	if _, ok := w.request(j, nil).Authenticated(); ok {
		t.Error("nobody has authenticated")
	}
	w.request(j, func(ctx context.Context, s *session.Session) {
		if err := s.LoginUser(ctx, session.UserLogin{Account: w.alice, Remember: true, SecondFactor: "totp"}); err != nil {
			t.Fatal(err)
		}
	})
	w.clock.Advance(10 * time.Minute)
	s := w.request(j, nil)
	if at, ok := s.Authenticated(); !ok || !at.Equal(start) || !s.TwoFactor() || !s.Remembered() {
		t.Errorf("%v, %v, %v, %v", at, ok, s.TwoFactor(), s.Remembered())
	}
	delete(j, "w_session")
	s = w.request(j, nil)
	if _, ok := s.Authenticated(); ok || s.TwoFactor() || s.User().Name != "Alice" {
		t.Errorf("a remembered login counts as one that a person has made: %v", s.User())
	}
	quiet := jar{}
	w.request(quiet, func(ctx context.Context, s *session.Session) {
		if err := s.LoginUser(ctx, session.UserLogin{Account: w.alice, Quiet: true}); err != nil {
			t.Fatal(err)
		}
	})
	if _, ok := w.request(quiet, nil).Authenticated(); ok {
		t.Error("a quiet login counts as one that a person has made")
	}
}

func TestMarksLastAsLongAsTheSession(t *testing.T) {
	w := newWorld(t)
	anonymous, user := jar{}, jar{}
	w.loginUser(user, w.alice, false)
	for name, j := range map[string]jar{"nobody": anonymous, "a user": user} {
		if w.request(j, nil).Marked(session.MarkCaptcha) {
			t.Errorf("%s: marked from the start", name)
		}
		before := string(w.request(j, func(_ context.Context, s *session.Session) { s.SetMark(session.MarkCaptcha) }).Binding().Value)
		s := w.request(j, nil)
		if !s.Marked(session.MarkCaptcha) || string(s.Binding().Value) != before {
			t.Errorf("%s: the mark was forgotten, or the session is another", name)
		}
		w.loginUser(j, w.alice, false)
		if w.request(j, nil).Marked(session.MarkCaptcha) {
			t.Errorf("%s: a login has not ended the mark", name)
		}
	}
}
