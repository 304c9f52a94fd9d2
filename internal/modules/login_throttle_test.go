package modules

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/throttle"
)

// try logs in and gives the code of the reason, or the result when there is
// none.
func (c *client) try(name, password string) string {
	c.t.Helper()
	a := c.attempt(style{"none", "2"}, name, password)
	if code := a.text("login", "reason", "code"); code != "" {
		return code
	}
	return a.text("login", "result")
}

// fail tries n times in vain and checks what comes of it.
func (c *client) fail(n int, name, password, want string) {
	c.t.Helper()
	for i := range n {
		if got := c.try(name, password); got != want {
			c.t.Errorf("attempt %d as %s: %s, want %s", i+1, name, got, want)
		}
	}
}

var wrongSecret = strings.Repeat("0", 32)

func TestD6D9D24_SixthAttemptIsRefusedEvenWhenRight(t *testing.T) {
	for _, test := range []struct{ name, wrong, right string }{
		{"Alice", "wrong", alicePassword},
		{"William@testbot", wrongSecret, testbotSecret},
		{"Nobody here", "wrong", "wrong"},
	} {
		r := newRig(t)
		c := r.client(t)
		c.fail(5, test.name, test.wrong, "wrongpassword")
		c.fail(2, test.name, test.right, "login-throttled")
		a := c.attempt(style{"bc", "2"}, test.name, test.right)
		a.shows(test.name, `{"login":{"result":"Failed","reason":"T"}}`)
		if reason := a.text("login", "reason"); !strings.Contains(reason, "5 minutes") {
			t.Errorf("clients read how long to wait: %s", reason)
		}
	}
}

func TestSuccessClearsTheCounter(t *testing.T) {
	for _, test := range []struct{ name, wrong, right string }{
		{"Alice", "wrong", alicePassword}, {"William@testbot", wrongSecret, testbotSecret},
	} {
		r := newRig(t)
		for range 3 {
			c := r.client(t)
			for range 4 {
				c.try(test.name, test.wrong)
			}
			c.login(test.name, test.right)
		}
	}
}

func TestSuccessOfABotClearsNoMainAttempts(t *testing.T) {
	r := newRig(t)
	r.client(t).fail(4, "William@testbot", wrongSecret, "wrongpassword")
	r.client(t).login("William@testbot", testbotSecret)
	r.client(t).fail(1, "William@testbot", wrongSecret, "wrongpassword")
	r.client(t).fail(1, "William@testbot", wrongSecret, "login-throttled") // by the main counter
	r.client(t).login("William@testbot", testbotSecret)
}

func TestD18_SuccessClearsNoOtherCounter(t *testing.T) {
	r := newRig(t)
	r.client(t).fail(4, "Alice", "wrong", "wrongpassword")
	r.client(t).login("Admin", adminPassword)
	r.client(t).with("X-Test-Address", "192.0.2.1").login("Alice", alicePassword)
	r.client(t).fail(1, "Alice", "wrong", "wrongpassword")
	r.client(t).fail(1, "Alice", alicePassword, "login-throttled")
}

func TestBotAndMainAttemptsCountApart(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	c.fail(5, "William@testbot", wrongSecret, "wrongpassword")
	c.fail(1, "William@testbot", testbotSecret, "login-throttled")
	r.client(t).login("William", williamPassword)

	c = r.client(t)
	c.fail(5, "BotUser", "wrong", "wrongpassword")
	c.fail(1, "BotUser", botUserPassword, "login-throttled")
	r.client(t).login("BotUser@full", fullSecret)
}

// All bot passwords of an account have one counter.
func TestAppsOfOneAccountShareACounter(t *testing.T) {
	r := newRig(t)
	r.addOddBots(t)
	c := r.client(t)
	c.fail(3, "William@nothing", testbotSecret, "wrongpassword")
	c.fail(2, "William@home", testbotSecret, "wrongpassword")
	c.fail(1, "William@testbot", testbotSecret, "login-throttled")
}

