package session_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

// FuzzCookies sends any Cookie header. In it $S, $T, $B and $A stand for the
// real values of Alice's session, her user token, the session of her bot and
// an anonymous session. Without what it takes, a header opens nobody.
func FuzzCookies(f *testing.F) {
	for _, seed := range []string{
		"w_session=$S; wUserID=1; wUserName=Alice; wToken=$T", "w_session=$S; wUserID=1", "wUserID=1; wToken=$T", "w_BPsession=$B",
		"w_session=$A", "w_session=$A; w_BPsession=$B", "w_session=$S", "w_session=$S; wUserID=2", "wUserID=2; wToken=$T", "wUserID=1; wToken=x",
		"w_session=$B", "w_BPsession=$S", "w_session=$S; wUserID=1; wUserName=Bob+%C3%9Cn%C3%AFcode", "wUserID= 1x; wToken=$T",
		"w_session=deleted; wUserID=deleted; wToken=deleted; forceHTTPS=true", "w_session=%; wUserID=%zz; wToken=", "w_BPsession=" + strings.Repeat("0", 32),
		"w_session=" + strings.Repeat("z", 64), "w_session=$A$A; wUserID=-1; wUserID=1", "other=1;;=;w_session", ";\tw_session=$S;\twUserID=1", "wUserID=1, w_session=$S",
		"w_session=\"$S\"; wUserID=\"1\"", "w_session=$S; w_session=x; wUserID=1; wUserID=2", "w_session=x; w_session=$S; wUserID=1", "wUserID=99999999999999999999; wToken=$T",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		w := newWorld(t)
		secrets := w.secrets()
		var s session.Session
		in := session.Input{Cookies: []string{secrets.Replace(header)}, Address: home, Now: start}
		if err := w.manager.Open(t.Context(), in, &s); err != nil {
			t.Fatal(err)
		}
		has := func(part string) bool { return strings.Contains(header, part) }
		switch s.Kind() {
		case session.KindBot:
			if !has("$B") || s.User().Name != "Alice" {
				t.Errorf("%q opens the bot session of %q", header, s.User().Name)
			}
		case session.KindUser:
			if !has("wUserID") || !has("$S") && !has("$T") || s.User().Name != "Alice" {
				t.Errorf("%q opens the session of %q", header, s.User().Name)
			}
		default:
			if s.User() != (session.User{}) {
				t.Errorf("%q opens an anonymous session of %q", header, s.User().Name)
			}
			if s.HadSecret(token.SecretLogin) && !has("$A") {
				t.Errorf("%q has the tokens of a session", header)
			}
		}
		w.checkCookies(t, header, &s)
	})
}

// secrets makes the sessions that a header can name.
func (w *world) secrets() *strings.Replacer {
	user, bot, anonymous := jar{}, jar{}, jar{}
	w.loginUser(user, w.alice, true)
	w.loginBot(bot)
	w.request(anonymous, func(_ context.Context, s *session.Session) { s.HandOut(token.SecretLogin) })
	return strings.NewReplacer("$S", user["w_session"], "$T", user["wToken"], "$B", bot["w_BPsession"], "$A", anonymous["w_session"])
}

// checkCookies holds what is sent back: our cookies only, each at most once,
// and nothing that breaks a header.
func (w *world) checkCookies(t *testing.T, header string, s *session.Session) {
	t.Helper()
	h := http.Header{}
	s.WriteCookies(h)
	seen := map[string]bool{"": true}
	for _, line := range h["Set-Cookie"] {
		name, _, _ := strings.Cut(line, "=")
		switch {
		case seen[name]:
			t.Errorf("%q sets %s twice", header, name)
		case !strings.HasPrefix(name, "w") && name != "forceHTTPS" || strings.ContainsAny(line, "\r\n\x00"):
			t.Errorf("%q sets %q", header, line)
		}
		seen[name] = true
	}
}
