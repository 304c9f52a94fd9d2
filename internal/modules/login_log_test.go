package modules

import (
	"strings"
	"testing"
)

func TestForLogCutsAtACharacter(t *testing.T) {
	for given, want := range map[string]string{
		"William":                           "William",
		strings.Repeat("a", 256):            strings.Repeat("a", 256),
		strings.Repeat("a", 257):            strings.Repeat("a", 256) + "[...]",
		"a" + strings.Repeat("\u00e9", 200): "a" + strings.Repeat("\u00e9", 127) + "[...]",
	} {
		if got := forLog(given); got != want {
			t.Errorf("%.20q: got %q", given, got)
		}
	}
}
