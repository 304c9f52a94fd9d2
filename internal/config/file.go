package config

import (
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"

	"github.com/wikigate/wikigate/internal/fail"
)

// readFile reads the options in a TOML file; no path means no file.
func readFile(path, origin string) (layer map[string]given, faults []error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		var cause *os.PathError
		if errors.As(err, &cause) {
			err = cause.Err
		}
		return nil, []error{fail.New(fail.Invalid, "option %s names %q (from %s), which cannot be read: %v", configOption, path, origin, err)}
	}
	values := make(map[string]any)
	meta, err := toml.Decode(string(content), &values)
	if err != nil {
		return nil, []error{syntaxError(path, err)}
	}
	lines := strings.Split(string(content), "\n")
	layer = make(map[string]given)
	for _, key := range meta.Keys() {
		name := key[0]
		if _, seen := layer[name]; seen || len(key) > 1 {
			continue
		}
		place := path
		if n := lineOf(lines, name); n > 0 {
			place = fmt.Sprintf("%s:%d", path, n)
		}
		o, known := find(name)
		switch {
		case !known:
			faults = append(faults, unknownKey(place, name))
		case name == configOption:
			faults = append(faults, fail.New(fail.Invalid, "%s: option %s cannot be set in a file; expected as a flag or variable", place, name))
		default:
			layer[name] = fromTOML(o, values[name], place)
		}
	}
	return layer, faults
}

func unknownKey(place, name string) error {
	near, found := Nearest(name)
	if !found {
		return fail.New(fail.Invalid, "%s: %s is no option", place, name)
	}
	return fail.New(fail.Invalid, "%s: %s is no option; the nearest is %s", place, name, near.Name)
}

// syntaxError says where the file stops being TOML.
func syntaxError(path string, err error) error {
	var at toml.ParseError
	if !errors.As(err, &at) {
		return fail.New(fail.Invalid, "%s is not a TOML file: %v", path, err)
	}
	text := at.Message
	if text == "" {
		text = strings.TrimPrefix(at.Error(), "toml: ")
	}
	return fail.New(fail.Invalid, "%s:%d: not TOML: %s", path, at.Position.Line, strings.TrimSuffix(text, "."))
}

// fromTOML gives a value the text form that flags and variables have.
func fromTOML(o Option, value any, place string) given {
	text, ok, hint := "", false, ""
	switch v := value.(type) {
	case string:
		text, ok = v, true
	case bool:
		text, ok = strconv.FormatBool(v), o.Value.bare
	case int64:
		text, ok = strconv.FormatInt(v, 10), o.Value.bare
	case []any:
		text, ok = joinArray(v)
		ok = ok && o.Value.list
	case map[string]any, []map[string]any:
		text = "a table"
	default:
		text = fmt.Sprint(v)
	}
	if !ok && !o.Value.bare && !o.Value.list {
		hint = ", in quotes"
	}
	return given{text: text, origin: place, bad: !ok, hint: hint}
}

func joinArray(values []any) (text string, ok bool) {
	ok = true
	entries := make([]string, 0, len(values))
	for _, v := range values {
		s, isText := v.(string)
		if !isText {
			s, ok = fmt.Sprint(v), false
		}
		entries = append(entries, s)
	}
	return strings.Join(entries, ", "), ok
}

// lineOf is the number of the line on which a key of the top level, or a table,
// is set; 0 when it is written in a way that is not recognised.
func lineOf(lines []string, key string) int {
	for i, line := range lines {
		line = strings.TrimLeft(line, " \t[")
		for _, form := range []string{key, strconv.Quote(key), "'" + key + "'"} {
			rest, found := strings.CutPrefix(line, form)
			if found && strings.HasPrefix(strings.TrimLeft(rest, " \t"), "=") || found && strings.HasPrefix(rest, "]") || found && strings.HasPrefix(rest, ".") {
				return i + 1
			}
		}
	}
	return 0
}
