package webauthn_test

import (
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

var garbage = []string{
	"", "null", "0", `""`, "[]", "{}", "{", `{"id":1}`, `{"id":"a"}`, `{"rawId":"AA","type":"public-key"}`,
	`{"rawId":"AA","id":"AB","type":"public-key","response":{}}`,
	`{"rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"","signature":"","userHandle":null}}`,
	`{"rawId":"AA","type":"public-key","response":{"clientDataJSON":"bnVsbA","attestationObject":"oA"}}`,
	`{"rawId":"AA","type":"public-key","response":{"clientDataJSON":"e30","attestationObject":"` + strings.Repeat("gYGB", 4000) + `"}}`,
	strings.Repeat("[", 100_000), "\xff\xfe",
}

func TestGarbageIsRefused(t *testing.T) {
	r := newRig(t)
	r.registered(r.alice, true)
	for _, g := range garbage {
		if refusal := r.check(g); refusal == "" {
			t.Errorf("%.40q passes", g)
		}
		if id, refusal := r.checkPasskey(g); refusal == "" || id != 0 {
			t.Errorf("%.40q passes as passkey of %d", g, id)
		}
		if o, err := r.Register(t.Context(), r.alice, session, g, "", false); o.Passed() || err != nil {
			t.Errorf("%.40q is registered, %v", g, err)
		}
	}
}

// FuzzAnswer holds that no client can break the parsers, whatever it sends.
func FuzzAnswer(f *testing.F) {
	for _, g := range garbage {
		f.Add(g)
	}
	k := authenticator.New(authenticator.ES256, origin)
	f.Add(k.Register(`{"challenge":"AAAA","rp":{"id":"wiki.example"},"user":{"id":"AAAA"}}`))
	f.Add(k.Sign(`{"challenge":"AAAA","rpId":"wiki.example"}`))
	f.Fuzz(func(t *testing.T, answer string) {
		r := newRig(t)
		if refusal := r.check(answer); refusal == "" {
			t.Error("passed")
		}
		if _, refusal := r.checkPasskey(answer); refusal == "" {
			t.Error("passed as passkey")
		}
		if o, err := r.Register(t.Context(), r.alice, session, answer, "", true); o.Passed() || err != nil {
			t.Errorf("registered, %v", err)
		}
	})
}

// FuzzDevice holds that what a device says of itself, in an answer that is right
// otherwise, breaks neither its registration nor its next use.
func FuzzDevice(f *testing.F) {
	for _, a := range []authenticator.Algorithm{authenticator.ES256, authenticator.EdDSA, authenticator.RS256} {
		k := authenticator.New(a, origin)
		response := fields(f, k.Register(`{"challenge":"AAAA","rp":{"id":"wiki.example"},"user":{"id":"AAAA"}}`))["response"]
		object, err := base64.RawURLEncoding.DecodeString(response.(map[string]any)["attestationObject"].(string))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(k.ID, object)
	}
	f.Fuzz(func(t *testing.T, id, object []byte) {
		r := newRig(t)
		k := authenticator.New(authenticator.ES256, origin)
		k.ID = id
		answer := fields(t, k.Register(r.askNew(r.alice, false)))
		answer["response"].(map[string]any)["attestationObject"] = base64.RawURLEncoding.EncodeToString(object)
		text, err := json.Marshal(answer)
		if err != nil {
			t.Fatal(err)
		}
		o, err := r.Register(t.Context(), r.alice, session, string(text), "", false)
		if err != nil {
			t.Error(err)
		}
		if o.Passed() && r.check(k.Sign(r.ask())) == "" {
			t.Error("a key that was never made signs")
		}
	})
}
