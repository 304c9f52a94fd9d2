// Package totp is the methods of a second factor that are typed: codes of a TOTP
// device, and recovery codes.
//
// It owns the protocol's questions and answers. What a code is compared with,
// and how often somebody may try, package twofactor says; which method is asked
// for, package secondfactor.
//
// Source: MediaWiki, extension OATHAuth, src/Auth/TOTPSecondaryAuthenticationProvider.php,
// src/Auth/TOTPAuthenticationRequest.php and src/Auth/RecoveryCodesAuthenticationRequest.php.
package totp

import (
	"context"
	"net/netip"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Factors checks codes; see twofactor.Service.
type Factors interface {
	Verify(ctx context.Context, a account.Account, code secret.Secret, address netip.Addr) (twofactor.Outcome, error)
	VerifyRecovery(ctx context.Context, a account.Account, code secret.Secret, address netip.Addr) (twofactor.Outcome, error)
}

// TOTP asks for a code of a TOTP device, and takes a recovery code instead.
type TOTP struct {
	Factors Factors
	// Documented asks as older documentation of MediaWiki pictures it, instead of
	// as MediaWiki does.
	Documented bool
}

// The names in the protocol.
const (
	requestID           = `MediaWiki\Extension\OATHAuth\Auth\TOTPAuthenticationRequest`
	fieldToken          = "OATHToken"
	documentedRequestID = "TwoFactorAuthenticationRequest"
	documentedField     = "code"
	recoveryID          = `MediaWiki\Extension\OATHAuth\Auth\RecoveryCodesAuthenticationRequest`
	fieldRecovery       = "RecoveryCode"
)

// Method implements secondfactor.Method.
func (TOTP) Method() twofactor.Method { return twofactor.TOTP }

// Begin implements secondfactor.Method.
func (TOTP) Begin(context.Context, *authn.Attempt) (authn.Response, error) {
	return authn.Asking(message.New("oathauth-auth-ui"), ""), nil
}

// Asks implements secondfactor.Method.
func (m TOTP) Asks(_ context.Context, a *authn.Attempt) ([]authn.Request, error) {
	r := authn.Request{
		ID: requestID, Required: authn.Demanded,
		Provider: message.New("oathauth-describe-provider"), Account: authn.AccountNamed(a.Account.Name.String()),
		Fields: []authn.Field{{
			Name: fieldToken, Type: authn.FieldString,
			Label: message.New("oathauth-auth-token-label"), Help: message.New("oathauth-auth-token-help"),
		}},
	}
	if m.Documented {
		r.ID, r.Fields[0].Name = documentedRequestID, documentedField
		r.Provider, r.Account = message.Literal(""), message.Literal("")
	}
	return []authn.Request{r}, nil
}

// Continue implements secondfactor.Method.
func (m TOTP) Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	id, field := requestID, fieldToken
	if m.Documented {
		id, field = documentedRequestID, documentedField
	}
	return check(ctx, a, id, field, m.Factors.Verify, "oathauth-login-failed")
}

// Recovery asks for a recovery code.
type Recovery struct{ Factors Factors }

// Method implements secondfactor.Method.
func (Recovery) Method() twofactor.Method { return twofactor.RecoveryCodes }

// Begin implements secondfactor.Method.
func (Recovery) Begin(context.Context, *authn.Attempt) (authn.Response, error) {
	return authn.Asking(message.New("oathauth-auth-recovery-code-help"), ""), nil
}

// Asks implements secondfactor.Method.
func (Recovery) Asks(_ context.Context, a *authn.Attempt) ([]authn.Request, error) {
	return []authn.Request{{
		ID: recoveryID, Required: authn.Demanded,
		Provider: message.New("oathauth-describe-provider"), Account: authn.AccountNamed(a.Account.Name.String()),
		Fields: []authn.Field{{
			Name: fieldRecovery, Type: authn.FieldString, Optional: true,
			Label: message.New("oathauth-auth-recovery-code-label"), Help: message.New("oathauth-auth-recovery-code-help"),
		}},
	}}, nil
}

// Continue implements secondfactor.Method.
func (m Recovery) Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	return check(ctx, a, recoveryID, fieldRecovery, m.Factors.VerifyRecovery, "oathauth-recovery-code-login-failed")
}

// check has an answer verified. Without one it asks again, and nothing is
// counted or recorded.
func check(ctx context.Context, a *authn.Attempt, id, field string,
	verify func(context.Context, account.Account, secret.Secret, netip.Addr) (twofactor.Outcome, error), wrong string) (authn.Response, error) {
	given, ok := a.Answers.Of(id)
	if !ok || given.Value(field) == "" {
		return authn.Asking(message.New(wrong), ""), nil
	}
	out, err := verify(ctx, a.Account, given.Secret(field), a.Address)
	if err != nil {
		return authn.Response{}, err
	}
	switch out.Result {
	case twofactor.Right:
		a.SecondFactor = string(out.Method)
		return authn.Response{Status: authn.Pass}, nil
	case twofactor.Throttled:
		r := authn.Asking(message.New("oathauth-throttled", message.Duration(int64(out.Wait.Seconds()))), out.Reason)
		r.Refusal.Wait = out.Wait
		return r, nil
	}
	return authn.Asking(message.New(wrong), out.Reason), nil
}
