package modules

import (
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
)

// withOathRights gives rights as a site with second factors has them, and all
// of the API to the members of groups.
func withOathRights(groups ...string) func(*rigOptions) {
	return func(o *rigOptions) {
		o.Oath, o.Groups = true, slices.Concat(o.Groups, grant.FactorGroups(), grant.FactorAPI(groups))
	}
}

func TestF16_AskingForOthersNeedsARightAndAReason(t *testing.T) {
	r, _ := withFactor(t, withOathRights())
	for _, c := range []struct {
		who, query, code, body string
	}{
		{"", "", "permissiondenied", ""},
		{"Alice", "", "permissiondenied", ""},
		{"Alice", "&oathuser=Tfa&oathreason=x", "permissiondenied", ""},
		{"Alice", "&oathuser=", "baduser", ""},
		{"Admin", "", "noreason", ""},
		{"Admin", "&oathuser=Tfa&oathreason=", "noreason", ""},
		{"Admin", "&oathuser=127.0.0.1", "noreason", ""},
		{"Admin", "&oathuser=127.0.0.1&oathreason=x", "invaliduser", ""},
		{"Admin", "&oathuser=1.2.3.0/24&oathreason=x", "invaliduser", ""},
		{"Admin", "&oathuser=wiki%3EFoo&oathreason=x", "invaliduser", ""},
		{"Admin", "&oathuser=%234&oathreason=x", "baduser", ""},
		{"Admin", "&oathreason=0", "", `{"enabled":false}`},
		{"Admin", "&oathuser=_tfa&oathreason=x", "", `{"enabled":true}`},
		{"Admin", "&oathuser=Nobody&oathreason=x", "", `{"enabled":false}`},
	} {
		cl := r.client(t)
		switch c.who {
		case "Alice":
			cl.login("Alice", alicePassword)
		case "Admin":
			cl.login("Admin", adminPassword)
		}
		for _, version := range []string{"1", "2"} {
			a := cl.get("action=query&meta=oath&formatversion=" + version + c.query)
			a.fails(c.who+c.query, c.code)
			if got := a.raw("query", "oath"); got != c.body {
				t.Errorf("%s%s: got %s", c.who, c.query, got)
			}
		}
	}
	for form, want := range map[string]string{
		"format=json&formatversion=1&errorformat=raw": `"key":"apierror-permissiondenied","params":[{"message":{"key":"action-oathauth-api-all","params":[]}}],"module":"query+oath"`,
		"format=xml&errorformat=raw": `<error code="permissiondenied" key="apierror-permissiondenied" module="query+oath"><params><param>` +
			`<message key="action-oathauth-api-all"><params /></message></param></params></error>`,
	} {
		if a := r.client(t).send("GET", "action=query&meta=oath&"+form, "", ""); !strings.Contains(a.Body, want) {
			t.Errorf("%s: %s", form, a.Body)
		}
	}
	rows, err := r.Trail.Store.List(t.Context(), audit.Filter{Kind: audit.FactorAsked, Limit: 20})
	must(t, err)
	if len(rows) != 6 || rows[2].Name != "Tfa" || rows[2].Actor != "Admin" || rows[2].Detail("reason") != "x" {
		t.Errorf("recorded: %+v", rows)
	}
}

func TestOathForTrustedPrograms(t *testing.T) {
	r, _ := withFactor(t, withOathRights("user"))
	c := r.client(t).login("Alice", alicePassword)
	for query, want := range map[string]string{"": "false", "&oathuser=Tfa": "true", "&oathuser=Nobody": "false"} {
		if got := c.get("action=query&meta=oath"+query).raw("query", "oath", "enabled"); got != want {
			t.Errorf("%s: got %s", query, got)
		}
	}
	if a := c.get("action=query&meta=oath&format=xml"); !strings.Contains(a.Body, "<oath />") {
		t.Errorf("got %s", a.Body)
	}
	rows, err := r.Trail.Store.List(t.Context(), audit.Filter{Kind: audit.FactorAsked, Limit: 20})
	if err != nil || len(rows) != 0 {
		t.Errorf("recorded: %+v, %v", rows, err)
	}
	c.get("action=query&meta=oath&oathuser=127.0.0.1").fails("an address", "invaliduser")
	r.client(t).get("action=query&meta=oath").fails("nobody", "permissiondenied")
}

