package message

import (
	"bytes"
	"embed"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path"
	"strings"
	"unicode/utf8"

	"github.com/wikigate/wikigate/internal/fail"
)

// The texts, one file per area and language: i18n/AREA/LANGUAGE.json.
//
//go:embed i18n
var files embed.FS

// sources are texts by language and key.
type sources map[string]map[string]*text

// add parses the texts of one file. A key stands in one file of a language
// only.
func (s sources) add(name string, raw []byte) error {
	code := strings.TrimSuffix(path.Base(name), ".json")
	if !isFileCode(code) {
		return fail.New(fail.Invalid, "%s: the name of a file of messages is a language code, in small letters: de.json", name)
	}
	entries, err := readEntries(name, raw)
	if err != nil {
		return err
	}
	if s[code] == nil {
		s[code] = make(map[string]*text, len(entries))
	}
	rule := newPluralRule(code)
	for _, e := range entries {
		if s[code][e.key] != nil {
			return fail.New(fail.Invalid, "%s, line %d: message %s stands there twice", name, e.line, e.key)
		}
		s[code][e.key] = parseText(e.text, rule)
	}
	return nil
}

// embeddedSources are the texts that the program brings along.
func embeddedSources() (sources, error) {
	s := sources{}
	err := fs.WalkDir(files, "i18n", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		return s.add(name, raw)
	})
	return s, err
}

// folderSources are the texts of an operator's folder, one file per language.
// Other files are not read, nor qqq.json, in which translators are told what
// the texts mean.
func folderSources(folder string) (sources, error) {
	s := sources{}
	if folder == "" {
		return s, nil
	}
	list, err := os.ReadDir(folder)
	if err != nil {
		return nil, fail.Wrap(fail.Invalid, err, "read the folder of messages")
	}
	for _, entry := range list {
		name := entry.Name()
		if entry.IsDir() || !strings.HasSuffix(name, ".json") || name == "qqq.json" {
			continue
		}
		name = path.Join(folder, name)
		raw, err := os.ReadFile(name)
		if err != nil {
			return nil, fail.Wrap(fail.Invalid, err, "read the messages")
		}
		if err := s.add(name, raw); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// entry is one text of a file.
type entry struct {
	key, text string
	line      int
}

// readEntries reads an object of texts. Keys that begin with @ hold notes.
func readEntries(name string, raw []byte) ([]entry, error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	broken := func(at int, format string, args ...any) error {
		line := 1 + bytes.Count(raw[:min(max(at, 0), len(raw))], []byte("\n"))
		return fail.New(fail.Invalid, "%s, line %d: %s", name, line, fail.New(fail.Invalid, format, args...).Text)
	}
	if !utf8.Valid(raw) {
		return nil, broken(firstInvalid(raw), "the file is not in UTF-8")
	}
	if err := syntaxOf(raw); err != nil {
		return nil, broken(int(err.Offset)-1, "%s", err.Error())
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	if token, _ := dec.Token(); token != json.Delim('{') {
		return nil, broken(0, "a file of messages is one object: { \"key\": \"text\" }")
	}
	var entries []entry
	for dec.More() {
		token, err := dec.Token()
		if err != nil {
			return nil, broken(int(dec.InputOffset()), "%s", err.Error())
		}
		key, _ := token.(string)
		at := int(dec.InputOffset()) - 1
		var value any
		if err := dec.Decode(&value); err != nil {
			return nil, broken(at, "%s", err.Error())
		}
		if strings.HasPrefix(key, "@") {
			continue
		}
		text, ok := value.(string)
		if !ok || key == "" {
			return nil, broken(at, "message %q is not a text", key)
		}
		entries = append(entries, entry{key, text, 1 + bytes.Count(raw[:at], []byte("\n"))})
	}
	return entries, nil
}

// syntaxOf is the first mistake in the syntax of a JSON text.
func syntaxOf(raw []byte) *json.SyntaxError {
	var nothing json.RawMessage
	err := json.Unmarshal(raw, &nothing)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return syntax
	}
	return nil
}

func firstInvalid(raw []byte) int {
	for i := 0; i < len(raw); {
		r, n := utf8.DecodeRune(raw[i:])
		if r == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(raw)
}
