// Package block is the secondary provider that keeps blocked accounts out, on
// sites where a block ends logins.
//
// It owns the protocol's answer; what a block is, package account says.
//
// Source: MediaWiki includes/auth/CheckBlocksSecondaryAuthenticationProvider.php.
package block

import (
	"context"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
)

// Provider refuses accounts with a sitewide block. It comes after the password
// was right, so it tells nobody else who is blocked.
type Provider struct{ authn.AsksNothing }

// ID implements authn.Provider.
func (Provider) ID() string { return "block" }

// Guards implements authn.Guard: a block that comes while a login waits counts.
func (Provider) Guards() {}

// Begin implements authn.StepProvider.
func (Provider) Begin(_ context.Context, a *authn.Attempt) (authn.Response, error) {
	b := a.Account.Block
	if !b.Active(a.Now) || b.Partial {
		return authn.Response{Status: authn.Abstain}, nil
	}
	return authn.Refused(message.New("login-userblocked", message.Text(a.Account.Name.String())), audit.Blocked), nil
}
