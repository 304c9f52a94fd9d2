package diff

import (
	"encoding/json"
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wikigate/wikigate/conformance"
)

// Sequence is what both servers are sent, in this order.
type Sequence struct {
	Number  int      // from 0, in its run
	From    []string // the scenarios whose steps it has
	Changes []string // what was done to them, for reports
	Site    string   // the variant in which it is played
	Steps   []conformance.Step
}

// clone copies a sequence so far that steps and requests can be changed.
func (s *Sequence) clone() *Sequence {
	c := *s
	c.Steps = make([]conformance.Step, len(s.Steps))
	for i, step := range s.Steps {
		c.Steps[i] = cloneStep(step)
	}
	return &c
}

func cloneStep(s conformance.Step) conformance.Step {
	r := *s.Request
	r.Headers, r.Fields, r.Cookies = slices.Clone(r.Headers), slices.Clone(r.Fields), slices.Clone(r.Cookies)
	r.Drop = slices.Clone(r.Drop)
	return conformance.Step{Line: s.Line, Request: &r, Checks: s.Checks}
}

// query is what follows the question mark, as items as they are sent.
func query(r *conformance.Request) []string {
	_, raw, _ := strings.Cut(r.Target, "?")
	if raw == "" {
		return nil
	}
	return strings.Split(raw, "&")
}

func setQuery(r *conformance.Request, items []string) {
	path, _, _ := strings.Cut(r.Target, "?")
	r.Target = path + "?" + strings.Join(items, "&")
}

// hole is an expression in a template.
var hole = regexp.MustCompile(`\{\{(.*?)\}\}`)

// escape makes a name or value fit for a query; holes stay as they are.
func escape(s string) string {
	return outsideHoles(s, url.QueryEscape)
}

// unescape is the opposite of escape. What is wrongly escaped stays.
func unescape(s string) string {
	return outsideHoles(s, func(raw string) string {
		plain, err := url.QueryUnescape(raw)
		if err != nil {
			return raw
		}
		return plain
	})
}

func outsideHoles(s string, change func(string) string) string {
	var b strings.Builder
	for {
		at := hole.FindStringIndex(s)
		if at == nil {
			return b.String() + change(s)
		}
		b.WriteString(change(s[:at[0]]) + s[at[0]:at[1]])
		s = s[at[1]:]
	}
}

// split takes an item of a query apart.
func split(item string) (name, value string) {
	name, value, _ = strings.Cut(item, "=")
	return unescape(name), unescape(value)
}

// String writes the sequence as a scenario without checks.
func (s *Sequence) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# from %s\n", strings.Join(s.From, " "))
	for _, change := range s.Changes {
		fmt.Fprintf(&b, "# %s\n", change)
	}
	if s.Site != "" {
		fmt.Fprintf(&b, "site: %s\n", s.Site)
	}
	for _, step := range s.Steps {
		b.WriteString("\n" + requestText(step.Request))
	}
	return b.String()
}

// requestText writes a request in the format of scenarios.
func requestText(r *conformance.Request) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s\n", r.Method, r.Target)
	line := func(when bool, format string, args ...any) {
		if when {
			fmt.Fprintf(&b, format+"\n", args...)
		}
	}
	line(r.Client != "a", "client: %s", r.Client)
	line(r.Address != "", "address: %s", r.Address)
	line(r.HTTPS, "https")
	line(r.NoCookies, "no cookies")
	line(r.CopyFrom != "", "cookies of: %s", r.CopyFrom)
	for _, name := range r.Drop {
		line(true, "drop cookie: %s", name)
	}
	for _, c := range r.Cookies {
		line(true, "set cookie: %s = %s", c[0], c[1])
	}
	for _, h := range r.Headers {
		line(true, "header: %s: %s", h[0], h[1])
	}
	line(r.Parts, "multipart")
	for _, f := range r.Fields {
		line(true, "%s = %s", f[0], quoted(f[1]))
	}
	if r.Body != nil {
		line(true, "body: %s", quoted(*r.Body))
	}
	return b.String()
}

// quoted writes a value as JSON when it cannot stand as it is. Bytes that are
// no text cannot stand in a scenario either, and are written as Go does.
func quoted(s string) string {
	if !utf8.ValidString(s) {
		return strconv.Quote(s)
	}
	text, err := json.Marshal(s)
	if err == nil && (string(text) != `"`+s+`"` || strings.TrimSpace(s) != s) {
		return string(text)
	}
	return s
}
