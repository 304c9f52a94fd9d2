package webauthn_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/webauthn"
	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

func TestDevicesOfEveryAlgorithmLogIn(t *testing.T) {
	for _, a := range []authenticator.Algorithm{authenticator.ES256, authenticator.ES512, authenticator.EdDSA, authenticator.RS256, authenticator.RS512} {
		for _, asPasskey := range []bool{false, true} {
			t.Run(fmt.Sprint(a, asPasskey), func(t *testing.T) {
				r := newRig(t)
				k := authenticator.New(a, origin)
				r.want("", r.register(r.alice, k, asPasskey))
				for range 2 {
					r.want("", r.check(k.Sign(r.ask())))
				}
				id, refusal := r.checkPasskey(k.Sign(r.askPasskey()))
				if want := (map[bool]webauthn.Refusal{false: webauthn.UnknownDevice})[asPasskey]; refusal != want || id != r.alice.ID {
					t.Errorf("as passkey: %q of account %d", refusal, id)
				}
			})
		}
	}
}

func TestAlgorithmsThatWereNotOfferedAreRefused(t *testing.T) {
	r := newRig(t)
	r.want(webauthn.Invalid, r.register(r.alice, authenticator.New(authenticator.ES384, origin), false))
}

// What browsers read (Web Authentication Level 3, 5.1.8 and 5.1.9).
func TestOptionsAreThoseOfTheStandard(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, false)
	creation, request, passkey := fields(t, r.askNew(r.alice, true)), fields(t, r.ask()), fields(t, r.askPasskey())
	for _, options := range []map[string]any{creation, request, passkey} {
		challenge, err := base64.RawURLEncoding.DecodeString(fmt.Sprint(options["challenge"]))
		if err != nil || len(challenge) != 32 {
			t.Errorf("challenge %v: %v", options["challenge"], err)
		}
		delete(options, "challenge")
	}
	id, handle := base64.RawURLEncoding.EncodeToString(k.ID), base64.RawURLEncoding.EncodeToString(k.Handle)
	for name, c := range map[string]struct {
		got  map[string]any
		want string
	}{
		"creation": {creation, `{"rp":{"name":"Test & Co","id":"wiki.example"},"user":{"name":"Alice","displayName":"Alice A.","id":"` + handle + `"},
			"pubKeyCredParams":[{"type":"public-key","alg":-7},{"type":"public-key","alg":-36},{"type":"public-key","alg":-8},{"type":"public-key","alg":-257},{"type":"public-key","alg":-259}],
			"timeout":300000,"excludeCredentials":[{"type":"public-key","id":"` + id + `","transports":["usb"]}],
			"authenticatorSelection":{"requireResidentKey":true,"residentKey":"required","userVerification":"required"},"attestation":"none"}`},
		"request": {request, `{"timeout":300000,"rpId":"wiki.example","userVerification":"preferred",
			"allowCredentials":[{"type":"public-key","id":"` + id + `","transports":["usb"]}]}`},
		"passkey": {passkey, `{"timeout":300000,"rpId":"wiki.example","userVerification":"required"}`},
	} {
		if got, want := fmt.Sprint(c.got), fmt.Sprint(fields(t, c.want)); got != want {
			t.Errorf("%s:\n%s\nwant\n%s", name, got, want)
		}
	}
}

func fields(t testing.TB, text string) (m map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return m
}

func TestHandlesAreOnePerAccountAndTellNothing(t *testing.T) {
	r := newRig(t)
	first, second, foreign := r.registered(r.alice, false), r.registered(r.alice, true), r.registered(r.bob, false)
	if string(first.Handle) != string(second.Handle) || string(first.Handle) == string(foreign.Handle) || len(first.Handle) != 32 {
		t.Errorf("handles %x, %x, %x", first.Handle, second.Handle, foreign.Handle)
	}
	// Two first devices at once: the later one would know the account by another handle.
	r = newRig(t)
	a, b := authenticator.New(authenticator.ES256, origin), authenticator.New(authenticator.ES256, origin)
	optionsA, optionsB := r.askNew(r.alice, false), r.askNew(r.alice, false)
	for i, c := range []struct {
		answer string
		want   webauthn.Refusal
	}{{a.Register(optionsA), ""}, {b.Register(optionsB), webauthn.UnknownChallenge}} {
		o, err := r.Register(t.Context(), r.alice, session, c.answer, "", false)
		if o.Refusal != c.want || err != nil {
			t.Errorf("device %d: %q, %v", i, o.Refusal, err)
		}
	}
}

