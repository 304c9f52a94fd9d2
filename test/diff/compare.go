package diff

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/conformance"
)

// Difference is one place where two answers differ.
type Difference struct {
	Place        string // such as status, header Vary, cookie a_session, $.error.code
	Ours, Theirs string // what stands there, shortened; empty for nothing
}

// Compare gives every difference of two answers that is more than prose,
// chance or time.
// Answers of action=help hold a page in any format, and are said to be pages.
func Compare(ours, theirs *conformance.Answer, page bool) []Difference {
	c := comparison{page: page}
	c.texts("status", fmt.Sprint(ours.Status), fmt.Sprint(theirs.Status))
	our, their := headers(ours.Header), headers(theirs.Header)
	if isPage(ours) && isPage(theirs) || c.page {
		for _, name := range pageHeaders {
			delete(our, name)
			delete(their, name)
		}
	}
	c.maps("header ", our, their)
	c.maps("cookie ", cookies(ours.Cookies), cookies(theirs.Cookies))
	c.bodies(ours, theirs)
	return c.found
}

// comparison gathers differences.
type comparison struct {
	page  bool
	found []Difference
}

func (c *comparison) texts(place, ours, theirs string) {
	if ours != theirs {
		c.found = append(c.found, Difference{place, shorten(ours), shorten(theirs)})
	}
}

// maps compares entries by name.
func (c *comparison) maps(kind string, ours, theirs map[string]string) {
	names := slices.Sorted(maps.Keys(ours))
	names = slices.AppendSeq(names, maps.Keys(theirs))
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		our, has := ours[name]
		their, have := theirs[name]
		if has != have || our != their {
			c.found = append(c.found, Difference{kind + name, shown(our, has), shown(their, have)})
		}
	}
}

func shown(value string, there bool) string {
	if !there {
		return "(none)"
	}
	return shorten(value)
}

// ownHeaders are those of the web server and the program behind it.
var ownHeaders = []string{
	"Server", "Date", "Connection", "X-Powered-By", "Transfer-Encoding", "Content-Length", "Keep-Alive", "Set-Cookie",
}

func headers(h http.Header) map[string]string {
	all := map[string]string{}
	for name, values := range h {
		if !slices.Contains(ownHeaders, name) {
			all[name] = plainHeader(name, strings.Join(values, ", "))
		}
	}
	return all
}

// farmCookies tell MediaWiki's own load balancer about a recent write.
var farmCookies = []string{"cpPosIndex", "UseDC", "UseCDNCache"}

// cookies are name, value and attributes of each cookie; of several of one
// name the last counts.
func cookies(set []*http.Cookie) map[string]string {
	all := map[string]string{}
	for _, c := range set {
		if slices.Contains(farmCookies, c.Name) {
			continue
		}
		all[c.Name] = strings.Join([]string{
			plainCookie(c), "path=" + c.Path, "domain=" + c.Domain, fmt.Sprintf("httponly=%t secure=%t", c.HttpOnly, c.Secure),
		}, "; ")
	}
	return all
}

// plainCookie is a cookie's value and life.
func plainCookie(c *http.Cookie) string {
	life := time.Duration(c.MaxAge) * time.Second
	switch {
	case c.MaxAge < 0 || !c.Expires.IsZero() && c.Expires.Before(time.Now()):
		return "deleted"
	case c.MaxAge == 0 && c.Expires.IsZero():
		return plainSecret(c.Value) + "; session"
	case c.MaxAge == 0:
		life = time.Until(c.Expires)
	}
	return fmt.Sprintf("%s; days=%.0f", plainSecret(c.Value), life.Hours()/24)
}

// pageHeaders are those by which servers lay out pages for people, as they
// like.
var pageHeaders = []string{"Content-Language", "Content-Security-Policy", "Expires", "Vary"}

// isPage tells whether an answer is HTML.
func isPage(a *conformance.Answer) bool {
	return strings.HasPrefix(strings.ToLower(a.Header.Get("Content-Type")), "text/html")
}

// pad is what a callback puts around the JSON.
var pad = regexp.MustCompile(`(?s)\A/\*\*/([^(]*)\((.*)\)\z`)

func (c *comparison) bodies(ours, theirs *conformance.Answer) {
	kind, _, _ := strings.Cut(ours.Header.Get("Content-Type"), ";")
	theirKind, _, _ := strings.Cut(theirs.Header.Get("Content-Type"), ";")
	if kind != theirKind || isPage(ours) {
		return // its own difference; or a page for people
	}
	our, their := ours.Body, theirs.Body
	parse := parseText
	switch kind {
	case "application/json", "text/mediawiki-api-prettyprint-wrapped":
		parse = parseJSON
	case "text/javascript":
		parse = parseJSON
		a, b := pad.FindSubmatch(our), pad.FindSubmatch(their)
		if a != nil && b != nil {
			c.texts("callback", string(a[1]), string(b[1]))
			our, their = a[2], b[2]
		}
	case "text/xml":
		parse = parseXML
	case "application/vnd.php.serialized":
		parse = parsePHP
	}
	c.parsed(parse, our, their)
}

// parseText takes a body as it is.
func parseText(body []byte) (tree, error) { return tree{kind: "string", text: string(body)}, nil }

func (c *comparison) parsed(parse func([]byte) (tree, error), ours, theirs []byte) {
	if len(ours) == 0 || len(theirs) == 0 {
		c.texts("body", emptiness(ours), emptiness(theirs))
		return
	}
	a, err := parse(bytes.TrimPrefix(ours, []byte("\uFEFF")))
	b, errTheirs := parse(bytes.TrimPrefix(theirs, []byte("\uFEFF")))
	if err != nil || errTheirs != nil {
		if (err == nil) != (errTheirs == nil) {
			c.found = append(c.found, Difference{"syntax of the body", fmt.Sprint(err), fmt.Sprint(errTheirs)})
		}
		return
	}
	c.trees(place{path: "$"}, a, b)
}

func emptiness(body []byte) string {
	if len(body) == 0 {
		return "empty"
	}
	return "filled"
}

// shorten keeps reports readable.
func shorten(s string) string {
	const most = 300
	if len(s) > most {
		return s[:most] + "…"
	}
	return s
}
