package modules

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// helpOf asks for a page of help.
func (c *client) helpOf(query string) answer {
	c.t.Helper()
	a := c.send(http.MethodGet, "action=help&"+query, "", "")
	if a.Status != http.StatusOK || a.Header.Get("Content-Type") != "text/html; charset=utf-8" ||
		a.Header.Get("Content-Disposition") != "inline; filename=api-help.html" {
		c.t.Errorf("%s: %d %v", query, a.Status, a.Header)
	}
	return a
}

var helpPages = []string{
	"", "modules=main&toc=1", "modules=login|json|query%2Btokens&toc=1", "modules=query&submodules=1&toc=1",
	"recursivesubmodules=1&toc=1", "modules=query%2Btokens|query|query&submodules=1&toc=1", "modules=&toc=1",
	"modules=login&uselang=ar", "recursivesubmodules=1&toc=1&uselang=zh-hans", "recursivesubmodules=1&uselang=de",
	"recursivesubmodules=1&uselang=tr", "recursivesubmodules=1&uselang=fr", "uselang=%3Cb%3E%22%26", "modules=login&uselang=x-y",
}

// A page is well-formed, has texts for everything, ids that are unique, and
// links that lead somewhere. It needs no script and no style but its own.
func TestHelpPagesAreSound(t *testing.T) {
	r := newRig(t, func(o *rigOptions) { o.Site.SiteName = `A <b>"wiki"</b> & more` })
	c := r.client(t)
	for _, query := range helpPages {
		a := c.helpOf(query)
		if strings.Contains(a.Body, "\u29fc") || !strings.HasPrefix(a.Body, "<!DOCTYPE html>\n<html lang=\"") {
			t.Errorf("%s: %.300s", query, a.Body)
		}
		page := parsePage(t, a.Body)
		ids := map[string]bool{}
		page.walk(func(e *element) {
			if id := e.attrs["id"]; id != "" {
				if ids[id] {
					t.Errorf("%s: the id %s twice", query, id)
				}
				ids[id] = true
			}
			if e.attrs["style"] != "" || e.name == "script" || e.name == "b" {
				t.Errorf("%s: <%s style=%q>", query, e.name, e.attrs["style"])
			}
			for name := range e.attrs {
				if strings.HasPrefix(name, "on") {
					t.Errorf("%s: <%s %s>", query, e.name, name)
				}
			}
			if by := e.attrs["aria-labelledby"]; by != "" && !strings.Contains(a.Body, `id="`+by+`"`) {
				t.Errorf("%s: nothing is called %s", query, by)
			}
		})
		for _, link := range page.all("a") {
			checkHelpLink(t, r, query, link.attrs["href"], ids)
		}
		if got := page.all("title")[0].content(); !strings.HasSuffix(got, `A <b>"wiki"</b> & more`) {
			t.Errorf("%s: the title is %s", query, got)
		}
	}
}

// checkHelpLink follows a link on a page of help, unless it leads to another
// site.
func checkHelpLink(t *testing.T, r *rig, query, href string, ids map[string]bool) {
	t.Helper()
	u, err := url.Parse(href)
	if err != nil {
		t.Errorf("%s: %s: %v", query, href, err)
		return
	}
	switch {
	case strings.HasPrefix(href, "#"):
		if !ids[u.Fragment] {
			t.Errorf("%s: %s leads nowhere", query, href)
		}
	case u.Path == "/w/api.php" && u.Query().Get("action") == "help":
		if _, problem := r.Engine.Index().Find(u.Query().Get("modules")); u.Query().Has("modules") && !strings.Contains(u.Query().Get("modules"), "|") && problem != nil {
			t.Errorf("%s: %s leads nowhere", query, href)
		}
	case u.Path == "/w/api.php", u.Path == "/wiki/Special:ApiSandbox" && u.Fragment != "", u.Host == "www.mediawiki.org":
	default:
		t.Errorf("%s: %s", query, href)
	}
}

