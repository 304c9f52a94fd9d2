package message

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// say formats a text of English in the three forms.
func say(source string, params ...Param) (markup, plain, html string) {
	v := newVoice("en", map[string]*text{
		"k": parseText(source, newPluralRule("en")), "comma-separator": parseText(", ", newPluralRule("en")),
	})
	l := Language{code: "en", voice: v, site: &Site{Name: "The <Site>", ArticlePath: "/wiki/$1"}}
	m := New("k", params...)
	return l.Markup(m), l.Plain(m), l.HTML(m)
}

func TestBananaSyntax(t *testing.T) {
	for _, test := range []struct {
		source              string
		markup, plain, html string // plain and html: empty means the same as markup
		params              []Param
	}{
		{"a $1 $2 $9", "a x $2 $9", "", "", []Param{Plain("x")}},
		{"$0 $ $a $", "$0 $ $a $", "", "", nil},
		{"$10", "x0", "", "", []Param{Plain("x")}},
		{"{{PLURAL:$1|one|more}}", "more", "", "", []Param{Number(3)}},
		{"{{plural: $1 |one|more}}", "one", "", "", []Param{Count(1)}},
		{"{{PLURAL:$1|one}}", "one", "", "", []Param{Number(3)}},
		{"{{PLURAL:$1|0=no|1=a|12=dozen|one|more}}", "no", "", "", []Param{Number(0)}},
		{"{{PLURAL:$1|0=no|1=a|12=dozen|one|more}}", "dozen", "", "", []Param{Number(12)}},
		{"{{PLURAL:$1|0=no|1=a|12=dozen|one|more}}", "more", "", "", []Param{Number(13)}},
		{"{{PLURAL:$1|0=none}}x", "x", "", "", []Param{Number(3)}},
		{"{{PLURAL:$1}}x", "x", "", "", []Param{Number(3)}},
		{"{{PLURAL:$1|a=b|c}}", "a=b", "", "", []Param{Plain("1")}},
		{"{{PLURAL:$2|a|b}}", "b", "", "", nil},
		{"{{PLURAL:$1|{{PLURAL:$2|a|b}} $2|c}}", "b 2", "", "", []Param{Number(1), Number(2)}},
		{"{{PLURAL:$1|[[A|b]]|c}}", "[[A|b]]", "", `<a href="/wiki/A" title="A">b</a>`, []Param{Number(1)}},
		{"{{GENDER:$1|he|she|they}}", "they", "", "", []Param{Plain("Ada")}},
		{"{{GENDER:$1|he|she|they}}", "she", "", "", []Param{Plain("female")}},
		{"{{GENDER:$1|he|she}}", "he", "", "", []Param{Plain("")}},
		{"{{GENDER:|he|she|they}}{{GENDER:$1}}", "they", "", "", nil},
		{"at {{SITENAME}}", "at The <Site>", "", "at The &lt;Site&gt;", nil},
		{"{{unknown|a}} {{FOO:$1}}", "{{unknown|a}} {{FOO:x}}", "", "", []Param{Plain("x")}},
		{"{{PLURAL:$1|a|b", "{{PLURAL:1|a|b", "", "", []Param{Number(1)}},
		{"{{PLURAL:$1|a}", "{{PLURAL:1|a}", "", "", []Param{Number(1)}},
		{"a}} ]] [[b", "a}} ]] [[b", "", "", nil},
		{"[[A b|c <b>d</b>]]", "[[A b|c <b>d</b>]]", "[[A b|c d]]", `<a href="/wiki/A_b" title="A b">c <b>d</b></a>`, nil},
		{"[[Special:X]]", "[[Special:X]]", "", `<a href="/wiki/Special:X" title="Special:X">Special:X</a>`, nil},
		{`[[A"?<x>]]`, `[[A"?<x>]]`, `[[A"?]]`, `<a href="/wiki/A%22%3F%3Cx%3E" title="A&quot;?&lt;x&gt;">A&quot;?&lt;x&gt;</a>`, nil},
		{"[https://x.y/?a&b c $1]", "[https://x.y/?a&b c z]", "", `<a rel="nofollow" class="external text" href="https://x.y/?a&amp;b">c z</a>`, []Param{Plain("z")}},
		{"[x] [https://x", "[x] [https://x", "", `[x] [<a rel="nofollow" class="external free" href="https://x">https://x</a>`, nil},
		{"[javascript:alert(1) c]", "[javascript:alert(1) c]", "", "", nil},
		{"see https://x.y/a, or", "see https://x.y/a, or", "", `see <a rel="nofollow" class="external free" href="https://x.y/a">https://x.y/a</a>, or`, nil},
		{"https://x.y/$1", "https://x.y/z", "", "", []Param{Plain("z")}},
		{"<kbd>a</kbd> <i>b</i> &amp; & <x> <3", "<kbd>a</kbd> <i>b</i> &amp; & <x> <3", `"a" b & & <3`, "<kbd>a</kbd> <i>b</i> &amp; &amp; &lt;x&gt; &lt;3", nil},
		{"<kbd>$1</kbd>", "<kbd>a</kbd>", `"a"`, "", []Param{Plain("a")}},
		{`<span class="$1">b</span>`, `<span class="a">b</span>`, "b", `&lt;span class="a"&gt;b&lt;/span&gt;`, []Param{Plain("a")}},
		{"a <!-- $1 --> b", "a <!-- x --> b", "a b", "a &lt;!-- x --&gt; b", []Param{Plain("x")}},
		{"", "", "", "", nil},
	} {
		markup, plain, html := say(test.source, test.params...)
		if test.plain == "" {
			test.plain = test.markup
		}
		if test.html == "" {
			test.html = test.markup
		}
		if test.source == "at {{SITENAME}}" {
			test.plain = "at The <Site>"
		}
		if markup != test.markup {
			t.Errorf("%s: %q, want %q", test.source, markup, test.markup)
		}
		if plain != test.plain {
			t.Errorf("%s as plain text: %q, want %q", test.source, plain, test.plain)
		}
		if html != test.html {
			t.Errorf("%s as HTML: %q, want %q", test.source, html, test.html)
		}
	}
}

