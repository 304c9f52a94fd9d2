package config

import (
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/fail"
)

var update = flag.Bool("update", false, "write docs/configuration.md anew")

// samples hold a value for each option that differs from its default, and what
// Dump makes of it when that is written differently.
var samples = map[string][2]string{
	"listen":                {"127.0.0.1:9090"},
	"data":                  {"elsewhere"},
	"config":                {"some.toml"},
	"server-url":            {"https://wiki.example/", "https://wiki.example"},
	"trusted-proxies":       {"10.1.2.3/8, ::1", "10.0.0.0/8, ::1"},
	"insecure-http":         {"true"},
	"shutdown-delay":        {"5s"},
	"shutdown-grace":        {"0", "0s"},
	"tls-cert":              {"/etc/wikigate/cert.pem"},
	"tls-key":               {"/etc/wikigate/key.pem"},
	"acme-domains":          {"Wiki.example,login.wiki.example", "wiki.example, login.wiki.example"},
	"acme-email":            {"admin@wiki.example"},
	"acme-directory":        {"http://127.0.0.1:14000/dir"},
	"redirect-listen":       {"0.0.0.0:80"},
	"hsts":                  {"365d", "8760h"},
	"admin-listen":          {"127.0.0.1:9091"},
	"admin-token-file":      {"FILE"}, // one that is there
	"insecure-admin":        {"true"},
	"site-name":             {"My Wiki"},
	"wiki-id":               {"my_wiki"},
	"script-path":           {"/api"},
	"article-path":          {"/index.php?title=$1"},
	"language":              {"zh-hans"},
	"messages":              {"/etc/wikigate/messages"},
	"mediawiki-version":     {"1.43.0-wmf.2"},
	"interwiki-prefixes":    {"EN, de", "en, de"},
	"private":               {"true"},
	"read-only":             {"Moving to another house"},
	"show-hostname":         {"true"},
	"cookie-prefix":         {"other"},
	"cookie-path":           {"/w"},
	"cookie-domain":         {".wiki.example"},
	"cookie-samesite":       {"none"},
	"cookie-secure":         {"always"},
	"session-lifetime":      {"1d12h", "36h"},
	"login-cookie-lifetime": {"1d", "24h"},
	"remember-lifetime":     {"365d", "8760h"},
	"session-cache":         {"false"},
	"bot-passwords":         {"false"},
	"login-throttle":        {"3/1m,10/1d", "3/1m, 10/24h"},

	"block-disables-login":        {"true"},
	"login-return-schemes":        {"My-App,org.example.app", "my-app, org.example.app"},
	"reauthenticate-after":        {"1d", "24h"},
	"login-throttle-account":      {"30/1d", "30/24h"},
	"encrypted-hashes-file":       {"FILE"},
	"login-throttle-address":      {"off", "off"},
	"password-min-length":         {"8"},
	"password-min-length-groups":  {"sysop:12,bot: 20", "sysop:12, bot:20"},
	"password-min-length-login":   {"4"},
	"password-checks":             {"common,name", "common, name"},
	"password-checks-at-login":    {"ignore"},
	"temporary-password-lifetime": {"1d", "24h"},

	"second-factor-throttle":         {"5/1m", "5/1m"},
	"second-factor-throttle-address": {"off", "off"},
	"totp-window":                    {"1"},
	"totp-issuer":                    {"Example: wiki"},
	"oath-api-groups":                {"bot,user", "bot, user"},
	"two-factor-shape":               {"documented"},
	"webauthn":                       {"off"},
	"webauthn-id":                    {"wiki.example"},
	"webauthn-origins":               {"https://wiki.example,https://m.wiki.example/", "https://wiki.example, https://m.wiki.example"},
	"passkeys":                       {"true"},

	"argon2-memory":   {"65536 KiB", "64MiB"},
	"argon2-time":     {"3"},
	"hash-memory":     {"1GiB"},
	"hash-queue":      {"7"},
	"audit-retention": {"30d", "720h"},

	"login-code-by-mail":   {"new-place"},
	"known-place-lifetime": {"30d", "720h"},

	"mail":                    {"file"},
	"mail-from":               {"wiki@wiki.example"},
	"mail-smtp":               {"mail.wiki.example:587"},
	"mail-tls":                {"implicit"},
	"mail-smtp-user":          {"wiki"},
	"mail-smtp-password-file": {"FILE"},
	"mail-file":               {"mails.jsonl"},

	"max-body":              {"1000000"},
	"max-parameters":        {"500"},
	"cross-site-origins":    {"*.wiki.example, wiki.example:8443"},
	"cross-site-exceptions": {"bad.wiki.example"},
	"log-level":             {"debug"},
	"log-format":            {"json"},
	"log-requests":          {"true"},

	"captcha":                  {"proof-of-work"},
	"captcha-questions-file":   {"QUESTIONS"},
	"captcha-site-key":         {"0x4AAA-key_of.site"},
	"captcha-secret-file":      {"FILE"},
	"captcha-verify-url":       {"http://127.0.0.1:8081/siteverify"},
	"captcha-after-address":    {"5/10m"},
	"captcha-after-name":       {"off"},
	"captcha-exempt-addresses": {"192.0.2.7,2001:db8::1/32", "192.0.2.7, 2001:db8::/32"},
	"captcha-difficulty":       {"12"},
}

