package e2e

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"
)

// L-1, L-2: what is wrapped in a call is for everybody, so it is about nobody,
// and it is a call of a function and nothing else.
func TestL1L2_Callback(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	c := w.loggedIn(w.bot("William", "app"))
	for callback, want := range map[string]string{
		"f":                              "/**/f(",
		"a.b['c'][0]":                    "/**/a.b['c'][0](",
		"alert(1)//":                     "/**/alert1(",
		"<script>alert(1)</script>":      "/**/scriptalert1script(",
		"f\u2028\u2029":                  "/**/f(",
		"f;document.location='evil'":     "/**/fdocument.location'evil'(",
		"f\r\nSet-Cookie: x=1":           "/**/fSetCookiex1(",
		"\x01f":                          "/**/f(",
		"*/alert(1)/*":                   "/**/alert1(",
		strings.Repeat("f", 10<<10):      "/**/" + strings.Repeat("f", 10<<10) + "(",
		"\xff\xfef":                      "/**/",
		"${f}`":                          "/**/f(",
		"\u0441\u043b\u043e\u0432\u043e": "/**/(",
	} {
		r := c.get(fields{"action": "query", "meta": "userinfo|tokens", "uiprop": "rights|groups|email|options", "callback": callback})
		if !strings.HasPrefix(r.body, want) || !strings.HasSuffix(r.body, ")") {
			t.Errorf("%.50q: %.200q", callback, r.body)
		}
		if strings.Contains(r.body, "William") || strings.Contains(r.body, "csrftoken") {
			t.Errorf("%.50q: tells who asks: %q", callback, r.body)
		}
		if kind := r.header.Get("Content-Type"); kind != "text/javascript; charset=utf-8" || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%.50q: %v", callback, r.header)
		}
		if r.header.Get("MediaWiki-Login-Suppressed") != "true" || len(r.set) > 0 {
			t.Errorf("%.50q: %v", callback, r.header)
		}
	}
	c.is("William")
}

// L-3, L-4, L-5, L-7: which site may read an answer with the user's cookies.
func TestL3L4L5L7_Origins(t *testing.T) {
	t.Parallel()
	w := start(t, "--cross-site-origins", "good.test,*.friend.test", "--cross-site-exceptions", "bad.friend.test")
	w.account("William", "password-of-William")
	c := w.loggedIn(w.bot("William", "app"))
	ask := fields{"action": "query", "meta": "userinfo"}
	for origin, allowed := range map[string]bool{
		"https://good.test":                 true,
		"http://good.test":                  true,
		"https://a.friend.test":             true,
		"https://bad.friend.test":           false,
		"https://friend.test":               false,
		"https://good.test.evil.test":       false,
		"https://evil.test":                 false,
		"https://evilgood.test":             false,
		"https://good.test:8443":            false,
		"https://good.test/":                false,
		"https://good.test@evil.test":       false,
		"https://evil.test/good.test":       false,
		"https://evil.test/.friend.test":    false,
		"https://evil.test#.friend.test":    false,
		"https://evil.test\\.friend.test":   false,
		"https://GOOD.test":                 false,
		"null":                              false,
		"file://good.test":                  false,
		"good.test":                         false,
		"https://":                          false,
		"https://good.test https://evil.io": false,
	} {
		r := c.get(merged(ask, "origin", origin), "Origin", origin)
		got := r.header.Get("Access-Control-Allow-Origin")
		if allowed && (got != origin || r.header.Get("Access-Control-Allow-Credentials") != "true") {
			t.Errorf("%s: %v", origin, r.header)
		}
		if !allowed && (got != "" || r.header.Get("Access-Control-Allow-Credentials") != "") {
			t.Errorf("%s is allowed: %v", origin, r.header)
		}
	}
	for _, header := range []string{"", "https://evil.test", "null"} {
		r := c.get(merged(ask, "origin", "https://good.test"), "Origin", header)
		if r.status != http.StatusForbidden || strings.Contains(r.body, "William") || r.header.Get("Access-Control-Allow-Origin") != "" {
			t.Errorf("the parameter and the header %q differ: status %d, %v", header, r.status, r.header)
		}
	}
	r := c.get(merged(ask, "origin", "*"), "Origin", "https://evil.test")
	if name, err := userIn(r); name != "" || err != nil || r.header.Get("Access-Control-Allow-Credentials") != "false" {
		t.Errorf("everybody: %q, %v, %v", name, err, r.header)
	}
	// Without the parameter there is no grant, whatever the header says.
	if r := c.get(ask, "Origin", "https://good.test"); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("without the parameter: %v", r.header)
	}
}