func TestF20_WhatIsNotRightIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		change func(k *authenticator.Key)
		want   webauthn.Refusal
	}{
		"another origin":        {func(k *authenticator.Key) { k.Origin = "https://evil.example" }, webauthn.ForeignOrigin},
		"plain HTTP":            {func(k *authenticator.Key) { k.Origin = "http://wiki.example" }, webauthn.ForeignOrigin},
		"an origin above":       {func(k *authenticator.Key) { k.Origin = "https://example" }, webauthn.ForeignOrigin},
		"another port":          {func(k *authenticator.Key) { k.Origin = "https://wiki.example:444" }, webauthn.ForeignOrigin},
		"another relying party": {func(k *authenticator.Key) { k.Site = "evil.example" }, webauthn.ForeignSite},
		"another ceremony":      {func(k *authenticator.Key) { k.Type = "payment.get" }, webauthn.Invalid},
		"no touch":              {func(k *authenticator.Key) { k.Absent = true }, webauthn.Invalid},
		"an unknown challenge":  {func(k *authenticator.Key) { k.Challenge = strings.Repeat("A", 43) }, webauthn.UnknownChallenge},
		"a short challenge":     {func(k *authenticator.Key) { k.Challenge = "AAAA" }, webauthn.UnknownChallenge},
		"no base64":             {func(k *authenticator.Key) { k.Challenge = "+/=!" }, webauthn.UnknownChallenge},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			k := r.registered(r.alice, true)
			c.change(k)
			r.want(c.want, r.check(k.Sign(r.ask())))
			_, refusal := r.checkPasskey(k.Sign(r.askPasskey()))
			r.want(c.want, refusal)
			fresh := authenticator.New(authenticator.ES256, origin)
			c.change(fresh)
			r.want(c.want, r.register(r.alice, fresh, true))
		})
	}
}

func TestF20_UsersOfPasskeysMustBeVerified(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, true)
	k.Unverified = true
	_, refusal := r.checkPasskey(k.Sign(r.askPasskey()))
	r.want(webauthn.UnverifiedUser, refusal)
	r.want("", r.check(k.Sign(r.ask())))
	fresh := authenticator.New(authenticator.ES256, origin)
	fresh.Unverified = true
	r.want(webauthn.UnverifiedUser, r.register(r.alice, fresh, true))
	r.want("", r.register(r.alice, fresh, false))
}

