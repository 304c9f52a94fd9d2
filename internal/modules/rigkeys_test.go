package modules

import (
	"log/slog"
	"slices"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/authn/passkey"
	"github.com/wikigate/wikigate/internal/authn/password"
	"github.com/wikigate/wikigate/internal/authn/secondfactor"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// withKeys lets security keys be registered and asked for.
func withKeys(o *rigOptions) {
	o.Keys, o.Groups = true, slices.Concat(o.Groups, grant.FactorGroups())
}

// withPasskeys lets some of them log in without a password.
func withPasskeys(o *rigOptions) {
	withKeys(o)
	o.Passkeys = true
}

// wireKeys makes the service, which is there even if nobody asks it.
func (r *rig) wireKeys() {
	r.Keys = &webauthn.Service{
		Site:    webauthn.Site{ID: "wiki.test", Name: "RefWiki", Origins: []string{"https://wiki.test"}},
		Factors: r.Factors, Handles: r.Store.Handles(), Claims: r.Store.Flows(), Ring: r.Ring, Clock: r.Clock,
	}
}

func (r *rig) primaryProviders(o rigOptions) []authn.PrimaryProvider {
	list := append(o.Primary, password.Provider{Credentials: r.Credentials, Names: o.Engine.Names, Mails: true})
	if o.Passkeys {
		list = append(list, passkey.Primary{Keys: r.Keys, Accounts: r.Store.Accounts(), Throttle: r.Attempts, Log: slog.New(r.Log)})
	}
	return list
}

func (r *rig) keyMethods(o rigOptions) []secondfactor.Method {
	if !o.Keys {
		return nil
	}
	return []secondfactor.Method{passkey.Factor{Keys: r.Keys, Attempts: r.Factors, Log: slog.New(r.Log)}}
}

func (r *rig) keyModules(o rigOptions) []*actionapi.Module {
	if !o.Keys {
		return nil
	}
	return []*actionapi.Module{WebAuthn{Keys: r.Keys, Machine: r.Logins}.Module()}
}
