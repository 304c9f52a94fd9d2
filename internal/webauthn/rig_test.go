package webauthn_test

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/username"
	"github.com/wikigate/wikigate/internal/webauthn"
	"github.com/wikigate/wikigate/internal/webauthn/authenticator"
)

const origin = "https://wiki.example"

var (
	start   = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	alice   = account.Account{ID: 7, Name: username.FromStore("Alice"), RealName: "Alice A."}
	bob     = account.Account{ID: 8, Name: username.FromStore("Bob")}
	session = []byte("a session")
	other   = []byte("another session")
)

// rig is a service on stores in memory.
type rig struct {
	*webauthn.Service
	clock   *clock.Settable
	devices *devices
	t       *testing.T
}

func newRig(t *testing.T) *rig {
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	c, d := clock.NewSettable(start), &devices{}
	return &rig{t: t, clock: c, devices: d, Service: &webauthn.Service{
		Site:    webauthn.Site{ID: "wiki.example", Name: "Test & Co", Origins: []string{origin}},
		Devices: d, Handles: &handles{}, Claims: memory.New().Flows(), Ring: ring, Clock: c,
	}}
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
	options, ok, err := r.AskSecondFactor(r.t.Context(), alice.ID, session)
	if err != nil || !ok {
		r.t.Fatalf("asked %v, %v", ok, err)
	}
	return options
}

func (r *rig) askPasskey() string {
	r.t.Helper()
	options, err := r.AskPasskey(session)
	if err != nil {
		r.t.Fatal(err)
	}
	return options
}

// check is how an answer of alice's second factor is judged.
func (r *rig) check(answer string) webauthn.Refusal {
	r.t.Helper()
	o, err := r.Check(r.t.Context(), alice.ID, session, answer)
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

// devices is a fake of webauthn.Devices.
type devices struct {
	mu   sync.Mutex
	list []kept
	beat int // how many replacements another caller is faster in
}

type kept struct {
	owner   account.ID
	version int
	device  webauthn.Device
}

func (d *devices) Of(_ context.Context, id account.ID) (list []webauthn.Held, _ error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, k := range d.list {
		if k.owner == id {
			list = append(list, webauthn.Held{Device: k.device, Token: k.version})
		}
	}
	return list, nil
}

func (d *devices) Add(_ context.Context, a account.Account, _ string, device webauthn.Device) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.list = append(d.list, kept{a.ID, 1, device})
	return nil
}

func (d *devices) Replace(_ context.Context, id account.ID, old webauthn.Held, device webauthn.Device, _ time.Time) (bool, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.beat > 0 {
		d.beat--
		return false, nil
	}
	i := slices.IndexFunc(d.list, func(k kept) bool { return k.owner == id && bytes.Equal(k.device.ID, old.ID) })
	if i < 0 || d.list[i].version != old.Token {
		return false, nil
	}
	d.list[i] = kept{id, d.list[i].version + 1, device}
	return true, nil
}

// handles is a fake of webauthn.Handles.
type handles struct{ of sync.Map }

func (h *handles) Handle(_ context.Context, id account.ID) ([]byte, bool, error) {
	v, found := h.of.Load(id)
	if !found {
		return nil, false, nil
	}
	return v.([]byte), true, nil
}

func (h *handles) Keep(_ context.Context, id account.ID, handle []byte) ([]byte, error) {
	v, _ := h.of.LoadOrStore(id, handle)
	return v.([]byte), nil
}

func (h *handles) Owner(_ context.Context, handle []byte) (id account.ID, found bool, _ error) {
	h.of.Range(func(k, v any) bool {
		if bytes.Equal(v.([]byte), handle) {
			id, found = k.(account.ID), true
		}
		return !found
	})
	return id, found, nil
}
