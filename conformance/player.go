package conformance

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Target is a server to judge. It is not changed by a run, so that scenarios
// may play against it at the same time.
type Target struct {
	API      string // address of api.php
	Accounts Accounts
	// Transport sends the requests; nil is a plain one that follows no
	// redirects and uses no proxy.
	Transport http.RoundTripper
}

// mostBody is how long the body of an answer may be.
const mostBody = 16 << 20

// sendError is that of a request to which no whole answer came. It says
// nothing of how the target behaves.
type sendError struct{ err error }

func (e *sendError) Error() string { return e.err.Error() }
func (e *sendError) Unwrap() error { return e.err }

// player plays one scenario: its clients, their cookies and addresses.
type player struct {
	target    *Target
	api       string
	header    [2]string // of the variant
	values    *values
	jars      map[string]jar
	addresses map[string]string
}

// jar holds the cookies of a client by name.
type jar map[string]jarCookie

type jarCookie struct {
	value  string
	secure bool
}

func newPlayer(t *Target, site string) *player {
	p := &player{target: t, api: t.API, values: newValues(t), jars: map[string]jar{}, addresses: map[string]string{}}
	if v, ok := t.Accounts.Variants[site]; ok && site != "" {
		if v.API != "" {
			p.api = v.API
		}
		name, value, _ := strings.Cut(v.Header, ":")
		p.header = [2]string{strings.TrimSpace(name), strings.TrimSpace(value)}
	}
	return p
}

// play sends the request of a step and judges the answer. An error says which
// check does not hold, or why the request could not be sent.
func (p *player) play(ctx context.Context, s Step) error {
	if s.Pause > 0 {
		select {
		case <-time.After(s.Pause):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if s.Request == nil {
		return nil
	}
	a, err := p.send(ctx, s.Request)
	if err != nil {
		return err
	}
	for _, c := range s.Checks {
		if err := c.hold(a, p.values); err != nil {
			return err
		}
	}
	return nil
}

func (p *player) jar(client string) jar {
	if p.jars[client] == nil {
		p.jars[client] = jar{}
	}
	return p.jars[client]
}

func (p *player) send(ctx context.Context, r *Request) (*answer, error) {
	if err := p.prepareJar(r); err != nil {
		return nil, err
	}
	request, err := p.build(ctx, r)
	if err != nil {
		return nil, err
	}
	transport := p.target.Transport
	if transport == nil {
		transport = plainTransport
	}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return nil, &sendError{fmt.Errorf("the request failed: %w", err)}
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostBody+1))
	switch {
	case err != nil:
		return nil, &sendError{fmt.Errorf("the answer broke off: %w", err)}
	case len(body) > mostBody:
		return nil, &sendError{fmt.Errorf("the answer is longer than %d MiB", mostBody>>20)}
	}
	a := &answer{status: response.StatusCode, header: response.Header, cookies: response.Cookies(), body: body}
	if !r.NoCookies {
		p.jar(r.Client).keep(a.cookies)
	}
	return a, nil
}

// plainTransport goes straight to the target. Compression would hide headers.
var plainTransport = &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16}

// prepareJar does what a step says of its client's cookies.
func (p *player) prepareJar(r *Request) error {
	j := p.jar(r.Client)
	if r.CopyFrom != "" {
		j = maps.Clone(p.jar(r.CopyFrom))
		p.jars[r.Client] = j
	}
	for _, template := range r.Drop {
		name, err := p.values.fill(template, nil)
		if err != nil {
			return err
		}
		delete(j, name)
	}
	set, err := p.values.fillAll(r.Cookies)
	for _, pair := range set {
		j[pair[0]] = jarCookie{value: pair[1]}
	}
	return err
}

// keep takes over the cookies of an answer.
func (j jar) keep(cookies []*http.Cookie) {
	for _, c := range cookies {
		if deleted(c) {
			delete(j, c.Name)
			continue
		}
		j[c.Name] = jarCookie{value: c.Value, secure: c.Secure}
	}
}

