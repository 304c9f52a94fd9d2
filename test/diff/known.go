package diff

import (
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// Known is a difference that is not reported.
type Known struct {
	Name   string // for the count in the summary
	Reason string // a row of docs/compatibility.md, or why it says nothing
	Is     func(Case) bool
	// Ends stops the sequence, since what follows may be a consequence.
	Ends bool
}

// Case is a difference together with what led to it.
type Case struct {
	Difference
	Request      *conformance.Request
	Ours, Theirs *conformance.Answer
}

// unknown gives the differences of two answers that no rule knows, and the
// names of the rules that knew the others. end tells that one of those ends
// the sequence.
func (p *Pair) unknown(r *conformance.Request, ours, theirs *conformance.Answer) (left []Difference, known []string, end bool) {
	for _, d := range Compare(ours, theirs, isHelp(r)) {
		c := Case{d, r, ours, theirs}
		i := slices.IndexFunc(p.Known, func(k Known) bool { return k.Is(c) })
		if i < 0 {
			left = append(left, d)
			continue
		}
		known = append(known, p.Known[i].Name)
		end = end || p.Known[i].Ends
	}
	return left, known, end
}

// KnownOfMediaWiki are the known differences of wikigate (ours) and MediaWiki
// 1.39 (theirs).
func KnownOfMediaWiki() []Known {
	return []Known{
		{Name: "modules", Reason: "Not yet: the rest of AuthManager; the list of all modules stands in the error", Is: at(
			`params.*list`, `params.*num`)},
		{Name: "lists of modules", Reason: "the same in paraminfo, and generator", Is: listOfModules},
		{Name: "source", Reason: "source and licence in paraminfo", Is: at(`\.@?(source|sourcename|licensetag|licenselink)$`)},
		{Name: "software", Reason: "software in meta=siteinfo", Is: at(`general\.@?(phpversion|phpsapi|dbtype|dbversion|logo)$`)},
		{Name: "interwiki", Reason: "table of interwiki prefixes", Is: at(`\.interwikimap`)},
		{Name: "software lists", Reason: "lists of software in meta=siteinfo", Is: at(
			`query(\[\])?\.(libraries|extensions|skins|extensiontags|functionhooks|showhooks|variables|magicwords|protocols|fileextensions|uploaddialog|specialpagealiases|languages|languagevariants)`)},
		{Name: "options", Reason: "preferences in uiprop=options", Is: at(`userinfo\.options\.`, `userinfo\[\]\.options`, `\.defaultoptions`)},
		{Name: "types of tokens", Reason: "types of tokens: nine", Is: typesOfTokens},
		{Name: "anonymous cookie again", Reason: "anonymous session cookie: sent once more", Is: anonymousCookie, Ends: true},
		{Name: "anonymous session kept", Reason: "anonymous session after a logout, or a login: a client that kept a copy has one", Is: keptSession, Ends: true},
		{Name: "mismatch of origins", Reason: "body of a mismatch of origins", Is: func(c Case) bool {
			return c.Place == "header Content-Type" && c.Ours.Status == 403 && c.Theirs.Status == 403
		}},
		{Name: "number without bounds", Reason: "number of more than 308 digits", Is: func(c Case) bool {
			return c.Ours.Header.Get("MediaWiki-API-Error") == "badinteger" && endlessNumber.MatchString(requestText(c.Request))
		}},
		{Name: "general parameter that is a list", Reason: "parameter requestid or origin that begins with U+001F: crashes",
			Is: crash("internal_api_error_ApiUsageException", "requestid", "origin")},
		{Name: "time of 64 bits", Reason: "checktoken with a time of 64 bits or more: crashes", Is: func(c Case) bool {
			return c.Theirs.Header.Get("MediaWiki-API-Error") == "internal_api_error_TypeError" && strings.Contains(text(c.Request), "token")
		}},
		{Name: "logout across origins", Reason: "logout across origins with a bot session", Is: func(c Case) bool {
			return action(c.Request) == "logout" && strings.HasSuffix(c.Place, "_BPsession") && c.Ours.Header.Get("MediaWiki-Login-Suppressed") != ""
		}, Ends: true},
		{Name: "HTTPS in capitals", Reason: "header X-Forwarded-Proto in capitals", Is: func(c Case) bool {
			return strings.HasPrefix(c.Place, "cookie") && slices.Contains(c.Request.Headers, [2]string{"X-Forwarded-Proto", "HTTPS"})
		}, Ends: true},
		{Name: "query+info", Reason: "query+info without linkcontext; generator", Is: func(c Case) bool {
			return action(c.Request) == "paraminfo" && (strings.HasSuffix(c.Place, "generator") ||
				strings.HasSuffix(c.Place, "parameters (entries)") && strings.Contains(c.Difference.Theirs, "mustExist"))
		}},
		{Name: "continue in paraminfo", Reason: "parameter continue where paraminfo describes query", Is: func(c Case) bool {
			return strings.Contains(c.Place, "warnings") && regexp.MustCompile(`paraminfo(?s:.*)continue|continue(?s:.*)paraminfo`).MatchString(text(c.Request))
		}},
		{Name: "format of help", Reason: "parameter of the format of an error of action=help", Is: func(c Case) bool {
			return isHelp(c.Request) && regexp.MustCompile(`warnings\.(json|raw|php|xml)$|warnings.*module`).MatchString(c.Place)
		}},
	}
}

// endlessNumber is over what a floating-point number holds.
var endlessNumber = regexp.MustCompile(`\d{309}`)

// at knows differences by their place.
func at(patterns ...string) func(Case) bool {
	places := regexp.MustCompile(strings.Join(patterns, "|"))
	return func(c Case) bool { return places.MatchString(c.Place) }
}

// listOfModules knows the values of a parameter that are names of modules, by
// one that MediaWiki alone has.
func listOfModules(c Case) bool {
	if strings.Contains(c.Place, "submodules") || strings.Contains(c.Place, "internalvalues") || strings.Contains(c.Place+c.Difference.Theirs, "deprecatedvalues") && strings.Contains(c.Place, "param") {
		return true
	}
	return strings.HasSuffix(c.Place, "(entries)") && strings.Contains(c.Place, "type") &&
		regexp.MustCompile(`"(block|deletedrevs|allcategories|allmessages|categories)"`).MatchString(c.Difference.Theirs)
}

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

// crash knows MediaWiki's answer to an exception that it does not catch, when
// a parameter has a value that begins like a list.
func crash(code string, parameter ...string) func(Case) bool {
	return func(c Case) bool {
		return c.Theirs.Status == 500 && c.Theirs.Header.Get("MediaWiki-API-Error") == code &&
			slices.ContainsFunc(parameters(c.Request), func(p [2]string) bool {
				return slices.Contains(parameter, strings.TrimSpace(p[0])) && strings.HasPrefix(p[1], "\x1f")
			})
	}
}

// typesOfTokens knows the two that MediaWiki has not.
func typesOfTokens(c Case) bool {
	return regexp.MustCompile(`\.@?(deleteglobalaccount|setglobalaccountstatus)token$`).MatchString(c.Place) ||
		strings.HasSuffix(c.Place, "type (entries)") && strings.Contains(c.Difference.Ours, `"deleteglobalaccount"`)
}

// isHelp tells whether a request asks for help, which is what one without an
// action does.
func isHelp(r *conformance.Request) bool {
	name := action(r)
	return name == "help" || name == noAction
}
