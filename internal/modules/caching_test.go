package modules

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestWhoMayKeepAnAnswer(t *testing.T) {
	const (
		now     = "private, must-revalidate, max-age=0"
		minute  = "private, must-revalidate, max-age=60"
		public  = "s-maxage=90, max-age=60, public"
		cookies = "Accept-Encoding, Treat-as-Untrusted, Cookie"
		ages    = "&maxage=60&smaxage=90"
	)
	open := newRig(t)
	private := newRig(t, func(o *rigOptions) { o.everybodyWithout("read") })
	for _, test := range []struct{ name, query, control, vary string }{
		{"no ages", "action=query&meta=siteinfo", now, cookies},
		{"both ages", "action=query&meta=siteinfo" + ages, public, cookies},
		{"only the client", "action=query&meta=siteinfo&maxage=60", "s-maxage=0, max-age=60, public", cookies},
		{"only caches", "action=query&meta=siteinfo&smaxage=90", "s-maxage=90, max-age=0, public", cookies},
		{"nothing asked", "action=query" + ages, public, cookies},
		{"a language", "action=query&meta=siteinfo&uselang=de" + ages, public, cookies},
		{"with the user", "action=query&meta=siteinfo|userinfo" + ages, minute, ""},
		{"with tokens", "action=query&meta=tokens|siteinfo" + ages, minute, ""},
		{"tokens", "action=query&meta=tokens" + ages, minute, ""},
		{"login token", "action=query&meta=tokens&type=login" + ages, minute, ""},
		{"user", "action=query&meta=userinfo" + ages, minute, ""},
		{"negative age", "action=query&meta=userinfo&maxage=-5", "private, must-revalidate, max-age=-5", ""},
		{"error of a module", "action=logout" + ages, now, ""},
		{"error of main", "action=query&meta=siteinfo&assert=user" + ages, now, ""},
		{"bad age", "action=query&meta=siteinfo&maxage=x&smaxage=90", now, ""},
		{"printing failed", "action=query&meta=siteinfo&formatversion=3" + ages, minute, ""},
		{"users", "action=query&list=users" + ages, public, cookies},
		{"users in a language", "action=query&list=users&uselang=content" + ages, public, cookies},
		{"all users", "action=query&list=allusers&uselang=content" + ages, public, cookies},
		{"error of a submodule", "action=query&list=users&ususers=a&ususerids=1" + ages, minute, ""},
		{"a submodule that is done", "action=query&list=users&meta=userinfo&continue=-||userinfo" + ages, public, cookies},
		{"token", "action=checktoken&type=csrf&token=x" + ages, minute, ""},
		{"warning", "action=query&meta=siteinfo&foo=1" + ages, public, cookies},
		{"info", "action=query&prop=info&inprop=url" + ages, public, cookies},
		{"info for the user", "action=query&prop=info&inprop=url|watched" + ages, minute, ""},
		{"info about rights", "action=query&prop=info&intestactions=edit" + ages, minute, ""},
		{"another site", "action=query&meta=siteinfo&origin=*" + ages, public, cookies},
	} {
		a := open.client(t).get(test.query)
		if got := a.Header.Get("Cache-Control"); got != test.control || a.Header.Get("Vary") != test.vary {
			t.Errorf("%s: %s, Vary: %s; want %s, Vary: %s", test.name, got, a.Header.Get("Vary"), test.control, test.vary)
		}
		if age := test.control; strings.Contains(age, "max-age=0, public") || strings.Contains(age, "s-maxage=0") {
			if got := a.Header.Get("Expires"); got != "Thu, 01 Jan 1970 00:00:01 GMT" {
				t.Errorf("%s: Expires: %s", test.name, got)
			}
		}
		if is := strings.Contains(test.control, "public"); is != (a.Header.Get("Expires") != "") {
			t.Errorf("%s: Expires: %s", test.name, a.Header.Get("Expires"))
		}
		member := private.client(t).login("Alice", alicePassword).get(test.query)
		for who, a := range map[string]answer{"nobody": private.client(t).get(test.query), "Alice": member} {
			if got := a.Header.Get("Cache-Control"); !strings.HasPrefix(got, "private, must-revalidate") {
				t.Errorf("%s, %s on a private site: %s", test.name, who, got)
			}
		}
	}
}

// everybodyWithout takes a right from those who have not logged in.
func (o *rigOptions) everybodyWithout(right string) {
	all := o.Groups
	o.Groups = nil
	for _, g := range all {
		one := rigOptions{}
		one.Groups = append(one.Groups, g)
		if g.Name == "*" {
			one.withoutRight(right)
		} else if g.Name == "user" {
			one.Groups[0].Rights = append([]string{right}, g.Rights...)
		}
		o.Groups = append(o.Groups, one.Groups...)
	}
}

