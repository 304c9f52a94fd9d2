package modules

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
)

// userInfo asks for properties and gives query.userinfo as written.
func (c *client) userInfo(version, props string) string {
	c.t.Helper()
	return c.get("action=query&meta=userinfo&uiprop="+props+"&formatversion="+version).raw("query", "userinfo")
}

func TestPlainUserInfo(t *testing.T) {
	r := newRig(t)
	alice := r.client(t).login("Alice", alicePassword)
	for _, test := range []struct {
		name   string
		client *client
		v1, v2 string
	}{
		{"nobody", r.client(t), `{"id":0,"name":"127.0.0.1","anon":""}`, `{"id":0,"name":"127.0.0.1","anon":true}`},
		{"Alice", alice, `{"id":2,"name":"Alice"}`, `{"id":2,"name":"Alice"}`},
	} {
		test.client.get("action=query&meta=userinfo").is(`{"batchcomplete":"","query":{"userinfo":` + test.v1 + `}}`)
		test.client.get("action=query&meta=userinfo&formatversion=2").is(`{"batchcomplete":true,"query":{"userinfo":` + test.v2 + `}}`)
	}
}

func TestPlainUserInfoReadsNoAccount(t *testing.T) {
	r := newRig(t)
	for _, c := range []*client{
		r.client(t), r.client(t).login("Alice", alicePassword), r.client(t).login("William@testbot", testbotSecret),
	} {
		before := r.AccountReads.Load()
		c.get("action=query&meta=userinfo")
		if n := r.AccountReads.Load() - before; n != 0 {
			t.Errorf("%d reads", n)
		}
		c.get("action=query&meta=userinfo&uiprop=*")
		if n := r.AccountReads.Load() - before; n > 1 {
			t.Errorf("all properties cost %d reads", n)
		}
	}
}

func TestAnonymousIPv6AddressIsAName(t *testing.T) {
	c := newRig(t).client(t)
	c.Header.Set("X-Test-Address", "::ffff:192.0.2.7")
	if got := c.get("action=query&meta=userinfo").text("query", "userinfo", "name"); got != "192.0.2.7" {
		t.Error(got)
	}
}

const (
	everyonesRights = `"createaccount","read","edit","createpage","createtalk","writeapi","viewmywatchlist",` +
		`"editmywatchlist","viewmyprivateinfo","editmyprivateinfo","editmyoptions"`
	usersRights = everyonesRights + `,"move","move-subpages","move-rootuserpages","move-categorypages","movefile",` +
		`"upload","reupload","reupload-shared","minoredit","editmyusercss","editmyuserjson","editmyuserjs",` +
		`"editmyuserjsredirect","purge","sendemail","applychangetags","changetags","editcontentmodel","autoconfirmed",` +
		`"editsemiprotected"`
	defaultOptions = `{"ccmeonemails":0,"date":"default","disablemail":0,"email-allow-new-users":1,"fancysig":0,` +
		`"gender":"unknown","nickname":"","skin":"fallback","prefershttps":1,"requireemail":0,"skin-responsive":1,` +
		`"timecorrection":"System|0","language":"en","variant":"en"}`
)

