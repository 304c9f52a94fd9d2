package modules

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
)

// The steps of a login that a watch sees: an attempt is counted, a secret is
// looked at. Each is of a kind.
const (
	botCounted, mainCounted = "bot counted", "main counted"
	botChecked, mainChecked = "bot checked", "main checked"
)

// watch records the steps of one login, and spoils the counting of an attempt.
type watch struct {
	mu    sync.Mutex
	steps []string
	spoil int // which attempt to count goes wrong; 0: none
	fail  bool

	unsettled bool // no counter can be cleared after a success
}

func (w *watch) saw(step string) (ordinal int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.steps = append(w.steps, step)
	for _, s := range w.steps {
		if strings.HasSuffix(s, " counted") {
			ordinal++
		}
	}
	return ordinal
}

// watchedStore is a store of counters under a watch.
type watchedStore struct {
	throttle.Store
	watch *watch
}

func (s watchedStore) Take(ctx context.Context, buckets []throttle.Bucket, now time.Time) (int, error) {
	step := mainCounted
	if strings.HasPrefix(buckets[0].Key, string(throttle.BotPassword)+":") {
		step = botCounted
	}
	if s.watch.saw(step) != s.watch.spoil {
		return s.Store.Take(ctx, buckets, now)
	}
	if s.watch.fail {
		return 0, errors.New("the counters are gone")
	}
	return 0, nil // the first bucket is full
}

// Settle fails when the watch says so.
func (s watchedStore) Settle(ctx context.Context, forget, giveBack []string) error {
	if s.watch.unsettled {
		return errors.New("the counters are gone")
	}
	return s.Store.Settle(ctx, forget, giveBack)
}

// watchedHasher is the hasher of passwords under a watch.
type watchedHasher struct {
	credential.Hasher
	watch *watch
}

func (h watchedHasher) Verify(ctx context.Context, hash string, password secret.Secret) (bool, bool, error) {
	h.watch.saw(mainChecked)
	return h.Hasher.Verify(ctx, hash, password)
}

func (h watchedHasher) VerifySlowly(ctx context.Context, hash string, password secret.Secret) (bool, bool, error) {
	h.watch.saw(mainChecked)
	return h.Hasher.VerifySlowly(ctx, hash, password)
}

func (h watchedHasher) VerifyNothing(ctx context.Context, password secret.Secret) error {
	h.watch.saw(mainChecked)
	return h.Hasher.VerifyNothing(ctx, password)
}

// watchedBotHasher is the hasher of bot passwords under a watch.
type watchedBotHasher struct {
	botpassword.Hasher
	watch *watch
}

func (h watchedBotHasher) Verify(ctx context.Context, hash string, password secret.Secret) (bool, bool, error) {
	h.watch.saw(botChecked)
	return h.Hasher.Verify(ctx, hash, password)
}

// watched is a rig whose logins are under a watch.
func watched(t *testing.T) (*rig, *watch) {
	t.Helper()
	r, w := newRig(t), &watch{}
	r.addOddBots(t)
	r.Credentials.Hasher = watchedHasher{r.Credentials.Hasher, w}
	r.BotPasswords.Hasher = watchedBotHasher{r.BotPasswords.Hasher, w}
	r.Attempts.Store = watchedStore{r.Attempts.Store, w}
	return r, w
}

// path is a way to have a secret looked at.
type path struct {
	name, user, password string
	prepare              func(r *rig)
	checked              []string // what is looked at in the end
	steps                bool     // by action=clientlogin
}

func pathsToSecrets(t *testing.T) []path {
	temporary := "temporary-Secret-1"
	giveTemporary := func(r *rig) {
		alice := r.account(t, "Alice")
		hash, err := r.Credentials.Hasher.Hash(t.Context(), secret.New(temporary))
		must(t, err)
		must(t, r.Store.Credentials().SetTemporary(t.Context(), alice.ID, hash, r.Clock.Now()))
	}
	slowBot := func(r *rig) {
		hash, err := r.Credentials.Hasher.Hash(t.Context(), secret.New(testbotSecret))
		must(t, err)
		must(t, r.Store.BotPasswords().Create(t.Context(), botpassword.BotPassword{
			Owner: r.account(t, "Alice").ID, App: "slow", Hash: hash, Stamp: secret.Hex32(), Restrictions: r.bot(t, "William", "testbot").Restrictions, Created: rigStart,
		}))
	}
	rotate := func(r *rig) {
		_, err := r.BotPasswords.Rotate(t.Context(), "William", "testbot", time.Hour)
		must(t, err)
	}
	list := []path{
		{"main password", "Alice", alicePassword, nil, []string{mainChecked}, false},
		{"main password, wrong", "Alice", "wrong", nil, []string{mainChecked}, false},
		{"main password, unknown name", "Nobody here", "wrong", nil, []string{mainChecked}, false},
		{"main password, locked account", "Locked", "locked-Secret-Pw8", nil, []string{mainChecked}, false},
		{"temporary password", "Alice", temporary, giveTemporary, []string{mainChecked}, false},
		{"temporary password, wrong", "Alice", "wrong", giveTemporary, []string{mainChecked, mainChecked}, false},
		{"bot password", "William@testbot", testbotSecret, nil, []string{botChecked}, false},
		{"bot password, other form", "William", "testbot@" + testbotSecret, nil, []string{botChecked}, false},
		{"bot password, slow hash", "Alice@slow", testbotSecret, slowBot, []string{botChecked}, false},
		{"bot password, from before a rotation", "William@testbot", testbotSecret, rotate, []string{botChecked, botChecked}, false},
		{"bot password, wrong, then as a main one", "William@testbot", wrongSecret, nil, []string{botChecked, mainChecked}, false},
		{"bot password, wrong, other form", "William", "testbot@" + wrongSecret, nil, []string{botChecked, mainChecked}, false},
		{"bot password, unknown app", "William@nothing", testbotSecret, nil, []string{mainChecked}, false},
		{"bot password, unknown name", "Nobody here@bot", testbotSecret, nil, []string{mainChecked}, false},
	}
	for _, twin := range []struct{ name, of string }{
		{"clientlogin, main password", "main password"},
		{"clientlogin, main password, wrong", "main password, wrong"},
		{"clientlogin, unknown name", "main password, unknown name"},
		{"clientlogin, locked account", "main password, locked account"},
		{"clientlogin, temporary password", "temporary password"},
		{"clientlogin, temporary password, wrong", "temporary password, wrong"},
	} {
		p := list[slices.IndexFunc(list, func(p path) bool { return p.name == twin.of })]
		p.name, p.steps = twin.name, true
		list = append(list, p)
	}
	return list
}

