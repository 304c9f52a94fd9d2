package actionapi

import (
	"strings"
	"testing"
)

// A list has at most as many parts as asked for, loses nothing of the text, and
// is split by one separator only.
func FuzzMultiValues(f *testing.F) {
	for _, seed := range []string{
		"", "csrf", "csrf|login", "|", "login|", "|login", "*", "groups|*", "\x1f", "\x1flogin\x1fcsrf", "\x1flogin|csrf",
		"login\x1fcsrf", "foo|login|bar", "blockinfo|hasmsg|groups|rights|ratelimits", strings.Repeat("a|", 60), "é|e\u0301|\ufffd",
	} {
		f.Add(seed, 51)
	}
	f.Fuzz(func(t *testing.T, text string, most int) {
		if most < 1 || most > highLimit+1 {
			return
		}
		parts := splitList(text, most)
		sep, rest := "|", text
		if strings.HasPrefix(text, unitSeparator) {
			sep, rest = unitSeparator, text[1:]
		}
		if strings.Join(parts, sep) != rest || len(parts) > most || (len(parts) == 0) != (rest == "") {
			t.Fatalf("%q into at most %d: %q", text, most, parts)
		}
		for i, part := range parts {
			if strings.Contains(part, sep) && i != most-1 {
				t.Fatalf("%q: part %q holds the separator", text, part)
			}
		}
		once := unique(parts)
		seen := map[string]bool{}
		for _, part := range once {
			if seen[part] {
				t.Fatalf("%q stands twice", part)
			}
			seen[part] = true
		}
		for _, part := range parts {
			if !seen[part] {
				t.Fatalf("%q was lost", part)
			}
		}
	})
}
