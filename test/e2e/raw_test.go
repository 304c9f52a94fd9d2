package e2e

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

const (
	formType = "application/x-www-form-urlencoded"
	api      = "/w/api.php"
	// rawTimeout is far more than any answer may take, and less than the
	// server's own time limits.
	rawTimeout = 8 * time.Second
)

// message is a request as text: what no HTTP library would send can be sent.
func message(method, target, body string, header ...string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\n", method, target)
	for _, line := range append([]string{"Host: localhost", "Connection: close"}, header...) {
		b.WriteString(line + "\r\n")
	}
	return b.String() + "\r\n" + body
}

// posted is a form as a browser sends it.
func posted(target, body string, header ...string) string {
	return message("POST", target, body, append([]string{
		"Content-Type: " + formType, fmt.Sprint("Content-Length: ", len(body)),
	}, header...)...)
}

// chunked is a form of a length that nobody knows before.
func chunked(target, body string) string {
	return message("POST", target, fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(body), body),
		"Content-Type: "+formType, "Transfer-Encoding: chunked")
}

func (w *world) dial(t testing.TB) net.Conn {
	t.Helper()
	host, _, _ := strings.Cut(strings.TrimPrefix(w.API, "http://"), "/")
	conn, err := net.DialTimeout("tcp", host, rawTimeout)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(rawTimeout)); err != nil {
		t.Fatal(err)
	}
	return conn
}

// patience is how long raw waits for an answer before it says that no more
// will come. A server may stop working for a client that has said so.
const patience = 300 * time.Millisecond

// raw sends a text and returns the answer. A server may refuse before it has
// read everything, so that writing may fail. An answer of status 0 means that
// the server closed without a word.
func (w *world) raw(t testing.TB, text string) reply {
	t.Helper()
	return w.rawAndHangUp(t, text, patience)
}

func (w *world) rawAndHangUp(t testing.TB, text string, after time.Duration) reply {
	t.Helper()
	conn := w.dial(t)
	go func() {
		_, _ = io.WriteString(conn, text)
		if after == 0 {
			_ = conn.(*net.TCPConn).CloseWrite()
		}
	}()
	if after > 0 {
		closing := time.AfterFunc(after, func() { _ = conn.(*net.TCPConn).CloseWrite() })
		defer closing.Stop()
	}
	return readReply(t, conn)
}

func readReply(t testing.TB, conn net.Conn) reply {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		var late net.Error
		if errors.As(err, &late) && late.Timeout() {
			t.Fatalf("no answer within %v", rawTimeout)
		}
		return reply{}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Errorf("the answer breaks off: %v", err)
	}
	r := reply{status: resp.StatusCode, header: resp.Header, body: string(body)}
	for _, cookie := range resp.Cookies() {
		if cookie.Value == "deleted" {
			r.cleared = append(r.cleared, cookie.Name)
		} else {
			r.set = append(r.set, cookie.Name)
		}
	}
	return r
}

// probe is a request that must be refused, or taken for something harmless.
type probe struct {
	name    string
	request string
	status  int    // 0: any below 500
	has     string // what the answer holds
}

// run sends the probes and looks for more than what each of them asks.
func (w *world) run(t *testing.T, probes []probe) {
	for _, p := range probes {
		t.Run(p.name, func(t *testing.T) {
			began := time.Now()
			r := w.raw(t, p.request)
			if p.status != 0 && r.status != p.status || p.status == 0 && r.status >= 500 {
				t.Errorf("status %d, want %d: %.300q", r.status, p.status, r.body)
			}
			if !strings.Contains(r.body, p.has) {
				t.Errorf("no %q in %.600q", p.has, r.body)
			}
			if leaked := w.secrets.found(r.body); p.status != 0 && leaked != nil {
				t.Errorf("the answer holds %q", leaked)
			}
			if took := time.Since(began); took > rawTimeout/2 {
				t.Errorf("the answer took %v", took)
			}
		})
	}
}

// stillServes logs in and out, as the first and the last thing of every test
// that ill-treats a server.
func (w *world) stillServes(t testing.TB, b bot) {
	t.Helper()
	c := w.client()
	c.mustLogin(b.login, b.secret)
	c.is(b.owner)
	if code := c.logout(); code != "" {
		t.Errorf("logout: %s", code)
	}
}
