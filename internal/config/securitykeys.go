package config

import (
	"net"
	"net/url"
	"strings"
)

// Values of Config.WebAuthn.
const (
	WebAuthnAuto = "auto"
	WebAuthnOn   = "on"
	WebAuthnOff  = "off"
)

// KeySite is who asks security keys: the relying party and the addresses of the
// pages that may ask.
type KeySite struct {
	ID      string // a host name
	Origins []string
}

// KeySite tells for whom security keys work. ok is false when they do not: they
// are switched off, or browsers would refuse to ask them.
func (c *Config) KeySite() (site KeySite, ok bool) {
	site = KeySite{ID: c.WebAuthnID, Origins: c.WebAuthnOrigins}
	base := c.BaseURL(c.Listen)
	if site.ID == "" {
		site.ID = hostOf(base)
	}
	if len(site.Origins) == 0 {
		site.Origins = []string{base}
	}
	return site, c.WebAuthn != WebAuthnOff && site.fault() == ""
}

// fault says why browsers would not ask security keys for the site; empty: they
// do (Web Authentication Level 3, 5.1.3; Secure Contexts, 3.1).
func (s KeySite) fault() string {
	if s.ID == "" || net.ParseIP(s.ID) != nil || s.ID != "localhost" && !strings.Contains(s.ID, ".") {
		return "because security keys need a host name, and \"" + s.ID + "\" is none; expected server-url or webauthn-id with one"
	}
	for _, origin := range s.Origins {
		host := hostOf(origin)
		if !strings.HasPrefix(origin, "https://") && host != "localhost" && !strings.HasSuffix(host, ".localhost") {
			return "because browsers ask security keys over HTTPS only, and not for " + origin + "; expected https:// in server-url or webauthn-origins"
		}
		if !inDomain(host, s.ID) {
			return "because " + origin + " does not belong to \"" + s.ID + "\"; expected webauthn-id to be its host or a domain above"
		}
	}
	return ""
}

// combineSecurityKeys looks at what security keys need.
func (c *Config) combineSecurityKeys(refuse func(option, format string, args ...any)) {
	site, ok := c.KeySite()
	if fault := site.fault(); fault != "" && c.WebAuthn != WebAuthnOff {
		switch {
		case c.WebAuthn == WebAuthnOn:
			refuse("webauthn", "%s", fault)
		case c.WebAuthnID != "":
			refuse("webauthn-id", "%s", fault)
		case len(c.WebAuthnOrigins) > 0:
			refuse("webauthn-origins", "%s", fault)
		case c.Passkeys:
			refuse("passkeys", "%s", fault)
		}
		return
	}
	if c.Passkeys && !ok {
		refuse("passkeys", "while webauthn is off; expected webauthn on or auto")
	}
}

// origins is a list of addresses of pages, without paths.
func origins() kind[[]string] {
	one := baseURL()
	return listOf("a list of addresses such as https://wiki.example", func(s string) (string, bool) {
		origin, ok := one.parse(s)
		return origin, ok && origin != ""
	}, same)
}

// BaseURL is the public address of the site: server-url, or what follows from
// the address in use.
func (c *Config) BaseURL(listening string) string {
	if c.ServerURL != "" {
		return strings.TrimSuffix(c.ServerURL, "/")
	}
	base := url.URL{Scheme: "http", Host: listening}
	if c.HTTPS() {
		base.Scheme = "https"
	}
	if len(c.ACMEDomains) > 0 {
		base.Host = c.ACMEDomains[0]
	}
	return base.String()
}
