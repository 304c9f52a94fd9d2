package httpx

import (
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestD15D16_AddressBelievesOnlyTrustedProxies(t *testing.T) {
	trusted := Proxies{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("::1/128")}
	for name, c := range map[string]struct {
		proxies   Proxies
		remote    string
		forwarded []string
		want      string
	}{
		"no proxies":            {nil, "192.0.2.1:5", []string{"198.51.100.9"}, "192.0.2.1"},
		"peer is no proxy":      {trusted, "192.0.2.1:5", []string{"198.51.100.9"}, "192.0.2.1"},
		"one proxy":             {trusted, "10.1.1.1:5", []string{"198.51.100.9"}, "198.51.100.9"},
		"client lies":           {trusted, "10.1.1.1:5", []string{"127.0.0.1, 198.51.100.9"}, "198.51.100.9"},
		"two proxies":           {trusted, "10.1.1.1:5", []string{"198.51.100.9, 10.2.2.2"}, "198.51.100.9"},
		"header repeated":       {trusted, "10.1.1.1:5", []string{"198.51.100.9", "10.2.2.2"}, "198.51.100.9"},
		"proxies only":          {trusted, "10.1.1.1:5", []string{"10.3.3.3"}, "10.3.3.3"},
		"no header":             {trusted, "10.1.1.1:5", nil, "10.1.1.1"},
		"garbage":               {trusted, "10.1.1.1:5", []string{"not an address"}, "10.1.1.1"},
		"garbage before client": {trusted, "10.1.1.1:5", []string{"' OR 1=1, 198.51.100.9"}, "198.51.100.9"},
		"IPv6 peer":             {trusted, "[::1]:5", []string{"2001:db8::1"}, "2001:db8::1"},
		"mapped":                {trusted, "[::ffff:10.1.1.1]:5", []string{"::ffff:198.51.100.9"}, "198.51.100.9"},
		"no remote address":     {nil, "", nil, "0.0.0.0"},
	} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = c.remote
		for _, f := range c.forwarded {
			r.Header.Add("X-Forwarded-For", f)
		}
		if got := c.proxies.Address(r).String(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestRequestID(t *testing.T) {
	trusted := Proxies{netip.MustParsePrefix("10.0.0.0/8")}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.RemoteAddr = "192.0.2.1:5"
	r.Header.Set("X-Request-Id", "chosen-by-the-client")
	form := regexp.MustCompile(`\A[0-9a-f]{24}\z`)
	first, second := trusted.RequestID(r), trusted.RequestID(r)
	if !form.MatchString(first) || first == second {
		t.Errorf("%q %q", first, second)
	}
	r.RemoteAddr = "10.1.1.1:5"
	if got := trusted.RequestID(r); got != "chosen-by-the-client" {
		t.Errorf("from a proxy: %q", got)
	}
	for _, bad := range []string{"a b", "a\tb", "é", "<script>"} {
		r.Header.Set("X-Request-Id", bad)
		if got := trusted.RequestID(r); !form.MatchString(got) {
			t.Errorf("kept %q", got)
		}
	}
}

// A second request may hide behind the length that a body in chunks should not
// have.
func TestBodyInChunksEndsTheConnection(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) }))
	go func() { _ = server.Serve(listener) }()
	defer server.Close()
	conn, err := net.Dial("tcp", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	const both = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 39\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /hidden HTTP/1.1\r\nHost: a\r\n\r\n"
	if _, err := io.WriteString(conn, both); err != nil {
		t.Fatal(err)
	}
	answers, err := io.ReadAll(conn)
	if n := strings.Count(string(answers), "HTTP/1.1 "); n != 1 || err != nil {
		t.Errorf("%d answers, %v: %q", n, err, answers)
	}
}
