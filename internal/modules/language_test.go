package modules

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// What errors say in which language, as a real wiki chooses it.
func TestLanguageOfErrors(t *testing.T) {
	c := newRig(t).client(t)
	const (
		english = `The "token" parameter must be set.`
		german  = `Der Parameter "token" muss angegeben werden.`
		turkish = `"token" parametresi verilmelidir.`
		arabic  = `يجب إعطاء الوسيط "token".`
		chinese = `必须设置参数 "token"。`
		keys    = `(paramvalidator-missingparam: token)`
	)
	for query, want := range map[string]string{
		"":           english,
		"uselang=de": german, "uselang=DE": german, "uselang=de-at": german, "errorlang=de": german,
		"errorlang=uselang&uselang=de": german, "errorlang=tr&uselang=de": turkish,
		"errorlang=content&uselang=de": english, "uselang=user": english, "uselang=content": english,
		"errorlang=user&uselang=de": english, "errorlang=bogus&uselang=de": english, "errorlang=en%7Cde&uselang=de": english,
		"uselang=ar": arabic, "uselang=zh-hans": chinese, "uselang=zh-tw": chinese, "uselang=qqx": keys, "errorlang=QQX": keys,
		"errorlang=" + strings.Repeat("a", 9000): english, "uselang=": english,
	} {
		a := c.get("action=logout&formatversion=2&errorformat=plaintext&" + query)
		if got := list(a.value("errors"))[0].(map[string]any)["text"]; got != want {
			t.Errorf("%.40s: %s, want %s", query, got, want)
		}
		a = c.get("action=logout&formatversion=2&errorformat=bc&" + query)
		if got := a.text("error", "info"); got != english {
			t.Errorf("%.40s in the backward compatible format: %s", query, got)
		}
	}
}

func TestLanguageByFormatOfErrors(t *testing.T) {
	c := newRig(t).client(t)
	for format, want := range map[string]string{
		"plaintext": `{"code":"unrecognizedparams","text":"Unbekannte Parameter: <b, a&b.","module":"main"}`,
		"wikitext":  `{"code":"unrecognizedparams","text":"Unbekannte Parameter: &#60;b, a&#38;b.","module":"main"}`,
		"html":      `{"code":"unrecognizedparams","html":"Unbekannte Parameter: &#60;b, a&#38;b.","module":"main"}`,
		"raw":       `{"code":"unrecognizedparams","key":"apierror-unrecognizedparams","params":[{"list":{"4":"&#60;b","5":"a&#38;b"},"type":"comma"},2],"module":"main"}`,
		"none":      `{"code":"unrecognizedparams","module":"main"}`,
	} {
		a := c.get("action=query&formatversion=2&uselang=de&%3Cb=1&a%26b=1&errorformat=" + format)
		if got := a.raw("warnings"); got != "["+want+"]" {
			t.Errorf("%s: %s", format, got)
		}
	}
}

func TestReasonsOfLoginsAreTranslated(t *testing.T) {
	c := newRig(t).client(t)
	for range 5 {
		c.tryLogin("Nobody Here", "x")
	}
	for lang, want := range map[string]string{
		"en": "wait 5 minutes", "de": "warten Sie 5 Minuten", "fr": "attendre 5 minutes", "tr": "5 dakika bekleyin",
		"ar": "الانتظار ٥ دقائق", "zh-hans": "等待5分钟", "qqx": "(login-throttled: (duration-minutes: 5))",
	} {
		a := c.post(map[string][]string{
			"action": {"login"}, "lgname": {"Nobody Here"}, "lgpassword": {"x"}, "lgtoken": {c.token("login")},
			"errorformat": {"plaintext"}, "uselang": {lang}, "formatversion": {"2"},
		})
		if got := a.text("login", "reason", "text"); !strings.Contains(got, want) {
			t.Errorf("%s: %s", lang, a.Body)
		}
	}
}

// Parameter errorsuselocal lets the operator's texts through, but never in the
// backward compatible format.
func TestOperatorsTextsInErrors(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"en.json": `{"paramvalidator-missingparam": "Give $1!"}`,
		"de.json": `{"paramvalidator-missingparam": "$1 her!"}`,
	} {
		must(t, os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600))
	}
	c := newRig(t, func(o *rigOptions) { o.Messages = folder }).client(t)
	for query, want := range map[string]string{
		"errorformat=plaintext&errorsuselocal":            "Give token!",
		"errorformat=plaintext&errorsuselocal&uselang=de": "token her!",
		"errorformat=plaintext&uselang=de":                `Der Parameter "token" muss angegeben werden.`,
		"errorformat=plaintext":                           `The "token" parameter must be set.`,
	} {
		a := c.get("action=logout&formatversion=2&" + query)
		if got := list(a.value("errors"))[0].(map[string]any)["text"]; got != want {
			t.Errorf("%s: %s, want %s", query, got, want)
		}
	}
	if got := c.get("action=logout&formatversion=2&errorsuselocal").text("error", "info"); got != `The "token" parameter must be set.` {
		t.Error(got)
	}
}
