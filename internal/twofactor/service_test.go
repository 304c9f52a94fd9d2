package twofactor_test

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/username"
)

var (
	start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	home  = netip.MustParseAddr("192.0.2.1")
)

// world is a service on a store with one account.
type world struct {
	*testing.T
	*twofactor.Service
	store *memory.Store
	clock *clock.Settable
	tfa   account.Account
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, store: memory.New(), clock: clock.NewSettable(start)}
	w.Service = &twofactor.Service{
		Store: w.store.SecondFactors(), Vault: twofactor.Vault{Ring: ring}, Clock: w.clock, Log: slog.New(slog.DiscardHandler),
		Accounts: &account.Service{Store: w.store.Accounts(), Names: username.NewRules("Wiki", nil), Clock: w.clock},
		Throttle: &throttle.Throttle{Store: w.store.Throttle(), Clock: w.clock, Limits: throttle.Limits{
			Pair:          []throttle.Window{{Count: 10, Period: time.Minute}},
			Factor:        []throttle.Window{{Count: 10, Period: time.Minute}, {Count: 20, Period: 10 * time.Minute}, {Count: 100, Period: 24 * time.Hour}},
			FactorAddress: []throttle.Window{{Count: 20, Period: time.Minute}, {Count: 40, Period: 10 * time.Minute}},
		}},
		Radius: twofactor.DefaultRadius, Issuer: "My wiki",
	}
	w.tfa = w.account("Tfa")
	return w
}

func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

func (w *world) account(name string) account.Account {
	w.Helper()
	a, err := w.store.Accounts().Create(w.Context(), account.New{Name: username.FromStore(name), Token: secret.New(secret.Hex32())})
	w.must(err)
	return a
}

// enrol gives the account a device, and says what it shows and which recovery
// codes there are.
func (w *world) enrol() (twofactor.Proposal, []string) {
	w.Helper()
	p := twofactor.Propose()
	done, err := w.Enrol(w.Context(), w.tfa, twofactor.Enrolment{Proposal: p})
	w.must(err)
	var codes []string
	for _, c := range done.Codes {
		codes = append(codes, c.Reveal())
	}
	return p, codes
}

func (w *world) verify(code string) twofactor.Outcome {
	w.Helper()
	return w.verifyFrom(code, home)
}

func (w *world) verifyFrom(code string, from netip.Addr) twofactor.Outcome {
	w.Helper()
	out, err := w.Verify(w.Context(), w.tfa, secret.New(code), from)
	w.must(err)
	return out
}

// says demands a result.
func (w *world) says(out twofactor.Outcome, want twofactor.Result) {
	w.Helper()
	if out.Result != want {
		w.Errorf("got %+v, want result %d", out, want)
	}
}

func TestF1F2_ACodeIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	p, _ := w.enrol()
	w.clock.Advance(time.Minute)
	early, now := p.CodeAt(w.clock.Now().Add(-time.Minute)), p.CodeAt(w.clock.Now())
	out := w.verify(now)
	w.says(out, twofactor.Right)
	if out.Method != twofactor.TOTP {
		t.Errorf("method %q", out.Method)
	}
	for _, code := range []string{now, early} {
		if out := w.verify(code); out.Result != twofactor.Wrong || out.Reason != audit.UsedCode {
			t.Errorf("%+v", out)
		}
	}
	w.says(w.verify(p.CodeAt(w.clock.Now().Add(30*time.Second))), twofactor.Right)
	// A new device does not bring old codes back, if its secret is the same.
	_, _, err := w.Reset(t.Context(), "Tfa")
	w.must(err)
	_, err = w.Enrol(t.Context(), w.tfa, twofactor.Enrolment{Proposal: p})
	w.must(err)
	w.says(w.verify(now), twofactor.Wrong)
}

// atOnce makes n checks at the same moment, and counts those with a result.
func (w *world) atOnce(n int, want twofactor.Result, check func(i int) (twofactor.Outcome, error)) int {
	w.Helper()
	var found atomic.Int32
	var done sync.WaitGroup
	for i := range n {
		done.Go(func() {
			out, err := check(i)
			if err != nil {
				w.Error(err)
			}
			if out.Result == want {
				found.Add(1)
			}
		})
	}
	done.Wait()
	return int(found.Load())
}

func TestF1_OneOfManyAtOnceWins(t *testing.T) {
	w := newWorld(t)
	p, _ := w.enrol()
	code := p.CodeAt(start)
	right := w.atOnce(8, twofactor.Right, func(int) (twofactor.Outcome, error) {
		return w.Verify(t.Context(), w.tfa, secret.New(code), home)
	})
	if right != 1 {
		t.Errorf("%d of eight were right", right)
	}
}

