package conformance

import (
	"fmt"
	"regexp"
	"strings"
)

// shapes are what a hole of a pattern may demand of a text instead of a value.
var shapes = map[string]*regexp.Regexp{
	"any":       regexp.MustCompile(`(?s)\A.*\z`),
	"text":      regexp.MustCompile(`(?s)\A.+\z`),
	"int":       regexp.MustCompile(`\A-?\d+\z`),
	"token":     regexp.MustCompile(`\A[0-9a-f]{40}\+\\\z`),
	"hex":       regexp.MustCompile(`\A[0-9a-f]+\z`),
	"word":      regexp.MustCompile(`\A\w+\z`),
	"session":   regexp.MustCompile(`\A[0-9a-v]{32,}\z`),
	"timestamp": regexp.MustCompile(`\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ\z`),
	"httpdate":  regexp.MustCompile(`\A(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d GMT\z`),
}

// jsonShapes are demands on a value of JSON that is no text.
var jsonShapes = map[string]func(node) bool{
	"any":    func(node) bool { return true },
	"string": func(n node) bool { return n.kind == kindString },
	"bool":   func(n node) bool { return n.kind == kindTrue || n.kind == kindFalse },
	"int":    func(n node) bool { return n.kind == kindNumber && shapes["int"].MatchString(n.text) },
	"object": func(n node) bool { return n.kind == kindObject },
	"array":  func(n node) bool { return n.kind == kindArray },
	"filled": func(n node) bool {
		return (n.kind == kindObject || n.kind == kindArray) && len(n.members) > 0
	},
}

// hole is the expression between {{ and }} of a pattern: a shape or a value,
// and the name under which what was found is kept.
type hole struct {
	demand string
	keep   string
}

// captureName is what a value may be kept under.
var captureName = regexp.MustCompile(`\A[a-z][a-z0-9-]*\z`)

func parseHole(text string) (hole, error) {
	if strings.HasPrefix(text, "/") {
		end := strings.LastIndex(text, "/")
		if end == 0 {
			return hole{}, fmt.Errorf("no second / in {{%s}}", text)
		}
		if _, err := regexp.Compile(text[1:end]); err != nil {
			return hole{}, fmt.Errorf("{{%s}}: %w", text, err)
		}
		keep, err := parseKeep(strings.TrimSpace(text[end+1:]), text)
		return hole{demand: text[:end+1], keep: keep}, err
	}
	demand, rest, _ := strings.Cut(text, ">")
	h := hole{demand: strings.TrimSpace(demand)}
	if h.demand == "" {
		return h, fmt.Errorf("{{%s}} demands nothing", text)
	}
	var err error
	if rest != "" {
		h.keep, err = parseKeep(">"+rest, text)
	}
	if _, text := shapes[h.demand]; err == nil && h.keep != "" && !text && jsonShapes[h.demand] != nil && h.demand != "string" {
		return h, fmt.Errorf("{{%s}}: only a string or a number can be kept", h.demand)
	}
	return h, err
}

func parseKeep(rest, text string) (string, error) {
	if rest == "" {
		return "", nil
	}
	name, ok := strings.CutPrefix(rest, ">")
	name = strings.TrimSpace(name)
	if !ok || !captureName.MatchString(name) {
		return "", fmt.Errorf("{{%s}}: after > comes a name in lower case", text)
	}
	return name, nil
}

// expression is what of a hole is no shape, so that it must have a value.
func (h hole) expression() (string, bool) {
	_, text := shapes[h.demand]
	_, json := jsonShapes[h.demand]
	return h.demand, !text && !json && !strings.HasPrefix(h.demand, "/")
}

// pattern gives what the hole matches as a regular expression.
func (h hole) pattern(v *values) (string, error) {
	if inner, ok := strings.CutPrefix(h.demand, "/"); ok {
		return strings.TrimSuffix(inner, "/"), nil
	}
	if shape, ok := shapes[h.demand]; ok {
		inner := strings.TrimSuffix(strings.Replace(shape.String(), `\A`, "", 1), `\z`)
		return inner, nil
	}
	if h.demand == "string" {
		return `(?s:.*)`, nil
	}
	value, err := v.eval(h.demand)
	return regexp.QuoteMeta(value), err
}

// matchText compares a text with a template that has holes, and keeps what
// holes say is to be kept.
func matchText(template, got string, v *values) error {
	pieces, err := split(template)
	if err != nil {
		return err
	}
	var b strings.Builder
	var keeps []string
	b.WriteString(`(?s)\A`)
	for _, p := range pieces {
		if !p.hole {
			b.WriteString(regexp.QuoteMeta(p.text))
			continue
		}
		h, err := parseHole(p.text)
		if err != nil {
			return err
		}
		inner, err := h.pattern(v)
		if err != nil {
			return err
		}
		keeps = append(keeps, h.keep)
		fmt.Fprintf(&b, "(?P<hole%d>%s)", len(keeps)-1, inner)
	}
	b.WriteString(`\z`)
	expression, err := regexp.Compile(b.String())
	if err != nil {
		return err
	}
	found := expression.FindStringSubmatch(got)
	if found == nil {
		return fmt.Errorf("expected %s, got %s", shorten(quoted(template)), shorten(quoted(got)))
	}
	for i, keep := range keeps {
		if keep != "" {
			v.set(keep, found[expression.SubexpIndex(fmt.Sprintf("hole%d", i))])
		}
	}
	return nil
}

// shorten keeps messages readable.
func shorten(s string) string {
	const most = 300
	runes := []rune(s)
	if len(runes) <= most {
		return s
	}
	return string(runes[:most]) + "…"
}

// quoted shows a text so that its ends and control characters can be seen.
func quoted(s string) string { return fmt.Sprintf("%q", s) }
