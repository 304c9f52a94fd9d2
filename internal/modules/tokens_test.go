package modules

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/secret"
)

// tokensOf are the tokens of an answer as written, with real ones as TOKEN.
func (c *client) tokensOf(types string) string {
	c.t.Helper()
	return mask(c.get("action=query&meta=tokens&type="+types).raw("query", "tokens"))
}

func TestTokensComeInTheOrderAskedFor(t *testing.T) {
	r := newRig(t)
	alice := r.client(t).login("Alice", alicePassword)
	for _, test := range []struct{ types, nobody, alice string }{
		{"csrf", `{"csrftoken":"+\\"}`, `{"csrftoken":"TOKEN"}`},
		{"watch", `{"watchtoken":"+\\"}`, `{"watchtoken":"TOKEN"}`},
		{"patrol", `{"patroltoken":"+\\"}`, `{"patroltoken":"TOKEN"}`},
		{"rollback", `{"rollbacktoken":"+\\"}`, `{"rollbacktoken":"TOKEN"}`},
		{"userrights", `{"userrightstoken":"+\\"}`, `{"userrightstoken":"TOKEN"}`},
		{"login", `{"logintoken":"TOKEN"}`, `{"logintoken":"TOKEN"}`},
		{"createaccount", `{"createaccounttoken":"TOKEN"}`, `{"createaccounttoken":"TOKEN"}`},
		{"watch|csrf", `{"watchtoken":"+\\","csrftoken":"+\\"}`, `{"watchtoken":"TOKEN","csrftoken":"TOKEN"}`},
		{"login|createaccount|csrf", `{"logintoken":"TOKEN","createaccounttoken":"TOKEN","csrftoken":"+\\"}`,
			`{"logintoken":"TOKEN","createaccounttoken":"TOKEN","csrftoken":"TOKEN"}`},
		{"csrf|watch|csrf", `{"csrftoken":"+\\","watchtoken":"+\\"}`, `{"csrftoken":"TOKEN","watchtoken":"TOKEN"}`},
		{"%1Fwatch%1Fcsrf", `{"watchtoken":"+\\","csrftoken":"+\\"}`, `{"watchtoken":"TOKEN","csrftoken":"TOKEN"}`},
		{"", `{}`, `{}`},
		{"%1F", `{}`, `{}`},
		{"|", `{}`, `{}`},
		{"login|", `{"logintoken":"TOKEN"}`, `{"logintoken":"TOKEN"}`},
		{"CSRF", `{}`, `{}`},
		{"csrf%0A", `{}`, `{}`},
		{"*|csrf", `{"csrftoken":"+\\"}`, `{"csrftoken":"TOKEN"}`},
	} {
		if got := r.client(t).tokensOf(test.types); got != test.nobody {
			t.Errorf("%q of nobody: %s", test.types, got)
		}
		if got := alice.tokensOf(test.types); got != test.alice {
			t.Errorf("%q of Alice: %s", test.types, got)
		}
	}
}

