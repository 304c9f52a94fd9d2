package modules

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/authn/limit"
	"github.com/wikigate/wikigate/internal/authn/password"
	"github.com/wikigate/wikigate/internal/authn/secondfactor"
	"github.com/wikigate/wikigate/internal/authn/totp"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/token"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/username"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// The accounts of every rig. Blocked has a sitewide block without end, BotUser
// is in the group bot, and Admin in sysop and bureaucrat.
const (
	alicePassword   = "alice-Secret-Pw1"
	williamPassword = "william-Secret-Pw2"
	botUserPassword = "botuser-Secret-Pw3"
	blockedPassword = "blocked-Secret-Pw5"
	adminPassword   = "Adm1n-Passw0rd!x"
	// testbotSecret is that of William@testbot (grants basic, highvolume,
	// editpage).
	testbotSecret = "is7ql49kctb8tlgbe5qq5c7m63i4jj7q"
	// fullSecret is that of BotUser@full (all grants).
	fullSecret = "emklp52pauitcpiav79t6ogo22ei590f"
)

// rigStart is where the clock of every rig stands at first.
var rigStart = time.Date(2026, time.November, 20, 15, 25, 0, 0, time.UTC)

// rigOptions are what a test may change before the rig is built.
type rigOptions struct {
	Engine       actionapi.Config
	Session      session.Config
	Site         SiteInfo
	Windows      []throttle.Window
	PerAccount   []throttle.Window
	PerAddress   []throttle.Window
	Groups       []grant.Group
	Policy       policy.Rules
	Messages     string               // a folder of an operator's texts
	NoBots       bool                 // bot passwords are off
	NoHelp       bool                 // there is no action=help
	Submodules   actionapi.Submodules // beside those of this package
	MoreModules  []*actionapi.Module
	Pre          func(*rig) []authn.PreProvider // after the throttle
	Primary      []authn.PrimaryProvider        // before the password
	Secondary    []authn.SecondaryProvider      // before the reset of passwords
	Documented   bool                           // the shape of the second factor
	Keys         bool                           // security keys; of those, Passkeys log in alone
	Passkeys     bool
	Oath         bool                              // meta=oath and action=oathvalidate
	SessionStore func(session.Store) session.Store // stands before the real one
	Alter        func(*account.Account)            // changes accounts as engine and lists read them
}

// rig is a server on a memory store, as a client sees it, with everything
// behind it at hand.
type rig struct {
	URL          string // of api.php
	Store        *memory.Store
	Clock        *clock.Settable
	Ring         *keyring.Ring
	Accounts     *account.Service
	BotPasswords *botpassword.Service
	Credentials  *credential.Service
	Factors      *twofactor.Service
	Keys         *webauthn.Service
	Logins       *authn.Machine
	Attempts     *throttle.Throttle
	Sessions     *session.Manager
	Engine       *actionapi.Engine
	Log          *logRecorder
	Trail        *audit.Trail
	// AccountReads counts how often the engine has read an account.
	AccountReads atomic.Int64
}

// countedAccounts is the engine's way to accounts. alter, if any, changes what
// the store cannot be told.
type countedAccounts struct {
	account.Store
	reads *atomic.Int64
	alter func(*account.Account)
}

// ByID implements actionapi.AccountSource.
func (c countedAccounts) ByID(ctx context.Context, id account.ID) (account.Account, bool, error) {
	c.reads.Add(1)
	a, found, err := c.Store.ByID(ctx, id)
	if c.alter != nil {
		c.alter(&a)
	}
	return a, found, err
}

// builtInMessages are the same for all rigs.
var builtInMessages = sync.OnceValues(func() (*message.Catalog, error) { return message.Load("") })

func rigMessages(folder string) (*message.Catalog, error) {
	if folder == "" {
		return builtInMessages()
	}
	return message.Load(folder)
}

// newRig builds a server with the accounts Alice, William, BotUser, Blocked
// and Admin. Each change alters the options first.
func newRig(t testing.TB, changes ...func(*rigOptions)) *rig {
	t.Helper()
	o := defaultRigOptions()
	for _, change := range changes {
		change(&o)
	}
	r := &rig{Clock: clock.NewSettable(rigStart), Log: &logRecorder{}}
	sink := audit.Stream(slog.New(r.Log))
	r.Store = memory.New(sink)
	r.Trail = &audit.Trail{Store: r.Store.Audit(), Log: slog.New(r.Log), Sink: sink}
	var err error
	r.Ring, err = keyring.New(rigStart)
	must(t, err)
	permissions := grant.New(o.Groups)
	r.wireDomain(o, permissions)
	r.wireLogins(t, o)
	r.wireEngine(t, o, permissions)
	r.populate(t)
	server := httptest.NewServer(http.HandlerFunc(r.serve))
	t.Cleanup(server.Close)
	r.URL = server.URL + "/w/api.php"
	return r
}