func TestF20_ChallengesAreForOneUse(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, true)
	theirs := r.registered(r.bob, true)

	t.Run("of another session", func(t *testing.T) {
		o, err := r.Check(t.Context(), r.alice.ID, other, k.Sign(r.ask()))
		if o.Refusal != webauthn.UnknownChallenge || err != nil {
			t.Errorf("%q, %v", o.Refusal, err)
		}
		_, o, err = r.CheckPasskey(t.Context(), other, k.Sign(r.askPasskey()))
		if o.Refusal != webauthn.UnknownChallenge || err != nil {
			t.Errorf("as passkey: %q, %v", o.Refusal, err)
		}
		o, err = r.Register(t.Context(), r.alice, other, authenticator.New(authenticator.ES256, origin).Register(r.askNew(r.alice, false)), "", false)
		if o.Refusal != webauthn.UnknownChallenge || err != nil {
			t.Errorf("registered: %q, %v", o.Refusal, err)
		}
	})
	t.Run("of another account", func(t *testing.T) {
		o, err := r.Check(t.Context(), r.bob.ID, session, theirs.Sign(r.ask()))
		if o.Refusal != webauthn.UnknownChallenge || err != nil {
			t.Errorf("%q, %v", o.Refusal, err)
		}
		r.want(webauthn.UnknownDevice, r.check(theirs.Sign(r.ask())))
	})
	t.Run("of another purpose", func(t *testing.T) {
		r.want(webauthn.UnknownChallenge, r.check(k.Sign(r.askPasskey())))
		_, refusal := r.checkPasskey(k.Sign(r.ask()))
		r.want(webauthn.UnknownChallenge, refusal)
		o, err := r.Register(t.Context(), r.alice, session, authenticator.New(authenticator.ES256, origin).Register(r.askNew(r.alice, false)), "", true)
		if o.Refusal != webauthn.UnknownChallenge || err != nil {
			t.Errorf("a plain key registered as passkey: %q, %v", o.Refusal, err)
		}
	})
	t.Run("of another server", func(t *testing.T) {
		r.want(webauthn.UnknownChallenge, r.check(k.Sign(newRig(t).askPasskey())))
	})
	t.Run("twice", func(t *testing.T) {
		answer := k.Sign(r.ask())
		r.want("", r.check(answer))
		r.want(webauthn.UsedChallenge, r.check(answer))
		options := r.ask()
		r.want("", r.check(k.Sign(options)))
		r.want(webauthn.UsedChallenge, r.check(k.Sign(options)))
		fresh := authenticator.New(authenticator.ES256, origin).Register(r.askNew(r.alice, false))
		for i, want := range []webauthn.Refusal{"", webauthn.Registered} {
			if o, err := r.Register(t.Context(), r.alice, session, fresh, "", false); o.Refusal != want || err != nil {
				t.Errorf("registration %d: %q, %v", i, o.Refusal, err)
			}
		}
	})
	t.Run("too late", func(t *testing.T) {
		answer := k.Sign(r.ask())
		r.clock.Advance(webauthn.Life)
		r.want(webauthn.ExpiredChallenge, r.check(answer))
		answer = k.Sign(r.ask())
		r.clock.Advance(webauthn.Life - time.Second)
		r.want("", r.check(answer))
		answer = k.Sign(r.ask())
		r.clock.Advance(-time.Hour)
		r.want(webauthn.ExpiredChallenge, r.check(answer))
	})
}

func TestF20_ACounterThatGoesBackTellsOfACopy(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, false)
	clone := *k
	for range 3 {
		r.want("", r.check(k.Sign(r.ask())))
	}
	r.want(webauthn.Cloned, r.check(clone.Sign(r.ask())))
	clone.Counter = k.Counter - 1 // equal, after the step
	r.want(webauthn.Cloned, r.check(clone.Sign(r.ask())))
	r.want("", r.check(k.Sign(r.ask())))

	// Passkeys that are copied on purpose do not count at all.
	silent := authenticator.New(authenticator.ES256, origin)
	silent.Step, silent.CanBackUp = 0, true
	r.want("", r.register(r.alice, silent, true))
	for range 2 {
		r.want("", r.check(silent.Sign(r.ask())))
	}
	silent.CanBackUp = false
	r.want(webauthn.Invalid, r.check(silent.Sign(r.ask())))
}

func TestSignaturesAreChecked(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, false)
	imposter := authenticator.New(authenticator.ES256, origin)
	imposter.ID, imposter.Handle = k.ID, k.Handle
	r.want(webauthn.Invalid, r.check(imposter.Sign(r.ask())))
	for _, part := range []string{"signature", "authenticatorData", "clientDataJSON"} {
		for at := range 3 {
			if refusal := r.check(bent(t, k.Sign(r.ask()), part, at)); refusal == "" {
				t.Errorf("%s bent at place %d passes", part, at)
			}
		}
	}
	r.want("", r.check(k.Sign(r.ask())))
}

