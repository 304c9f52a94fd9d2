package modules

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

const (
	exposed   = "MediaWiki-API-Error, Retry-After, X-Database-Lag, MediaWiki-Login-Suppressed"
	posting   = "POST, GET, HEAD"
	mismatch  = "Origin mismatch"
	unasked   = "Unsupported header requested in preflight"
	trustedAt = "https://trusted.test"
)

func trusting(o *rigOptions) {
	o.Engine.Origins = actionapi.Origins{
		Allowed: []string{"trusted.test", "*.trusted.test", "one?.test", "a.b[c.test"}, Except: []string{"bad.trusted.test", "*.bad.trusted.test"},
	}
}

// corsHeaders are those of an answer that say what another site may do, with
// the prefix Access-Control- left out.
func (a answer) corsHeaders() map[string]string {
	found := map[string]string{}
	for name := range a.Header {
		short, is := strings.CutPrefix(name, "Access-Control-")
		if is || name == "Timing-Allow-Origin" || name == "Mediawiki-Cors-Rejection" {
			found[short] = a.Header.Get(name)
		}
	}
	return found
}

// granted are the headers that let a site read answers.
func granted(origin string, more map[string]string) map[string]string {
	h := map[string]string{"Allow-Origin": origin, "Allow-Credentials": "true", "Timing-Allow-Origin": origin}
	if origin == "*" {
		h["Allow-Credentials"] = "false"
		delete(h, "Timing-Allow-Origin")
	}
	maps.Copy(h, more)
	return h
}

func TestWhichSitesMayReadAnswers(t *testing.T) {
	r := newRig(t, trusting)
	alice := r.client(t).login("Alice", alicePassword)
	allowed := func(origin string) map[string]string {
		return granted(origin, map[string]string{"Expose-Headers": exposed})
	}
	rejected := map[string]string{"Mediawiki-Cors-Rejection": mismatch}
	for _, test := range []struct {
		origin, header string
		want           map[string]string
		status         int
	}{
		{trustedAt, trustedAt, allowed(trustedAt), 200},
		{"http://trusted.test", "http://trusted.test", allowed("http://trusted.test"), 200},
		{"https://a.trusted.test", "https://a.trusted.test", allowed("https://a.trusted.test"), 200},
		{"https://a.b.trusted.test", "https://a.b.trusted.test", allowed("https://a.b.trusted.test"), 200},
		{"https://one1.test", "https://one1.test", allowed("https://one1.test"), 200},
		{"https://one.test", "https://one.test", rejected, 200},
		{"https://one12.test", "https://one12.test", rejected, 200},
		{"https://bad.trusted.test", "https://bad.trusted.test", rejected, 200},
		{"https://x.bad.trusted.test", "https://x.bad.trusted.test", rejected, 200},
		{"https://evil.test", "https://evil.test", rejected, 200},
		{"https://trusted.test.evil.test", "https://trusted.test.evil.test", rejected, 200},
		{"https://eviltrusted.test", "https://eviltrusted.test", rejected, 200},
		{"https://evil.test/.trusted.test", "https://evil.test/.trusted.test", rejected, 200},
		{"https://trusted.test:8443", "https://trusted.test:8443", rejected, 200},
		{"https://TRUSTED.test", "https://TRUSTED.test", rejected, 200},
		{"ftp://trusted.test", "ftp://trusted.test", rejected, 200},
		{"trusted.test", "trusted.test", rejected, 200},
		{"null", "null", rejected, 200},
		{"https://trusted.test/", "https://trusted.test/", rejected, 200},
		{trustedAt, trustedAt + " https://one1.test", allowed(trustedAt + " https://one1.test"), 200},
		{trustedAt, trustedAt + " https://evil.test", rejected, 200},
		{trustedAt, "", map[string]string{}, 403},
		{trustedAt, "https://evil.test", map[string]string{}, 403},
		{trustedAt, "http://trusted.test", map[string]string{}, 403},
		{trustedAt, "HTTPS://trusted.test", map[string]string{}, 403},
		{"", trustedAt, map[string]string{}, 403},
	} {
		c := alice
		if test.header != "" {
			c = c.with("Origin", test.header)
		}
		for way, a := range map[string]answer{
			"URL":  c.get("action=query&meta=userinfo&formatversion=2&origin=" + url.QueryEscape(test.origin)),
			"body": c.do(http.MethodPost, "formatversion=2", url.Values{"action": {"query"}, "meta": {"userinfo"}, "origin": {test.origin}}),
		} {
			name := test.origin + " from " + test.header + " by " + way
			if got := a.corsHeaders(); a.Status != test.status || !maps.Equal(got, test.want) {
				t.Errorf("%s: %d %v, want %v", name, a.Status, got, test.want)
			}
			if test.status == http.StatusOK { // only the browser is told: the request is done all the same
				a.is(`{"batchcomplete":true,"query":{"userinfo":{"id":2,"name":"Alice"}}}`)
			} else if got := a.Header.Get("Cache-Control"); got != "no-cache" || strings.Contains(a.Body, "Alice") {
				t.Errorf("%s: %s %s", name, got, a.Body)
			}
		}
	}
}

