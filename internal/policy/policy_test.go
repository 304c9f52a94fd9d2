package policy_test

import (
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/policy"
	"github.com/wikigate/wikigate/internal/secret"
)

// all asks for everything.
var all = policy.Policy{MinLength: 8, MinLoginLength: 3, NotInName: true, NotDefault: true, NotCommon: true}

func codes(found []policy.Finding) string {
	var list []string
	for _, f := range found {
		code := f.Code
		if f.Fatal {
			code += "!"
		}
		list = append(list, code)
	}
	return strings.Join(list, " ")
}

func TestChecks(t *testing.T) {
	for _, c := range []struct{ name, password, want string }{
		{"Alice", "alice-Secret-Pw1", ""},
		{"Alice", "ünïcöd", ""}, // lengths are bytes
		{"Alice", "x7Gq-z9", "passwordtooshort"},
		{"Alice", "x7", "passwordtooshort passwordtooshort!"},
		{"Alice", "", "passwordtooshort passwordtooshort!"},
		{"Alice", strings.Repeat("x7", 2048), ""},
		{"Alice", strings.Repeat("x7", 2048) + "x", "passwordtoolong!"},
		{"William the bot", "THE BOT ", ""},
		{"William the bot", "WILLIAM THE", "password-substring-username-match"},
		{"William the bot", "william the bot", "password-substring-username-match"},
		{"ÉTUDIANTE", "étudiante", ""}, // only A to Z
		{"ÉTUDIANTE", "ÉtUdIaNtE", "password-substring-username-match"},
		{"Useruser", "Passpass", "password-login-forbidden"},
		{"Useruser1", "Passpass1", "password-login-forbidden"},
		{"Apitestsysop", "testpass", "password-login-forbidden passwordincommonlist"},
		{"Apitestuser", "testpass", "password-login-forbidden passwordincommonlist"},
		{"Alice", "Passpass1", ""},
		{"Alice", "ExamplePassword", "password-login-forbidden"},
		{"Useruser", "ExamplePassword", "password-login-forbidden"},
		{"Alice", "password", "passwordincommonlist"},
		{"Alice", "dragon", "passwordtooshort passwordincommonlist"},
		{"Password1234", "password1234", "password-substring-username-match passwordincommonlist"},
	} {
		if got := codes(all.Check(c.name, secret.New(c.password))); got != c.want {
			t.Errorf("%s, %.20q: %q, want %q", c.name, c.password, got, c.want)
		}
	}
}

func TestNothingIsAskedByDefaultButAnEnd(t *testing.T) {
	for password, want := range map[string]string{"": "", "password": "", "Alice": "", strings.Repeat("x", 4097): "passwordtoolong!"} {
		if got := codes(policy.Policy{}.Check("Alice", secret.New(password))); got != want {
			t.Errorf("%.10q: %q, want %q", password, got, want)
		}
	}
}

// The members were looked up in MediaWiki's filter, and so were the others,
// which look as common.
func TestCommonPasswords(t *testing.T) {
	p := policy.Policy{NotCommon: true}
	for password, common := range map[string]bool{
		"123456": true, "password": true, "qwerty": true, "letmein": true, "dragon": true, "password1234": true,
		"12345678901": true, "wrong": true, "Password": true,
		"pw": false, "correct horse battery": false, "PASSWORD123!": false, "alice-Secret-Pw1": false,
	} {
		if got := len(p.Check("Alice", secret.New(password))) > 0; got != common {
			t.Errorf("%s: %v", password, got)
		}
	}
}

func TestStrictestGroupCounts(t *testing.T) {
	r := policy.Rules{
		Default: policy.Policy{MinLength: 1, NotCommon: true},
		Groups: map[string]policy.Policy{
			"bot":   {MinLength: 10},
			"sysop": {MinLength: 4, MinLoginLength: 2, NotInName: true},
		},
	}
	for groups, want := range map[string]policy.Policy{
		"":           {MinLength: 1, NotCommon: true},
		"other":      {MinLength: 1, NotCommon: true},
		"bot":        {MinLength: 10, NotCommon: true},
		"sysop,bot":  {MinLength: 10, MinLoginLength: 2, NotInName: true, NotCommon: true},
		"bot,sysop":  {MinLength: 10, MinLoginLength: 2, NotInName: true, NotCommon: true},
		"sysop,user": {MinLength: 4, MinLoginLength: 2, NotInName: true, NotCommon: true},
	} {
		if got := r.For(strings.Split(groups, ",")); got != want {
			t.Errorf("%s: %+v, want %+v", groups, got, want)
		}
	}
}

func TestRefusalSaysEverythingOnceAndNotThePassword(t *testing.T) {
	p := policy.Policy{MinLength: 7, MinLoginLength: 7, NotCommon: true}
	for password, want := range map[string]string{
		"dragon":          "it has fewer than 7 bytes (passwordtooshort), and it is one of the commonest passwords (passwordincommonlist)",
		"letme\x80in":     "it is not in UTF-8 or holds control characters, so it could never log in",
		"let\nme in":      "it is not in UTF-8 or holds control characters, so it could never log in",
		"let me in\x00":   "it is not in UTF-8 or holds control characters, so it could never log in",
		"let me in\uffff": "it is not in UTF-8 or holds control characters, so it could never log in",
	} {
		_, err := p.Accept("Alice", secret.New(password))
		if want = "the password cannot be that of Alice: " + want; !fail.Is(err, fail.Invalid) || err.Error() != want {
			t.Errorf("%q: %v", password, err)
		}
	}
}

// Clients' passwords arrive composed, whatever was typed.
func TestAcceptedPasswordsAreComposed(t *testing.T) {
	for given, want := range map[string]string{
		"alice-Secret-Pw1": "alice-Secret-Pw1", "e\u0301tudiante": "\u00e9tudiante", "tab\tand \u200e mark": "tab\tand \u200e mark",
	} {
		got, err := all.Accept("Alice", secret.New(given))
		if err != nil || got.Reveal() != want {
			t.Errorf("%q: %q %v", given, got.Reveal(), err)
		}
	}
}

func BenchmarkCheck(b *testing.B) {
	password := secret.New("alice-Secret-Pw1")
	for b.Loop() {
		all.Check("Alice", password)
	}
}
