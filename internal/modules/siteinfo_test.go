package modules

import (
	"os"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/grant"
)

// siteInfo asks for properties and gives what stands under query.
func (c *client) siteInfo(version, props string) string {
	c.t.Helper()
	return c.get("action=query&meta=siteinfo&siprop=" + props + "&formatversion=" + version).raw("query")
}

// golden reads an answer that is known to be right.
func golden(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	must(t, err)
	return strings.TrimSpace(string(text))
}

// The files have the keys, the order and the constant values of a MediaWiki
// 1.39.17.
func TestGeneralAndNamespacesAreThoseOfMediaWiki(t *testing.T) {
	c := newRig(t).client(t)
	for _, prop := range []string{"general", "namespaces"} {
		for _, version := range []string{"1", "2"} {
			got := c.siteInfo(version, prop)
			if want := golden(t, "siteinfo-"+prop+"-"+version+".json"); got != want {
				t.Errorf("%s, version %s:\ngot  %s\nwant %s", prop, version, got, want)
			}
		}
	}
}

func TestSiteInfoIsGeneralByDefault(t *testing.T) {
	c := newRig(t).client(t)
	if got, want := c.get("action=query&meta=siteinfo").Body, c.get("action=query&meta=siteinfo&siprop=general").Body; got != want {
		t.Errorf("%s\n%s", got, want)
	}
}

func TestGeneralFollowsTheConfiguration(t *testing.T) {
	c := newRig(t, func(o *rigOptions) {
		o.Site.Language, o.Site.ReadOnly, o.Site.Logo, o.Site.Favicon = "ar-dz", "Moving house", "", "https://cdn.test/icon.png"
		o.Site.MainPage, o.Site.ScriptPath, o.Site.ArticlePath = "Haupt seite/Ä & Co", "", "/$1"
		o.Site.SiteName = "Ref_Wiki"
	}).client(t)
	got := c.siteInfo("2", "general|namespaces")
	for _, part := range []string{
		`"base":"http://wiki.test/Haupt_seite/%C3%84_%26_Co"`,
		`"mainpageisdomainroot":false,"generator"`,
		`"lang":"ar-dz","fallback":[{"code":"ar"},{"code":"en"}],"rtl":true`,
		`"readonly":true,"readonlyreason":"Moving house","writeapi":true`,
		`"script":"/index.php"`,
		`"favicon":"https://cdn.test/icon.png"`,
		`"name":"Ref Wiki talk"`,
	} {
		if !strings.Contains(got, part) {
			t.Errorf("%s is not in %s", part, got)
		}
	}
}

func TestGeneralTellsTheTime(t *testing.T) {
	r := newRig(t)
	r.Clock.Advance(90 * time.Second)
	if got := r.client(t).get("action=query&meta=siteinfo").text("query", "general", "time"); got != "2026-11-20T15:26:30Z" {
		t.Error(got)
	}
}

func TestSiteProperties(t *testing.T) {
	c := newRig(t).client(t)
	for _, test := range []struct{ prop, v1, v2 string }{
		{"dbrepllag", `[{"host":"","lag":-1}]`, ``},
		{"defaultoptions", defaultOptions, ``},
		{"extensions", `[{"type":"other","name":"wikigate","description":"Authentication server behind this API","author":"the wikigate maintainers","license-name":"Apache-2.0"}]`, ``},
		{"extensiontags", `[]`, ``},
		{"fileextensions", `[]`, ``},
		{"functionhooks", `[]`, ``},
		{"interwikimap", `[]`, ``},
		{"interwikimap&sifilteriw=local", `[]`, ``},
		{"languagevariants", `{}`, ``},
		{"libraries", `[]`, ``},
		{"namespacealiases", `[{"id":6,"*":"Image"},{"id":7,"*":"Image talk"}]`, `[{"id":6,"alias":"Image"},{"id":7,"alias":"Image talk"}]`},
		{"restrictions", `{"types":["create","edit","move","upload"],"levels":["","autoconfirmed","sysop"],` +
			`"cascadinglevels":["sysop"],"semiprotectedlevels":["autoconfirmed"]}`, ``},
		{"rightsinfo", `{"url":"","text":""}`, ``},
		{"showhooks", `[]`, ``},
		{"skins", `[]`, ``},
		{"statistics", `{"pages":0,"articles":0,"edits":0,"images":0,"users":5,"activeusers":0,"admins":1,"jobs":0}`, ``},
		{
			"uploaddialog",
			`{"fields":{"description":""},"licensemessages":{"local":"generic-local","foreign":"generic-foreign"},` +
				`"comment":{"local":"","foreign":""},"format":{"filepage":"$DESCRIPTION","description":"$TEXT","ownwork":"","license":"","uncategorized":""}}`,
			`{"fields":{"description":true,"date":false,"categories":false},"licensemessages":{"local":"generic-local","foreign":"generic-foreign"},` +
				`"comment":{"local":"","foreign":""},"format":{"filepage":"$DESCRIPTION","description":"$TEXT","ownwork":"","license":"","uncategorized":""}}`,
		},
		{"variables", `[]`, ``},
	} {
		if test.v2 == "" {
			test.v2 = test.v1
		}
		key, _, _ := strings.Cut(test.prop, "&")
		for version, want := range map[string]string{"1": test.v1, "2": test.v2} {
			if got := c.siteInfo(version, test.prop); got != `{"`+key+`":`+want+`}` {
				t.Errorf("%s, version %s:\ngot  %s\nwant %s", test.prop, version, got, want)
			}
		}
	}
}

