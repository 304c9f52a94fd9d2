package actionapi

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
)

const formKind = "application/x-www-form-urlencoded"

func FuzzParameters(f *testing.F) {
	token := "0123456789abcdef0123456789abcdef6b00664c%2B%5C"
	multipart := "--b\r\nContent-Disposition: form-data; name=\"lgname\"\r\n\r\nWilliam@testbot\r\n" +
		"--b\r\nContent-Disposition: form-data; name=\"f\"; filename=\"\"\r\nContent-Type: text/plain\r\n\r\nx\r\n--b--\r\n"
	for _, seed := range []struct{ query, kind, body string }{
		{"action=query&meta=tokens&type=login&format=json", "", ""},
		{"format=json", formKind, "action=login&lgname=William%40testbot&lgpassword=is7ql49kctb8tlgbe5qq5c7m63i4jj7q&lgtoken=" + token},
		{"format=json&type[]=login&a[b=c&.x=1&+y=2&%00=3", formKind + "; charset=UTF-8", "type=%1Flogin%1Fcsrf&type=|&x=%&y=%zz&%C3=%FF"},
		{"&&=&a&=b&a=b=c", "application/json", `{"action":"query"}`},
		{"action=login", "multipart/form-data; boundary=b", multipart},
		{"action=login", "multipart/form-data; boundary=\"b\"", strings.ReplaceAll(multipart, "\r\n", "\n")},
		{"", "multipart/form-data", multipart}, {"", "multipart/form-data; boundary=", "--"}, {"", "MULTIPART/FORM-DATA; boundary=b; x", "--b--"},
	} {
		f.Add(seed.query, seed.kind, seed.body, true)
		f.Add(seed.query, seed.kind, seed.body, false)
	}
	f.Fuzz(func(t *testing.T, query, kind, body string, lengthKnown bool) {
		const maxBody, most = 512, 16
		req := &http.Request{Method: http.MethodPost, Header: http.Header{"Content-Type": {kind}}, Body: io.NopCloser(strings.NewReader(body)), ContentLength: -1}
		if lengthKnown {
			req.ContentLength = int64(len(body))
		}
		p := rawParams{max: most}
		p.parse(query, true)
		inURL := len(p.list)
		_, err := p.readBody(req, maxBody)
		switch {
		case err != nil && !errors.Is(err, errTooLarge) && !errors.Is(err, errBroken):
			t.Fatalf("an error of its own: %v", err)
		case lengthKnown && len(body) > maxBody && !errors.Is(err, errTooLarge):
			t.Fatalf("%d bytes are taken", len(body))
		}
		checkRaw(t, &p, inURL, maxBody)
	})
}

// checkRaw holds parameters to what is promised of all of them.
func checkRaw(t *testing.T, p *rawParams, inURL, maxBody int) {
	t.Helper()
	if len(p.list) > p.max {
		t.Fatalf("%d parameters, the limit is %d", len(p.list), p.max)
	}
	size := 0
	last := map[string]*rawParam{}
	for i, q := range p.list {
		if q.name == "" || strings.ContainsAny(q.name, ". \x00") {
			t.Fatalf("the name %q is not mangled", q.name)
		}
		if q.query != (i < inURL) || q.used {
			t.Fatalf("parameter %d of %d in the URL: %+v", i, inURL, q)
		}
		if !q.query {
			size += len(q.value)
		}
		last[q.name] = &p.list[i]
	}
	if size > maxBody {
		t.Fatalf("values of %d bytes", size)
	}
	names, _ := p.unused()
	for _, name := range names {
		if p.findQuiet(name) != last[name] || p.find("", name) != last[name] {
			t.Fatalf("%q is not the last of its name", name)
		}
	}
	if left, _ := p.unused(); p.anyUnused() || len(left) > 0 {
		t.Fatalf("unused after all were looked up: %v", left)
	}
}