// An attempt that goes on as one of a main account counts there as well, under
// the name as it was given.
func TestFailedBotAttemptCountsAsAMainAttempt(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	c.fail(5, "William@testbot", wrongSecret, "wrongpassword")
	c.fail(1, "William@testbot", "short", "login-throttled")
	c.fail(1, "William@other", "short", "wrongpassword")

	c = newRig(t).client(t)
	c.fail(5, "William", "testbot@"+wrongSecret, "wrongpassword")
	c.fail(1, "William", williamPassword, "login-throttled")

	c = newRig(t).client(t) // a name that nobody has
	c.fail(5, "Nobody here@bot", testbotSecret, "wrongpassword")
	c.fail(1, "Nobody here@bot", testbotSecret, "login-throttled")
}

func TestLockedAndUnusableBotsAndTheThrottle(t *testing.T) {
	c := func() *client { r := newRig(t); r.addOddBots(t); return r.client(t) }
	c().fail(7, "Locked@bot", testbotSecret, "botpasswords-locked")
	stale := c()
	stale.fail(5, "William@stale", testbotSecret, "botpasswords-needs-reset")
	stale.fail(1, "William@stale", testbotSecret, "login-throttled")
}

func TestD8_SpellingsShareACounter(t *testing.T) {
	c := newRig(t).client(t)
	for _, name := range []string{"Alice", "alice", "Alice_", " alice ", "User:Alice"} {
		c.fail(1, name, "wrong", "wrongpassword")
	}
	c.fail(1, "user:alice", alicePassword, "login-throttled")
	c.fail(1, "ALICE", "wrong", "wrongpassword")

	c = newRig(t).client(t)
	for _, name := range []string{"William@testbot", "william@testbot", "User:William@testbot", "William_@x", "_William@testbot"} {
		c.fail(1, name, wrongSecret, "wrongpassword")
	}
	c.fail(1, "William", "login-throttled@"+testbotSecret, "login-throttled")
}

func TestAttemptsWithoutANameCountForTheAddress(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	for _, name := range []string{"", "127.0.0.1", "a|b", "Talk:x", "#"} {
		c.fail(1, name, "x", "authmanager-authn-no-primary")
	}
	c.fail(1, "<x>", "x", "login-throttled")
	c.login("Alice", alicePassword)
	r.client(t).with("X-Test-Address", "192.0.2.1").fail(1, "<x>", "x", "authmanager-authn-no-primary")

	c = newRig(t).client(t) // a name without a password is no attempt on the name
	c.fail(5, "Alice", "", "authmanager-authn-no-primary")
	c.fail(1, "William", "", "login-throttled")
	c.login("Alice", alicePassword)
}

func TestD14_AddressesCountApart(t *testing.T) {
	for _, test := range []struct {
		one, other string
		together   bool
	}{
		{"192.0.2.1", "192.0.2.2", false},
		{"192.0.2.1", "::ffff:192.0.2.1", true},
		{"2001:db8:1:2::1", "2001:db8:1:2:ffff:ffff:ffff:ffff", true},
		{"2001:db8:1:2::1", "2001:db8:1:3::1", false},
	} {
		r := newRig(t)
		r.client(t).with("X-Test-Address", test.one).fail(5, "Alice", "wrong", "wrongpassword")
		want := "Success"
		if test.together {
			want = "login-throttled"
		}
		if got := r.client(t).with("X-Test-Address", test.other).try("Alice", alicePassword); got != want {
			t.Errorf("%s after %s: %s, want %s", test.other, test.one, got, want)
		}
	}
}

// The window begins with the first attempt and does not slide; what it refuses
// does not count.
func TestWindowOpensWithTime(t *testing.T) {
	for _, test := range []struct{ name, wrong, right string }{
		{"Alice", "wrong", alicePassword}, {"William@testbot", wrongSecret, testbotSecret},
	} {
		r := newRig(t)
		c := r.client(t)
		c.fail(1, test.name, test.wrong, "wrongpassword")
		r.Clock.Advance(4 * time.Minute)
		c.fail(4, test.name, test.wrong, "wrongpassword")
		c.fail(3, test.name, test.right, "login-throttled")
		r.Clock.Advance(time.Minute - time.Second)
		c.fail(1, test.name, test.right, "login-throttled")
		r.Clock.Advance(time.Second)
		c.login(test.name, test.right)
	}
}