// header is the Cookie header for a request.
func (j jar) header(secure bool) string {
	var pairs []string
	for name, c := range j {
		if secure || !c.secure {
			pairs = append(pairs, name+"="+c.value)
		}
	}
	slices.Sort(pairs)
	return strings.Join(pairs, "; ")
}

func (p *player) build(ctx context.Context, r *Request) (*http.Request, error) {
	target, err := p.values.fill(r.Target, escapeQuery)
	if err != nil {
		return nil, err
	}
	body, contentType, err := p.body(r)
	if err != nil {
		return nil, err
	}
	address, err := url.Parse(p.api)
	if err != nil {
		return nil, err
	}
	pathInfo, query, _ := strings.Cut(target, "?")
	address.Path += pathInfo
	address.RawQuery = query
	request, err := http.NewRequestWithContext(ctx, r.Method, address.String(), body)
	if err != nil {
		return nil, err
	}
	request.Header.Set("User-Agent", "wikigate-conformance/1.0")
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	p.proxyHeaders(request, r)
	if cookies := p.jar(r.Client).header(r.HTTPS || address.Scheme == "https"); cookies != "" && !r.NoCookies {
		request.Header.Set("Cookie", cookies)
	}
	return request, p.ownHeaders(request, r)
}

// ownHeaders sets the headers that the step names. One without a value is
// not sent.
func (p *player) ownHeaders(request *http.Request, r *Request) error {
	headers, err := p.values.fillAll(r.Headers)
	for _, h := range headers {
		switch {
		case strings.EqualFold(h[0], "Host"):
			request.Host = h[1]
		case h[1] == "":
			request.Header[http.CanonicalHeaderKey(h[0])] = nil
		default:
			request.Header.Set(h[0], h[1])
		}
	}
	return err
}

// proxyHeaders are those by which the target knows the variant, the client's
// address and whether it came by HTTPS.
func (p *player) proxyHeaders(request *http.Request, r *Request) {
	if p.header[0] != "" {
		request.Header.Set(p.header[0], p.header[1])
	}
	if name := p.target.Accounts.ForwardedFor; name != "" {
		request.Header.Set(name, p.address(r))
	}
	if name := p.target.Accounts.ForwardedProto; name != "" && r.HTTPS {
		request.Header.Set(name, "https")
	}
}

// address is where a client seems to be: at a place of its own, so that the
// throttles of one scenario do not meet another, unless the step says where.
func (p *player) address(r *Request) string {
	if _, err := netip.ParseAddr(r.Address); err == nil {
		return r.Address
	}
	label := "client " + r.Client
	if r.Address != "" {
		label = r.Address
	}
	if p.addresses[label] == "" {
		n := rand.Uint32()
		// 10.9.0.0/16 is for addresses that scenarios name.
		p.addresses[label] = fmt.Sprintf("10.%d.%d.%d", 10+n%240, n>>8%256, 1+n>>16%250)
	}
	return p.addresses[label]
}

// body is what a request carries, with its type.
func (p *player) body(r *Request) (io.Reader, string, error) {
	if r.Body != nil {
		text, err := p.values.fill(*r.Body, nil)
		return strings.NewReader(text), "", err
	}
	if len(r.Fields) == 0 {
		if r.Method == http.MethodPost {
			return strings.NewReader(""), "application/x-www-form-urlencoded", nil
		}
		return nil, "", nil
	}
	fields, err := p.values.fillAll(r.Fields)
	if err != nil {
		return nil, "", err
	}
	if r.Parts {
		return multipartBody(fields)
	}
	pairs := make([]string, len(fields))
	for i, f := range fields {
		pairs[i] = url.QueryEscape(f[0]) + "=" + url.QueryEscape(f[1])
	}
	return strings.NewReader(strings.Join(pairs, "&")), "application/x-www-form-urlencoded", nil
}

func multipartBody(fields [][2]string) (io.Reader, string, error) {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for _, f := range fields {
		if err := w.WriteField(f[0], f[1]); err != nil {
			return nil, "", err
		}
	}
	return &b, w.FormDataContentType(), w.Close()
}
