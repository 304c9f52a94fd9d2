package modules

import (
	"net/url"
	"testing"

	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/secret"
)

func privateRig(t *testing.T) *rig {
	t.Helper()
	return newRig(t, func(o *rigOptions) { o.Groups = grant.PrivateGroups() })
}

// On a private site nobody learns more than how to log in. What is refused to
// nobody is open to who has logged in, though it may fail otherwise.
func TestN10_PrivateSite(t *testing.T) {
	r := privateRig(t)
	nobody, alice := r.client(t), r.client(t).login("Alice", alicePassword)
	for _, test := range []struct{ query, nobody, alice string }{
		{"action=query&meta=tokens", "", ""},
		{"action=query&meta=tokens&type=login", "", ""},
		{"action=query&meta=tokens&type=*", "", ""},
		{"action=query&meta=tokens&rawcontinue&indexpageids", "", ""},
		{"action=query&meta=tokens|tokens", "", ""},
		{"action=query&meta=tokens|bogus", "", ""},
		{"action=query&meta=tokens&list[]=users", "", ""},
		{"action=query&meta=tokens&foo=1", "", ""},
		{"action=query&meta=tokens&maxage=9&uselang=de&requestid=1", "", ""},
		{"action=query&meta=", "", ""},
		{"action=query&meta=bogus", "", ""},
		{"action=query", "readapidenied", ""},
		{"action=query&meta[]=tokens", "readapidenied", ""},
		{"action=query&meta=tokens&continue=", "readapidenied", ""},
		{"action=query&meta=tokens&continue=-||tokens", "readapidenied", ""},
		{"action=query&meta=tokens&continue=x", "readapidenied", "badcontinue"},
		{"action=query&meta=tokens&titles=", "readapidenied", ""},
		{"action=query&meta=tokens&redirects", "readapidenied", ""},
		{"action=query&meta=tokens&export", "readapidenied", ""},
		{"action=query&meta=tokens&exportschema=0.11", "readapidenied", ""},
		{"action=query&meta=tokens&list=", "readapidenied", ""},
		{"action=query&meta=tokens&prop=", "readapidenied", ""},
		{"action=query&meta=tokens&list=bogus", "readapidenied", ""},
		{"action=query&meta=tokens|userinfo", "readapidenied", ""},
		{"action=query&meta=tokens|siteinfo", "readapidenied", ""},
		{"action=query&meta=userinfo", "readapidenied", ""},
		{"action=query&meta=siteinfo", "readapidenied", ""},
		{"action=query&list=users&ususers=Alice", "readapidenied", ""},
		{"action=query&list=users&ususers=a&ususerids=1", "readapidenied", "invalidparammix"},
		{"action=query&list=allusers", "readapidenied", ""},
		{"action=query&list=allusers&aulimit=x", "readapidenied", "badinteger"},
		{"action=checktoken&type=csrf&token=x", "readapidenied", ""},
		{"action=checktoken&type=login&token=x", "readapidenied", ""},
		{"action=checktoken", "missingparam", "missingparam"},
		{"action=login", "mustbeposted", "mustbeposted"},
		{"action=logout", "missingparam", "missingparam"},
		{"action=bogus", "badvalue", "badvalue"},
		{"action=query&meta=siteinfo&assert=user", "assertuserfailed", ""},
	} {
		for _, version := range []string{"1", "2"} {
			a := nobody.get(test.query + "&formatversion=" + version)
			a.fails("nobody, "+test.query, test.nobody)
			if cookies := a.setNames(); test.nobody == "readapidenied" && cookies != "" {
				t.Errorf("%s: was refused and set %s", test.query, cookies)
			}
			alice.get(test.query+"&formatversion="+version).fails("Alice, "+test.query, test.alice)
		}
	}
	nobody.get("action=query&meta=userinfo&formatversion=2&errorformat=none").shows("whose error it is",
		`{"errors":[{"code":"readapidenied","module":"main"}],"docref":"T"}`)
	for _, w := range untrustedWays() {
		w.get(alice, "action=query&meta=userinfo").fails(w.name, "readapidenied")
		w.get(alice, "action=query&list=allusers").fails(w.name, "readapidenied")
		w.get(alice, "action=checktoken&type=csrf&token=x").fails(w.name, "readapidenied")
	}
}

func TestPrivateSiteLetsOneLogInReadAndLogOut(t *testing.T) {
	c := privateRig(t).client(t).login("Alice", alicePassword)
	const userInfo = "action=query&meta=userinfo&uiprop=rights&formatversion=2"
	rights := c.get(userInfo).raw("query", "userinfo", "rights")
	// Those of everybody come first, and two of them only with an account.
	if want := `["createaccount","createpage","createtalk","writeapi","viewmywatchlist","editmywatchlist",` +
		`"viewmyprivateinfo","editmyprivateinfo","editmyoptions","move","move-subpages","move-rootuserpages",` +
		`"move-categorypages","movefile","read","edit","upload"`; len(rights) < len(want) || rights[:len(want)] != want {
		t.Errorf("rights %s, want %s", rights, want)
	}
	c.post(url.Values{"action": {"logout"}, "token": {c.token("csrf")}}).is("{}")
	c.get(userInfo).fails("after logout", "readapidenied")
	c.post(url.Values{"action": {"logout"}, "token": {`+\`}}).is("{}")
}

// A session of a bot password reads only with the grant basic, which every bot
// password made here has, but not every one from elsewhere. Without it nothing
// can be read even where everybody else may.
func TestReadingByBotPassword(t *testing.T) {
	for site, r := range map[string]*rig{"private": privateRig(t), "open": newRig(t)} {
		r.blindBot(t)
		sighted, blind := r.client(t).login("William@testbot", testbotSecret), r.client(t).login("William@blind", blindSecret)
		for query, want := range map[string]string{
			"action=query&meta=userinfo": "readapidenied", "action=query&list=users": "readapidenied",
			"action=query&list=allusers": "readapidenied", "action=query": "readapidenied",
			"action=checktoken&type=csrf&token=x": "readapidenied", "action=query&meta=tokens": "",
			"action=query&meta=siteinfo&maxage=60&smaxage=60": "readapidenied",
		} {
			sighted.get(query).fails(site+", with basic, "+query, "")
			blind.get(query).fails(site+", without basic, "+query, want)
		}
		blind.post(url.Values{"action": {"logout"}, "token": {blind.token("csrf")}}).is("{}")
	}
}

const blindSecret = "0123456789abcdefghijklmnopqrstuv"

// blindBot adds the bot password William@blind, which may edit and not read.
func (r *rig) blindBot(t *testing.T) {
	t.Helper()
	_, err := r.BotPasswords.Create(t.Context(), botpassword.CreateRequest{
		Owner: "William", App: "blind", Grants: []string{"editpage"}, Secret: secret.New(blindSecret),
	})
	must(t, err)
	owner := r.account(t, "William").ID
	all, err := r.Store.BotPasswords().List(t.Context(), owner)
	must(t, err)
	for _, b := range all {
		if b.App == "blind" {
			b.Grants = []string{"editpage"}
			must(t, r.Store.BotPasswords().Update(t.Context(), b.Stamp, b))
		}
	}
}
