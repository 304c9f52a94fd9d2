package secret

import (
	"bytes"
	"encoding/base32"
	"encoding/json"
	"fmt"
	"log/slog"
	"math"
	"strings"
	"testing"
)

func TestSecretHasNoWayOutButReveal(t *testing.T) {
	const text = "hunter2-hunter2"
	s := New(text)
	holder := struct{ Password Secret }{s}
	var log bytes.Buffer
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "secret", s, "holder", holder)
	marshalled, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	for _, out := range []string{
		fmt.Sprint(s), fmt.Sprintf("%v %+v %#v %s %q %x %d", s, s, s, s, s, s, s),
		fmt.Sprintf("%v %+v %#v", holder, holder, holder), fmt.Sprint(&s), string(marshalled), log.String(),
	} {
		if strings.Contains(out, "hunter2") || strings.Contains(out, fmt.Sprintf("%x", text)) {
			t.Errorf("leaked: %s", out)
		}
	}
	if s.Reveal() != text || !s.Equal(New(text)) || s.Equal(New("other-hunter2--")) || s.Equal(New("short")) {
		t.Error("Reveal or Equal is wrong")
	}
}

func TestDigitsAreBase32HexInLowerCase(t *testing.T) {
	std := base32.NewEncoding(digits).WithPadding(base32.NoPadding)
	for n := range 64 {
		b := Bytes(n)
		text := EncodeDigits(b)
		if want := std.EncodeToString(b); text != want {
			t.Fatalf("%x: %s, want %s", b, text, want)
		}
		if back, ok := DecodeDigits(nil, text); !ok || !bytes.Equal(back, b) {
			t.Fatalf("%s: %x %v", text, back, ok)
		}
	}
	for _, bad := range []string{"w0", "A0", "0 ", "0\n", "01", "é0", "v", "000"} {
		if _, ok := DecodeDigits(nil, bad); ok {
			t.Errorf("accepted %q", bad)
		}
	}
}

func TestD25_RandomTextsHaveTheirForm(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		d, h := Digits32(), Hex32()
		if len(d) != 32 || strings.Trim(d, digits) != "" || len(h) != 32 || strings.Trim(h, "0123456789abcdef") != "" {
			t.Fatalf("%q %q", d, h)
		}
		if seen[d] || seen[h] {
			t.Fatal("repeated")
		}
		seen[d], seen[h] = true, true
	}
}

// B-21: of 100,000 texts none comes twice, and each place takes every digit
// about as often as any other: 100,000 throws of 32 sides, a deviation of ten
// times the standard one.
func TestB21_RandomTextsAreRandom(t *testing.T) {
	const n = 100_000
	for name, made := range map[string]struct {
		text  func() string
		sides int
	}{"Digits32": {Digits32, 32}, "Hex32": {Hex32, 16}} {
		seen := make(map[string]bool, n)
		var count [32][256]int
		for range n {
			text := made.text()
			seen[text] = true
			for place := range 32 {
				count[place][text[place]]++
			}
		}
		if len(seen) != n {
			t.Errorf("%s: %d of %d differ", name, len(seen), n)
		}
		mean := float64(n) / float64(made.sides)
		for place := range count {
			for _, digit := range digits[:made.sides] {
				if off := math.Abs(float64(count[place][digit]) - mean); off > 10*math.Sqrt(mean) {
					t.Errorf("%s: %c stands at %d %d times, not about %.0f", name, digit, place, count[place][digit], mean)
				}
			}
		}
	}
}
