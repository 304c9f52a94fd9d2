package e2e

import (
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/secret"
)

// with is a client that has exactly these cookies.
func (w *world) with(cookies map[string]string) *client {
	c := w.client()
	c.cookies = maps.Clone(cookies)
	return c
}

// but is a copy of cookies with some changed; an empty value removes one.
func but(cookies map[string]string, changes ...string) map[string]string {
	changed := maps.Clone(cookies)
	for i := 0; i < len(changes); i += 2 {
		changed[changes[i]] = changes[i+1]
		if changes[i+1] == "" {
			delete(changed, changes[i])
		}
	}
	return changed
}

// B-5: an id from before a login, and one from before a logout, is nobody's.
func TestB5_OldIDs(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	c.token("login")
	anonymous := maps.Clone(c.cookies)
	c.mustLogin("William", "password-of-William")
	first := maps.Clone(c.cookies)
	c.mustLogin("William", "password-of-William")
	w.with(anonymous).is("")
	w.with(but(first, cookieToken, "")).is("")
	second := maps.Clone(c.cookies)
	c.is("William")
	if code := c.logout(); code != "" {
		t.Fatal(code)
	}
	w.with(but(second, cookieToken, "")).is("")

	c = w.loggedIn(b)
	before := maps.Clone(c.cookies)
	if code := c.logout(); code != "" {
		t.Fatal(code)
	}
	w.with(before).is("")
}

// B-6, B-7, B-9: cookies that do not fit together are nobody's, and go.
func TestB6B7B9_CookiesThatDoNotFit(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Alice", "password-of-Alice")
	w.account("Bob", "password-of-Bob")
	a, b := w.client(), w.client()
	a.mustLogin("Alice", "password-of-Alice")
	b.mustLogin("Bob", "password-of-Bob")
	bot := w.loggedIn(w.bot("Alice", "app"))
	alice, bob := a.cookies, b.cookies
	for name, cookies := range map[string]map[string]string{
		"UserID alone":                   {cookieUserID: alice[cookieUserID]},
		"UserID and UserName":            {cookieUserID: alice[cookieUserID], cookieUserName: "Alice"},
		"a made-up Token":                {cookieUserID: alice[cookieUserID], cookieUserName: "Alice", cookieToken: strings.Repeat("0", 32)},
		"a Token in capitals":            {cookieUserID: alice[cookieUserID], cookieToken: strings.ToUpper(alice[cookieToken])},
		"a Token cut short":              {cookieUserID: alice[cookieUserID], cookieToken: alice[cookieToken][:31]},
		"an empty Token":                 but(alice, cookieSession, "", cookieToken, `""`),
		"Bob's Token":                    {cookieUserID: alice[cookieUserID], cookieUserName: "Alice", cookieToken: bob[cookieToken]},
		"Bob's name":                     but(alice, cookieUserName, "Bob"),
		"Bob's number":                   but(alice, cookieUserID, bob[cookieUserID]),
		"Bob's session":                  but(alice, cookieSession, bob[cookieSession]),
		"Bob's Token and Alice's rest":   but(alice, cookieToken, bob[cookieToken]),
		"the session and a number, both": {cookieSession: alice[cookieSession], cookieUserID: bob[cookieUserID]},
		"the session without a number":   {cookieSession: alice[cookieSession]},
		"a number that is none":          but(alice, cookieUserID, "1 OR 1"),
		"a number with a sign":           but(alice, cookieUserID, "-"+alice[cookieUserID]),
		"the bot's session as a login's": but(alice, cookieSession, bot.cookies[cookieBot]),
		"the login's session as a bot's": {cookieBot: alice[cookieSession]},
		"an unknown number":              but(alice, cookieUserID, "999999"),
	} {
		got, r := w.with(cookies).whoReply()
		if got != "" {
			t.Errorf("%s: %q", name, got)
		}
		for cookie := range cookies {
			if cookie != cookieUserName && !slices.Contains(r.cleared, cookie) && !slices.Contains(r.set, cookie) {
				t.Errorf("%s: %s is left, deleted are %q", name, cookie, r.cleared)
			}
		}
	}
	w.with(alice).is("Alice")
	w.with(bob).is("Bob")
}

// B-13, as far as MediaWiki's clients allow it: the session cookie is dead
// after a logout. (That the remember cookie revives is a choice of the
// specification of action=logout.)
func TestB13_ReplayAfterLogout(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	c := w.client()
	c.mustLogin("William", "password-of-William")
	kept := maps.Clone(c.cookies)
	csrf := c.token("csrf")
	if code := c.logout(); code != "" {
		t.Fatal(code)
	}
	w.with(but(kept, cookieToken, "")).is("")
	revived := w.with(kept)
	if revived.who(); revived.cookies[cookieSession] == kept[cookieSession] {
		t.Error("the old id lives")
	}
	if code := w.with(kept).post(fields{"action": "logout"}, fields{"token": csrf}).code(t); code != "badtoken" {
		t.Errorf("the csrf token from before the logout: %q", code)
	}
}

