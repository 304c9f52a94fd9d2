package e2e

import (
	"regexp"
	"strings"
	"testing"
)

// What every answer of the server is framed by, whatever was asked.
func TestFrame(t *testing.T) {
	t.Parallel()
	w := start(t)
	ask := func(target string, header ...string) reply { return w.raw(t, message("GET", target, "", header...)) }

	for _, target := range []string{api, api + "?action=help", api + "?format=json", api + "?action=help&format=xml&maxlag=-2"} {
		r := ask(target)
		if r.status != 200 || r.header.Get("Content-Type") != "text/html; charset=utf-8" ||
			r.header.Get("Content-Disposition") != "inline; filename=api-help.html" || !strings.HasPrefix(r.body, "<!DOCTYPE html>") {
			t.Errorf("%s is no help: status %d, %v, %.100q", target, r.status, r.header, r.body)
		}
		for _, name := range []string{"query", "login", "logout"} {
			if !strings.Contains(r.body, name) {
				t.Errorf("%s does not name %s", target, name)
			}
		}
	}
	if r := ask(api + "?format=json&assert=user"); r.header.Get("MediaWiki-API-Error") != "assertuserfailed" ||
		r.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("help heeds no assertion: %v %.300q", r.header, r.body)
	}

	moved := ask(api + "/more/path?a=1&b=%20")
	if moved.status != 301 || moved.header.Get("Location") != api+"?a=1&b=%20" || !strings.HasPrefix(moved.header.Get("Content-Type"), "text/plain") {
		t.Errorf("more path: status %d, %v", moved.status, moved.header)
	}

	id := regexp.MustCompile(`\A[0-9a-f]{24}\z`)
	first, second := ask(who, "X-Request-Id: mine").header.Get("X-Request-Id"), ask(who).header.Get("X-Request-Id")
	if !id.MatchString(first) || first == second {
		t.Errorf("ids of requests: %q, %q", first, second)
	}
	c := w.client()
	if r := c.must(c.send("HEAD", withFormat(fields{"action": "query"}), "")); r.status != 200 || r.body != "" || r.header.Get("Content-Type") != "application/json; charset=utf-8" {
		t.Errorf("HEAD: status %d, %v, %q", r.status, r.header, r.body)
	}

	elsewhere := start(t, "--script-path", "/deep/wiki").client()
	if r := elsewhere.get(fields{"action": "query"}); r.status != 200 || !strings.HasSuffix(elsewhere.api, "/deep/wiki/api.php") {
		t.Errorf("the script elsewhere: status %d at %s", r.status, elsewhere.api)
	}
}
