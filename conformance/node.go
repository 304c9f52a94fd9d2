package conformance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// kind is the type of a JSON value.
type kind uint8

const (
	kindNull kind = iota
	kindTrue
	kindFalse
	kindNumber
	kindString
	kindArray
	kindObject
)

// kindNames are how kinds are called in reports.
var kindNames = [...]string{"null", "true", "false", "a number", "a string", "an array", "an object"}

// node is a JSON value whose keys keep their order.
type node struct {
	kind    kind
	text    string // of a string or a number
	members []member
}

// member is an entry of an object, or of an array without a key.
type member struct {
	key   string
	value node
}

// mostDepth is how deep values of an answer may lie within each other, so that
// no target can exhaust the runner's stack.
const mostDepth = 200

// readJSON parses one JSON document and refuses keys that come twice.
func readJSON(body []byte) (node, error) {
	if !utf8.Valid(body) {
		return node{}, fmt.Errorf("the body is no UTF-8: %s", shorten(quoted(string(body))))
	}
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	n, err := readValue(d, 0)
	if err != nil {
		return node{}, fmt.Errorf("the body is no JSON: %w: %s", err, shorten(quoted(string(body))))
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return node{}, errors.New("something follows the JSON of the body")
	}
	return n, nil
}

func readValue(d *json.Decoder, depth int) (node, error) {
	if depth > mostDepth {
		return node{}, fmt.Errorf("it is more than %d levels deep", mostDepth)
	}
	t, err := d.Token()
	if err != nil {
		return node{}, err
	}
	switch t := t.(type) {
	case nil:
		return node{kind: kindNull}, nil
	case bool:
		if t {
			return node{kind: kindTrue}, nil
		}
		return node{kind: kindFalse}, nil
	case json.Number:
		return node{kind: kindNumber, text: t.String()}, nil
	case string:
		return node{kind: kindString, text: t}, nil
	case json.Delim:
		if t == '[' {
			return readArray(d, depth+1)
		}
		return readObject(d, depth+1)
	}
	return node{}, fmt.Errorf("unexpected %v", t)
}

func readArray(d *json.Decoder, depth int) (node, error) {
	n := node{kind: kindArray}
	for d.More() {
		value, err := readValue(d, depth)
		if err != nil {
			return n, err
		}
		n.members = append(n.members, member{value: value})
	}
	_, err := d.Token()
	return n, err
}

func readObject(d *json.Decoder, depth int) (node, error) {
	n := node{kind: kindObject}
	seen := map[string]bool{}
	for d.More() {
		t, err := d.Token()
		if err != nil {
			return n, err
		}
		key, ok := t.(string)
		if !ok || seen[key] {
			return n, fmt.Errorf("the key %v comes twice", t)
		}
		seen[key] = true
		value, err := readValue(d, depth)
		if err != nil {
			return n, err
		}
		n.members = append(n.members, member{key, value})
	}
	_, err := d.Token()
	return n, err
}

// summary shows a value in a report.
func (n node) summary() string {
	switch n.kind {
	case kindString:
		return shorten(quoted(n.text))
	case kindNumber:
		return n.text
	case kindArray:
		return fmt.Sprintf("an array of %d", len(n.members))
	case kindObject:
		keys := ""
		for i, m := range n.members {
			if i > 0 {
				keys += ", "
			}
			keys += m.key
		}
		return shorten("an object with " + keys)
	default:
		return kindNames[n.kind]
	}
}
