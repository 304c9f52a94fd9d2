package passkey

import (
	"context"
	"log/slog"
	"net/netip"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// Throttle counts attempts; see package throttle.
type Throttle interface {
	Take(ctx context.Context, k throttle.Kind, name string, address netip.Addr) (throttle.Verdict, error)
	Clear(ctx context.Context, k throttle.Kind, name string, address netip.Addr) error
}

// Primary logs in with a passkey alone: it is something that the user has, and
// the authenticator has asked for a PIN or a finger, so no second factor
// follows.
type Primary struct {
	authn.AsksNothing
	Keys     *webauthn.Service
	Accounts authn.Accounts
	Throttle Throttle
	Log      *slog.Logger
}

// ID implements authn.Provider.
func (Primary) ID() string { return "passkey" }

// Requests implements authn.Provider.
func (p Primary) Requests(_ context.Context, f *authn.Form) ([]authn.Request, error) {
	if f.Action != authn.ActionLogin || !f.Session.CanChangeUser() {
		return nil, nil
	}
	f.Session.Persist() // the challenge is bound to it
	options, err := p.Keys.AskPasskey(f.Binding(), p.Keys.Draw())
	if err != nil {
		return nil, err
	}
	return []authn.Request{request(options, "")}, nil
}

// Begin implements authn.StepProvider. It abstains unless a browser has made
// something of the options. The attempt counts for the address alone: whoever
// knows an account's handle keeps nobody out.
func (p Primary) Begin(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	credential := credentialOf(a)
	if credential == "" {
		return authn.Response{Status: authn.Abstain}, nil
	}
	v, err := p.Throttle.Take(ctx, throttle.SecondFactor, "", a.Address)
	if err != nil {
		return authn.Response{}, err
	}
	if !v.Allowed {
		r := p.refused("oathauth-throttled", audit.Throttled, message.Duration(int64(v.Wait.Seconds())))
		r.Refusal.Wait = v.Wait
		return r, nil
	}
	r, err := p.check(ctx, a, credential)
	if err == nil && r.Status == authn.Pass {
		err = p.Throttle.Clear(ctx, throttle.SecondFactor, "", a.Address)
	}
	return r, err
}

// check judges an answer, and finds whose login it is. A locked account is
// refused in the words for a wrong answer.
func (p Primary) check(ctx context.Context, a *authn.Attempt, credential string) (authn.Response, error) {
	id, o, err := p.Keys.CheckPasskey(ctx, a.Binding(), credential)
	if err != nil {
		return authn.Response{}, err
	}
	if !o.Passed() {
		tell(p.Log, a, id, o.Refusal)
		return p.of(ctx, id, p.refused(wrongPasskey, reason(o.Refusal)))
	}
	owner, found, err := p.Accounts.ByID(ctx, id)
	if err != nil {
		return authn.Response{}, err
	}
	if !found || owner.Locked {
		return p.of(ctx, id, p.refused(wrongPasskey, audit.Locked))
	}
	a.SecondFactor = string(twofactor.WebAuthn)
	r := authn.Response{Status: authn.Pass, Account: owner}
	r.Refusal.Method = audit.ByPasskey
	return r, nil
}

func (p Primary) refused(key string, why audit.Reason, params ...message.Param) authn.Response {
	r := authn.Refused(message.New(key, params...), why)
	r.Refusal.Method = audit.ByPasskey
	return r
}

// of says whose login was refused, as far as the answer tells.
func (p Primary) of(ctx context.Context, id account.ID, r authn.Response) (authn.Response, error) {
	if id == 0 {
		return r, nil
	}
	owner, found, err := p.Accounts.ByID(ctx, id)
	if err == nil && found {
		r.Refusal.Account, r.Refusal.Name = owner.ID, owner.Name.String()
	}
	return r, err
}
