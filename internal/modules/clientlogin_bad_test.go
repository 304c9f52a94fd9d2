package modules

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/policy"
)

// sendForm posts a body as it is to clientlogin, with a good token.
func (c *client) sendForm(query, body string) answer {
	c.t.Helper()
	token := url.QueryEscape(c.token("login"))
	return c.send(http.MethodPost, "format=json&formatversion=2&errorformat=none&"+query, formType, "action=clientlogin&logintoken="+token+"&"+body)
}

// What is refused as a request is neither the beginning nor a step of a login:
// the one that waits goes on waiting.
func TestARefusedRequestLeavesALoginWaiting(t *testing.T) {
	const begin = "username=Alice&password=x&loginreturnurl=http%3A%2F%2Fx%2F"
	without := func(query, body string) func(c *client) answer {
		return func(c *client) answer {
			return c.send(http.MethodPost, "format=json&formatversion=2&errorformat=none&"+query, formType, "action=clientlogin&"+body)
		}
	}
	with := func(query, body string) func(c *client) answer {
		return func(c *client) answer { return c.sendForm(query, body) }
	}
	for name, test := range map[string]struct {
		ask  func(c *client) answer
		code string
	}{
		"no token":    {without("", begin), "missingparam"},
		"empty token": {without("", begin+"&logintoken="), "missingparam"},
		"GET":         {func(c *client) answer { return c.get("action=clientlogin&" + begin) }, "missingparam"},
		"GET with a token": {func(c *client) answer {
			return c.get("action=clientlogin&logintoken=" + url.QueryEscape(c.token("login")) + "&" + begin)
		}, "mustpostparams"},
		"token in the URL": {func(c *client) answer {
			return without("logintoken="+url.QueryEscape(c.token("login")), begin)(c)
		}, "mustpostparams"},
		"wrong token":     {without("", begin+"&logintoken=0123456789abcdef0123456789abcdef6b006b0e%2B%5C"), "badtoken"},
		"token of nobody": {without("", begin+"&logintoken=%2B%5C"), "badtoken"},
		"token of csrf":   {func(c *client) answer { return without("", begin+"&logintoken="+url.QueryEscape(c.token("csrf")))(c) }, "badtoken"},
		"token of another": {func(c *client) answer {
			return without("", begin+"&logintoken="+url.QueryEscape(c.rig.client(c.t).token("login")))(c)
		}, "badtoken"},
		"token, in an array": {func(c *client) answer {
			return without("", begin+"&logintoken[]="+url.QueryEscape(c.token("login")))(c)
		}, "missingparam"},
		"message format":       {with("", begin+"&loginmessageformat=bogus"), "badvalue"},
		"neither":              {with("", "username=Alice&password=x"), "missingparam"},
		"neither, in an array": {with("", "username=Alice&password=x&loginreturnurl[]=http%3A%2F%2Fx%2F"), "missingparam"},
		"no URL":               {with("", "username=Alice&password=x&loginreturnurl="), "badurl_loginreturnurl"},
		"no scheme":            {with("", "username=Alice&password=x&loginreturnurl=%2F%2Fx%2F"), "badurl_loginreturnurl"},
		"script":               {with("", "username=Alice&password=x&loginreturnurl=javascript%3Aalert(1)"), "badurl_loginreturnurl"},
		"control characters":   {with("", "username=Alice&password=x&loginreturnurl=http%3A%2F%2Fx%2F%0D%0AX-Y%3A+z"), "badurl_loginreturnurl"},
		"a step with no URL":   {with("", "logincontinue=1&loginreturnurl=no"), "badurl_loginreturnurl"},
		"password in the URL":  {with("password=x", "username=Alice&loginreturnurl=http%3A%2F%2Fx%2F"), "mustpostparams"},
		"password in both":     {with("password=x", begin), "mustpostparams"},
	} {
		r, d := withFactor(t)
		c := r.client(t)
		c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
		a := test.ask(c)
		if a.Header.Get("MediaWiki-API-Error") != test.code || a.value("clientlogin") != nil {
			t.Errorf("%s: want %s: %s", name, test.code, a.Body)
		}
		if c.user() != nobody {
			t.Errorf("%s: %s is logged in", name, c.user())
		}
		c.goOn("OATHToken", d.now()).is(told("2", passed("Tfa")))
	}
}