// companions are what an option makes sense with only.
var companions = map[string][]string{
	"tls-cert":        {"--tls-key=key.pem"},
	"tls-key":         {"--tls-cert=cert.pem"},
	"acme-email":      {"--acme-domains=wiki.example"},
	"redirect-listen": {"--acme-domains=wiki.example"},
	"hsts":            {"--server-url=https://wiki.example"},

	"webauthn-id":      {"--server-url=https://wiki.example"},
	"webauthn-origins": {"--server-url=https://wiki.example"},
	"passkeys":         {"--server-url=https://wiki.example"},

	"login-code-by-mail":      {"--mail=file", "--mail-file=mails.jsonl", "--mail-from=wiki@wiki.example"},
	"mail":                    {"--mail-file=mails.jsonl", "--mail-from=wiki@wiki.example"},
	"mail-smtp-user":          {"--mail-smtp-password-file=PASSWORD"},
	"mail-smtp-password-file": {"--mail-smtp-user=wiki"},
}

func sample(t *testing.T, name string) (set, shown string) {
	t.Helper()
	s, found := samples[name]
	if !found {
		t.Fatalf("option %s needs a sample in this test", name)
	}
	if s[0] == "QUESTIONS" {
		path := writeFile(t, "[[question]]\nask = 'What colour is grass?'\nanswers = ['green']\n")
		return path, path
	}
	if s[0] == "FILE" {
		path := writeFile(t, "secure: a-token-for-tests")
		return path, path
	}
	if s[1] == "" {
		return s[0], s[0]
	}
	return s[0], s[1]
}

func parseFlags(t *testing.T, args ...string) *pflag.FlagSet {
	t.Helper()
	flags := pflag.NewFlagSet("test", pflag.ContinueOnError)
	Register(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	return flags
}

func writeFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "wikigate.toml")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func shown(c Config, name string) string {
	for _, s := range c.Dump() {
		if s.Name == name {
			return s.Value
		}
	}
	return "?"
}

