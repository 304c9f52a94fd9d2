package actionapi

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// Origins are the sites whose scripts may call the API with the user's
// cookies: patterns of hosts with * and ?, and exceptions from them (MediaWiki:
// CrossSiteAJAXdomains and CrossSiteAJAXdomainExceptions).
type Origins struct{ Allowed, Except []string }

// allow reports whether a site may. The scheme must be http or https; "null"
// never matches.
func (o Origins) allow(origin string) bool {
	host, ok := strings.CutPrefix(origin, "https://")
	if !ok {
		if host, ok = strings.CutPrefix(origin, "http://"); !ok {
			return false
		}
	}
	return isHost(host) && matchesAny(o.Allowed, host) && !matchesAny(o.Except, host)
}

// isHost reports whether s holds nothing but what a host, with a port, is made
// of: a * must not stand for the part of a URL that hides another host.
func isHost(s string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte(".-_:[]", c) >= 0) {
			return false
		}
	}
	return s != ""
}

func matchesAny(patterns []string, host string) bool {
	return slices.ContainsFunc(patterns, func(p string) bool { return wildcard(p, host) })
}

// wildcard matches * to any run and ? to any one character.
func wildcard(pattern, s string) bool {
	literal := strings.NewReplacer(`\`, `\\`, `[`, `\[`).Replace(pattern)
	// path.Match keeps * from crossing a slash; a host has none.
	ok, err := path.Match(literal, s)
	return err == nil && ok && !strings.Contains(s, "/")
}

// allowedHeaders may be asked for by a preflight, in lower case.
var allowedHeaders = []string{
	"accept", "accept-language", "content-language", "content-type", "accept-encoding", "dnt", "origin",
	"user-agent", "api-user-agent", "access-control-max-age", "authorization",
}

// crossOrigin sets the CORS headers (MediaWiki: ApiMain::handleCORS). done is
// true when the request was refused.
func (r *Request) crossOrigin(w http.ResponseWriter) (done bool) {
	origin, given := r.peek("origin")
	if !given {
		return false
	}
	if origin == "*" {
		r.grant("*", "false")
		r.preflight()
		return false
	}
	r.varyOrigin = true
	header := r.http.Header.Get("Origin")
	origins := strings.Fields(header)
	if !slices.Contains(origins, origin) {
		r.session.WriteCookies(r.header)
		r.header["Cache-Control"] = []string{"no-cache"}
		r.codes = "origin-mismatch" // the header of API errors is not sent with it
		http.Error(w, "The parameter 'origin' does not match the header 'Origin'.", http.StatusForbidden)
		return true
	}
	for _, o := range origins {
		if !r.engine.cfg.Origins.allow(o) {
			r.header.Set("MediaWiki-CORS-Rejection", "Origin mismatch")
			return false
		}
	}
	if r.preflight() {
		r.header.Set("Timing-Allow-Origin", header)
		r.grant(header, "true")
	}
	return false
}

// preflight answers what a browser asks before the real request. It reports
// whether the request may have grants.
func (r *Request) preflight() bool {
	if r.http.Method != http.MethodOptions || r.http.Header.Get("Access-Control-Request-Method") == "" {
		r.header.Set("Access-Control-Expose-Headers", "MediaWiki-API-Error, Retry-After, X-Database-Lag, MediaWiki-Login-Suppressed")
		return true
	}
	if asked := r.http.Header.Get("Access-Control-Request-Headers"); asked != "" {
		for h := range strings.SplitSeq(asked, ",") {
			if !slices.Contains(allowedHeaders, strings.ToLower(strings.TrimSpace(h))) {
				r.header.Set("MediaWiki-CORS-Rejection", "Unsupported header requested in preflight")
				r.header.Del("Access-Control-Allow-Origin")
				r.header.Del("Access-Control-Allow-Credentials")
				return false
			}
		}
		r.header.Set("Access-Control-Allow-Headers", asked)
	}
	r.header.Set("Access-Control-Allow-Methods", "POST, GET, HEAD")
	return true
}

func (r *Request) grant(origin, credentials string) {
	r.header.Set("Access-Control-Allow-Origin", origin)
	r.header.Set("Access-Control-Allow-Credentials", credentials)
}
