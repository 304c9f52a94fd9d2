package session

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// slot is one of the cookies that the package knows.
type slot uint8

const (
	slotSession slot = iota
	slotUserID
	slotUserName
	slotToken
	slotForceHTTPS
	slotBot
	slots
)

// CookieConfig is how cookies are named and marked.
type CookieConfig struct {
	Prefix string // cleaned by CleanPrefix
	Path   string
	Domain string
	// SameSite is the attribute's value; empty leaves it out.
	SameSite string
	// AlwaysSecure and NeverSecure override the choice by the request's scheme.
	AlwaysSecure, NeverSecure bool
}

// CleanPrefix replaces the characters that may not stand in a cookie prefix
// (MediaWiki: includes/Setup.php).
func CleanPrefix(prefix string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune("=,;+.\"'\\[ ", r) {
			return '_'
		}
		return r
	}, prefix)
}

// names are the cookies' names for a prefix.
func (c CookieConfig) names() [slots]string {
	return [slots]string{
		slotSession:    c.Prefix + "_session",
		slotUserID:     c.Prefix + "UserID",
		slotUserName:   c.Prefix + "UserName",
		slotToken:      c.Prefix + "Token",
		slotForceHTTPS: "forceHTTPS",
		slotBot:        c.Prefix + "_BPsession",
	}
}

// sent are the cookies of a request that the package knows. raw is true for
// each that was there in any form; value is decoded and empty for the value
// "deleted", which counts as absent (MediaWiki: WebRequest::getCookie).
type sent struct {
	raw   [slots]bool
	has   [slots]bool
	value [slots]string
}

// parse reads Cookie headers. Of two cookies with one name the first counts. It
// allocates only for values with escapes.
func (s *sent) parse(headers []string, names *[slots]string) {
	for _, h := range headers {
		for h != "" {
			var pair string
			pair, h, _ = strings.Cut(h, ";")
			name, value, ok := strings.Cut(pair, "=")
			if !ok {
				continue
			}
			for name != "" && (name[0] == ' ' || name[0] == '\t') {
				name = name[1:]
			}
			for i := range names {
				if name == names[i] && !s.raw[i] {
					s.take(slot(i), value)
					break
				}
			}
		}
	}
}

func (s *sent) take(i slot, value string) {
	s.raw[i] = true
	if strings.IndexByte(value, '%') >= 0 {
		value = decodeValue(value)
	}
	if value != "deleted" {
		s.has[i], s.value[i] = true, value
	}
}

// decodeValue undoes percent-encoding, as PHP does: bad escapes are left as they
// are, and so is a plus sign, which stands for a blank in forms only.
func decodeValue(v string) string {
	if text, err := url.PathUnescape(v); err == nil {
		return text
	}
	return v
}

// outgoing are the cookies that an answer sends, in order and at most one of
// each: the last word on a cookie counts, at its own place.
type outgoing struct {
	list [slots]outCookie
	n    int
}

type outCookie struct {
	slot  slot
	verb  verb
	value string
	life  time.Duration // 0: until the browser ends
}

type verb uint8

const (
	set verb = iota
	clear
)

// say puts a cookie last and takes back what was said about it before; a new
// value takes the place of the old one.
func (o *outgoing) say(c outCookie) {
	for i := range o.list[:o.n] {
		if o.list[i].slot == c.slot && o.list[i].verb == c.verb {
			o.list[i] = c
			return
		}
	}
	kept := o.list[:0]
	for _, old := range o.list[:o.n] {
		if old.slot != c.slot {
			kept = append(kept, old)
		}
	}
	o.n = len(append(kept, c))
}

func (o *outgoing) set(i slot, value string, life time.Duration) {
	o.say(outCookie{slot: i, verb: set, value: value, life: life})
}

// clearSent deletes a cookie if the request carried it.
func (o *outgoing) clearSent(i slot, s *sent) {
	if s.raw[i] {
		o.say(outCookie{slot: i, verb: clear})
	}
}

// clearLogin deletes the login cookies that the request carried, but the one
// with the name, which fills in the next login form.
func (o *outgoing) clearLogin(s *sent) {
	for _, i := range [...]slot{slotSession, slotUserID, slotToken, slotForceHTTPS} {
		o.clearSent(i, s)
	}
}

// write appends the Set-Cookie headers.
func (o *outgoing) write(h http.Header, c *CookieConfig, names *[slots]string, https bool, now time.Time) {
	for _, out := range o.list[:o.n] {
		buf := make([]byte, 0, 160)
		buf = append(buf, names[out.slot]...)
		buf = append(buf, '=')
		buf = out.appendValue(buf, now)
		buf = c.appendAttributes(buf, https && out.slot != slotForceHTTPS)
		h["Set-Cookie"] = append(h["Set-Cookie"], string(buf))
	}
}

func (c outCookie) appendValue(buf []byte, now time.Time) []byte {
	if c.verb == clear {
		return append(buf, "deleted; expires=Thu, 01 Jan 1970 00:00:01 GMT; Max-Age=0"...)
	}
	buf = append(buf, encodeValue(c.value)...)
	if c.life > 0 {
		buf = append(buf, "; expires="...)
		buf = now.Add(c.life).UTC().AppendFormat(buf, http.TimeFormat)
		buf = append(buf, "; Max-Age="...)
		buf = strconv.AppendInt(buf, int64(c.life/time.Second), 10)
	}
	return buf
}

// appendAttributes follows PHP's order and spelling, which some clients parse.
func (c *CookieConfig) appendAttributes(buf []byte, https bool) []byte {
	buf = append(buf, "; path="...)
	buf = append(buf, c.Path...)
	if c.Domain != "" {
		buf = append(buf, "; domain="...)
		buf = append(buf, c.Domain...)
	}
	if c.AlwaysSecure || https && !c.NeverSecure {
		buf = append(buf, "; secure"...)
	}
	buf = append(buf, "; HttpOnly"...)
	if c.SameSite != "" {
		buf = append(buf, "; SameSite="...)
		buf = append(buf, c.SameSite...)
	}
	return buf
}

// encodeValue percent-encodes as PHP's rawurlencode does.
func encodeValue(v string) string {
	plain := true
	for i := 0; i < len(v); i++ {
		if !unreserved(v[i]) {
			plain = false
			break
		}
	}
	if plain {
		return v
	}
	const hex = "0123456789ABCDEF"
	buf := make([]byte, 0, len(v)*3)
	for i := 0; i < len(v); i++ {
		if c := v[i]; unreserved(c) {
			buf = append(buf, c)
		} else {
			buf = append(buf, '%', hex[c>>4], hex[c&15])
		}
	}
	return string(buf)
}

func unreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
		c == '-' || c == '_' || c == '.' || c == '~'
}

// wellFormed reports whether v has the form of a session id (MediaWiki:
// SessionManager::validateSessionId, anchored at the very end).
func wellFormed(v string) bool {
	if len(v) < 32 {
		return false
	}
	for i := 0; i < len(v); i++ {
		c := v[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}