func TestEveryOptionFromEverySource(t *testing.T) {
	for _, o := range Options() {
		text, want := sample(t, o.Name)
		file := writeFile(t, o.Name+" = '"+text+"'\n")
		password := writeFile(t, "hunter2")
		with := func(flags ...string) *pflag.FlagSet {
			for _, flag := range companions[o.Name] {
				flags = append(flags, strings.ReplaceAll(flag, "PASSWORD", password))
			}
			return parseFlags(t, flags...)
		}
		sources := map[string]Source{
			"flag --" + o.Name:         {Flags: with("--" + o.Name + "=" + text)},
			"variable " + o.Variable(): {Flags: with(), Environ: []string{"HOME=/", o.Variable() + "=" + text}},
			file + ":1":                {Flags: with("--config", file)},
		}
		if o.Name == configOption {
			t.Chdir(t.TempDir())
			if err := os.WriteFile(text, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			delete(sources, file+":1")
		}
		for origin, source := range sources {
			c, err := Load(source)
			if err != nil {
				t.Errorf("%s from %s: %v", o.Name, origin, err)
				continue
			}
			if got := shown(c, o.Name); got != want {
				t.Errorf("%s from %s is %q, want %q", o.Name, origin, got, want)
			}
			if got := c.Origin(o.Name); got != origin {
				t.Errorf("%s: origin %q, want %q", o.Name, got, origin)
			}
		}
	}
}

func TestEachOptionOwnsOneField(t *testing.T) {
	owners := make(map[string]string)
	for _, o := range Options() {
		text, _ := sample(t, o.Name)
		c := Default()
		if !o.Value.set(&c, text) {
			t.Fatalf("%s refuses its sample %q", o.Name, text)
		}
		for i := range reflect.TypeFor[Config]().NumField() {
			name := reflect.TypeFor[Config]().Field(i).Name
			if name == "origins" || reflect.DeepEqual(fieldOf(Default(), i), fieldOf(c, i)) {
				continue
			}
			if other, taken := owners[name]; taken {
				t.Errorf("field %s belongs to %s and %s", name, other, o.Name)
			}
			owners[name] = o.Name
		}
	}
	if fields := reflect.TypeFor[Config]().NumField() - 1; len(owners) != fields || fields != len(Options()) {
		t.Errorf("%d fields, %d of them owned by %d options", fields, len(owners), len(Options()))
	}
}

func fieldOf(c Config, i int) any { return reflect.ValueOf(c).Field(i).Interface() }

func TestDefaultsAreSaneAndComplete(t *testing.T) {
	c, err := Load(Source{})
	if err != nil {
		t.Fatal(err)
	}
	for _, o := range Options() {
		if got := shown(c, o.Name); got != o.Default {
			t.Errorf("%s: default %q is shown as %q", o.Name, o.Default, got)
		}
		if got := c.Origin(o.Name); got != "default" {
			t.Errorf("%s: origin %q", o.Name, got)
		}
		if !strings.HasSuffix(o.Text, ".") || o.Group == "" || o.Value.Expected == "" {
			t.Errorf("%s: text, group or expectation is missing", o.Name)
		}
	}
}

func TestPrecedence(t *testing.T) {
	file := writeFile(t, "site-name = 'file'\nwiki-id = 'file'\nlanguage = 'de'\n")
	c, err := Load(Source{
		Flags:   parseFlags(t, "--config", file, "--site-name", "flag"),
		Environ: []string{"WIKIGATE_SITE_NAME=env", "WIKIGATE_WIKI_ID=env"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if c.SiteName != "flag" || c.WikiID != "env" || c.Language != "de" || c.ScriptPath != "/w" {
		t.Errorf("got %q %q %q %q", c.SiteName, c.WikiID, c.Language, c.ScriptPath)
	}
}

func TestFileTypes(t *testing.T) {
	file := writeFile(t, "# comment\n\nprivate = true\nhash-queue = 5\nmax-body = 4096\nshutdown-grace = 0\n"+
		"trusted-proxies = [\n  '10.0.0.1',\n  '10.0.0.2',\n]\nlogin-throttle = ['5/5m']\n")
	c, err := Load(Source{Environ: []string{"WIKIGATE_CONFIG=" + file}})
	if err != nil {
		t.Fatal(err)
	}
	if !c.Private || c.HashQueue != 5 || c.MaxBody != 4096 || len(c.TrustedProxies) != 2 || len(c.LoginThrottle) != 1 {
		t.Errorf("got %+v", c)
	}
	if got, want := c.Origin("login-throttle"), file+":11"; got != want {
		t.Errorf("origin %q, want %q", got, want)
	}
}

func TestRepeatedListFlag(t *testing.T) {
	c, err := Load(Source{Flags: parseFlags(t, "--interwiki-prefixes", "a", "--interwiki-prefixes=b,c", "--private")})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Join(c.InterwikiPrefixes, "|") != "a|b|c" || !c.Private {
		t.Errorf("got %q %v", c.InterwikiPrefixes, c.Private)
	}
}

func TestDumpHidesSecrets(t *testing.T) {
	options := make([]Option, 2)
	options[0], _ = find("site-name")
	options[1], _ = find("read-only")
	options[0].Secret, options[1].Secret = true, true
	c := Default()
	c.SiteName = "hunter2"
	got := dump(options, c)
	if got[0].Value != "[secret]" || got[1].Value != "" {
		t.Errorf("got %+v", got)
	}
}

func TestReferenceIsFresh(t *testing.T) {
	const page = "../../docs/configuration.md"
	if *update {
		if err := os.WriteFile(page, []byte(Reference()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	content, err := os.ReadFile(page)
	if err != nil || string(content) != Reference() {
		t.Fatalf("docs/configuration.md is stale (%v); run: go test ./internal/config -update", err)
	}
	for _, o := range Options() {
		if !strings.Contains(string(content), "\n### "+o.Name+"\n") {
			t.Errorf("%s is missing: are its group's options together in the table?", o.Name)
		}
	}
}

// sentences splits what Load joined.
func sentences(err error) []string {
	if err == nil {
		return nil
	}
	var all []string
	var joined interface{ Unwrap() []error }
	if errors.As(err, &joined) {
		for _, e := range joined.Unwrap() {
			if !fail.Is(e, fail.Invalid) {
				all = append(all, "NOT INVALID:")
			}
			all = append(all, e.Error())
		}
	}
	return all
}
