package config

import (
	"net"
	"net/netip"
	"net/url"
	"strings"

	"github.com/wikigate/wikigate/internal/fail"
)

// leastHashing is the least that hashing a password may cost: bytes of memory
// times passes over them. The weakest parameters that OWASP's Password Storage
// Cheat Sheet names for argon2id cost as much (7 MiB five times, 12 MiB three
// times, 19 MiB twice).
const leastHashing = 35 * miB

// combinations finds options that are good one by one and dangerous, or without
// effect, together.
func (c *Config) combinations() (faults []error) {
	refuse := func(option, format string, args ...any) {
		o, _ := find(option)
		args = append([]any{option, o.shown(o.Value.get(c)), c.origins[option]}, args...)
		faults = append(faults, fail.New(fail.Invalid, "option %s cannot be %q (from %s) "+format, args...))
	}
	if !isLoopback(c.Listen) && len(c.TrustedProxies) == 0 && !c.InsecureHTTP && !c.HTTPS() {
		refuse("listen", "because passwords would cross the network unprotected; expected a loopback address, or tls-cert, or trusted-proxies for the https proxy in front, or insecure-http")
	}
	c.combineHTTPS(refuse)
	c.combineListeners(refuse)
	c.combineSecurityKeys(refuse)
	c.combineCaptcha(refuse)
	c.combineMail(refuse)
	if c.CookieSameSite == SameSiteNone && c.CookieSecure == SecureNever {
		refuse("cookie-samesite", "while cookie-secure is never, because browsers drop such cookies; expected cookie-secure auto or always")
	}
	if strings.HasPrefix(c.ServerURL, "https:") && c.CookieSecure == SecureNever {
		refuse("cookie-secure", "while server-url is %s, because sessions could leak over http; expected auto or always", c.ServerURL)
	}
	if c.Argon2Memory*int64(c.Argon2Time) < leastHashing {
		refuse("argon2-time", "while argon2-memory is %s, because stolen hashes would be guessed too fast; expected at least %d, or more memory",
			formatSize(c.Argon2Memory), (leastHashing+c.Argon2Memory-1)/c.Argon2Memory)
	}
	if c.HashMemory < c.Argon2Memory {
		refuse("hash-memory", "because one password takes %s; expected at least argon2-memory", formatSize(c.Argon2Memory))
	}
	if host := hostOf(c.ServerURL); host != "" && c.CookieDomain != "" && !inDomain(host, c.CookieDomain) {
		refuse("cookie-domain", "while server-url is %s, because browsers drop such cookies; expected the host of server-url or a domain above it", c.ServerURL)
	}
	return faults
}

// combineHTTPS looks at the options about certificates.
func (c *Config) combineHTTPS(refuse func(option, format string, args ...any)) {
	if c.TLSCert != "" && c.TLSKey == "" {
		refuse("tls-cert", "without its key; expected tls-key as well")
	}
	if c.TLSKey != "" && c.TLSCert == "" {
		refuse("tls-key", "without its certificate; expected tls-cert as well")
	}
	if c.TLSCert != "" && len(c.ACMEDomains) > 0 {
		refuse("acme-domains", "while tls-cert names a certificate; expected one of the two")
	}
	if c.ACMEEmail != "" && len(c.ACMEDomains) == 0 {
		refuse("acme-email", "without acme-domains, because it has no effect then; expected acme-domains as well")
	}
	if c.RedirectListen != "" && !c.HTTPS() {
		refuse("redirect-listen", "while the server does not speak HTTPS itself; expected tls-cert or acme-domains as well")
	}
	if c.HTTPS() && strings.HasPrefix(c.ServerURL, "http:") {
		refuse("server-url", "while the server speaks HTTPS, because clients would be sent to plain http; expected https://")
	}
	if c.HSTS > 0 && !c.HTTPS() && !strings.HasPrefix(c.ServerURL, "https:") {
		refuse("hsts", "while nothing says that the site is reached by HTTPS; expected tls-cert, acme-domains or a server-url with https://")
	}
	if c.HTTPS() && c.CookieSecure == SecureNever {
		refuse("cookie-secure", "while the server speaks HTTPS, because sessions could leak over http; expected auto or always")
	}
}

// combineListeners looks at where the server listens.
func (c *Config) combineListeners(refuse func(option, format string, args ...any)) {
	if c.AdminListen != "" && !isLoopback(c.AdminListen) && c.AdminTokenFile.Path == "" && !c.InsecureAdmin {
		refuse("admin-listen", "because everybody on the network could read metrics and profiles; expected a loopback address, or admin-token-file, or insecure-admin")
	}
	taken := map[string]string{c.Listen: "listen"}
	for _, l := range []struct{ option, address string }{{"redirect-listen", c.RedirectListen}, {"admin-listen", c.AdminListen}} {
		if l.address == "" || strings.HasSuffix(l.address, ":0") {
			continue
		}
		if other, found := taken[l.address]; found {
			refuse(l.option, "because it is the address of %s; expected one of its own", other)
		}
		taken[l.address] = l.option
	}
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
