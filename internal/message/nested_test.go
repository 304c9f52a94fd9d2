package message

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// loadOwn is the catalog with texts of an operator's.
func loadOwn(t *testing.T, english string) *Catalog {
	t.Helper()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "en.json"), []byte(english), 0o600); err != nil {
		t.Fatal(err)
	}
	c, err := Load(folder)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// A literal message is its text in every language, also where others show
// their keys.
func TestLiteralMessages(t *testing.T) {
	c := load(t)
	for text, want := range map[string][3]string{ // markup, plain, HTML
		"":                          {"", "", ""},
		`MediaWiki\Auth\X:<name>`:   {`MediaWiki\Auth\X:<name>`, `MediaWiki\Auth\X:`, `MediaWiki\Auth\X:&lt;name&gt;`},
		"William":                   {"William", "William", "William"},
		"$1 {{SITENAME}} [[A]] ⧼x⧽": {"$1 {{SITENAME}} [[A]] ⧼x⧽", "$1 {{SITENAME}} [[A]] ⧼x⧽", "$1 {{SITENAME}} [[A]] ⧼x⧽"},
		"<kbd>a</kbd> & b":          {"<kbd>a</kbd> & b", `"a" & b`, "<kbd>a</kbd> &amp; b"},
	} {
		m := Literal(text)
		if m.Key != "$1" || len(m.Params) != 1 || m.Params[0].Text != text || !m.IsLiteral() {
			t.Errorf("%q: %+v", text, m)
		}
		for _, code := range []string{"en", "ar", "qqx", "xx"} {
			l := c.Language(code)
			if got := [3]string{l.Markup(m), l.Plain(m), l.HTML(m)}; got != want {
				t.Errorf("%s, %q: %q", code, text, got)
			}
		}
	}
	if New("wrongpassword").IsLiteral() || New("$1").IsLiteral() {
		t.Error("IsLiteral")
	}
}

// A message in a message is said in the same language and form.
func TestMessagesInMessages(t *testing.T) {
	c := loadOwn(t, `{"outer": "Not good: $1 ($2)", "inner": "use <kbd>$1</kbd> & {{PLURAL:$2|one letter|$2 letters}}", "blank": " "}`)
	inner := New("inner", Plain("<a>"), Number(2000))
	m := New("outer", Sub(inner), Sub(Literal("x")))
	for want, got := range map[string]string{
		"Not good: use <kbd><a></kbd> & 2,000 letters (x)":           c.Language("en").Markup(m),
		`Not good: use "" & 2,000 letters (x)`:                       c.Language("en").Plain(m),
		"Not good: use <kbd>&lt;a&gt;</kbd> &amp; 2,000 letters (x)": c.Language("en").HTML(m),
		"Not good: use <kbd>&lt;a&gt;</kbd> &amp; 2.000 letters (x)": c.Language("de").HTML(m),
		"(outer: (inner: &lt;a&gt;, 2,000), x)":                      c.Language("qqx").HTML(m),
		"(outer: (inner: <a>, 2,000), x)":                            c.Language("qqx").Markup(m),
		"Not good: ⧼none⧽ ($2)":                                      c.Language("en").Plain(New("outer", Sub(New("none")))),
		"Not good: (5 minutes)":                                      c.Language("en").Plain(New("outer", Sub(New("blank")), Sub(Message{"$1", []Param{Duration(300)}}))),
		"Not good: use \"a\" & one letter (Not good: Not good: x (x) (y))": c.Language("en").Plain(New("outer",
			Sub(New("inner", Plain("a"), Number(1))), Sub(New("outer", Sub(New("outer", Text("x"), Text("x"))), Text("y"))))),
	} {
		if got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
}

func TestEqualMessages(t *testing.T) {
	m := New("a", Sub(New("b", Text("c"))))
	for i, other := range []Message{
		New("a", Sub(New("b", Text("d")))), New("a", Sub(New("b"))), New("a", Sub(New("c", Text("c")))),
		New("a", Text("c")), New("a"), {"a", []Param{{Kind: KindMessage}}},
	} {
		if m.Equal(other) || other.Equal(m) {
			t.Errorf("%d: %+v counts as equal", i, other)
		}
	}
	if !m.Equal(New("a", Sub(New("b", Text("c"))))) || !Literal("x").Equal(Literal("x")) || Literal("x").Equal(Literal("y")) {
		t.Error("equal messages do not count as such")
	}
}

// What MediaWiki's parser makes of a text with an empty line in it.
func TestParagraphs(t *testing.T) {
	c := loadOwn(t, `{"two": "a $1 <b>b</b>\n\nc\n\n$1", "one": "a\nb $1"}`)
	l := c.Language("en")
	two, one := New("two", Plain("x\n\ny")), New("one", Text("z"))
	for want, got := range map[string]string{
		"<p>a x\n\ny <b>b</b>\n</p><p>c\n</p><p>x\n\ny\n</p>": l.HTML(two),
		"a x\n\ny <b>b</b>\n\nc\n\nx\n\ny":                    l.Markup(two),
		"a x y b c x y":                                       l.Plain(two),
		"a x\n\ny <b>b</b>¶c¶x\n\ny":                          strings.Join(l.Paragraphs(two), "¶"),
		"a\nb z":                                              l.HTML(one),
		"a\nb z ":                                             strings.Join(l.Paragraphs(one), "¶") + " ",
		"(two: x\n\ny)":                                       c.Language(keysCode).HTML(two),
		"a\nb <p>a - <b>b</b>\n</p><p>c\n</p><p>-\n</p>":      l.HTML(New("one", Sub(New("two", Text("-"))))),
		"<p>a a\nb z <b>b</b>\n</p><p>c\n</p><p>a\nb z\n</p>": l.HTML(New("two", Sub(one))),
		"⧼<script>\n\n⧽":       l.Markup(New("<script>\n\n")),
		"⧼&lt;script&gt;\n\n⧽": strings.Join(l.Paragraphs(New("<script>\n\n")), "¶"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := l.Paragraphs(Literal("<p>a")); !slices.Equal(got, []string{"&lt;p&gt;a"}) {
		t.Errorf("%q", got)
	}
}

// A message without another in it costs a buffer and its text.
func TestAllocationsOfPlainMessages(t *testing.T) {
	l := load(t).Language("en")
	m := New("login-throttled", Duration(300))
	if n := testing.AllocsPerRun(100, func() { _ = l.Plain(m) }); n > 2 {
		t.Errorf("%v allocations", n)
	}
}
