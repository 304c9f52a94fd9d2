package passkey

import (
	"context"
	"log/slog"
	"net/netip"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// Attempts counts the checks of second factors; see twofactor.Service.
type Attempts interface {
	Attempt(ctx context.Context, a account.Account, address netip.Addr, check func(context.Context) (twofactor.Outcome, error)) (twofactor.Outcome, error)
}

// Factor is the second factor: a login that a password has begun goes on with
// one of the account's security keys. It is one of the methods that an account
// can choose among, and decides nothing but its own.
type Factor struct {
	Keys     *webauthn.Service
	Attempts Attempts
	Log      *slog.Logger
}

// noteDrawn is the note of what is asked: the same until it is answered.
const noteDrawn = "webauthn"

// Method is how devices of the factor are stored.
func (Factor) Method() twofactor.Method { return twofactor.WebAuthn }

// Begin asks for a device. It abstains when the account has none.
func (f Factor) Begin(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	f.draw(a)
	if asks, err := f.Asks(ctx, a); err != nil || len(asks) == 0 {
		return authn.Response{Status: authn.Abstain}, err
	}
	return authn.Asking(message.New("oathauth-webauthn-ui-login-prompt"), ""), nil
}

func (f Factor) draw(a *authn.Attempt) { a.Notes[noteDrawn] = f.Keys.Draw().String() }

// Asks are the requests that the factor waits for, none when the account has no
// device any more.
func (f Factor) Asks(ctx context.Context, a *authn.Attempt) ([]authn.Request, error) {
	drawn, _ := webauthn.ParseDrawn(a.Notes[noteDrawn]) // one that is none asks what nothing answers
	options, ok, err := f.Keys.AskSecondFactor(ctx, a.Account.ID, a.Binding(), drawn)
	if err != nil || !ok {
		return nil, err
	}
	return []authn.Request{request(options, a.Account.Name.String(), prompt())}, nil
}

// Continue judges an answer. A wrong one ends the login; none at all is asked
// for once more.
func (f Factor) Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	credential := credentialOf(a)
	if credential == "" {
		f.draw(a)
		return authn.Asking(message.New(missing), ""), nil
	}
	out, err := f.Attempts.Attempt(ctx, a.Account, a.Address, func(ctx context.Context) (twofactor.Outcome, error) {
		o, err := f.Keys.Check(ctx, a.Account.ID, a.Binding(), credential)
		if err != nil || o.Passed() {
			return twofactor.Outcome{Result: twofactor.Right, Method: twofactor.WebAuthn}, err
		}
		tell(f.Log, a, a.Account.ID, o.Refusal)
		return twofactor.Outcome{Result: twofactor.Wrong, Reason: reason(o.Refusal)}, nil
	})
	if err != nil {
		return authn.Response{}, err
	}
	switch out.Result {
	case twofactor.Right:
		a.SecondFactor = string(twofactor.WebAuthn)
		return authn.Response{Status: authn.Pass}, nil
	case twofactor.Throttled:
		f.draw(a)
		r := authn.Asking(message.New("oathauth-throttled", message.Duration(int64(out.Wait.Seconds()))), audit.Throttled)
		r.Refusal.Wait = out.Wait
		return r, nil
	}
	return authn.Refused(message.New(wrongFactor), out.Reason), nil
}
