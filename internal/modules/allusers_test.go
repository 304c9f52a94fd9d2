package modules

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/username"
)

// names asks list=allusers and gives the names of the answer, and where it goes
// on behind an arrow.
func (c *client) names(query string) string {
	c.t.Helper()
	a := c.get("action=query&list=allusers&formatversion=2&" + query)
	list, ok := a.value("query", "allusers").([]any)
	if !ok {
		return a.Body
	}
	var names []string
	for _, u := range list {
		names = append(names, u.(map[string]any)["name"].(string))
	}
	text := strings.Join(names, ",")
	if at := a.text("continue", "aufrom"); at != "" {
		text += " → " + at
	}
	return text
}

// join adds an account with the groups, edits and registration at will.
func (r *rig) join(t *testing.T, n account.New, groups ...account.Membership) {
	t.Helper()
	a, err := r.Store.Accounts().Create(t.Context(), n)
	must(t, err)
	must(t, r.Store.Accounts().SetGroups(t.Context(), a.ID, groups))
}

// The rules are those that a MediaWiki 1.39.17 follows.
func TestAllUsersInARange(t *testing.T) {
	r := newRig(t)
	r.join(t, account.New{Name: username.FromStore("Ünïcode User"), EditCount: 3})
	c := r.client(t)
	const all = "Admin,Alice,Blocked,BotUser,William,Ünïcode User"
	for query, want := range map[string]string{
		"": all, "aufrom=": all, "auprefix=": all, "aufrom=&auprefix=": all, "auto=": "",
		"audir=descending":         "Ünïcode User,William,BotUser,Blocked,Alice,Admin",
		"audir=descending&aufrom=": "", "audir=descending&auto=&aulimit=1": "Ünïcode User → William",
		"aulimit=2": "Admin,Alice → Blocked", "aulimit=2&aufrom=Alice": "Alice,Blocked → BotUser", "aulimit=6": all, "aulimit=5": "Admin,Alice,Blocked,BotUser,William → Ünïcode User",
		"aulimit=%2B1": "Admin → Alice", "aulimit=01": "Admin → Alice", "aulimit=max": all,
		"aufrom=b": "Blocked,BotUser,William,Ünïcode User", "aufrom=Al": "Alice,Blocked,BotUser,William,Ünïcode User",
		"aufrom=ünï": "Ünïcode User", "aufrom=Ünïcode_user": "", "aufrom=Ünïcode_User": "Ünïcode User", "aufrom=_b": all, "aufrom=%20b": all, "aufrom=%23": all,
		"aufrom=user:b": "William,Ünïcode User", "aufrom=b%23&aulimit=1": "Blocked → BotUser",
		"auto=B": "Admin,Alice", "auto=alice": "Admin,Alice", "auto=Alic": "Admin", "auto=Alice_": "Admin,Alice", "aufrom=W&auto=B": "",
		"audir=descending&aufrom=W&auto=B": "BotUser,Blocked", "audir=descending&aufrom=William&auto=Blocked&aulimit=2": "William,BotUser → Blocked",
		"auprefix=a": "Admin,Alice", "auprefix=A&audir=descending&aulimit=1": "Alice → Admin", "auprefix=a&audir=descending&aufrom=Al": "Admin",
		"auprefix=ünïcode_": "Ünïcode User", "auprefix=ünïcode%20": "Ünïcode User", "auprefix=_": "", "auprefix=%25": "", "auprefix=Al%25": "", "auprefix=b*": "", "auprefix=user:al": "",
		"auprefix=A&aufrom=B": "", "auprefix=A&aufrom=Al": "Alice", "auprefix=A&auto=Al": "Admin",
		"auwitheditsonly": "Ünïcode User", "auwitheditsonly=0": "Ünïcode User", "auwitheditsonly&augroup=sysop": "", "auactiveusers": "", "auactiveusers=&aulimit=1": "",
	} {
		if got := c.names(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestAllUsersOfGroups(t *testing.T) {
	r := newRig(t)
	r.join(t, account.New{Name: username.FromStore("Ended")}, account.Membership{Group: "bot", Expires: rigStart})
	r.join(t, account.New{Name: username.FromStore("Ending")}, account.Membership{Group: "bot", Expires: rigStart.Add(time.Second)})
	c := r.client(t)
	const all = "Admin,Alice,Blocked,BotUser,Ended,Ending,William"
	for query, want := range map[string]string{
		"augroup=bot": "BotUser,Ending", "augroup=bot|sysop": "Admin,BotUser,Ending", "augroup=sysop|bureaucrat&aulimit=1": "Admin",
		"augroup=bot&audir=descending&aulimit=1": "Ending → BotUser", "augroup=bot&aufrom=C": "Ending", "augroup=bot&auprefix=B": "BotUser",
		"augroup=suppress": "", "augroup=": all, "augroup=bogus": all, "augroup=user": all, "augroup=*": all, "augroup=|": all, "augroup=bot|bogus": "BotUser,Ending",
		"augroup[]=bot": all, "auexcludegroup=bot": "Admin,Alice,Blocked,Ended,William", "auexcludegroup=bot|sysop&aulimit=2": "Alice,Blocked → Ended",
		"auexcludegroup=": all, "auexcludegroup=bogus|bot": "Admin,Alice,Blocked,Ended,William",
		"aurights=block": "Admin", "aurights=bot|block": "Admin,BotUser,Ending", "aurights=bot|block&aulimit=1": "Admin → BotUser", "aurights=createaccount": "Admin",
		"aurights=": all, "aurights=bogus": all, "aurights=edit": "", "aurights=siteadmin": "", "aurights=edit|bot": "BotUser,Ending",
		"augroup=bot&aurights=block": "Admin,BotUser,Ending", "augroup=bot&aurights=edit": "BotUser,Ending", "augroup=bot&aurights=siteadmin": "",
		"aurights=siteadmin&augroup=bot&auexcludegroup=sysop": "", // before the mixture is looked at
	} {
		if got := c.names(query); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	r.Clock.Advance(time.Second)
	if got := c.names("augroup=bot"); got != "BotUser" {
		t.Errorf("after the end: %s", got)
	}
}

func TestAllUsersRefuse(t *testing.T) {
	c := newRig(t).client(t)
	for query, want := range map[string]string{
		"augroup=bot&auexcludegroup=sysop": "invalidparammix", "augroup=&auexcludegroup=": "invalidparammix", "augroup=bogus&auexcludegroup=bogus": "invalidparammix",
		"aurights=bot&auexcludegroup=sysop": "invalidparammix", "aurights=edit&auexcludegroup=": "invalidparammix", "aurights=&auexcludegroup=bot": "",
		"auactiveusers&augroup=bot&auexcludegroup=sysop": "invalidparammix", "auactiveusers&aurights=bot": "",
		"aulimit=x": "badinteger", "aulimit=": "badinteger", "aulimit=MAX": "badinteger", "aulimit=1.5": "badinteger", "audir=x": "badvalue", "audir=": "badvalue",
		"augroup=bot&auexcludegroup=sysop&aulimit=x": "badinteger", "aufrom=%1Fx": "badvalue", "aurights=" + strings.Repeat("|", 50): "toomanyvalues",
	} {
		c.get("action=query&list=allusers&"+query).fails(query, want)
	}
	for query, params := range map[string]string{"augroup=a&auexcludegroup=b": "", "aurights=bot&auexcludegroup=b": ""} {
		m := said{code: "invalidparammix", key: "apierror-invalidparammix", module: "query+allusers",
			params: `{"list":["<var>augroup</var>","<var>auexcludegroup</var>"],"type":"text"},2` + params}
		a := c.get("action=query&list=allusers&" + query + "&errorformat=raw&formatversion=2")
		if got, want := a.raw("errors"), "["+(style{"raw", "2"}).object(m)+"]"; got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

func TestAllUsersLimit(t *testing.T) {
	r := newRig(t)
	for i := range 520 {
		r.join(t, account.New{Name: username.FromStore(fmt.Sprintf("User %03d", i))})
	}
	anonymous, bot := r.client(t), r.client(t).login("BotUser@full", fullSecret)
	for _, test := range []struct {
		client  *client
		limit   string
		n       int
		warning string // the least and the largest
		max     string
	}{
		{anonymous, "", 10, "", ""}, {anonymous, "max", 500, "", "500"}, {anonymous, "500", 500, "", ""}, {anonymous, "501", 500, "1,500", ""},
		{anonymous, "0", 1, "1,500", ""}, {anonymous, "-1", 1, "1,500", ""},
		{bot, "", 10, "", ""}, {bot, "max", 525, "", "5000"}, {bot, "501", 501, "", ""}, {bot, "5001", 525, "1,5000", ""}, {bot, "0", 1, "1,5000", ""},
	} {
		query := "action=query&list=allusers&formatversion=2&errorformat=raw"
		if test.limit != "" {
			query += "&aulimit=" + test.limit
		}
		a := test.client.get(query)
		list, _ := a.value("query", "allusers").([]any)
		if len(list) != test.n || a.raw("limits", "allusers") != test.max {
			t.Errorf("limit %q: %d users, limits %s, want %d and %q", test.limit, len(list), a.raw("limits"), test.n, test.max)
		}
		least, most, _ := strings.Cut(test.warning, ",")
		want := ""
		if test.warning != "" {
			want = `[` + (style{"raw", "2"}).object(said{
				code: "outofrange", key: "paramvalidator-outofrange-minmax", module: "query+allusers",
				params: `{"plaintext":"aulimit"},{"plaintext":"` + test.limit + `"},{"num":` + least + `},{"num":` + most + `}`,
				data:   `"min":1,"curmax":` + most + `,"max":500,"highmax":5000`,
			}) + `]`
		}
		if got := a.raw("warnings"); got != want {
			t.Errorf("limit %q: warnings %s, want %s", test.limit, got, want)
		}
	}
}

// Who follows the answers sees every account once, whatever the size of the
// pages and the direction.
func TestAllUsersPageByPage(t *testing.T) {
	r := newRig(t)
	for i := range 30 {
		r.join(t, account.New{Name: username.FromStore(fmt.Sprintf("User %c & %d", 'a'+i, i))}, account.Membership{Group: "bot"})
	}
	c := r.client(t)
	for _, query := range []string{"", "&audir=descending", "&augroup=bot|sysop", "&auexcludegroup=sysop", "&auprefix=U"} {
		want := strings.Split(c.names("aulimit=max"+query), ",")
		for _, limit := range []int{1, 7, 29, 500} {
			var got []string
			next := url.Values{}
			for {
				a := c.get(fmt.Sprintf("action=query&list=allusers&formatversion=2&aulimit=%d%s&%s", limit, query, next.Encode()))
				list, _ := a.value("query", "allusers").([]any)
				for _, u := range list {
					got = append(got, u.(map[string]any)["name"].(string))
				}
				if a.raw("batchcomplete") != "true" {
					t.Fatal(a.Body)
				}
				if a.raw("continue") == "" {
					break
				}
				next = url.Values{"aufrom": {a.text("continue", "aufrom")}, "continue": {a.text("continue", "continue")}}
			}
			if !slices.Equal(got, want) {
				t.Errorf("limit %d%s: %q, want %q", limit, query, got, want)
			}
		}
	}
}

func TestAllUsersTellEverythingInOneOrder(t *testing.T) {
	r := newRig(t)
	r.join(t, account.New{Name: username.FromStore("Blocked2"), Registered: rigStart}, account.Membership{Group: "sysop"},
		account.Membership{Group: "abc"}, account.Membership{Group: "gone", Expires: rigStart})
	r.block(t, "Blocked2", account.Block{By: "Admin", ByID: 1, Reason: "r", Created: rigStart})
	query := "action=query&list=allusers&aufrom=Blocked2&aulimit=1&auprop=blockinfo|centralids|editcount|groups|implicitgroups|registration|rights&auattachedwiki="
	anonymous := r.client(t)
	rights := anonymous.get("action=query&list=allusers&auprop=rights&auprefix=Alice").raw("query", "allusers")
	rights = strings.TrimSuffix(strings.TrimPrefix(rights, `[{"userid":2,"name":"Alice","rights":`), `]}]`)
	const groups = `"groups":["*","user","autoconfirmed","abc","sysop"],"implicitgroups":["*","user","autoconfirmed"],"rights":`
	const block = `"blockid":2,"blockedby":"Admin","blockedbyid":1,"blockreason":"r","blockedtimestamp":"2026-11-20T15:25:00Z","blockexpiry":"infinite",`
	for version, want := range map[string]string{
		"1": `{"userid":6,"name":"Blocked2","centralids":{"local":6},"attachedlocal":{"local":""},"attachedwiki":{},` + block +
			`"blockedtimestampformatted":"15:25, 20 November 2026","editcount":0,"registration":"2026-11-20T15:25:00Z",` + groups + rights + `,"block","delete",`,
		"2": `{"userid":6,"name":"Blocked2","centralids":{"local":6},"attachedlocal":{"local":true},"attachedwiki":{"local":false},` + block +
			`"blockpartial":false,"blocknocreate":false,"blockanononly":false,` +
			`"blockedtimestampformatted":"15:25, 20 November 2026","editcount":0,"registration":"2026-11-20T15:25:00Z",` + groups + rights + `,"block","delete",`,
	} {
		got := anonymous.get(query+"other&formatversion="+version).raw("query", "allusers")
		if !strings.HasPrefix(got, "["+want) {
			t.Errorf("version %s:\ngot  %s\nwant %s", version, got, want)
		}
		// Unlike those of list=users, these rights are the same in all eyes.
		if bot := r.client(t).login("William@testbot", testbotSecret).get(query+"other&formatversion="+version).raw("query", "allusers"); bot != got {
			t.Errorf("version %s, a bot gets %s", version, bot)
		}
	}
	if got := anonymous.get(query+"&auprop=centralids&formatversion=2").raw("query", "allusers"); got != `[{"userid":6,"name":"Blocked2","centralids":{"local":6},"attachedlocal":{"local":true}}]` {
		t.Errorf("no wiki is asked about: %s", got)
	}
	unknown := newRig(t, func(o *rigOptions) { o.Alter = func(a *account.Account) { a.Registered = time.Time{} } }).client(t)
	if got := unknown.get("action=query&list=allusers&aulimit=1&auprop=registration").raw("query", "allusers"); got != `[{"userid":1,"name":"Admin","registration":""}]` {
		t.Errorf("registration is not known: %s", got)
	}
}

func TestAllUsersTakeAPost(t *testing.T) {
	a := newRig(t).client(t).do("POST", "action=query&list=allusers&formatversion=2", url.Values{"augroup": {"bot"}})
	a.is(`{"batchcomplete":true,"query":{"allusers":[{"userid":4,"name":"BotUser"}]}}`)
}