func defaultRigOptions() rigOptions {
	return rigOptions{
		Engine: actionapi.Config{
			APIURL: "http://wiki.test/w/api.php", Language: "en", MaxBody: 1 << 20, MaxParameters: 1000,
			Names: username.NewRules("RefWiki", nil),
		},
		Session: session.Config{
			Cookies:  session.CookieConfig{Prefix: "refwiki", Path: "/", SameSite: "Lax"},
			Lifetime: time.Hour, LoginCookies: 30 * 24 * time.Hour, Remember: 180 * 24 * time.Hour,
			BotPasswords: true, Cache: true,
		},
		Windows: []throttle.Window{{Count: 5, Period: 5 * time.Minute}, {Count: 150, Period: 48 * time.Hour}},
		Groups:  grant.DefaultGroups(),
		Site: SiteInfo{
			SiteName: "RefWiki", Generator: "MediaWiki 1.39.17", WikiID: "refwiki",
			Server: "http://wiki.test", ServerName: "wiki.test", ScriptPath: "/w", ArticlePath: "/wiki/$1",
			MainPage: "Main Page", Language: "en", Logo: "/w/logo.svg", Favicon: "/favicon.ico",
			DBType: "sqlite", DBVersion: "3.50.4",
		},
	}
}

// wireDomain makes the services. One hasher serves both kinds of secrets.
func (r *rig) wireDomain(o rigOptions, permissions *grant.Permissions) {
	names := o.Engine.Names
	hasher := newRigHasher(r.Ring)
	r.Attempts = &throttle.Throttle{Store: r.Store.Throttle(), Clock: r.Clock, Limits: throttle.Limits{Pair: o.Windows, Account: o.PerAccount, Address: o.PerAddress,
		Factor:        []throttle.Window{{Count: 10, Period: time.Minute}, {Count: 20, Period: 10 * time.Minute}, {Count: 100, Period: 24 * time.Hour}},
		FactorAddress: []throttle.Window{{Count: 20, Period: time.Minute}, {Count: 40, Period: 10 * time.Minute}},
	}}
	r.Accounts = &account.Service{
		Store: r.Store.Accounts(), Names: names, Hasher: hasher, Clock: r.Clock, KnownGroup: permissions.KnownGroup,
	}
	r.Credentials = &credential.Service{
		Store: r.Store.Credentials(), Accounts: r.Accounts, Names: names, Hasher: hasher,
		Policy: o.Policy, Lifetime: 7 * 24 * time.Hour, Clock: r.Clock, Log: slog.New(r.Log),
	}
	r.Factors = &twofactor.Service{
		Store: r.Store.SecondFactors(), Accounts: r.Accounts, Vault: twofactor.Vault{Ring: r.Ring}, Throttle: r.Attempts,
		Clock: r.Clock, Log: slog.New(r.Log), Radius: twofactor.DefaultRadius, Issuer: "RefWiki",
	}
	r.wireKeys()
	r.BotPasswords = &botpassword.Service{
		Store: r.Store.BotPasswords(), Accounts: r.Accounts, Names: names, Hasher: hasher, Throttle: r.Attempts, Clock: r.Clock,
	}
}

// wireLogins makes the machine of logins, with MediaWiki's providers for
// passwords.
func (r *rig) wireLogins(t testing.TB, o rigOptions) {
	t.Helper()
	pre := []authn.PreProvider{limit.Provider{Throttle: r.Attempts}}
	if o.Pre != nil {
		pre = append(pre, o.Pre(r)...)
	}
	var err error
	r.Logins, err = authn.New(authn.Config{
		Pre:       pre,
		Primary:   r.primaryProviders(o),
		Secondary: append(o.Secondary, r.secondFactor(o), password.Reset{Credentials: r.Credentials}),
		Flows:     &flow.Keeper{Store: r.Store.Flows(), Sealer: r.Ring}, Accounts: r.Store.Accounts(), Names: o.Engine.Names,
		Remember: o.Session.Remember, Fresh: time.Hour,
	})
	must(t, err)
}

