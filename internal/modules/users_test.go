package modules

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/username"
)

// users asks list=users and gives the list of the answer.
func (c *client) users(version, query string) string {
	c.t.Helper()
	return c.get("action=query&list=users&formatversion="+version+"&"+query).raw("query", "users")
}

// everyUsersProp is every value of usprop.
const everyUsersProp = "blockinfo|cancreate|centralids|editcount|emailable|gender|groupmemberships|groups|implicitgroups|registration|rights"

// The answers are those of a MediaWiki 1.39.17.
func TestUsersByNameAndID(t *testing.T) {
	c := newRig(t).client(t)
	long := strings.Repeat("x", 256)
	for _, test := range []struct{ query, want string }{
		{"", `[]`}, {"ususers=", `[]`}, {"ususerids=", `[]`}, {"ususers[]=Alice", `[]`}, {"ususers=%1F", `[]`},
		{"ususers=alice", `[{"userid":2,"name":"Alice"}]`},
		{"ususers=Alice|alice|_alice_|User:Alice|alice", `[{"userid":2,"name":"Alice"},{"userid":2,"name":"Alice"},{"userid":2,"name":"Alice"},{"userid":2,"name":"Alice"}]`},
		{"ususers=|", `[{"name":"","invalid":true}]`},
		{"ususers=nobody|a%23b|Alice|127.0.0.1||Talk:X", `[{"name":"a#b","invalid":true},{"name":"127.0.0.1","invalid":true},` +
			`{"name":"","invalid":true},{"name":"Talk:X","invalid":true},{"name":"Nobody","missing":true},{"userid":2,"name":"Alice"}]`},
		{"ususers=::1|1.2.3.4/24|%234|{x}|Admin>x|User_talk:Alice|Project:X|RefWiki:X|" + long, `[{"name":"::1","invalid":true},` +
			`{"name":"1.2.3.4/24","invalid":true},{"name":"#4","invalid":true},{"name":"{x}","invalid":true},{"name":"Admin>x","invalid":true},` +
			`{"name":"User_talk:Alice","invalid":true},{"name":"Project:X","invalid":true},{"name":"RefWiki:X","invalid":true},{"name":"` + long + `","invalid":true}]`},
		{"ususers=de:Foo|x@y", `[{"name":"De:Foo","missing":true},{"name":"X@y","missing":true}]`},
		{"ususers=%1Falice%1Fbob|x", `[{"name":"bob|x","invalid":true},{"userid":2,"name":"Alice"}]`},
		{"ususers=%FFx", `[{"name":"Ÿx","missing":true}]`}, {"ususers=al%01ice", `[{"name":"al` + "\ufffd" + `ice","invalid":true}]`},
		{"ususerids=2|2|99|-1|0|3|02|%2B2|-0|00", `[{"userid":2,"name":"Alice"},{"userid":99,"missing":true},{"userid":-1,"missing":true},` +
			`{"userid":0,"missing":true},{"userid":3,"name":"William"}]`},
		{"ususerids=9223372036854775807|-9223372036854775808", `[{"userid":9223372036854775807,"missing":true},{"userid":-9223372036854775808,"missing":true}]`},
		{"ususers[]=Alice&ususerids=3", `[{"userid":3,"name":"William"}]`},
		{"ususers=Alice&usprop=", `[{"userid":2,"name":"Alice"}]`},
	} {
		if got := c.users("2", test.query); got != test.want {
			t.Errorf("%s:\ngot  %s\nwant %s", test.query, got, test.want)
		}
		if got, want := c.users("1", test.query), strings.ReplaceAll(escaped(test.want), ":true", `:""`); got != want {
			t.Errorf("version 1, %s:\ngot  %s\nwant %s", test.query, got, want)
		}
	}
}

