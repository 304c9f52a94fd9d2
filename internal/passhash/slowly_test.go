package passhash

import (
	"testing"

	"github.com/wikigate/wikigate/internal/secret"
)

// slowHashes counts the slow computations in the budget of h while f runs: each
// of them takes its share of the memory once.
func slowHashes(t *testing.T, h *Hasher, f func()) int {
	t.Helper()
	before := int(h.Budget.Stats().Taken)
	f()
	return int(h.Budget.Stats().Taken) - before
}

func TestD2D3_RefusalsCostASlowHashWhateverIsStored(t *testing.T) {
	h := newHasher(t)
	good, err := h.Hash(t.Context(), secret.New("right"))
	if err != nil {
		t.Fatal(err)
	}
	for _, hash := range []string{
		good, "", ":null:", "plain", ":argon2:", ":argon2:$argon2d$v=19$m=8192,t=1,p=1$aaaa$aaaaaaaaaaaaaaaaaaaaaa",
		h.HashBot(secret.New("other")), ":wikigate:300:00", ":A:", ":A:f5f9c7885b8ace5725bb843388ca5373", ":unknown:x",
		":B:1:0713189301a6557451620f2a3cfb7f68", "0713189301a6557451620f2a3cfb7f68", ":pbkdf2:whirlpool:1:3:c2FsdA==:AAAA",
	} {
		n := slowHashes(t, h, func() {
			if ok, _, err := h.VerifySlowly(t.Context(), hash, secret.New("wrong")); ok || err != nil {
				t.Errorf("%q: %v %v", hash, ok, err)
			}
		})
		if n < 1 || n > 2 {
			t.Errorf("%q: %d slow hashes", hash, n)
		}
	}
	n := slowHashes(t, h, func() {
		if ok, upgrade, err := h.VerifySlowly(t.Context(), good, secret.New("right")); !ok || upgrade || err != nil {
			t.Errorf("%v %v %v", ok, upgrade, err)
		}
	})
	if n != 1 {
		t.Errorf("a right password: %d slow hashes", n)
	}
	if ok, upgrade, err := h.VerifySlowly(t.Context(), h.HashBot(secret.New("right")), secret.New("right")); !ok || !upgrade || err != nil {
		t.Errorf("a password under a fast hash: %v, upgrade %v, %v", ok, upgrade, err)
	}
}

func TestOtherParametersAskForAnUpgrade(t *testing.T) {
	h := newHasher(t)
	for _, p := range []Argon2{
		{Memory: MinMemory * 2, Time: 1, Threads: 1}, {Memory: MinMemory, Time: 2, Threads: 1}, {Memory: MinMemory, Time: 1, Threads: 2},
		{Memory: 64, Time: 1, Threads: 1},
	} {
		if ok, upgrade := verify(t, h, p.hash(secret.New("right")), "right"); !ok || !upgrade {
			t.Errorf("%+v: %v, upgrade %v", p, ok, upgrade)
		}
	}
}

// N-7: a mistake in the configuration does not make hashes that are cheap to
// guess.
func TestN7_ParametersHaveAFloor(t *testing.T) {
	h := NewHasher(newHasher(t).Ring, Argon2{Memory: 8}, NewBudget(64<<20, 8, 8))
	if want := (Argon2{Memory: MinMemory, Time: 1, Threads: 1}); h.Argon2 != want {
		t.Errorf("%+v", h.Argon2)
	}
}