// The policy allows the style of the page and nothing else.
func TestHelpUnderItsPolicy(t *testing.T) {
	a := newRig(t).client(t).helpOf("")
	_, rest, _ := strings.Cut(a.Body, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(style))
	want := "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; "
	if got := a.Header.Get("Content-Security-Policy"); !strings.HasPrefix(got, want) || strings.Contains(got, "unsafe") {
		t.Errorf("%s", got)
	}
	if strings.ContainsAny(style, "<&") {
		t.Error("the style is no XML")
	}
}

// ids of the headings of modules, in order.
func helpTopics(t *testing.T, a answer) string {
	t.Helper()
	var ids []string
	parsePage(t, a.Body).walk(func(e *element) {
		if len(e.name) == 2 && e.name[0] == 'h' && e.attrs["class"] != "part" && e.attrs["id"] != "" && e.attrs["id"] != "toc" {
			ids = append(ids, e.name+" "+e.attrs["id"])
		}
	})
	return strings.Join(ids, ", ")
}

func TestWhatHelpIsAbout(t *testing.T) {
	c := newRig(t).client(t)
	const subs = "h3 query+info, h3 query+allusers, h3 query+users, h3 query+authmanagerinfo, h3 query+siteinfo, h3 query+tokens, h3 query+userinfo"
	for query, want := range map[string]string{
		"":                               "h2 main",
		"modules=":                       "",
		"modules=login|login":            "h2 login",
		"modules=json|main|query+tokens": "h2 json, h2 main, h2 query+tokens",
		"modules=login&submodules=1":     "h2 login",
		"modules=query&submodules=1":     "h2 query, " + subs,
		"modules=query%2Btokens|query&recursivesubmodules=1": "h2 query+tokens, h2 query, h3 query+info, h3 query+allusers, h3 query+users, h3 query+authmanagerinfo, h3 query+siteinfo, h3 query+userinfo",
		"submodules=1": "h2 main, h3 checktoken, h3 clientlogin, h3 help, h3 login, h3 logout, h3 paraminfo, h3 query, h3 json, h3 jsonfm, h3 none, h3 php, h3 phpfm, h3 rawfm, h3 xml, h3 xmlfm",
	} {
		if got := helpTopics(t, c.helpOf(query)); got != want {
			t.Errorf("%s: %s", query, got)
		}
	}
	all := helpTopics(t, c.helpOf("recursivesubmodules=1"))
	if !strings.Contains(all, "h3 query, h4 query+info, h4 query+allusers, h4 query+users, h4 query+authmanagerinfo, h4 query+siteinfo, h4 query+tokens, h4 query+userinfo, h3 json,") {
		t.Error(all)
	}
	toc := parsePage(t, c.helpOf("recursivesubmodules=1&toc=1").Body).all("nav")[0]
	if n := len(toc.all("a")); n != strings.Count(all, ", ")+1 || len(toc.all("ul")) != 3 {
		t.Errorf("the table of contents has %d links and %d lists", n, len(toc.all("ul")))
	}
	if strings.Contains(c.helpOf("").Body, "<nav") {
		t.Error("a table of contents that nobody wants")
	}
}

func TestWrappedHelp(t *testing.T) {
	c := newRig(t).client(t)
	for _, version := range []string{"1", "2"} {
		a := c.get("action=help&modules=login&wrap=1&formatversion=" + version)
		if !strings.HasPrefix(a.Body, `{"help":{"mime":"text/html","filename":"api-help.html","help":"<!DOCTYPE html>\n<html `) ||
			a.text("help", "help") != c.helpOf("modules=login").Body || a.Header.Get("Content-Type") != "application/json; charset=utf-8" {
			t.Errorf("version %s: %.300s", version, a.Body)
		}
	}
	xml := c.send(http.MethodGet, "action=help&modules=login&wrap=1&format=xml", "", "").Body
	if !strings.Contains(xml, `<api><help mime="text/html" filename="api-help.html"><help xml:space="preserve">&lt;!DOCTYPE html&gt;`) {
		t.Errorf("%.300s", xml)
	}
}

