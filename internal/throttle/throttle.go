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
	Windows []Window // empty: nothing is throttled
}

// Take counts an attempt on name from address, or refuses it. Call it before
// the secret is looked at. name is canonical; it may be empty, and then only
// the address counts.
func (t *Throttle) Take(ctx context.Context, k Kind, name string, address netip.Addr) (Verdict, error) {
	if len(t.Windows) == 0 {
		return Verdict{Allowed: true}, nil
	}
	refused, err := t.Store.Take(ctx, t.buckets(k, name, address), t.Clock.Now())
	if err != nil {
		return Verdict{}, err
	}
	if refused >= 0 {
		return Verdict{Wait: t.Windows[refused].Period}, nil
	}
	return Verdict{Allowed: true}, nil
}

// Clear forgets the attempts on name from address, after a success.
func (t *Throttle) Clear(ctx context.Context, k Kind, name string, address netip.Addr) error {
	if len(t.Windows) == 0 {
		return nil
	}
	buckets := t.buckets(k, name, address)
	keys := make([]string, len(buckets))
	for i, b := range buckets {
		keys[i] = b.Key
	}
	return t.Store.Reset(ctx, keys)
}

func (t *Throttle) buckets(k Kind, name string, address netip.Addr) []Bucket {
	subject := string(k) + ":" + key(name, address)
	buckets := make([]Bucket, len(t.Windows))
	for i, w := range t.Windows {
		buckets[i] = Bucket{Key: subject + ":" + strconv.Itoa(i), Limit: w.Count, Period: w.Period}
	}
	return buckets
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
