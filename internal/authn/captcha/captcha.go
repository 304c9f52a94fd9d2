// Package captcha is the pre-authentication provider that demands a solved
// challenge when too many logins have failed.
//
// It owns the request that clients see, and which failures count for whom. What
// is asked, and whether an answer is right, is package captcha of the domain.
//
// Source: MediaWiki's extension ConfirmEdit,
// includes/Auth/CaptchaPreAuthenticationProvider.php.
package captcha

import (
	"cmp"
	"context"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/captcha"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/username"
)

// Provider asks for the challenges of a service.
type Provider struct {
	Challenges *captcha.Service
	Names      *username.Rules
}

// rightSkip is the right to make accounts without a captcha.
const rightSkip = "skipcaptcha"

// ID implements authn.Provider.
func (Provider) ID() string { return "captcha" }

// Requests implements authn.Provider. At a login the challenge may be shown
// though the name that is typed then needs none, and may be missing though it
// does: then the next form has it.
func (p Provider) Requests(ctx context.Context, f *authn.Form) ([]authn.Request, error) {
	shown, err := p.shown(ctx, f)
	if err != nil || !shown {
		return nil, err
	}
	// The challenge belongs to the session, so the client must have its cookie.
	f.Session.Persist()
	return []authn.Request{request(f.Action, p.Challenges.Challenge(f.Binding()))}, nil
}

func (p Provider) shown(ctx context.Context, f *authn.Form) (bool, error) {
	if p.Challenges.Exempt(f.Address) {
		return false, nil
	}
	switch f.Action {
	case authn.ActionCreate:
		if f.May == nil {
			return true, nil
		}
		skips, err := f.May(ctx, rightSkip)
		return !skips, err
	case authn.ActionLogin:
		if f.Session.Marked(session.MarkCaptcha) {
			return true, nil
		}
		remembered, _ := p.Names.Parse(f.Session.RememberedName())
		due, err := p.Challenges.Due(ctx, remembered, f.Address)
		return due.Any(), err
	}
	return false, nil
}

// Test implements authn.PreProvider. Who has not solved the challenge is
// answered as if the password had been wrong, so that a guess says nothing.
func (p Provider) Test(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	due, err := p.Challenges.Due(ctx, a.Name, a.Address)
	if err != nil || !due.Any() {
		return authn.Response{Status: authn.Pass}, err
	}
	if due.Name {
		a.Session.SetMark(session.MarkCaptcha)
	}
	return p.demand(ctx, a, "wrongpassword")
}

// TestCreation is Test for an account that is to be made: whoever makes it has
// to solve a challenge each time, unless he may skip it (right skipcaptcha).
func (p Provider) TestCreation(ctx context.Context, a *authn.Attempt, skips bool) (authn.Response, error) {
	if skips || p.Challenges.Exempt(a.Address) {
		return authn.Response{Status: authn.Pass}, nil
	}
	return p.demand(ctx, a, "captcha-createaccount-fail")
}

// demand passes an attempt with the right answer, and fails others with a key.
func (p Provider) demand(ctx context.Context, a *authn.Attempt, key string) (authn.Response, error) {
	given, _ := a.Answers.Of(RequestID)
	v, err := p.Challenges.Check(ctx, a.Binding(), a.Address, captcha.Answer{ID: given.Value(fieldID), Word: given.Value(fieldWord)})
	if err != nil {
		return authn.Response{}, err
	}
	if v.Right {
		return authn.Response{Status: authn.Pass}, nil
	}
	text := message.New(key)
	if v.Problem != "" {
		text = message.New("captcha-error", message.Text(v.Problem))
	}
	r := authn.Refused(text, audit.Captcha)
	r.Refusal.Name = a.Name.String()
	return r, nil
}

// Finished implements authn.Finisher: every failure counts, for the address and
// for the name, whether there is an account of it or not. A login that has passed
// makes up for those of its name, and not for those of the address.
func (p Provider) Finished(ctx context.Context, a *authn.Attempt, r authn.Response) error {
	switch r.Status {
	case authn.Fail:
		return p.Challenges.Failed(ctx, a.Name, a.Address)
	case authn.Pass:
		return p.Challenges.Passed(ctx, cmp.Or(a.Account.Name, a.Name))
	}
	return nil
}