func TestLongListsBegin(t *testing.T) {
	c := newRig(t).client(t)
	for prop, want := range map[string][2]string{
		"specialpagealiases": {`[{"realname":"Userlogin","aliases":["UserLogin","Login"]},`, ``},
		"protocols":          {`["bitcoin:","ftp://",`, ``},
		"magicwords": {
			`[{"name":"img_center","aliases":["center","centre"],"case-sensitive":""},`,
			`[{"name":"img_center","aliases":["center","centre"],"case-sensitive":true},`,
		},
		"languages": {
			`[{"code":"ar","bcp47":"ar","*":"\u0627\u0644\u0639\u0631\u0628\u064a\u0629"},`,
			`[{"code":"ar","bcp47":"ar","name":"العربية"},`,
		},
		"languages&siinlanguagecode=de": {`[{"code":"ar",`, ``},
	} {
		if want[1] == "" {
			want[1] = want[0]
		}
		key, _, _ := strings.Cut(prop, "&")
		for i, version := range []string{"1", "2"} {
			if got := c.siteInfo(version, prop); !strings.HasPrefix(got, `{"`+key+`":`+want[i]) {
				t.Errorf("%s, version %s: %.200s", prop, version, got)
			}
		}
	}
	if got := c.siteInfo("2", "magicwords"); !strings.HasSuffix(got, `{"name":"redirect","aliases":["#REDIRECT"],"case-sensitive":false}]}`) {
		t.Error(got)
	}
}

