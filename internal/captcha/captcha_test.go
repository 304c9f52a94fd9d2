package captcha_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/netip"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/throttle"
)

var (
	start   = time.Date(2026, 11, 20, 12, 0, 3, 0, time.UTC)
	here    = netip.MustParseAddr("192.0.2.1")
	session = []byte("one session")
)

// world is a service and what is behind it.
type world struct {
	*testing.T
	*captcha.Service
	clock *clock.Settable
}

func newWorld(t *testing.T, kind captcha.Kind) *world {
	t.Helper()
	c := clock.NewSettable(start)
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	store := memory.New()
	return &world{T: t, clock: c, Service: &captcha.Service{
		Kind: kind, Ring: ring, Claims: store.Flows(), Clock: c,
		Throttle:     &throttle.Throttle{Store: store.Throttle(), Clock: c},
		WrongAnswers: []throttle.Window{{Count: 15, Period: time.Minute}},
		Triggers: captcha.Triggers{
			AfterAddress: []throttle.Window{{Count: 3, Period: 5 * time.Minute}},
			AfterName:    []throttle.Window{{Count: 20, Period: 10 * time.Minute}},
			Exempt:       []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")},
		},
	}}
}

// check demands what comes of an answer.
func (w *world) check(id, word string, want captcha.Reason) {
	w.Helper()
	w.checkIn(session, here, id, word, want)
}

func (w *world) checkIn(binding []byte, from netip.Addr, id, word string, want captcha.Reason) {
	w.Helper()
	v, err := w.Check(w.Context(), binding, from, captcha.Answer{ID: id, Word: word})
	if err != nil || v.Right != (want == "") || v.Why != want {
		w.Errorf("Check of %q, %q gave %+v, %v, want %q", id, word, v, err, want)
	}
}

// sum solves an arithmetic question.
func sum(t *testing.T, question string) string {
	t.Helper()
	m := regexp.MustCompile(`\A(\d+)([+−])(\d+) =\z`).FindStringSubmatch(question)
	if m == nil {
		t.Fatalf("%q is no sum", question)
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[3])
	if a > 100 || b > 10 {
		t.Errorf("%q has too large a number", question)
	}
	if m[2] == "−" {
		b = -b
	}
	return strconv.Itoa(a + b)
}

func TestEveryArithmeticChallengeIsDifferentAndSolvable(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	w.WrongAnswers = nil
	ids, signs := map[string]bool{}, map[string]int{}
	for range 500 {
		c := w.Challenge(session)
		ids[c.ID] = true
		signs[strings.Trim(c.Question, "0123456789 =")]++
		w.clock.Advance(time.Minute) // ids of one time may be the same by chance
		w.check(c.ID, sum(t, c.Question), "")
	}
	if len(ids) < 495 || signs["+"] < 150 || signs["−"] < 150 {
		t.Errorf("%d ids, signs %v", len(ids), signs)
	}
}

func TestArithmeticAnswers(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	w.WrongAnswers = nil
	for form, want := range map[string]captcha.Reason{
		"%s": "", " %s": "", "%s\n": "", "\t%s ": "",
		"%s.0": captcha.Wrong, "%se0": captcha.Wrong, "%s,": captcha.Wrong, "0x%s": captcha.Wrong, "%s %[1]s": captcha.Wrong,
		"1%s": captcha.Wrong, "%s0": captcha.Wrong, "--%s": captcha.Wrong, "true%.0s": captcha.Wrong, "99999999999999999999%s": captcha.Wrong,
		" %.0s": captcha.Wrong, "%.0s": captcha.Missing,
	} {
		for {
			c := w.Challenge(session)
			word := sum(t, c.Question)
			if word == "0" || strings.HasPrefix(word, "-") {
				continue
			}
			w.check(c.ID, fmt.Sprintf(form, word), want)
			break
		}
	}
	for { // a negative one, with either sign
		c, d := w.Challenge(session), w.Challenge(session)
		x, y := sum(t, c.Question), sum(t, d.Question)
		if strings.HasPrefix(x, "-") && strings.HasPrefix(y, "-") {
			w.check(c.ID, x, "")
			w.check(d.ID, strings.Replace(y, "-", "−", 1), "")
			break
		}
		w.clock.Advance(time.Second)
	}
}

