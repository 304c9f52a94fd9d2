package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// recorded is an event as "audit tail --json" writes it.
type recorded struct {
	Seq                                          int64
	Time, Kind, Result, Reason, Name, App, Actor string
	Address, Request, Client                     string
}

func (w *world) recorded() []recorded {
	w.t.Helper()
	var events []recorded
	for line := range strings.Lines(w.mustRun("audit", "tail", "-n", "100000", "--json")) {
		var e recorded
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			w.t.Fatalf("%q: %v", line, err)
		}
		events = append(events, e)
	}
	return events
}

// N-8: each end of a login, each end of a session and each change is there,
// with who, whence, when and how it ended; and it is there after a crash.
func TestN8_AuditTrail(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	before := len(w.recorded())
	c := w.client()
	login := func(name, password string) string {
		return w.client().login(name, password)
	}
	login("William", "wrong-password-1")
	login("Nobody", "wrong-password-2")
	login("William@other", b.secret)
	w.client().attempt("William", "password-of-William", `no-token+\`)
	c.mustLogin("William", "password-of-William")
	c.logout()
	w.loggedIn(b)
	w.mustRun("session", "end", "--account", "William")
	for range 6 {
		login("Eve", "wrong-password-3")
	}
	w.mustRun("account", "lock", "William")
	login(b.login, b.secret)
	w.revoke(b)
	w.Kill()

	want := []recorded{
		{Kind: "login", Result: "refused", Reason: "wrong-password", Name: "William"},
		{Kind: "login", Result: "refused", Reason: "unknown-name", Name: "Nobody"},
		{Kind: "login", Result: "refused", Reason: "unknown-app", Name: "William", App: "other"},
		{Kind: "login", Result: "refused", Reason: "token-lost", Name: "William"},
		{Kind: "login", Result: "success", Name: "William"},
		{Kind: "logout", Result: "success", Name: "William"},
		{Kind: "login", Result: "success", Name: "William", App: "app"},
		{Kind: "session-end", Result: "success", Name: "William"},
		{Kind: "login", Result: "refused", Reason: "unknown-name", Name: "Eve"},
		{Kind: "login", Result: "refused", Reason: "unknown-name", Name: "Eve"},
		{Kind: "login", Result: "refused", Reason: "unknown-name", Name: "Eve"},
		{Kind: "login", Result: "refused", Reason: "unknown-name", Name: "Eve"},
		{Kind: "login", Result: "refused", Reason: "unknown-name", Name: "Eve"},
		{Kind: "login", Result: "refused", Reason: "throttled", Name: "Eve"},
		{Kind: "account-lock", Result: "success", Name: "William"},
		{Kind: "login", Result: "refused", Reason: "locked", Name: "William", App: "app"},
		{Kind: "botpassword-delete", Result: "success", Name: "William", App: "app"},
	}
	again := startOn(t, w.Dir, w.secrets)
	got := again.recorded()[before:]
	if len(got) != len(want) {
		t.Fatalf("%d events, want %d: %+v", len(got), len(want), got)
	}
	for i, e := range got {
		byCommand := strings.HasPrefix(e.Actor, "command line, ")
		if whole := e.Time != "" && (byCommand || e.Address == "127.0.0.1" && len(e.Request) == 24 && e.Client != ""); !whole {
			t.Errorf("event %d lacks something: %+v", i, e)
		}
		if plain := (recorded{Kind: e.Kind, Result: e.Result, Reason: e.Reason, Name: e.Name, App: e.App}); plain != want[i] {
			t.Errorf("event %d is %+v, want %+v", i, plain, want[i])
		}
	}
	if said := again.mustRun("audit", "verify"); !strings.Contains(said, "whole") {
		t.Error(said)
	}
}

// N-1: nothing that logs or is recorded holds a secret, wherever a client has
// put it. The end of the test looks the log and the record over, here and in
// all other tests.
func TestN1_NoSecretIsLoggedOrRecorded(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"text", "json"} {
		w := start(t, "--log-format", format)
		w.account("William", "password-of-William")
		b := w.bot("William", "app")
		c := w.client()
		token := c.token("login")
		c.attempt("William", "password-of-William-mistyped", token)
		c.attempt("William", b.secret, token)                       // where the other one belongs
		c.attempt("William@"+b.secret, "no-password-of-his", token) // in the field of the name
		c.attempt(b.secret, "password-of-William", token)
		c.attempt("William", "app@"+b.secret+"x", token)
		c.attempt("William@app", b.secret, token+"x")
		c.mustLogin("William", "password-of-William")
		c.logout()
		w.loggedIn(b).logout()
		c.get(fields{"action": "login", "lgname": "William", "lgpassword": "password-of-William", "lgtoken": token}, "User-Agent", "Bot "+b.secret)
		c.post(fields{"action": "login"}, fields{"lgname": "x", "lgpassword": "y", "lgtoken": "z"}, "User-Agent", "Bot "+b.secret)
		if len(w.recorded()) < 10 {
			t.Errorf("%d events", len(w.recorded()))
		}
	}
}
