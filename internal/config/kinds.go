package config

import (
	"fmt"
	"log/slog"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// kind is a type of value: how its text is read, checked and written.
type kind[T any] struct {
	typ      string
	expected string
	list     bool
	bare     bool
	parse    func(text string) (T, bool)
	format   func(v T) string
	// why says what is wrong with a text that parse refuses, where expected
	// alone would leave people to search: nil or "" when nothing is known.
	why func(text string) string
}

// field ties a kind to a field of Config.
func field[T any](k kind[T], at func(*Config) *T) Value {
	return Value{
		Type: k.typ, Expected: k.expected, list: k.list, bare: k.bare,
		set: func(c *Config, text string) bool {
			v, ok := k.parse(text)
			if ok {
				*at(c) = v
			}
			return ok
		},
		get: func(c *Config) string { return k.format(*at(c)) },
		why: k.why,
	}
}

func same(s string) string { return s }

// text is one line that good accepts.
func text(expected string, good func(string) bool) kind[string] {
	return kind[string]{typ: "text", expected: expected, format: same,
		parse: func(s string) (string, bool) {
			return s, !strings.ContainsFunc(s, unicode.IsControl) && good(s)
		}}
}

func anything(string) bool { return true }

func notEmpty(s string) bool { return strings.TrimSpace(s) != "" }

// matching is a text of the form of re, which must be anchored.
func matching(expected, re string) kind[string] {
	return text(expected, regexp.MustCompile(re).MatchString)
}

func choice(words ...string) kind[string] {
	k := text("one of "+strings.Join(words, ", "), func(s string) bool { return slices.Contains(words, s) })
	k.typ = "word"
	return k
}

func boolean() kind[bool] {
	return kind[bool]{typ: "bool", expected: "true or false", bare: true, format: strconv.FormatBool,
		parse: func(s string) (bool, bool) { return s == "true", s == "true" || s == "false" }}
}

func count(low, high int) kind[int] {
	return kind[int]{typ: "number", expected: fmt.Sprintf("a whole number from %d to %d", low, high), bare: true, format: strconv.Itoa,
		parse: func(s string) (int, bool) {
			n, err := strconv.Atoi(s)
			return n, err == nil && n >= low && n <= high
		}}
}

func size(low, high int64) kind[int64] {
	expected := fmt.Sprintf("a size from %s to %s", formatSize(low), formatSize(high))
	return kind[int64]{typ: "size", expected: expected, bare: true, format: formatSize,
		parse: func(s string) (int64, bool) {
			n, ok := parseSize(s)
			return n, ok && n >= low && n <= high
		}}
}

func duration(low, high time.Duration) kind[time.Duration] {
	expected := fmt.Sprintf("a duration from %s to %s, such as 90s, 15m, 12h or 30d", formatDuration(low), formatDuration(high))
	return kind[time.Duration]{typ: "duration", expected: expected, bare: true, format: formatDuration,
		parse: func(s string) (time.Duration, bool) {
			d, ok := ParseDuration(s)
			return d, ok && d >= low && d <= high
		}}
}

// listOf is a list of entries, each read by parse, written with commas.
func listOf[T any](expected string, parse func(string) (T, bool), format func(T) string) kind[[]T] {
	return kind[[]T]{typ: "list", expected: expected, list: true,
		parse: func(s string) ([]T, bool) {
			var all []T
			for _, entry := range splitList(s) {
				v, ok := parse(entry)
				if !ok {
					return nil, false
				}
				all = append(all, v)
			}
			return all, true
		},
		format: func(all []T) string {
			texts := make([]string, 0, len(all))
			for _, v := range all {
				texts = append(texts, format(v))
			}
			return strings.Join(texts, ", ")
		}}
}

// splitList cuts at commas; spaces around an entry and an empty list mean
// nothing, an empty entry is kept so that it can be refused.
func splitList(s string) []string {
	if strings.TrimSpace(s) == "" {
		return nil
	}
	parts := strings.Split(s, ",")
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	return parts
}

func level() kind[slog.Level] {
	words := []string{"debug", "info", "warn", "error"}
	levels := []slog.Level{slog.LevelDebug, slog.LevelInfo, slog.LevelWarn, slog.LevelError}
	return kind[slog.Level]{typ: "word", expected: "one of " + strings.Join(words, ", "),
		parse: func(s string) (slog.Level, bool) {
			i := slices.Index(words, s)
			return levels[max(i, 0)], i >= 0
		},
		format: func(l slog.Level) string { return strings.ToLower(l.String()) }}
}
