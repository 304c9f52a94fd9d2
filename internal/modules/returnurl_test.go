package modules

import (
	"context"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
)

// What a MediaWiki 1.39 accepts, but for control characters.
func TestReturnURLs(t *testing.T) {
	for u, want := range map[string]bool{
		"http://example.org/": true, "HTTPS://X": true, "ftp://x/": true, "http://[::1]/": true, "http://a b/": true,
		"http://u:p@h": true, "http://a:": true, "http://a:80:80/": true, "http://::1/": true, "http://wiki.test/?a=b#c": true,
		"http:foo": true, "http:": true, "mailto:a@b": true, "mailto:": true, "mailto://x": true, "news:x": true, "urn:x:y": true, "tel:+1": true,
		"": false, "notaurl": false, "/wiki/": false, "//host/": false, "//": false, "http://": false, "http:///x": false,
		"http:////x": false, "http://?x": false, "http://#": false, "http://:80/": false, "http://a:b/": false, "http://u@/": false,
		"http://a:99999/": false, "geo:1": false, "javascript:alert(1)": false, "custom-app://callback": false, "foo:bar": false,
		" http://wiki.test/": false, "http://x/\r\nSet-Cookie: a=b": false, "http://x/\x00": false, "http://x/\x7f": false,
		"own-app://": true, "own-app://done": true, "own-app:done": true, "OWN-APP:": true,
		"http://x/" + strings.Repeat("x", 3991): true, "http://x/" + strings.Repeat("x", 3992): false,
	} {
		if got := acceptableURL(u, []string{"own-app"}); got != want {
			t.Errorf("%q: %v, want %v", u, got, want)
		}
	}
}

// measuredFlows notes the size of the largest record.
type measuredFlows struct {
	flow.Store
	largest int
}

func (f *measuredFlows) Put(ctx context.Context, id flow.ID, data []byte, expires time.Time) error {
	f.largest = max(f.largest, len(data))
	return f.Store.Put(ctx, id, data, expires)
}

// A login that waits is a small record, whatever the client has sent.
func TestWhatWaitsIsSmall(t *testing.T) {
	r, _ := withFactor(t)
	flows := &measuredFlows{Store: r.Store.Flows()}
	r.Logins.Flows.Store = flows
	c := r.client(t)
	for _, u := range []string{"http://x/" + strings.Repeat(`"`, 3991), "http://x/" + strings.Repeat("&", 1_000_000)} {
		c.post(url.Values{
			"action": {"clientlogin"}, "loginreturnurl": {u}, "username": {"Tfa"}, "password": {tfaPassword},
			"rememberMe": {strings.Repeat("x", 1000)}, "logintoken": {c.token("login")},
		})
	}
	if flows.largest < 8_000 || flows.largest > 16<<10 {
		t.Errorf("a record of %d bytes", flows.largest)
	}
}
