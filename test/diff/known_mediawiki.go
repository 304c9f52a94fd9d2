package diff

import (
	"bytes"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// KnownOfMediaWiki are the known differences of wikigate (ours) and MediaWiki
// 1.39 (theirs). The reason is a row of docs/compatibility.md in short.
func KnownOfMediaWiki() []Known {
	known := func(name, reason string, is func(Case) bool) Known { return Known{Name: name, Reason: reason, Is: is} }
	ending := func(name, reason string, is func(Case) bool) Known {
		return Known{Name: name, Reason: reason, Is: is, Ends: true}
	}
	return []Known{
		known("modules", "not yet: the rest of AuthManager; MediaWiki's error lists its modules", modulesInError),
		known("lists of modules", "the same in paraminfo", modulesInParaminfo),
		known("query+info", "query+info without linkcontext, but as a generator", infoInParaminfo),
		known("source", "source and licence in paraminfo", at(`paraminfo.*\.@?(source|sourcename|licensetag|licenselink)$`)),
		known("continue in paraminfo", "parameter continue, when paraminfo describes query", continueInParaminfo),
		known("software", "software in meta=siteinfo", at(`general\.@?(phpversion|phpsapi|dbtype|dbversion|logo)$`)),
		known("software lists", "lists of software in meta=siteinfo", at(`query(\[\])?\.(libraries|extensions|skins|extensiontags|functionhooks|`+
			`showhooks|variables|magicwords|protocols|fileextensions|uploaddialog|specialpagealiases|languages|languagevariants)`)),
		known("interwiki", "table of interwiki prefixes in meta=siteinfo", at(`\.interwikimap`)),
		known("options", "preferences in uiprop=options", options),
		known("types of tokens", "types of tokens: nine", typesOfTokens),
		known("mismatch of origins", "body of a mismatch of origins", mismatch),
		known("number without bounds", "number of more than 308 digits", endless),
		known("general parameter that is a list", "parameter requestid or origin that begins with U+001F", listWhereNoneIsTaken),
		known("time of 64 bits", "token with a time of 64 bits or more", timeOf64Bits),
		known("name of a part", "name of a field in multipart/form-data with NUL", nulInPart),
		known("format of help", "name of the format in a warning, when action=help fails", formatOfHelp),
		ending("anonymous cookie again", "anonymous session cookie: sent once more", anonymousCookie),
		ending("anonymous session kept", "anonymous session after a logout, or a login", keptSession),
		ending("logout across origins", "logout across origins with a bot session", logoutAcrossOrigins),
		known("temporary password by mail", "there is no mail in these tests: accounts cannot be created by one", passwordByMail),
		ending("code of spaces", "code of nothing but spaces", codeOfSpaces),
		known("label of a question", "label of the field captchaInfo, when a question is asked", labelOfQuestion),
		known("reauthentication of a bot", "bot password where one must have proved oneself lately", reauthenticationOfBot),
		ending("login left open", "password of an account with a second factor by action=login; begin that is refused while another login waits", loginLeftOpen),
		ending("field as an array", "field of a login in steps as an array", fieldAsArray),
		ending("login across origins", "clientlogin across origins", loginAcrossOrigins),
		known("address too long", "address that is too long for a web server", longAddress),
		ending("HTTPS in capitals", "header X-Forwarded-Proto: HTTPS in capitals", httpsInCapitals),
	}
}

// at knows differences by their place.
func at(pattern string) func(Case) bool {
	places := regexp.MustCompile(pattern)
	return func(c Case) bool { return places.MatchString(c.Place) }
}

var (
	// moduleOfTheirs is one that MediaWiki alone has, in a list of each kind.
	moduleOfTheirs = regexp.MustCompile(`["> ](block|deletedrevs|allcategories|allmessages|categories)["<]`)
	// endlessNumber is over what a floating-point number holds.
	endlessNumber     = regexp.MustCompile(`\d{309}`)
	newTypeOfToken    = regexp.MustCompile(`\.@?(deleteglobalaccount|setglobalaccountstatus)token$`)
	optionPlace       = regexp.MustCompile(`userinfo(\[\])?\.options|\.defaultoptions`)
	formatWarning     = regexp.MustCompile(`warnings\.(json|raw|php|xml)$|warnings.*module`)
	paraminfoContinue = regexp.MustCompile(`(?s)paraminfo.*continue|continue.*paraminfo`)
)

// modulesInError knows the list of values that an error of errorformat=raw
// names.
func modulesInError(c Case) bool {
	return strings.Contains(c.Place, "params") && (strings.Contains(c.Place, "list") || strings.Contains(c.Place, "num")) &&
		moduleOfTheirs.Match(c.Theirs.Body)
}

// modulesInParaminfo knows the values of a parameter that are modules.
func modulesInParaminfo(c Case) bool {
	if strings.Contains(c.Place, "submodules") || strings.Contains(c.Place, "internalvalues") {
		return true
	}
	theirs := c.Difference.Theirs
	switch {
	case strings.HasSuffix(c.Place, "type (entries)"), strings.HasSuffix(c.Place, "deprecatedvalues"):
		return moduleOfTheirs.MatchString(theirs)
	case strings.HasSuffix(c.Place, "param (entries)"): // of XML
		return strings.Contains(theirs, "<submodules>")
	}
	return false
}

func infoInParaminfo(c Case) bool {
	return strings.Contains(c.Place, "paraminfo") && (strings.HasSuffix(c.Place, "generator") ||
		strings.HasSuffix(c.Place, "parameters (entries)") && strings.Contains(string(c.Theirs.Body), "linkcontext"))
}

func continueInParaminfo(c Case) bool {
	return strings.Contains(c.Place, "warnings") && paraminfoContinue.MatchString(text(c.Request))
}

// options knows those that only MediaWiki has, and the name of its skin.
func options(c Case) bool {
	return optionPlace.MatchString(c.Place) && (c.Difference.Ours == "(none)" || strings.HasSuffix(c.Place, "skin"))
}

func typesOfTokens(c Case) bool {
	const name = `"deleteglobalaccount"`
	return newTypeOfToken.MatchString(c.Place) || strings.Contains(c.Place, "params") && strings.Contains(string(c.Ours.Body), name) ||
		strings.HasSuffix(c.Place, "type (entries)") && strings.Contains(c.Difference.Ours, name)
}

func mismatch(c Case) bool {
	return c.Place == "header Content-Type" && c.Ours.Status == http.StatusForbidden && c.Theirs.Status == http.StatusForbidden
}

func endless(c Case) bool {
	return c.Ours.Header.Get("MediaWiki-API-Error") == "badinteger" && endlessNumber.MatchString(requestText(c.Request))
}

// listWhereNoneIsTaken knows MediaWiki's answer to an exception that it does
// not catch.
func listWhereNoneIsTaken(c Case) bool {
	return c.Theirs.Status == http.StatusInternalServerError && c.Theirs.Header.Get("MediaWiki-API-Error") == "internal_api_error_ApiUsageException" &&
		slices.ContainsFunc(parameters(c.Request), func(p [2]string) bool {
			name := strings.TrimSpace(p[0])
			return (name == "requestid" || name == "origin") && strings.HasPrefix(p[1], "\x1f")
		})
}

func timeOf64Bits(c Case) bool {
	return c.Theirs.Header.Get("MediaWiki-API-Error") == "internal_api_error_TypeError" && strings.Contains(text(c.Request), "token")
}

func nulInPart(c Case) bool {
	return c.Request.Parts && slices.ContainsFunc(c.Request.Fields, func(f [2]string) bool { return strings.Contains(f[0], "\x00") })
}

func formatOfHelp(c Case) bool { return isHelp(c.Request) && formatWarning.MatchString(c.Place) }

// anonymousCookie is that of a session without a login being sent again, since
// it tells which tokens were handed out.
func anonymousCookie(c Case) bool {
	if !strings.HasPrefix(c.Place, "cookie ") || !strings.HasSuffix(c.Place, "_session") || c.Difference.Theirs != "(none)" {
		return false
	}
	const digits = 64 // those of users have 32
	return slices.ContainsFunc(c.Ours.Cookies, func(cookie *http.Cookie) bool {
		return "cookie "+cookie.Name == c.Place && len(cookie.Value) == digits
	})
}

// keptSession is a cookie of an earlier anonymous session, which is still one.
func keptSession(c Case) bool {
	return strings.HasSuffix(c.Place, "_session") && c.Difference.Ours == "(none)" && strings.HasPrefix(c.Difference.Theirs, "<session>; session") &&
		(c.Request.CopyFrom != "" || slices.ContainsFunc(c.Request.Cookies, func(set [2]string) bool { return hole.MatchString(set[1]) }))
}

func logoutAcrossOrigins(c Case) bool {
	return action(c.Request) == "logout" && strings.HasSuffix(c.Place, "_BPsession") && c.Ours.Header.Get("MediaWiki-Login-Suppressed") != ""
}

// passwordByMail knows what is offered where mail is sent.
func passwordByMail(c Case) bool {
	const id = "TemporaryPasswordAuthenticationRequest"
	return strings.Contains(c.Place, "authmanagerinfo") && bytes.Contains(c.Theirs.Body, []byte(id)) && !bytes.Contains(c.Ours.Body, []byte(id))
}

// codeOfSpaces knows a code that only MediaWiki has counted, so that it
// refuses the next ones earlier.
func codeOfSpaces(c Case) bool {
	return bytes.Contains(c.Theirs.Body, []byte("oathauth-throttled")) && slices.ContainsFunc(c.Before, func(s conformance.Step) bool {
		return slices.ContainsFunc(parameters(s.Request), func(p [2]string) bool {
			return p[0] == "OATHToken" && p[1] != "" && strings.TrimSpace(p[1]) == ""
		})
	})
}

func labelOfQuestion(c Case) bool {
	return strings.Contains(c.Difference.Ours, "questycaptcha-badlogin") && strings.Contains(c.Difference.Theirs, "questycaptcha-edit")
}

func reauthenticationOfBot(c Case) bool {
	return strings.HasSuffix(c.Place, "securitysensitiveoperationstatus") && c.Difference.Ours == `"fail"` && c.Difference.Theirs == `"ok"`
}

// loginLeftOpen knows a step for which there is no login any more: one that
// action=login had begun, or one before another begin that was refused at once.
func loginLeftOpen(c Case) bool {
	ended, begins := false, 0
	for _, s := range c.Before {
		switch action(s.Request) {
		case "login":
			ended = true
		case "clientlogin":
			begins++
			ended = ended || begins > 1
		}
	}
	switch action(c.Request) {
	case "clientlogin":
		return ended && bytes.Contains(c.Ours.Body, []byte("authmanager-authn-not-in-progress"))
	case "query": // for the forms of the next step
		return ended && strings.Contains(c.Place, "authmanagerinfo") && strings.Contains(text(c.Request), "login-continue")
	}
	return false
}

// fieldAsArray knows a field that MediaWiki takes for filled, or does not
// expect, so that a login may be left open.
func fieldAsArray(c Case) bool {
	if action(c.Request) != "clientlogin" {
		return false
	}
	return slices.ContainsFunc(append(slices.Clone(c.Before), conformance.Step{Request: c.Request}), func(s conformance.Step) bool {
		return action(s.Request) == "clientlogin" && slices.ContainsFunc(parameters(s.Request), func(p [2]string) bool {
			return strings.Contains(p[0], "[")
		})
	})
}

func loginAcrossOrigins(c Case) bool {
	return action(c.Request) == "clientlogin" && c.Ours.Header.Get("MediaWiki-Login-Suppressed") != ""
}

// longAddress knows requests that neither program has seen.
func longAddress(c Case) bool {
	return c.Ours.Status == http.StatusRequestHeaderFieldsTooLarge && c.Theirs.Status == http.StatusRequestURITooLong
}

func httpsInCapitals(c Case) bool {
	return strings.HasPrefix(c.Place, "cookie ") && slices.Contains(c.Request.Headers, [2]string{"X-Forwarded-Proto", "HTTPS"})
}

// isHelp tells whether a request asks for help, which is what one without an
// action does.
func isHelp(r *conformance.Request) bool {
	name := action(r)
	return name == "help" || name == noAction
}
