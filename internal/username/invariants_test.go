package username_test

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
	"pgregory.net/rapid"

	"github.com/wikigate/wikigate/internal/username"
)

// checkParse fails if what Parse promises for every input does not hold.
func checkParse(t interface {
	Helper()
	Fatalf(string, ...any)
}, rules *username.Rules, raw string) {
	t.Helper()
	name, ok := rules.Parse(raw)
	if !ok {
		if !name.IsZero() {
			t.Fatalf("Parse(%q) refused but returned %q", raw, name)
		}
		return
	}
	text := name.String()
	switch {
	case text == "":
		t.Fatalf("Parse(%q) accepted the empty name", raw)
	case len(text) > 255:
		t.Fatalf("Parse(%q) = %q: %d bytes", raw, text, len(text))
	case !utf8.ValidString(text) || !norm.NFC.IsNormalString(text):
		t.Fatalf("Parse(%q) = %q: not NFC", raw, text)
	case strings.ContainsAny(text, "\x00\t\r\n\x7f_#/<>[]{|}"):
		t.Fatalf("Parse(%q) = %q: forbidden character", raw, text)
	case strings.Trim(text, " ") != text || strings.Contains(text, "  "):
		t.Fatalf("Parse(%q) = %q: blanks left", raw, text)
	case username.LooksLikeIP(text):
		t.Fatalf("Parse(%q) = %q: an address", raw, text)
	}
	if again, ok := rules.Parse(text); !ok || again != name {
		t.Fatalf("Parse(%q) = %q, but that parses to %q, %v", raw, text, again, ok)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"alice", "User:alice", "&eacute;x", "a&num;b", "ŉ\u0303", "α\u200e\u0345", "ΐ", "1.2.3.xxx",
		"2001:db8::1", "mw:foo", ":User:x", "a\xffb", "%41", "&notit;", "ｆ\u180e_", "é",
	} {
		f.Add(seed)
	}
	rules := testRules()
	f.Fuzz(func(t *testing.T, raw string) { checkParse(t, rules, raw) })
}

// TestParseInvariants builds inputs out of the pieces that mean something to
// the rules, which random bytes seldom hit.
func TestParseInvariants(t *testing.T) {
	rules := testRules()
	piece := rapid.OneOf(
		rapid.SampledFrom([]string{
			"User", "user", "talk", "mw", "RefWiki", ":", "::", " ", "_", "\u200e", "\u00a0", "\u3000", "\u200b",
			"&amp;", "&num;", "&colon;", "&eacute;", "&lt;", "&", ";", "amp", "%", "4", "1", ".", "1.2.3", "xxx", "~", "~~",
			"ß", "ŉ", "ΐ", "α", "ᾳ", "ı", "İ", "ǆ", "ა", "𐐨", "e", "E", "\u0301", "\u0303", "\u0323", "\u0345", "\u1161",
		}),
		rapid.StringN(0, 3, -1),
		rapid.StringMatching(`[a-f0-9:.]{1,6}`),
	)
	rapid.Check(t, func(t *rapid.T) {
		raw := strings.Join(rapid.SliceOfN(piece, 0, 8).Draw(t, "pieces"), "")
		checkParse(t, rules, raw)
	})
}

// TestSpellingsAreOneName: what only dresses a name up does not change it.
func TestSpellingsAreOneName(t *testing.T) {
	rules := testRules()
	rapid.Check(t, func(t *rapid.T) {
		name, ok := rules.Parse(rapid.StringMatching(`[A-Za-zß-ž][A-Za-zß-ž _.-]{0,20}`).Draw(t, "name"))
		if !ok {
			t.Skip("not a name")
		}
		text := name.String()
		for _, spelling := range []string{
			"_" + text + " ", "User:" + text, "user :_" + text, "\u200e" + text + "\u202c",
			strings.ReplaceAll(text, " ", "_"), strings.ReplaceAll(text, " ", "\u00a0\u3000"), norm.NFD.String(text),
		} {
			if got, ok := rules.Parse(spelling); !ok || got != name {
				t.Fatalf("Parse(%q) = %q, %v; want %q", spelling, got, ok, text)
			}
		}
	})
}

// TestFirstCharacterWithMarks tries every letter that may be raised in front of marks with
// which its upper case might combine, though its lower case did not.
func TestFirstCharacterWithMarks(t *testing.T) {
	rules := testRules()
	marks := []string{"", "\u0300", "\u0301", "\u0303", "\u0308", "\u0323", "\u0342", "\u0345", "\u200e\u0345", "\u200e\u0301"}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if !unicode.In(r, unicode.Ll, unicode.Lt, unicode.M, unicode.Nl) {
			continue
		}
		for _, mark := range marks {
			checkParse(t, rules, string(r)+mark+"x")
			checkParse(t, rules, "_"+string(r)+mark)
		}
	}
}
