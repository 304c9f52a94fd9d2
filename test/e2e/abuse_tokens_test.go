package e2e

import (
	"strings"
	"testing"
)

// C-2: nothing but the very token is the token.
func TestC2_TokensThatAreNearlyRight(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	bent := func(token string) map[string]string {
		flipped := []byte(token)
		flipped[0] ^= 1
		return map[string]string{
			"in capitals":             strings.ToUpper(token),
			"a byte more":             token + "0",
			"a line feed more":        token + "\n",
			"NUL more":                token + "\x00",
			"a blank more":            token + " ",
			"a blank before":          " " + token,
			"no backslash":            strings.TrimSuffix(token, `\`),
			"no suffix":               strings.TrimSuffix(token, `+\`),
			"the suffix twice":        token + `+\`,
			"a blank for the plus":    strings.Replace(token, "+", " ", 1),
			"a digit changed":         string(flipped),
			"a digit less":            token[1:],
			"another time":            token[:32] + "00000000" + token[40:],
			"only the first 32":       token[:32],
			"only the suffix":         `+\`,
			"wide digits":             strings.Replace(token, token[:1], "\uff10", 1),
			"a list":                  "\x1f" + token,
			"twice with a separator":  token + "|" + token,
			"with a combining accent": token[:5] + "\u0301" + token[5:],
		}
	}
	c := w.client()
	token := c.token("login")
	for name, wrong := range bent(token) {
		a := c.attempt(b.login, b.secret, wrong)
		if a.Login.Result != "WrongToken" && a.Error.Code != "badvalue" {
			t.Errorf("login, %s: %+v %+v", name, a.Login, a.Error)
		}
	}
	if a := c.attempt(b.login, b.secret, token); a.Login.Result != "Success" {
		t.Fatalf("the token itself: %+v", a.Login)
	}
	token = c.token("csrf")
	for name, wrong := range bent(token) {
		code := c.post(fields{"action": "logout"}, fields{"token": wrong}).code(t)
		if code != "badtoken" && code != "badvalue" {
			t.Errorf("logout, %s: %q", name, code)
		}
	}
	c.is("William")
	if code := c.post(fields{"action": "logout"}, fields{"token": token}).code(t); code != "" {
		t.Errorf("the token itself: %q", code)
	}
}

// C-4: no token for a site that could read the answer.
func TestC4_TokensForOtherSites(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	c := w.loggedIn(w.bot("William", "app"))
	all := fields{"action": "query", "meta": "tokens", "type": "*"}
	for name, r := range map[string]reply{
		"origin":           c.get(merged(all, "origin", "*")),
		"callback":         c.get(merged(all, "callback", "f")),
		"empty callback":   c.get(merged(all, "callback", "")),
		"callback in body": c.post(all, fields{"callback": "f"}),
		"header":           c.get(all, "Treat-as-Untrusted", "1"),
		"empty header":     c.get(all, "Treat-as-Untrusted", ""),
	} {
		if strings.Contains(r.body, "token\"") || len(r.set) > 0 {
			t.Errorf("%s: %s", name, r.body)
		}
		if r.header.Get("MediaWiki-Login-Suppressed") != "true" {
			t.Errorf("%s: the header that says so is missing", name)
		}
	}
	c.is("William")
}

func merged(f fields, more ...string) fields {
	all := fields{}
	for name, value := range f {
		all[name] = value
	}
	for i := 0; i < len(more); i += 2 {
		all[more[i]] = more[i+1]
	}
	return all
}

// C-5, C-6, C-7: a token of another user, of the time before the login, or of
// nobody is bad.
func TestC5C6C7_TokensOfOtherTimesAndUsers(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Alice", "password-of-Alice")
	w.account("Bob", "password-of-Bob")
	c := w.client()
	loginToken := c.token("login")
	nobodys := c.token("csrf")
	c.mustLogin("Alice", "password-of-Alice")
	alices := c.token("csrf")
	c.mustLogin("Bob", "password-of-Bob")
	for name, token := range map[string]string{
		"Alice's": alices, "nobody's": nobodys, "the login token": loginToken, "the plain one": `+\`,
	} {
		if code := c.post(fields{"action": "logout"}, fields{"token": token}).code(t); code != "badtoken" {
			t.Errorf("%s: %q", name, code)
		}
	}
	c.is("Bob")
	if nobodys != `+\` {
		t.Errorf("the csrf token of nobody is %q", nobodys)
	}
}

// A token of one server's keys is worth nothing at another one.
func TestC_TokensOfAnotherServer(t *testing.T) {
	t.Parallel()
	w, other := start(t), start(t)
	for _, s := range []*world{w, other} {
		s.account("William", "password-of-William")
	}
	b := w.bot("William", "app")
	theirs := other.client()
	token := theirs.token("login")
	c := w.with(theirs.cookies)
	if a := c.attempt(b.login, b.secret, token); a.Login.Result != "Failed" {
		t.Errorf("%+v", a.Login)
	}
	theirs.mustLogin("William", "password-of-William")
	w.with(but(theirs.cookies, cookieToken, "")).is("")
}
