package captcha_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/username"
)

func (w *world) fail(name, from string) {
	w.Helper()
	if err := w.Failed(w.Context(), username.FromStore(name), netip.MustParseAddr(from)); err != nil {
		w.Fatal(err)
	}
}

func (w *world) due(name, from string, want captcha.Due) {
	w.Helper()
	got, err := w.Due(w.Context(), username.FromStore(name), netip.MustParseAddr(from))
	if err != nil || got != want {
		w.Errorf("Due of %q from %s gave %+v, %v, want %+v", name, from, got, err, want)
	}
}

func TestDueAfterFailuresOfAnAddress(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	for i := range 3 {
		w.due("Alice", "192.0.2.1", captcha.Due{})
		w.fail(fmt.Sprint("Nobody", i), "192.0.2.1")
	}
	w.due("Alice", "192.0.2.1", captcha.Due{Address: true})
	w.due("", "192.0.2.1", captcha.Due{Address: true})
	w.due("Alice", "192.0.2.2", captcha.Due{})
	if err := w.Passed(t.Context(), username.FromStore("Alice")); err != nil {
		t.Fatal(err)
	}
	w.due("Alice", "192.0.2.1", captcha.Due{Address: true}) // a success does not help
	w.clock.Advance(4 * time.Minute)
	w.fail("", "192.0.2.1") // a failure does not make it longer
	w.clock.Advance(time.Minute)
	w.due("Alice", "192.0.2.1", captcha.Due{})
	for i := range 3 {
		w.fail("", fmt.Sprintf("2001:db8::%d", i))
	}
	w.due("", "2001:db8::ffff", captcha.Due{Address: true})
	w.due("", "2001:db8:0:1::1", captcha.Due{})
}

func TestDueAfterFailuresOfAName(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	for i := range 20 {
		w.due("Alice", "192.0.2.200", captcha.Due{})
		w.fail("Alice", fmt.Sprintf("192.0.2.%d", i))
	}
	w.due("Alice", "192.0.2.200", captcha.Due{Name: true})
	w.due("Bob", "192.0.2.200", captcha.Due{})
	w.due("", "192.0.2.200", captcha.Due{})
	if err := w.Passed(t.Context(), username.FromStore("Alice")); err != nil {
		t.Fatal(err)
	}
	w.fail("", "192.0.2.201") // what was forgotten is seen after the next change
	w.due("Alice", "192.0.2.200", captcha.Due{})
}

func TestWhoIsNeverAsked(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	for range 30 {
		for _, from := range []string{"198.51.100.7", "::ffff:198.51.100.8", "127.0.0.1", "::1"} {
			w.fail("Alice", from)
		}
	}
	w.due("Alice", "198.51.100.7", captcha.Due{})
	w.due("Alice", "::ffff:198.51.100.8", captcha.Due{})
	w.due("", "127.0.0.1", captcha.Due{})
	w.due("Alice", "::1", captcha.Due{Name: true}) // the counter of a name is for all addresses
}
