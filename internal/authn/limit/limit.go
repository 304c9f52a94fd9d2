// Package limit is the pre-authentication provider that counts attempts to log
// in, and refuses those beyond the limits before anything else is looked at.
//
// It owns the protocol's answer. The counters are those of package throttle.
//
// Source: MediaWiki includes/auth/ThrottlePreAuthenticationProvider.php.
package limit

import (
	"context"
	"net/netip"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/throttle"
)

// Throttle counts attempts; see package throttle.
type Throttle interface {
	Take(ctx context.Context, k throttle.Kind, name string, address netip.Addr) (throttle.Verdict, error)
	Clear(ctx context.Context, k throttle.Kind, name string, address netip.Addr) error
}

// Provider counts by name and address. An attempt without a name counts for the
// address alone, so that it keeps nobody out.
type Provider struct{ Throttle Throttle }

// ID implements authn.Provider.
func (Provider) ID() string { return "throttle" }

// Requests implements authn.Provider.
func (Provider) Requests(context.Context, *authn.Form) ([]authn.Request, error) { return nil, nil }

// Test implements authn.PreProvider.
func (p Provider) Test(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	v, err := p.Throttle.Take(ctx, throttle.Password, a.Name.String(), a.Address)
	if err != nil {
		return authn.Response{}, err
	}
	if v.Allowed {
		return authn.Response{Status: authn.Pass}, nil
	}
	r := authn.Refused(message.New("login-throttled", message.Duration(int64(v.Wait.Seconds()))), audit.Throttled)
	r.Refusal.Wait, r.Refusal.Name, r.Refusal.Method = v.Wait, a.Name.String(), audit.ByPassword
	return r, nil
}

// Finished implements authn.Finisher: only a login that has passed gives its
// attempts back, and not those on a name that it was not for: who proves an own
// account in another way may send somebody else's name beside.
func (p Provider) Finished(ctx context.Context, a *authn.Attempt, r authn.Response) error {
	if name := a.Name.String(); r.Status != authn.Pass || name != "" && name != r.Username {
		return nil
	}
	return p.Throttle.Clear(ctx, throttle.Password, a.Name.String(), a.Address)
}