// What a client sends as the name of a parameter, as a real wiki escapes it.
func TestEscapedWikitext(t *testing.T) {
	for value, want := range map[string]string{
		"foo": "foo", "a<b": "a&#60;b", "__x__http://y": "_&#95;x_&#95;http&#58;//y", "n~~~~": "n~~~~", "b!!c!": "b!!c!",
		"#d": "&#35;d", "*e": "&#42;e", "----f": "&#45;---f", "-f": "-f", "q-{r}-": "q-&#123;r&#125;-", "a\n#b\n*c": "a\n&#35;b\n&#42;c",
		":k": "&#58;k", "RFC__PMID_1": "RFC_&#95;PMID_1", "l\tm": "l\tm", "mailto:x": "mailto&#58;x", "HTTP://": "HTTP&#58;//",
		"//y": "//y", "news:a": "news&#58;a", "x:y": "x:y", "tel:1": "tel&#58;1", "a\r\nb": "a&#13;\nb", "a\n\nb": "a\n&#10;b",
		"\nx": "&#10;x", ";x": "&#59;x", "a\n----": "a\n&#45;---", "a\n|": "a\n&#124;", "a\n!": "a\n!", "a\n\t": "a\n&#9;", "a\n-": "a\n-",
		"Foo=''bar": "Foo&#61;&#39;&#39;bar", `x!"#$%&'()*+,-/09:;<=>?@\]^_` + "`{|}~": `x!&#34;#$%&#38;&#39;()*+,-/09:&#59;&#60;&#61;&#62;?@\&#93;^_` + "`&#123;&#124;&#125;~",
	} {
		if got := Escaped(value).Text; got != want {
			t.Errorf("%q: %q, want %q", value, got, want)
		}
		_, plain, html := say("$1", EscapedList([]string{value}))
		if shown := strings.TrimSpace(foldSpaces(value)); plain != shown || html != want {
			t.Errorf("%q: %q and %q", value, plain, html)
		}
	}
}

// Whatever stands in a text, it is shown, and nobody's parameter becomes a tag.
func FuzzText(f *testing.F) {
	for _, seed := range []string{
		"{{PLURAL:$1|0=a|<kbd>$2</kbd>|b}}", "[[A|b]] [https://x y]", "{{{{[[{{PLURAL:", "<a href=\"$1\">", "<!-- $1", "&#60;$1;", "{{SITENAME}}}}]]|",
		"{{GENDER:$1|[[{{PLURAL:$2|]]}}|}}", "a\n\t  b", "<script>$1</script>", "https://x/$1", "[[[https://x]]]", "\n\n", "a\n\n<p>$1",
	} {
		f.Add(seed, "<script>'\"&", int64(2))
	}
	f.Fuzz(func(t *testing.T, source, value string, n int64) {
		if len(source) > 1<<12 {
			return
		}
		markup, plain, html := say(source, Plain(value), Number(n), CommaList([]string{value, "b"}), Text(value), Duration(n))
		if utf8.ValidString(source) && utf8.ValidString(value) && !(utf8.ValidString(markup) && utf8.ValidString(plain) && utf8.ValidString(html)) {
			t.Errorf("%q with %q is not valid any more", source, value)
		}
		if rest := withoutTags(html); strings.ContainsAny(rest, "<>") {
			t.Errorf("%q with %q: %q", source, value, html)
		}
	})
}

// withoutTags removes the tags that may stand in HTML.
func withoutTags(html string) string {
	var b strings.Builder
	for html != "" {
		switch {
		case html[0] != '<':
			b.WriteByte(html[0])
			html = html[1:]
		case textTag(html) != "":
			html = html[len(textTag(html)):]
		case strings.HasPrefix(html, "</a>"), strings.HasPrefix(html, "</p>"):
			html = html[4:]
		case strings.HasPrefix(html, "<p>"): // of a text in several paragraphs
			html = html[3:]
		case strings.HasPrefix(html, `<a href="`), strings.HasPrefix(html, `<a rel="nofollow" class="external `):
			_, rest, _ := strings.Cut(html, ">")
			html = rest
		default:
			return html
		}
	}
	return b.String()
}

func BenchmarkWarning(b *testing.B) {
	c := load(b)
	m := New("paramvalidator-unrecognizedvalues", Plain("siprop"), Plain("a|b"), CommaList([]string{"a", "b"}), Number(2))
	for _, code := range []string{"en", "ar"} {
		l := c.Language(code)
		b.Run("plain-"+code, func(b *testing.B) {
			for b.Loop() {
				_ = l.Plain(m)
			}
		})
		b.Run("html-"+code, func(b *testing.B) {
			for b.Loop() {
				_ = l.HTML(m)
			}
		})
	}
}

func BenchmarkLanguage(b *testing.B) {
	c := load(b)
	for _, code := range []string{"en", "zh-tw", "zz"} {
		b.Run(code, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				_ = c.Language(code)
			}
		})
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(""); err != nil {
			b.Fatal(err)
		}
	}
}
