package credential_test

import (
	"context"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/username"
)

// counting is a Hasher that tells how many slow computations it was asked for.
type counting struct {
	computed int
	verified string // the hash that was checked last
}

func (h *counting) Hash(_ context.Context, p secret.Secret) (string, error) {
	h.computed++
	return ":new:" + p.Reveal(), nil
}

func (h *counting) Verify(_ context.Context, hash string, p secret.Secret) (ok, upgrade bool, err error) {
	if strings.HasPrefix(hash, ":fast:") {
		return hash == ":fast:"+p.Reveal(), false, nil
	}
	h.computed++
	h.verified = hash
	return strings.HasSuffix(hash, ":"+p.Reveal()), strings.HasPrefix(hash, ":old:"), nil
}

func (h *counting) VerifySlowly(ctx context.Context, hash string, p secret.Secret) (ok, upgrade bool, err error) {
	return h.Verify(ctx, hash, p)
}

func (h *counting) HashBot(p secret.Secret) string { return ":fast:" + p.Reveal() }

func (h *counting) VerifyNothing(context.Context, secret.Secret) error {
	h.computed++
	return nil
}

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func newService(t *testing.T) (*credential.Service, *memory.Store, *counting) {
	t.Helper()
	store, hasher := memory.New(), &counting{}
	for name, hash := range map[string]string{"Alice": ":new:right", "Old": ":old:right", "Nopassword": "", "Locked": ":new:right"} {
		a, err := store.Accounts().Create(t.Context(), account.New{
			Name: username.FromStore(name), PasswordHash: hash, Token: secret.New(secret.Hex32()),
		})
		if err == nil && name == "Locked" {
			err = store.Accounts().SetLocked(t.Context(), a.ID, true)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	c, names := clock.NewSettable(start), username.NewRules("Wiki", nil)
	return &credential.Service{
		Store: store.Credentials(), Names: names, Hasher: hasher, Clock: c, Lifetime: time.Hour,
		Accounts: &account.Service{Store: store.Accounts(), Names: names, Hasher: hasher, Clock: c},
		Log:      slog.New(slog.DiscardHandler),
	}, store, hasher
}

func login(t *testing.T, s *credential.Service, name, password string) credential.Outcome {
	t.Helper()
	canonical, ok := s.Names.Parse(name)
	if !ok {
		t.Fatalf("%q is no name", name)
	}
	out, err := s.Check(t.Context(), canonical, secret.New(password))
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// The number of slow computations is what an attacker could measure.
func TestD2_EveryRefusedPasswordCostsOneComputation(t *testing.T) {
	for name, c := range map[string]struct {
		login, password string
		result          credential.Result
		computed        int
	}{
		"right":              {"alice", "right", credential.Success, 1},
		"wrong":              {"Alice", "wrong", credential.WrongPassword, 1},
		"unknown name":       {"Nobody", "right", credential.WrongPassword, 1},
		"without a password": {"Nopassword", "right", credential.WrongPassword, 1},
		"locked":             {"Locked", "right", credential.WrongPassword, 1},
		"empty password":     {"Alice", "", credential.TooShort, 0},
		"long, known name":   {"Alice", strings.Repeat("a", 4097), credential.TooLong, 0},
		"long, unknown name": {"Nobody", strings.Repeat("a", 4097), credential.TooLong, 0},
	} {
		s, _, hasher := newService(t)
		for _, name := range []string{"Alice", "Nopassword"} { // must make no difference
			if _, err := s.IssueTemporary(t.Context(), name, false); err != nil {
				t.Fatal(err)
			}
		}
		if out := login(t, s, c.login, c.password); out.Result != c.result || hasher.computed != c.computed {
			t.Errorf("%s: %v after %d computations, want %v after %d", name, out.Result, hasher.computed, c.result, c.computed)
		}
	}
}

// A refusal without another computation looks like one with it.
func TestRefuseCostsNothing(t *testing.T) {
	for name, login := range map[string]string{"right": "Alice", "unknown name": "Nobody", "locked": "Locked"} {
		s, _, hasher := newService(t)
		out, err := s.Refuse(t.Context(), username.FromStore(login), secret.New("right"))
		if err != nil || out.Result != credential.WrongPassword || hasher.computed != 0 {
			t.Errorf("%s: %+v after %d computations (%v)", name, out, hasher.computed, err)
		}
	}
}

func TestOldHashesAreReplacedOnSuccessOnly(t *testing.T) {
	s, store, _ := newService(t)
	name := username.FromStore("Old")
	login(t, s, "Old", "wrong")
	if row, _, _ := store.Credentials().Password(t.Context(), name); row.Hash != ":old:right" {
		t.Errorf("after a failure: %s", row.Hash)
	}
	login(t, s, "Old", "right")
	if row, _, _ := store.Credentials().Password(t.Context(), name); row.Hash != ":new:right" {
		t.Errorf("after a success: %s", row.Hash)
	}
}

func TestVeryOldRowsAreOfTheTypeTheyOnceWere(t *testing.T) {
	const digits = "0713189301a6557451620f2a3cfb7f68"
	for stored, want := range map[string]string{
		digits:                              ":B:1:" + digits,
		strings.ToUpper(digits):             strings.ToUpper(digits),
		digits[1:]:                          digits[1:],
		":A:f5f9c7885b8ace5725bb843388ca53": ":A:f5f9c7885b8ace5725bb843388ca53",
	} {
		s, store, hasher := newService(t)
		a, _, err := store.Accounts().ByName(t.Context(), username.FromStore("Alice"))
		if err == nil {
			err = store.Credentials().Replace(t.Context(), credential.Replacement{Account: a.ID, Hash: stored, Token: a.Token})
		}
		if err != nil {
			t.Fatal(err)
		}
		login(t, s, "Alice", "wrong")
		if want = strings.Replace(want, ":B:1:", ":B:"+strconv.FormatInt(int64(a.ID), 10)+":", 1); hasher.verified != want {
			t.Errorf("%q: checked %q, want %q", stored, hasher.verified, want)
		}
	}
}