// A module that is not there is an error in the format that was asked for, and
// no star stands for several.
func TestHelpAboutNothing(t *testing.T) {
	c := newRig(t).client(t)
	for modules, want := range map[string]string{
		"nope|login":  `{"code":"badmodule","key":"apierror-badmodule-badsubmodule","params":["main","nope"],"module":"help"}`,
		"query%2B*":   `{"code":"badmodule","key":"apierror-badmodule-badsubmodule","params":["query","&#42;"],"module":"help"}`,
		"login%2Bx":   `{"code":"badmodule","key":"apierror-badmodule-nosubmodules","params":["login"],"module":"help"}`,
		"<script>&x=": `{"code":"badmodule","key":"apierror-badmodule-badsubmodule","params":["main","&#60;script&#62;"],"module":"help"}`,
	} {
		a := c.get("action=help&errorformat=raw&formatversion=2&modules=" + modules)
		if !strings.HasPrefix(a.Body, `{"errors":[`+want+`]`) || a.Header.Get("Content-Disposition") != "inline; filename=api-result.json" {
			t.Errorf("%s: %s", modules, a.Body)
		}
	}
	a := c.send(http.MethodGet, "action=help&modules=<script>", "", "")
	if strings.Contains(a.Body, "<script>") || a.Header.Get("MediaWiki-API-Error") != "badmodule" {
		t.Error(a.Body)
	}
}

// Warnings stand before the page and cannot end their comment.
func TestWarningsAboveHelp(t *testing.T) {
	c := newRig(t).client(t)
	a := c.helpOf("modules=login&requestid=x&--%3E%3Cb%3E=1")
	comment, page, ok := strings.Cut(a.Body, "\n-->\n")
	if !ok || !strings.HasPrefix(comment, "<!-- Warnings of the API:\n{\n    \"warnings\": {\n        \"main\": {") || !strings.HasPrefix(page, "<!DOCTYPE html>") {
		t.Fatalf("%.300s", a.Body)
	}
	if inside := comment[len("<!--"):]; strings.Contains(inside, "--") || strings.ContainsAny(inside, "<>") || strings.Contains(inside, "requestid") {
		t.Error(comment)
	}
	parsePage(t, a.Body)
}

// Who may not read may still know how to log in.
func TestHelpOnAPrivateSite(t *testing.T) {
	c := newRig(t, func(o *rigOptions) { o.everybodyWithout("read") }).client(t)
	c.helpOf("modules=login")
	c.get("action=paraminfo&modules=login").fails("paraminfo", "")
}

func TestHelpInLanguages(t *testing.T) {
	c := newRig(t).client(t)
	for code, want := range map[string][3]string{
		"en": {"en", "ltr", "Help for the API"}, "ar": {"ar", "rtl", "مساعدة"}, "de": {"de", "ltr", "Hilfe"},
		"zh-hans": {"zh-hans", "ltr", "API 帮助"}, "de-at": {"de-at", "ltr", "Hilfe"}, "user": {"en", "ltr", "Help"},
	} {
		a := c.helpOf("modules=query&uselang=" + code)
		page := parsePage(t, a.Body)
		attrs := page.all("html")[0].attrs
		if attrs["lang"] != want[0] || attrs["dir"] != want[1] || !strings.HasPrefix(page.all("h1")[0].content(), want[2]) ||
			a.Header.Get("Content-Language") != want[0] {
			t.Errorf("%s: %v %s", code, attrs, page.all("h1")[0].content())
		}
		for _, link := range page.all("a") {
			if href := link.attrs["href"]; strings.Contains(href, "action=help&modules=query%2Btokens") && strings.Contains(href, "uselang="+want[0]) != (want[0] != "en") {
				t.Errorf("%s: %s forgets the language", code, href)
			}
		}
	}
}
