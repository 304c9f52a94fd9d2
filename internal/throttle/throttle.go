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

// The kinds (MediaWiki: the type argument of Throttler; extension OATHAuth, the
// limits badoath and badoath-long).
const (
	Password     Kind = "password"
	BotPassword  Kind = "botpassword"
	SecondFactor Kind = "secondfactor"
	RecoveryCode Kind = "recoverycode"
)

// Window lets Count attempts pass in a Period.
type Window struct {
	Count  int
	Period time.Duration
}

// Limits are windows by what they count. Where all are empty nothing is
// throttled.
type Limits struct {
	// Pair counts attempts of either kind on one name from one address.
	Pair []Window
	// Account counts attempts with passwords on one name from everywhere, so
	// that many addresses do not make many chances. It is meant to be wide: it
	// keeps the owner out as well.
	Account []Window
	// Address counts attempts with passwords from one address on all names. It
	// does not count on this machine's own addresses, where a proxy that nobody
	// has named would make one client of all.
	Address []Window
	// Factor counts attempts at a second factor on one name from
	// everywhere. It may be narrow: who uses it up knows the password.
	Factor []Window
	// FactorAddress counts them from one address on all names, under the rules
	// of Address.
	FactorAddress []Window
}

// Verdict is the outcome of an attempt. When not Allowed, Wait is what the
// caller is told: the whole period, whatever is left of it.
type Verdict struct {
	Allowed bool
	Wait    time.Duration
}

// Throttle counts attempts. It is safe for concurrent use.
type Throttle struct {
	Store  Store
	Clock  clock.Clock
	Limits Limits // see SetLimits

	later atomic.Pointer[Limits]
}

// SetLimits replaces Limits for the attempts that come from now on.
func (t *Throttle) SetLimits(limits Limits) { t.later.Store(&limits) }

func (t *Throttle) limits() Limits {
	if l := t.later.Load(); l != nil {
		return *l
	}
	return t.Limits
}

// Take counts an attempt on name from address, or refuses it. Call it before
// the secret is looked at. name is canonical; it may be empty, and then only
// the address counts.
func (t *Throttle) Take(ctx context.Context, k Kind, name string, address netip.Addr) (Verdict, error) {
	l := t.limits()
	buckets := append(l.pair(k, name, address), l.wide(k, name, address)...)
	if len(buckets) == 0 {
		return Verdict{Allowed: true}, nil
	}
	refused, err := t.Store.Take(ctx, buckets, t.Clock.Now())
	if err != nil {
		return Verdict{}, err
	}
	if refused >= 0 {
		return Verdict{Wait: buckets[refused].Period}, nil
	}
	return Verdict{Allowed: true}, nil
}

// Clear forgets the attempts on name from address, after a success, and takes
// the successful one off the counters that are about more than that.
func (t *Throttle) Clear(ctx context.Context, k Kind, name string, address netip.Addr) error {
	l := t.limits()
	forget, giveBack := keys(l.pair(k, name, address)), keys(l.wide(k, name, address))
	if len(forget)+len(giveBack) == 0 {
		return nil
	}
	return t.Store.Settle(ctx, forget, giveBack)
}

// pair are the counters of a name at an address.
func (l Limits) pair(k Kind, name string, address netip.Addr) []Bucket {
	if k == SecondFactor {
		return nil
	}
	return buckets(nil, l.Pair, string(k)+":"+key(name, address))
}

// wide are the counters of a name everywhere, and of an address over all
// names. Secrets of bot passwords and recovery codes cannot be guessed, and need
// none.
func (l Limits) wide(k Kind, name string, address netip.Addr) []Bucket {
	var list []Bucket
	far := !address.Unmap().IsLoopback()
	switch k {
	case Password:
		if name != "" {
			list = buckets(list, l.Account, "account:"+key(name, netip.Addr{}))
		}
		if far {
			list = buckets(list, l.Address, "address:"+key("", address))
		}
	case SecondFactor:
		// The address comes first, so that one which is kept out already uses up
		// no attempts of the account.
		if far {
			list = buckets(list, l.FactorAddress, "factor-address:"+key("", address))
		}
		if name != "" {
			list = buckets(list, l.Factor, "factor:"+key(name, netip.Addr{}))
		}
	}
	return list
}

func buckets(list []Bucket, windows []Window, subject string) []Bucket {
	for i, w := range windows {
		list = append(list, Bucket{Key: subject + ":" + strconv.Itoa(i), Limit: w.Count, Period: w.Period})
	}
	return list
}

func keys(list []Bucket) []string {
	var all []string
	for _, b := range list {
		all = append(all, b.Key)
	}
	return all
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
