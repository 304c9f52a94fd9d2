package cli

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/config"
)

func TestAccountCreate(t *testing.T) {
	data := t.TempDir()
	same(t, must(t, data, "a pass word\n", "account", "create", "alice_B", "--password-stdin", "--groups", "sysop, bot", "--email", "a@wiki.example", "--real-name", "Alice"), `
Name        Alice B
Id          1
Real name   Alice
E-mail      a@wiki.example
Groups      bot, sysop
Registered  2031-01-02T03:04:05Z
State       active
`[1:])
	same(t, must(t, data, "", "account", "create", "ExampleBot", "--no-password", "--json"),
		`{"id":2,"name":"ExampleBot","real_name":"","email":"","groups":[],"registered":"2031-01-02T03:04:05Z","locked":false,"blocked":false}`+"\n")
}

func TestAccountCreateRefusals(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password")
	cases := []struct {
		args string
		code int
	}{
		{"alice --no-password", exitConflict},
		{"A#B --no-password", exitRefused},
		{"127.0.0.1 --no-password", exitRefused},
		{"Bob --no-password --groups nosuchgroup", exitRefused},
		{"Bob --no-password --email nowhere", exitRefused},
		{"Bob --password-stdin", exitRefused},
	}
	for _, c := range cases {
		o := call(t, data, "", append([]string{"account", "create"}, strings.Fields(c.args)...)...)
		if o.code != c.code || !strings.HasPrefix(o.stderr, "wikigate: ") || strings.Count(o.stderr, "\n") != 1 || o.stdout != "" {
			t.Errorf("account create %s: code %d, want %d, stderr %q", c.args, o.code, c.code, o.stderr)
		}
	}
	if got := must(t, data, "", "account", "list", "--json"); strings.Count(got, `"id"`) != 1 {
		t.Errorf("a refused account was made: %s", got)
	}
}

func TestAccountList(t *testing.T) {
	data := t.TempDir()
	same(t, must(t, data, "", "account", "list"), "NAME  ID  GROUPS  REGISTERED  STATE\n")
	same(t, must(t, data, "", "account", "list", "--json"), "[]\n")
	for _, name := range []string{"Carol", "Alice", "ExampleBot"} {
		must(t, data, "", "account", "create", name, "--no-password", "--groups", "bot")
	}
	same(t, must(t, data, "", "account", "list"), `
NAME        ID  GROUPS  REGISTERED            STATE
Alice       2   bot     2031-01-02T03:04:05Z  active
Carol       1   bot     2031-01-02T03:04:05Z  active
ExampleBot  3   bot     2031-01-02T03:04:05Z  active
`[1:])
	for args, want := range map[string]string{"--limit 2": "Alice Carol", "--prefix Ex": "ExampleBot", "--prefix Z": "", "--limit 3": "Alice Carol ExampleBot"} {
		got := must(t, data, "", append([]string{"account", "list"}, strings.Fields(args)...)...)
		var names []string
		for _, line := range strings.Split(strings.TrimSpace(got), "\n")[1:] {
			names = append(names, strings.Fields(line)[0])
		}
		if strings.Join(names, " ") != want {
			t.Errorf("account list %s: %q, want %q", args, names, want)
		}
	}
}

func TestAccountListReadsEveryPage(t *testing.T) {
	data := t.TempDir()
	const count = listStep + 3
	createMany(t, data, count)
	for args, want := range map[string]int{"--json": count, "--json --limit 501": 501, "--json --limit 500": 500} {
		got := must(t, data, "", append([]string{"account", "list"}, strings.Fields(args)...)...)
		if n := strings.Count(got, `"id"`); n != want {
			t.Errorf("account list %s: %d accounts, want %d", args, n, want)
		}
	}
}

func TestAccountShow(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Example_bot", "--no-password", "--groups", "bot")
	same(t, must(t, data, "", "account", "show", "example bot"), `
Name        Example bot
Id          1
Real name   -
E-mail      -
Groups      bot
Registered  2031-01-02T03:04:05Z
State       active
`[1:])
	same(t, must(t, data, "", "account", "show", "Example bot", "--json"),
		`{"id":1,"name":"Example bot","real_name":"","email":"","groups":["bot"],"registered":"2031-01-02T03:04:05Z","locked":false,"blocked":false}`+"\n")
	refused(t, data, "", exitNotFound, "there is no account Nobody", "account", "show", "nobody")
	refused(t, data, "", exitRefused, `"A#B" cannot be an account name`, "account", "show", "A#B")
}

// createMany makes accounts without a call of the command line for each.
func createMany(t *testing.T, data string, count int) {
	t.Helper()
	cfg := config.Default()
	cfg.Data = data
	a, err := app.Open(t.Context(), cfg, app.ForAdmin, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	for i := range count {
		if _, err := a.Accounts.Create(t.Context(), account.CreateRequest{Name: fmt.Sprintf("Bot %d", i)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
}