func TestStarIsEveryTypeByName(t *testing.T) {
	c := newRig(t).client(t)
	want := `{"createaccounttoken":"TOKEN","csrftoken":"+\\","deleteglobalaccounttoken":"+\\","logintoken":"TOKEN",` +
		`"patroltoken":"+\\","rollbacktoken":"+\\","setglobalaccountstatustoken":"+\\","userrightstoken":"+\\","watchtoken":"+\\"}`
	if got := c.tokensOf("*"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestTokenAnswersInFull(t *testing.T) {
	c := newRig(t).client(t)
	c.get("action=query&meta=tokens").shows("version 1", `{"batchcomplete":"","query":{"tokens":{"csrftoken":"+\\"}}}`)
	c.get("action=query&meta=tokens&type=&formatversion=2").shows("version 2", `{"batchcomplete":true,"query":{"tokens":{}}}`)
	c.get("action=query&meta=tokens&type[]=login").shows("array",
		`{"batchcomplete":"","warnings":{"main":{"*":"T"}},"query":{"tokens":{"csrftoken":"+\\"}}}`)
	c.post(url.Values{"action": {"query"}, "meta": {"tokens"}, "type": {"login"}}).shows("posted",
		`{"batchcomplete":"","query":{"tokens":{"logintoken":"TOKEN"}}}`)
	if a := c.do(http.MethodHead, "action=query&meta=tokens&type=login", nil); a.Status != http.StatusOK || a.Body != "" {
		t.Errorf("HEAD: %d %q", a.Status, a.Body)
	}
}

func TestUnknownTokenTypesAreNamedInEveryFormat(t *testing.T) {
	c := newRig(t).client(t)
	for _, s := range styles() {
		one := said{
			code: "unrecognizedvalues", key: "paramvalidator-unrecognizedvalues", module: "query+tokens", data: `"values":["foo"]`,
			params: `{"plaintext":"type"},{"plaintext":"foo|csrf"},{"list":[{"plaintext":"foo"}],"type":"comma"},{"num":1}`,
		}
		c.get("action=query&meta=tokens&type=foo|csrf"+s.query()).shows("one unknown, "+s.String(),
			"{"+s.complete()+","+s.warnings(one)+`,"query":{"tokens":{"csrftoken":"+\\"}}}`)
		two := said{
			code: "unrecognizedvalues", key: "paramvalidator-unrecognizedvalues", module: "query+tokens", data: `"values":["*","bar"]`,
			params: `{"plaintext":"type"},{"plaintext":"*|bar"},{"list":[{"plaintext":"*"},{"plaintext":"bar"}],"type":"comma"},{"num":2}`,
		}
		c.get("action=query&meta=tokens&type=*|bar"+s.query()).shows("two unknown, "+s.String(),
			"{"+s.complete()+","+s.warnings(two)+`,"query":{"tokens":{}}}`)
		if s.format == "raw" {
			a := c.get("action=query&meta=tokens&ascii&type=%1F*%1Fbar" + s.query())
			two.params = strings.Replace(two.params, "*|bar", `\ufffd*\ufffdbar`, 1)
			a.shows("another separator", "{"+s.complete()+","+s.warnings(two)+`,"query":{"tokens":{}}}`)
		}
	}
}

// repeat is a list of n members, duplicates and unknown ones among them: all
// count.
func repeat(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = []string{"csrf", fmt.Sprint("v", i)}[i%2]
	}
	return strings.Join(list, "|")
}

func TestTooManyTokenTypes(t *testing.T) {
	r := newRig(t)
	poor := secret.New("e" + strings.Repeat("0", 31))
	_, err := r.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: "BotUser", App: "poor", Grants: []string{"editpage"}, Secret: poor})
	must(t, err)
	for _, test := range []struct {
		name   string
		client *client
		limit  int
	}{
		{"nobody", r.client(t), 50},
		{"user", r.client(t).login("Alice", alicePassword), 50},
		{"user with apihighlimits", r.client(t).login("BotUser", botUserPassword), 500},
		{"bot with highvolume", r.client(t).login("BotUser@full", fullSecret), 500},
		{"bot without highvolume", r.client(t).login("BotUser@poor", poor.Reveal()), 50},
		{"highvolume of a user without the right", r.client(t).login("William@testbot", testbotSecret), 50},
	} {
		query := "action=query&meta=tokens&errorformat=none&formatversion=2&type="
		test.client.get(query+repeat(test.limit)).fails(test.name+", as many as may be", "")
		data := fmt.Sprintf(`"data":{"limit":%d,"lowlimit":50,"highlimit":500}`, test.limit)
		test.client.get(query+repeat(test.limit+1)).shows(test.name+", one more",
			`{"errors":[{"code":"toomanyvalues",`+data+`,"module":"query+tokens"}],"docref":"T"}`)
	}
}

func TestTokensHaveMediaWikisForm(t *testing.T) {
	r := newRig(t)
	token := r.client(t).token("login")
	if !regexp.MustCompile(`^[0-9a-f]{32}6b00664c\+\\$`).MatchString(token) {
		t.Errorf("%s does not end in the time of issue, %x", token, rigStart.Unix())
	}
}

