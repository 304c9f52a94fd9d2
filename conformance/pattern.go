package conformance

import (
	"encoding/json"
	"fmt"
	"strings"
	"unicode"
)

// pattern is what a JSON value must be: JSON with holes, in which {{…}} may
// stand for a value, "key"? for an entry that may be missing, and ... for
// more entries.
type pattern struct {
	kind    kind
	text    string // template of a string or a number; expression of a hole
	hole    bool
	members []memberPattern
	more    bool // others may be there
}

type memberPattern struct {
	key      string
	optional bool
	value    pattern
}

// patternReader reads the pattern at the beginning of a text.
type patternReader struct {
	text string
	at   int
}

func (r *patternReader) skipSpace() {
	for r.at < len(r.text) && unicode.IsSpace(rune(r.text[r.at])) {
		r.at++
	}
}

// take moves over a word if it comes next.
func (r *patternReader) take(word string) bool {
	r.skipSpace()
	if !strings.HasPrefix(r.text[r.at:], word) {
		return false
	}
	r.at += len(word)
	return true
}

func (r *patternReader) fail(expected string) error {
	rest := r.text[r.at:]
	if rest == "" {
		rest = "the end"
	}
	return fmt.Errorf("the JSON pattern wants %s before %s", expected, shorten(quoted(rest)))
}

func (r *patternReader) value() (pattern, error) {
	switch {
	case r.take("{{"):
		inner, _, found := strings.Cut(r.text[r.at:], "}}")
		if !found {
			return pattern{}, r.fail("}}")
		}
		r.at += len(inner) + 2
		_, err := parseHole(strings.TrimSpace(inner))
		return pattern{hole: true, text: strings.TrimSpace(inner)}, err
	case r.take("{"):
		return r.object()
	case r.take("["):
		return r.array()
	case r.take("null"):
		return pattern{kind: kindNull}, nil
	case r.take("true"):
		return pattern{kind: kindTrue}, nil
	case r.take("false"):
		return pattern{kind: kindFalse}, nil
	}
	if strings.HasPrefix(r.text[r.at:], `"`) {
		text, err := r.quotedText()
		return pattern{kind: kindString, text: text}, err
	}
	return r.number()
}

func (r *patternReader) number() (pattern, error) {
	end := r.at
	for end < len(r.text) && strings.ContainsRune("+-.eE0123456789", rune(r.text[end])) {
		end++
	}
	if end == r.at {
		return pattern{}, r.fail("a value")
	}
	p := pattern{kind: kindNumber, text: r.text[r.at:end]}
	if !json.Valid([]byte(p.text)) {
		return p, fmt.Errorf("%s in a JSON pattern is no number", p.text)
	}
	r.at = end
	return p, nil
}

func (r *patternReader) quotedText() (string, error) {
	r.skipSpace()
	end := r.at + 1
	for end < len(r.text) && r.text[end] != '"' {
		if r.text[end] == '\\' {
			end++
		}
		end++
	}
	if end >= len(r.text) {
		return "", r.fail(`a "`)
	}
	var text string
	if err := json.Unmarshal([]byte(r.text[r.at:end+1]), &text); err != nil {
		return "", fmt.Errorf("%s in a JSON pattern: %w", r.text[r.at:end+1], err)
	}
	r.at = end + 1
	return text, nil
}

func (r *patternReader) array() (pattern, error) {
	p := pattern{kind: kindArray}
	for !r.take("]") {
		if len(p.members) > 0 || p.more {
			if !r.take(",") {
				return p, r.fail(", or ]")
			}
		}
		if r.take("...") {
			p.more = true
			continue
		}
		value, err := r.value()
		if err != nil {
			return p, err
		}
		p.members = append(p.members, memberPattern{value: value})
	}
	return p, nil
}

func (r *patternReader) object() (pattern, error) {
	p := pattern{kind: kindObject}
	for !r.take("}") {
		if len(p.members) > 0 || p.more {
			if !r.take(",") {
				return p, r.fail(", or }")
			}
		}
		if r.take("...") {
			p.more = true
			continue
		}
		key, err := r.quotedText()
		if err != nil {
			return p, err
		}
		m := memberPattern{key: key, optional: r.take("?")}
		if !r.take(":") {
			return p, r.fail("a :")
		}
		if m.value, err = r.value(); err != nil {
			return p, err
		}
		p.members = append(p.members, m)
	}
	return p, nil
}

// expressions are all templates of the pattern.
func (p pattern) expressions() []string {
	var all []string
	if p.hole {
		all = append(all, "{{"+p.text+"}}")
	} else if p.text != "" {
		all = append(all, p.text)
	}
	for _, m := range p.members {
		all = append(all, m.key)
		all = append(all, m.value.expressions()...)
	}
	return all
}
