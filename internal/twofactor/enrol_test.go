package twofactor_test

import (
	"bytes"
	"context"
	"fmt"
	"net/netip"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Rows that somebody has copied to another account open nothing.
func TestRowsAreBoundToTheirAccount(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	h, err := w.Of(t.Context(), "Tfa")
	w.must(err)
	thief := w.account("Thief")
	d := h.State.Devices[0]
	if bytes.Contains(d.Data, []byte(p.Secret().Reveal())) {
		t.Error("the secret is not sealed")
	}
	d.Account, d.ID = thief.ID, twofactor.NewDeviceID()
	_, err = w.Store.Add(t.Context(), twofactor.Addition{Device: d, Codes: h.State.Codes})
	w.must(err)
	for _, code := range []string{p.CodeAt(start), codes[0]} {
		out, err := w.Verify(t.Context(), thief, secret.New(code), home)
		w.must(err)
		w.says(out, twofactor.Wrong)
	}
}

// What was sealed under an older key is sealed anew when it is used; recovery
// codes keep theirs.
func TestKeysRotate(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	next, err := w.Vault.Ring.Rotated(start)
	w.must(err)
	w.must(w.Vault.Ring.Adopt(next))
	uses := func(want string) {
		t.Helper()
		use, err := w.store.FactorKeys().KeyUse(t.Context())
		w.must(err)
		if got := fmt.Sprint(use); got != want {
			t.Errorf("keys in use: %s, want %s", got, want)
		}
	}
	uses("map[1:1]")
	w.says(w.verify(p.CodeAt(start)), twofactor.Right)
	uses("map[1:1 2:1]")
	w.says(w.verify(codes[3]), twofactor.Right)
	_, _, err = w.NewRecoveryCodes(t.Context(), "Tfa")
	w.must(err)
	uses("map[2:1]")
	w.says(w.verify(p.CodeAt(start.Add(30*time.Second))), twofactor.Right)
	h, err := w.Of(t.Context(), "Tfa")
	w.must(err)
	if used := h.State.Devices[0].Used; !used.Equal(start) {
		t.Errorf("last used %v", used)
	}
}

func TestEnrol(t *testing.T) {
	w := newWorld(t)
	p := twofactor.Propose()
	token := w.tfa.Token
	wrong, err := w.Enrol(t.Context(), w.tfa, twofactor.Enrolment{Proposal: p, Confirmation: secret.New("000000")})
	if err != nil || wrong.Confirmed || len(wrong.Codes) > 0 {
		t.Fatalf("%+v, %v", wrong, err)
	}
	confirmation := p.CodeAt(start)
	done, err := w.Enrol(t.Context(), w.tfa, twofactor.Enrolment{Proposal: p, Name: "Handy", Confirmation: secret.New(confirmation)})
	if err != nil || !done.Confirmed || done.Device.Name != "Handy" || len(done.Codes) != 10 {
		t.Fatalf("%+v, %v", done, err)
	}
	w.says(w.verify(confirmation), twofactor.Wrong) // it counts as used
	a, _, _ := w.store.Accounts().ByID(t.Context(), w.tfa.ID)
	if a.Token.Equal(token) || !a.SecondFactor {
		t.Errorf("sessions go on, or there is no second factor: %+v", a)
	}
	again, err := w.Enrol(t.Context(), a, twofactor.Enrolment{Proposal: twofactor.Propose(), KeepSessions: true})
	if err != nil || !again.Confirmed || again.Codes != nil {
		t.Errorf("%+v, %v", again, err)
	}
	if b, _, _ := w.store.Accounts().ByID(t.Context(), w.tfa.ID); !b.Token.Equal(a.Token) {
		t.Error("the sessions ended")
	}
	for _, name := range []string{"a\nb", "\xff", strings.Repeat("x", 256)} {
		if _, err := w.Enrol(t.Context(), a, twofactor.Enrolment{Proposal: p, Name: name}); !fail.Is(err, fail.Invalid) {
			t.Errorf("%q: %v", name, err)
		}
	}
	for range 18 {
		_, err := w.Enrol(t.Context(), a, twofactor.Enrolment{Proposal: p})
		w.must(err)
	}
	if _, err := w.Enrol(t.Context(), a, twofactor.Enrolment{Proposal: p}); !fail.Is(err, fail.Invalid) {
		t.Errorf("a device too many: %v", err)
	}
}

func TestURI(t *testing.T) {
	w := newWorld(t)
	p := twofactor.Propose()
	text := w.URI(p, w.account("Ä b+c/d")).Reveal()
	if want := "otpauth://totp/My%20wiki%3A%C3%84%20b%2Bc%2Fd?secret=" + p.Secret().Reveal() + "&issuer=My%20wiki"; text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	if u, err := url.Parse(text); err != nil || u.Path != "/My wiki:Ä b+c/d" {
		t.Errorf("%v, %v", u, err)
	}
}

func TestF19_NothingShowsASecretAgain(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	h, err := w.Of(t.Context(), "Tfa")
	w.must(err)
	rows, err := w.store.Audit().List(t.Context(), audit.Filter{Limit: 99})
	w.must(err)
	shown := fmt.Sprintf("%+v %+v %s", h, rows, h.State.Devices[0].Data)
	for _, s := range append(codes, p.Secret().Reveal()) {
		if strings.Contains(shown, s) {
			t.Errorf("%s is shown", s)
		}
	}
}

func TestListAndReset(t *testing.T) {
	w := newWorld(t)
	w.account("Without")
	w.enrol()
	list, err := w.List(t.Context())
	if err != nil || len(list) != 1 || list[0].Account.ID != w.tfa.ID || len(list[0].State.Devices) != 1 {
		t.Errorf("%+v, %v", list, err)
	}
	if found, err := w.Remove(t.Context(), w.tfa, "x"); found || err != nil {
		t.Errorf("%v, %v", found, err)
	}
	if a, n, err := w.Reset(t.Context(), "tfa"); err != nil || n != 1 || a.ID != w.tfa.ID {
		t.Errorf("%d, %v", n, err)
	}
	if list, err := w.List(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%+v, %v", list, err)
	}
	if _, _, err := w.NewRecoveryCodes(t.Context(), "Tfa"); !fail.Is(err, fail.NotFound) {
		t.Errorf("got %v", err)
	}
}

// blind is a store that nobody may look into.
type blind struct {
	twofactor.Store
	t *testing.T
}

func (b blind) State(context.Context, account.ID) (twofactor.State, error) {
	b.t.Error("somebody looks at the secrets")
	return twofactor.State{}, nil
}

// counters refuse all, or fail.
type counters struct{ err error }

func (c counters) Take(context.Context, throttle.Kind, string, netip.Addr) (throttle.Verdict, error) {
	return throttle.Verdict{Wait: time.Minute}, c.err
}

func (c counters) Clear(context.Context, throttle.Kind, string, netip.Addr) error { return nil }

func TestPrintedProposalsTellNoSecret(t *testing.T) {
	p := twofactor.Propose()
	enrolment := twofactor.Enrolment{Proposal: p}
	for _, printed := range []any{p, &p, enrolment, &enrolment} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x"} {
			if text := fmt.Sprintf(verb, printed); !strings.Contains(text, "[secret]") {
				t.Errorf("%T by %s: %s", printed, verb, text)
			}
		}
	}
}

// F-5: whoever knows the password and uses up the attempts of its owner leaves
// him his recovery codes, unless both come from one address.
func TestF5_RecoveryCodesAreCountedApart(t *testing.T) {
	w := newWorld(t)
	_, codes := w.enrol()
	from := func(address, code string) twofactor.Outcome { return w.verifyFrom(code, netip.MustParseAddr(address)) }
	for i := range 12 {
		from(fmt.Sprintf("10.0.0.%d", i), "000000")
	}
	junk := strings.Repeat("A", len(codes[0]))
	for range 12 {
		from("10.0.0.1", junk)
	}
	w.says(from("10.0.0.9", "000000"), twofactor.Throttled)
	w.says(from("10.0.0.1", codes[0]), twofactor.Throttled)
	w.says(from("192.0.2.7", codes[0]), twofactor.Right)
	w.says(from("192.0.2.7", codes[0]), twofactor.Wrong)
}
