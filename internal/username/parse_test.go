package username_test

import (
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/username"
)

// testRules are those of the wiki on which the expectations were observed
// (MediaWiki 1.39.17, English).
func testRules() *username.Rules {
	return username.NewRules("RefWiki", []string{"mw", "wikipedia", "wiki", "s23wiki", "Gentoo-Wiki"})
}

// TestParse holds what a real wiki made of each spelling. An empty want means
// that the spelling is no name.
func TestParse(t *testing.T) {
	tests := []struct {
		about string
		cases map[string]string
	}{
		{"blanks and case", map[string]string{
			"alice": "Alice", "_alice_": "Alice", "Foo_Bar": "Foo Bar",
			"alice__x": "Alice x", "foo  bar": "Foo bar", "a  _ b": "A b",
			"Alice": "Alice", "A bC": "A bC",
			"": "", "_": "", " ": "", "\u00a0": "", "\u200e_": "",
		}},
		{"namespaces", map[string]string{
			"User:alice": "Alice", "user:alice": "Alice", "uSeR : _alice": "Alice",
			"User_talk:alice": "", "user  talk:x": "", "Talk:alice": "", "talk :x": "",
			"Special:alice": "", "Project:alice": "", "Image:foo": "", "image talk:x": "",
			"RefWiki:foo": "", "refwiki:foo": "", "RefWiki_talk:foo": "",
			"media:x": "", "File:x": "", "MediaWiki:x": "", "help talk:x": "",
			"User:": "", "User:_": "", "User:User:alice": "", "User:Talk:foo": "",
			"User talk": "User talk", "Talk": "Talk", "Usertalk:x": "Usertalk:x",
			"Üser:alice": "Üser:alice", "talk talk:x": "Talk talk:x",
		}},
		{"letters that fold into a namespace", map[string]string{
			"ﬁle:x": "", "FİLE:x": "FİLE:x",
		}},
		{"interwiki prefixes", map[string]string{
			"foo:bar": "Foo:bar", "w:foo": "W:foo", "mw:foo": "", "MW : foo": "", "mw:": "",
			"wikipedia:foo": "", "gentoo-wiki:x": "", "wıki:x": "Wıki:x",
			"User:mw:foo": "", "User:s23wiki:x": "", "User:foo:bar": "Foo:bar", "a:mw:c": "A:mw:c",
			"foo : bar": "Foo : bar", "foo::bar": "Foo::bar", "foo:": "Foo:",
		}},
		{"a colon in front", map[string]string{
			":alice": "", "::alice": "", "User::alice": "", "::User:alice": "", "&colon;alice": "",
			":User:alice": "Alice", ": User:alice": "Alice",
		}},
		{"characters", map[string]string{
			"a#b": "", "a/b": "", "a|b": "", "a<b": "", "a>b": "", "a[b": "", "a]b": "", "a{b": "", "a}b": "",
			"a@b": "A@b", "a=b": "A=b", "a;b": "A;b", "*Foo": "*Foo", "$a": "$a", "A-B.C": "A-B.C",
			`a\b`: `A\b`, `"`: `"`, "!?": "!?", "a&b": "A&b", "a+b": "A+b",
			"a%2": "A%2", "100%": "100%", "%zz": "%zz", "%41bc": "", "a%fF": "",
			"a~~b": "A~~b", "a~~~b": "", "~2024-1": "~2024-1",
			".": "", "..": "", "...": "...", "./a": "", "a/.": "", ".a": ".a", "a.": "A.",
			"a\tb": "", "a\nb": "", "alice\n": "", "a\x00b": "", "a\x7fb": "",
		}},
		{"addresses", map[string]string{
			"1.2.3.4": "", "1.2.3.xxx": "", "300.300.300.300": "", "01.02.03.04": "", "_1.2.3.4": "",
			"User:1.2.3.4": "", "1.2.3.0/24": "", "2001:db8::1": "", "2001:DB8::1": "", "a::1": "", "fe80::": "",
			"1:2:3:4:5:6:7:8": "", "1:2:3:4:5:6:7::": "", "::1": "", "User:::1": "",
			"123": "123", "1.2.3": "1.2.3", "1.2.3.": "1.2.3.", "1.2.3.4.5": "1.2.3.4.5", "1.2.3.4x": "1.2.3.4x",
			"1.2.3.xx": "1.2.3.xx", "1.2.3.XXX": "1.2.3.XXX", "1234.1.1.1": "1234.1.1.1",
			"1.2.3.4-1.2.3.9": "1.2.3.4-1.2.3.9", "١.٢.٣.٤": "١.٢.٣.٤", "12345::1": "12345::1",
			"1::2:3:4:5:6:7:8": "1::2:3:4:5:6:7:8", "a::1.2.3.4": "A::1.2.3.4", "g::1": "G::1", "abcd:1": "Abcd:1",
		}},
		{"entities", map[string]string{
			"&amp;x": "&x", "&AMP;x": "&x", "&eacute;x": "Éx", "&szlig;x": "SSx", "a&nbsp;b": "A b",
			"&semi;": ";", "&apos;": "'", "&not;x": "¬x", "&NotEqualTilde;": "≂\u0338", "&percnt;4g": "%4g",
			"a&commat;b": "A@b", "user&lowbar;x": "User x", "User&colon;alice": "Alice",
			"a&rlm;b": "Ab", "a&רלמ;b": "Ab", "&رلم;a": "A",
			"&eacute": "&eacute", "&ampx": "&ampx", "&AMP": "&AMP", "&;": "&;", "&": "&", "&a-b;": "&a-b;", "a&é b;": "A&é b;",
			"&bogus;": "", "&notit;": "", "&x;": "", "&é;x": "", "&amp;amp;x": "", "&amp;eacute;": "", "a&b;c": "",
			"&#65;bc": "", "&#x41;bc": "", "&lt;": "", "a&vert;b": "", "a&sol;b": "", "a&zwj;b": "", "a&Tab;b": "",
			"&percnt;41": "",
		}},
		{"a section, which only an entity can bring", map[string]string{
			"a&num;b": "A", "a &num;<b>": "A", "&num;b": "",
		}},
		{"first letter", map[string]string{
			"ßtest": "SStest", "User:ßtest": "SStest", "ẞx": "ẞx", "ŉx": "ʼNx", "ﬁx": "FIx", "ﬓ": "ՄՆ", "և": "ԵՒ",
			"ıx": "Ix", "iİ": "Iİ", "İx": "İx", "ſſ": "Sſ", "ÿx": "Ÿx", "ǆx": "Ǆx", "ǅx": "Ǆx", "ǰx": "J\u030cx",
			"ΐ": "\u03aa\u0301", "ᾀx": "ἈΙx", "ᾼx": "ΑΙx", "\u0345x": "Ιx", "ς": "Σ", "µ": "Μ",
			"აbc": "Აbc", "𐐨x": "𐐀x", "ꭰ": "Ꭰ", "ⓐ": "Ⓐ", "ａ": "Ａ", "ᲀ": "В", "иван": "Иван",
		}},
		{"normal form", map[string]string{
			"e\u0301a": "Éa", "q\u0323\u0307": "Q\u0323\u0307", "\u212bx": "Åx", "\u212a": "K",
			"\u1100\u1161": "가", "\u0301a": "\u0301a", "e\u200e\u0301": "É",
		}},
		{"invisible characters", map[string]string{
			"a\u00a0b": "A b", "a\u3000b": "A b", "a\u2028b": "A b", "a\u1680b": "A b", "a\u180eb": "A b",
			"a\u2003b": "A b", "a\u202fb": "A b", "a\u205fb": "A b", "\u3000alice\u3000": "Alice",
			"a\u200eb": "Ab", "\u200fabc": "Abc", "\u202aabc\u202c": "Abc", "a \u200e b": "A b", "_\u200e_x": "X",
			"a\u200bb": "", "a\u200cb": "", "a\u200db": "", "\ue000": "", "a\uf8ffb": "", "a\u0085b": "",
			"a\ufffdb": "", "a\ufffeb": "", "a\uffffb": "",
			"a\u2060b": "A\u2060b", "a\u2066b": "A\u2066b", "a\u061cb": "A\u061cb", "a\ufeffb": "A\ufeffb",
			"a\u00adb": "A\u00adb", "a\ufdd0b": "A\ufdd0b", "a\U0001fffeb": "A\U0001fffeb", "a\U000f0000b": "A\U000f0000b",
		}},
		{"malformed UTF-8", map[string]string{
			"a\xffb": "", "\xc0\x80a": "", "a\xed\xa0\x80b": "", "\xe9x": "", "abc\xc3": "", "a\xf4\x90\x80\x80b": "",
		}},
		{"length in bytes, before and after", map[string]string{
			chars(255, "a"): "A" + chars(254, "a"), chars(256, "a"): "",
			chars(127, "é"): "É" + chars(126, "é"), chars(128, "é"): "",
			"ß" + chars(253, "a"): "SS" + chars(253, "a"), "ß" + chars(254, "a"): "",
			"ı" + chars(254, "a"): "I" + chars(254, "a"), " ı" + chars(254, "a"): "",
			"User:" + chars(255, "a"):      "A" + chars(254, "a"),
			"&eacute;" + chars(253, "a"):   "É" + chars(253, "a"),
			chars(20, "_") + chars(9, "a"): "Aaaaaaaaa",
		}},
	}
	rules := testRules()
	for _, group := range tests {
		t.Run(group.about, func(t *testing.T) {
			for raw, want := range group.cases {
				name, ok := rules.Parse(raw)
				if name.String() != want || ok != (want != "") {
					t.Errorf("Parse(%q) = %q, %v; want %q", raw, name, ok, want)
				}
			}
		})
	}
}