func TestUserInfoProperties(t *testing.T) {
	r := newRig(t)
	nobody, alice := r.client(t), r.client(t).login("Alice", alicePassword)
	admin := r.client(t).login("Admin", adminPassword)
	for _, test := range []struct {
		client *client
		prop   string
		v1, v2 string // what follows the name; v2 empty: as v1
	}{
		{nobody, "blockinfo", ``, ``},
		{nobody, "hasmsg", ``, `,"messages":false`},
		{nobody, "groups", `,"groups":["*"]`, ``},
		{nobody, "groupmemberships", `,"groupmemberships":[]`, ``},
		{nobody, "implicitgroups", `,"implicitgroups":["*"]`, ``},
		{nobody, "rights", `,"rights":[` + everyonesRights + `]`, ``},
		{nobody, "changeablegroups", `,"changeablegroups":{"add":[],"remove":[],"add-self":[],"remove-self":[]}`, ``},
		{nobody, "options", `,"options":` + defaultOptions, ``},
		{nobody, "editcount", `,"editcount":0`, ``},
		{nobody, "realname", `,"realname":""`, ``},
		{nobody, "email", `,"email":""`, ``},
		{nobody, "registrationdate", ``, ``},
		{nobody, "acceptlang", `,"acceptlang":[]`, ``},
		{nobody, "unreadcount", `,"unreadcount":0`, ``},
		{nobody, "centralids", `,"centralids":{"local":0},"attachedlocal":{}`, `,"centralids":{"local":0},"attachedlocal":{"local":false}`},
		{nobody, "latestcontrib", ``, ``},

		{alice, "hasmsg", ``, `,"messages":false`},
		{alice, "groups", `,"groups":["*","user","autoconfirmed"]`, ``},
		{alice, "groupmemberships", `,"groupmemberships":[]`, ``},
		{alice, "implicitgroups", `,"implicitgroups":["*","user","autoconfirmed"]`, ``},
		{alice, "rights", `,"rights":[` + usersRights + `]`, ``},
		{alice, "editcount", `,"editcount":0`, ``},
		{alice, "realname", `,"realname":"Alice A."`, ``},
		{alice, "email", `,"email":"alice@wiki.test"`, ``},
		{alice, "registrationdate", `,"registrationdate":"2026-11-20T15:25:01Z"`, ``},
		{alice, "centralids", `,"centralids":{"local":2},"attachedlocal":{"local":""}`, `,"centralids":{"local":2},"attachedlocal":{"local":true}`},
		{alice, "latestcontrib", ``, ``},

		{admin, "groups", `,"groups":["bureaucrat","sysop","*","user","autoconfirmed"]`, ``},
		{
			admin, "groupmemberships",
			`,"groupmemberships":[{"group":"bureaucrat","expiry":"infinity"},{"group":"sysop","expiry":"infinity"}]`, ``,
		},
		{admin, "changeablegroups", `,"changeablegroups":{"add":["bot","sysop","interface-admin","bureaucrat","suppress"],` +
			`"remove":["bot","sysop","interface-admin","bureaucrat","suppress"],"add-self":[],"remove-self":[]}`, ``},
	} {
		v2 := test.v2
		if v2 == "" {
			v2 = test.v1
		}
		for version, want := range map[string]string{"1": test.v1, "2": v2} {
			_, got, _ := strings.Cut(strings.TrimSuffix(test.client.userInfo(version, test.prop), "}"), `"name":`)
			if at := strings.IndexByte(got, ','); at >= 0 {
				got = strings.TrimPrefix(strings.TrimPrefix(got[at:], `,"anon":""`), `,"anon":true`)
			} else {
				got = ""
			}
			if got != want {
				t.Errorf("%s, version %s:\ngot  %s\nwant %s", test.prop, version, got, want)
			}
		}
	}
}

