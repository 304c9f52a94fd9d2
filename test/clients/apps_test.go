package clients

import (
	"cmp"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
)

// app is how a program that cannot run here logs in: requests that were read
// in its source.
type app struct {
	name   string
	common string // in the URL of every request, besides format=json
	ask    string // what it asks before a login, if anything
	method string // of queries
	begin  string // of the URL of the first step
	fields string // of its body, besides name, password and token
	goOn   string // of the second step, besides code and token
	again  bool   // the second step has the fields and the password once more
	fresh  bool   // the second step has a token of its own
	after  string // what it asks when it is in
}

var apps = []app{
	{
		name: "Wikipedia for Android", common: "formatversion=2&errorformat=html&errorsuselocal=1", method: "GET",
		begin: "action=clientlogin&rememberMe=", fields: "loginreturnurl=https://en.wikipedia.org/",
		goOn: "logincontinue=true", again: true,
		after: "action=query&meta=userinfo&list=users&uiprop=groups|blockinfo|editcount|latestcontrib&usprop=groups|cancreate&ususers={name}",
	},
	{
		name: "Wikipedia for iOS", method: "POST",
		ask:   "action=query&meta=authmanagerinfo&amirequestsfor=login",
		begin: "", fields: "action=clientlogin&loginreturnurl=https://www.wikipedia.org&rememberMe=1",
		goOn: "logincontinue=1", again: true, fresh: true,
		after: "action=query&meta=userinfo&uiprop=groups|blockinfo|editcount|registrationdate",
	},
	{
		name: "Commons for Android", common: "formatversion=2&errorformat=plaintext&errorsuselocal=1", method: "GET",
		begin: "action=clientlogin&rememberMe=", fields: "loginreturnurl=https://commons.wikimedia.org/&uselang=en",
		goOn: "logincontinue=true", again: true,
		after: "action=query&meta=userinfo&list=users&uiprop=groups&usprop=groups|cancreate&ususers={name}",
	},
	{
		name: "pywikibot", common: "maxlag=5&formatversion=2", method: "POST",
		ask:   "action=query&meta=userinfo&uiprop=blockinfo|groups|hasmsg|ratelimits|rights",
		begin: "", fields: "action=clientlogin&loginreturnurl=https://example.com&rememberMe=1",
		goOn:  "action=clientlogin&logincontinue=&loginreturnurl=https://example.com",
		after: "action=query&meta=userinfo&uiprop=blockinfo|groups|hasmsg|ratelimits|rights",
	},
	{
		name: "mwclient 0.11", method: "GET",
		ask:   "action=query&meta=siteinfo|userinfo|userinfo&siprop=general|namespaces&uiprop=groups|rights|blockinfo|hasmsg&continue=",
		begin: "", fields: "action=clientlogin&loginreturnurl=https://example.org/",
		goOn:  "action=clientlogin&logincontinue=1",
		after: "action=query&meta=userinfo&uiprop=groups|rights",
	},
	{
		name: "python-mwapi", method: "POST",
		begin: "", fields: "action=clientlogin&loginreturnurl=http://example.org/",
		goOn:  "action=clientlogin&logincontinue=1",
		after: "action=query&meta=userinfo",
	},
	{
		name: "WikidataIntegrator", method: "GET",
		ask:   "action=query&meta=authmanagerinfo&amisecuritysensitiveoperation=&amirequestsfor=login",
		begin: "", fields: "action=clientlogin&loginreturnurl=https://example.org/",
		goOn:  "action=clientlogin&logincontinue=1",
		after: "action=query&meta=userinfo&assert=user",
	},
}

// TestApps plays what apps and libraries send that cannot be installed here,
// and looks at what they read.
func TestApps(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starting no server")
	}
	target := newEndpoint(t)
	for _, a := range apps {
		t.Run(a.name, func(t *testing.T) {
			t.Run("password", func(t *testing.T) { a.logsIn(t, target) })
			t.Run("second factor", func(t *testing.T) {
				if target.second == nil {
					t.Skip("the wiki has no account with a second factor")
				}
				a.logsInBySteps(t, target)
			})
		})
	}
}

// logsIn has a wrong password refused, and gets in with the right one.
func (a app) logsIn(t *testing.T, target endpoint) {
	s := newInstalled(t, a, target)
	if a.ask != "" {
		asked := s.query(a.ask).Query
		if strings.Contains(a.ask, "authmanagerinfo") && asked.AuthManagerInfo.CanAuthenticateNow == nil {
			t.Errorf("authmanagerinfo does not say that one can log in: %+v", asked)
		}
	}
	wrong := s.first(target.account(), "wrong-"+target.accountPassword).Clientlogin
	if wrong.Status != "FAIL" || wrong.MessageCode != "wrongpassword" || wrong.Message == "" {
		t.Errorf("a wrong password: %+v", wrong)
	}
	s.isNobody()
	right := s.first(target.account(), target.accountPassword).Clientlogin
	if right.Status != "PASS" || right.Username != target.account() {
		t.Fatalf("the right password: %+v", right)
	}
	s.is(target.account())
	if strings.Contains(a.begin+a.fields, "rememberMe") && !s.remembered() {
		t.Error("the login is not remembered")
	}
	s.logOut()
}

