package actionapi

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Each invalid sequence becomes one U+FFFD, cut where MediaWiki cuts.
func TestInvalidSequences(t *testing.T) {
	for raw, want := range map[string]string{
		"\xc3": "?", "caf\xc3": "caf?", "\xc3(": "?(", "\xc3\xc3\xc3": "???", "\xc0\x80": "?", "\xc0\x80\x80": "??", "\xc1\xbfa": "?a",
		"\xe9\x81": "?", "a\xe9\x81b": "a?b", "\xe9\x81\xc3\xa9": "?é", "\xe0\x80\x80": "?", "\xe9\x81\x80\x80": "\u9040?",
		"\xed\xa0\x80\xed\xb0\x80": "??", "\xef\xbf\xbf\x80": "??", "\xf0\x9f\x98z": "?z", "\xf0\x80\x80\x80": "?", "\xf4\x90\x80\x80": "?",
		"\xf4\x8f\xbf\xbf\x80": "\U0010ffff?", "\xf5\x80\x80\x80": "?", "\xf8\x88\x80\x80\x80": "?", "\xf8\x80\x80a": "?a",
		"\xfc\x80\x80\x80\x80\x80": "?", "\xfe\x80": "??", "\xff\x80\x80": "???", "\x80\x80\x80": "???", "a\x80": "a?", "": "",
	} {
		if got := cleanPart(raw); got != strings.ReplaceAll(want, "?", "\ufffd") {
			t.Errorf("%+q becomes %+q, want %s", raw, got, want)
		}
	}
}

func FuzzClean(f *testing.F) {
	for _, seed := range []string{
		"William@testbot", "user:_alice", "cafe\u0301", "caf\xe9", "a|b|c", "\x1fa|b\x1fe\u0301", "\x1f", "\x1f\xff\x1f\u0301", "\x81\x1fx",
		"\x00\x01\t\r\n\x7f", "\u1100\u1161\u11a8", "\u212b\ufb01\ufeff\ufffe\uffff\ufdd0", "\xed\xa0\x80", "\xf4\x90\x80\x80", "ô\u0301\u0323\u0300",
		"0123456789abcdef0123456789abcdef6b00664c+\\", "\U0001f600\U0010ffff", strings.Repeat("a\u0301", 40),
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, raw string, query bool) {
		value, changed := clean(raw, query)
		if changed != (value != raw) {
			t.Fatalf("clean(%+q) = %+q says changed: %v", raw, value, changed)
		}
		if !utf8.ValidString(value) || !norm.NFC.IsNormalString(value) {
			t.Fatalf("clean(%+q) = %+q is not valid UTF-8 in form NFC", raw, value)
		}
		list := strings.HasPrefix(raw, unitSeparator)
		for _, r := range value {
			if bad := r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff; bad && !(list && r == 0x1f) {
				t.Fatalf("clean(%+q) = %+q holds %U", raw, value, r)
			}
		}
		for _, again := range []bool{true, false} {
			if twice, changed := clean(value, again); twice != value || changed {
				t.Fatalf("clean(%+q) = %+q, but that becomes %+q", raw, value, twice)
			}
		}
	})
}