func TestLongWindow(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.Windows[1].Count = 7 })
	c := r.client(t)
	c.fail(5, "Alice", "wrong", "wrongpassword")
	r.Clock.Advance(5 * time.Minute)
	c.fail(2, "Alice", "wrong", "wrongpassword")
	a := c.attempt(style{"raw", "2"}, "Alice", alicePassword)
	a.is(`{"login":{"result":"Failed","reason":{"code":"login-throttled","key":"login-throttled","params":[{"duration":172800}]}}}`)
	r.Clock.Advance(48 * time.Hour)
	c.login("Alice", alicePassword)
}

// Of many that come at once no more than five may have their secret looked at.
func TestParallelAttemptsDoNotSlipThrough(t *testing.T) {
	for _, test := range []struct{ name, wrong string }{{"Alice", "wrong"}, {"William@testbot", wrongSecret}} {
		r := newRig(t)
		got := make([]string, 20)
		var ready, done sync.WaitGroup
		ready.Add(len(got))
		for i := range got {
			c := r.client(t)
			form := loginForm(test.name, fmt.Sprint(test.wrong, i%10), c.token("login"))
			done.Go(func() {
				ready.Done()
				ready.Wait()
				got[i] = c.styled(style{"none", "2"}, form).text("login", "reason", "code")
			})
		}
		done.Wait()
		count := map[string]int{}
		for _, code := range got {
			count[code]++
		}
		if count["wrongpassword"] != 5 || count["login-throttled"] != 15 {
			t.Errorf("%s: %v", test.name, count)
		}
	}
}

func TestD12_ManyNamesFromOneAddress(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.PerAddress = []throttle.Window{{Count: 20, Period: time.Hour}} })
	c := r.client(t)
	c.Header.Set("X-Test-Address", "198.51.100.7")
	for i := range 20 {
		c.fail(1, fmt.Sprintf("Name%d", i), "wrong", "wrongpassword")
	}
	c.fail(1, "Alice", alicePassword, "login-throttled")
	if got := c.try("William@testbot", testbotSecret); got != "Success" {
		t.Errorf("a bot at that address: %s", got)
	}
	other := r.client(t)
	other.Header.Set("X-Test-Address", "198.51.100.8")
	if got := other.try("Alice", alicePassword); got != "Success" {
		t.Errorf("another address: %s", got)
	}
}

func TestD13_OneNameFromManyAddresses(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.PerAccount = []throttle.Window{{Count: 20, Period: time.Hour}} })
	signedIn := r.client(t)
	signedIn.login("Alice", alicePassword)
	for i := range 20 {
		c := r.client(t)
		c.Header.Set("X-Test-Address", fmt.Sprintf("198.51.100.%d", i))
		c.fail(1, "Alice", "wrong", "wrongpassword")
	}
	c := r.client(t)
	c.Header.Set("X-Test-Address", "203.0.113.9")
	c.fail(1, "alice", alicePassword, "login-throttled")
	if got := c.try("Admin", adminPassword); got != "Success" {
		t.Errorf("another account: %s", got)
	}
	// The owner is not thrown out by what others try.
	if name := signedIn.get("action=query&meta=userinfo").text("query", "userinfo", "name"); name != "Alice" {
		t.Errorf("the session is %s's", name)
	}
}

// 200 parallel guesses, spread over names and kinds that lead to one account,
// let through no more than the limits together.
func TestD7_ParallelGuesses(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.PerAccount = []throttle.Window{{Count: 9, Period: time.Hour}} })
	var mu sync.Mutex
	count := map[string]int{}
	var wg sync.WaitGroup
	for i := range 200 {
		c := r.client(t)
		c.Header.Set("X-Test-Address", fmt.Sprintf("198.51.100.%d", i%50))
		form := loginForm([]string{"Alice", "alice", "_alice_", "User:Alice"}[i%4], "wrong", c.token("login"))
		wg.Go(func() {
			got := c.styled(style{"none", "2"}, form).text("login", "reason", "code")
			mu.Lock()
			count[got]++
			mu.Unlock()
		})
	}
	wg.Wait()
	if count["wrongpassword"] != 9 || count["login-throttled"] != 191 {
		t.Errorf("%v", count)
	}
}
