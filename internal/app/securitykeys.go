package app

import "github.com/wikigate/wikigate/internal/webauthn"

// wireSecurityKeys makes what asks security keys and passkeys; nil where browsers do not, or
// the configuration has switched them off.
func (a *App) wireSecurityKeys() *webauthn.Service {
	site, ok := a.cfg.KeySite()
	if !ok {
		return nil
	}
	return &webauthn.Service{
		Site:    webauthn.Site{ID: site.ID, Name: a.cfg.SiteName, Origins: site.Origins},
		Factors: a.SecondFactors, Handles: a.store.Handles(), Claims: a.store.Flows(), Ring: a.ring, Clock: a.clock,
	}
}
