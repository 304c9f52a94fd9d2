package app

import (
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/authn/block"
	"github.com/wikigate/wikigate/internal/authn/captcha"
	"github.com/wikigate/wikigate/internal/authn/emailcode"
	"github.com/wikigate/wikigate/internal/authn/limit"
	"github.com/wikigate/wikigate/internal/authn/passkey"
	"github.com/wikigate/wikigate/internal/authn/password"
	"github.com/wikigate/wikigate/internal/authn/secondfactor"
	"github.com/wikigate/wikigate/internal/authn/totp"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/place"
)

// wireLogins builds the machine that logins go through. The order of the
// providers is MediaWiki's (MediaWiki: $wgAuthManagerAutoConfig).
func (a *App) wireLogins() (err error) {
	if a.cfg.LoginCode == config.LoginCodeNewPlace {
		a.places = &place.Book{Store: a.store.Places(), Ring: a.ring, Lifetime: a.cfg.KnownPlaceLifetime}
	}
	a.securityKeys = a.wireSecurityKeys()
	a.flows = &flow.Keeper{Store: a.store.Flows(), Sealer: a.ring}
	a.logins, err = authn.New(authn.Config{
		Pre: a.preProviders(), Primary: a.primaryProviders(), Secondary: a.secondaryProviders(),
		Flows: a.flows, Accounts: a.store.Accounts(), Names: a.names,
		Remember: a.cfg.RememberLifetime, Fresh: a.cfg.ReauthenticateAfter,
	})
	return err
}

// preProviders may refuse before a secret is looked at.
func (a *App) preProviders() []authn.PreProvider {
	list := []authn.PreProvider{limit.Provider{Throttle: a.throttle}}
	if challenges := a.captchas(); challenges != nil {
		list = append(list, captcha.Provider{Challenges: challenges, Names: a.names})
	}
	return list
}

// primaryProviders prove whose login it is.
func (a *App) primaryProviders() []authn.PrimaryProvider {
	list := []authn.PrimaryProvider{
		password.Provider{Credentials: a.Credentials, Names: a.names, Mails: a.cfg.Mail != config.MailOff},
	}
	if a.securityKeys != nil && a.cfg.Passkeys {
		list = append(list, passkey.Primary{Keys: a.securityKeys, Accounts: a.store.Accounts(), Throttle: a.throttle, Log: a.log})
	}
	return list
}

// secondaryProviders have a say after that.
func (a *App) secondaryProviders() []authn.SecondaryProvider {
	var list []authn.SecondaryProvider
	if a.cfg.BlockDisablesLogin {
		list = append(list, block.Provider{})
	}
	list = append(list, a.secondFactor())
	if a.places != nil {
		list = append(list, a.codesByMail())
	}
	return append(list, password.Reset{Credentials: a.Credentials})
}

// secondFactor asks for one, TOTP before other methods.
func (a *App) secondFactor() secondfactor.Provider {
	methods := []secondfactor.Method{
		totp.TOTP{Factors: a.SecondFactors, Documented: a.cfg.TwoFactorShape == config.ShapeDocumented},
	}
	if a.securityKeys != nil {
		methods = append(methods, passkey.Factor{Keys: a.securityKeys, Attempts: a.SecondFactors, Log: a.log})
	}
	return secondfactor.Provider{
		States: a.store.SecondFactors(), Methods: append(methods, totp.Recovery{Factors: a.SecondFactors}),
	}
}

// codesByMail asks who comes from a new place.
func (a *App) codesByMail() emailcode.Provider {
	return emailcode.Provider{
		Mails: a.mails, Places: a.places, Counters: a.throttle, Addresses: a.store.Lifecycle(),
		Language: a.messages.Language(a.cfg.Language), Site: a.cfg.SiteName,
	}
}