// bot reads a bot password that is there.
func (r *rig) bot(t *testing.T, owner, app string) botpassword.Found {
	t.Helper()
	f, err := r.Store.BotPasswords().Find(t.Context(), r.account(t, owner).Name, app)
	must(t, err)
	return f
}

// play logs in by the path, with the counting of one attempt spoilt.
func (p path) play(t *testing.T, spoil int, fail bool) (*client, answer, []string) {
	t.Helper()
	r, w := watched(t)
	if p.prepare != nil {
		p.prepare(r)
	}
	c := r.client(t)
	form := loginForm(p.user, p.password, c.token("login"))
	if p.steps {
		form = url.Values{"action": {"clientlogin"}, "username": {p.user}, "password": {p.password}, "logintoken": form["lgtoken"], "loginreturnurl": {"http://x/"}}
	}
	w.steps, w.spoil, w.fail = nil, spoil, fail
	a := c.styled(style{"none", "2"}, form)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.spoil = 0
	return c, a, slices.Clone(w.steps)
}

// checks are the steps in which a secret is looked at.
func checks(steps []string) []string {
	return slices.DeleteFunc(slices.Clone(steps), func(s string) bool { return strings.HasSuffix(s, " counted") })
}

// D-10, M-9: whatever the way to a secret, the attempt is counted before the
// secret is looked at. Where the throttle refuses it, or cannot say whether it
// does, no secret is looked at and nobody is logged in.
func TestD10M9_EveryPathToASecretMeetsTheThrottle(t *testing.T) {
	for _, p := range pathsToSecrets(t) {
		t.Run(p.name, func(t *testing.T) {
			_, _, steps := p.play(t, 0, false)
			if got := checks(steps); !slices.Equal(got, p.checked) {
				t.Fatalf("steps %q, want the checks %q", steps, p.checked)
			}
			for i, step := range steps {
				kind, isCheck := strings.CutSuffix(step, " checked")
				if isCheck && !slices.Contains(steps[:i], kind+" counted") {
					t.Errorf("%s before it was counted: %q", step, steps)
				}
			}
			counted := len(steps) - len(p.checked)
			for n := 1; n <= counted; n++ {
				p.playSpoilt(t, n, steps)
			}
		})
	}
}

// playSpoilt demands that nothing follows the attempt whose counting is spoilt.
func (p path) playSpoilt(t *testing.T, n int, steps []string) {
	t.Helper()
	want := upTo(steps, n)
	c, a, got := p.play(t, n, true)
	if code := a.Header.Get("MediaWiki-API-Error"); !slices.Equal(got, want) || !strings.HasPrefix(code, "internal_api_error_") {
		t.Errorf("the counters fail at %d: error %q, steps %q, want %q", n, code, got, want)
	}
	if user := c.user(); user != nobody {
		t.Errorf("the counters fail at %d: logged in as %s", n, user)
	}
	c, a, got = p.play(t, n, false)
	if code := a.text("login", "reason", "code") + a.text("clientlogin", "messagecode"); !slices.Equal(got, want) || code != "login-throttled" {
		t.Errorf("refused at %d: %q, steps %q, want %q", n, code, got, want)
	}
	if user := c.user(); user != nobody {
		t.Errorf("refused at %d: logged in as %s", n, user)
	}
}

// A success that cannot clear the counters is none: else the next ones would be
// refused without a reason.
func TestD10M9_CountersThatCannotBeClearedLogNobodyIn(t *testing.T) {
	for _, test := range [][2]string{{"Alice", alicePassword}, {"William@testbot", testbotSecret}} {
		r, w := watched(t)
		c := r.client(t)
		form := loginForm(test[0], test[1], c.token("login"))
		w.unsettled = true
		a := c.post(form)
		if code := a.Header.Get("MediaWiki-API-Error"); !strings.HasPrefix(code, "internal_api_error_") || c.user() != nobody {
			t.Errorf("%s: %s", test[0], a.Body)
		}
		w.unsettled = false
		c.login(test[0], test[1])
	}
}

// upTo are the steps until the nth attempt is counted.
func upTo(steps []string, n int) []string {
	for i, s := range steps {
		if strings.HasSuffix(s, " counted") {
			n--
		}
		if n == 0 {
			return steps[:i+1]
		}
	}
	return steps
}
