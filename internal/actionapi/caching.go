package actionapi

import (
	"net/http"
	"strconv"
	"time"
)

// cacheHeaders says who may keep the answer (MediaWiki:
// ApiMain::sendCacheHeaders). Errors, and everything on a private site, are
// private; an answer that may depend on the user's language is so in a session.
func (r *Request) cacheHeaders() {
	smaxage, maxage := int64(0), int64(0)
	language := "user"
	if r.main.table != nil {
		smaxage, maxage, language = r.main.Int("smaxage"), r.main.Int("maxage"), r.main.String("uselang")
	}
	if r.caching == CachePrivate || r.failed || !r.engine.public {
		r.header["Cache-Control"] = private(r.privateAge(maxage))
		return
	}
	vary := "Accept-Encoding, Treat-as-Untrusted, Cookie"
	if r.varyOrigin {
		vary = "Accept-Encoding, Origin, Treat-as-Untrusted, Cookie"
	}
	r.header["Vary"] = []string{vary}
	personal := r.caching == CacheAnonymous || language == "user"
	switch {
	case personal && r.session.Persisted(), smaxage == 0 && maxage == 0:
		r.header["Cache-Control"] = private(r.privateAge(maxage))
	case r.keepCookiesPrivate():
	default:
		r.header.Set("Expires", r.expires(min(smaxage, maxage)).Format(http.TimeFormat))
		r.header.Set("Cache-Control", "s-maxage="+strconv.FormatInt(smaxage, 10)+", max-age="+strconv.FormatInt(maxage, 10)+", public")
	}
}

// keepCookiesPrivate keeps caches from holding an answer that sets cookies and
// says nothing else about who may keep it (MediaWiki: HeaderCallback). It tells
// whether the answer sets any.
func (r *Request) keepCookiesPrivate() bool {
	if len(r.header["Set-Cookie"]) == 0 {
		return false
	}
	r.header.Set("Expires", "Thu, 01 Jan 1970 00:00:00 GMT")
	r.header.Set("Cache-Control", "private, max-age=0, s-maxage=0")
	return true
}

// expires is when an answer that may be kept for age seconds is old. One that
// may not has always been.
func (r *Request) expires(age int64) time.Time {
	if age == 0 {
		return time.Unix(1, 0).UTC()
	}
	return r.now.Add(time.Duration(age) * time.Second).UTC()
}

// privateAge is how long the client itself may keep a private answer. That of a
// request whose parameters were refused is for once.
func (r *Request) privateAge(maxage int64) int64 {
	if !r.validated || r.module.Write {
		return 0
	}
	return maxage
}

var privateNow = []string{"private, must-revalidate, max-age=0"}

func private(age int64) []string {
	if age == 0 {
		return privateNow
	}
	return []string{"private, must-revalidate, max-age=" + strconv.FormatInt(age, 10)}
}

// notModified answers If-None-Match: * on GET and HEAD.
func (r *Request) notModified() bool {
	if r.http.Method != http.MethodGet && r.http.Method != http.MethodHead {
		return false
	}
	match, ok := r.http.Header["If-None-Match"]
	return ok && len(match) > 0 && match[0] == "*"
}