func TestTokensDifferByTypeSessionAndSecond(t *testing.T) {
	r := newRig(t)
	alice, other := r.client(t).login("Alice", alicePassword), r.client(t).login("Alice", alicePassword)
	var seen []string
	for _, kind := range []string{"csrf", "watch", "patrol", "rollback", "userrights", "login", "createaccount"} {
		seen = append(seen, alice.token(kind), other.token(kind))
	}
	r.Clock.Advance(time.Second)
	first := alice.token("csrf")
	seen = append(seen, first)
	if again := alice.token("csrf"); again != first {
		t.Errorf("two tokens in one second: %s and %s", first, again)
	}
	slices.Sort(seen)
	if n := len(slices.Compact(seen)); n != 15 {
		t.Errorf("%d different tokens, want 15", n)
	}
}

func TestOnlyLoginAndCreateAccountTokensStartASession(t *testing.T) {
	r := newRig(t)
	for types, want := range map[string]string{
		"csrf": "", "watch|patrol|rollback|userrights": "", "": "", "nonsense": "",
		"login": "_session", "createaccount": "_session", "login|createaccount": "_session", "csrf|login": "_session", "*": "_session",
	} {
		c := r.client(t)
		if got := c.get("action=query&meta=tokens&type=" + types).setNames(); got != want {
			t.Errorf("%q sets %q, want %q", types, got, want)
		}
		if want == "" {
			continue
		}
		before := c.cookie("refwiki_session")
		c.get("action=query&meta=tokens&type="+types).sets(t, "again")
		if got := c.cookie("refwiki_session"); got != before {
			t.Errorf("%q: the cookie changed from %s to %s", types, before, got)
		}
	}
	alice := r.client(t).login("Alice", alicePassword)
	alice.get("action=query&meta=tokens&type=*").sets(t, "logged in")
}

func TestNoTokensForAnotherSite(t *testing.T) {
	r := newRig(t)
	clients := map[string]*client{
		"nobody": r.client(t), "Alice": r.client(t).login("Alice", alicePassword), "bot": r.client(t).login("William@testbot", testbotSecret),
	}
	for who, c := range clients {
		for _, w := range untrustedWays() {
			name := who + ", " + w.name
			a := w.get(c, "action=query&meta=tokens&type=csrf|login&errorformat=none&formatversion=2")
			a.shows(name, `{"batchcomplete":true,"warnings":[{"code":"tokens-origin","module":"query+tokens"}]}`)
			a.sets(t, name)
			if got := a.Header.Get("MediaWiki-Login-Suppressed"); got != "true" {
				t.Errorf("%s: the header says %q", name, got)
			}
			w.get(c, "action=query&meta=tokens|userinfo&formatversion=2").shows(name,
				`{"batchcomplete":true,"warnings":{"tokens":{"warnings":"T"}},"query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":true}}}`)
			w.get(c, "action=query&meta=userinfo&assert=user&errorformat=none").fails(name, "assertuserfailed")
		}
	}
	if got := clients["nobody"].get("action=query&meta=tokens").Header.Get("MediaWiki-Login-Suppressed"); got != "" {
		t.Errorf("an ordinary answer has the header %q", got)
	}
}

func TestLoginGoesOnOverAKeyRotation(t *testing.T) {
	r := newRig(t)
	fresh, alice := r.client(t), r.client(t).login("Alice", alicePassword)
	login, csrf := fresh.token("login"), alice.token("csrf")
	var err error
	r.Ring, err = r.Ring.Rotated(rigStart.Add(time.Hour))
	must(t, err)
	r.rewire(t, defaultRigOptions())
	a := fresh.post(url.Values{"action": {"login"}, "lgname": {"William@testbot"}, "lgpassword": {testbotSecret}, "lgtoken": {login}})
	a.is(`{"login":{"result":"Success","lguserid":3,"lgusername":"William"}}`)
	alice.post(url.Values{"action": {"logout"}, "token": {csrf}}).is(`{}`)
}

func TestOldWaysToTokensAreGone(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	c.get("action=tokens&type=edit").fails("action=tokens", "badvalue")
	for query, name := range map[string]string{
		"action=query&prop=info&intoken=edit": "intoken", "action=query&list=users&ususers=Alice&ustoken=userrights": "ustoken",
	} {
		a := c.get(query)
		if !strings.Contains(a.raw("warnings", "main"), "Unrecognized parameter: "+name) || strings.Contains(a.Body, `+\\`) {
			t.Errorf("%s: %s", query, a.Body)
		}
	}
}
