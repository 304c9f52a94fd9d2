package e2e

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
)

// I-2, I-3: the two kinds of passwords do not stand for each other.
func TestI2I3_OneKindOfPasswordForTheOther(t *testing.T) {
	t.Parallel()
	w := start(t)
	// A main password that has the form of a bot secret.
	const main = "0123456789abcdefghijklmnopqrstuv"
	w.account("William", main)
	b := w.bot("William", "app")
	for name, login := range map[string][2]string{
		"the bot secret for the account":      {"William", b.secret},
		"the main password for the bot":       {b.login, main},
		"the main password with the app id":   {"William", "app@" + main},
		"the bot secret for another app id":   {"William@other", b.secret},
		"the app id of the password is wrong": {"William", "other@" + b.secret},
	} {
		c := w.client()
		if result := c.login(login[0], login[1]); result != "Failed" {
			t.Errorf("%s: %s", name, result)
		}
		c.is("")
	}
	w.loggedIn(b).is("William")
	second := w.client()
	second.mustLogin("William", "app@"+b.secret)
	second.is("William")
	own := w.client()
	own.mustLogin("William", main)
	own.is("William")
}

// restricted is a bot password that only one network may use.
func (w *world) restricted(a *app.App, b bot, addresses ...string) {
	w.t.Helper()
	if err := a.BotPasswords.Update(w.t.Context(), b.owner, b.app, botpassword.Change{Addresses: addresses}); err != nil {
		w.t.Fatal(err)
	}
}

// I-4: outside its network a bot password neither logs in nor keeps a session.
func TestI4_AddressOutsideTheRestriction(t *testing.T) {
	t.Parallel()
	w := start(t, "--trusted-proxies", "127.0.0.1")
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	w.restricted(openAdmin(t, w.Dir), b, "192.0.2.0/24", "2001:db8::/64")
	for address, inside := range map[string]bool{
		"192.0.2.1": true, "192.0.2.255": true, "192.0.3.0": false, "198.51.100.7": false,
		"2001:db8::1": true, "2001:db8:0:1::1": false, "::ffff:192.0.2.9": true, "nonsense": false,
	} {
		c := w.client()
		c.header.Set("X-Forwarded-For", address)
		result := c.login(b.login, b.secret)
		if (result == "Success") != inside {
			t.Errorf("login from %s: %s", address, result)
		}
		if !inside {
			c.is("")
			continue
		}
		c.is("William")
		outside := c.copy()
		outside.header.Set("X-Forwarded-For", "198.51.100.7")
		outside.is("")
		c.is("William") // its session was not ended by the thief
	}
}

// I-5: who is not a trusted proxy has the address he has.
func TestI5_ForgedAddress(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	w.restricted(openAdmin(t, w.Dir), b, "192.0.2.0/24")
	for _, header := range []string{"X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Client-IP", "True-Client-IP", "CF-Connecting-IP"} {
		c := w.client()
		value := "192.0.2.1"
		if header == "Forwarded" {
			value = "for=192.0.2.1"
		}
		c.header.Set(header, value)
		if result := c.login(b.login, b.secret); result == "Success" {
			t.Errorf("with %s: %s", header, result)
		}
	}
}

// I-6: bot passwords are switched off: their sessions are nobody's, and their
// logins fail; switched on again, all is as before.
func TestI6_FeatureOff(t *testing.T) {
	t.Parallel()
	u := newUsed(t)
	w := startOn(t, u.dir, u.secrets, "--bot-passwords=false")
	c := w.with(u.cookies)
	c.is("")
	if result := w.client().login(u.bot.login, u.bot.secret); result != "Failed" {
		t.Errorf("login: %s", result)
	}
	w.Stop()
	u.works(t)
}