// secondFactor asks for codes and security keys.
func (r *rig) secondFactor(o rigOptions) secondfactor.Provider {
	methods := append([]secondfactor.Method{totp.TOTP{Factors: r.Factors, Documented: o.Documented}}, r.keyMethods(o)...)
	return secondfactor.Provider{States: r.Store.SecondFactors(), Methods: append(methods, totp.Recovery{Factors: r.Factors})}
}

// wireEngine makes the session manager, the modules and the engine.
func (r *rig) wireEngine(t testing.TB, o rigOptions, permissions *grant.Permissions) {
	t.Helper()
	log := slog.New(r.Log)
	var err error
	store := r.Store.Sessions()
	if o.SessionStore != nil {
		store = o.SessionStore(store)
	}
	r.Sessions, err = session.NewManager(o.Session, session.Deps{
		Store: store, Generation: r.Store.Generation(), Accounts: r.Store.Accounts(), Ring: r.Ring, Log: log,
	})
	must(t, err)
	messages, err := rigMessages(o.Messages)
	must(t, err)
	bots := r.BotPasswords
	if o.NoBots {
		bots = nil
	}
	sub := o.Submodules
	if o.Oath {
		oath := Oath{Factors: r.Factors, Names: o.Engine.Names, Trail: r.Trail}
		sub.Meta, o.MoreModules = append(sub.Meta, oath.Query()), append(o.MoreModules, oath.Validate())
	}
	site := o.Site
	site.Permissions, site.Census = permissions, &Census{Accounts: r.Store.Directory(), Clock: r.Clock}
	users := UserInfo{WikiID: site.WikiID, Language: site.Language, Permissions: permissions}
	sub.Prop = append(sub.Prop, Info())
	sub.Meta = append(sub.Meta, AuthManagerInfo{Machine: r.Logins}.Module(), Tokens(), users.Module(), site.Module())
	directory := alteredDirectory{r.Store.Directory(), o.Alter}
	sub.List = append(sub.List,
		AllUsers{WikiID: site.WikiID, Accounts: directory, Permissions: permissions}.Module(),
		Users{WikiID: site.WikiID, Accounts: directory, Names: o.Engine.Names}.Module())
	query, pages := actionapi.NewQuery(sub), Pages{Server: site.Server, ArticlePath: site.ArticlePath}
	modules := append([]*actionapi.Module{
		ParamInfo{Pages: pages}.Module(query, actionapi.Formats()),
		Login{BotPasswords: bots, Machine: r.Logins, Trail: r.Trail}.Module(),
		ClientLogin{Machine: r.Logins, Trail: r.Trail, Schemes: []string{"own-app"}}.Module(),
		Logout{Log: log}.Module(),
		CheckToken(),
		query,
	}, append(r.keyModules(o), o.MoreModules...)...)
	if !o.NoHelp {
		modules = append(modules, Help{
			SiteName: site.SiteName, Language: o.Engine.Language, Script: site.ScriptPath + "/api.php", Pages: pages,
		}.Module())
	}
	r.Engine, err = actionapi.New(o.Engine, actionapi.Deps{
		Sessions: r.Sessions, Accounts: countedAccounts{r.Store.Accounts(), &r.AccountReads, o.Alter}, Permissions: permissions,
		Tokens: token.Source{Ring: r.Ring}, Messages: messages, Clock: r.Clock, Log: log,
	}, modules, actionapi.Formats())
	must(t, err)
}

// populate adds the accounts, one second apart.
func (r *rig) populate(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	for _, a := range []account.CreateRequest{
		{Name: "Admin", Password: secret.New(adminPassword), Groups: []string{"sysop", "bureaucrat"}},
		{Name: "Alice", Password: secret.New(alicePassword), Email: "alice@wiki.test", RealName: "Alice A."},
		{Name: "William", Password: secret.New(williamPassword), Email: "william@wiki.test"},
		{Name: "BotUser", Password: secret.New(botUserPassword), Groups: []string{"bot"}},
		{Name: "Blocked", Password: secret.New(blockedPassword)},
	} {
		_, err := r.Accounts.Create(ctx, a)
		must(t, err)
		r.Clock.Advance(time.Second)
	}
	r.Clock.Set(rigStart)
	r.block(t, "Blocked", account.Block{By: "Admin", ByID: r.account(t, "Admin").ID, Reason: "Testing", Created: rigStart, NoCreate: true})
	all := make([]string, 0, 32)
	for _, g := range grant.Grants() {
		all = append(all, g.Name)
	}
	for _, b := range []botpassword.CreateRequest{
		{Owner: "William", App: "testbot", Grants: []string{"highvolume", "editpage"}, Secret: secret.New(testbotSecret)},
		{Owner: "BotUser", App: "full", Grants: all, Secret: secret.New(fullSecret)},
	} {
		_, err := r.BotPasswords.Create(ctx, b)
		must(t, err)
	}
}