func TestF8_FormsOfCodes(t *testing.T) {
	w := newWorld(t)
	p, _ := w.enrol()
	code := p.CodeAt(start)
	wide := strings.Map(func(r rune) rune { return r - '0' + '０' }, code)
	for _, wrong := range []string{code[:5], code + "0", "0" + code, wide, "abcdef", "-" + code[1:], code[:3] + "-" + code[3:], strings.Repeat("1", 4000)} {
		w.says(w.verify(wrong), twofactor.Wrong)
	}
	for range 100 { // counts for nothing
		w.says(w.verify(" \t\n"), twofactor.Wrong)
	}
	w.says(w.verify(" "+code[:3]+"\u00a0 "+code[3:]+"\n"), twofactor.Right)
}

func TestF18_ClocksMayDiffer(t *testing.T) {
	for _, c := range []struct {
		off  time.Duration
		want twofactor.Result
	}{
		{0, twofactor.Right}, {-30 * time.Second, twofactor.Right}, {30 * time.Second, twofactor.Right},
		{-2 * time.Minute, twofactor.Right}, {2 * time.Minute, twofactor.Right},
		{-150 * time.Second, twofactor.Wrong}, {150 * time.Second, twofactor.Wrong},
		{-5 * time.Minute, twofactor.Wrong}, {5 * time.Minute, twofactor.Wrong},
	} {
		w := newWorld(t)
		p, _ := w.enrol()
		if out := w.verify(p.CodeAt(start.Add(c.off))); out.Result != c.want {
			t.Errorf("a clock off by %s: %+v", c.off, out)
		}
	}
}

func TestF3F4F6_AttemptsAreCountedForTheAccount(t *testing.T) {
	w := newWorld(t)
	p, _ := w.enrol()
	from := func(i int) netip.Addr { return netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}) }
	for i := range 10 {
		w.says(w.verifyFrom("wrong!", from(i)), twofactor.Wrong)
	}
	right := p.CodeAt(start)
	for i := range 3 { // whoever asks, and whatever the code is
		out := w.verifyFrom(right, from(20+i))
		w.says(out, twofactor.Throttled)
		if out.Wait != time.Minute || out.Reason != audit.Throttled {
			t.Errorf("%+v", out)
		}
	}
	w.clock.Advance(time.Minute)
	w.says(w.verify(right), twofactor.Right) // it was not used up
	for i := range 10 {
		w.says(w.verifyFrom("wrong!", from(i)), twofactor.Wrong)
	}
	w.clock.Advance(time.Minute)
	out := w.verifyFrom("wrong!", from(99)) // the twenty-first in ten minutes
	w.says(out, twofactor.Throttled)
	if out.Wait != 10*time.Minute {
		t.Errorf("%+v", out)
	}
}

// Whoever knows the password and guesses all day and night finds a code of six
// digits, of which nine are good at a time, in years and not in weeks.
func TestF4_GuessingForDaysIsHopeless(t *testing.T) {
	w := newWorld(t)
	w.enrol()
	looked, days := 0, 7
	for range days * 24 * 60 / 2 {
		for i := range 3 {
			if w.verifyFrom("wrong!", netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})).Result == twofactor.Wrong {
				looked++
			}
		}
		w.clock.Advance(2 * time.Minute)
	}
	if looked > 100*days+20 {
		t.Errorf("%d codes were looked at in %d days", looked, days)
	}
}

func TestF3_ABurstIsCountedBeforeItIsLookedAt(t *testing.T) {
	w := newWorld(t)
	w.enrol()
	looked := w.atOnce(50, twofactor.Wrong, func(i int) (twofactor.Outcome, error) {
		return w.Verify(t.Context(), w.tfa, secret.New("wrong!"), netip.AddrFrom4([4]byte{10, 1, 0, byte(i)}))
	})
	if looked != 10 {
		t.Errorf("%d codes of fifty were looked at", looked)
	}
}

// F-5: whoever tries many accounts from one address stops there, and uses up
// nobody's attempts any more.
func TestF5_AnAddressIsCountedToo(t *testing.T) {
	w := newWorld(t)
	p, _ := w.enrol()
	others := []account.Account{w.account("One"), w.account("Two"), w.account("Three")}
	for i := range 20 {
		out, err := w.Verify(t.Context(), others[i%3], secret.New("wrong!"), home)
		w.must(err)
		w.says(out, twofactor.Wrong)
	}
	for range 30 {
		w.says(w.verify("wrong!"), twofactor.Throttled)
	}
	w.says(w.verifyFrom(p.CodeAt(start), netip.MustParseAddr("198.51.100.7")), twofactor.Right)
	for range 30 { // right ones are given back
		w.clock.Advance(30 * time.Second)
		w.says(w.verifyFrom(p.CodeAt(w.clock.Now()), netip.MustParseAddr("198.51.100.7")), twofactor.Right)
	}
}

