package format

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"pgregory.net/rapid"
)

func TestRandomTreesReadBackFromJSON(t *testing.T) { rapid.Check(t, checkJSON) }
func TestRandomTreesReadBackFromPHP(t *testing.T)  { rapid.Check(t, checkPHP) }
func FuzzJSON(f *testing.F)                        { f.Fuzz(rapid.MakeFuzz(checkJSON)) }
func FuzzPHP(f *testing.F)                         { f.Fuzz(rapid.MakeFuzz(checkPHP)) }

func checkJSON(t *rapid.T) {
	m := drawTree(t, anyKey)
	for _, w := range []JSON{{Version: 1, ASCII: true}, {Version: 1}, {Version: 2}, {Version: 2, ASCII: true}, {Version: 2, Indent: true}} {
		out := w.Append(nil, m.tree())
		d := json.NewDecoder(bytes.NewReader(out))
		d.UseNumber()
		var got any
		if err := d.Decode(&got); err != nil {
			t.Fatalf("%s: %v", out, err)
		}
		if want, _ := m.value(w.Version); !sameJSON(got, want) {
			t.Fatalf("%#v:\ngot  %s\nwant %#v", w, out, want)
		}
	}
}

// sameJSON compares what a reader got with what was meant.
func sameJSON(got, want any) bool {
	switch want := want.(type) {
	case int64:
		return got == json.Number(strconv.FormatInt(want, 10))
	case float64:
		n, ok := got.(json.Number)
		v, err := n.Float64()
		return ok && err == nil && v == want
	case []any:
		list, ok := got.([]any)
		if !ok || len(list) != len(want) {
			return false
		}
		for i := range want {
			if !sameJSON(list[i], want[i]) {
				return false
			}
		}
		return true
	case map[string]any:
		object, ok := got.(map[string]any)
		if !ok || len(object) != len(want) {
			return false
		}
		for key, v := range want {
			if in, ok := object[key]; !ok || !sameJSON(in, v) {
				return false
			}
		}
		return true
	case string:
		return got == strings.ToValidUTF8(want, "\uFFFD") || !utf8.ValidString(want)
	}
	return got == want
}

func TestRandomTreesAreShownAsJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := drawTree(t, anyKey)
		if out := (Raw{}).Append(nil, m.tree()); !json.Valid(out) {
			t.Fatalf("%s", out)
		}
	})
}

func checkPHP(t *rapid.T) {
	m := drawTree(t, anyKey)
	for _, version := range []int{1, 2} {
		out := string(PHP{Version: version}.Append(nil, m.tree()))
		got, rest, err := unserialize(out)
		if err != nil || rest != "" {
			t.Fatalf("%s: %v, rest %q", out, err, rest)
		}
		want, _ := m.value(version)
		if want = asPHP(want); !reflect.DeepEqual(got, want) {
			t.Fatalf("version %d:\ngot  %s\nwant %#v", version, out, want)
		}
	}
}

// asPHP turns lists and objects into PHP's arrays.
func asPHP(v any) any {
	array := map[any]any{}
	switch v := v.(type) {
	case []any:
		for i := range v {
			array[int64(i)] = asPHP(v[i])
		}
		return array
	case map[string]any:
		for key, in := range v {
			if n, err := strconv.ParseInt(key, 10, 64); err == nil && strconv.FormatInt(n, 10) == key {
				array[n] = asPHP(in)
			} else {
				array[key] = asPHP(in)
			}
		}
		return array
	}
	return v
}

// unserialize reads one value of PHP's serialize() and gives the rest.
func unserialize(s string) (v any, rest string, err error) {
	if s, ok := strings.CutPrefix(s, "N;"); ok {
		return nil, s, nil
	}
	if len(s) < 2 || s[1] != ':' {
		return nil, s, fmt.Errorf("no value at %.20q", s)
	}
	if s[0] == 's' || s[0] == 'a' {
		return unserializeSized(s)
	}
	text, rest, ok := strings.Cut(s[2:], ";")
	if !ok {
		return nil, s, fmt.Errorf("no end at %.20q", s)
	}
	switch s[0] {
	case 'i':
		v, err = strconv.ParseInt(text, 10, 64)
	case 'd':
		v, err = strconv.ParseFloat(text, 64)
	case 'b':
		v = text == "1"
		if text != "0" && text != "1" {
			err = fmt.Errorf("boolean %q", text)
		}
	default:
		err = fmt.Errorf("type %q", s[0])
	}
	return v, rest, err
}

func unserializeSized(s string) (v any, rest string, err error) {
	number, rest, _ := strings.Cut(s[2:], ":")
	size, err := strconv.Atoi(number)
	if err != nil {
		return nil, s, err
	}
	if s[0] == 's' {
		if len(rest) < size+3 || rest[0] != '"' || rest[size+1:size+3] != `";` {
			return nil, s, fmt.Errorf("text of wrong length at %.20q", s)
		}
		return rest[1 : size+1], rest[size+3:], nil
	}
	if rest, ok := strings.CutPrefix(rest, "{"); ok {
		array := map[any]any{}
		for range size {
			var key, in any
			if key, rest, err = unserialize(rest); err != nil {
				return nil, s, err
			}
			if in, rest, err = unserialize(rest); err != nil {
				return nil, s, err
			}
			array[key] = in
		}
		if rest, ok := strings.CutPrefix(rest, "}"); ok && len(array) == size {
			return array, rest, nil
		}
	}
	return nil, s, fmt.Errorf("array of wrong size at %.20q", s)
}
