package modules

import (
	"net/url"
	"strings"
	"testing"
	"time"
)

// checkToken asks about a token by GET and gives the object of the answer.
func (c *client) checkToken(kind, token, more string) string {
	c.t.Helper()
	a := c.get("action=checktoken&type=" + kind + "&token=" + url.QueryEscape(token) + more)
	return a.raw("checktoken")
}

func TestCheckTokenOfEveryType(t *testing.T) {
	r := newRig(t)
	const generated = `,"generated":"2026-11-20T15:25:00Z"}`
	for who, c := range map[string]*client{
		"nobody": r.client(t), "user": r.client(t).login("Alice", alicePassword), "bot": r.client(t).login("William@testbot", testbotSecret),
	} {
		tokens := map[string]string{}
		for _, kind := range []string{"createaccount", "csrf", "login", "patrol", "rollback", "userrights", "watch"} {
			tokens[kind] = c.token(kind)
		}
		for kind, token := range tokens {
			for asked := range tokens {
				want := `{"result":"valid"`
				if token != tokens[asked] {
					want = `{"result":"invalid"`
				}
				if token == `+\` {
					want += "}"
				} else {
					want += generated
				}
				if got := c.checkToken(asked, token, ""); got != want {
					t.Errorf("%s: a %s token as %s: %s, want %s", who, kind, asked, got, want)
				}
			}
		}
	}
}

func TestCheckTokenByAge(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	token := c.token("csrf")
	other := strings.Repeat("f", 32) + token[32:]
	for _, test := range []struct {
		after  time.Duration
		age    string
		result string
	}{
		{0, "", "valid"}, {0, "0", "valid"}, {0, "-1", "expired"}, {0, "9223372036854775807", "valid"}, {0, "-9223372036854775808", "expired"},
		{999 * time.Millisecond, "0", "valid"}, {time.Second, "0", "expired"}, {time.Second, "1", "valid"}, {time.Second, "%2B1", "valid"},
		{time.Minute, "59", "expired"}, {time.Minute, "60", "valid"}, {time.Minute, "", "valid"}, {time.Minute, "9223372036854775807", "valid"},
		{-time.Minute, "-60", "valid"}, {-time.Minute, "-61", "expired"},
	} {
		r.Clock.Set(rigStart.Add(test.after))
		more := ""
		if test.age != "" {
			more = "&maxtokenage=" + test.age
		}
		const generated = `,"generated":"2026-11-20T15:25:00Z"}`
		if got, want := c.checkToken("csrf", token, more), `{"result":"`+test.result+`"`+generated; got != want {
			t.Errorf("%v later, age %q: %s, want %s", test.after, test.age, got, want)
		}
		if got, want := c.checkToken("csrf", other, more), `{"result":"invalid"`+generated; got != want {
			t.Errorf("another token %v later, age %q: %s, want %s", test.after, test.age, got, want)
		}
		if got := r.client(t).checkToken("watch", `+\`, more); got != `{"result":"valid"}` {
			t.Errorf("the token of nobody %v later, age %q: %s", test.after, test.age, got)
		}
	}
}

func TestCheckTokenReadsTheTimeOfWhateverLooksLikeOne(t *testing.T) {
	c := newRig(t).client(t)
	code := strings.Repeat("a", 32)
	for token, generated := range map[string]string{
		"x": "", "0": "", `+\`: "", code + `+\`: "", code + "5": "", code + `5+\ `: "", code + `5 \`: "", code + `5.5+\`: "",
		strings.ToUpper(code) + `5+\`: "", code + "0+\\": "1970-01-01T00:00:00Z", code + `a+\`: "1970-01-01T00:00:10Z",
		code + `000000006b006b48+\`: "2026-11-20T15:46:16Z", code + `ffffffff+\`: "2106-02-07T06:28:15Z",
		code + `3afff4417f+\`: "9999-12-31T23:59:59Z", code + `3afff44180+\`: "10000-01-01T00:00:00Z", code + `ffffffffff+\`: "36812-02-20T00:36:15Z",
		code + `7fffffffffffffff+\`: "292277026596-12-04T15:30:07Z",
		// A real wiki crashes on these.
		code + `ffffffffffffffff+\`: "", code + strings.Repeat("5", 60) + `+\`: "",
	} {
		want := `{"result":"invalid"}`
		if token == `+\` {
			want = `{"result":"valid"}`
		}
		if generated != "" {
			want = `{"result":"invalid","generated":"` + generated + `"}`
		}
		if got := c.checkToken("csrf", token, ""); got != want {
			t.Errorf("%s: %s, want %s", token, got, want)
		}
	}
}

func TestCheckTokenWarnsOfAPlusSignThatWasNotEncoded(t *testing.T) {
	c := newRig(t).client(t)
	m := said{code: "checktoken-percentencoding", key: "apiwarn-checktoken-percentencoding", module: "checktoken"}
	for _, s := range styles() {
		want := `{"warnings":[` + s.object(m) + `],"checktoken":{"result":"invalid"}}`
		if s.format == "bc" {
			key := map[string]string{"1": "*", "2": "warnings"}[s.version]
			want = `{"warnings":{"checktoken":{"` + key + `":"T"}},"checktoken":{"result":"invalid"}}`
		}
		c.get("action=checktoken&type=csrf&token=abc+%5C"+s.query()).shows(s.String(), want)
	}
	for _, token := range []string{"abc+%5C%20", "%2B%5C+", "+", "%5C", "abc%2B%2B%5C"} {
		if a := c.get("action=checktoken&type=csrf&token=" + token); a.raw("warnings") != "" {
			t.Errorf("%s: %s", token, a.Body)
		}
	}
}

func TestCheckTokenRefuses(t *testing.T) {
	c := newRig(t).client(t)
	for query, want := range map[string]string{
		"": "missingparam", "type=csrf": "missingparam", "token=x": "missingparam", "type=csrf&token=": "missingparam", "type=csrf&token[]=x": "missingparam",
		"type=bogus&token=x": "badvalue", "type=csrf%7Clogin&token=x": "badvalue", "type=CSRF&token=x": "badvalue", "type=&token=x": "badvalue",
		"type=csrf&token=%1Fa": "badvalue", "type=csrf&token=x&maxtokenage=": "badinteger", "type=csrf&token=x&maxtokenage=1.5": "badinteger",
		"type=csrf&token=x&maxtokenage=+1": "badinteger", "type=csrf&token=x&maxtokenage=99999999999999999999": "badinteger",
		"type=csrf&token=x&maxtokenage[]=1": "", "type=csrf&token=x": "",
	} {
		c.get("action=checktoken&"+query).fails(query, want)
	}
}

// To ask about a token of a secret that a session has not begins the session:
// a later login then knows that it has handed out tokens.
func TestCheckTokenBeginsASession(t *testing.T) {
	r := newRig(t)
	for kind, sets := range map[string]string{"login": "_session", "createaccount": "_session", "csrf": "", "watch": ""} {
		for _, more := range []string{"", "&origin=*", "&callback=f"} {
			a := r.client(t).get("action=checktoken&type=" + kind + "&token=x" + more)
			if got := a.setNames(); got != sets {
				t.Errorf("%s%s set %q, want %q", kind, more, got, sets)
			}
		}
	}
	c := r.client(t)
	c.get("action=checktoken&type=login&token=x")
	login := c.post(url.Values{"action": {"login"}, "lgname": {"Alice"}, "lgpassword": {alicePassword}, "lgtoken": {"x"}})
	if got := login.text("login", "result"); got != "WrongToken" {
		t.Errorf("%s", login.Body)
	}
	if got := c.get("action=checktoken&type=csrf&token=%2B%5C&maxtokenage=x").setNames(); got != "" {
		t.Errorf("a refused request set %s", got)
	}
}

func TestCheckTokenTakesAPost(t *testing.T) {
	c := newRig(t).client(t)
	c.post(url.Values{"action": {"checktoken"}, "type": {"csrf"}, "token": {`+\`}}).is(`{"checktoken":{"result":"valid"}}`)
}

// A request that another site can read is one of nobody, but the cookies still
// say which session the other tokens belong to.
func TestCheckTokenWithoutSameOrigin(t *testing.T) {
	c := newRig(t).client(t).login("Alice", alicePassword)
	csrf, login := c.token("csrf"), c.token("login")
	for _, test := range []struct{ kind, token, want string }{
		{"csrf", csrf, "invalid"}, {"csrf", `+\`, "valid"}, {"login", login, "valid"},
	} {
		if a := c.get("action=checktoken&type=" + test.kind + "&token=" + url.QueryEscape(test.token) + "&origin=*"); a.text("checktoken", "result") != test.want {
			t.Errorf("%s %s: %s", test.kind, test.token, a.Body)
		}
	}
}