func TestSitePropertiesFollowTheRequest(t *testing.T) {
	c := newRig(t).client(t)
	want := `{"rightsinfo":{"url":"","text":""},"dbrepllag":[{"host":"","lag":-1}]}`
	if got := c.siteInfo("2", "rightsinfo|dbrepllag|rightsinfo"); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestUnknownSitePropertiesAreNamed(t *testing.T) {
	c := newRig(t).client(t)
	c.get("action=query&meta=siteinfo&siprop=foo").is(
		`{"batchcomplete":"","warnings":{"siteinfo":{"*":"Unrecognized value for parameter \"siprop\": foo"}}}`)
	c.get("action=query&meta=siteinfo&siprop=foo|rightsinfo|*&formatversion=2").is(
		`{"batchcomplete":true,"warnings":{"siteinfo":{"warnings":"Unrecognized values for parameter \"siprop\": foo, *"}},` +
			`"query":{"rightsinfo":{"url":"","text":""}}}`)
	c.get("action=query&meta=siteinfo&siprop=").is(`{"batchcomplete":""}`)
	if a := c.get("action=query&meta=siteinfo&siprop=interwikimap&sifilteriw=foo"); a.text("error", "code") != "badvalue" {
		t.Error(a.Body)
	}
}

func TestStartOfKnownClients(t *testing.T) {
	c := newRig(t).client(t)
	for _, query := range []string{
		"formatversion=2&maxlag=5&meta=siteinfo|userinfo&siprop=general|namespaces|namespacealiases|extensions|usergroups|magicwords&uiprop=blockinfo|hasmsg",
		"meta=siteinfo|userinfo|userinfo&siprop=general|namespaces&uiprop=groups|rights|blockinfo|hasmsg&continue=",
		"meta=siteinfo|userinfo&siprop=general|namespaces|namespacealiases&uiprop=rights&formatversion=2",
		"meta=siteinfo&siprop=general|namespaces|namespacealiases|interwikimap|extensions|magicwords",
		"meta=siteinfo&siprop=general|namespaces|namespacealiases|libraries|extensions|statistics",
	} {
		a := c.get("action=query&" + query)
		if a.Status != 200 || a.value("error") != nil || a.value("warnings") != nil || a.text("query", "general", "generator") != "MediaWiki 1.39.17" {
			t.Errorf("%s: %s", query, a.Body)
		}
	}
}

func TestUserGroups(t *testing.T) {
	c := newRig(t, func(o *rigOptions) {
		o.Groups = []grant.Group{
			{Name: "*", Rights: []string{"read"}},
			{Name: "user", Rights: []string{"edit"}},
			{Name: "autoconfirmed"},
			{Name: "bot", Rights: []string{"bot"}},
			{Name: "sysop"},
			{Name: "bureaucrat"},
			{Name: "empty"},
		}
	}).client(t)
	if got, want := c.siteInfo("2", "usergroups"), `{"usergroups":[{"name":"*","rights":["read"]},{"name":"user","rights":["edit"]},`+
		`{"name":"autoconfirmed","rights":[]},{"name":"bot","rights":["bot"]},{"name":"sysop","rights":[]},`+
		`{"name":"bureaucrat","rights":[]},{"name":"empty","rights":[]}]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if got, want := c.siteInfo("1", "usergroups&sinumberingroup=1"), `{"usergroups":[{"name":"*","rights":["read"]},`+
		`{"name":"user","rights":["edit"],"number":5},{"name":"autoconfirmed","rights":[]},{"name":"bot","rights":["bot"],"number":1},`+
		`{"name":"sysop","rights":[],"number":1},{"name":"bureaucrat","rights":[],"number":1},{"name":"empty","rights":[],"number":0}]}`; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}

func TestDatabaseHostsAreHidden(t *testing.T) {
	a := newRig(t).client(t).get("action=query&meta=siteinfo&siprop=dbrepllag&sishowalldb=1")
	if a.text("error", "code") != "includeAllDenied" || a.Header.Get("MediaWiki-API-Error") != "includeAllDenied" {
		t.Errorf("%s %v", a.Body, a.Header)
	}
	shown := newRig(t, func(o *rigOptions) { o.Site.HostName = "db1" }).client(t)
	if got := shown.siteInfo("2", "dbrepllag&sishowalldb=1"); got != `{"dbrepllag":[{"host":"db1","lag":0}]}` {
		t.Error(got)
	}
	if got := shown.siteInfo("2", "dbrepllag"); got != `{"dbrepllag":[{"host":"db1","lag":-1}]}` {
		t.Error(got)
	}
}

func TestSiteInfoMayBeCached(t *testing.T) {
	a := newRig(t).client(t).get("action=query&meta=siteinfo&siprop=rightsinfo&maxage=10&smaxage=20&uselang=content")
	if got := a.Header.Get("Cache-Control"); got != "s-maxage=20, max-age=10, public" {
		t.Error(got)
	}
	if got := a.Header.Get("Vary"); got != "Accept-Encoding, Treat-as-Untrusted, Cookie" {
		t.Error(got)
	}
}

func TestLanguagesAreInOrder(t *testing.T) {
	last := ""
	for _, l := range knownLanguages {
		if l.code <= last || l.bcp47 == "" || l.name == "" {
			t.Errorf("%v after %q", l, last)
		}
		last = l.code
	}
}

func TestFallbackLanguages(t *testing.T) {
	for code, want := range map[string]string{"en": "", "en-gb": "en", "de": "en", "de-at": "de en", "zh-hans": "zh en"} {
		if got := strings.Join(fallbackLanguages(code), " "); got != want {
			t.Errorf("%s: %q, want %q", code, got, want)
		}
	}
}