func TestQuestions(t *testing.T) {
	w := newWorld(t, captcha.Questions{
		{Ask: "Is 1 < 2 & 2 > 1?", Answers: []string{"Yes", " of course "}},
		{Ask: "Hauptstadt?", Answers: []string{"Österreich"}},
	})
	w.WrongAnswers = nil
	answers := map[string][]string{
		"Is 1 &lt; 2 &amp; 2 &gt; 1?": {"yes", "YES ", "Of Course"},
		"Hauptstadt?":                 {"österreich", "Österreich", "ÖSTERREICH"},
	}
	asked := map[string]int{}
	for range 60 {
		c := w.Challenge(session)
		if len(answers[c.Question]) == 0 {
			t.Fatalf("asked %q", c.Question)
		}
		word := answers[c.Question][asked[c.Question]%3]
		asked[c.Question]++
		w.clock.Advance(2 * time.Minute)
		w.check(c.ID, word, "")
		d := w.Challenge(session)
		w.check(d.ID, word+"!", captcha.Wrong)
	}
	if len(asked) != 2 {
		t.Errorf("asked %v", asked)
	}
}

func TestAnIDIsOfUseOnceInItsSessionAndTime(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	first, second := w.Challenge(session), w.Challenge(session)
	wrong := strconv.Itoa(1 + len(sum(t, first.Question))*1000)
	w.check(first.ID, wrong, captcha.Wrong)
	w.check(first.ID, sum(t, first.Question), captcha.Used)
	w.check(second.ID, sum(t, second.Question), "")
	w.check(second.ID, sum(t, second.Question), captcha.Used)

	foreign := w.Challenge([]byte("another session"))
	w.check(foreign.ID, sum(t, foreign.Question), captcha.Unknown)
	w.checkIn([]byte("another session"), here, foreign.ID, sum(t, foreign.Question), "")

	old, older := w.Challenge(session), w.Challenge(session)
	w.clock.Advance(captcha.Lifetime)
	w.check(old.ID, sum(t, old.Question), "")
	w.clock.Advance(65 * time.Second)
	w.check(older.ID, sum(t, older.Question), captcha.Late)
	w.check(old.ID, sum(t, old.Question), captcha.Late)
}

// A use is remembered for as long as the id is good, whatever the clock does.
func TestClocksThatGoBack(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	early, late := w.Challenge(session), w.Challenge(session)
	w.clock.Advance(-time.Hour)
	w.check(early.ID, sum(t, early.Question), "")
	for range 10 {
		w.clock.Advance(10 * time.Minute)
		v, err := w.Check(t.Context(), session, here, captcha.Answer{ID: early.ID, Word: sum(t, early.Question)})
		if err != nil || v.Right {
			t.Errorf("%v: %+v, %v", w.clock.Now(), v, err)
		}
	}
	w.check(late.ID, sum(t, late.Question), captcha.Late)
}

func TestIDsThatNobodyWasGiven(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	for _, id := range []string{"", "0", "1", "-1", "+5", "x", "9223372036854775807", "9223372036854775808", "18446744073709551616", "1e3", "null", "Array"} {
		w.check(id, "11", captcha.Unknown)
	}
	good := w.Challenge(session)
	for _, id := range []string{"0" + good.ID, "+" + good.ID, " " + good.ID, good.ID + " ", good.ID + "0"} {
		w.check(id, sum(t, good.Question), captcha.Unknown)
	}
	for bit := range 63 {
		n, _ := strconv.ParseUint(good.ID, 10, 64)
		v, err := w.Check(t.Context(), session, here, captcha.Answer{ID: strconv.FormatUint(n^1<<bit, 10), Word: "11"})
		if err != nil || v.Why != captcha.Unknown {
			t.Errorf("bit %d: %+v, %v", bit, v, err)
		}
	}
	w.check(good.ID, strings.Repeat("1", 9000), captcha.Missing)
	w.check(good.ID, sum(t, good.Question), "") // none of that was counted or has used it up
}

func TestKeysThatWereReplaced(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	before := w.Challenge(session)
	ring, err := w.Ring.Rotated(start)
	if err != nil {
		t.Fatal(err)
	}
	w.Ring = ring
	w.check(before.ID, sum(t, before.Question), "")
	after := w.Challenge(session)
	w.check(after.ID, sum(t, after.Question), "")
	held := w.Challenge(session)
	if w.Ring, err = w.Ring.Restored(start); err != nil {
		t.Fatal(err)
	}
	w.check(held.ID, sum(t, held.Question), captcha.Unknown)
}

func TestParallelAnswersOfOneID(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	w.WrongAnswers = nil
	for range 5 {
		c := w.Challenge(session)
		var right atomic.Int32
		var all sync.WaitGroup
		for range 16 {
			all.Go(func() {
				v, err := w.Check(context.Background(), session, here, captcha.Answer{ID: c.ID, Word: sum(t, c.Question)})
				if err != nil {
					t.Error(err)
				} else if v.Right {
					right.Add(1)
				}
			})
		}
		all.Wait()
		if right.Load() != 1 {
			t.Errorf("%d of 16 were right", right.Load())
		}
	}
}

