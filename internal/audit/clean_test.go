package audit_test

import (
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/audit"
)

// Names are cut at a character, stay in their line, and hold no secret of our
// making.
func TestWhatClientsSendIsCleaned(t *testing.T) {
	const generated = "is7ql49kctb8tlgbe5qq5c7m63i4jj7q"
	for given, want := range map[string]string{
		"William":                           "William",
		strings.Repeat("x", 256):            strings.Repeat("x", 256),
		strings.Repeat("x", 257):            strings.Repeat("x", 256) + "[...]",
		"x" + strings.Repeat("\u00e9", 200): "x" + strings.Repeat("\u00e9", 127) + "[...]",
		"a\nb\r\x00\x1b[31mc\u2028\u202ed":  "ab[31mcd",
		"\xff":                              "\ufffd",
		"William@tool@" + generated:         "William@tool@[secret]",
		generated:                           "[secret]",
		"a\u200cb":                          "a\u200cb", // Persian needs it
		"<script>' OR 1=1 -- ${jndi:x} %s":  "<script>' OR 1=1 -- ${jndi:x} %s",
	} {
		var h audit.Head
		if got := h.Next(audit.Event{Name: given}).Name; got != want {
			t.Errorf("%.40q: got %q, want %q", given, got, want)
		}
	}
	var h audit.Head
	long := "Averylongnamewithoutablankoracapital"
	if got := h.Next(audit.Event{Account: 7, Name: long}).Name; got != long {
		t.Errorf("the name of an account became %q", got)
	}
}
