package conformance

import (
	"cmp"
	_ "embed"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/conformance"
	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/sqlite"
	"github.com/wikigate/wikigate/internal/twofactor"
)

//go:embed accounts.toml
var accountsFile string

// CommonOptions are those of the server and of its variants.
var CommonOptions = []string{
	"--site-name", "RefWiki", "--wiki-id", "refwiki", "--cookie-prefix", "refwiki",
	"--trusted-proxies", "127.0.0.1",
	"--cross-site-origins", "trusted.test,*.trusted.test", "--cross-site-exceptions", "bad.trusted.test",
	"--captcha", "arithmetic",
}

// sharedNames are for servers on which scenarios share the names that they fail
// as, though they have addresses of their own.
var sharedNames = []string{"--captcha-after-name", "off"}

// Variants are the other settings that scenarios ask for, by name.
var Variants = map[string][]string{
	"private":   {"--private"},
	"nobotpw":   {"--bot-passwords=false"},
	"readonly":  {"--read-only", "Under maintenance."},
	"hostnames": {"--show-hostname"},
	"oathapi":   {"--oath-api-groups", "user"},
	"nocaptcha": {"--captcha", "none"},
	"questy":    {"--captcha", "question", "--captcha-questions-file", "../conformance/questions.toml"},

	"blocklogin":  {"--block-disables-login"},
	"shortreauth": {"--reauthenticate-after", "0s"},

	"minlen40":      {"--password-min-length", "40"},
	"minlen40force": {"--password-min-length", "40", "--password-checks-at-login", "force"},
}

// ReadAccounts reads the accounts file of this folder.
func ReadAccounts(t testing.TB) conformance.Accounts {
	t.Helper()
	accounts, err := conformance.ReadAccounts(accountsFile)
	must(t, err)
	return accounts
}

// configuration is that of a server with the common and further options.
func configuration(t testing.TB, dir string, options []string) config.Config {
	t.Helper()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	config.Register(flags)
	must(t, flags.Parse(slices.Concat(CommonOptions, options, []string{"--data", dir, "--listen", "127.0.0.1:0"})))
	cfg, err := config.Load(config.Source{Flags: flags})
	must(t, err)
	cfg.Argon2Memory, cfg.Argon2Time = 8<<20, 1 // fewer than an operator may: there are thousands of logins
	return cfg
}

// Populate makes a data folder with the accounts. They get their numbers in
// the order of those that the file gives them, from 1 on.
func Populate(t testing.TB, accounts conformance.Accounts) string {
	t.Helper()
	dir := t.TempDir()
	a := open(t, configuration(t, dir, nil), app.ForAdmin)
	roles := accounts.Roles()
	slices.SortStableFunc(roles, func(x, y string) int { return cmp.Compare(accounts.Users[x].ID, accounts.Users[y].ID) })
	for _, role := range roles {
		u := accounts.Users[role]
		create(t, a, u)
		rewrite(t, a, role, u)
		enrol(t, a, u)
		for app, bot := range u.Bots {
			_, err := a.BotPasswords.Create(t.Context(), botpassword.CreateRequest{
				Owner: u.Name, App: app, Grants: bot.Grants, Addresses: bot.Addresses, Secret: secret.New(bot.Secret),
			})
			must(t, err)
		}
	}
	block(t, a, dir, accounts)
	must(t, a.Close())
	return dir
}

// create makes one account. Without a password it goes straight to the store,
// so that it may have a name that is kept for a wiki's software.
func create(t testing.TB, a *app.App, u conformance.User) {
	t.Helper()
	if u.Password != "" {
		_, err := a.Accounts.Create(t.Context(), account.CreateRequest{
			Name: u.Name, Password: secret.New(u.Password), Groups: u.Groups, Email: u.Email,
		})
		must(t, err)
		return
	}
	name, ok := a.Accounts.Names.Parse(u.Name)
	if !ok {
		t.Fatalf("%q is no name of an account", u.Name)
	}
	_, err := a.Accounts.Store.Create(t.Context(), account.New{Name: name, Groups: u.Groups, Registered: time.Now()})
	must(t, err)
}

