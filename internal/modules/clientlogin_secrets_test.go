package modules

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

var randomOfCookies = regexp.MustCompile(`=[0-9a-v]{32}|expires=[^;]*`)

// D-1, D-2: a login that a stranger tries tells by nothing whether the name is
// somebody's, and costs as many computations of the slow hash.
func TestD1D2_ClientLoginTellsNoNames(t *testing.T) {
	r, _ := withFactor(t, withoutThrottle)
	spent := costs{}
	r.addAccount(t, "Empty", "another-Secret-9")
	_, err := r.Credentials.Invalidate(t.Context(), "Empty")
	must(t, err)
	r.addAccount(t, "Locked", "another-Secret-9")
	_, err = r.Accounts.Lock(t.Context(), "Locked")
	must(t, err)
	r.issue(t, "William")
	r.Credentials.Hasher = countedHasher{r.Credentials.Hasher, spent}
	seen := map[string]string{}
	for _, login := range [][2]string{
		{"Nobody here", "wrong"}, {"Alice", "wrong"}, {"Tfa", "wrong"}, {"Blocked", "wrong"}, {"William", "wrong"},
		{"Locked", "wrong"}, {"Locked", "another-Secret-9"}, {"Empty", "another-Secret-9"}, {"William@testbot", testbotSecret},
	} {
		c := r.client(t)
		c.token("login")
		clear(spent)
		a := c.begin(login[0], login[1], "rememberMe", "1")
		a.Header.Del("Date")
		var cookies []string
		for _, cookie := range a.Header.Values("Set-Cookie") {
			cookies = append(cookies, randomOfCookies.ReplaceAllString(cookie, "=?"))
		}
		a.Header.Del("Set-Cookie")
		var headers []string
		for name, values := range a.Header {
			headers = append(headers, name+": "+strings.Join(values, ","))
		}
		slices.Sort(headers)
		key := strings.Join(append(append(headers, cookies...), a.Body, spent.String()), "\n")
		seen[key] = login[0]
		if spent["hash"] != 1 {
			t.Errorf("%s: %s", login[0], spent)
		}
	}
	if len(seen) != 1 {
		t.Errorf("%d sorts of answers: %v", len(seen), seen)
	}
}

// H-6: a password that is chosen at a login must be good enough.
func TestH6_ChosenPasswordMustBeGoodEnough(t *testing.T) {
	r := newRig(t, func(o *rigOptions) {
		o.Policy = policy.Rules{Default: policy.Policy{MinLength: 7, NotInName: true, NotCommon: true}}
	}, withoutThrottle)
	c := r.client(t)
	c.begin("William", r.issue(t, "William")).ended("UI", "resetpass-temp-emailed")
	for password, code := range map[string]string{
		"short": "passwordtooshort", "WilliaM": "password-substring-username-match", "sunshine": "passwordincommonlist", "password1": "passwordincommonlist",
		strings.Repeat("x", 4097): "passwordtoolong",
	} {
		c.goOn("password", password, "retype", password).ended("UI", code)
		r.client(t).begin("William", password).ended("FAIL", map[bool]string{true: "passwordtoolong", false: "wrongpassword"}[len(password) > 4096])
	}
	c.goOn("password", "another-Secret-9", "retype", "another-Secret-9").ended("PASS", "")
}

// H-16: a temporary password after its time, after another one was issued, and
// after a password was chosen.
func TestH16_TemporaryPasswordsThatAreOver(t *testing.T) {
	for name, over := range map[string]func(r *rig, temporary string){
		"too old":        func(r *rig, _ string) { r.Clock.Advance(7 * 24 * time.Hour) },
		"another issued": func(r *rig, _ string) { r.issue(t, "Alice") },
		"another chosen": func(r *rig, temporary string) {
			c := r.client(t)
			c.begin("Alice", temporary).ended("UI", "resetpass-temp-emailed")
			c.goOn("password", "another-Secret-9", "retype", "another-Secret-9").ended("PASS", "")
		},
		"another set": func(r *rig, _ string) {
			_, err := r.Credentials.Change(t.Context(), "Alice", secret.New("another-Secret-9"))
			must(t, err)
		},
	} {
		r := newRig(t)
		temporary := r.issue(t, "Alice")
		waiting := r.client(t)
		waiting.begin("Alice", temporary).ended("UI", "resetpass-temp-emailed")
		over(r, temporary)
		t.Log(name)
		r.client(t).begin("Alice", temporary).ended("FAIL", "wrongpassword")
		if name == "another issued" {
			continue // which ends no login that is under way: it was right when it was given
		}
		waiting.goOn("password", "third-Secret-9", "retype", "third-Secret-9").ended("FAIL", notInProgress)
	}
}

// H-17: a temporary password takes nothing away from the owner before he uses
// it.
func TestH17_TemporaryPasswordTakesNothingAway(t *testing.T) {
	r := newRig(t)
	owner, bot := r.client(t).login("William", williamPassword), r.client(t).login("William@testbot", testbotSecret)
	temporary := r.issue(t, "William")
	stranger := r.client(t)
	stranger.begin("William", temporary).ended("UI", "resetpass-temp-emailed")
	owner.is("William")
	bot.is("William")
	r.client(t).begin("William", williamPassword).ended("PASS", "")
	r.client(t).login("William@testbot", testbotSecret)
	stranger.goOn("password", "another-Secret-9", "retype", "another-Secret-9").ended("PASS", "")
	owner.is(nobody)
	bot.is(nobody)
}

// D-18: a login to an own account, proven in another way, with somebody else's
// name beside, clears no counter of that name.
func TestD18_OtherNameBesideAnOwnLogin(t *testing.T) {
	r := withElsewhere(t)
	for range 4 {
		r.client(t).begin("William", "wrong").ended("FAIL", "wrongpassword")
	}
	own := r.client(t)
	own.begin("William", "wrong", "goelsewhere", "1").ended("REDIRECT", "")
	own.goOn("code", "alice").ended("PASS", "")
	own.is("Alice")
	r.client(t).begin("William", williamPassword).ended("FAIL", "login-throttled")
	for range 6 { // without a name, each success makes room for the next
		c := r.client(t)
		c.step("goelsewhere", "1", "loginreturnurl", "http://x/").ended("REDIRECT", "")
		c.goOn("code", "alice").ended("PASS", "")
	}
}
