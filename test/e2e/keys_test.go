package e2e

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// keyRow is a key as "wikigate key list" tells it.
type keyRow struct {
	ID           int
	State        string
	Sessions     int
	BotPasswords int     `json:"bot_passwords"`
	CookiesUntil *string `json:"cookies_until"`
}

func (w *world) keys() (list []keyRow) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.mustRun("key", "list", "--json")), &list); err != nil {
		w.t.Fatal(err)
	}
	return list
}

// keysAre compares the keys with lines such as "1 valid 2 sessions 1 bots".
func (w *world) keysAre(want ...string) {
	w.t.Helper()
	var got []string
	for _, k := range w.keys() {
		got = append(got, fmt.Sprintf("%d %s %d sessions %d bots", k.ID, k.State, k.Sessions, k.BotPasswords))
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		w.t.Errorf("keys:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// A rotation under a running server ends nothing: sessions, remembered logins,
// tokens that were handed out, and bot passwords stay good. What is made
// afterwards needs the old key no more.
func TestKeyRotationUnderARunningServer(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b, idle := w.bot("William", "app"), w.bot("William", "idle")
	botSession, main := w.loggedIn(b), w.client()
	main.mustLogin("William", "password-of-William")
	csrf := main.token("csrf")
	remembered := main.copy()
	delete(remembered.cookies, cookieSession)
	other := remembered.copy()
	anonymous := w.client()
	loginToken := anonymous.token("login")
	w.keysAre("1 current 2 sessions 3 bots") // one is of the first start

	w.mustRun("key", "rotate")
	// With the next request, not some time later.
	if a := anonymous.attempt(b.login, b.secret, loginToken); a.Login.Result != "Success" {
		t.Errorf("a login token of before: %+v", a)
	}
	botSession.is("William")
	main.is("William")
	remembered.is("William")
	if r := main.post(fields{"action": "checktoken"}, fields{"type": "csrf", "token": csrf}); !strings.Contains(r.body, `"result":"valid"`) {
		t.Errorf("a token of before: %s", r.body)
	}
	made := w.bot("William", "new") // by a process that has the new key
	w.loggedIn(made).is("William")
	w.loggedIn(idle).is("William")
	w.keysAre("1 valid 2 sessions 1 bots", "2 current 4 sessions 3 bots")

	// An old key goes only when nothing needs it.
	o := w.Command("", "key", "retire", "1")
	checkSentence(t, o, 6, `key 1 is still needed by 2 sessions, 1 bot password, cookies that may live until \d{4}-\S+; wait, or end them with --force`)
	checkSentence(t, w.Command("", "key", "retire", "2"), 6, `key 2 is the current one.*wikigate key rotate`)
	checkSentence(t, w.Command("", "key", "retire", "7"), 3, `there is no key 7`)
	checkSentence(t, w.Command("", "key", "retire", "0"), 2, `cannot be the id of a key`)
	botSession.is("William")

	// By force it goes at once, and with it what it made, and nothing else.
	spared, unspared := w.loggedIn(b), other.copy()
	other.is("William") // a remembered login gets a session and cookies by the new key
	if out := w.mustRun("key", "retire", "1", "--force"); !strings.Contains(out, "2 sessions, 1 bot password and second factors of 0 accounts") {
		t.Errorf("%s", out)
	}
	botSession.is("")
	main.is("")
	unspared.is("")
	spared.is("William")
	other.is("William")
	w.keysAre("2 current 6 sessions 3 bots")
	w.mustRun("audit", "verify")
	w.loggedIn(b).is("William")
	w.loggedIn(idle).is("William")

	w.Stop()
	again := startOn(t, w.Dir, w.secrets)
	spared.api = again.API
	spared.is("William")
}

// Many rotations beside many logins: nobody is refused, and nobody is let in
// with a key that is gone.
func TestKeyRotationsBesideLogins(t *testing.T) {
	t.Parallel()
	w := start(t, "--log-requests=false")
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	stop := make(chan struct{})
	ended := make(chan int)
	const workers, rotations = 2, 3
	for range workers {
		go func() {
			n := 0
			defer func() { ended <- n }()
			for ; ; n++ {
				select {
				case <-stop:
					return
				case <-time.After(time.Millisecond): // the others have two processors too
				}
				c := w.client()
				result, err := c.tryLogin(b.login, b.secret)
				if err != nil || result != "Success" {
					t.Errorf("login %d: %s, %v", n, result, err)
					return
				}
				if name, err := c.tryWho(); name != "William" {
					t.Errorf("session %d: %q, %v", n, name, err)
					return
				}
			}
		}()
	}
	for range rotations {
		w.mustRun("key", "rotate")
	}
	close(stop)
	for range workers {
		if n := <-ended; n == 0 {
			t.Error("nobody logged in")
		}
	}
	w.loggedIn(b).is("William")
	if keys := w.keys(); len(keys) != rotations+1 || keys[rotations].State != "current" || keys[rotations].BotPasswords != 1 {
		t.Errorf("%+v", keys)
	}
}
