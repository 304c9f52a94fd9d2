package diff

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
)

// tree is a parsed body: a value of JSON, of PHP, or an element of XML.
type tree struct {
	kind    string // null, bool, number, string, array, object or element
	text    string // of a scalar; the name of an element
	members []member
}

// member is an entry of a tree. In an array it has no key; in an element, an
// attribute's key begins with @ and text and children have none.
type member struct {
	key   string
	value tree
}

// parseJSON reads one document and keeps the order of keys.
func parseJSON(body []byte) (tree, error) {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	t, err := readJSON(d)
	if err != nil {
		return tree{}, err
	}
	if _, err := d.Token(); !errors.Is(err, io.EOF) {
		return tree{}, errors.New("something follows the JSON")
	}
	return t, nil
}

func readJSON(d *json.Decoder) (tree, error) {
	token, err := d.Token()
	if err != nil {
		return tree{}, err
	}
	switch token := token.(type) {
	case nil:
		return tree{kind: "null"}, nil
	case bool:
		return tree{kind: "bool", text: fmt.Sprint(token)}, nil
	case json.Number:
		return tree{kind: "number", text: token.String()}, nil
	case string:
		return tree{kind: "string", text: token}, nil
	}
	t := tree{kind: "array"}
	if token == json.Delim('{') {
		t.kind = "object"
	}
	for d.More() {
		var m member
		if t.kind == "object" {
			key, err := d.Token()
			if err != nil {
				return t, err
			}
			m.key = key.(string)
		}
		if m.value, err = readJSON(d); err != nil {
			return t, err
		}
		t.members = append(t.members, m)
	}
	_, err = d.Token()
	return t, err
}

// find gives the member with a key.
func (t tree) find(key string) (tree, bool) {
	for _, m := range t.members {
		if m.key == key {
			return m.value, true
		}
	}
	return tree{}, false
}
