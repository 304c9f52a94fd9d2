// Package secondfactor is the secondary provider that asks for a second factor:
// it owns which of several methods is asked for, and the change from one to
// another.
//
// It does not own the methods (packages totp and passkey beside it), nor what
// they check (packages twofactor and webauthn).
//
// Source: MediaWiki, extension OATHAuth, src/Auth/SecondaryAuthenticationProvider.php
// and src/Auth/TwoFactorModuleSelectAuthenticationRequest.php.
package secondfactor

import (
	"context"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Method is a way to prove a second factor. Implementations are immutable and
// safe for concurrent use.
type Method interface {
	// Method is unique among the methods of a provider. Clients see it.
	Method() twofactor.Method
	// Begin prepares a question: UI, or Abstain when the account has nothing to
	// answer it with.
	Begin(ctx context.Context, a *authn.Attempt) (authn.Response, error)
	// Asks is the question. It is the same each time until the next Begin or
	// Continue.
	Asks(ctx context.Context, a *authn.Attempt) ([]authn.Request, error)
	// Continue looks at the answer: Pass, UI to ask again, or Fail.
	Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error)
}

// States says what an account has; see twofactor.Store.
type States interface {
	State(ctx context.Context, id account.ID) (twofactor.State, error)
}

// Provider asks every account that has a second factor for it.
type Provider struct {
	States States
	// Methods are all there are, the preferred ones first. The first, which never
	// abstains, is asked for when an account has none of them.
	Methods []Method
}

// ID implements authn.Provider.
func (Provider) ID() string { return "secondfactor" }

// Requests implements authn.Provider. The factor is no part of the first form,
// which must not tell who has one.
func (Provider) Requests(context.Context, *authn.Form) ([]authn.Request, error) { return nil, nil }

// noteMethod is the note of the method that is being asked for.
const noteMethod = "factor"

// Begin implements authn.StepProvider. It abstains when the primary provider
// has asked for more than a password already.
func (p Provider) Begin(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	if !a.Account.SecondFactor || a.SecondFactor != "" {
		return authn.Response{Status: authn.Abstain}, nil
	}
	offered, err := p.offered(ctx, a)
	if err != nil {
		return authn.Response{}, err
	}
	return p.ask(ctx, a, offered...)
}

// offered are the methods of the account, at least one.
func (p Provider) offered(ctx context.Context, a *authn.Attempt) ([]Method, error) {
	state, err := p.States.State(ctx, a.Account.ID)
	if err != nil {
		return nil, err
	}
	var list []Method
	for _, m := range p.Methods {
		if offers(state, m.Method()) {
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		list = p.Methods[:1]
	}
	return list, nil
}

// offers reports whether somebody who has s can prove himself by a method.
// Recovery codes are taken in the place of TOTP codes as well: without other
// devices they need no question of their own.
func offers(s twofactor.State, m twofactor.Method) bool {
	if m == twofactor.RecoveryCodes {
		return len(s.Codes) > 0 && len(s.Devices) > len(s.Of(twofactor.TOTP))
	}
	return len(s.Of(m)) > 0
}

// ask begins with the first method that does not abstain.
func (p Provider) ask(ctx context.Context, a *authn.Attempt, methods ...Method) (authn.Response, error) {
	for _, m := range append(methods, p.Methods[0]) {
		a.Notes[noteMethod] = string(m.Method())
		if r, err := m.Begin(ctx, a); err != nil || r.Status != authn.Abstain {
			return r, err
		}
	}
	return authn.Response{}, fail.New(fail.Internal, "the method %s of a second factor abstains", p.Methods[0].Method())
}

// named finds a method by its name.
func named(list []Method, name string) (Method, bool) {
	for _, m := range list {
		if string(m.Method()) == name {
			return m, true
		}
	}
	return nil, false
}

// current is the method that is being asked for.
func (p Provider) current(a *authn.Attempt) Method {
	if m, found := named(p.Methods, a.Notes[noteMethod]); found {
		return m
	}
	return p.Methods[0]
}

// Asks implements authn.StepProvider.
func (p Provider) Asks(ctx context.Context, a *authn.Attempt) ([]authn.Request, error) {
	offered, err := p.offered(ctx, a)
	if err != nil {
		return nil, err
	}
	now := p.current(a)
	list, err := now.Asks(ctx, a)
	if _, found := named(offered, string(now.Method())); err != nil || found && len(offered) == 1 {
		return list, err
	}
	return append(list, choice(now, offered)), nil
}

// Continue implements authn.StepProvider. A choice of another method counts
// alone, whatever else is answered.
func (p Provider) Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	offered, err := p.offered(ctx, a)
	if err != nil {
		return authn.Response{}, err
	}
	if chosen, ok := a.Answers.Of(choiceID); ok {
		if m, found := named(offered, chosen.Value(fieldNew)); found {
			return p.ask(ctx, a, m)
		}
	}
	return p.current(a).Continue(ctx, a)
}

const (
	choiceID = `MediaWiki\Extension\OATHAuth\Auth\TwoFactorModuleSelectAuthenticationRequest`
	fieldNew = "newModule"
)

// choice is the request by which a client changes to another method.
func choice(now Method, offered []Method) authn.Request {
	options := []authn.Option{{Value: "", Label: message.New("oathauth-auth-switch-module-keep")}}
	var names []string
	var labels []authn.Datum
	for _, m := range offered {
		name, label := string(m.Method()), message.New("oathauth-module-"+string(m.Method())+"-label")
		names, labels = append(names, name), append(labels, authn.Datum{Key: name, Value: label})
		if m.Method() != now.Method() {
			options = append(options, authn.Option{Value: name, Label: label})
		}
	}
	return authn.Request{
		ID: choiceID, Required: authn.Demanded,
		Metadata: []authn.Datum{
			{Key: "currentModule", Value: string(now.Method())},
			{Key: "allowedModules", Value: names},
			{Key: "moduleDescriptions", Value: labels},
		},
		Fields: []authn.Field{{
			Name: fieldNew, Type: authn.FieldSelect, Options: options, HasValue: true, Optional: true,
			Label: message.New("oathauth-auth-switch-module-label"), Help: message.New("oathauth-auth-switch-module-help"),
		}},
	}
}