func TestWrongAnswersOfAnAddress(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	elsewhere, own := netip.MustParseAddr("192.0.2.2"), netip.MustParseAddr("127.0.0.1")
	for range 30 { // right ones are not counted
		c := w.Challenge(session)
		w.check(c.ID, sum(t, c.Question), "")
	}
	for range 15 {
		w.check(w.Challenge(session).ID, "-99", captcha.Wrong)
	}
	c := w.Challenge(session)
	w.check(c.ID, sum(t, c.Question), captcha.TooMany)
	w.checkIn(session, elsewhere, c.ID, sum(t, c.Question), "") // it was not used up
	for range 40 {
		w.checkIn(session, own, w.Challenge(session).ID, "-99", captcha.Wrong)
	}
	w.clock.Advance(time.Minute)
	c = w.Challenge(session)
	w.check(c.ID, sum(t, c.Question), "")
}

// verifier is a service that says what it is told to.
type verifier struct {
	right   bool
	problem string
	asked   []string
}

func (v *verifier) Verify(_ context.Context, response string, from netip.Addr) (bool, string) {
	v.asked = append(v.asked, response+" "+from.String())
	return v.right, v.problem
}

func TestHosted(t *testing.T) {
	v := &verifier{right: true}
	w := newWorld(t, captcha.Hosted{Type: "turnstile", SiteKey: "site-key", Verifier: v})
	want := captcha.Challenge{About: captcha.About{Type: "turnstile", MIME: "application/javascript", Elsewhere: true, SiteKey: "site-key"}}
	if c := w.Challenge(session); c != want {
		t.Errorf("got %+v", c)
	}
	w.check("", "response", "")
	v.right = false
	w.check("", "other", captcha.Wrong)
	w.check("", "", captcha.Missing)
	w.check("", strings.Repeat("x", 9000), captcha.Missing)
	v.problem = "turnstile-api"
	got, err := w.Check(t.Context(), session, here, captcha.Answer{Word: "third"})
	if err != nil || got != (captcha.Verdict{Why: captcha.Failed, Problem: "turnstile-api"}) {
		t.Errorf("got %+v, %v", got, err)
	}
	if fmt.Sprint(v.asked) != "[response 192.0.2.1 other 192.0.2.1 third 192.0.2.1]" {
		t.Errorf("asked %v", v.asked)
	}
	v.problem = ""
	for range 20 {
		if _, err := w.Check(t.Context(), session, here, captcha.Answer{Word: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(v.asked) != 3+13 { // with two wrong ones before, these fill the counter
		t.Errorf("the service was asked %d times", len(v.asked))
	}
}

// brokenClaims is a store that is down.
type brokenClaims struct{}

func (brokenClaims) Claim(context.Context, flow.ID, time.Time, time.Time) (bool, error) {
	return false, context.DeadlineExceeded
}

func TestAStoreThatFailsPassesNobody(t *testing.T) {
	w := newWorld(t, captcha.Arithmetic{})
	w.Claims = brokenClaims{}
	c := w.Challenge(session)
	if v, err := w.Check(t.Context(), session, here, captcha.Answer{ID: c.ID, Word: sum(t, c.Question)}); err == nil || v.Right {
		t.Errorf("got %+v, %v", v, err)
	}
}

func FuzzAnswers(f *testing.F) {
	f.Add("", "")
	f.Add("9223372036854775807", "11")
	f.Add("9223372036854775808", "-3")
	f.Add("00", "−3")
	f.Add("5\x00", "1e1")
	clocks := clock.NewSettable(start)
	ring, err := keyring.New(start)
	if err != nil {
		f.Fatal(err)
	}
	store := memory.New()
	s := &captcha.Service{
		Ring: ring, Claims: store.Flows(), Clock: clocks,
		Throttle: &throttle.Throttle{Store: store.Throttle(), Clock: clocks},
	}
	kinds := []captcha.Kind{captcha.Arithmetic{}, captcha.Questions{{Ask: "x", Answers: []string{"the right answer of a fuzz"}}}, captcha.ProofOfWork{Difficulty: 24}}
	f.Fuzz(func(t *testing.T, id, word string) {
		if n, ok := captcha.ParseID(id); ok && (n.String() != id || n >= 1<<63) {
			t.Errorf("%q was read as %d", id, n)
		}
		s := *s
		s.Kind = kinds[rand.IntN(len(kinds))]
		if v, err := s.Check(t.Context(), session, here, captcha.Answer{ID: id, Word: word}); err != nil || v.Right {
			t.Errorf("%q, %q: %+v, %v", id, word, v, err)
		}
		for _, k := range kinds { // no answer may break a kind, and a random one is hardly right
			s.Kind = k
			c := s.Challenge(session)
			if _, err := s.Check(t.Context(), session, here, captcha.Answer{ID: c.ID, Word: word}); err != nil {
				t.Error(err)
			}
		}
	})
}
