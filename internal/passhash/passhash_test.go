package passhash

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
)

var cheap = Argon2{Memory: MinMemory, Time: 1, Threads: 1}

func newHasher(t testing.TB) *Hasher {
	t.Helper()
	ring, err := keyring.New(time.Unix(0, 0))
	if err != nil {
		t.Fatal(err)
	}
	return NewHasher(ring, cheap, NewBudget(64<<20, 8, 8))
}

func verify(t *testing.T, h *Hasher, hash, plain string) (ok, upgrade bool) {
	t.Helper()
	ok, upgrade, err := h.Verify(t.Context(), hash, secret.New(plain))
	if err != nil {
		t.Fatal(err)
	}
	return ok, upgrade
}

func TestPasswordHashesVerify(t *testing.T) {
	h := newHasher(t)
	hash, err := h.Hash(t.Context(), secret.New("alice-Secret-Pw1"))
	if err != nil || !strings.HasPrefix(hash, ":argon2:$argon2id$v=19$m=8192,t=1,p=1$") || len(hash) > 255 {
		t.Fatalf("%q %v", hash, err)
	}
	if ok, upgrade := verify(t, h, hash, "alice-Secret-Pw1"); !ok || upgrade {
		t.Errorf("right password: %v %v", ok, upgrade)
	}
	if ok, _ := verify(t, h, hash, "alice-Secret-Pw2"); ok {
		t.Error("wrong password accepted")
	}
	again, _ := h.Hash(t.Context(), secret.New("alice-Secret-Pw1"))
	if again == hash {
		t.Error("two hashes of one password are equal")
	}
}

// The vector was made by PHP's password_hash for a MediaWiki account.
func TestArgon2OfMediaWikiVerifiesAndAsksForAnUpgrade(t *testing.T) {
	h := newHasher(t)
	const hash = ":argon2:$argon2id$v=19$m=65536,t=4,p=1$aVJqSGNvTXk1NThoRUdtWA$DsJsidsjvOoyej5v/R0TLXzZYYdPv40J7rbFAyBpGVc"
	if ok, upgrade := verify(t, h, hash, "legacy-Secret-Pw6"); !ok || !upgrade {
		t.Errorf("right password: %v, upgrade %v", ok, upgrade)
	}
}

func TestBotHashesFollowTheKeyRing(t *testing.T) {
	h := newHasher(t)
	const plain = "is7ql49kctb8tlgbe5qq5c7m63i4jj7q"
	hash := h.HashBot(secret.New(plain))
	if ok, upgrade := verify(t, h, hash, plain); !ok || upgrade {
		t.Errorf("right secret: %v %v", ok, upgrade)
	}
	if h.Known(hash) || h.Slow(hash) {
		t.Error("a keyed hash is taken for one of MediaWiki, or for a slow one")
	}
	if ok, _ := verify(t, h, hash, plain[1:]+"q"); ok {
		t.Error("wrong secret accepted")
	}
	next, err := h.Ring.Rotated(time.Unix(1, 0))
	if err != nil {
		t.Fatal(err)
	}
	rotated := &Hasher{Ring: next, Argon2: cheap, Budget: h.Budget}
	if ok, upgrade := verify(t, rotated, hash, plain); !ok || !upgrade {
		t.Errorf("after rotation: %v, upgrade %v", ok, upgrade)
	}
	if ok, _ := verify(t, newHasher(t), hash, plain); ok {
		t.Error("good under a foreign key")
	}
}

func TestD21_WhatIsNoHashNeverMatches(t *testing.T) {
	h := newHasher(t)
	for _, hash := range []string{
		"", ":", "::", "x", "plain", ":plain:x", ":argon2:", ":argon2:$argon2id$v=19$m=8192,t=1,p=1$AA$", ":wikigate:", ":wikigate:1:", ":wikigate:0:00",
		":wikigate:300:00", ":argon2:$argon2id$v=19$m=4294967295,t=1,p=1$aaaa$aaaaaaaaaaaaaaaaaaaaaa", ":argon2:$argon2d$v=19$m=8192,t=1,p=1$aaaa$aaaaaaaaaaaaaaaaaaaaaa",
	} {
		if h.Known(hash) {
			t.Errorf("%q is taken for a hash", hash)
		}
		for _, plain := range []string{"", "x", hash} {
			if ok, _ := verify(t, h, hash, plain); ok {
				t.Errorf("%q matches %q", hash, plain)
			}
		}
	}
}

func TestBudgetBoundsMemoryAndQueue(t *testing.T) { testBudget(t, NewBudget(100, 5, 20)) }

func TestBudgetBoundsWhatRunsAtOnce(t *testing.T) { testBudget(t, NewBudget(1000, 5, 2)) }

// testBudget holds for a budget that lets two of 40 bytes run and five wait.
func testBudget(t *testing.T, b *Budget) {
	t.Helper()
	size, turns := b.free, b.turns
	var running, most, busy, cancelled atomic.Int64
	ctx, cancel := context.WithCancel(t.Context())
	hold := make(chan struct{})
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			release, err := b.acquire(ctx, 40)
			switch {
			case fail.Is(err, fail.Busy):
				busy.Add(1)
				return
			case errors.Is(err, context.Canceled):
				cancelled.Add(1)
				return
			}
			most.Store(max(most.Load(), running.Add(1)))
			<-hold
			running.Add(-1)
			release()
		})
	}
	for busy.Load() < 13 { // 2 run, 5 wait, 13 are refused
		time.Sleep(time.Millisecond)
	}
	cancel()
	for cancelled.Load() < 5 {
		time.Sleep(time.Millisecond)
	}
	close(hold)
	wg.Wait()
	if most.Load() > 2 || busy.Load() != 13 || cancelled.Load() != 5 {
		t.Errorf("most %d, busy %d, cancelled %d", most.Load(), busy.Load(), cancelled.Load())
	}
	release, err := b.acquire(t.Context(), 5000) // more than there is: all of it
	if err != nil {
		t.Fatal(err)
	}
	release()
	if b.free != size || b.turns != turns || len(b.queue) != 0 {
		t.Errorf("free %d, turns %d, queue %d", b.free, b.turns, len(b.queue))
	}
}

func BenchmarkVerifyBot(b *testing.B) {
	h := newHasher(b)
	plain := secret.New("is7ql49kctb8tlgbe5qq5c7m63i4jj7q")
	hash := h.HashBot(plain)
	b.ReportAllocs()
	for b.Loop() {
		_, _, _ = h.Verify(b.Context(), hash, plain)
	}
}