// account reads an account that is there.
func (r *rig) account(t testing.TB, name string) account.Account {
	t.Helper()
	a, err := r.Accounts.Find(t.Context(), name)
	must(t, err)
	return a
}

func (r *rig) block(t testing.TB, name string, b account.Block) {
	t.Helper()
	must(t, r.Store.Accounts().SetBlock(t.Context(), r.account(t, name).ID, &b))
}

// serve is the edge: it tells the engine who sends the request. The headers
// X-Test-Address and X-Test-Https stand for what a proxy would say.
func (r *rig) serve(w http.ResponseWriter, req *http.Request) {
	c := actionapi.Client{
		Address: netip.MustParseAddrPort(req.RemoteAddr).Addr(), RequestID: "0123456789abcdef01234567",
		HTTPS: req.Header.Get("X-Test-Https") != "",
	}
	if a := req.Header.Get("X-Test-Address"); a != "" {
		c.Address = netip.MustParseAddr(a)
	}
	r.Engine.Serve(w, req, c)
}

// client is a program with a cookie jar. Header is sent with each request.
type client struct {
	t      testing.TB
	rig    *rig
	http   *http.Client
	Header http.Header
}

func (r *rig) client(t testing.TB) *client {
	t.Helper()
	jar, err := cookiejar.New(nil)
	must(t, err)
	return &client{t: t, rig: r, http: &http.Client{Jar: jar}, Header: http.Header{}}
}

// answer is what came back.
type answer struct {
	t      testing.TB
	Status int
	Header http.Header
	Body   string
}

// get sends the query string as it is, with format=json before it.
func (c *client) get(query string) answer {
	c.t.Helper()
	return c.do(http.MethodGet, query, nil)
}

// post sends form in the body, with format=json in the URL.
func (c *client) post(form url.Values) answer {
	c.t.Helper()
	return c.do(http.MethodPost, "", form)
}

func (c *client) do(method, query string, form url.Values) answer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, c.rig.URL+"?format=json&"+query, strings.NewReader(form.Encode()))
	must(c.t, err)
	req.Header = c.Header.Clone()
	if form != nil {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	res, err := c.http.Do(req)
	must(c.t, err)
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	must(c.t, err)
	return answer{t: c.t, Status: res.StatusCode, Header: res.Header, Body: string(body)}
}

// token asks for a token of the type.
func (c *client) token(kind string) string {
	c.t.Helper()
	return c.get("action=query&meta=tokens&type="+kind).text("query", "tokens", kind+"token")
}

// tryLogin logs in by action=login, whatever comes of it.
func (c *client) tryLogin(name, password string) answer {
	c.t.Helper()
	return c.post(url.Values{"action": {"login"}, "lgname": {name}, "lgpassword": {password}, "lgtoken": {c.token("login")}})
}

// login logs in and fails the test when that does not succeed. It gives back
// the client.
func (c *client) login(name, password string) *client {
	c.t.Helper()
	if a := c.tryLogin(name, password); a.text("login", "result") != "Success" {
		c.t.Fatalf("login of %s: %s", name, a.Body)
	}
	return c
}

// value follows keys into the JSON of the answer; nil when there is nothing.
func (a answer) value(keys ...string) any {
	a.t.Helper()
	var v any
	if err := json.Unmarshal([]byte(a.Body), &v); err != nil {
		a.t.Fatalf("not JSON: %v: %s", err, a.Body)
	}
	for _, k := range keys {
		o, ok := v.(map[string]any)
		if !ok {
			return nil
		}
		v = o[k]
	}
	return v
}

// text is a value that is a text, "" for anything else.
func (a answer) text(keys ...string) string {
	a.t.Helper()
	s, _ := a.value(keys...).(string)
	return s
}

// raw is a value as it was written, with the order of its keys, "" when there
// is none.
func (a answer) raw(keys ...string) string {
	a.t.Helper()
	text := json.RawMessage(a.Body)
	for _, k := range keys {
		var o map[string]json.RawMessage
		if err := json.Unmarshal(text, &o); err != nil {
			return ""
		}
		text = o[k]
	}
	return string(text)
}

// is fails the test when the body is not exactly this.
func (a answer) is(want string) {
	a.t.Helper()
	if a.Body != want {
		a.t.Errorf("got  %s\nwant %s", a.Body, want)
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
