package e2e

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// Requests that are no HTTP, or HTTP of a kind that hides a second request.
func TestBadWire(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	form := []string{"Content-Type: " + formType}
	w.run(t, []probe{
		{"a blank before the colon", message("POST", login, "x=1", append(form, "Content-Length : 3")...), 400, ""},
		{"lengths that differ", message("POST", login, "x=1", append(form, "Content-Length: 3", "Content-Length: 4")...), 400, ""},
		{"a negative length", message("POST", login, "x=1", append(form, "Content-Length: -3")...), 400, ""},
		{"a length in another notation", message("POST", login, "x=1", append(form, "Content-Length: 0x3")...), 400, ""},
		{"a signed length", message("POST", login, "x=1", append(form, "Content-Length: +3")...), 400, ""},
		{"a huge length", message("POST", login, "x=1", append(form, "Content-Length: 99999999999999999999")...), 400, ""},
		{"chunked twice", message("POST", login, "0\r\n\r\n", append(form, "Transfer-Encoding: chunked, chunked")...), 501, ""},
		{"a folded header", message("GET", who, "", "X-Folded: a\r\n b"), 0, ""},
		{"a header without a colon", message("GET", who, "", "nonsense"), 400, ""},
		{"a control character in a header", message("GET", who, "", "X-A: \x01"), 400, ""},
		{"NUL in a header", message("GET", who, "", "Cookie: a=\x00"), 400, ""},
		{"a header of 100 kB", message("GET", who, "", "X-A: "+strings.Repeat("a", 100_000)), 431, ""},
		{"10,000 headers", message("GET", who, "", strings.Repeat("X: y\r\n", 20_000)+"Z: z"), 431, ""},
		{"no host", "GET " + who + " HTTP/1.1\r\nConnection: close\r\n\r\n", 400, ""},
		{"two hosts", message("GET", who, "", "Host: other"), 400, ""},
		{"a host that is none", "GET " + who + " HTTP/1.1\r\nHost: a b/c\r\n\r\n", 400, ""},
		{"another host", "GET " + who + " HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n", 200, nobody},
		{"an absolute target", message("GET", "http://evil.test"+who, ""), 200, nobody},
		{"HTTP/1.0", "GET " + who + " HTTP/1.0\r\n\r\n", 200, nobody},
		{"HTTP/9", "GET " + who + " HTTP/9.9\r\nHost: a\r\n\r\n", 505, ""},
		{"HTTP/2 without asking", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 0, ""},
		{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400, ""},
		{"nothing", "", 0, ""},
		{"an empty line", "\r\n\r\n\r\n", 400, ""},
		{"binary noise", strings.Repeat("\x00\xff\r\n", 1000), 400, ""},
		{"an asterisk", message("OPTIONS", "*", ""), 0, ""},
		{"dots in the path", message("GET", "/w/../../../w/api.php", ""), 0, ""},
		{"escaped slashes", message("GET", "/w%2Fapi.php", ""), 404, ""},
		{"more path", message("GET", api+"/a%0D%0AX-Injected:%201?x=%0D%0A", ""), 301, ""},
	})
	w.stillServes(t, b)
}

// CONTRACT of L-18: of a request with two lengths, either none is taken, or
// one is, and the connection ends there, so that no second request can hide
// behind the other length.
func TestL18_TwoLengthsHideNoSecondRequest(t *testing.T) {
	t.Parallel()
	w := start(t)
	hidden := "GET " + who + "&requestid=hidden HTTP/1.1\r\nHost: localhost\r\n\r\n"
	body := "0\r\n\r\n" + hidden
	for name, header := range map[string]string{
		"both":        fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: chunked", len(body)),
		"other order": fmt.Sprintf("Transfer-Encoding: chunked\r\nContent-Length: %d", len(body)),
		"obscured":    fmt.Sprintf("Content-Length: %d\r\nTransfer-Encoding: xchunked", len(body)),
		"old version": fmt.Sprintf("Transfer-Encoding : chunked\r\nContent-Length: %d", len(body)),
	} {
		conn := w.dial(t)
		text := "POST " + login + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + formType + "\r\n" + header + "\r\n\r\n" + body
		if _, err := io.WriteString(conn, text); err != nil {
			t.Fatal(err)
		}
		answers, err := io.ReadAll(conn)
		if err != nil {
			t.Errorf("%s: the connection stays open: %v", name, err)
		}
		if strings.Contains(string(answers), "hidden") || strings.Count(string(answers), "HTTP/1.1 ") != 1 {
			t.Errorf("%s: %q", name, answers)
		}
	}
}

