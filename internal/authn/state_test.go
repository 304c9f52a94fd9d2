package authn

import (
	"bytes"
	"testing"
	"time"
)

// FuzzState holds that what is no state is none, without an accident, and that
// a state comes back as it was written.
func FuzzState(f *testing.F) {
	for _, seed := range []string{
		"", "null", "{}", "[]", `{"b":"2026-11-20T15:25:00Z","v":"x","n":"Alice","r":true,"p":"password","a":7,"s":"0","d":["totp"],"w":"reset","x":{"emailcode":"{}"}}`,
		`{"a":-1}`, `{"a":1e99}`, `{"b":"-1"}`, `{"x":{"a":null}}`, `{"d":[null]}`, `{"b":null}`, "\xff",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		s, ok := decode(data)
		if !ok {
			return
		}
		now := time.Date(2026, time.November, 20, 15, 25, 0, 0, time.UTC)
		if end := s.expires(now); end.After(s.Begun.Add(flowPatience)) || end.After(now.Add(stepPatience)) {
			t.Errorf("%s waits until %v", data, end)
		}
		once, err := s.encode()
		if err != nil {
			t.Fatalf("%s: %v", data, err)
		}
		again, ok := decode(once)
		if !ok {
			t.Fatalf("%s is written as %s, which is none", data, once)
		}
		if twice, err := again.encode(); err != nil || !bytes.Equal(once, twice) {
			t.Errorf("%s is written as %s and then as %s, %v", data, once, twice, err)
		}
	})
}
