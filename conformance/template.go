package conformance

import (
	"fmt"
	"strings"
)

// piece of a template: literal text, or the expression of a hole.
type piece struct {
	text string
	hole bool
}

// split takes a template apart at its {{holes}}.
func split(template string) ([]piece, error) {
	var pieces []piece
	for {
		before, rest, found := strings.Cut(template, "{{")
		if before != "" {
			pieces = append(pieces, piece{text: before})
		}
		if !found {
			return pieces, nil
		}
		hole, after, closed := strings.Cut(rest, "}}")
		if !closed {
			return nil, fmt.Errorf("{{ without }} in %q", template)
		}
		pieces = append(pieces, piece{text: strings.TrimSpace(hole), hole: true})
		template = after
	}
}

// fill replaces each hole of a template by its value, which goes through
// escape first if that is not nil.
func (v *values) fill(template string, escape func(string) string) (string, error) {
	pieces, err := split(template)
	if err != nil {
		return "", err
	}
	var b strings.Builder
	for _, p := range pieces {
		if !p.hole {
			b.WriteString(p.text)
			continue
		}
		value, err := v.eval(p.text)
		if err != nil {
			return "", err
		}
		if escape != nil {
			value = escape(value)
		}
		b.WriteString(value)
	}
	return b.String(), nil
}

// fillAll fills names and values of pairs.
func (v *values) fillAll(pairs [][2]string) ([][2]string, error) {
	filled := make([][2]string, len(pairs))
	for i, pair := range pairs {
		for j, template := range pair {
			text, err := v.fill(template, nil)
			if err != nil {
				return nil, err
			}
			filled[i][j] = text
		}
	}
	return filled, nil
}
