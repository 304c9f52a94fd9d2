package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/wikigate/wikigate/internal/fail"
)

// combinations finds options that are good one by one and dangerous, or without
// effect, together.
func (c *Config) combinations() (faults []error) {
	refuse := func(option, format string, args ...any) {
		o, _ := find(option)
		args = append([]any{option, o.shown(o.Value.get(c)), c.origins[option]}, args...)
		faults = append(faults, fail.New(fail.Invalid, "option %s cannot be %q (from %s) "+format, args...))
	}
	if !isLoopback(c.Listen) && len(c.TrustedProxies) == 0 && !c.InsecureHTTP {
		refuse("listen", "because passwords would cross the network unprotected; expected a loopback address, or trusted-proxies for the https proxy in front, or insecure-http")
	}
	if c.CookieSameSite == SameSiteNone && c.CookieSecure == SecureNever {
		refuse("cookie-samesite", "while cookie-secure is never, because browsers drop such cookies; expected cookie-secure auto or always")
	}
	if strings.HasPrefix(c.ServerURL, "https:") && c.CookieSecure == SecureNever {
		refuse("cookie-secure", "while server-url is %s, because sessions could leak over http; expected auto or always", c.ServerURL)
	}
	if c.HashMemory < c.Argon2Memory {
		refuse("hash-memory", "because one password takes %s; expected at least argon2-memory", formatSize(c.Argon2Memory))
	}
	if host := hostOf(c.ServerURL); host != "" && c.CookieDomain != "" && !inDomain(host, c.CookieDomain) {
		refuse("cookie-domain", "while server-url is %s, because browsers drop such cookies; expected the host of server-url or a domain above it", c.ServerURL)
	}
	return faults
}

// isLoopback reports whether only this machine reaches the address.
func isLoopback(listen string) bool {
	host, _, err := net.SplitHostPort(listen)
	if err != nil {
		return false
	}
	if host == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.IsLoopback()
}

func hostOf(base string) string {
	u, err := url.Parse(base)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

func inDomain(host, domain string) bool {
	domain = strings.TrimPrefix(domain, ".")
	return host == domain || strings.HasSuffix(host, "."+domain)
}