// validate posts a check; pairs are parameters.
func (c *client) validate(pairs ...string) answer {
	c.t.Helper()
	form := url.Values{"action": {"oathvalidate"}, "token": {c.token("csrf")}, "formatversion": {"2"}}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return c.post(form)
}

func TestOathValidate(t *testing.T) {
	r, d := withFactor(t, withOathRights("user"))
	c := r.client(t).login("Alice", alicePassword)
	says := func(a answer, want string) {
		t.Helper()
		if got := a.raw("oathvalidate"); got != want {
			t.Errorf("got %s, want %s", a.Body, want)
		}
	}
	const none, wrong, right = `{"enabled":false,"valid":false,"module":""}`, `{"enabled":true,"valid":false,"module":"totp"}`, `{"enabled":true,"valid":true,"module":"totp"}`
	says(c.validate("data", `{"token":"123456"}`), none)
	says(c.validate("data", `{"token":"123456"}`, "user", "Nobody"), none)
	for _, data := range []string{"x", "5", "{}", `"x"`, "", `{"token":null}`, `{"token":["1"]}`, `{"token":""}`, `{"token":{}}`, `{"token":"000000"}`, `{"token":123456}`} {
		says(c.validate("data", data, "user", "tfa"), wrong)
	}
	code := d.now()
	says(c.validate("totp", code, "data", `{"token":"000000"}`, "user", "Tfa"), right)
	says(c.validate("data", `{"token":"`+code+`"}`, "user", "Tfa"), wrong)
	says(c.validate("data", `{"token":"`+d.recovery[0]+`"}`, "user", "Tfa", "formatversion", "1"), right)
	says(c.validate("data", `{"token":"`+d.recovery[0]+`"}`, "user", "Tfa"), wrong)
	for range 7 {
		c.validate("totp", "000000", "user", "Tfa")
	}
	r.Clock.Advance(30 * time.Second)
	c.validate("totp", d.now(), "user", "Tfa").fails("too many", "ratelimited")
	login := r.client(t)
	login.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	login.goOn("OATHToken", d.now()).ended("UI", "oathauth-throttled")
	rows, err := r.Trail.Store.List(t.Context(), audit.Filter{Kind: audit.FactorAsked, Limit: 50})
	must(t, err)
	if len(rows) == 0 || rows[0].Reason != audit.Throttled || rows[0].Actor != "Alice" || rows[0].Name != "Tfa" {
		t.Errorf("recorded: %+v", rows)
	}
}

func TestOathValidateRefuses(t *testing.T) {
	r, _ := withFactor(t, withOathRights())
	c := r.client(t).login("Alice", alicePassword)
	c.validate().fails("nothing", "missingparam")
	c.validate("data", `{"token":"1"}`).fails("no right", "permissiondenied")
	c.validate("data", "x", "user", "a|b").fails("a bad name", "baduser")
	c.validate("data", "x", "token", "x").fails("a bad token", "badtoken")
	form := url.Values{"action": {"oathvalidate"}, "token": {c.token("csrf")}}
	c.do("POST", "data=x", form).fails("in the URL", "mustpostparams")
	c.do("POST", "totp=x", form).fails("in the URL", "mustpostparams")
	r.client(t).do("POST", "", url.Values{"action": {"oathvalidate"}, "token": {`+\`}, "data": {"x"}}).fails("nobody", "permissiondenied")
	admin := r.client(t).login("Admin", adminPassword)
	admin.validate("data", "x").fails("who may only ask", "permissiondenied")
}

// A bot password asks with the grant oath, if its account may.
func TestF10_BotPasswordsAskByAGrant(t *testing.T) {
	r, _ := withFactor(t, withOathRights())
	for _, b := range []struct {
		owner, code string
		grants      []string
	}{
		{"Admin", "", []string{"oath"}},
		{"Admin", "permissiondenied", []string{"editpage"}},
		{"Alice", "permissiondenied", []string{"oath"}},
	} {
		made, err := r.BotPasswords.Create(t.Context(), botpassword.CreateRequest{Owner: b.owner, App: "oath" + b.code, Grants: b.grants})
		must(t, err)
		c := r.client(t).login(made.Login, made.Secret.Reveal())
		c.get("action=query&meta=oath&oathuser=Tfa&oathreason=x").fails(made.Login, b.code)
		c.validate("data", "x").fails(made.Login, "permissiondenied")
	}
}