func TestF9_ARecoveryCodeIsTakenOnce(t *testing.T) {
	w := newWorld(t)
	_, codes := w.enrol()
	if len(codes) != 10 || len(codes[0]) != 16 || strings.Trim(strings.Join(codes, ""), "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567") != "" {
		t.Fatalf("codes: %q", codes)
	}
	w.says(w.verify(strings.ToLower(codes[0])), twofactor.Wrong)
	out := w.verify(" " + codes[0][:4] + " " + codes[0][4:8] + "\t" + codes[0][8:])
	w.says(out, twofactor.Right)
	if out.Method != twofactor.RecoveryCodes || out.CodesLeft != 9 {
		t.Errorf("%+v", out)
	}
	w.says(w.verify(codes[0]), twofactor.Wrong)
	right := w.atOnce(8, twofactor.Right, func(int) (twofactor.Outcome, error) {
		return w.VerifyRecovery(t.Context(), w.tfa, secret.New(codes[1]), home)
	})
	if right != 1 {
		t.Errorf("%d of eight were right", right)
	}
	for i, code := range codes[2:] {
		w.clock.Advance(time.Hour)
		if out := w.verify(code); out.Result != twofactor.Right || out.CodesLeft != 7-i {
			t.Errorf("%+v", out)
		}
	}
	// None come in place of the last by themselves.
	if h, err := w.Of(t.Context(), "Tfa"); err != nil || len(h.State.Codes) != 0 {
		t.Errorf("%+v, %v", h.State, err)
	}
	_, fresh, err := w.NewRecoveryCodes(t.Context(), "tfa")
	w.must(err)
	w.clock.Advance(time.Hour)
	w.says(w.verify(fresh[9].Reveal()), twofactor.Right)
}

// A TOTP code does not do for recovery, and another account's recovery code for
// nothing.
func TestCodesOfOthers(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	out, err := w.VerifyRecovery(t.Context(), w.tfa, secret.New(p.CodeAt(start)), home)
	w.must(err)
	w.says(out, twofactor.Wrong)
	other := w.account("Other")
	if _, err := w.Enrol(t.Context(), other, twofactor.Enrolment{Proposal: twofactor.Propose()}); err != nil {
		t.Fatal(err)
	}
	for _, code := range []string{codes[0], p.CodeAt(start)} {
		out, err := w.Verify(t.Context(), other, secret.New(code), home)
		w.must(err)
		w.says(out, twofactor.Wrong)
	}
	w.says(w.verify(codes[0]), twofactor.Right)
	w.says(w.verify(p.CodeAt(start)), twofactor.Right)
}

// Where an attempt is refused or cannot be counted, nothing is looked at.
func TestD10M9_NoCodeIsLookedAtUncounted(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	w.Store = blind{w.Store, t}
	for _, broken := range []error{nil, errors.New("the counters are gone")} {
		w.Throttle = counters{broken}
		for _, code := range []string{p.CodeAt(start), codes[0], "wrong!"} {
			for _, verify := range []func(context.Context, account.Account, secret.Secret, netip.Addr) (twofactor.Outcome, error){w.Verify, w.VerifyRecovery} {
				out, err := verify(t.Context(), w.tfa, secret.New(code), home)
				if !errors.Is(err, broken) || broken == nil && out.Result != twofactor.Throttled || out.Result == twofactor.Right {
					t.Errorf("%+v, %v", out, err)
				}
			}
		}
	}
}

// A clock that was ahead, and is set right, brings no used code back; devices
// whose clocks are right wait until then, and recovery codes help meanwhile.
func TestM11_CodesAndAClockThatMoves(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	w.clock.Set(start.Add(time.Hour))
	ahead := p.CodeAt(w.clock.Now())
	w.says(w.verify(ahead), twofactor.Right)
	w.clock.Set(start)
	w.says(w.verify(p.CodeAt(start)), twofactor.Wrong)
	w.says(w.verify(codes[0]), twofactor.Right)
	w.clock.Set(start.Add(time.Hour))
	w.says(w.verify(ahead), twofactor.Wrong)
	w.clock.Advance(30 * time.Second)
	w.says(w.verify(p.CodeAt(w.clock.Now())), twofactor.Right)
}

// What was sealed under a key that is gone lets nobody in, and does not stop
// what is sealed anew.
func TestFactorsOfAKeyThatIsGone(t *testing.T) {
	w := newWorld(t)
	p, codes := w.enrol()
	next, err := w.Vault.Ring.Rotated(start)
	w.must(err)
	next, err = next.Without(1)
	w.must(err)
	w.must(w.Vault.Ring.Adopt(next))
	for _, code := range []string{p.CodeAt(start), codes[0]} {
		w.says(w.verify(code), twofactor.Wrong)
	}
	if a, _, _ := w.store.Accounts().ByID(t.Context(), w.tfa.ID); !a.SecondFactor {
		t.Error("a password alone logs in")
	}
	if _, _, err := w.Reset(t.Context(), "Tfa"); err != nil {
		t.Fatal(err)
	}
	p, codes = w.enrol()
	w.says(w.verify(codes[0]), twofactor.Right)
	w.says(w.verify(p.CodeAt(start)), twofactor.Right)
}
