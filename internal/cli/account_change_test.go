package cli

import (
	"strings"
	"testing"
)

// accountNow is what "account show" says of an account, without its times.
func accountNow(t *testing.T, data, name string) string {
	t.Helper()
	var rows []string
	for _, line := range strings.Split(must(t, data, "", "account", "show", name), "\n") {
		if row := strings.Join(strings.Fields(steady(line)), " "); row != "" && !strings.HasPrefix(row, "Re") {
			rows = append(rows, row)
		}
	}
	return strings.Join(rows, ", ")
}

func TestAccountCommandsChangeAccounts(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password", "--groups", "sysop")
	must(t, data, "", "account", "create", "Bob", "--no-password")
	const bob = "Name Bob, Id 2, E-mail -, Groups "
	for _, c := range []struct {
		args []string
		name string
		want string
	}{
		{[]string{"groups", "bob", "--add", "bot, sysop"}, "Bob", bob + "bot, sysop, State active"},
		{[]string{"groups", "bob", "--remove", "bot", "--add", "bureaucrat", "--expires", "3d"}, "Bob", bob + "sysop, bureaucrat, State active"},
		{[]string{"groups", "bob", "--set", "bot"}, "Bob", bob + "bot, State active"},
		{[]string{"groups", "bob", "--set", ""}, "Bob", bob + "-, State active"},
		{[]string{"block", "bob", "--by", "alice", "--reason", "Floods"}, "Bob", bob + "-, State blocked, Blocked by Alice, Blocked until for good"},
		{[]string{"block", "bob", "--expires", "3d"}, "Bob", bob + "-, State blocked, Blocked by Maintenance script, Blocked until 2031-01-02T03:04:05Z"},
		{[]string{"unblock", "bob"}, "Bob", bob + "-, State active"},
		{[]string{"lock", "bob"}, "Bob", bob + "-, State locked"},
		{[]string{"lock", "bob"}, "Bob", bob + "-, State locked"},
		{[]string{"unlock", "bob"}, "Bob", bob + "-, State active"},
		{[]string{"rename", "bob", "robert"}, "Robert", "Name Robert, Id 2, E-mail -, Groups -, State active"},
	} {
		shown := must(t, data, "", append([]string{"account"}, c.args...)...)
		if got := accountNow(t, data, c.name); got != c.want {
			t.Errorf("after account %q:\n%s\nwant\n%s", c.args, got, c.want)
		}
		if after := must(t, data, "", "account", "show", c.name); shown != after {
			t.Errorf("account %q showed\n%s\nand the account is\n%s", c.args, shown, after)
		}
	}
	same(t, must(t, data, "", "account", "delete", "robert", "--yes"), "Deleted the account Robert with the id 2.\n")
	refused(t, data, "", exitNotFound, "there is no account Robert", "account", "show", "Robert")
	must(t, data, "", "account", "create", "Robert", "--no-password")
	if got := accountNow(t, data, "Robert"); !strings.HasPrefix(got, "Name Robert, Id 3,") {
		t.Errorf("an id was given twice: %s", got)
	}
	same(t, must(t, data, "", "account", "delete", "Robert", "--yes", "--json"),
		`{"id":3,"name":"Robert","real_name":"","email":"","groups":[],"registered":"2031-01-02T03:04:05Z","locked":false,"blocked":false}`+"\n")
}

func TestAccountChangeRefusals(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password")
	must(t, data, "", "account", "create", "Bob", "--no-password")
	for _, c := range []struct {
		args string
		code int
	}{
		{"groups Bob", exitUsage},
		{"groups Bob --set bot --add sysop", exitUsage},
		{"groups --add bot", exitUsage},
		{"groups Bob --add kings", exitRefused},
		{"groups Bob --add bot --remove bot", exitRefused},
		{"groups Bob --add bot --expires 2001-01-01", exitRefused},
		{"groups Nobody --add bot", exitNotFound},
		{"block Bob --by Nobody", exitNotFound},
		{"block Bob --expires soon", exitRefused},
		{"unblock Bob", exitNotFound},
		{"lock Nobody", exitNotFound},
		{"rename Bob Alice", exitConflict},
		{"rename Bob 192.0.2.1", exitRefused},
		{"rename Bob", exitUsage},
		{"delete Bob", exitUsage}, // there is no terminal
		{"delete Nobody --yes", exitNotFound},
	} {
		o := call(t, data, "Bob\n", append([]string{"account"}, strings.Fields(c.args)...)...)
		if o.code != c.code || !strings.HasPrefix(o.stderr, "wikigate: ") || strings.Count(o.stderr, "\n") != 1 || o.stdout != "" {
			t.Errorf("account %s: code %d, want %d, stderr %q", c.args, o.code, c.code, o.stderr)
		}
	}
	if got := accountNow(t, data, "Bob"); got != "Name Bob, Id 2, E-mail -, Groups -, State active" {
		t.Errorf("refused commands changed the account: %s", got)
	}
}
