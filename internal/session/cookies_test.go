package session_test

import (
	"strconv"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/token"
)

// The table is what a real MediaWiki does with the cookies of a remembered
// login when some are missing or wrong.
func TestWhichCookiesMakeASession(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.alice, true)
	bobs := jar{}
	w.loginUser(bobs, w.bob, true)
	id, bobID := j["wUserID"], strconv.FormatInt(int64(w.bob.ID), 10)
	anonymous := jar{}
	w.request(anonymous, handOut(token.SecretLogin))
	unknown := "0123456789abcdefghijklmnopqrstuv"
	const nobody, alice = "", "Alice"
	for name, c := range map[string]struct {
		jar  jar
		user string
		set  string
	}{
		"all":                          {j, alice, ""},
		"without Token":                {j.with("wToken", ""), alice, ""},
		"without UserName":             {j.with("wUserName", ""), alice, ""},
		"without UserID":               {j.with("wUserID", ""), nobody, "-_session -Token"},
		"session alone":                {jar{"w_session": j["w_session"]}, nobody, "-_session"},
		"UserID alone":                 {jar{"wUserID": id}, nobody, "-UserID"},
		"Token alone":                  {jar{"wToken": j["wToken"]}, nobody, "-Token"},
		"UserName alone":               {jar{"wUserName": "Alice"}, nobody, ""},
		"wrong Token":                  {j.with("wToken", strings.Repeat("0", 32)), nobody, "-_session -UserID -Token"},
		"another UserName":             {j.with("wUserName", "Bob"), nobody, "-_session -UserID -Token"},
		"another UserID":               {j.with("wUserID", bobID), nobody, "-_session -UserID -Token"},
		"UserID no number":             {j.with("wUserID", "abc"), nobody, "-_session -UserID -Token"},
		"UserID of nobody":             {j.with("wUserID", "999"), nobody, "-_session -UserID -Token"},
		"Token as stored":              {j.with("wToken", w.alice.Token.Reveal()), nobody, "-_session -UserID -Token"},
		"Token in capitals":            {j.with("wToken", strings.ToUpper(j["wToken"])), nobody, "-_session -UserID -Token"},
		"Token of another":             {j.with("wToken", bobs["wToken"]), nobody, "-_session -UserID -Token"},
		"no session":                   {j.with("w_session", ""), alice, "+_session +UserID +UserName +Token"},
		"unknown session":              {j.with("w_session", unknown), alice, "+_session +UserID +UserName +Token"},
		"malformed session":            {j.with("w_session", "short"), alice, "+_session +UserID +UserName +Token"},
		"unknown session, no Token":    {jar{"w_session": unknown, "wUserID": id}, nobody, "-_session -UserID"},
		"anonymous session and UserID": {jar{"w_session": anonymous["w_session"], "wUserID": id}, nobody, "-_session -UserID"},
		"deleted counts as absent":     {j.with("w_session", "deleted").with("wToken", ""), nobody, "-_session -UserID"},
	} {
		a := w.request(c.jar.with("", ""), nil)
		if a.User().Name != c.user || names(a.set) != c.set {
			t.Errorf("%s: user %q, cookies %q; want %q, %q", name, a.User().Name, names(a.set), c.user, c.set)
		}
		if c.set == "+_session +UserID +UserName +Token" && a.set["w_session"] == c.jar["w_session"] {
			t.Errorf("%s: the presented id was adopted", name)
		}
	}
	if w.who(j) != alice {
		t.Error("a rejected request ended the session")
	}
}

// A client may encode what it sends back in its own way.
func TestCookiesAreDecodedAsPHPDoes(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.bob, true)
	for value, want := range map[string]string{
		"Bob%20%C3%9Cn%C3%AFcode": "Bob Ünïcode",
		"Bob%20%c3%9cn%c3%afcode": "Bob Ünïcode",
		"Bob+%C3%9Cn%C3%AFcode":   "",
		"%42ob Ünïcode":           "Bob Ünïcode",
		"Bob%2B%C3%9Cn%C3%AFcode": "",
		"Bob_%C3%9Cn%C3%AFcode":   "",
	} {
		if got := w.who(j.with("wUserName", value)); got != want {
			t.Errorf("%s: %q", value, got)
		}
	}
}

// What is wrong with the cookie of a bot says nothing about the others.
func TestBadBotSessionLeavesTheLogin(t *testing.T) {
	w := newWorld(t)
	j := jar{}
	w.loginUser(j, w.bob, true)
	w.loginBot(j)
	unknown := strings.Repeat("0", 32)
	for name, c := range map[string]struct{ value, user, set string }{
		"good":                {j["w_BPsession"], "Alice", ""},
		"unknown":             {unknown, "Bob Ünïcode", "-_BPsession"},
		"of a login":          {j["w_session"], "Bob Ünïcode", "-_BPsession"},
		"malformed, so no id": {"short", "Bob Ünïcode", ""},
	} {
		a := w.request(j.with("w_BPsession", c.value), nil)
		if a.User().Name != c.user || names(a.set) != c.set {
			t.Errorf("%s: user %q, cookies %q", name, a.User().Name, names(a.set))
		}
	}
	if deleted, err := w.store.BotPasswords().Delete(t.Context(), w.alice.ID, "tool"); !deleted || err != nil {
		t.Fatal(deleted, err)
	}
	if a := w.request(j, nil); a.User().Name != "Bob Ünïcode" || names(a.set) != "-_BPsession" {
		t.Errorf("revoked: user %q, cookies %q", a.User().Name, names(a.set))
	}
}

func TestForceHTTPSGoesWithTheLogin(t *testing.T) {
	w := newWorld(t)
	for name, cookies := range map[string]jar{
		"alone": {"forceHTTPS": "true"}, "with a bad login": {"forceHTTPS": "true", "wUserID": "999"},
	} {
		if a := w.request(cookies, nil); a.set["forceHTTPS"] != "-" {
			t.Errorf("%s: cookies %v", name, a.set)
		}
	}
	j := jar{"forceHTTPS": "true"}
	w.loginUser(j, w.alice, false)
	if a := w.request(j, nil); len(a.set) != 0 {
		t.Errorf("in a live session: cookies %v", a.set)
	}
}