// logsInBySteps is asked for a code, has a wrong one refused and gets in.
func (a app) logsInBySteps(t *testing.T, target endpoint) {
	const wanted = `MediaWiki\Extension\OATHAuth\Auth\TOTPAuthenticationRequest`
	s := newInstalled(t, a, target)
	login, password := target.second.login, target.second.password
	begun := s.first(login, password).Clientlogin
	if begun.Status != "UI" || begun.MessageCode != "oathauth-auth-ui" || begun.Message == "" || len(begun.Requests) != 1 {
		t.Fatalf("the password: %+v", begun)
	}
	request := begun.Requests[0]
	field := request.Fields["OATHToken"]
	if request.ID != wanted || len(request.Fields) != 1 || field.Type != "string" || field.Label == "" || field.Help == "" {
		t.Fatalf("asked for %+v", request)
	}
	s.isNobody()
	wrong := s.second(login, password, "000000").Clientlogin
	if wrong.Status != "UI" || wrong.MessageCode != "oathauth-login-failed" || len(wrong.Requests) != 1 || wrong.Requests[0].ID != wanted {
		t.Errorf("a wrong code: %+v", wrong)
	}
	right := s.second(login, password, target.second.code(t)).Clientlogin
	if right.Status != "PASS" || right.Username != login {
		t.Fatalf("the right code: %+v", right)
	}
	s.is(login)
	s.logOut()
}

// installed is an app with its cookies.
type installed struct {
	app
	t      *testing.T
	api    string
	client *http.Client
	token  string
}

func newInstalled(t *testing.T, a app, target endpoint) *installed {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &installed{a, t, target.api, &http.Client{Jar: jar, Timeout: programTimeout}, ""}
}

// reply is what apps read. Format version 1 has anon as an empty text.
type reply struct {
	Error  struct{ Code string }
	Errors []struct{ Code string }
	Query  struct {
		Tokens   struct{ LoginToken, CsrfToken string }
		Userinfo struct {
			Name string
			ID   int
			Anon any
		}
		AuthManagerInfo struct{ CanAuthenticateNow any }
	}
	Clientlogin struct {
		Status, Username, Message, MessageCode string
		Requests                               []struct {
			ID, Provider, Account string
			Fields                map[string]struct{ Type, Label, Help string }
		}
	}
}

// first begins a login.
func (s *installed) first(name, password string) reply {
	s.t.Helper()
	s.token = s.query("action=query&meta=tokens&type=login").Query.Tokens.LoginToken
	body := s.values(s.fields)
	body.Set("username", name)
	body.Set("password", password)
	body.Set("logintoken", s.token)
	return s.send("POST", s.begin, body)
}

// second goes on with a code.
func (s *installed) second(name, password, code string) reply {
	s.t.Helper()
	body := url.Values{}
	inURL := ""
	if s.again {
		body, inURL = s.values(s.fields), s.begin
		body.Set("username", name)
		body.Set("password", password)
	}
	for key, all := range s.values(s.goOn) {
		body[key] = all
	}
	if s.fresh {
		s.token = s.query("action=query&meta=tokens&type=login").Query.Tokens.LoginToken
	}
	body.Set("logintoken", s.token)
	body.Set("OATHToken", code)
	return s.send("POST", inURL, body)
}

func (s *installed) is(name string) {
	s.t.Helper()
	got := s.query(strings.ReplaceAll(s.after, "{name}", url.QueryEscape(name))).Query.Userinfo
	if got.Name != name || got.ID == 0 || got.Anon != nil {
		s.t.Errorf("known as %+v, expected %s", got, name)
	}
}

func (s *installed) isNobody() {
	s.t.Helper()
	if got := s.query("action=query&meta=userinfo").Query.Userinfo; got.ID != 0 || got.Anon == nil {
		s.t.Errorf("known as %+v, expected nobody", got)
	}
}

func (s *installed) logOut() {
	s.t.Helper()
	token := s.query("action=query&meta=tokens&type=csrf").Query.Tokens.CsrfToken
	printsLoginToken(s.t, token, endpoint{})
	if out := s.send("POST", "", url.Values{"action": {"logout"}, "token": {token}}); out.Error.Code != "" || out.Errors != nil {
		s.t.Errorf("the logout: %+v", out)
	}
	s.isNobody()
	refused := s.send(s.method, "action=query&assert=user", nil)
	if code := cmp.Or(refused.Error.Code, append(refused.Errors, struct{ Code string }{})[0].Code); code != "assertuserfailed" {
		s.t.Errorf("assert=user afterwards: %q", code)
	}
}

// remembered tells whether the cookie of a remembered login is there.
func (s *installed) remembered() bool {
	address, err := url.Parse(s.api)
	if err != nil {
		s.t.Fatal(err)
	}
	for _, c := range s.client.Jar.Cookies(address) {
		if strings.HasSuffix(c.Name, "Token") && c.Value != "" && c.Value != "deleted" {
			return true
		}
	}
	return false
}

// query asks by the method of the app, whose parameters are then in the URL or
// in the body.
func (s *installed) query(parameters string) reply {
	s.t.Helper()
	if s.method == "POST" {
		return s.send("POST", "", s.values(parameters))
	}
	return s.send("GET", s.values(parameters).Encode(), nil)
}

func (s *installed) values(text string) url.Values {
	s.t.Helper()
	values, err := url.ParseQuery(text)
	if err != nil {
		s.t.Fatal(err)
	}
	return values
}

func (s *installed) send(method, inURL string, body url.Values) reply {
	s.t.Helper()
	address := s.api + "?" + strings.Trim(strings.Join([]string{"format=json", s.common, inURL}, "&"), "&")
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, strings.NewReader(body.Encode()))
	if err != nil {
		s.t.Fatal(err)
	}
	if method == "POST" {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	answer, err := s.client.Do(request)
	if err != nil {
		s.t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode != http.StatusOK {
		s.t.Fatalf("%s (%v): %s", answer.Status, err, text)
	}
	var r reply
	if err := json.Unmarshal(text, &r); err != nil {
		s.t.Fatalf("%v: %s", err, text)
	}
	return r
}