func TestUserInfoKeepsItsOrder(t *testing.T) {
	alice := newRig(t).client(t).login("Alice", alicePassword)
	want := `{"id":2,"name":"Alice","messages":false,"groups":["*","user","autoconfirmed"],"editcount":0,"unreadcount":0}`
	if got := alice.userInfo("2", "unreadcount|editcount|groups|hasmsg"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	last := -1
	all := alice.userInfo("2", "*")
	for _, key := range []string{
		"id", "name", "messages", "groups", "groupmemberships", "implicitgroups", "rights", "changeablegroups", "options",
		"editcount", "ratelimits", "theoreticalratelimits", "realname", "email", "registrationdate", "acceptlang",
		"unreadcount", "centralids", "attachedlocal",
	} {
		at := strings.Index(all, `"`+key+`":`)
		if at <= last {
			t.Errorf("%s stands at %d in %s", key, at, all)
		}
		last = at
	}
}

func TestUnknownUserPropertiesAreNamed(t *testing.T) {
	c := newRig(t).client(t)
	c.get("action=query&meta=userinfo&uiprop=foo|hasmsg|preferencestoken&formatversion=2").is(
		`{"batchcomplete":true,"warnings":{"userinfo":{"warnings":"Unrecognized values for parameter \"uiprop\": foo, preferencestoken"}},` +
			`"query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":true,"messages":false}}}`)
	c.get("action=query&meta=userinfo&uiprop=foo").is(
		`{"batchcomplete":"","warnings":{"userinfo":{"*":"Unrecognized value for parameter \"uiprop\": foo"}},` +
			`"query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":""}}}`)
}

func TestConfirmedEmailHasItsTime(t *testing.T) {
	confirmed := time.Date(2026, time.January, 2, 4, 4, 5, 6e8, time.FixedZone("", 3600))
	r := newRig(t, func(o *rigOptions) { o.Alter = func(a *account.Account) { a.EmailConfirmed = confirmed } })
	want := `{"id":2,"name":"Alice","email":"alice@wiki.test","emailauthenticated":"2026-01-02T03:04:05Z"}`
	if got := r.client(t).login("Alice", alicePassword).userInfo("1", "email"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestMembershipsEnd(t *testing.T) {
	r := newRig(t)
	must(t, r.Store.Accounts().SetGroups(t.Context(), r.account(t, "Alice").ID, []account.Membership{
		{Group: "sysop", Expires: rigStart.Add(time.Hour)},
		{Group: "suppress", Expires: rigStart},
		{Group: "bot"},
	}))
	c := r.client(t).login("Alice", alicePassword)
	want := `{"id":2,"name":"Alice","groups":["bot","sysop","*","user","autoconfirmed"],"groupmemberships":` +
		`[{"group":"bot","expiry":"infinity"},{"group":"sysop","expiry":"2026-11-20T16:25:00Z"}]}`
	if got := c.userInfo("2", "groups|groupmemberships"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestGrantsCutWhatABotSees(t *testing.T) {
	r := newRig(t)
	william := r.client(t).login("William@testbot", testbotSecret)
	want := `{"id":3,"name":"William","groups":["*","user","autoconfirmed"],"rights":["read","edit","writeapi","minoredit",` +
		`"purge","applychangetags","changetags","editcontentmodel","autoconfirmed","editsemiprotected"],"realname":""}`
	if got := william.userInfo("2", "rights|groups|email|realname"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	full := r.client(t).login("BotUser@full", fullSecret).userInfo("2", "groups|rights|email")
	for _, part := range []string{`"groups":["bot","*","user","autoconfirmed"]`, `"rights":["bot","autoconfirmed"`, `"email":""`} {
		if !strings.Contains(full, part) {
			t.Errorf("%s is not in %s", part, full)
		}
	}
}

func TestCentralIDsNameAnotherWiki(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	for wiki, want := range map[string]string{
		"refwiki": `,"attachedwiki":{"local":true}}`, "other": `,"attachedwiki":{"local":false}}`, "": `"attachedlocal":{"local":true}}`,
	} {
		got := c.userInfo("2", "centralids&uiattachedwiki="+wiki)
		if !strings.HasSuffix(got, want) {
			t.Errorf("%s: %s", wiki, got)
		}
	}
}

func TestUserIsNobodyWithoutTheSameOriginPolicy(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	c.get("action=query&meta=userinfo&uiprop=groups|email&origin=*&formatversion=2").is(
		`{"batchcomplete":true,"query":{"userinfo":{"id":0,"name":"127.0.0.1","anon":true,"groups":["*"],"email":""}}}`)
}

func TestUserInfoIsPrivate(t *testing.T) {
	a := newRig(t).client(t).get("action=query&meta=userinfo|siteinfo&maxage=60&smaxage=60")
	if got := a.Header.Get("Cache-Control"); got != "private, must-revalidate, max-age=60" {
		t.Error(got)
	}
}

func BenchmarkPlainUserInfo(b *testing.B) {
	r := newRig(b)
	c := r.client(b).login("Alice", alicePassword)
	req, err := http.NewRequestWithContext(b.Context(), http.MethodGet, r.URL+"?action=query&meta=userinfo&format=json", nil)
	must(b, err)
	for _, cookie := range c.http.Jar.Cookies(req.URL) {
		req.AddCookie(cookie)
	}
	req.RemoteAddr = "127.0.0.1:1"
	w := &discard{header: http.Header{}}
	b.ReportAllocs()
	for b.Loop() {
		clear(w.header)
		r.serve(w, req)
	}
}

// discard takes an answer and forgets it.
type discard struct{ header http.Header }

func (d *discard) Header() http.Header         { return d.header }
func (d *discard) WriteHeader(int)             {}
func (d *discard) Write(p []byte) (int, error) { return len(p), nil }
