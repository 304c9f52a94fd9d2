package cli

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

func TestAccountPassword(t *testing.T) {
	data := t.TempDir()
	must(t, data, "first password", "account", "create", "Alice", "--password-stdin")
	made := must(t, data, "", "botpassword", "create", "Alice", "app", "--json")
	shown := must(t, data, "second password\n", "account", "password", "alice", "--password-stdin")
	if shown != must(t, data, "", "account", "show", "Alice") || strings.Contains(shown, "second") {
		t.Errorf("it shows %s", shown)
	}
	s := start(t, data)
	try := func(name, password string) string { return newClient(t, s.api).tryLogin(name, password) }
	if got := try("Alice", "first password"); got != "Failed" {
		t.Errorf("the old password: %s", got)
	}
	if got := try("Alice", "second password"); got != "Success" {
		t.Errorf("the new password: %s", got)
	}
	var bot struct{ Login, Password string }
	if err := json.Unmarshal([]byte(made), &bot); err != nil {
		t.Fatal(err)
	}
	if got := try(bot.Login, bot.Password); got != "Failed" {
		t.Errorf("the bot password: %s", got)
	}
	user := newClient(t, s.api)
	user.login("Alice", "second password")
	must(t, data, "", "account", "password", "Alice", "--invalidate") // while the server runs
	if got := user.name(); got != "" {
		t.Errorf("the session is still that of %s", got)
	}
	if got := try("Alice", "second password"); got != "Failed" {
		t.Errorf("the invalidated password: %s", got)
	}
}

var temporary = regexp.MustCompile(`^Name +Alice\nTemporary password +([0-9a-v]{16})\nGood until +2031-01-02T03:04:05Z\n$`)

func TestAccountTemporaryPassword(t *testing.T) {
	data := t.TempDir()
	must(t, data, "first password", "account", "create", "Alice", "--password-stdin")
	shown := must(t, data, "", "account", "password", "alice", "--temporary")
	found := temporary.FindStringSubmatch(steady(shown))
	if found == nil {
		t.Fatalf("it shows %s", shown)
	}
	s := start(t, data)
	try := func(name, password string) string { return newClient(t, s.api).tryLogin(name, password) }
	if got := try("Alice", found[1]); got != "Aborted" {
		t.Errorf("the temporary password: %s", got)
	}
	if got := try("Alice", "first password"); got != "Success" {
		t.Errorf("the password: %s", got)
	}
	var next struct {
		Name, Temporary_password, Temporary_until string
	}
	shown = must(t, data, "", "account", "password", "alice", "--temporary", "--invalidate", "--json")
	if err := json.Unmarshal([]byte(shown), &next); err != nil || next.Name != "Alice" || next.Temporary_until == "" {
		t.Fatalf("%v: %s", err, shown)
	}
	if got := try("Alice", found[1]) + try("Alice", "first password"); got != "FailedFailed" {
		t.Errorf("the passwords of before: %s", got)
	}
	if got := try("Alice", next.Temporary_password); got != "Aborted" {
		t.Errorf("the next temporary password: %s", got)
	}
}

func TestAccountPasswordRefusals(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "Alice", "--no-password", "--groups", "bot")
	for _, c := range []struct {
		password, want string
	}{
		{"too short", "the password cannot be that of Alice: it has fewer than 10 bytes (passwordtooshort)"},
		{"password1234", "the password cannot be that of Alice: it is one of the commonest passwords (passwordincommonlist)"},
	} {
		refused(t, data, c.password, exitRefused, c.want, "account", "password", "alice", "--password-stdin")
	}
	refused(t, data, "long enough", exitNotFound, "there is no account Nobody", "account", "password", "nobody", "--password-stdin")
	for args, want := range map[string]string{
		"":                                   "no password was given and there is no terminal to ask at; use --password-stdin, --password-file or --invalidate",
		"--temporary --password-stdin":       "no password can be given together with --temporary or --invalidate",
		"--invalidate --password-file x":     "no password can be given together with --temporary or --invalidate",
		"--password-stdin --password-file x": "only one of",
		"--no-password":                      "unknown flag: --no-password",
	} {
		o := call(t, data, "x", append([]string{"account", "password", "Alice"}, strings.Fields(args)...)...)
		if o.code != exitUsage || !strings.Contains(o.stderr, want) {
			t.Errorf("%q: code %d, %s", args, o.code, o.stderr)
		}
	}
}
