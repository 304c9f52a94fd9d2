package modules

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// call is a request as a program sends it, and what the program needs in the
// answer.
type call struct {
	method string // GET, POST, or FORM for a multipart POST
	query  string
	body   string
	want   string // parts of the body with a blank between them; an exclamation mark before one: not there
	code   string // of the error; warning: none, but a warning
}

// Places for tokens that earlier answers had.
const (
	loginToken = "{logintoken}"
	csrfToken  = "{csrftoken}"
	needToken  = "{token}"
	asBot      = "lgname=William@testbot&lgpassword=" + testbotSecret + "&lgtoken="
	wrongly    = "lgname=William@testbot&lgpassword=wrong&lgtoken="
	sevenTypes = "type=createaccount|csrf|login|patrol|rollback|userrights|watch"
)

// The requests of programs that log in, from the first to the last, and the
// fields that they read, as docs/protocol/clients.md has them. Programs that can
// be installed are run by the tests in test/clients as well.
func TestRequestsOfKnownClients(t *testing.T) {
	r := newRig(t, withoutThrottle)
	for name, calls := range map[string][]call{
		"mw.Api": {
			{"POST", "", "format=json&formatversion=2&action=login&lgname=William@testbot&lgpassword=x", `"result":"NeedToken" "token":"`, "warning"},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + needToken, `"result":"Success"`, ""},
			{"POST", "", "format=json&formatversion=2&action=logout&token=stale", ``, "badtoken"},
			{"GET", "action=query&format=json&formatversion=2&meta=tokens&type=csrf", "", `"csrftoken":"`, ""},
			{"POST", "", "format=json&formatversion=2&action=query&meta=userinfo&uiprop=%1Fgroups%1Frights", `"groups": "rights":`, ""},
			{"FORM", "", "format=json&formatversion=2&action=logout&token=" + csrfToken, `{}`, ""},
		},
		"pywikibot": {
			{"POST", "", "format=json&formatversion=2&maxlag=5&action=query&meta=userinfo&uiprop=blockinfo|groups|hasmsg|ratelimits|rights", `"anon":true "messages":false "ratelimits":{`, ""},
			{"POST", "", "format=json&maxlag=5&action=paraminfo&modules=main|paraminfo|query", `"path":"main" "path":"query" "name":"generator"`, ""},
			{"POST", "", "format=json&maxlag=5&action=paraminfo&modules=query%2Btokens", `"path":"query+tokens" "type":["createaccount",`, ""},
			{"POST", "", "format=json&formatversion=2&maxlag=5&action=query&meta=tokens&" + sevenTypes, `"createaccounttoken" "csrftoken" "patroltoken" "rollbacktoken" "userrightstoken" "watchtoken"`, ""},
			{"POST", "", "format=json&maxlag=5&action=login&" + wrongly + loginToken, `"result":"Failed" "reason":"`, ""},
			{"POST", "", "format=json&maxlag=5&action=login&" + asBot + loginToken, `"result":"Success" "lgusername":"William"`, ""},
			{"POST", "", "format=json&formatversion=2&maxlag=5&action=query&meta=userinfo&uiprop=blockinfo|groups|hasmsg|ratelimits|rights", `"name":"William" !anon`, ""},
			{"POST", "", "format=json&formatversion=2&maxlag=5&action=query&meta=tokens&" + sevenTypes, `"csrftoken" !"+\\"`, ""},
			{"POST", "", "format=json&formatversion=2&maxlag=5&action=query&meta=siteinfo|userinfo&siprop=namespaces|namespacealiases|general&uiprop=blockinfo|hasmsg",
				`"generator":"MediaWiki "lang":"en" "case":"first-letter" "thumblimits":{ "imagelimits":{ "magiclinks":{`, ""},
			{"POST", "", "format=json&maxlag=5&indexpageids=&action=query&list=users&ususers=William&usprop=blockinfo|groups|rights|editcount|registration|emailable|gender", `"userid":3 "gender":"unknown"`, ""},
			{"POST", "", "format=json&maxlag=5&action=logout&token=" + csrfToken, `{}`, ""},
		},
		"AutoWikiBrowser": {
			{"POST", "format=xml&action=query", "meta=siteinfo&siprop=general|namespaces|namespacealiases|statistics|magicwords", `articlepath=" lang=" generator=" <ns _idx="-2"`, ""},
			{"POST", "format=xml&action=query", "list=tags", `<api batchcomplete=""`, "warning"},
			{"POST", "format=xml&action=query", "meta=tokens&type=login", `logintoken="`, ""},
			{"POST", "format=xml&action=login", asBot + loginToken, `result="Success"`, ""},
			{"POST", "format=xml&action=query", "meta=userinfo&uiprop=blockinfo|hasmsg|groups|rights", `name="William" <groups><g> <rights><r> !messages`, ""},
			{"POST", "format=xml&action=query", "meta=tokens&type=csrf|watch|rollback&curtimestamp=1&assert=user&maxlag=5", `csrftoken=" curtimestamp="`, ""},
			{"GET", "format=xml&action=logout", "", ``, "missingparam"},
			{"GET", "format=xml&action=query&meta=userinfo", "", `name="William"`, ""},
		},
		"Huggle": {
			{"POST", "format=xml&action=query", "meta=tokens&type=login", `logintoken="`, ""},
			{"POST", "format=xml&action=login", wrongly + loginToken, `result="Failed" reason="`, ""},
			{"POST", "format=xml&action=login", asBot + loginToken, `result="Success"`, ""},
			{"GET", "format=xml&action=query&meta=siteinfo&siprop=namespaces|general|extensions|restrictions|usergroups", "", `generator="MediaWiki time=" canonical="User" <extensions><ext <restrictions> <usergroups>`, ""},
			{"GET", "format=xml&action=query&meta=tokens|userinfo&type=csrf|patrol|rollback|watch&uiprop=rights|registrationdate|editcount&assert=user", "", `patroltoken=" <r> registrationdate=" editcount="0"`, ""},
		},
		"mwn": {
			{"GET", "format=json&formatversion=2&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + loginToken, `"result":"Success" "lgusername":"William" !warnings`, ""},
			{"GET", "format=json&formatversion=2&action=query&meta=tokens|siteinfo|userinfo&" + sevenTypes + "&siprop=general|namespaces|namespacealiases&uiprop=rights", "", `"csrftoken" "general":{ "namespaces":{ "rights":[`, ""},
			{"GET", "format=json&formatversion=2&action=paraminfo&modules=logout", "", `"name":"token" "tokentype":"csrf"`, ""},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + loginToken, `"result":"Aborted" BotPasswordSessionProvider`, ""},
			{"POST", "", "format=json&formatversion=2&action=logout&maxlag=5&token=" + csrfToken, `{}`, ""},
		},
		"WikibaseIntegrator": {
			{"POST", "", "format=json&action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + loginToken, `"result":"Success" "lguserid":3`, ""},
			{"GET", "format=json&action=query&meta=tokens&type=csrf", "", `"csrftoken":" !"+\\"`, ""},
			{"POST", "", "format=json&action=query&meta=userinfo&assert=user&maxlag=5&token=" + csrfToken, `"name":"William"`, "warning"},
			{"POST", "", "format=json&action=query&meta=userinfo&assert=bot&maxlag=5&token=" + csrfToken, ``, "assertbotfailed"},
		},
		"wikibase-edit": {
			{"POST", "format=json&action=login", "lgname=x&lgpassword=y", `"token":"`, "warning"},
			{"POST", "format=json&action=login", asBot + needToken, `"result":"Success"`, ""},
			{"GET", "format=json&action=query&meta=tokens&type=csrf", "", `"csrftoken":"`, ""},
			{"POST", "format=json&action=logout", "token=" + csrfToken, `{}`, ""},
		},
		"Wikidata-Toolkit": {
			{"POST", "", "format=json&action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + "stale", `"result":"WrongToken"`, ""},
			{"POST", "", "format=json&action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"POST", "", "format=json&assert=user&action=query&meta=tokens", `"csrftoken":"`, ""},
			{"POST", "", "format=json&assert=user&action=logout&token=" + csrfToken, `{}`, ""},
			{"POST", "", "format=json&assert=user&action=query", ``, "assertuserfailed"},
		},
		"api-testing": {
			{"GET", "format=json&action=query&meta=tokens&type=login|csrf", "", `"csrftoken":"+\\"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"GET", "format=json&action=query&meta=userinfo&uiprop=rights|groups|options|hasmsg", "", `"options":{`, ""},
			{"GET", "format=json&action=query&meta=tokens&type=createaccount|userrights|csrf", "", `"userrightstoken" !"+\\"`, ""},
			{"GET", "format=json&action=query&list=allusers&aulimit=1", "", `"userid":1,"name":"Admin"`, ""},
			{"POST", "", "format=json&action=nosuchaction", ``, "badvalue"},
		},
		"wdio-mediawiki": {
			{"POST", "format=json", "action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "format=json", "action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"POST", "format=json", "action=query&meta=tokens|siteinfo&siprop=general", `"csrftoken":" "generator":"`, ""},
			{"POST", "format=json", "action=query&meta=tokens&type=createaccount", `"createaccounttoken":"`, ""},
			{"POST", "format=json", "formatversion=2&action=query&list=users&ususers=Alice|No&usprop=groups", `"groups":[ "missing":true`, ""},
		},
		"addwiki": {
			{"POST", "", "format=json&action=login&lgname=x&lgpassword=y", `"token":"`, "warning"},
			{"POST", "", "format=json&action=login&" + asBot + needToken, `"result":"Success"`, ""},
			{"POST", "", "format=json&assert=user&action=query&meta=tokens", `"csrftoken":"`, ""},
			{"GET", "format=json&assert=anon&action=query", "", ``, "assertanonfailed"},
			{"POST", "", "format=json&assert=user&action=logout&token=" + csrfToken, `{}`, ""},
		},
		"nodemw": {
			{"POST", "", "format=json&lgdomain=&action=login&lgname=x&lgpassword=y", `"token":"`, "warning"},
			{"POST", "", "format=json&lgdomain=&action=login&" + wrongly + needToken, `"result":"Failed" "reason":"`, ""},
			{"POST", "", "format=json&lgdomain=&action=login&" + asBot + needToken, `"lgusername":"William"`, ""},
			{"GET", "format=json&action=query&meta=userinfo&uiprop=groups|rights|ratelimits|editcount|realname|email", "", `"editcount":0 "ratelimits":{`, ""},
			{"GET", "format=json&action=query&meta=tokens|siteinfo&siprop=general", "", `"csrftoken":" "generator":"MediaWiki`, ""},
		},
		"mediawiki.js": {
			{"GET", "format=json&formatversion=2&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + loginToken,
				`"result":"Aborted" "reason":"Cannot log in when using MediaWiki\\Session\\BotPasswordSessionProvider sessions."`, ""},
		},
		"wiki-saikou": {
			{"GET", "format=json&formatversion=2&errorformat=plaintext&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "format=json&formatversion=2&errorformat=plaintext&action=login", "action=login&" + wrongly + loginToken, `"result":"Failed" "reason":{"code":"wrongpassword","text":"`, ""},
			{"POST", "format=json&formatversion=2&errorformat=plaintext&action=login", "action=login&" + asBot + loginToken, `"result":"Success"`, ""},
		},
		"m3api": {
			{"GET", "format=json&formatversion=2&errorformat=html&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "format=json&formatversion=2&errorformat=html&action=login", wrongly + loginToken, `"reason":{"code":"wrongpassword","html":"`, ""},
			{"POST", "format=json&formatversion=2&errorformat=html&action=login", asBot + loginToken, `"result":"Success"`, ""},
			{"GET", "format=json&formatversion=2&action=query&meta=tokens&type=csrf&assert=user", "", `"csrftoken":"`, ""},
			{"POST", "format=json&formatversion=2&action=logout", "assert=user&token=" + csrfToken, `{}`, ""},
			{"GET", "format=json&formatversion=2&action=query&assert=anon", "", `{"batchcomplete":true}`, ""},
		},
		"wikiapi": {
			{"GET", "format=json&utf8=1&assert=user", "", ``, "assertuserfailed"},
			{"GET", "format=json&utf8=1&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "format=json&utf8=1&maxlag=5&action=login", asBot + loginToken, `"result":"Success"`, ""},
			{"POST", "format=json&utf8=1&action=paraminfo&modules=query%2Bsiteinfo|query%2Buserinfo", "", `"path":"query+siteinfo" "path":"query+userinfo"`, ""},
			{"POST", "format=json&utf8=1&action=query&meta=userinfo&uiprop=rights|blockinfo|centralids", "", `"rights":[ "centralids":{`, ""},
			{"GET", "format=json&utf8=1&action=logout", "", ``, "missingparam"},
		},
		"every siprop": {
			{"GET", "format=json&action=query&meta=siteinfo&siprop=" + strings.Join(siteProperties(), "|"), "", `"` + strings.Join(siteProperties(), `": "`) + `":`, ""},
		},
		"mwbot-ts": {
			{"GET", "format=json&formatversion=2&action=query&meta=siteinfo|userinfo&uiprop=rights&siprop=functionhooks|general|magicwords|interwikimap|namespaces|namespacealiases", "",
				`"rights":[ "functionhooks":[ "magicwords":[ "interwikimap":[ "articlepath": "lang": "wikiid": "legaltitlechars": "script": "scriptpath": "server": "servername": "sitename": "generator":`, ""},
			{"GET", "format=json&formatversion=2&action=query&meta=tokens&type=*", "", `"logintoken" "csrftoken" "createaccounttoken" "watchtoken"`, ""},
			{"POST", "", "format=json&formatversion=2&action=logout", `The \"token\" parameter must be set`, "missingparam"},
		},
		"MediaWiki::API": {
			{"POST", "", "format=json&action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
		},
		"MediaWiki::Bot": {
			{"GET", "format=json&maxlag=5&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "", "format=json&maxlag=5&lgdomain=&action=login&" + wrongly + loginToken, `"result":"Failed"`, ""},
			{"POST", "", "format=json&maxlag=5&lgdomain=&action=login&lgname=BotUser@full&lgpassword=" + fullSecret + "&lgtoken=" + loginToken, `"lgusername":"BotUser"`, ""},
			{"GET", "format=json&maxlag=5&action=query&meta=userinfo&uiprop=rights|groups", "", `"bot"`, ""},
			{"GET", "format=json&maxlag=5&action=query&meta=tokens&assert=bot", "", `"csrftoken":"`, ""},
		},
		"Wikimate": {
			{"POST", "", "format=json&action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"GET", "format=json&action=paraminfo&modules=logout|delete|undelete", "", `"name":"logout" "name":"token"`, "warning"},
			{"GET", "format=json&action=query&meta=tokens", "", `"csrftoken":"`, ""},
		},
		"ClueBot NG": {
			{"GET", "format=json&action=query&rawcontinue=1&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"FORM", "format=json&action=login", asBot + loginToken, `"result":"Success"`, ""},
			{"GET", "format=json&action=query&rawcontinue=1&meta=tokens", "", `"csrftoken":"`, ""},
		},
		"Peachy": {
			{"GET", "format=php&requestid=77&servedby=&action=query&meta=siteinfo&siprop=extensions|general", "", `s:9:"requestid";s:2:"77"; s:9:"generator";`, ""},
			{"FORM", "", "format=php&requestid=78&servedby=&action=login&lgname=x&lgpassword=y", `s:9:"NeedToken" s:5:"token";`, "warning"},
			{"FORM", "", "format=php&requestid=79&servedby=&action=login&" + asBot + needToken, `s:7:"Success"`, ""},
			{"GET", "format=php&action=query&meta=userinfo&uiprop=blockinfo|rights|groups", "", `s:6:"groups"; s:6:"rights";`, ""},
			{"GET", "format=php&action=tokens&type=edit", "", `s:8:"badvalue"`, "badvalue"},
			{"GET", "format=php&action=query&list=users&ususers=William&ustoken=userrights", "", `s:6:"userid";i:3;`, "warning"},
		},
		"go-mwclient": {
			{"GET", "format=json&formatversion=2&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"GET", "format=json&formatversion=2&maxlag=5&action=query&meta=tokens&type=csrf", "", `"csrftoken":"`, ""},
			{"GET", "format=json&formatversion=2&action=logout", "", ``, "missingparam"},
		},
		"python-mwapi": {
			{"POST", "", "format=json&formatversion=2&action=query&meta=tokens&type=login", `"logintoken":"`, ""},
			{"POST", "", "format=json&formatversion=2&action=login&" + asBot + loginToken, `"result":"Success"`, ""},
			{"POST", "", "format=json&action=logout", `"code": "info": "*":`, "missingparam"},
			{"GET", "format=json&action=query&meta=userinfo", "", `"name":"William"`, ""},
		},
		"pymediawiki": {
			{"GET", "format=json&action=query&meta=siteinfo&siprop=extensions|general", "", `"generator":"MediaWiki "server":" "base":" "extensions":[{"type":"other","name":"`, ""},
			{"GET", "format=json&action=query&meta=siteinfo&siprop=languages", "", `"languages":[{"code":`, ""},
		},
		"mediawiki_api.rb": {
			{"POST", "", "format=json&action=login&lgname=x&lgpassword=y", `"token":"`, "warning"},
			{"POST", "", "format=json&action=login&" + asBot + needToken, `"result":"Success"`, ""},
			{"POST", "", "format=json&action=logout&token=stale", ``, "badtoken"},
			{"GET", "format=json&action=query&meta=tokens&type=csrf", "", `"csrftoken":"`, ""},
			{"POST", "", "format=json&action=logout&token=" + csrfToken, `{}`, ""},
		},
		"KF5MediaWiki": {
			{"POST", "format=xml&action=login", "lgname=x&lgpassword=y", `result="NeedToken" token="`, "warning"},
			{"POST", "format=xml&action=login", wrongly + needToken, `result="Failed"`, ""},
			{"POST", "format=xml&action=login", asBot + needToken, `result="Success"`, ""},
			{"GET", "format=xml&action=query&meta=siteinfo", "", `generator="MediaWiki phpversion=" dbtype="`, ""},
			{"GET", "format=xml&action=query&meta=siteinfo&siprop=usergroups", "", `<group name="sysop">`, ""},
		},
		"wiki-java": {
			{"GET", "format=xml&action=query&meta=siteinfo&siprop=namespaces|namespacealiases|general|extensions", "", `</general> <extensions><ext`, ""},
			{"GET", "format=xml&action=query&meta=tokens&type=login", "", `logintoken=" /></query>`, ""},
			{"POST", "format=xml", "action=login&" + asBot + loginToken, `<login result="Success" />`, ""},
			{"POST", "format=xml&action=query", "list=users&ususers=William&usprop=editcount|groups|rights|emailable|blockinfo|gender|registration", `registration=" editcount="0" gender="unknown" <g>`, ""},
		},
		"jwbf": {
			{"GET", "format=xml&action=query&meta=siteinfo", "", `generator="MediaWiki`, ""},
			{"POST", "format=xml&action=login", "lgname=x&lgpassword=y", `token="`, "warning"},
			{"POST", "format=xml&action=login", asBot + needToken, `result="Success" lguserid="3" lgusername="William"`, ""},
			{"GET", "format=xml&action=query&meta=userinfo&uiprop=blockinfo|hasmsg|groups|rights|options|editcount|ratelimits", "", `<rights><r> <ratelimits>`, ""},
		},
		"WikiClientLibrary": {
			{"POST", "", "format=json&action=query&meta=siteinfo&siprop=general|namespaces|namespacealiases|interwikimap|extensions|magicwords", `"interwikimap":[ "magicwords":[`, ""},
			{"POST", "", "format=json&action=query&meta=userinfo&uiprop=blockinfo|groups|hasmsg|rights", `"anon":"" "rights":[`, ""},
			{"POST", "", "format=json&action=nosuchaction", `\"action\"`, "badvalue"},
		},
		"mediawiki_rust": {
			{"GET", "format=json&action=query&meta=siteinfo&siprop=general|namespaces|namespacealiases|libraries|extensions|statistics", "", `"libraries":[] "statistics":{`, ""},
			{"GET", "format=json&action=query&meta=tokens&type=login", "", `"logintoken":"`, ""},
			{"POST", "", "format=json&action=login&" + asBot + loginToken, `"lguserid":3,`, ""},
			{"GET", "format=json&action=query&meta=userinfo&uiprop=blockinfo|groups|groupmemberships|implicitgroups|rights|options|ratelimits|realname|registrationdate|unreadcount|centralids|hasmsg", "",
				`"groupmemberships":[] "registrationdate":"`, ""},
		},
	} {
		t.Run(name, func(t *testing.T) { r.client(t).makes(calls) })
	}
}

// siteProperties are the values of siprop, as paraminfo lists them.
func siteProperties() []string {
	var names []string
	for _, p := range siteProps {
		names = append(names, p.name)
	}
	return names
}

// makes makes the calls in their order.
func (c *client) makes(calls []call) {
	c.t.Helper()
	tokens := map[string]string{}
	for i, call := range calls {
		for name, token := range tokens {
			call.body = strings.ReplaceAll(call.body, name, token)
		}
		a := c.call(call)
		for _, m := range tokenOfAnswer.FindAllStringSubmatch(a.Body, -1) {
			tokens["{"+m[1]+"}"] = m[2] + `+\`
		}
		if a.Status != http.StatusOK {
			c.t.Errorf("%d: status %d", i, a.Status)
		}
		if call.code == "warning" {
			if !strings.Contains(a.Body, "warnings") || a.code() != "" {
				c.t.Errorf("%d: no warning, or an error: %s", i, a.Body)
			}
		} else if got := a.Header.Get("MediaWiki-API-Error"); got != call.code || strings.Contains(a.Body, "warnings") {
			c.t.Errorf("%d: error %q, want %q and no warning: %s", i, got, call.code, a.Body)
		}
		if a.Header.Get("Retry-After") != "" {
			c.t.Errorf("%d: waiting helps nobody here", i)
		}
		for _, part := range strings.Fields(call.want) {
			part, absent := strings.CutPrefix(part, "!")
			if strings.Contains(a.Body, part) == absent {
				c.t.Errorf("%d: %s, there: %v: %s", i, part, absent, a.Body)
			}
		}
	}
}

// tokenOfAnswer is a token under its name in JSON, XML or PHP.
var tokenOfAnswer = regexp.MustCompile(`(\w*token)(?:":"|="|";s:42:")([0-9a-f]{40})\+`)

// call makes one request. Values in bodies are written as they are meant, but
// for escapes.
func (c *client) call(call call) answer {
	c.t.Helper()
	query := strings.ReplaceAll(call.query, " ", "%20")
	if call.method == http.MethodGet {
		return c.send(http.MethodGet, query, "", "")
	}
	var form, parts strings.Builder
	for i, pair := range strings.Split(call.body, "&") {
		name, value, _ := strings.Cut(pair, "=")
		value, err := url.PathUnescape(value)
		must(c.t, err)
		if i > 0 {
			form.WriteByte('&')
		}
		form.WriteString(name + "=" + url.QueryEscape(value))
		parts.WriteString(part(`name="`+name+`"`, value))
	}
	if call.method == "FORM" {
		return c.send(http.MethodPost, query, multipartType, parts.String()+"--b--\r\n")
	}
	return c.send(http.MethodPost, query, formType, form.String())
}