// escaped is JSON as version 1 writes it: ASCII only.
func escaped(s string) string {
	var b strings.Builder
	for _, r := range s {
		if r < 0x80 {
			b.WriteRune(r)
		} else {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return b.String()
}

func TestUsersRefuse(t *testing.T) {
	r := newRig(t)
	anonymous, bot := r.client(t), r.client(t).login("BotUser@full", fullSecret)
	many := func(n int) string { return "ususers=" + strings.TrimSuffix(strings.Repeat("x|", n), "|") }
	for _, test := range []struct{ query, anonymous, bot string }{
		{"ususers=Alice&ususerids=2", "invalidparammix", "invalidparammix"}, {"ususers=&ususerids=", "invalidparammix", "invalidparammix"},
		{"ususerids=x", "badinteger", "badinteger"}, {"ususerids=|2", "badinteger", "badinteger"}, {"ususerids=+2", "badinteger", "badinteger"},
		{"ususerids=9223372036854775808", "badinteger", "badinteger"}, {"ususers=Alice&ususerids=x", "badinteger", "badinteger"},
		{many(50), "", ""}, {many(51), "toomanyvalues", ""}, {many(500), "toomanyvalues", ""}, {many(501), "toomanyvalues", "toomanyvalues"},
		{"usprop=*", "", ""}, {"usprop=bogus|groups", "", ""},
	} {
		anonymous.get("action=query&list=users&"+test.query).fails(test.query, test.anonymous)
		bot.get("action=query&list=users&"+test.query).fails("as a bot: "+test.query, test.bot)
	}
	m := said{
		code: "invalidparammix", key: "apierror-invalidparammix", module: "query+users",
		params: `{"list":["<var>ususers</var>","<var>ususerids</var>"],"type":"text"},2`,
	}
	for _, s := range styles() {
		anonymous.get("action=query&list=users&ususers=a&ususerids=1"+s.query()).shows(s.String(), s.failure(m))
	}
}

func TestUsersTakeAPost(t *testing.T) {
	c := newRig(t).client(t)
	a := c.do("POST", "action=query&list=users&formatversion=2", url.Values{"ususers": {"alice"}})
	a.is(`{"batchcomplete":true,"query":{"users":[{"userid":2,"name":"Alice"}]}}`)
}

func TestUsersTellEverythingInOneOrder(t *testing.T) {
	r := newRig(t)
	must(t, r.Store.Accounts().SetGroups(t.Context(), r.account(t, "Admin").ID, []account.Membership{
		{Group: "bureaucrat", Expires: rigStart.Add(time.Hour)}, {Group: "ended", Expires: rigStart}, {Group: "abc"},
	}))
	c := r.client(t)
	const implicit = `["*","user","autoconfirmed"]`
	rights := c.get("action=query&list=users&ususers=Alice&usprop=rights").raw("query", "users")
	rights = strings.TrimSuffix(strings.TrimPrefix(rights, `[{"userid":2,"name":"Alice","rights":`), `}]`)
	for version, want := range map[string][]string{
		"1": {
			`{"name":"x#","invalid":""}`,
			`{"userid":5,"name":"Blocked","editcount":0,"registration":"2026-11-20T15:25:04Z","groups":` + implicit + `,"groupmemberships":[],` +
				`"implicitgroups":` + implicit + `,"rights":` + rights + `,"blockid":1,"blockedby":"Admin","blockedbyid":1,"blockreason":"Testing",` +
				`"blockedtimestamp":"2026-11-20T15:25:00Z","blockexpiry":"infinite","blocknocreate":"","blockedtimestampformatted":"15:25, 20 November 2026",` +
				`"gender":"unknown","centralids":{"local":5},"attachedlocal":{"local":""},"attachedwiki":{}}`,
			`{"userid":1,"name":"Admin","editcount":0,"registration":"2026-11-20T15:25:00Z","groups":["abc","bureaucrat","*","user","autoconfirmed"],` +
				`"groupmemberships":[{"group":"abc","expiry":"infinity"},{"group":"bureaucrat","expiry":"2026-11-20T16:25:00Z"}],` +
				`"implicitgroups":` + implicit + `,"rights":["userrights","noratelimit",` + rights[1:] +
				`,"gender":"unknown","centralids":{"local":1},"attachedlocal":{"local":""},"attachedwiki":{}}`,
			`{"name":"Nobody","missing":"","cancreate":""}`,
		},
		"2": {
			`{"name":"x#","invalid":true}`,
			`{"userid":5,"name":"Blocked","editcount":0,"registration":"2026-11-20T15:25:04Z","groups":` + implicit + `,"groupmemberships":[],` +
				`"implicitgroups":` + implicit + `,"rights":` + rights + `,"blockid":1,"blockedby":"Admin","blockedbyid":1,"blockreason":"Testing",` +
				`"blockedtimestamp":"2026-11-20T15:25:00Z","blockexpiry":"infinite","blockpartial":false,"blocknocreate":true,"blockanononly":false,` +
				`"blockedtimestampformatted":"15:25, 20 November 2026","emailable":false,` +
				`"gender":"unknown","centralids":{"local":5},"attachedlocal":{"local":true},"attachedwiki":{"local":false}}`,
			`{"userid":1,"name":"Admin","editcount":0,"registration":"2026-11-20T15:25:00Z","groups":["abc","bureaucrat","*","user","autoconfirmed"],` +
				`"groupmemberships":[{"group":"abc","expiry":"infinity"},{"group":"bureaucrat","expiry":"2026-11-20T16:25:00Z"}],` +
				`"implicitgroups":` + implicit + `,"rights":["userrights","noratelimit",` + rights[1:] +
				`,"emailable":false,"gender":"unknown","centralids":{"local":1},"attachedlocal":{"local":true},"attachedwiki":{"local":false}}`,
			`{"name":"Nobody","missing":true,"cancreate":true}`,
		},
	} {
		got := c.users(version, "ususers=Blocked|Admin|Nobody|x%23&usattachedwiki=other&usprop="+everyUsersProp)
		if want := "[" + strings.Join(want, ",") + "]"; got != want {
			t.Errorf("version %s:\ngot  %s\nwant %s", version, got, want)
		}
	}
}

func TestUsersCentralIDs(t *testing.T) {
	c := newRig(t).client(t)
	for query, want := range map[string]string{
		"": ``, "&usattachedwiki=": ``, "&usattachedwiki=refwiki": `,"attachedwiki":{"local":true}`, "&usattachedwiki=other": `,"attachedwiki":{"local":false}`,
	} {
		want = `[{"userid":2,"name":"Alice","centralids":{"local":2},"attachedlocal":{"local":true}` + want + `}]`
		if got := c.users("2", "ususers=Alice&usprop=centralids"+query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// The store cannot be told of everything that an account from elsewhere has.
func TestUsersFromElsewhere(t *testing.T) {
	r := newRig(t, func(o *rigOptions) {
		o.Alter = func(a *account.Account) {
			a.EmailConfirmed, a.EditCount, a.Registered = rigStart, 7, time.Time{}
		}
	})
	for version, want := range map[string]string{
		"1": `[{"userid":2,"name":"Alice","editcount":7,"registration":null,"emailable":""}]`,
		"2": `[{"userid":2,"name":"Alice","editcount":7,"registration":null,"emailable":true}]`,
	} {
		if got := r.client(t).users(version, "ususers=Alice&usprop=emailable|registration|editcount"); got != want {
			t.Errorf("version %s: %s, want %s", version, got, want)
		}
	}
}

func TestUsersCanCreate(t *testing.T) {
	c := newRig(t).client(t)
	for name, can := range map[string]bool{
		"Nobody": true, "User:Foo": true, "x y": true, "x@y": false, "a:b": false, "Maintenance script": false, "Conversion script": false,
		strings.Repeat("x", 235): true, strings.Repeat("x", 236): false,
	} {
		got := c.users("2", "usprop=cancreate&ususers="+url.QueryEscape(name))
		if can != strings.HasSuffix(got, `"missing":true,"cancreate":true}]`) {
			t.Errorf("%s: %s", name, got)
		}
	}
	m := said{code: "invaliduser", key: "noname"}
	for _, s := range styles() {
		list := "[" + s.object(m) + "]"
		if s.format == "bc" {
			list = `[{"message":"noname","params":[],"code":"invaliduser","type":"error"}]`
		}
		want := map[string]string{
			"1": `{"batchcomplete":"","query":{"users":[{"name":"X@y","missing":"","cancreateerror":` + list + `}]}}`,
			"2": `{"batchcomplete":true,"query":{"users":[{"name":"X@y","missing":true,"cancreate":false,"cancreateerror":` + list + `}]}}`,
		}[s.version]
		c.get("action=query&list=users&usprop=cancreate&ususers=x@y"+s.query()).shows(s.String(), want)
	}
	if got := c.users("2", "usprop=cancreate&ususerids=99"); got != `[{"userid":99,"missing":true}]` {
		t.Errorf("an id: %s", got)
	}
}

// Grants cut the rights of everybody in the eyes of the program that they
// limit, as on a real wiki.
func TestUsersRightsInALimitedSession(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("William@testbot", testbotSecret)
	want := `[{"userid":1,"name":"Admin","rights":["noratelimit","autopatrol","unwatchedpages","autoconfirmed","editsemiprotected","ipblock-exempt",` +
		`"markbotedits","apihighlimits","read","edit","writeapi","minoredit","purge","applychangetags","changetags","editcontentmodel"]}]`
	if got := c.users("2", "ususers=Admin&usprop=rights"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

// alteredDirectory is a store's, but for what alter does to the accounts in
// lists.
type alteredDirectory struct {
	account.Directory
	alter func(*account.Account)
}

func (d alteredDirectory) altered(list []account.Account, err error) ([]account.Account, error) {
	for i := range list {
		if d.alter != nil {
			d.alter(&list[i])
		}
	}
	return list, err
}

func (d alteredDirectory) ByNames(ctx context.Context, names []username.Name) ([]account.Account, error) {
	return d.altered(d.Directory.ByNames(ctx, names))
}

func (d alteredDirectory) Page(ctx context.Context, r account.Range) ([]account.Account, error) {
	return d.altered(d.Directory.Page(ctx, r))
}

func TestListsOfUsersWhenTheStoreFails(t *testing.T) {
	r := newRig(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, query := range []string{"list=users&ususers=Alice", "list=users&ususerids=1", "list=allusers"} {
		req := httptest.NewRequest(http.MethodGet, "/w/api.php?action=query&format=json&"+query, nil).WithContext(ctx)
		w := httptest.NewRecorder()
		r.Engine.Serve(w, req, actionapi.Client{Address: netip.MustParseAddr("192.0.2.1"), RequestID: "0123"})
		if got := w.Header().Get("MediaWiki-API-Error"); got != "internal_api_error_StoreUnavailable" {
			t.Errorf("%s: error %q, %s", query, got, w.Body)
		}
	}
}
