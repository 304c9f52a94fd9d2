package message

import (
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// languages are those that have every text.
var languages = []string{"ar", "de", "fr", "tr", "zh-hans"}

// area is the files of one folder: texts by language and key.
type area map[string]map[string]string

func areas(t *testing.T) map[string]area {
	t.Helper()
	all := map[string]area{}
	err := fs.WalkDir(files, "i18n", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := files.ReadFile(name)
		if err != nil {
			return err
		}
		entries, err := readEntries(name, raw)
		folder, code := path.Base(path.Dir(name)), strings.TrimSuffix(path.Base(name), ".json")
		if all[folder] == nil {
			all[folder] = area{}
		}
		all[folder][code] = map[string]string{}
		for _, e := range entries {
			all[folder][code][e.key] = e.text
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// Every language has every key, says the same with the same parameters, and
// closes what it opens.
func TestEveryLanguageIsWhole(t *testing.T) {
	for name, a := range areas(t) {
		for _, code := range languages {
			for key, english := range a["en"] {
				translated, ok := a[code][key]
				if !ok {
					t.Errorf("i18n/%s/%s.json lacks %s", name, code, key)
					continue
				}
				checkTranslation(t, "i18n/"+name+"/"+code+".json: "+key, code, english, translated)
			}
		}
		for code := range a {
			for key := range a[code] {
				if _, ok := a["en"][key]; !ok {
					t.Errorf("i18n/%s/%s.json has %s, which English does not have", name, code, key)
				}
			}
		}
	}
}

func TestEveryEnglishTextIsWhole(t *testing.T) {
	for name, a := range areas(t) {
		for key, text := range a["en"] {
			checkText(t, "i18n/"+name+"/en.json: "+key, "en", text)
		}
	}
}

var (
	tags    = regexp.MustCompile(`</?[a-z]+>`)
	shown   = regexp.MustCompile(`\$[1-9]`)
	subject = regexp.MustCompile(`\{\{(PLURAL|GENDER):\$[1-9]`)
	address = regexp.MustCompile(`https?://[^ &]+`)
	quoted  = regexp.MustCompile(`<(kbd|code)>[^<$]*</`)
)

func checkTranslation(t *testing.T, where, code, english, translated string) {
	t.Helper()
	checkText(t, where, code, translated)
	for what, found := range map[string]func(string) []string{
		"parameters": func(s string) []string { return shown.FindAllString(subject.ReplaceAllString(s, ""), -1) },
		"tags":       func(s string) []string { return tags.FindAllString(s, -1) },
		"addresses":  func(s string) []string { return address.FindAllString(s, -1) },
		"code":       func(s string) []string { return quoted.FindAllString(s, -1) },
		"templates":  func(s string) []string { return regexp.MustCompile(`SITENAME|\[\[[^|\]]*`).FindAllString(s, -1) },
	} {
		if want, got := set(found(english)), set(found(translated)); !slices.Equal(want, got) {
			t.Errorf("%s: %s %q, English has %q", where, what, got, want)
		}
	}
	if strings.TrimSpace(english) != "" && translated == english && len(english) > 40 {
		t.Errorf("%s is not translated", where)
	}
}

// checkText looks at one text alone: what it opens it closes, and its plurals
// have the forms of the language.
func checkText(t *testing.T, where, code, text string) {
	t.Helper()
	var open []string
	for _, tag := range tags.FindAllString(text, -1) {
		name := strings.Trim(tag, "</>")
		switch {
		case name == "br":
		case tag[1] != '/':
			open = append(open, name)
		case len(open) == 0 || open[len(open)-1] != name:
			t.Errorf("%s: %s closes nothing", where, tag)
		default:
			open = open[:len(open)-1]
		}
	}
	if len(open) > 0 || strings.Count(text, "{{") != strings.Count(text, "}}") || strings.Count(text, "[[") != strings.Count(text, "]]") || text == "" {
		t.Errorf("%s: %q is not whole", where, text)
	}
	rule := newPluralRule(code)
	parsed := parseText(text, rule)
	if parsed.loose {
		t.Errorf("%s: a tag reaches over a parameter", where)
	}
	forms := max(2, 1+slices.Max(rule.index[:]))
	for _, p := range parsed.pieces {
		if p.kind == pluralPiece && (len(p.forms) > forms || code == "ar" && len(p.forms) != forms) {
			t.Errorf("%s: a plural with %d forms", where, len(p.forms))
		}
	}
}

func set(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}
