package diff

import (
	"net/http"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

func (m *mutator) changeMethod(r *conformance.Request) string {
	methods := []string{"GET", "POST", "HEAD", "PUT", "OPTIONS", "DELETE", "PATCH"}
	if m.IntN(3) > 0 {
		methods = methods[:2]
	}
	r.Method = pick(m, methods)
	return r.Method
}

// moveParameters moves what stands in the form to the query, or the other
// way.
func (m *mutator) moveParameters(r *conformance.Request) string {
	if len(r.Fields) > 0 {
		items := query(r)
		for _, f := range r.Fields {
			items = append(items, escape(f[0])+"="+escape(f[1]))
		}
		setQuery(r, items)
		r.Fields = nil
		return "to the query"
	}
	for _, item := range query(r) {
		name, value := split(item)
		if !strings.Contains(name, "\n") {
			r.Fields = append(r.Fields, [2]string{name, value})
		}
	}
	setQuery(r, nil)
	r.Body = nil
	if m.IntN(4) > 0 {
		r.Method = http.MethodPost
	}
	return "to the form"
}

func (m *mutator) switchMultipart(r *conformance.Request) string {
	if len(r.Fields) == 0 {
		return ""
	}
	r.Parts = !r.Parts
	return "switched"
}

// rawBody replaces the form by a body of another kind.
func (m *mutator) rawBody(r *conformance.Request) string {
	body := pick(m, []string{"", "{}", `{"action":"query"}`, "a=b", "action=query&meta=userinfo", "=&=&", "%00=%00&format=json", "<xml/>", "format=json\n"})
	r.Body, r.Fields, r.Parts = &body, nil, false
	if m.IntN(3) > 0 {
		r.Method = http.MethodPost
	}
	return body
}

func (m *mutator) changeHeader(r *conformance.Request) string {
	h := pick(m, oddHeaders)
	r.Headers = append(r.Headers, h)
	return h[0] + ": " + h[1]
}

// cookieNames are those that sessions have, and some that they have not.
var cookieNames = []string{
	"{{prefix}}_session", "{{prefix}}_BPsession", "{{prefix}}UserID", "{{prefix}}UserName", "{{prefix}}Token",
	"{{prefix}}LoggedOut", "{{prefix}}forceHTTPS", "forceHTTPS", "UseDC", "x", "{{prefix}}session",
}

func (m *mutator) changeCookies(r *conformance.Request) string {
	switch m.IntN(6) {
	case 0, 1:
		name := pick(m, cookieNames[:5])
		r.Drop = append(r.Drop, name)
		return "without " + name
	case 2, 3:
		c := [2]string{pick(m, cookieNames), m.cookieValue()}
		r.Cookies = append(r.Cookies, c)
		return c[0] + " = " + c[1]
	case 4:
		r.CopyFrom = pick(m, []string{"a", "b"})
		return "those of " + r.CopyFrom
	}
	r.NoCookies = !r.NoCookies
	return "none"
}

func (m *mutator) cookieValue() string {
	return pick(m, []string{
		"", "x", "0", "1", "5", "William", "william", "{{william.name}}", "deleted", strings.Repeat("a", 32), strings.Repeat("b", 64),
		strings.Repeat("0", 31), "5%7Cx", "%00", "a%0Ab", "ü", "true", "1.5", "99999999999999999999",
	})
}

func (m *mutator) changeClient(r *conformance.Request) string {
	r.Client = pick(m, []string{"a", "b"})
	return r.Client
}

func (m *mutator) switchHTTPS(r *conformance.Request) string {
	r.HTTPS = !r.HTTPS
	return map[bool]string{true: "by https", false: "by http"}[r.HTTPS]
}