// L-6: no login and no logout where another site could read the answer.
func TestL6_LoginForOtherSites(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for name, more := range map[string][]string{"origin": {"origin", "*"}, "callback": {"callback", "f"}} {
		c := w.client()
		form := fields{"lgname": b.login, "lgpassword": b.secret, "lgtoken": c.token("login")}
		r := c.post(merged(fields{"action": "login"}, more...), form)
		if !strings.Contains(r.body, `"result":"Aborted"`) || len(r.set) > 0 {
			t.Errorf("login, %s: sets %q, %s", name, r.set, r.body)
		}
		c.is("")
		main := w.client()
		main.mustLogin("William", "password-of-William")
		for kind, c := range map[string]*client{"bot": w.loggedIn(b), "main": main} {
			for _, token := range []string{`+\`, c.token("csrf")} {
				r := c.post(merged(fields{"action": "logout"}, more...), fields{"token": token})
				if len(r.cleared) > 0 {
					t.Errorf("logout of %s, %s: deletes %q", kind, name, r.cleared)
				}
				c.is("William")
			}
		}
	}
}

// L-8: a preflight is told about known headers only.
func TestL8_Preflight(t *testing.T) {
	t.Parallel()
	w := start(t, "--cross-site-origins", "good.test")
	ask := func(origin, headers string) reply {
		c := w.client()
		return c.must(c.send("OPTIONS", fields{"origin": origin}, "", "Origin", origin,
			"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", headers))
	}
	if r := ask("https://good.test", "content-type, authorization"); r.header.Get("Access-Control-Allow-Origin") != "https://good.test" ||
		!strings.Contains(r.header.Get("Access-Control-Allow-Headers"), "content-type") {
		t.Errorf("known headers: %v", r.header)
	}
	for _, headers := range []string{"cookie", "content-type, x-forwarded-for", "x-http-method-override", "*", "content-type,,", "host"} {
		if r := ask("https://good.test", headers); r.header.Get("Access-Control-Allow-Origin") != "" || r.header.Get("Access-Control-Allow-Headers") != "" {
			t.Errorf("%s: %v", headers, r.header)
		}
	}
	if r := ask("https://evil.test", "content-type"); r.header.Get("Access-Control-Allow-Origin") != "" {
		t.Errorf("another site: %v", r.header)
	}
	if r := ask("https://good.test", "authorization"); strings.Contains(r.header.Get("Access-Control-Allow-Methods"), "DELETE") {
		t.Errorf("methods: %v", r.header)
	}
}

// L-9, L-10, L-13, L-14: what every answer says about frames, types and
// caches.
func TestL9L10L13L14_Headers(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.loggedIn(b)
	for name, r := range map[string]reply{
		"userinfo":              c.get(fields{"action": "query", "meta": "userinfo"}),
		"userinfo to be cached": c.get(fields{"action": "query", "meta": "userinfo", "maxage": "3600", "smaxage": "3600"}),
		"tokens":                c.get(fields{"action": "query", "meta": "tokens", "maxage": "3600", "smaxage": "3600"}),
		"tokens of nobody":      w.client().get(fields{"action": "query", "meta": "tokens", "type": "login", "maxage": "3600", "smaxage": "3600"}),
		"login":                 w.client().attemptReply(b.login, "wrong-password", ""),
		"an error":              c.get(fields{"action": "nonsense", "maxage": "3600", "smaxage": "3600"}),
		"for people":            c.must(c.send("GET", fields{"action": "query", "meta": "userinfo"}, "")),
		"help":                  c.must(c.send("GET", nil, "")),
	} {
		if r.header.Get("X-Frame-Options") != "DENY" || r.header.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", name, r.header)
		}
		if cache := r.header.Get("Cache-Control"); !strings.Contains(cache, "private") && !strings.Contains(cache, "no-store") || strings.Contains(cache, "public") {
			t.Errorf("%s: Cache-Control: %s", name, cache)
		}
		if !strings.HasPrefix(r.header.Get("Content-Disposition"), "inline; filename=api-") {
			t.Errorf("%s: Content-Disposition: %s", name, r.header.Get("Content-Disposition"))
		}
	}
}

// L-11: text from the client is text in every page and format.
func TestL11_ReflectedText(t *testing.T) {
	t.Parallel()
	w := start(t)
	const markup = `"><script>alert(1)</script><img src=x onerror=alert(1)>&amp;'`
	for name, query := range map[string]fields{
		"action":          {"action": markup},
		"requestid":       {"action": "query", "meta": "userinfo", "requestid": markup},
		"unknown meta":    {"action": "query", "meta": markup},
		"unknown name":    {"action": "query", "meta": "userinfo", markup: "1"},
		"a bad number":    {"action": "query", "maxage": markup},
		"assertuser":      {"action": "query", "assertuser": "a" + markup},
		"as HTML":         {"action": "query", "meta": markup, "errorformat": "html"},
		"uselang":         {"action": "query", "meta": markup, "uselang": markup},
		"format":          {"action": "query", "format": markup},
		"in the callback": {"action": "query", "meta": "userinfo", "callback": markup},
	} {
		for _, format := range []string{"jsonfm", "json"} {
			c := w.client()
			if _, ok := query["format"]; !ok {
				query = merged(query, "format", format)
			}
			r := c.must(c.send("GET", query, ""))
			kind := r.header.Get("Content-Type")
			switch {
			case strings.HasPrefix(kind, "text/html") && (strings.Contains(r.body, "<script>alert") || strings.Contains(r.body, "<img src=x")):
				t.Errorf("%s as a page: %.600q", name, r.body)
			case strings.HasPrefix(kind, "application/json") && !json.Valid([]byte(r.body)):
				t.Errorf("%s: %.300q", name, r.body)
			case !strings.HasPrefix(kind, "text/html") && !strings.HasPrefix(kind, "application/json") && !strings.HasPrefix(kind, "text/javascript"):
				t.Errorf("%s: type %s", name, kind)
			}
		}
	}
}
