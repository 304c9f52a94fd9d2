package webauthn_test

import (
	"context"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/username"
	"github.com/wikigate/wikigate/internal/webauthn"
	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

const origin = "https://wiki.example"

var (
	start   = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	session = []byte("a session")
	other   = []byte("another session")
)

// rig is a service on stores in memory.
type rig struct {
	*webauthn.Service
	clock      *clock.Settable
	store      *rushed
	alice, bob account.Account
	accounts   account.Store
	t          testing.TB
}

func newRig(t testing.TB) *rig {
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	c, m := clock.NewSettable(start), memory.New()
	r := &rig{t: t, clock: c, store: &rushed{Store: m.SecondFactors()}, accounts: m.Accounts()}
	r.Service = &webauthn.Service{
		Site:    webauthn.Site{ID: "wiki.example", Name: "Test & Co", Origins: []string{origin}},
		Factors: &twofactor.Service{Store: r.store, Vault: twofactor.Vault{Ring: ring}, Clock: c}, Handles: m.Handles(), Claims: m.Flows(), Ring: ring, Clock: c,
	}
	for name, a := range map[string]*account.Account{"Alice": &r.alice, "Bob": &r.bob} {
		*a, err = m.Accounts().Create(t.Context(), account.New{Name: username.FromStore(name), RealName: name + " A.", Registered: start})
		if err != nil {
			t.Fatal(err)
		}
	}
	return r
}

// registered is a new key that the account has registered.
func (r *rig) registered(a account.Account, asPasskey bool) *authenticator.Key {
	r.t.Helper()
	k := authenticator.New(authenticator.ES256, origin)
	r.want("", r.register(a, k, asPasskey))
	return k
}

func (r *rig) register(a account.Account, k *authenticator.Key, asPasskey bool) webauthn.Refusal {
	r.t.Helper()
	o, err := r.Register(r.t.Context(), a, session, k.Register(r.askNew(a, asPasskey)), "my key", asPasskey)
	if err != nil {
		r.t.Fatal(err)
	}
	return o.Refusal
}

func (r *rig) askNew(a account.Account, asPasskey bool) string {
	r.t.Helper()
	options, err := r.AskRegistration(r.t.Context(), a, session, asPasskey)
	if err != nil {
		r.t.Fatal(err)
	}
	return options
}

// ask is the options of a second factor of alice.
func (r *rig) ask() string {
	r.t.Helper()
	options, ok, err := r.AskSecondFactor(r.t.Context(), r.alice.ID, session, r.Draw())
	if err != nil || !ok {
		r.t.Fatalf("asked %v, %v", ok, err)
	}
	return options
}

func (r *rig) askPasskey() string {
	r.t.Helper()
	options, err := r.AskPasskey(session, r.Draw())
	if err != nil {
		r.t.Fatal(err)
	}
	return options
}

// check is how an answer of alice's second factor is judged.
func (r *rig) check(answer string) webauthn.Refusal {
	r.t.Helper()
	o, err := r.Check(r.t.Context(), r.alice.ID, session, answer)
	if err != nil {
		r.t.Fatal(err)
	}
	return o.Refusal
}

func (r *rig) checkPasskey(answer string) (account.ID, webauthn.Refusal) {
	r.t.Helper()
	id, o, err := r.CheckPasskey(r.t.Context(), session, answer)
	if err != nil {
		r.t.Fatal(err)
	}
	return id, o.Refusal
}

func (r *rig) want(want, got webauthn.Refusal) {
	r.t.Helper()
	if got != want {
		r.t.Errorf("refused as %q, want %q", got, want)
	}
}

// rushed is a store in which others are faster.
type rushed struct {
	twofactor.Store
	beat int // how many updates
}

func (r *rushed) Update(ctx context.Context, was []byte, d twofactor.Device, events ...audit.Event) (bool, error) {
	if r.beat > 0 {
		r.beat--
		return false, nil
	}
	return r.Store.Update(ctx, was, d, events...)
}