// A client that sends a request and says at once that no more will come gets
// its answer, or none, but loses no login and leaves no trace of trouble.
func TestClientThatHangsUp(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	main := w.client()
	main.mustLogin("William", "password-of-William")
	for i := range 200 {
		cookies := []string{main.cookieHeader(), w.loggedIn(b).cookieHeader()}[i%2]
		conn := w.dial(t)
		if _, err := io.WriteString(conn, message("GET", who, "", "Cookie: "+cookies)); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			_ = conn.Close()
			continue
		}
		_ = conn.(*net.TCPConn).CloseWrite()
		if r := readReply(t, conn); r.status >= 500 && r.status != 503 || len(r.cleared) > 0 {
			t.Errorf("status %d, deletes %q: %q", r.status, r.cleared, r.body)
		}
	}
	main.is("William")
	w.stillServes(t, b)
	if strings.Contains(w.Stderr(), "level=ERROR") {
		t.Error("the log calls it an error")
	}
}

// M-2: connections that say nothing, or not all, take nothing from others.
func TestM2_IdleConnectionsHinderNobody(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for i := range 50 {
		conn := w.dial(t)
		if _, err := io.WriteString(conn, []string{
			"", "GET ", "GET " + who + " HTTP/1.1\r\nHost: localhost\r\nX-A: ",
			"POST " + login + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: " + formType + "\r\nContent-Length: 100\r\n\r\nlgname=",
		}[i%4]); err != nil {
			t.Fatal(err)
		}
	}
	began := time.Now()
	for range 20 {
		w.stillServes(t, b)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("20 logins beside them took %v", took)
	}
}

// L-16: only POST is POST.
func TestL16_MethodTricks(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	form := fields{"lgname": b.login, "lgpassword": b.secret, "lgtoken": c.token("login")}
	for _, method := range []string{"PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "post", "get"} {
		r := c.must(c.send(method, withFormat(fields{"action": "login"}), form.encode(), "Content-Type", formType))
		if r.status != http.StatusMethodNotAllowed || r.code(t) != "invalidmethod" {
			t.Errorf("%s: status %d, %.300q", method, r.status, r.body)
		}
	}
	for _, header := range []string{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		r := c.must(c.send("GET", withFormat(fields{"action": "login"}), form.encode(), "Content-Type", formType, header, "POST"))
		if r.code(t) != "mustbeposted" {
			t.Errorf("GET with %s: %.300q", header, r.body)
		}
		r = c.must(c.send("POST", withFormat(fields{"action": "query", "meta": "userinfo"}), "", "Content-Type", formType, header, "DELETE"))
		if r.status != http.StatusOK {
			t.Errorf("POST with %s: status %d", header, r.status)
		}
	}
	r := c.must(c.send("HEAD", withFormat(fields{"action": "login"}), form.encode(), "Content-Type", formType))
	if r.header.Get("MediaWiki-API-Error") != "mustbeposted" || r.body != "" {
		t.Errorf("HEAD: %v", r.header)
	}
	c.is("")
	if a := c.attempt(b.login, b.secret, form["lgtoken"]); a.Login.Result != "Success" {
		t.Errorf("the token was used up: %+v", a.Login)
	}
}

// L-19: what a client says about the host is in no answer.
func TestL19_ForeignHost(t *testing.T) {
	t.Parallel()
	w := start(t)
	for _, target := range []string{api, api + "/x", "/", who + "&assert=user", "/w//api.php"} {
		conn := w.dial(t)
		if _, err := io.WriteString(conn, "GET "+target+" HTTP/1.1\r\nHost: evil.test\r\nX-Forwarded-Host: evil.test\r\nConnection: close\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
		answer, err := io.ReadAll(conn)
		if strings.Contains(string(answer), "evil.test") || err != nil || len(answer) == 0 {
			t.Errorf("%s: %.400q, %v", target, answer, err)
		}
	}
}