func TestCreatable(t *testing.T) {
	tests := []struct {
		raw               string
		usable, creatable bool
	}{
		{"alice", true, true},
		{"~2024-1", true, true},
		{chars(235, "a"), true, true},
		{chars(236, "a"), true, false},
		{chars(127, "é"), true, false},
		{"a@b", true, false},
		{"foo:bar", true, false},
		{"Unknown user", false, false},
		{"unknown_user", false, false},
		{"mediaWiki default", false, false},
		{"Mediawiki default", true, true},
		{"unknown User", true, true},
		{"Template namespace initialisation script", false, false},
		{"DNSBL", false, false},
		{"Redirect fixer", false, false},
		{"Abuse filter", true, true},
	}
	rules := testRules()
	for _, test := range tests {
		name, ok := rules.Parse(test.raw)
		if !ok {
			t.Errorf("Parse(%q) refused", test.raw)
		}
		if got := rules.Usable(name); got != test.usable {
			t.Errorf("Usable(%q) = %v", name, got)
		}
		if got := rules.Creatable(name); got != test.creatable {
			t.Errorf("Creatable(%q) = %v", name, got)
		}
	}
}

func TestZeroNameIsNobody(t *testing.T) {
	var none username.Name
	rules := testRules()
	if !none.IsZero() || none.String() != "" || rules.Usable(none) || rules.Creatable(none) {
		t.Error("the zero Name must be empty, not usable and not creatable")
	}
}

func TestFromStoreIsTheParsedName(t *testing.T) {
	parsed, _ := testRules().Parse("user:ünïcode_User")
	if stored := username.FromStore("Ünïcode User"); stored != parsed {
		t.Errorf("FromStore gives %q, Parse %q", stored, parsed)
	}
}

func TestSiteNameIsANamespace(t *testing.T) {
	tests := []struct {
		site, raw string
		ok        bool
	}{
		{"My_Own  Wiki", "my own_wiki:x", false},
		{"My_Own  Wiki", "My own wiki talk:x", false},
		{"Ünïwiki", "üNÏWIKI:x", false},
		{"Other", "RefWiki:x", true},
		{"", "Project:x", false},
		{"", "x talk:y", true},
	}
	for _, test := range tests {
		if _, ok := username.NewRules(test.site, nil).Parse(test.raw); ok != test.ok {
			t.Errorf("site %q: Parse(%q) = %v, want %v", test.site, test.raw, ok, test.ok)
		}
	}
}

func chars(n int, char string) string { return strings.Repeat(char, n) }
