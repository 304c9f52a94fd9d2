package e2e

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"
)

const (
	crashRounds  = 3
	crashWorkers = 6
	crashBots    = 8 // new ones per round
	crashOwners  = 3
)

// crashFor names the variable that makes the test go on for a time, such as 1m,
// each time with other moments. make test-faults sets it.
const crashFor = "WIKIGATE_TEST_CRASH_FOR"

// crashPlan says when the last round is over, and where chance begins.
func crashPlan(t *testing.T) (end time.Time, seed uint64) {
	text := os.Getenv(crashFor)
	if text == "" {
		return time.Now(), 20
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		t.Fatalf("%s: %v", crashFor, err)
	}
	seed = rand.Uint64()
	t.Logf("seed %d, for %v", seed, d)
	return time.Now().Add(d), seed
}

// The server is killed in the midst of logins, of logins in steps, logouts,
// revocations and ended sessions, several times on the same data. What was
// acknowledged holds.
func TestCrashLosesNothingAcknowledged(t *testing.T) {
	t.Parallel()
	end, seed := crashPlan(t)
	rng := rand.New(rand.NewPCG(seed, 2026))
	dir, kept := t.TempDir(), &secrets{}
	l := &ledger{}
	round := 0
	for ; round < crashRounds || time.Now().Before(end); round++ {
		w := startOn(t, dir, kept, "--trusted-proxies", "127.0.0.1", "--log-requests=false")
		if round == 0 {
			for i := range crashOwners {
				w.account(ownerName(i), ownerPassword(i), "bot")
			}
		}
		l.newBots(w, round)
		l.newFactors(w, round)
		crash(w, l, rng)
		checkDatabase(t, dir)
		again := startOn(t, dir, kept, "--trusted-proxies", "127.0.0.1", "--log-requests=false")
		l.check(again, round)
		l.checkSteps(again, round)
		again.mustRun("audit", "verify")
		again.Stop()
		if t.Failed() {
			t.Fatalf("round %d", round+1)
		}
	}
	l.summarize(t, round)
}

func ownerName(i int) string     { return fmt.Sprintf("Owner%d", i) }
func ownerPassword(i int) string { return fmt.Sprintf("password-of-Owner-%d", i) }

// crash kills the server at a random moment of a burst and waits for all who
// were talking to it.
func crash(w *world, l *ledger, rng *rand.Rand) {
	b := &burst{w: w, ledger: l}
	for i := range crashWorkers {
		b.run(i, rng.Uint64(), (*worker).step)
	}
	b.run(crashWorkers, rng.Uint64(), (*worker).mainStep)
	b.run(crashWorkers+1, rng.Uint64(), (*worker).operatorStep)
	b.run(crashWorkers+2, rng.Uint64(), (*worker).operatorStep)
	b.run(crashWorkers+3, rng.Uint64(), (*worker).stepsStep)
	b.run(crashWorkers+4, rng.Uint64(), (*worker).stepsStep)
	b.waitFor(80 + rng.IntN(120))
	time.Sleep(time.Duration(rng.IntN(5000)) * time.Microsecond) // so that it meets any step of a request
	b.killed.Store(true)
	w.Kill()
	b.done.Wait()
}

// waitFor waits until so many acts of all kinds have been acknowledged, and
// until there is something of each kind to lose.
func (b *burst) waitFor(acts int) {
	deadline := time.Now().Add(20 * time.Second)
	for b.acts.Load() < int64(acts) || b.revoked.Load() == 0 || b.ended.Load() == 0 || b.stepped.Load() == 0 {
		if time.Now().After(deadline) {
			b.w.t.Errorf("in 20 s, %d acts, %d revocations, %d ends of sessions and %d logins in steps",
				b.acts.Load(), b.revoked.Load(), b.ended.Load(), b.stepped.Load())
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// check looks at every session and bot password there has ever been.
func (l *ledger) check(w *world, round int) {
	for i, s := range l.sessions {
		want, wanted := s.expected()
		if !wanted {
			continue
		}
		c := w.client()
		c.header, c.cookies = s.client.header, maps.Clone(s.cookies)
		if got := c.who(); got != want {
			w.t.Errorf("round %d: session %d of %s is %s and belongs to %q, want %q", round+1, i, s.label(), s.fate, got, want)
		}
	}
	for i, b := range l.bots {
		c := w.client()
		c.header.Set("X-Forwarded-For", fmt.Sprintf("198.51.100.%d", i%250))
		result := c.login(b.login, b.secret)
		switch {
		case b.revoked && result != "Failed":
			w.t.Errorf("round %d: revoked %s logs in: %s", round+1, b.login, result)
		case b.begun == 0 && result != "Success":
			w.t.Errorf("round %d: %s does not log in: %s", round+1, b.login, result)
		}
	}
}

// newBots makes the bot passwords that the next round uses.
func (l *ledger) newBots(w *world, round int) {
	for i := range crashBots {
		made := w.bot(ownerName(i%crashOwners), fmt.Sprintf("app-%d-%d", round, i), "highvolume")
		l.bots = append(l.bots, &heldBot{bot: made})
	}
	l.current = l.bots[len(l.bots)-crashBots:]
}

// summarize fails the test when the bursts were too tame to prove anything.
func (l *ledger) summarize(t *testing.T, rounds int) {
	count := map[fate]int{}
	for _, s := range l.sessions {
		count[s.fate]++
	}
	revoked := slices.DeleteFunc(slices.Clone(l.bots), func(b *heldBot) bool { return !b.revoked })
	t.Logf("%d rounds; sessions by fate: %v; %d of %d bot passwords revoked; of logins in steps under way, %d went on and %d were over",
		rounds, count, len(revoked), len(l.bots), l.wentOn, l.lost)
	if count[alive] < 10*rounds || count[loggedOut] < 5*rounds || len(revoked) < rounds || l.wentOn < rounds {
		t.Error("the bursts were too short to prove anything")
	}
}
