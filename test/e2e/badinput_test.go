package e2e

import (
	"fmt"
	"strings"
	"testing"
)

const (
	query   = api + "?format=json&formatversion=2&errorformat=plaintext&"
	login   = query + "action=login"
	logout  = query + "action=logout"
	tokens  = query + "action=query&meta=tokens&type=login"
	who     = query + "action=query&meta=userinfo"
	nobody  = `"userinfo":{"id":0,"name":"127.0.0.1","anon":true}`
	needle  = "needle-in-the-password-field"
	lgpass  = "lgpassword=" + needle
	lost    = `"result":"Failed"`
	needTok = `"result":"NeedToken"`
)

// Parameters that no honest client sends.
func TestBadParameters(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.secrets.keep("the password of all probes", needle)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	w.run(t, []probe{
		{"100,000 parameters", posted(who, strings.Repeat("a=&", 100_000)), 200, nobody},
		{"100,000 different parameters", posted(who, numbered(100_000)), 200, nobody},
		{"100,000 parameters in the URL", message("GET", who+"&"+numbered(100_000), ""), 431, ""},
		{"a parameter name of 1 MB", posted(who, strings.Repeat("n", 1<<20)+"=1"), 200, nobody},
		{"a parameter name of 1 MB that needs cleaning", posted(who, strings.Repeat("%FF. e%CC%81", 80_000)+"=1"), 200, nobody},
		{"a list of 100,000 members", posted(query+"action=query", "meta="+strings.Repeat("userinfo|", 100_000)), 200, `"code":"toomanyvalues"`},
		{"bad escapes", posted(login, "lgname=%&lgtoken=%zz&%=%1&%%%="+lgpass), 200, lost},
		{"an escape cut off by the end", posted(login, lgpass+"&lgtoken=x%4"), 200, lost},
		{"NUL in a value", posted(login, "lgname=Wil%00liam&"+lgpass), 200, needTok},
		{"NUL in a name", posted(login, "lgname%00x=William&lgtoken%00=1&"+lgpass), 200, lost},
		{"control characters", posted(login, "lgname=%01%02%1B%5B31m%7F%80&"+lgpass), 200, `"code":"badutf8"`},
		{"a line feed in the name", posted(login, "lgname=William%0A&lgtoken=x&"+lgpass), 200, lost},
		{"over-long UTF-8", posted(login, "lgname=%C0%AF%E0%80%AF%F8%80%80%80%AF&"+lgpass), 200, `"code":"badutf8"`},
		{"surrogates and the end of Unicode", posted(login, "lgname=%ED%A0%80%F4%90%80%80%EF%BF%BE&"+lgpass), 200, `"code":"badutf8"`},
		{"bidirectional controls and a byte order mark", posted(login, "lgname=%EF%BB%BFW%E2%80%AEilliam&"+lgpass), 200, needTok},
		{"U+001F in front of a value", posted(login, "lgname=%1Fa%1Fb&"+lgpass), 200, `"code":"badvalue"`},
		{"U+001F in front of requestid", message("GET", who+"&requestid=%1Fa", ""), 200, `"code":"badvalue"`},
		{"U+001F in front of a password", posted(login, "lgpassword=%1F"+needle), 200, `"code":"badvalue"`},
		{"a parameter twice", posted(login, "lgtoken=&lgtoken=0&"+lgpass), 200, needTok},
		{"a parameter in URL and body", posted(query+"action=login&lgname=A", "lgname=B&lgtoken=&"+lgpass), 200, needTok},
		{"an array for a string", posted(login, "lgname[]=W&lgtoken[x]=1&lgpassword[][]="+needle), 200, `"code":"unsupportedarray"`},
		{"an array for a token", posted(logout, "token[]=x"), 200, `"code":"missingparam"`},
		{"an array for the action", posted(query, "action[]=login&"+lgpass), 200, ""},
		{"brackets in wrong places", posted(login, "]=1&[=2&[]=3&lgtoken[=4&lgname]=5&"+lgpass), 200, needTok},
		{"an unknown action", message("GET", query+"action=../../etc/passwd", ""), 200, `"code":"badvalue"`},
		{"an unknown format", message("GET", api+"?action=query&format=%00", ""), 200, "error"},
		{"a repeated separator", message("GET", query+"action=query&meta="+strings.Repeat("%7C", 40)+"userinfo", ""), 200, ""},
		{"integers", message("GET", who+"&maxage=9223372036854775808", ""), 200, `"code":"badinteger"`},
		{"an integer in another notation", message("GET", who+"&maxage=1e3", ""), 200, `"code":"badinteger"`},
		{"an integer with a line feed", message("GET", who+"&maxage=1%0A", ""), 200, `"code":"badinteger"`},
		{"markup in every text", message("GET", api+"?action=%3Cscript%3E&format=jsonfm&requestid=%3Cscript%3E&callback=%3Cscript%3E", ""), 200, `"requestid": "&lt;script>"`},
		{"injections", posted(login, "lgname='%3B DROP TABLE account%3B--%0Alevel=ERROR msg=forged&lgdomain=$(id)&lgtoken=x&"+lgpass), 200, lost},
		{"a date of the header from another world", message("GET", who, "", "If-Modified-Since: \x80\xff", "Accept-Language: "+strings.Repeat("a,", 9000)), 200, nobody},
	})
	w.stillServes(t, b)
}

func numbered(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "p%d=&", i)
	}
	return b.String()
}

// A password may have any length below the limit of the body; only the first
// kilobytes of work are spent on it.
func TestD4_LongPasswords(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	for name, size := range map[string]int{"5 kB": 5 << 10, "1 MB": 1 << 20} {
		c := w.client()
		long := strings.Repeat("long-pw ", size/8)
		if a := c.attempt("William", long, c.token("login")); a.Login.Result != "Failed" {
			t.Errorf("%s: %+v", name, a.Login)
		}
		if a := c.attempt("Nobody", long, c.token("login")); a.Login.Result != "Failed" {
			t.Errorf("%s of nobody: %+v", name, a.Login)
		}
		// Of the form of a bot password, and far too long.
		c = w.client()
		if a := c.attempt(b.login, strings.Repeat("0123abcd", size/8), c.token("login")); a.Login.Result != "Failed" {
			t.Errorf("%s for a bot: %+v", name, a.Login)
		}
		c.is("")
	}
	w.stillServes(t, b)
}

// Tokens and passwords in the URL are refused before anything is done, and are
// not in the log.
func TestC3L17_SecretsInTheURL(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	c := w.client()
	token := c.token("login")
	for name, query := range map[string]fields{
		"lgtoken":    {"action": "login", "lgtoken": token},
		"lgpassword": {"action": "login", "lgpassword": b.secret},
		"both":       {"action": "login", "lgtoken": token, "lgpassword": b.secret},
	} {
		form := fields{"lgname": b.login, "lgpassword": b.secret, "lgtoken": token}
		if code := c.post(query, form).code(t); code != "mustpostparams" {
			t.Errorf("%s: %s", name, code)
		}
		if code := c.post(query, nil).code(t); code != "mustpostparams" {
			t.Errorf("%s in the URL alone: %s", name, code)
		}
	}
	c.is("")
	c.mustLogin(b.login, b.secret)
	csrf := c.token("csrf")
	if code := c.post(fields{"action": "logout", "token": csrf}, fields{"token": csrf}).code(t); code != "mustpostparams" {
		t.Errorf("logout: %s", code)
	}
	c.is("William")
}