// Steps with fields that are none are steps in vain, and can be taken again.
func TestAStepWithOddFieldsCanBeTakenAgain(t *testing.T) {
	r, d := withFactor(t, func(o *rigOptions) { o.PerAccount = nil })
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	for name, test := range map[string]struct{ body, warning string }{
		"no field":                 {"", ""},
		"empty":                    {"OATHToken=", ""},
		"array":                    {"OATHToken[]=" + d.now(), "unsupportedarray"},
		"another":                  {"OATHtoken=" + d.now(), "unrecognizedparams"},
		"fields of the first step": {"username=Tfa&password=" + tfaPassword, "unrecognizedparams"},
		"unknown request":          {"loginrequests=Nope&OATHToken=" + d.now(), "unrecognizedparams"},
		"no request":               {"loginrequests=&OATHToken=" + d.now(), "unrecognizedparams"},
		"NUL":                      {"OATHToken=" + d.now() + "%00", ""},
		"no UTF-8":                 {"OATHToken=" + d.now() + "%FF", ""},
		"long":                     {"OATHToken=" + strings.Repeat("0", 900_000), ""},
	} {
		a := c.sendForm("", "logincontinue=1&"+test.body)
		a.ended("UI", "oathauth-login-failed")
		if got := a.warned(); got != test.warning {
			t.Errorf("%s: the warnings are %s, want %s", name, got, test.warning)
		}
		r.Clock.Advance(time.Minute)
	}
	c.sendForm("", "logincontinue=1&loginrequests=Nope|"+url.QueryEscape(`MediaWiki\Extension\OATHAuth\Auth\TOTPAuthenticationRequest`)+"&OATHToken="+d.now()).ended("PASS", "")
}

// A beginning with fields that are none is refused, and ends what was waiting;
// no hash is computed for what cannot be a password.
func TestABeginningWithOddFields(t *testing.T) {
	const none, wrong = "authmanager-authn-no-primary", "wrongpassword"
	long := strings.Repeat("x", 900_000)
	r, d := withFactor(t, withoutThrottle)
	spent := costs{}
	r.Credentials.Hasher = countedHasher{r.Credentials.Hasher, spent}
	for name, test := range map[string]struct {
		body, code string
		hashes     int
	}{
		"nothing":            {"", none, 0},
		"no name":            {"password=x", none, 0},
		"empty name":         {"username=&password=x", none, 0},
		"no password":        {"username=Alice", none, 0},
		"empty password":     {"username=Alice&password=", none, 0},
		"blank password":     {"username=Alice&password=+", wrong, 1},
		"blank name":         {"username=+&password=x", none, 0},
		"name in an array":   {"username[]=Alice&password=" + alicePassword, none, 0},
		"password in one":    {"username=Alice&password[]=" + alicePassword, none, 0},
		"name of odd bytes":  {"username=Al%00ice&password=" + alicePassword, none, 0},
		"name and NUL":       {"username=Alice%00&password=" + alicePassword, none, 0},
		"name, no UTF-8":     {"username=Alice%FF&password=" + alicePassword, none, 0},
		"name and line end":  {"username=Alice%0A&password=" + alicePassword, none, 0},
		"address":            {"username=192.0.2.1&password=x", none, 0},
		"markup":             {"username=%3Cb%3E&password=x", none, 0},
		"long name":          {"username=" + long[:300] + "&password=x", none, 0},
		"very long name":     {"username=" + long + "&password=x", none, 0},
		"password and NUL":   {"username=Alice&password=" + alicePassword + "%00", wrong, 1},
		"password, no UTF-8": {"username=Alice&password=%FF" + alicePassword, wrong, 1},
		"4096 bytes":         {"username=Alice&password=" + long[:4096], wrong, 1},
		"4097 bytes":         {"username=Alice&password=" + long[:4097], "passwordtoolong", 0},
		"very long":          {"username=Alice&password=" + long, "passwordtoolong", 0},
		"very long, unknown": {"username=Nobody+here&password=" + long, "passwordtoolong", 0},
		"unknown request":    {"loginrequests=Nope&username=Alice&password=" + alicePassword, none, 0},
		"no request":         {"loginrequests=&username=Alice&password=" + alicePassword, none, 0},
		"another request":    {"loginrequests=" + url.QueryEscape(`MediaWiki\Auth\RememberMeAuthenticationRequest`) + "&username=Alice&password=" + alicePassword, none, 0},
		"last of two names":  {"username=Alice&username=Nobody+here&password=" + alicePassword, wrong, 1},
	} {
		c := r.client(t)
		c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
		clear(spent)
		a := c.sendForm("", "loginreturnurl=http%3A%2F%2Fx%2F&loginmessageformat=none&"+test.body)
		if a.text("clientlogin", "status") != "FAIL" || a.text("clientlogin", "messagecode") != test.code || spent["hash"] != test.hashes {
			t.Errorf("%s: want %s after %d hashes; %d hashes: %.300s", name, test.code, test.hashes, spent["hash"], a.Body)
		}
		if filtered := strings.Contains(test.body, "loginrequests"); filtered != strings.Contains(a.raw("warnings"), "unrecognizedparams") && filtered {
			t.Errorf("%s: warnings %s", name, a.raw("warnings"))
		}
		c.goOn("OATHToken", d.now()).ended("FAIL", "authmanager-authn-not-in-progress")
		if c.user() != nobody {
			t.Errorf("%s: %s is logged in", name, c.user())
		}
	}
	c := r.client(t)
	c.sendForm("", "loginrequests=Nope|"+url.QueryEscape(`MediaWiki\Auth\PasswordAuthenticationRequest`)+
		"&loginreturnurl=http%3A%2F%2Fx%2F&username=Alice&password="+alicePassword).is(told("2", passed("Alice")))
	c.sendForm("password=x", "loginrequests=Nope&loginreturnurl=http%3A%2F%2Fx%2F").ended("FAIL", none) // it is nothing to this login
}

