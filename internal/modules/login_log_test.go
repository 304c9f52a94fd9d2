package modules

import (
	"net/http"
	"net/url"
	"testing"
)

// Each attempt that has come as far as its token is one event, and nothing
// before that is one.
func TestN8_LoginsAreLogged(t *testing.T) {
	r := newRig(t)
	bot := func(c *client) { c.attempt(style{"bc", "1"}, "William@testbot", testbotSecret) }
	for _, test := range []struct {
		name string
		act  func(c *client)
		want map[string]string // nil: nothing
	}{
		{"no token", func(c *client) { c.post(url.Values{"action": {"login"}, "lgname": {"Alice"}}) },
			map[string]string{"successful": "false", "loginType": "N/A", "status": "NeedToken", "code": "", "name": "Alice"}},
		{"session lost", func(c *client) { c.post(loginForm("Alice", "x", "x")) },
			map[string]string{"successful": "false", "loginType": "N/A", "status": "Failed", "code": "sessionlost"}},
		{"wrong token", func(c *client) { c.token("login"); c.post(loginForm("Alice", "x", "x")) },
			map[string]string{"successful": "false", "loginType": "N/A", "status": "WrongToken", "code": ""}},
		{"wrong password", func(c *client) { c.try("Alice", "x") },
			map[string]string{"successful": "false", "loginType": "AuthManager", "status": "Failed", "code": "wrongpassword", "reason": "wrong-password"}},
		{"unknown app", func(c *client) { c.try("William@nothing", testbotSecret) }, map[string]string{
			"successful": "false", "loginType": "AuthManager", "status": "Failed", "code": "wrongpassword", "reason": "unknown-app", "name": "William", "app": "nothing"}},
		{"main account", func(c *client) { c.try("Alice", alicePassword) },
			map[string]string{"successful": "true", "loginType": "AuthManager", "status": "Success", "name": "Alice", "address": "127.0.0.1"}},
		{"bot", bot, map[string]string{
			"successful": "true", "loginType": "BotPassword", "status": "Success", "name": "William", "app": "testbot", "reason": ""}},
		{"another site", func(c *client) { bot(c.with("Treat-as-Untrusted", "1")) }, nil},
		{"secret in the URL", func(c *client) { c.do(http.MethodPost, "lgpassword=x", loginForm("Alice", "x", "x")) }, nil},
		{"GET", func(c *client) { c.get("action=login") }, nil},
		{"in a bot session", func(c *client) { bot(c.login("BotUser@full", fullSecret)) }, nil},
	} {
		c := r.client(t)
		before := len(r.Log.events("login attempt"))
		if test.name == "in a bot session" {
			before++ // the one that began it
		}
		test.act(c)
		events := r.Log.events("login attempt")[before:]
		if test.want == nil || len(events) != 1 {
			if len(events) != 0 || test.want != nil {
				t.Errorf("%s: events %v", test.name, events)
			}
			continue
		}
		test.want["channel"], test.want["event"] = "authevents", "login"
		for key, value := range test.want {
			if got := events[0][key]; got != value {
				t.Errorf("%s: %s is %q, want %q", test.name, key, got, value)
			}
		}
	}
}
