package cli

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"
)

func TestBotPasswordCreate(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	same(t, must(t, data, "", "botpassword", "create", "exampleBot", "archiver", "--grants", "highvolume, editpage", "--ip", "192.0.2.0/24", "--ip", "2001:db8::1", "--expires", "90d"), `
Login name  ExampleBot@archiver
Password    xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
Grants      basic, highvolume, editpage
Addresses   192.0.2.0/24, 2001:db8::1
Expires     2031-01-02T03:04:05Z

The password is shown this once. Programs that want a plain name log in as
ExampleBot with the password archiver@xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx
`[1:])
	same(t, must(t, data, "", "botpassword", "create", "ExampleBot", "other", "--grants", "basic,highvolume,editpage", "--json"),
		`{"login":"ExampleBot@other","password":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","owner":"ExampleBot","app":"other","grants":["basic","highvolume","editpage"],"addresses":["0.0.0.0/0","::/0"],"created":"2031-01-02T03:04:05Z","expires":null,"old_secret_until":null,"needs_reset":false,"last_used":null,"last_address":null}`+"\n")
	same(t, must(t, data, "", "botpassword", "create", "ExampleBot", "bare", "--json"),
		`{"login":"ExampleBot@bare","password":"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx","owner":"ExampleBot","app":"bare","grants":["basic"],"addresses":["0.0.0.0/0","::/0"],"created":"2031-01-02T03:04:05Z","expires":null,"old_secret_until":null,"needs_reset":false,"last_used":null,"last_address":null}`+"\n")
}

func TestBotPasswordTakesAGivenSecret(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	given := strings.Repeat("0w", 20)
	var created struct{ Login, Password string }
	output := must(t, data, given+"\n", "botpassword", "create", "ExampleBot", "a", "--secret-stdin", "--json")
	if err := json.Unmarshal([]byte(output), &created); err != nil || created.Password != given {
		t.Errorf("got %q", output)
	}
	for _, bad := range []string{strings.Repeat("a", 31), strings.Repeat("x", 32), strings.Repeat("A", 32), ""} {
		o := call(t, data, bad, "botpassword", "create", "ExampleBot", "b", "--secret-stdin", "--json")
		if o.code != exitRefused || o.stdout != "" || len(bad) > 0 && strings.Contains(o.stderr, bad) {
			t.Errorf("secret %q: code %d, stderr %q", bad, o.code, o.stderr)
		}
	}
}

func TestBotPasswordCreateRefusals(t *testing.T) {
	data := t.TempDir()
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	must(t, data, "", "botpassword", "create", "ExampleBot", "a")
	cases := []struct {
		args   string
		code   int
		inText string
	}{
		{"ExampleBot a", exitConflict, "already"},
		{"Nobody a", exitNotFound, "there is no account Nobody"},
		{"ExampleBot " + strings.Repeat("a", 33), exitRefused, "32 bytes"},
		{"ExampleBot b --grants editpage,fly", exitRefused, `"fly"; the grants are basic, highvolume, `},
		{"ExampleBot b --ip here", exitRefused, `"here"`},
		{"ExampleBot b --expires 2001-01-01", exitRefused, "in the past"},
		{"ExampleBot b --expires soon", exitRefused, `"soon" is no time of expiry; expected a day such as 2031-12-31`},
		{"ExampleBot b --expires 0d", exitRefused, "no time of expiry"},
	}
	for _, c := range cases {
		o := call(t, data, "", append([]string{"botpassword", "create"}, strings.Fields(c.args)...)...)
		if o.code != c.code || !strings.Contains(o.stderr, c.inText) || strings.Count(o.stderr, "\n") != 1 || o.stdout != "" {
			t.Errorf("botpassword create %s: code %d, want %d, stderr %q", c.args, o.code, c.code, o.stderr)
		}
	}
}

func TestBotPasswordListAndRevoke(t *testing.T) {
	data := t.TempDir()
	same(t, must(t, data, "", "botpassword", "list"), "LOGIN  GRANTS  ADDRESSES  CREATED  EXPIRES  LAST USED  SECRET\n")
	same(t, must(t, data, "", "botpassword", "list", "--json"), "[]\n")
	must(t, data, "", "account", "create", "ExampleBot", "--no-password")
	must(t, data, "", "account", "create", "OtherBot", "--no-password")
	must(t, data, "", "botpassword", "create", "ExampleBot", "b", "--grants", "editpage", "--ip", "192.0.2.7")
	must(t, data, "", "botpassword", "create", "ExampleBot", "a", "--expires", "2099-12-31T18:00:00+02:00")
	must(t, data, "", "botpassword", "create", "OtherBot", "x")
	same(t, must(t, data, "", "botpassword", "list"), `
LOGIN         GRANTS           ADDRESSES   CREATED               EXPIRES               LAST USED  SECRET
ExampleBot@a  basic            everywhere  2031-01-02T03:04:05Z  2031-01-02T03:04:05Z  never      -
ExampleBot@b  basic, editpage  192.0.2.7   2031-01-02T03:04:05Z  never                 never      -
OtherBot@x    basic            everywhere  2031-01-02T03:04:05Z  never                 never      -
`[1:])
	if got := must(t, data, "", "botpassword", "list", "--json", "exampleBot"); !strings.Contains(got, `"expires":"2099-12-31T16:00:00Z"`) || strings.Contains(got, "OtherBot") || strings.Contains(got, "password\"") {
		t.Errorf("got %s", got)
	}
	same(t, must(t, data, "", "botpassword", "revoke", "ExampleBot", "a"), "Revoked bot password a of ExampleBot.\n")
	same(t, must(t, data, "", "botpassword", "revoke", "ExampleBot", "b", "--json"), `{"owner":"ExampleBot","app":"b"}`+"\n")
	same(t, must(t, data, "", "botpassword", "list", "ExampleBot", "--json"), "[]\n")
	refused(t, data, "", exitNotFound, `ExampleBot has no bot password "a"`, "botpassword", "revoke", "ExampleBot", "a")
	refused(t, data, "", exitNotFound, "there is no account Nobody", "botpassword", "revoke", "Nobody", "a")
	refused(t, data, "", exitNotFound, "there is no account Nobody", "botpassword", "list", "Nobody")
}

func TestParseExpiry(t *testing.T) {
	now := time.Date(2031, 1, 2, 3, 4, 5, 6, time.UTC)
	cases := map[string]string{
		"2031-12-31":                "2031-12-31T00:00:00Z",
		"2031-12-31T18:00:00Z":      "2031-12-31T18:00:00Z",
		"2031-12-31T18:00:00+02:00": "2031-12-31T16:00:00Z",
		"90d":                       "2031-04-02T03:04:05Z",
		"1d12h":                     "2031-01-03T15:04:05Z",
		"":                          "never",
	}
	for in, want := range cases {
		got, err := parseExpiry(in, now)
		if err != nil || timeText(got, "never") != want {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
	for _, in := range []string{"tomorrow", "31.12.2031", "2031-13-01", "-1d", "0", "90"} {
		if got, err := parseExpiry(in, now); err == nil || !regexp.MustCompile(`^".*" is no time of expiry; expected`).MatchString(err.Error()) {
			t.Errorf("%q: %v, %v", in, got, err)
		}
	}
}
