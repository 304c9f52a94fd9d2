package message

import (
	"embed"
	"encoding/json"
	"html"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/fail"
)

//go:embed i18n/*.json
var files embed.FS

// Catalog holds the texts by key. It is immutable and safe for concurrent use.
type Catalog struct{ english map[string]string }

// Load reads the embedded texts.
func Load() (*Catalog, error) {
	raw, err := files.ReadFile("i18n/en.json")
	if err != nil {
		return nil, fail.Wrap(fail.Internal, err, "read the messages")
	}
	var entries map[string]json.RawMessage
	if err := json.Unmarshal(raw, &entries); err != nil {
		return nil, fail.Wrap(fail.Internal, err, "read the messages")
	}
	c := &Catalog{english: make(map[string]string, len(entries))}
	for key, value := range entries {
		if strings.HasPrefix(key, "@") {
			continue // authors and notes
		}
		var text string
		if err := json.Unmarshal(value, &text); err != nil {
			return nil, fail.Wrap(fail.Internal, err, "message %s", key)
		}
		c.english[key] = text
	}
	return c, nil
}

// Has reports whether the catalog holds a text for the key.
func (c *Catalog) Has(key string) bool { _, ok := c.english[key]; return ok }

// Markup is the message with its markup: the tags kbd, code, var and samp, and
// links in brackets. An unknown key shows itself in ⧼ ⧽.
func (c *Catalog) Markup(m Message) string {
	text, ok := c.english[m.Key]
	if !ok {
		return "⧼" + m.Key + "⧽"
	}
	return expand(text, m.Params)
}

// Plain is the message as MediaWiki's API shows it to programs: kbd, code, var
// and samp become double quotes, other tags are dropped, entities are decoded.
func (c *Catalog) Plain(m Message) string {
	return strings.TrimSpace(stripMarkup(c.Markup(m)))
}

// HTML is the message as a fragment of HTML.
func (c *Catalog) HTML(m Message) string { return escapeAmpersands(c.Markup(m)) }

// expand puts parameters into a text: $1, and {{PLURAL:$1|one|other}}.
func expand(text string, params []Param) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '$' && i+1 < len(text) && '1' <= text[i+1] && text[i+1] <= '9':
			if n := int(text[i+1] - '1'); n < len(params) {
				b.WriteString(params[n].english())
			} else {
				b.WriteString(text[i : i+2])
			}
			i += 2
		case strings.HasPrefix(text[i:], "{{PLURAL:"):
			end := strings.Index(text[i:], "}}")
			if end < 0 {
				b.WriteString(text[i:])
				return b.String()
			}
			b.WriteString(expand(plural(text[i+len("{{PLURAL:"):i+end], params), params))
			i += end + 2
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	return b.String()
}

// plural chooses a form by the English rule.
func plural(inside string, params []Param) string {
	forms := strings.Split(inside, "|")
	n, err := strconv.Atoi(expand(forms[0], params))
	forms = forms[1:]
	switch {
	case len(forms) == 0:
		return ""
	case err == nil && n == 1 || len(forms) == 1:
		return forms[0]
	}
	return forms[1]
}

// stripMarkup removes tags that a message may hold. A "<" that begins no tag
// stays.
func stripMarkup(text string) string {
	if !strings.ContainsAny(text, "<&") {
		return text
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(text, '<')
		if open < 0 {
			break
		}
		end := strings.IndexByte(text[open:], '>')
		name := tagName(text[open:])
		if end < 0 || name == "" {
			b.WriteString(text[:open+1])
			text = text[open+1:]
			continue
		}
		b.WriteString(text[:open])
		switch name {
		case "kbd", "code", "var", "samp":
			b.WriteByte('"')
		}
		text = text[open+end+1:]
	}
	b.WriteString(text)
	return html.UnescapeString(b.String())
}

// tagName is the name of the tag that text begins with, empty when it begins
// with none.
func tagName(text string) string {
	text = strings.TrimPrefix(text[1:], "/")
	n := 0
	for n < len(text) && 'a' <= text[n] && text[n] <= 'z' {
		n++
	}
	if n == 0 || n == len(text) || !strings.ContainsRune(" />", rune(text[n])) {
		return ""
	}
	return text[:n]
}

// escapeAmpersands makes bare ampersands safe; tags and entities stay.
func escapeAmpersands(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] == '&' && !entity(text[i:]) {
			b.WriteString("&amp;")
			continue
		}
		b.WriteByte(text[i])
	}
	return b.String()
}

func entity(text string) bool {
	end := strings.IndexByte(text, ';')
	return end > 1 && end < 12 && !strings.ContainsAny(text[1:end], " &<>=")
}