// bent is an answer with one bit of a part changed, at one of three places.
func bent(t *testing.T, answer, part string, at int) string {
	t.Helper()
	m := fields(t, answer)
	response := m["response"].(map[string]any)
	data, err := base64.RawURLEncoding.DecodeString(response[part].(string))
	if err != nil {
		t.Fatal(err)
	}
	data[at*(len(data)-1)/2] ^= 1
	response[part] = base64.RawURLEncoding.EncodeToString(data)
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

func TestF20_OfParallelAnswersOnePasses(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, true)
	for range 20 {
		second, first := k.Sign(r.ask()), k.Sign(r.askPasskey())
		var passed, passedFirst atomic.Int32
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				if o, err := r.Check(t.Context(), r.alice.ID, session, second); err != nil {
					t.Error(err)
				} else if o.Passed() {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		for range 8 {
			all.Go(func() {
				if _, o, err := r.CheckPasskey(t.Context(), session, first); err != nil {
					t.Error(err)
				} else if o.Passed() {
					passedFirst.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 1 || passedFirst.Load() != 1 {
			t.Fatalf("%d and %d passed", passed.Load(), passedFirst.Load())
		}
	}
}

func TestADeviceThatChangesMeanwhileIsReadAnew(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, false)
	r.store.beat = 2
	r.want("", r.check(k.Sign(r.ask())))
	r.store.beat = 100
	r.want(webauthn.Moved, r.check(k.Sign(r.ask())))
}

func TestPasskeysNeedTheirHandle(t *testing.T) {
	r := newRig(t)
	k, theirs := r.registered(r.alice, true), r.registered(r.bob, true)
	k.HideHandle = true
	id, refusal := r.checkPasskey(k.Sign(r.askPasskey()))
	if id != 0 || refusal != webauthn.UnknownDevice {
		t.Errorf("%d, %q", id, refusal)
	}
	r.want("", r.check(k.Sign(r.ask()))) // which a second factor need not send
	k.HideHandle, k.Handle = false, theirs.Handle
	id, refusal = r.checkPasskey(k.Sign(r.askPasskey()))
	if id != r.bob.ID || refusal != webauthn.UnknownDevice {
		t.Errorf("%d, %q", id, refusal)
	}
	r.want(webauthn.UnknownDevice, r.check(k.Sign(r.ask())))
}

func TestAnAccountHasRoomForManyDevices(t *testing.T) {
	r := newRig(t)
	if _, ok, err := r.AskSecondFactor(t.Context(), r.alice.ID, session, r.Draw()); ok || err != nil {
		t.Errorf("an account without device is asked: %v", err)
	}
	k := authenticator.New(authenticator.ES256, origin)
	for i := range 21 {
		k.ID[0] = byte(i)
		want := webauthn.Refusal("")
		if i == 20 {
			want = webauthn.TooMany
		}
		r.want(want, r.register(r.alice, k, false))
	}
}

// Scripts written for MediaWiki send base64 of both alphabets, padded or not,
// and leave rawId out or not.
func TestAnswersAreReadAsScriptsSendThem(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, false)
	m := fields(t, k.Sign(r.ask()))
	for key, value := range m["response"].(map[string]any) {
		data, err := base64.RawURLEncoding.DecodeString(value.(string))
		if err != nil {
			t.Fatal(err)
		}
		m["response"].(map[string]any)[key] = base64.StdEncoding.EncodeToString(data)
	}
	delete(m, "rawId")
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	r.want("", r.check(string(out)))
}

func TestQuestionsCanBeRepeated(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, true)
	drawn := r.Draw()
	again, ok := webauthn.ParseDrawn(drawn.String())
	if !ok || again != drawn {
		t.Errorf("%v, %v", again, ok)
	}
	for _, text := range []string{"", "AAAA", drawn.String() + "A", "!"} {
		if _, ok := webauthn.ParseDrawn(text); ok {
			t.Errorf("%q is read", text)
		}
	}
	var asked [2]string
	for i := range asked {
		var err error
		if asked[i], _, err = r.AskSecondFactor(t.Context(), r.alice.ID, session, drawn); err != nil {
			t.Fatal(err)
		}
	}
	if asked[0] != asked[1] {
		t.Errorf("%s and then %s", asked[0], asked[1])
	}
	r.want("", r.check(k.Sign(asked[0])))
	r.want(webauthn.UsedChallenge, r.check(k.Sign(asked[1])))
}

func TestNamesOfDevicesAreTexts(t *testing.T) {
	for _, c := range []struct {
		given     string
		asPasskey bool
		want      string
	}{
		{"", false, "webauthn"}, {" \t\n", true, "passkey"}, {"my\nkey ", false, "my key"},
		{strings.Repeat("ä", 200), false, strings.Repeat("ä", 127)}, {"a\xffb", false, "ab"},
	} {
		r := newRig(t)
		k := authenticator.New(authenticator.EdDSA, origin)
		o, err := r.Register(t.Context(), r.alice, session, k.Register(r.askNew(r.alice, c.asPasskey)), c.given, c.asPasskey)
		if !o.Passed() || o.Token.IsZero() || err != nil {
			t.Fatalf("%q: %q, %v", c.given, o.Refusal, err)
		}
		state, err := r.store.State(t.Context(), r.alice.ID)
		if err != nil || state.Devices[0].Name != c.want {
			t.Errorf("%q is called %q, %v", c.given, state.Devices[0].Name, err)
		}
	}
}

// A session that is ended while a device is registered in it leaves no device
// behind, and gets no new token.
func TestF14_ASessionThatEndsRegistersNothing(t *testing.T) {
	r := newRig(t)
	r.registered(r.alice, false)
	alice, _, err := r.accounts.ByID(t.Context(), r.alice.ID)
	if err != nil {
		t.Fatal(err)
	}
	k := authenticator.New(authenticator.EdDSA, origin)
	answer := k.Register(r.askNew(alice, false))
	if err := r.accounts.SetToken(t.Context(), alice.ID, secret.New("after a new password")); err != nil {
		t.Fatal(err)
	}
	o, err := r.Register(t.Context(), alice, session, answer, "late", false)
	r.want(webauthn.Moved, o.Refusal)
	if err != nil || !o.Token.IsZero() {
		t.Errorf("%v, %v", o.Token.IsZero(), err)
	}
	if state, err := r.store.State(t.Context(), alice.ID); err != nil || len(state.Devices) != 1 {
		t.Errorf("%d devices, %v", len(state.Devices), err)
	}
}

// tokenChanged reports that alice's sessions have ended.
func tokenChanged(t *testing.T, r *rig) bool {
	t.Helper()
	a, found, err := r.accounts.ByID(t.Context(), r.alice.ID)
	if !found || err != nil {
		t.Fatal(err)
	}
	return a.Token.Reveal() != r.alice.Token.Reveal()
}

func TestDevicesAreKeptWithTheOtherFactors(t *testing.T) {
	r := newRig(t)
	k := r.registered(r.alice, true)
	r.clock.Advance(time.Hour)
	r.want("", r.check(k.Sign(r.ask())))
	state, err := r.store.State(t.Context(), r.alice.ID)
	if err != nil || len(state.Devices) != 1 {
		t.Fatalf("%v, %v", state, err)
	}
	d := state.Devices[0]
	if d.Method != twofactor.WebAuthn || d.Name != "my key" || !d.Created.Equal(start) || !d.Used.Equal(start.Add(time.Hour)) {
		t.Errorf("%+v", d)
	}
	if !tokenChanged(t, r) {
		t.Error("sessions from before go on")
	}
	if strings.Contains(string(d.Data), "handle") {
		t.Error("the device is not sealed")
	}
	// One that cannot be opened is nobody's.
	d.Data = append(d.Data[:len(d.Data)-1:len(d.Data)-1], d.Data[len(d.Data)-1]^1)
	if done, err := r.store.Update(t.Context(), state.Devices[0].Data, d); !done || err != nil {
		t.Fatal(done, err)
	}
	if _, ok, err := r.AskSecondFactor(t.Context(), r.alice.ID, session, r.Draw()); ok || err != nil {
		t.Errorf("%v, %v", ok, err)
	}
}
