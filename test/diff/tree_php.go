package diff

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
)

// errPHP is that of bytes that PHP's serialize does not write.
var errPHP = errors.New("the body is nothing that PHP serializes")

// parsePHP reads what PHP's serialize writes of scalars and arrays.
func parsePHP(body []byte) (tree, error) {
	r := &phpReader{rest: body}
	t, err := r.value()
	if err == nil && len(r.rest) > 0 {
		err = errPHP
	}
	return t, err
}

type phpReader struct{ rest []byte }

// until takes the bytes before a delimiter, and the delimiter.
func (r *phpReader) until(delimiter byte) (string, error) {
	i := bytes.IndexByte(r.rest, delimiter)
	if i < 0 {
		return "", errPHP
	}
	text := string(r.rest[:i])
	r.rest = r.rest[i+1:]
	return text, nil
}

// length takes a number before a colon, for which there is that much left.
func (r *phpReader) length() (int, error) {
	text, err := r.until(':')
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n+2 > len(r.rest) {
		return 0, errPHP
	}
	return n, nil
}

var phpKinds = map[byte]string{'b': "bool", 'i': "number", 'd': "number"}

func (r *phpReader) value() (tree, error) {
	if len(r.rest) < 2 {
		return tree{}, errPHP
	}
	letter := r.rest[0]
	r.rest = r.rest[2:]
	switch letter {
	case 'N':
		return tree{kind: "null"}, nil
	case 'b', 'i', 'd':
		text, err := r.until(';')
		return tree{kind: phpKinds[letter], text: text}, err
	case 's':
		n, err := r.length()
		if err != nil || n+3 > len(r.rest) || r.rest[n+2] != ';' {
			return tree{}, errPHP
		}
		text := string(r.rest[1 : n+1])
		r.rest = r.rest[n+3:]
		return tree{kind: "string", text: text}, nil
	case 'a':
		return r.array()
	}
	return tree{}, fmt.Errorf("%w: %q", errPHP, letter)
}

// array reads a:N:{key;value;…}. Keys keep their type, so that 1 and "1"
// differ.
func (r *phpReader) array() (tree, error) {
	n, err := r.length()
	if err != nil || r.rest[0] != '{' {
		return tree{}, errPHP
	}
	r.rest = r.rest[1:]
	t := tree{kind: "object"}
	for range n {
		key, err := r.value()
		if err != nil {
			return t, err
		}
		value, err := r.value()
		if err != nil {
			return t, err
		}
		name := key.text
		if key.kind == "number" {
			name = "#" + name
		}
		t.members = append(t.members, member{name, value})
	}
	if len(r.rest) == 0 || r.rest[0] != '}' {
		return t, errPHP
	}
	r.rest = r.rest[1:]
	return t, nil
}