// I-9: guesses are counted for name and address together, also those made at
// the same moment, with other app ids or in the other form.
func TestI9_Guessing(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	const guesses = 40
	var clients [guesses]*client
	var tokens [guesses]string
	for i := range guesses {
		clients[i] = w.client()
		tokens[i] = clients[i].token("login")
	}
	var (
		done    sync.WaitGroup
		allowed atomic.Int32
	)
	for i, c := range clients {
		done.Go(func() {
			name, password := b.login, strings.Repeat("w", 32)
			switch i % 4 {
			case 1:
				name = "william@other"
			case 2:
				name, password = "William", "app@"+strings.Repeat("w", 33)
			case 3:
				name = " William @app"
			}
			r, err := c.tryPost(fields{"action": "login"}, fields{"lgname": name, "lgpassword": password, "lgtoken": tokens[i]})
			if err != nil || !strings.Contains(r.body, `"result":"Failed"`) {
				t.Errorf("%v, %s", err, r.body)
			}
			if !strings.Contains(r.body, "wait") {
				allowed.Add(1)
			}
		})
	}
	done.Wait()
	if n := allowed.Load(); n > 5 {
		t.Errorf("%d of %d guesses were looked at", n, guesses)
	}
	if a := w.client(); a.login(b.login, b.secret) != "Failed" {
		t.Error("the right secret passes the limit")
	}
}

// The same for the password of a main account.
func TestD_GuessingOfMainPasswords(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	var done sync.WaitGroup
	var allowed atomic.Int32
	for range 20 {
		c := w.client()
		token := c.token("login")
		done.Go(func() {
			r, err := c.tryPost(fields{"action": "login"}, fields{"lgname": "william", "lgpassword": "wrong", "lgtoken": token})
			if err != nil || !strings.Contains(r.body, `"result":"Failed"`) {
				t.Errorf("%v, %s", err, r.body)
			}
			if !strings.Contains(r.body, "wait") {
				allowed.Add(1)
			}
		})
	}
	done.Wait()
	if n := allowed.Load(); n != 5 {
		t.Errorf("%d guesses were looked at, want 5", n)
	}
}

// I-10: the app id is compared by its bytes.
func TestI10_AppIDVariants(t *testing.T) {
	t.Parallel()
	w := start(t, "--login-throttle", "off")
	w.account("William", "password-of-William")
	b := w.bot("William", "App-\u00e9@x")
	for name, app := range map[string]string{
		"another case":  "app-\u00e9@x",
		"a blank":       "App-\u00e9@x ",
		"a line feed":   "App-\u00e9@x\n",
		"NUL":           "App-\u00e9@x\x00",
		"longer":        "App-\u00e9@xy",
		"shorter":       "App-\u00e9@",
		"up to the @":   "App-\u00e9",
		"wide letters":  "\uff21pp-\u00e9@x",
		"without app":   "",
		"33 bytes":      strings.Repeat("a", 33),
		"a wildcard":    "%",
		"an injection":  "' OR ''='",
		"another owner": "@" + b.login,
	} {
		if result := w.client().login("William@"+app, b.secret); result != "Failed" {
			t.Errorf("%s: %s", name, result)
		}
	}
	// Parameters are normalised, so this is the same id in other bytes.
	w.loggedIn(bot{login: "William@App-e\u0301@x", secret: b.secret}).is("William")
	for name, args := range map[string][]string{
		"33 bytes": {"William", strings.Repeat("a", 33)},
		"empty":    {"William", ""},
	} {
		if o := w.Command("", append([]string{"botpassword", "create"}, args...)...); o.Code == 0 {
			t.Errorf("%s: created", name)
		}
	}
}

// I-13, and I-1 as far as there is anything to do: rights come from account
// and grants together.
func TestI13_RightsAreThoseOfAccountAndGrants(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Robot", "password-of-Robot", "bot")
	w.account("William", "password-of-William")
	assert := fields{"action": "query", "meta": "userinfo", "assert": "bot"}
	for name, c := range map[string]struct {
		bot  bot
		code string
	}{
		"group and grant":    {w.bot("Robot", "full", "highvolume"), ""},
		"group, but not it":  {w.bot("Robot", "basic"), "assertbotfailed"},
		"grant, but no such": {w.bot("William", "full", "highvolume"), "assertbotfailed"},
	} {
		if code := w.loggedIn(c.bot).get(assert).code(t); code != c.code {
			t.Errorf("%s: %q, want %q", name, code, c.code)
		}
	}
	// A bot session may neither log in again nor ask for what it may not.
	c := w.loggedIn(w.bot("Robot", "again"))
	if result := c.login("William", "password-of-William"); result != "Aborted" {
		t.Errorf("a second login in a bot's session: %s", result)
	}
	c.is("Robot")
	if code := w.client().get(assert).code(t); code != "assertbotfailed" {
		t.Errorf("nobody: %q", code)
	}
}
