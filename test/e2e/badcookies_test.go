package e2e

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// asks is a request for the user's name with cookies as given.
func asks(cookies string) string { return message("GET", who, "", "Cookie: "+cookies) }

// wantsToken is a request for a login token with cookies as given.
func wantsToken(cookies string) string { return message("GET", tokens, "", "Cookie: "+cookies) }

// Cookies that this server has never made.
func TestBadCookies(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("William", "password-of-William")
	b := w.bot("William", "app")
	var probes []probe
	for _, cookie := range []string{cookieSession, cookieBot, cookieUserID, cookieUserName, cookieToken, "forceHTTPS"} {
		for name, value := range map[string]string{
			"empty":             "",
			"8 kB":              strings.Repeat("a", 8<<10),
			"8 kB of escapes":   strings.Repeat("%C3%A9", 8<<10/6),
			"bad escapes":       "%%%zz%4",
			"NUL escaped":       "%00" + strings.Repeat("a", 31),
			"a path":            "../../../../etc/passwd",
			"a path, long":      strings.Repeat("../", 20) + "etc/passwd",
			"quoted":            `"` + strings.Repeat("a", 32) + `"`,
			"line feed escaped": strings.Repeat("a", 32) + "%0A",
			"bytes":             strings.Repeat("\xff\xfe", 20),
			"32 characters":     strings.Repeat("0", 32),
			"64 characters":     "04" + strings.Repeat("0", 62),
			"64, not digits":    strings.Repeat("z", 64),
			"a number":          "1",
			"a huge number":     "99999999999999999999999",
			"a negative number": "-1",
			"injection":         `' OR '1'='1`,
		} {
			probes = append(probes, probe{cookie + " " + name, asks(cookie + "=" + value), 200, nobody})
		}
	}
	var many, same []string
	for i := range 500 {
		many = append(many, fmt.Sprintf("cookie%d=%d", i, i))
		same = append(same, fmt.Sprintf("%s=%032d", cookieBot, i))
	}
	probes = append(probes,
		probe{"500 cookies", asks(strings.Join(many, "; ")), 200, nobody},
		probe{"500 times one cookie", asks(strings.Join(same, "; ")), 200, nobody},
		probe{"500 headers", message("GET", who, "", "Cookie: "+strings.Join(same, "\r\nCookie: ")), 200, nobody},
		probe{"no sign of equality", asks(cookieSession + "; " + cookieBot + ";;;; ;=;==; =x"), 200, nobody},
		probe{"nothing", asks(""), 200, nobody},
		probe{"separators", asks(strings.Repeat(";", 20_000)), 200, nobody},
		probe{"a tab", asks("\t" + cookieBot + "\t=\tx"), 200, nobody},
		probe{"a control character", asks(cookieBot + "=\x01"), 400, ""},
		probe{"DEL", asks(cookieBot + "=\x7f"), 400, ""},
	)
	w.run(t, probes)
	w.stillServes(t, b)
}

// B-1, B-2: an id of a client's own making is not adopted; the client gets one
// of the server's, or none.
func TestB1B2_FixedIDs(t *testing.T) {
	t.Parallel()
	w := start(t)
	real := w.client()
	real.token("login")
	genuine := real.cookies[cookieSession]
	if len(genuine) != 64 {
		t.Fatalf("the cookie %q is not of the form that the test was made for", genuine)
	}
	flip := func(i int) string {
		c := byte('0')
		if genuine[i] == c {
			c = '1'
		}
		return genuine[:i] + string(c) + genuine[i+1:]
	}
	ids := map[string]string{
		"32 digits":               strings.Repeat("0123456789abcdef", 2),
		"64 digits":               strings.Repeat("0123456789abcdef", 4),
		"1000 digits":             strings.Repeat("0", 1000),
		"MediaWiki's":             "af0vsanv604t7l27g6udf6qiu5igrhop",
		"genuine, longer":         genuine + "0",
		"genuine, shorter":        genuine[:63],
		"genuine in other case":   strings.ToUpper(genuine),
		"genuine twice":           genuine + genuine,
		"genuine, line feed":      genuine + "%0A",
		"another version":         flip(0),
		"another code":            flip(60),
		"another end of the code": flip(63),
		"too short":               "abc",
		"a path":                  "../../x",
	}
	for i := range genuine {
		ids[fmt.Sprintf("digit %d changed", i)] = flip(i)
	}
	for name, id := range ids {
		r := w.raw(t, wantsToken(cookieSession+"="+id))
		if r.status != 200 || !slices.Contains(r.set, cookieSession) {
			t.Errorf("%s: status %d, sets %q", name, r.status, r.set)
		}
		if got := r.header.Values("Set-Cookie"); len(got) != 1 || strings.Contains(got[0], id+";") {
			t.Errorf("%s: adopted in %q", name, got)
		}
		if r := w.raw(t, asks(cookieSession+"="+id)); !slices.Contains(r.cleared, cookieSession) && !slices.Contains(r.set, cookieSession) {
			t.Errorf("%s: the cookie is left as it is", name)
		}
		bot := w.raw(t, asks(cookieBot+"="+id))
		if !strings.Contains(bot.body, nobody) || slices.Contains(bot.set, cookieBot) {
			t.Errorf("%s as a bot's: sets %q, %s", name, bot.set, bot.body)
		}
	}
	if r := w.raw(t, wantsToken(cookieSession+"="+genuine)); len(r.set) != 0 {
		t.Errorf("the genuine one: sets %q", r.set)
	}
}

// B-3: whoever has planted his own anonymous session in a victim's browser has
// nothing of the victim's login, and the session is of no use any more.
func TestB3_PlantedSession(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Victim", "password-of-Victim")
	attacker := w.client()
	token := attacker.token("login")
	planted := attacker.cookies[cookieSession]

	victim := w.client()
	victim.cookies[cookieSession] = planted
	victim.mustLogin("Victim", "password-of-Victim")
	victim.is("Victim")
	if victim.cookies[cookieSession] == planted {
		t.Error("the login has kept the id")
	}
	attacker.is("")
	if attacker.cookies[cookieSession] == victim.cookies[cookieSession] {
		t.Error("the attacker got the victim's id")
	}
	attacker.cookies[cookieSession] = planted
	if a := attacker.attempt("Victim", "password-of-Victim", token); a.Login.Result == "Success" {
		t.Error("the token of the planted session still logs in")
	}
	// With the victim's other cookies, which are no secrets, it is nothing
	// either.
	attacker.cookies = map[string]string{cookieSession: planted, cookieUserID: victim.cookies[cookieUserID], cookieUserName: "Victim"}
	attacker.is("")
	victim.is("Victim")
}

// B-3 for a bot: its session is beside the planted one and has an id of its
// own; an id planted for it is not adopted.
func TestB3_PlantedBotSession(t *testing.T) {
	t.Parallel()
	w := start(t)
	w.account("Victim", "password-of-Victim")
	b := w.bot("Victim", "app")
	planted := strings.Repeat("0v", 16)
	victim := w.client()
	victim.cookies[cookieBot] = planted
	victim.mustLogin(b.login, b.secret)
	victim.is("Victim")
	if victim.cookies[cookieBot] == planted {
		t.Error("the planted id was adopted")
	}
	attacker := w.client()
	attacker.cookies[cookieBot] = planted
	attacker.is("")
}
