package main

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// client is one connection that is kept alive. It reads as little of an answer
// as it can, so that the load costs less than what is measured.
type client struct {
	conn net.Conn
	buf  []byte
}

func dial(address string, deadline time.Time) (*client, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, buf: make([]byte, 32<<10)}, conn.SetDeadline(deadline)
}

// answer is valid until the client's next request.
type answer struct{ head, body []byte }

var (
	headEnd       = []byte("\r\n\r\n")
	statusOK      = []byte("HTTP/1.1 200 ")
	contentLength = []byte("\r\nContent-Length: ")
	apiError      = []byte("\r\nMediawiki-Api-Error: ")
)

// do sends a request and reads the answer, which must be a success.
func (c *client) do(request []byte) (a answer, err error) {
	if _, err := c.conn.Write(request); err != nil {
		return a, err
	}
	n, end := 0, -1
	for end < 0 {
		read, err := c.conn.Read(c.buf[n:])
		if err != nil {
			return a, err
		}
		n += read
		end = bytes.Index(c.buf[:n], headEnd)
	}
	a.head = c.buf[:end+len(headEnd)]
	size, err := bodySize(a.head)
	if err != nil {
		return a, err
	}
	total := len(a.head) + size
	if total > len(c.buf) {
		return a, errors.New("the answer is too long")
	}
	for n < total {
		read, err := c.conn.Read(c.buf[n:])
		if err != nil {
			return a, err
		}
		n += read
	}
	a.body = c.buf[len(a.head):total]
	if !bytes.HasPrefix(a.head, statusOK) || bytes.Contains(a.head, apiError) {
		return a, fmt.Errorf("the request failed:\n%s\n%s%s", request, a.head, a.body)
	}
	return a, nil
}

func bodySize(head []byte) (int, error) {
	at := bytes.Index(head, contentLength)
	if at < 0 {
		return 0, fmt.Errorf("the answer does not tell its length:\n%s", head)
	}
	rest := head[at+len(contentLength):]
	return strconv.Atoi(string(rest[:bytes.IndexByte(rest, '\r')]))
}

// cookie finds a cookie that the answer sets, as name=value.
func (a answer) cookie(name string) string {
	return string(between(a.head, "\r\nSet-Cookie: "+name, ";", name))
}

// token finds the one token in an answer of meta=tokens, ready for a form.
func (a answer) token() []byte {
	digits := between(a.body, `token":"`, `+\\"`, "")
	return append(digits, "%2B%5C"...)
}

// between copies what stands between two texts, and puts first before it.
func between(text []byte, before, after, first string) []byte {
	_, rest, ok := bytes.Cut(text, []byte(before))
	if !ok {
		return nil
	}
	found, _, _ := bytes.Cut(rest, []byte(after))
	return append([]byte(first), found...)
}

// get makes a request for a query, with cookies or without.
func get(query, cookies string) []byte { return appendGet(nil, query, cookies) }

func appendGet(b []byte, query, cookies string) []byte {
	b = append(append(append(b, "GET "+apiPath+"?"...), query...), " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: wikigate-bench\r\n"...)
	return append(appendCookies(b, cookies), "\r\n"...)
}

// appendPost makes a request with a form.
func appendPost(b []byte, cookies string, form []byte) []byte {
	b = append(b, "POST "+apiPath+" HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: wikigate-bench\r\n"...)
	b = append(b, "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: "...)
	b = append(strconv.AppendInt(b, int64(len(form)), 10), "\r\n"...)
	b = append(appendCookies(b, cookies), "\r\n"...)
	return append(b, form...)
}

func appendCookies(b []byte, cookies string) []byte {
	if cookies == "" {
		return b
	}
	return append(append(append(b, "Cookie: "...), cookies...), "\r\n"...)
}
