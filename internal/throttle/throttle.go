// Package throttle is the one place through which every check of a secret
// passes: it decides and counts in one atomic step.
//
// It owns the windows, the keys and the arithmetic of attempts. It does not
// own what is being checked, and it does not sleep or slow anybody down.
//
// Source of the rules: MediaWiki includes/auth/Throttler.php.
package throttle

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/netip"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/clock"
)

// Kind separates counters of different paths to a secret.
type Kind string

// The kinds (MediaWiki: the type argument of Throttler).
const (
	Password    Kind = "password"
	BotPassword Kind = "botpassword"
)

// Window lets Count attempts pass in a Period, per name and address.
type Window struct {
	Count  int
	Period time.Duration
}

// Verdict is the outcome of an attempt. When not Allowed, Wait is what the
// caller is told: the whole period, whatever is left of it.
type Verdict struct {
	Allowed bool
	Wait    time.Duration
}

// Throttle counts attempts. It is safe for concurrent use.
type Throttle struct {
	Store   Store
	Clock   clock.Clock
	Windows []Window // empty: nothing is throttled; see SetWindows

	later atomic.Pointer[[]Window]
}

// SetWindows replaces Windows for the attempts that come from now on.
func (t *Throttle) SetWindows(windows []Window) { t.later.Store(&windows) }

func (t *Throttle) windows() []Window {
	if w := t.later.Load(); w != nil {
		return *w
	}
	return t.Windows
}

// Take counts an attempt on name from address, or refuses it. Call it before
// the secret is looked at. name is canonical; it may be empty, and then only
// the address counts.
func (t *Throttle) Take(ctx context.Context, k Kind, name string, address netip.Addr) (Verdict, error) {
	windows := t.windows()
	if len(windows) == 0 {
		return Verdict{Allowed: true}, nil
	}
	refused, err := t.Store.Take(ctx, buckets(windows, k, name, address), t.Clock.Now())
	if err != nil {
		return Verdict{}, err
	}
	if refused >= 0 {
		return Verdict{Wait: windows[refused].Period}, nil
	}
	return Verdict{Allowed: true}, nil
}

// Clear forgets the attempts on name from address, after a success.
func (t *Throttle) Clear(ctx context.Context, k Kind, name string, address netip.Addr) error {
	windows := t.windows()
	if len(windows) == 0 {
		return nil
	}
	keys := make([]string, len(windows))
	for i, b := range buckets(windows, k, name, address) {
		keys[i] = b.Key
	}
	return t.Store.Reset(ctx, keys)
}

func buckets(windows []Window, k Kind, name string, address netip.Addr) []Bucket {
	subject := string(k) + ":" + key(name, address)
	list := make([]Bucket, len(windows))
	for i, w := range windows {
		list[i] = Bucket{Key: subject + ":" + strconv.Itoa(i), Limit: w.Count, Period: w.Period}
	}
	return list
}

// key hashes name and address group together, so that a counter names nobody.
func key(name string, address netip.Addr) string {
	sum := sha256.Sum256([]byte(group(address) + "\x00" + name))
	return hex.EncodeToString(sum[:16])
}

// group is what counts as one address: an IPv4 address, or the /64 network of
// an IPv6 address, which one customer has to himself.
func group(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if !a.Is6() {
		return a.String()
	}
	p, err := a.Prefix(64)
	if err != nil {
		return a.String()
	}
	return p.String()
}