func TestAnswersInASessionAreTheClientsOwn(t *testing.T) {
	r := newRig(t)
	anonymous := r.client(t)
	anonymous.token("login")
	for who, c := range map[string]*client{
		"user": r.client(t).login("Alice", alicePassword), "bot": r.client(t).login("William@testbot", testbotSecret), "anonymous": anonymous,
	} {
		a := c.get("action=query&meta=siteinfo&maxage=60&smaxage=60")
		if got := a.Header.Get("Cache-Control"); got != "private, must-revalidate, max-age=60" {
			t.Errorf("%s: %s", who, got)
		}
	}
}

// list=users says the same to everybody, list=allusers need not.
func TestListsOfUsersInASession(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	for query, want := range map[string]string{
		"list=users":                          "private, must-revalidate, max-age=60",
		"list=users&uselang=content":          "s-maxage=90, max-age=60, public",
		"list=allusers&uselang=content":       "private, must-revalidate, max-age=60",
		"list=allusers|users&uselang=de":      "private, must-revalidate, max-age=60",
		"list=users&meta=siteinfo&uselang=de": "s-maxage=90, max-age=60, public",
	} {
		if got := c.get("action=query&maxage=60&smaxage=90&" + query).Header.Get("Cache-Control"); got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
}

// An answer with cookies in it must stay out of every cache.
func TestAnswersThatSetCookiesAreNotPublic(t *testing.T) {
	c := newRig(t).client(t).with("Cookie", "refwikiUserID=2; refwikiToken=x")
	a := c.get("action=query&meta=siteinfo&maxage=60&smaxage=60&uselang=en")
	if got := a.Header.Get("Cache-Control"); a.setNames() == "" || strings.Contains(got, "public") || !strings.Contains(got, "private") {
		t.Errorf("%s with the cookies %s", got, a.setNames())
	}
}

func TestNotModified(t *testing.T) {
	r := newRig(t)
	c := r.client(t)
	token := url.QueryEscape(r.client(t).login("Alice", alicePassword).token("csrf"))
	for _, test := range []struct {
		name, method, query, match string
		status                     int
	}{
		{"any", "GET", "action=query&meta=siteinfo", "*", 304}, {"HEAD", "HEAD", "action=query&meta=siteinfo", "*", 304},
		{"tokens", "GET", "action=query&meta=tokens&type=login", "*", 304}, {"login", "GET", "action=login", "*", 304},
		{"POST", "POST", "action=query&meta=userinfo", "*", 200}, {"other method", "PUT", "action=query", "*", 405},
		{"a tag", "GET", "action=query&meta=siteinfo", `"x"`, 200}, {"weak tag", "GET", "action=query", `W/"x"`, 200},
		{"bad action", "GET", "action=zzz", "*", 200}, {"assertion", "GET", "action=query&assert=user", "*", 200},
		{"missing token", "GET", "action=logout", "*", 200}, {"token in the URL", "GET", "action=logout&token=" + token, "*", 200},
		{"maxlag", "GET", "action=query&maxlag=-2", "*", 200}, {"bad submodule parameter", "GET", "action=query&meta=userinfo&uiprop=" + strings.Repeat("|", 51), "*", 304},
		{"bad formatversion", "GET", "action=query&formatversion=3", "*", 304},
	} {
		a := c.with("If-None-Match", test.match).send(test.method, "format=json&"+test.query, "", "")
		if a.Status != test.status {
			t.Errorf("%s: %d %s", test.name, a.Status, a.Body)
		}
		if a.Status == http.StatusNotModified && (a.Body != "" || a.setNames() != "" || a.Header.Get("Cache-Control") != "private, must-revalidate, max-age=0") {
			t.Errorf("%s: %q, cookies %s, %v", test.name, a.Body, a.setNames(), a.Header)
		}
	}
	since := c.with("If-Modified-Since", "Fri, 20 Nov 2026 15:25:00 GMT").get("action=query&meta=siteinfo")
	if since.Status != http.StatusOK {
		t.Errorf("If-Modified-Since: %d", since.Status)
	}
}

// A preflight says nothing about caches, unless it sets a cookie.
func TestWhoMayKeepAPreflight(t *testing.T) {
	c := newRig(t).client(t)
	for cookie, want := range map[string]string{"": "", "refwiki_session=x": "private, max-age=0, s-maxage=0"} {
		a := c.with("Cookie", cookie).send(http.MethodOptions, "action=query", "", "")
		if got := a.Header.Get("Cache-Control"); got != want || (a.Header.Get("Expires") != "") != (want != "") {
			t.Errorf("with %q: %v", cookie, a.Header)
		}
	}
}
