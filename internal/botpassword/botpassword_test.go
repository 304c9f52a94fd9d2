package botpassword_test

import (
	"context"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/passhash"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

const generated = "is7ql49kctb8tlgbe5qq5c7m63i4jj7q"

var (
	start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)
	home  = netip.MustParseAddr("192.0.2.1")
)

func TestRecognise(t *testing.T) {
	for name, c := range map[string]struct {
		login, password string
		want            string // owner|app, empty: no bot password
	}{
		"first form":                       {"William@tool", generated, "William|tool"},
		"first form, app id with @":        {"William@a@b", generated, "William|a@b"},
		"second form":                      {"William", "tool@" + generated, "William|tool"},
		"second form, app id with @":       {"William", "a@b@" + generated, "William|a@b"},
		"longer secret":                    {"William@tool", generated + "0w", "William|tool"},
		"31 characters":                    {"William@tool", generated[1:], ""},
		"a character outside 0-9a-w":       {"William@tool", generated[1:] + "x", ""},
		"capitals":                         {"William@tool", strings.ToUpper(generated), ""},
		"line feed at the end":             {"William@tool", generated + "\n", ""},
		"no separator at all":              {"William", generated, ""},
		"ordinary password":                {"William@tool", "correct horse battery staple and more of it", ""},
		"first form never tries the other": {"William@tool", "x@" + generated, ""},
		"second form, short secret":        {"William", "tool@" + generated[1:], ""},
		"empty":                            {"", "", ""},
	} {
		a, ok := botpassword.Recognise(c.login, secret.New(c.password))
		got := ""
		if ok {
			got = a.Owner + "|" + a.App
			if !strings.HasPrefix(a.Secret.Reveal(), generated) {
				t.Errorf("%s: the secret is not the generated part", name)
			}
		}
		if got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}

type world struct {
	*testing.T
	service *botpassword.Service
	store   *memory.Store
	clock   *clock.Settable
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ring, err := keyring.New(start)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{T: t, store: memory.New(), clock: clock.NewSettable(start)}
	names := username.NewRules("Wiki", nil)
	hasher := &passhash.Hasher{Ring: ring, Argon2: passhash.Argon2{Memory: passhash.MinMemory, Time: 1, Threads: 1}, Budget: passhash.NewBudget(64<<20, 8, 8)}
	accounts := &account.Service{Store: w.store.Accounts(), Names: names, Hasher: hasher, Clock: w.clock, KnownGroup: func(string) bool { return true }}
	w.service = &botpassword.Service{
		Store: w.store.BotPasswords(), Accounts: accounts, Names: names, Hasher: hasher, Clock: w.clock,
		Throttle: &throttle.Throttle{Store: w.store.Throttle(), Clock: w.clock, Limits: throttle.Limits{Pair: []throttle.Window{{Count: 5, Period: 5 * time.Minute}}}},
	}
	if _, err := accounts.Create(t.Context(), account.CreateRequest{Name: "William"}); err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) create(r botpassword.CreateRequest) botpassword.Created {
	w.Helper()
	r.Owner = "William"
	b, err := w.service.Create(w.Context(), r)
	if err != nil {
		w.Fatal(err)
	}
	return b
}

func (w *world) login(owner, app, plain string) botpassword.Outcome {
	w.Helper()
	out, err := w.service.Login(w.Context(), botpassword.Attempt{Owner: owner, App: app, Secret: secret.New(plain)}, home)
	if err != nil {
		w.Fatal(err)
	}
	return out
}

func TestLoginOutcomes(t *testing.T) {
	w := newWorld(t)
	b := w.create(botpassword.CreateRequest{App: "tool"})
	w.create(botpassword.CreateRequest{App: "away", Addresses: []string{"198.51.100.0/24"}, Secret: secret.New(generated)})
	w.create(botpassword.CreateRequest{App: "brief", Expires: start.Add(time.Hour), Secret: secret.New(generated)})
	if b.Login != "William@tool" || len(b.Secret.Reveal()) != 32 || b.Grants[0] != "basic" {
		t.Fatalf("%+v", b)
	}
	for name, c := range map[string]struct {
		owner, app, plain string
		result            botpassword.Result
		reason            audit.Reason
	}{
		"right":            {"william", "tool", b.Secret.Reveal(), botpassword.Success, ""},
		"wrong secret":     {"William", "tool", generated, botpassword.NotThis, audit.WrongPassword},
		"unknown app":      {"William", "Tool", b.Secret.Reveal(), botpassword.NotThis, audit.UnknownApp},
		"unknown owner":    {"Nobody", "tool", b.Secret.Reveal(), botpassword.NotThis, audit.UnknownName},
		"impossible owner": {"a#b", "tool", b.Secret.Reveal(), botpassword.NotThis, audit.UnknownName},
		"wrong address":    {"William", "away", generated, botpassword.NotThis, audit.AddressRefused},
	} {
		if out := w.login(c.owner, c.app, c.plain); out.Result != c.result || out.Reason != c.reason {
			t.Errorf("%s: %v %q", name, out.Result, out.Reason)
		}
		w.login("William", "tool", b.Secret.Reveal()) // a success clears the throttle
	}
	w.clock.Advance(time.Hour)
	if out := w.login("William", "brief", generated); out.Result != botpassword.NotThis {
		t.Errorf("expired: %v", out.Result)
	}
}

func TestLockedOwnerIsToldSoAndNotCounted(t *testing.T) {
	w := newWorld(t)
	b := w.create(botpassword.CreateRequest{App: "tool"})
	if err := w.store.Accounts().SetLocked(t.Context(), b.Owner, true); err != nil {
		t.Fatal(err)
	}
	for range 10 {
		if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.Locked {
			t.Fatalf("%v", out.Result)
		}
	}
}

func TestThrottleComesBeforeTheSecret(t *testing.T) {
	w := newWorld(t)
	b := w.create(botpassword.CreateRequest{App: "tool"})
	for range 5 {
		w.login("William", "tool", generated)
	}
	if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.Throttled || out.Wait != 5*time.Minute {
		t.Errorf("%+v", out)
	}
}

func TestInvalidMarkerNeedsAReset(t *testing.T) {
	w := newWorld(t)
	b := w.create(botpassword.CreateRequest{App: "tool"})
	row := b.BotPassword
	row.Hash = ""
	if err := w.store.BotPasswords().Update(t.Context(), row.Stamp, row); err != nil {
		t.Fatal(err)
	}
	if out := w.login("William", "tool", b.Secret.Reveal()); out.Result != botpassword.NeedsReset {
		t.Errorf("%v", out.Result)
	}
	if err := w.service.Update(t.Context(), "William", "tool", botpassword.Change{Secret: secret.New(generated)}); err != nil {
		t.Fatal(err)
	}
	if out := w.login("William", "tool", generated); out.Result != botpassword.Success {
		t.Errorf("after the reset: %v", out.Result)
	}
}

func TestEveryChangeGivesANewStamp(t *testing.T) {
	w := newWorld(t)
	b := w.create(botpassword.CreateRequest{App: "tool"})
	seen := map[string]bool{b.Stamp: true}
	never := time.Time{}
	for name, c := range map[string]botpassword.Change{
		"grants": {Grants: []string{"highvolume"}}, "addresses": {Addresses: []string{"192.0.2.0/24"}},
		"secret": {Secret: secret.New(generated)}, "expiry": {Expires: &never},
	} {
		if err := w.service.Update(t.Context(), "William", "tool", c); err != nil {
			t.Fatal(err)
		}
		list, err := w.service.List(context.WithoutCancel(t.Context()), "William")
		if err != nil || len(list) != 1 || list[0].OwnerName != "William" || seen[list[0].Stamp] {
			t.Errorf("%s: %+v %v", name, list, err)
		}
		seen[list[0].Stamp] = true
	}
}

func TestRefusedRequests(t *testing.T) {
	w := newWorld(t)
	w.create(botpassword.CreateRequest{App: "tool"})
	for name, c := range map[string]struct {
		r    botpassword.CreateRequest
		kind fail.Kind
	}{
		"no app id":      {botpassword.CreateRequest{Owner: "William", App: "  "}, fail.Invalid},
		"33 bytes":       {botpassword.CreateRequest{Owner: "William", App: strings.Repeat("a", 33)}, fail.Invalid},
		"unknown grant":  {botpassword.CreateRequest{Owner: "William", App: "a", Grants: []string{"everything"}}, fail.Invalid},
		"bad address":    {botpassword.CreateRequest{Owner: "William", App: "a", Addresses: []string{"home"}}, fail.Invalid},
		"in the past":    {botpassword.CreateRequest{Owner: "William", App: "a", Expires: start.Add(-time.Second)}, fail.Invalid},
		"weak secret":    {botpassword.CreateRequest{Owner: "William", App: "a", Secret: secret.New("hunter2")}, fail.Invalid},
		"unknown owner":  {botpassword.CreateRequest{Owner: "Nobody", App: "a"}, fail.NotFound},
		"taken app id":   {botpassword.CreateRequest{Owner: "William", App: "tool"}, fail.Conflict},
		"impossible one": {botpassword.CreateRequest{Owner: "a#b", App: "a"}, fail.Invalid},
	} {
		if _, err := w.service.Create(t.Context(), c.r); !fail.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := w.service.Revoke(t.Context(), "William", "none"); !fail.Is(err, fail.NotFound) {
		t.Errorf("revoke of nothing: %v", err)
	}
	if err := w.service.Update(t.Context(), "William", "none", botpassword.Change{}); !fail.Is(err, fail.NotFound) {
		t.Errorf("update of nothing: %v", err)
	}
}
