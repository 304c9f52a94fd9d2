package modules

import (
	"net/http"
	"net/http/cookiejar"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

// asking is a rig that asks for longer passwords than its accounts have, but
// for that of Admin.
func asking(reaction policy.Reaction) func(*rigOptions) {
	return func(o *rigOptions) {
		o.Windows = nil
		o.Policy = policy.Rules{
			Default: policy.Policy{MinLength: len(alicePassword)},
			Groups:  map[string]policy.Policy{"bot": {MinLength: 40}},
			OnLogin: reaction,
		}
	}
}

var aborted = because("api-login-fail-aborted", "")

func TestWeakPasswordsAreAborted(t *testing.T) {
	for _, reaction := range []policy.Reaction{policy.Suggest, policy.Force} {
		r := newRig(t, asking(reaction))
		outcome{name: "right", result: "Aborted", reason: aborted, ask: with("BotUser", botUserPassword)}.check(t, r)
		r.client(t).attempt(style{"bc", "1"}, "BotUser", botUserPassword).sets(t, "a right one")
		if code := r.client(t).attempt(style{"none", "2"}, "BotUser", "wrong").text("login", "reason", "code"); code != "wrongpassword" {
			t.Errorf("wrong password of a weak one: %s", code)
		}
		r.client(t).login("Alice", alicePassword)
		r.client(t).login("BotUser@full", fullSecret)
	}
	newRig(t, asking(policy.Ignore)).client(t).login("BotUser", botUserPassword)
}

func TestWeakPasswordsAreAbortedWhereBotPasswordsAreOff(t *testing.T) {
	r := newRig(t, asking(policy.Suggest), func(o *rigOptions) { o.NoBots = true })
	a := r.client(t).attempt(style{"none", "2"}, "BotUser", botUserPassword)
	if code := a.text("login", "reason", "code"); code != "api-login-fail-aborted-nobotpw" {
		t.Error(a.Body)
	}
}

func TestTokenIsGoodAfterAnAbortedLogin(t *testing.T) {
	c := newRig(t, asking(policy.Suggest)).client(t)
	token := c.token("login")
	c.post(loginForm("BotUser", botUserPassword, token))
	if a := c.post(loginForm("Alice", alicePassword, token)); a.text("login", "result") != "Success" {
		t.Error(a.Body)
	}
}

func TestPasswordsTooShortToLogIn(t *testing.T) {
	r := newRig(t, withoutThrottle, func(o *rigOptions) { o.Policy.Default.MinLoginLength = len(alicePassword) + 1 })
	for _, name := range []string{"Alice", "Nobody here"} {
		outcome{name: name, result: "Failed", reason: because("passwordtooshort", "17"), ask: with(name, alicePassword)}.check(t, r)
	}
}

func TestTemporaryPasswordIsAborted(t *testing.T) {
	r := newRig(t, withoutThrottle)
	issued, err := r.Credentials.IssueTemporary(t.Context(), "Alice", false)
	must(t, err)
	outcome{name: "temporary", result: "Aborted", reason: aborted, ask: with("alice", issued.Password.Reveal())}.check(t, r)
	r.client(t).login("Alice", alicePassword)
	r.Clock.Advance(7 * 24 * time.Hour)
	if a := r.client(t).tryLogin("Alice", issued.Password.Reveal()); a.text("login", "result") != "Failed" {
		t.Errorf("a week later: %s", a.Body)
	}
}

// reborn is a client with the cookies of c but without its session: what a
// browser has when it is opened again.
func (c *client) reborn() *client {
	c.t.Helper()
	jar, err := cookiejar.New(nil)
	must(c.t, err)
	at := must1(http.NewRequest(http.MethodGet, c.rig.URL, nil)).URL
	for _, cookie := range c.http.Jar.Cookies(at) {
		if cookie.Name != "refwiki_session" {
			jar.SetCookies(at, []*http.Cookie{cookie})
		}
	}
	return &client{t: c.t, rig: c.rig, http: &http.Client{Jar: jar}, Header: http.Header{}}
}

func must1[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// B-10 to B-12 and I-7: whoever knew the old password is out.
func TestB10B12I7_NewPasswordEndsWhatTheOldOneBegan(t *testing.T) {
	for name, change := range map[string]func(s *credential.Service) error{
		"changed": func(s *credential.Service) error {
			_, err := s.Change(t.Context(), "William", secret.New("william-Secret-Pw2-new"))
			return err
		},
		"invalidated": func(s *credential.Service) error {
			_, err := s.Invalidate(t.Context(), "William")
			return err
		},
		"temporary in its place": func(s *credential.Service) error {
			_, err := s.IssueTemporary(t.Context(), "William", true)
			return err
		},
	} {
		r := newRig(t, withoutThrottle)
		user, bot := r.client(t).login("William", williamPassword), r.client(t).login("William@testbot", testbotSecret)
		remembered, other := user.reborn(), r.client(t).login("Alice", alicePassword)
		if got := user.user() + bot.user() + other.user(); got != "WilliamWilliamAlice" {
			t.Fatalf("%s: before it: %s", name, got)
		}
		must(t, change(r.Credentials))
		for who, c := range map[string]*client{"session": user, "remembered login": remembered, "bot session": bot} {
			if got := c.user(); got == "William" {
				t.Errorf("%s: the %s is still that of %s", name, who, got)
			}
		}
		if got := other.user(); got != "Alice" {
			t.Errorf("%s: the session of somebody else is that of %s", name, got)
		}
		none := style{"none", "2"}
		if code := r.client(t).attempt(none, "William", williamPassword).text("login", "reason", "code"); code != "wrongpassword" {
			t.Errorf("%s: login by the old password: %s", name, code)
		}
		if code := r.client(t).attempt(none, "William@testbot", testbotSecret).text("login", "reason", "code"); code != "botpasswords-needs-reset" {
			t.Errorf("%s: login by a bot password: %s", name, code)
		}
	}
}

func TestTemporaryPasswordAloneEndsNothing(t *testing.T) {
	r := newRig(t)
	user, bot := r.client(t).login("William", williamPassword), r.client(t).login("William@testbot", testbotSecret)
	_, err := r.Credentials.IssueTemporary(t.Context(), "William", false)
	must(t, err)
	if got := user.user() + bot.user(); got != "WilliamWilliam" {
		t.Error(got)
	}
}

// What is set in decomposed form, as some systems type it, logs in, since
// clients' texts are composed on their way.
func TestDecomposedPasswordsCanBeSet(t *testing.T) {
	r := newRig(t, withoutThrottle)
	const decomposed, composed = "e\u0301tudiante-Secret", "\u00e9tudiante-Secret"
	_, err := r.Credentials.Change(t.Context(), "Alice", secret.New(decomposed))
	must(t, err)
	_, err = r.Accounts.Create(t.Context(), account.CreateRequest{Name: "Zoe", Password: secret.New(decomposed)})
	must(t, err)
	for _, name := range []string{"Alice", "Zoe"} {
		for _, password := range []string{decomposed, composed} {
			r.client(t).login(name, password)
		}
	}
}

// Every format of MediaWiki logs in through the whole server, and is the own
// one afterwards.
func TestD22_OldFormatsLogInAndAreRewritten(t *testing.T) {
	const plain = "legacy-Secret-Pw6"
	for name, hash := range map[string]string{
		"MD5":    ":A:f5f9c7885b8ace5725bb843388ca5373",
		"salted": ":B:9a2ef48a:0713189301a6557451620f2a3cfb7f68",
		"bcrypt": ":bcrypt:9$x5fhT9oDeIzPTf0tkwLuye$30QKffffSRlwVWDb/QP6NkZyHyECo0a",
		"layers": ":pbkdf2-legacyB:!sha512:30000:64!2923562d!5/nODRSkF5w7wU9pPF7J0g==!axpZ4VTWVzitSx8H1fugt4RBS5BkoNYiwAuUoMXXGmVraXZMP1CY6CUK/BOjCGa+jH3J63cW0vZ9tWcXrnh05Q==",
	} {
		r := newRig(t, withoutThrottle)
		alice := r.account(t, "Alice")
		must(t, r.Store.Credentials().Replace(t.Context(), credential.Replacement{Account: alice.ID, Hash: hash, Token: alice.Token}))
		stored := func() string {
			row, _, err := r.Store.Credentials().Password(t.Context(), alice.Name)
			must(t, err)
			return row.Hash
		}
		if a := r.client(t).tryLogin("Alice", plain+"x"); a.text("login", "result") != "Failed" || stored() != hash {
			t.Errorf("%s, wrong password: %s", name, a.Body)
		}
		r.client(t).login("Alice", plain)
		if got := stored(); len(got) < 9 || got[:9] != ":argon2:$" {
			t.Errorf("%s: stored as %s", name, got)
		}
		r.client(t).login("Alice", plain)
	}
}