// oldHashes are what a MediaWiki has stored for the password of the roles that
// have one in an old format.
var oldHashes = map[string]string{
	"olda":    ":A:f5f9c7885b8ace5725bb843388ca5373",
	"oldb":    ":B:9a2ef48a:0713189301a6557451620f2a3cfb7f68",
	"bcrypt":  ":bcrypt:9$x5fhT9oDeIzPTf0tkwLuye$30QKffffSRlwVWDb/QP6NkZyHyECo0a",
	"argon":   ":argon2:$argon2i$v=19$m=16384,t=3,p=1$eVdlNUVWM3Y5d0g2T1BoUw$I33V7YN+OQqaGZiwBQatGjcjpjmRiWYmBMDJRQN3jto",
	"legacyb": ":pbkdf2-legacyB:!sha512:30000:64!2923562d!5/nODRSkF5w7wU9pPF7J0g==!axpZ4VTWVzitSx8H1fugt4RBS5BkoNYiwAuUoMXXGmVraXZMP1CY6CUK/BOjCGa+jH3J63cW0vZ9tWcXrnh05Q==",
}

// rewrite gives an account the password in an old format, or the temporary one,
// that it is to have.
func rewrite(t testing.TB, a *app.App, role string, u conformance.User) {
	t.Helper()
	found, err := a.Accounts.Find(t.Context(), u.Name)
	must(t, err)
	if hash := oldHashes[role]; hash != "" {
		must(t, a.Credentials.Store.Replace(t.Context(), credential.Replacement{Account: found.ID, Hash: hash, Token: found.Token}))
	}
	if u.Temporary != "" {
		hash := a.Credentials.Hasher.HashBot(secret.New(u.Temporary))
		must(t, a.Credentials.Store.SetTemporary(t.Context(), found.ID, hash, time.Now()))
	}
}

// enrol gives an account the second factor that it is to have.
func enrol(t testing.TB, a *app.App, u conformance.User) {
	t.Helper()
	if u.TOTP == "" {
		return
	}
	found, err := a.Accounts.Find(t.Context(), u.Name)
	must(t, err)
	p, err := twofactor.Import(secret.New(u.TOTP))
	must(t, err)
	_, err = a.SecondFactors.Enrol(t.Context(), found, twofactor.Enrolment{Proposal: p})
	must(t, err)
}

// block blocks the accounts that are to be, straight in the store.
func block(t testing.TB, a *app.App, dir string, accounts conformance.Accounts) {
	t.Helper()
	store, err := sqlite.Open(filepath.Join(dir, "wikigate.db"), sqlite.Options{Log: silent})
	must(t, err)
	for _, u := range accounts.Users {
		if !u.Blocked {
			continue
		}
		blocked, err := a.Accounts.Find(t.Context(), u.Name)
		must(t, err)
		by, err := a.Accounts.Find(t.Context(), accounts.Users["admin"].Name)
		must(t, err)
		must(t, store.Accounts().SetBlock(t.Context(), blocked.ID, &account.Block{
			By: by.Name.String(), ByID: by.ID, Reason: "For the scenarios", Created: time.Now().Truncate(time.Second), NoCreate: true,
		}))
	}
	must(t, store.Close())
}

var silent = slog.New(slog.NewTextHandler(io.Discard, nil))

func open(t testing.TB, cfg config.Config, mode app.Mode) *app.App {
	t.Helper()
	a, err := app.Open(t.Context(), cfg, mode, silent)
	must(t, err)
	return a
}

// ServeHere serves a copy of a data folder in this process and gives the
// address of its api.php. The server calls itself by that address unless the
// options give it another.
func ServeHere(t testing.TB, data string, options []string) string {
	t.Helper()
	dir := copyFolder(t, data)
	cfg := configuration(t, dir, options)
	a := open(t, cfg, app.ForServing)
	server := httptest.NewUnstartedServer(nil)
	handler, err := a.Handler(cmp.Or(cfg.ServerURL, "http://"+server.Listener.Addr().String()))
	must(t, err)
	server.Config.Handler = handler
	server.Start()
	t.Cleanup(func() {
		server.Close()
		must(t, a.Close())
	})
	return server.URL + "/w/api.php"
}

// copyFolder copies the files of a data folder that nobody uses.
func copyFolder(t testing.TB, from string) string {
	t.Helper()
	to := t.TempDir()
	must(t, os.CopyFS(filepath.Join(to, "data"), os.DirFS(from)))
	must(t, os.Chmod(filepath.Join(to, "data"), 0o700))
	must(t, os.Chmod(filepath.Join(to, "data", "keys.json"), 0o600))
	return filepath.Join(to, "data")
}

// TargetOf names the server and its variants, each of which start starts.
func TargetOf(accounts conformance.Accounts, start func(options []string) string) *conformance.Target {
	accounts.Variants = map[string]conformance.Variant{}
	for name, options := range Variants {
		if name != "questy" { // where a scenario fails as one name on purpose
			options = slices.Concat(options, sharedNames)
		}
		accounts.Variants[name] = conformance.Variant{API: start(options)}
	}
	return &conformance.Target{API: start(sharedNames), Accounts: accounts}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