func TestHeaderOriginAloneMeansNothing(t *testing.T) {
	c := newRig(t, trusting).client(t).with("Origin", trustedAt)
	for _, query := range []string{"", "&origin[]=" + trustedAt, "&crossorigin="} {
		a := c.get("action=query&meta=userinfo" + query)
		if got := a.corsHeaders(); a.Status != http.StatusOK || len(got) > 0 {
			t.Errorf("%q: %d %v", query, a.Status, got)
		}
	}
}

func TestEverySiteMayReadWhatNobodySees(t *testing.T) {
	r := newRig(t, trusting)
	alice := r.client(t).login("Alice", alicePassword)
	for _, header := range []string{"", "https://evil.test", trustedAt, "null"} {
		c := alice
		if header != "" {
			c = c.with("Origin", header)
		}
		a := c.get("action=query&meta=userinfo&formatversion=2&origin=*")
		a.is(`{"batchcomplete":true,` + asNobody + `}`)
		if got := a.corsHeaders(); !maps.Equal(got, granted("*", map[string]string{"Expose-Headers": exposed})) {
			t.Errorf("from %q: %v", header, got)
		}
		if a.Header.Get("MediaWiki-Login-Suppressed") != "true" || a.Header.Get("Vary") != "" {
			t.Errorf("from %q: %v", header, a.Header)
		}
	}
}

func TestTrustedSiteLogsInAndOut(t *testing.T) {
	c := newRig(t, trusting).client(t).with("Origin", trustedAt)
	ask := func(form url.Values) answer { return c.do(http.MethodPost, "origin="+url.QueryEscape(trustedAt), form) }
	ask(loginForm("William@testbot", testbotSecret, c.token("login"))).is(isWilliam)
	ask(url.Values{"action": {"logout"}, "token": {c.token("csrf")}}).is(`{}`)
}

