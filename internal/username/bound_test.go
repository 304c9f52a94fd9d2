package username_test

import (
	"testing"

	"github.com/wikigate/wikigate/internal/username"
)

func TestBound(t *testing.T) {
	for raw, want := range map[string]string{
		"": "", "alice": "Alice", "Alice": "Alice", "user:a_b": "User:a b", "_b": " b", " b": " b", "é_x ": "É x ", "ß": "SS", "#": "#",
	} {
		if got := username.Bound(raw); got != want {
			t.Errorf("Bound(%q) = %q, want %q", raw, got, want)
		}
	}
}
