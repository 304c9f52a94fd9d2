// Package password is the primary provider of passwords, temporary ones
// included, and the secondary one that lets a person choose another.
//
// It owns the protocol's answers. What a password is compared with, and which
// ones are good enough, package credential says.
//
// Source: MediaWiki includes/auth/LocalPasswordPrimaryAuthenticationProvider.php,
// TemporaryPasswordPrimaryAuthenticationProvider.php and
// ResetPasswordSecondaryAuthenticationProvider.php.
package password

import (
	"context"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/username"
)

// Credentials checks and changes passwords; see credential.Service.
type Credentials interface {
	Check(ctx context.Context, name username.Name, password secret.Secret) (credential.Outcome, error)
	Refuse(ctx context.Context, name username.Name, password secret.Secret) (credential.Outcome, error)
	Choose(ctx context.Context, a account.Account, password secret.Secret) (account.Account, []policy.Finding, error)
}

// Provider proves an account by its password.
type Provider struct {
	authn.AsksNothing
	Credentials Credentials
	Names       *username.Rules
	// Mails says that passwords can be mailed.
	Mails bool
}

// ID implements authn.Provider.
func (Provider) ID() string { return "password" }

// Requests implements authn.Provider.
func (p Provider) Requests(_ context.Context, f *authn.Form) ([]authn.Request, error) {
	switch f.Action {
	case authn.ActionLogin:
		return []authn.Request{authn.Password(f.Action, f.User.Name)}, nil
	case authn.ActionChange:
		return []authn.Request{authn.Password(f.Action, f.User.Name)}, nil
	case authn.ActionCreate:
		list := []authn.Request{authn.Password(f.Action, "")}
		if p.Mails && f.User.ID != 0 {
			list = append([]authn.Request{authn.TemporaryPassword("")}, list...)
		}
		return list, nil
	case authn.ActionRemove:
		return []authn.Request{authn.TemporaryPassword(f.User.Name)}, nil
	}
	return nil, nil
}

// Begin implements authn.StepProvider. It abstains without a name and a
// password, and for names that no account can have.
func (p Provider) Begin(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	given, ok := a.Answers.Of(authn.PasswordID)
	if !ok || !p.Names.Usable(a.Name) {
		return authn.Response{Status: authn.Abstain}, nil
	}
	check := p.Credentials.Check
	if a.KnownWrong {
		check = p.Credentials.Refuse
	}
	out, err := check(ctx, a.Name, given.Secret(authn.FieldOfPassword))
	if err != nil {
		return authn.Response{}, err
	}
	r := response(a, out)
	r.Refusal.Method = audit.ByPassword
	if r.Status == authn.Fail {
		r.Refusal.Reason, r.Refusal.Account, r.Refusal.Name = out.Reason, out.Known, a.Name.String()
	}
	return r, nil
}

func response(a *authn.Attempt, out credential.Outcome) authn.Response {
	switch out.Result {
	case credential.Success:
		return authn.Response{Status: authn.Pass, Account: out.Account}
	case credential.ChangeFirst:
		demandReset(a, out)
		return authn.Response{Status: authn.Pass, Account: out.Account}
	case credential.TooLong:
		return failed("passwordtoolong", message.Count(int64(out.Limit)))
	case credential.TooShort:
		return failed("passwordtooshort", message.Count(int64(out.Limit)))
	}
	return failed("wrongpassword")
}

func failed(key string, params ...message.Param) authn.Response {
	return authn.Response{Status: authn.Fail, Message: message.New(key, params...)}
}
