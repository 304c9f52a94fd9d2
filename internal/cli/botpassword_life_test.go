package cli

import (
	"encoding/json"
	"strings"
	"testing"
)

func TestBotPasswordRotate(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	must(t, data, "", "botpassword", "create", "ExampleBot", "a", "--grants", "editpage")
	same(t, must(t, data, "", "botpassword", "rotate", "exampleBot", "a", "--overlap", "1d"), `
Login name    ExampleBot@a
Password      xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Grants        basic, editpage
Addresses     everywhere
Expires       never
Old password  good until 2031-01-02T03:04:05Z

The password is shown this once. Programs that want a plain name log in as
ExampleBot with the password a@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
`[1:])
	if got := must(t, data, "", "botpassword", "list"); !strings.Contains(steady(got), "never      old one until 2031-01-02T03:04:05Z\n") {
		t.Errorf("got %s", got)
	}
	var rotated botPasswordJSON
	if err := json.Unmarshal([]byte(must(t, data, "", "botpassword", "rotate", "ExampleBot", "a", "--json")), &rotated); err != nil ||
		len(rotated.Password) != 32 || rotated.OldUntil != nil || rotated.Login != "ExampleBot@a" {
		t.Errorf("%+v, %v", rotated, err)
	}
	for _, c := range []struct {
		args string
		code int
	}{
		{"ExampleBot b", exitNotFound}, {"Nobody a", exitNotFound}, {"ExampleBot", exitUsage},
		{"ExampleBot a --overlap 31d", exitRefused}, {"ExampleBot a --overlap soon", exitRefused},
	} {
		if o := call(t, data, "", append([]string{"botpassword", "rotate"}, strings.Fields(c.args)...)...); o.code != c.code || o.stdout != "" {
			t.Errorf("botpassword rotate %s: code %d, want %d, stderr %q", c.args, o.code, c.code, o.stderr)
		}
	}
}

func TestBotPasswordSet(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	must(t, data, "", "botpassword", "create", "ExampleBot", "other")
	must(t, data, "", "botpassword", "create", "ExampleBot", "a", "--grants", "editpage", "--ip", "192.0.2.7", "--expires", "90d")
	for _, c := range []struct {
		args []string
		want string // grants, addresses, expires
	}{
		{[]string{"--grants", "highvolume"}, `["basic","highvolume"] ["192.0.2.7"] true`},
		{[]string{"--ip", "192.0.2.0/24, 2001:db8::1"}, `["basic","highvolume"] ["192.0.2.0/24","2001:db8::1"] true`},
		{[]string{"--expires", "never"}, `["basic","highvolume"] ["192.0.2.0/24","2001:db8::1"] false`},
		{[]string{"--grants", "", "--ip", "", "--expires", "1d"}, `["basic"] ["0.0.0.0/0","::/0"] true`},
	} {
		var b botPasswordJSON
		output := must(t, data, "", append([]string{"botpassword", "set", "ExampleBot", "a", "--json"}, c.args...)...)
		if err := json.Unmarshal([]byte(output), &b); err != nil {
			t.Fatalf("%q: %v", output, err)
		}
		grants, _ := json.Marshal(b.Grants)
		addresses, _ := json.Marshal(b.Addresses)
		got := string(grants) + " " + string(addresses) + " " + map[bool]string{true: "true", false: "false"}[b.Expires != nil]
		if got != c.want || b.Password != "" {
			t.Errorf("botpassword set %q: %s, want %s", c.args, got, c.want)
		}
	}
	if got := must(t, data, "", "botpassword", "set", "ExampleBot", "a", "--grants", "editpage"); strings.Count(got, "\n") != 2 || !strings.Contains(got, "ExampleBot@a  basic, editpage") {
		t.Errorf("got %s", got)
	}
	for _, c := range []struct {
		args string
		code int
	}{
		{"ExampleBot a", exitUsage}, {"ExampleBot b --grants editpage", exitNotFound}, {"ExampleBot a --grants fly", exitRefused},
		{"ExampleBot a --ip here", exitRefused}, {"ExampleBot a --expires 2001-01-01", exitRefused}, {"ExampleBot a --expires=", exitRefused},
	} {
		if o := call(t, data, "", append([]string{"botpassword", "set"}, strings.Fields(c.args)...)...); o.code != c.code || o.stdout != "" {
			t.Errorf("botpassword set %s: code %d, want %d, stderr %q", c.args, o.code, c.code, o.stderr)
		}
	}
}

func TestBotPasswordImport(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	const hash = ":B:1:0713189301a6557451620f2a3cfb7f68"
	same(t, must(t, data, hash+"\n", "botpassword", "import", "ExampleBot", "a", "--hash-stdin", "--grants", "editpage"), `
Login name  ExampleBot@a
Password    as before
Grants      basic, editpage
Addresses   everywhere
Expires     never
`[1:])
	for _, c := range []struct {
		args, stdin string
		code        int
	}{
		{"ExampleBot a --hash-stdin", hash, exitConflict}, {"ExampleBot b --hash-stdin", "password", exitRefused},
		{"ExampleBot b", hash, exitUsage}, {"Nobody b --hash-stdin", hash, exitNotFound},
	} {
		o := call(t, data, c.stdin, append([]string{"botpassword", "import"}, strings.Fields(c.args)...)...)
		if o.code != c.code || o.stdout != "" || strings.Contains(o.stderr, c.stdin) {
			t.Errorf("botpassword import %s: code %d, want %d, stderr %q", c.args, o.code, c.code, o.stderr)
		}
	}
}