// B-14, I-8: of a locked account no session, no remembered login and no login
// is left, and nothing tells a stranger more than that a login failed.
func TestB14I8_LockedAccount(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c, bot := w.client(), w.loggedIn(b)
	c.mustLogin("William", "password-of-William")
	c.is("William")
	bot.is("William")
	kept := maps.Clone(c.cookies)
	a := openAdmin(t, w.Dir)
	if err := setLocked(t, a, "William", true); err != nil {
		t.Fatal(err)
	}
	c.is("")
	bot.is("")
	w.with(but(kept, cookieSession, "")).is("")
	if result := w.client().login("William", "password-of-William"); result != "Failed" {
		t.Errorf("main login: %s", result)
	}
	if result := w.client().login(b.login, b.secret); result != "Failed" {
		t.Errorf("bot login: %s", result)
	}
	if err := setLocked(t, a, "William", false); err != nil {
		t.Fatal(err)
	}
	w.loggedIn(b).is("William")
}

// A new Token ends every session and remembered login of the account.
func TestB12_NewTokenEndsAllLogins(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	c := w.client()
	c.mustLogin("William", "password-of-William")
	c.is("William")
	kept := maps.Clone(c.cookies)
	a := openAdmin(t, w.Dir)
	found, err := a.Accounts.Find(t.Context(), "William")
	if err == nil {
		err = a.Accounts.Store.SetToken(t.Context(), found.ID, secret.New(secret.Hex32()))
	}
	if err != nil {
		t.Fatal(err)
	}
	c.is("")
	w.with(but(kept, cookieSession, "")).is("")
}

// B-18: a login as somebody else leaves nothing of the first user.
func TestB18_SecondUserInOneSession(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Alice", "password-of-Alice")
	w.account("Bob", "password-of-Bob")
	c := w.client()
	c.mustLogin("Alice", "password-of-Alice")
	csrf, alice := c.token("csrf"), maps.Clone(c.cookies)
	c.mustLogin("Bob", "password-of-Bob")
	c.is("Bob")
	if code := c.post(fields{"action": "logout"}, fields{"token": csrf}).code(t); code != "badtoken" {
		t.Errorf("Alice's csrf token in Bob's session: %q", code)
	}
	for cookie, value := range alice {
		if c.cookies[cookie] == value {
			t.Errorf("%s is still Alice's", cookie)
		}
	}
	w.with(but(alice, cookieToken, "")).is("")
}

// B-19: requests for tokens cost no storage, however many there are.
func TestB19_TokenRequestsLeaveNothing(t *testing.T) {
	t.Parallel()
	w := start(t)
	a := openAdmin(t, w.Dir)
	if _, err := a.Accounts.Create(t.Context(), account.CreateRequest{Name: "William"}); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	const n = 2000
	for range n {
		c := w.client()
		ids[c.token("login")] = true
		ids[c.cookies[cookieSession]] = true
	}
	db := openDatabase(t, w.Dir, url.Values{"mode": {"ro"}})
	for _, table := range []string{"session", "throttle"} {
		var rows int
		if err := db.QueryRow("SELECT COUNT(*) FROM " + table).Scan(&rows); err != nil || rows != 0 {
			t.Errorf("%d rows in %s, %v", rows, table, err)
		}
	}
	// B-21, on a small scale.
	if len(ids) != 2*n {
		t.Errorf("%d tokens and ids of %d requests", len(ids), n)
	}
}

// B-20: an id in the URL or the body is none.
func TestB20_IDInAParameter(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	bot := w.loggedIn(w.bot("William", "app"))
	for _, cookie := range []string{cookieBot, "PHPSESSID", "sessionid", "session", "sid"} {
		c := w.client()
		id := fields{"action": "query", "meta": "userinfo", cookie: bot.cookies[cookieBot]}
		for _, r := range []reply{c.get(id), c.post(id, id)} {
			if name, err := userIn(r); name != "" || err != nil {
				t.Errorf("%s: %q, %v", cookie, name, err)
			}
		}
	}
	c := w.client()
	c.header.Set("Authorization", "Bearer "+bot.cookies[cookieBot])
	c.is("")
}

// B-22: whoever steals the data folder without the key file has no password,
// no secret, no session, no token and no remembered login.
func TestB22_DataAtRest(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for range 20 {
		c := w.loggedIn(b)
		c.token("csrf")
		main := w.client()
		main.mustLogin("William", "password-of-William")
		main.token("csrf")
	}
	var stored strings.Builder
	files, err := filepath.Glob(filepath.Join(w.Dir, "*"))
	if err != nil || len(files) < 2 {
		t.Fatalf("%q, %v", files, err)
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stored.Write(content)
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s is open to others: %v, %v", file, info.Mode(), err)
		}
	}
	if !strings.Contains(stored.String(), "William") {
		t.Fatal("not even the name is there: the test looks at the wrong files")
	}
	for _, what := range w.secrets.found(stored.String()) {
		t.Errorf("the data folder holds %s", what)
	}
}