func TestPreflight(t *testing.T) {
	r := newRig(t, trusting)
	alice := r.client(t).login("Alice", alicePassword)
	allowed := func(origin, headers string) map[string]string {
		h := granted(origin, map[string]string{"Allow-Methods": posting})
		if headers != "" {
			h["Allow-Headers"] = headers
		}
		return h
	}
	all := "Accept, Accept-Language, Content-Language, Content-Type, Accept-Encoding, DNT, Origin, User-Agent, Api-User-Agent, " +
		"Access-Control-Max-Age, Authorization"
	for _, test := range []struct {
		origin, method, headers string
		want                    map[string]string
	}{
		{trustedAt, "POST", "", allowed(trustedAt, "")},
		{trustedAt, "DELETE", "", allowed(trustedAt, "")}, // browsers see by Allow-Methods what they may
		{trustedAt, "POST", all, allowed(trustedAt, all)},
		{trustedAt, "POST", "content-type,API-USER-AGENT", allowed(trustedAt, "content-type,API-USER-AGENT")},
		{trustedAt, "POST", "content-type, x-custom", map[string]string{"Mediawiki-Cors-Rejection": unasked}},
		{trustedAt, "POST", "cookie", map[string]string{"Mediawiki-Cors-Rejection": unasked}},
		{trustedAt, "", "", granted(trustedAt, map[string]string{"Expose-Headers": exposed})},
		{"https://evil.test", "POST", "", map[string]string{"Mediawiki-Cors-Rejection": mismatch}},
		{"*", "POST", "", allowed("*", "")},
		{"*", "POST", "authorization", allowed("*", "authorization")},
		{"*", "POST", "x-custom", map[string]string{"Mediawiki-Cors-Rejection": unasked}},
		{"", "POST", "content-type", map[string]string{}},
	} {
		c := alice.with("Origin", test.origin)
		if test.origin == "*" {
			c = alice.with("Origin", "https://evil.test")
		}
		for name, value := range map[string]string{"Access-Control-Request-Method": test.method, "Access-Control-Request-Headers": test.headers} {
			if value != "" {
				c = c.with(name, value)
			}
		}
		query := "format=json&action=query&meta=userinfo"
		if test.origin != "" {
			query += "&origin=" + url.QueryEscape(test.origin)
		}
		a := c.send(http.MethodOptions, query, "", "")
		if got := a.corsHeaders(); !maps.Equal(got, test.want) {
			t.Errorf("%s %s %s:\ngot  %v\nwant %v", test.origin, test.method, test.headers, got, test.want)
		}
		if a.Status != http.StatusOK || a.Body != "" || a.setNames() != "" {
			t.Errorf("%s %s: %d %q, cookies %s", test.origin, test.method, a.Status, a.Body, a.setNames())
		}
	}
	a := alice.with("Origin", "https://evil.test").with("Access-Control-Request-Method", "POST").send(http.MethodOptions, "origin="+trustedAt, "", "")
	if a.Status != http.StatusForbidden {
		t.Errorf("a preflight that claims another origin: %d", a.Status)
	}
}

func TestAnswersToOtherOriginsVary(t *testing.T) {
	c := newRig(t, trusting).client(t)
	const cookies, both = "Accept-Encoding, Treat-as-Untrusted, Cookie", "Accept-Encoding, Origin, Treat-as-Untrusted, Cookie"
	for _, test := range []struct{ query, origin, vary string }{
		{"meta=siteinfo", "", cookies},
		{"meta=siteinfo&origin=*", "https://evil.test", cookies},
		{"meta=siteinfo&origin=" + trustedAt, trustedAt, both},
		{"meta=siteinfo&origin=https://evil.test", "https://evil.test", both},
		{"meta=userinfo&origin=" + trustedAt, trustedAt, ""},
		{"meta=tokens", "", ""},
	} {
		asked := c
		if test.origin != "" {
			asked = c.with("Origin", test.origin)
		}
		if got := asked.get("action=query&" + test.query).Header.Get("Vary"); got != test.vary {
			t.Errorf("%s from %s: Vary: %s, want %s", test.query, test.origin, got, test.vary)
		}
	}
}

func TestOriginsOfTheAllowListAreHostsOnly(t *testing.T) {
	c := newRig(t, func(o *rigOptions) { o.Engine.Origins.Allowed = []string{"*"} }).client(t)
	for _, origin := range []string{"https://a.test", "http://a.test:81", "https://[2001:db8::1]:8443", "https://localhost"} {
		if got := c.with("Origin", origin).get("origin=" + url.QueryEscape(origin) + "&action=query").corsHeaders()["Allow-Origin"]; got != origin {
			t.Errorf("%s: %q", origin, got)
		}
	}
	odd := []string{"https://user@a.test", "https://a.test/x", "https://a.test?x", "https://a.test#x", "https://", "https://a\\b", "null", "file://x"}
	for _, origin := range slices.Concat(odd, []string{"https://a,b", "https://é.test"}) {
		if got := c.with("Origin", origin).get("origin=" + url.QueryEscape(origin) + "&action=query").corsHeaders(); got["Mediawiki-Cors-Rejection"] != mismatch {
			t.Errorf("%s: %v", origin, got)
		}
	}
}
