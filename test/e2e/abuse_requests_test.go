package e2e

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

// a login without a token is none, and is not counted as an attempt.
func TestA1_LoginWithoutToken(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for _, login := range [][2]string{{"William", "password-of-William"}, {b.login, b.secret}} {
		for range 8 { // more than the throttle lets pass
			c := w.client()
			if a := c.attempt(login[0], login[1], ""); a.Login.Result != "NeedToken" {
				t.Fatalf("%s: %+v", login[0], a.Login)
			}
			c.is("")
		}
		for range 8 {
			if a := w.client().attempt(login[0], "wrong-password-of-nobody", ""); a.Login.Result != "NeedToken" {
				t.Fatalf("%s: %+v", login[0], a.Login)
			}
		}
		w.client().mustLogin(login[0], login[1])
	}
}

// the attacker's own login token opens nothing in the victim's browser.
func TestA2_LoginTokenOfAnotherSession(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Attacker", "password-of-Attacker")
	b := w.bot("Attacker", "app")
	theirs := w.client().token("login")
	fresh, used := w.client(), w.client()
	used.token("login")
	if a := fresh.attempt(b.login, b.secret, theirs); a.Login.Result != "Failed" {
		t.Errorf("in a fresh session: %+v", a.Login)
	}
	if a := used.attempt(b.login, b.secret, theirs); a.Login.Result != "WrongToken" {
		t.Errorf("in a used session: %+v", a.Login)
	}
	// What the first answer has handed out makes the second one a wrong token.
	if a := fresh.attempt(b.login, b.secret, theirs); a.Login.Result != "WrongToken" {
		t.Errorf("again: %+v", a.Login)
	}
	fresh.is("")
	used.is("")
}

// tokens of other kinds do not log in.
func TestA3_OtherTokens(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	c.token("login")
	for _, kind := range []string{"csrf", "createaccount", "watch", "patrol", "rollback", "userrights"} {
		if a := c.attempt(b.login, b.secret, c.token(kind)); a.Login.Result != "WrongToken" {
			t.Errorf("%s: %+v", kind, a.Login)
		}
	}
	c.is("")
}

// a login uses its token up.
func TestA4_LoginTokenTwice(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	c := w.client()
	token := c.token("login")
	before := c.copy()
	if a := c.attempt("William", "password-of-William", token); a.Login.Result != "Success" {
		t.Fatalf("%+v", a.Login)
	}
	if a := c.attempt("William", "password-of-William", token); a.Login.Result != "Failed" {
		t.Errorf("in the session of the login: %+v", a.Login)
	}
	if a := before.attempt("William", "password-of-William", token); a.Login.Result == "Success" {
		t.Errorf("in the session from before: %+v", a.Login)
	}
}

// nothing but a POST with the session's own token logs out.
func TestA6_ForgedLogout(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	main := w.client()
	main.mustLogin("William", "password-of-William")
	other := w.loggedIn(b)
	for name, c := range map[string]*client{"main": main, "bot": w.loggedIn(b)} {
		own, theirs := c.token("csrf"), other.token("csrf")
		action := fields{"action": "logout"}
		for _, try := range []struct {
			what, method string
			query, form  fields
			code         string
		}{
			{"GET", "GET", action, nil, "missingparam"},
			{"GET with the token", "GET", fields{"action": "logout", "token": own}, nil, "mustpostparams"},
			{"HEAD with the token", "HEAD", fields{"action": "logout", "token": own}, nil, ""},
			{"POST without token", "POST", action, nil, "missingparam"},
			{"POST with an empty token", "POST", action, fields{"token": ""}, "missingparam"},
			{"POST with the token in the URL too", "POST", fields{"action": "logout", "token": own}, fields{"token": own}, "mustpostparams"},
			{"POST with another session's token", "POST", action, fields{"token": theirs}, "badtoken"},
			{"POST with the token of nobody", "POST", action, fields{"token": `+\`}, "badtoken"},
			{"POST with a watch token", "POST", action, fields{"token": c.token("watch")}, "badtoken"},
			{"PUT with the token", "PUT", action, fields{"token": own}, "missingparam"},
			{"DELETE with the token", "DELETE", action, fields{"token": own}, "missingparam"},
		} {
			r := c.must(c.send(try.method, withFormat(try.query), try.form.encode(), "Content-Type", formType))
			if try.method != http.MethodHead && r.code(t) != try.code {
				t.Errorf("%s, %s: %.200s", name, try.what, r.body)
			}
			if len(r.cleared) > 0 {
				t.Errorf("%s, %s: deletes %q", name, try.what, r.cleared)
			}
			c.is("William")
		}
	}
}

// a body of a type that a page of another site can send without asking
// holds no parameters.
func TestA10_OtherBodyTypes(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	form := fields{"lgname": b.login, "lgpassword": b.secret, "lgtoken": c.token("login")}.encode()
	for _, kind := range []string{"text/plain", "application/json", "text/xml", "application/octet-stream", "application/x-www-form-urlencoded-not", "*/*"} {
		r := c.must(c.send("POST", withFormat(fields{"action": "login"}), form, "Content-Type", kind))
		if result := r.decode(t).Login.Result; result != "NeedToken" {
			t.Errorf("%s: %s", kind, result)
		}
		c.is("")
	}
}

// cookies stay at home when another site posts, are hidden from scripts,
// and are for HTTPS where the client came by it.
func TestA14_CookieAttributes(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for _, secure := range []bool{false, true} {
		for _, login := range [][2]string{{"William", "password-of-William"}, {b.login, b.secret}} {
			c := w.client()
			if secure {
				c.header.Set("X-Forwarded-Proto", "https")
			}
			r := c.attemptReply(login[0], login[1], c.token("login"))
			lines := r.header.Values("Set-Cookie")
			if len(lines) == 0 || r.decode(t).Login.Result != "Success" {
				t.Fatalf("%s", r.body)
			}
			for _, line := range lines {
				attributes := strings.Split(line, "; ")
				if !slices.Contains(attributes, "HttpOnly") || !slices.Contains(attributes, "SameSite=Lax") ||
					slices.Contains(attributes, "secure") != secure || !slices.Contains(attributes, "path=/") {
					t.Errorf("%q", line)
				}
			}
		}
	}
}