// A new password of any bytes is the one that logs in afterwards.
func TestANewPasswordOfAnyBytes(t *testing.T) {
	for _, chosen := range []string{"four words of text", "a\x00b-Secret-1", "a\xffb-Secret-1", "ü\u0308-Secret-1", " -Secret-1 ", "%00%FF+Secret-1"} {
		r := newRig(t, func(o *rigOptions) { o.Policy = policy.Rules{Default: policy.Policy{MinLength: 8}} })
		issued, err := r.Credentials.IssueTemporary(t.Context(), "Alice", false)
		must(t, err)
		c := r.client(t)
		c.begin("Alice", issued.Password.Reveal()).ended("UI", "resetpass-temp-emailed")
		c.goOn("password", chosen, "retype", chosen).is(told("2", passed("Alice")))
		r.client(t).begin("Alice", chosen).is(told("2", passed("Alice")))
	}
}

// A session of a bot password takes no login, and its fields are not even read.
func TestABotSessionTakesNoLogin(t *testing.T) {
	r := newRig(t)
	for _, more := range []string{"loginreturnurl=http%3A%2F%2Fx%2F", "logincontinue="} {
		c := r.client(t).login("William@testbot", testbotSecret)
		a := c.sendForm("", "username=Alice&password="+alicePassword+"&loginmessageformat=none&"+more)
		if want := `{"status":"FAIL","messagecode":"userlogin-cannot-login","canpreservestate":false}`; a.raw("clientlogin") != want || c.user() != "William" {
			t.Errorf("%s: %s", c.user(), a.Body)
		}
		if !strings.Contains(a.raw("warnings"), "unrecognizedparams") {
			t.Errorf("warnings: %s", a.Body)
		}
	}
}

// Without writes there is no login, and the one that waits goes on waiting.
func TestAReadOnlySiteTakesNoLogin(t *testing.T) {
	r, d := withFactor(t)
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	o := defaultRigOptions()
	o.Engine.ReadOnly = "a move"
	r.rewire(t, o)
	for _, body := range []string{"logincontinue=1&OATHToken=" + d.now(), "username=Alice&loginreturnurl=http%3A%2F%2Fx%2F&password=" + alicePassword} {
		if a := c.sendForm("", body); a.Header.Get("MediaWiki-API-Error") != "readonly" {
			t.Errorf("%s", a.Body)
		}
	}
	r.rewire(t, defaultRigOptions())
	c.goOn("OATHToken", d.now()).is(told("2", passed("Tfa")))
}

// noFlows is a store in which nothing can be done.
type noFlows struct{ flow.Store }

var errNoFlows = errors.New("the store is gone")

func (noFlows) Put(context.Context, flow.ID, []byte, time.Time) error { return errNoFlows }

func (noFlows) Take(context.Context, flow.ID, flow.Holder, time.Time) ([]byte, bool, error) {
	return nil, false, errNoFlows
}

func (noFlows) Get(context.Context, flow.ID, time.Time) ([]byte, bool, error) {
	return nil, false, errNoFlows
}

func (noFlows) Delete(context.Context, flow.ID) error { return errNoFlows }

// When the store fails, nobody is logged in who has to take a step more, and
// the answer tells nothing.
func TestLoginsWithoutAStore(t *testing.T) {
	r, d := withFactor(t)
	c := r.client(t)
	c.begin("Tfa", tfaPassword).ended("UI", "oathauth-auth-ui")
	flows := r.Logins.Flows.Store
	r.Logins.Flows.Store = noFlows{flows}
	asked := []answer{
		c.goOn("OATHToken", d.now()), c.begin("Tfa", tfaPassword), c.begin("Alice", "wrong"),
		c.get("action=query&meta=authmanagerinfo&amirequestsfor=login-continue"), c.tryLogin("Tfa", tfaPassword),
	}
	for i, a := range asked {
		if !strings.HasPrefix(a.Header.Get("MediaWiki-API-Error"), "internal_api_error_") || strings.Contains(a.Body, errNoFlows.Error()) {
			t.Errorf("%d: %s", i, a.Body)
		}
	}
	if c.user() != nobody {
		t.Errorf("%s is logged in", c.user())
	}
	r.Logins.Flows.Store = flows
	c.goOn("OATHToken", d.now()).is(told("2", passed("Tfa")))
	if names := []string{c.user(), r.client(t).user()}; !slices.Equal(names, []string{"Tfa", nobody}) {
		t.Errorf("the sessions are those of %q", names)
	}
}
