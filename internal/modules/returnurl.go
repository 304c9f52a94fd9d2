package modules

import (
	"slices"
	"strconv"
	"strings"
)

// urlSchemes are those that MediaWiki takes for absolute URLs (MediaWiki:
// $wgUrlProtocols).
var urlSchemes = []string{
	"bitcoin", "ftp", "ftps", "geo", "git", "gopher", "http", "https", "irc", "ircs", "magnet", "mailto", "matrix", "mms",
	"news", "nntp", "redis", "sftp", "sip", "sips", "sms", "ssh", "svn", "tel", "telnet", "urn", "worldwind", "xmpp",
}

// longestURL is in bytes. It is kept while a login waits, and a record is small.
const longestURL = 4000

// acceptableURL reports whether u is an absolute URL of a scheme that MediaWiki
// or the operator knows, as far as MediaWiki looks at it (MediaWiki:
// wfParseUrl). Control characters, and URLs longer than browsers send, are
// refused, which MediaWiki takes. Nothing is fetched from it.
func acceptableURL(u string, more []string) bool {
	scheme, rest, found := strings.Cut(u, ":")
	scheme = strings.ToLower(scheme)
	if !found || len(u) > longestURL || strings.ContainsFunc(u, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return false
	}
	own := slices.Contains(more, scheme)
	if !own && !slices.Contains(urlSchemes, scheme) {
		return false
	}
	behind, slashed := strings.CutPrefix(rest, "//")
	if !slashed {
		return !isPort(rest)
	}
	return own || hasHost(behind)
}

// isPort reports whether what stands behind a colon is read as the port of a
// host rather than as what a scheme is followed by.
func isPort(rest string) bool {
	number, _, _ := strings.Cut(rest, "/")
	return number != "" && len(number) <= 5 && strings.Trim(number, "0123456789") == ""
}

// hasHost reports whether what stands behind two slashes begins with a host,
// and with a port that can be if there is one.
func hasHost(behind string) bool {
	host := behind
	if end := strings.IndexAny(behind, "/?#"); end >= 0 {
		host = behind[:end]
	}
	host = host[strings.LastIndexByte(host, '@')+1:]
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		return true
	}
	colon := strings.LastIndexByte(host, ':')
	if colon < 0 || host[colon+1:] == "" {
		return host != "" && host != ":"
	}
	port, err := strconv.ParseUint(host[colon+1:], 10, 16)
	return colon > 0 && (err == nil && port > 0 || strings.HasPrefix(host, "["))
}
