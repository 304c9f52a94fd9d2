package conformance

import (
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
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/store/sqlite"
)

// commonOptions are those of the server and of its variants.
var commonOptions = []string{
	"--site-name", "RefWiki", "--wiki-id", "refwiki", "--cookie-prefix", "refwiki",
	"--trusted-proxies", "127.0.0.1",
	"--cross-site-origins", "trusted.test,*.trusted.test", "--cross-site-exceptions", "bad.trusted.test",
}

// variants are the other settings that scenarios ask for, by name.
var variants = map[string][]string{
	"private":   {"--private"},
	"nobotpw":   {"--bot-passwords=false"},
	"readonly":  {"--read-only", "Under maintenance."},
	"hostnames": {"--show-hostname"},
}

// readAccounts reads the accounts file of this folder.
func readAccounts(t testing.TB) conformance.Accounts {
	t.Helper()
	text, err := os.ReadFile("accounts.toml")
	must(t, err)
	accounts, err := conformance.ReadAccounts(string(text))
	must(t, err)
	return accounts
}

// configuration is that of a server with the common and further options.
func configuration(t testing.TB, dir string, options []string) config.Config {
	t.Helper()
	flags := pflag.NewFlagSet("", pflag.ContinueOnError)
	config.Register(flags)
	must(t, flags.Parse(slices.Concat(commonOptions, options, []string{"--data", dir, "--listen", "127.0.0.1:0"})))
	cfg, err := config.Load(config.Source{Flags: flags})
	must(t, err)
	return cfg
}

// populate makes a data folder with the accounts.
func populate(t testing.TB, accounts conformance.Accounts) string {
	t.Helper()
	dir := t.TempDir()
	a := open(t, configuration(t, dir, nil), app.ForAdmin)
	for _, role := range accounts.Roles() {
		u := accounts.Users[role]
		_, err := a.Accounts.Create(t.Context(), account.CreateRequest{
			Name: u.Name, Password: secret.New(u.Password), Groups: u.Groups, Email: u.Email,
		})
		must(t, err)
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

// serveHere serves a copy of a data folder in this process and gives the
// address of its api.php.
func serveHere(t testing.TB, data string, options []string) string {
	t.Helper()
	dir := copyFolder(t, data)
	a := open(t, configuration(t, dir, options), app.ForServing)
	server := httptest.NewUnstartedServer(nil)
	handler, err := a.Handler("http://" + server.Listener.Addr().String())
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

// targetOf names the server and its variants, each of which start starts.
func targetOf(accounts conformance.Accounts, start func(options []string) string) *conformance.Target {
	accounts.Variants = map[string]conformance.Variant{}
	for name, options := range variants {
		accounts.Variants[name] = conformance.Variant{API: start(options)}
	}
	return &conformance.Target{API: start(nil), Accounts: accounts}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
