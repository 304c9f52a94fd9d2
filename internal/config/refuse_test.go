package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestRefusedValues(t *testing.T) {
	cases := map[string][]string{
		"listen":             {"", "8080", "localhost", "localhost:http", "localhost:70000", "a\nb:80"},
		"data":               {"", "  "},
		"server-url":         {"wiki.example", "ftp://wiki.example", "https://wiki.example/w", "https://u@wiki.example", "https://", "https://a?b", "https://a#", "https://a b"},
		"trusted-proxies":    {"proxy", "10.0.0.0/33", "0.0.0.0/0", "::/0", "10.0.0.1,,10.0.0.2", "fe80::1%eth0"},
		"insecure-http":      {"", "yes", "1"},
		"shutdown-delay":     {"-1s", "11m"},
		"shutdown-grace":     {"-1s", "11m", "10"},
		"acme-domains":       {"wiki", "*.wiki.example", "wiki.example:443", "192.0.2.1", "https://wiki.example", "a..example", ","},
		"acme-email":         {"admin", "a@b,c@d", "mailto:a@b"},
		"acme-directory":     {"", "http://acme.example/", "acme.example", "http://192.0.2.1:80/"},
		"redirect-listen":    {"80", "wiki.example"},
		"hsts":               {"-1s", "9999999d"},
		"admin-listen":       {"9091", "unix:/x"},
		"insecure-admin":     {"", "yes"},
		"site-name":          {"", "a\tb"},
		"wiki-id":            {"", "a b"},
		"script-path":        {"/", "w", "/w/"},
		"article-path":       {"/wiki/", "wiki/$1", "/$1/$1"},
		"language":           {"", "EN", "en_GB"},
		"mediawiki-version":  {"", "1", "v1.39", "1.39 beta"},
		"interwiki-prefixes": {"en:", "a b", ","},
		"read-only":          {"false", "TRUE", "0", "no"},
		"cookie-prefix":      {"a.b", "a b"},
		"cookie-path":        {"", "w", "/a;b"},
		"cookie-domain":      {"https://x", "WIKI.example", "."},
		"cookie-samesite":    {"", "Lax"},
		"cookie-secure":      {"true"},
		"session-lifetime":   {"", "59s", "-1h", "366d", "1", "99999999999d", "d", "1d-1h", "1d+1h"},
		"login-throttle":     {"", "none", "5", "5/", "/5m", "0/5m", "-1/5m", "5/0s", "5/5m,", "off, 5/5m"},

		"password-min-length":         {"0", "-1", "eight", "1025"},
		"password-min-length-groups":  {"10", "sysop", "sysop:", ":10", "sysop:0", "sysop:-1", "sysop:10,", "Sysop:10", "sysop:1024", "sysop:10, sysop:11"},
		"password-min-length-login":   {"0"},
		"password-checks":             {"none", "name,", "name, name", "Common"},
		"password-checks-at-login":    {"", "warn"},
		"temporary-password-lifetime": {"0", "59s"},

		"second-factor-throttle":         {"", "10"},
		"second-factor-throttle-address": {"none"},
		"totp-window":                    {"-1", "11", "two"},
		"totp-issuer":                    {"a\tb"},
		"oath-api-groups":                {"*", "a b", "bot,", "bot, bot"},
		"two-factor-shape":               {"", "MediaWiki"},
		"webauthn":                       {"", "true"},
		"webauthn-id":                    {"https://wiki.example", "WIKI.example", "."},
		"webauthn-origins":               {"wiki.example", "https://wiki.example/w", "https://a,,https://b"},
		"passkeys":                       {"", "on"},
		"login-code-by-mail":             {"", "on", "always"},
		"known-place-lifetime":           {"0", "59m"},

		"mail":          {"", "on", "sendmail"},
		"mail-from":     {"wiki", "Wiki <wiki@wiki.example>", "a@b,c@d", "a b@c", "@wiki.example", "wiki@"},
		"mail-smtp":     {"mail.example", "mail.example:smtp", "mail.example:0", ":25", "smtp://mail.example:25", "a b:25"},
		"mail-tls":      {"", "none", "tls"},
		"argon2-memory": {"7MiB", "19MB", "19", "-1MiB", "99999999999999GiB"},
		"argon2-time":   {"0", "101", "two", "2.5"},
		"hash-memory":   {"1MiB"},
		"hash-queue":    {"0"},
		"max-body":      {"0", "2GiB"},

		"captcha":                  {"", "simple", "proofofwork", "Turnstile"},
		"captcha-questions-file":   {"/does/not/exist", "/"},
		"captcha-site-key":         {"a b", "a\tb", "<x>"},
		"captcha-secret-file":      {"/does/not/exist"},
		"captcha-verify-url":       {"http://verify.example/", "verify.example", "ftp://127.0.0.1/"},
		"login-return-schemes":     {"javascript", "my app", "1app", "app:", "a,,b"},
		"captcha-after-address":    {"", "3", "0/5m"},
		"captcha-after-name":       {"none"},
		"captcha-exempt-addresses": {"0.0.0.0/0", "localhost", "192.0.2.1,,"},
		"captcha-difficulty":       {"7", "33", "20 bits"},

		"max-parameters":     {"9"},
		"cross-site-origins": {"*", "*:443", "*.*", "https://wiki.example", "wiki.example/", ","},
		"log-level":          {"INFO", "trace", ""},
		"log-format":         {"xml"},
	}
	for name, values := range cases {
		for _, value := range values {
			_, err := Load(Source{Flags: parseFlags(t, "--"+name+"="+value)})
			got := sentences(err)
			if len(got) != 1 || !strings.HasPrefix(got[0], "option "+name+" cannot be ") || !strings.Contains(got[0], "(from flag --"+name+")") || !strings.Contains(got[0], "expected ") {
				t.Errorf("--%s=%q: %q", name, value, got)
			}
		}
	}
}

func TestDangerousCombinations(t *testing.T) {
	cases := []struct {
		flags string
		want  string // "": accepted
	}{
		{"--listen=0.0.0.0:8080", "option listen"},
		{"--listen=:8080", "option listen"},
		{"--listen=wiki.example:8080", "option listen"},
		{"--listen=0.0.0.0:8080 --trusted-proxies=10.0.0.1", ""},
		{"--listen=0.0.0.0:8080 --insecure-http", ""},
		{"--webauthn=on", "option webauthn"},
		{"--webauthn=on --listen=localhost:8080", ""},
		{"--webauthn=on --server-url=http://wiki.example", "option webauthn"},
		{"--webauthn=on --server-url=http://wiki.localhost", ""},
		{"--webauthn=on --server-url=https://192.0.2.1", "option webauthn"},
		{"--webauthn=on --server-url=https://intranet", "option webauthn"},
		{"--webauthn=on --server-url=https://en.wiki.example --webauthn-id=wiki.example", ""},
		{"--webauthn-id=wiki.example --server-url=https://notwiki.example", "option webauthn-id"},
		{"--webauthn-origins=https://wiki.example.org --server-url=https://wiki.example", "option webauthn-origins"},
		{"--webauthn-origins=http://wiki.example --server-url=https://wiki.example", "option webauthn-origins"},
		{"--webauthn-id=192.0.2.1 --webauthn=off", ""},
		{"--passkeys", "option passkeys"},
		{"--passkeys --server-url=https://wiki.example", ""},
		{"--passkeys --webauthn=off --server-url=https://wiki.example", "option passkeys"},
		{"--captcha=question", "option captcha"},
		{"--captcha=turnstile", "option captcha"},
		{"--captcha=hcaptcha --captcha-site-key=x", "option captcha"},
		{"--captcha=proof-of-work --captcha-after-name=off --captcha-difficulty=8", ""},
		{"--captcha=arithmetic --captcha-exempt-addresses=192.0.2.7,2001:db8::/32", ""},
		{"--listen=[::1]:8080", ""},
		{"--listen=127.8.8.8:0", ""},
		{"--listen=localhost:8080", ""},
		{"--listen=0.0.0.0:443 --tls-cert=c --tls-key=k", ""},
		{"--listen=0.0.0.0:443 --acme-domains=wiki.example", ""},
		{"--tls-cert=c", "option tls-cert"},
		{"--tls-key=k", "option tls-key"},
		{"--tls-cert=c --tls-key=k --acme-domains=wiki.example", "option acme-domains"},
		{"--acme-email=a@wiki.example", "option acme-email"},
		{"--redirect-listen=:80", "option redirect-listen"},
		{"--redirect-listen=:80 --tls-cert=c --tls-key=k", ""},
		{"--redirect-listen=:443 --listen=:443 --tls-cert=c --tls-key=k", "option redirect-listen"},
		{"--server-url=http://wiki.example --tls-cert=c --tls-key=k", "option server-url"},
		{"--cookie-secure=never --tls-cert=c --tls-key=k", "option cookie-secure"},
		{"--hsts=30d", "option hsts"},
		{"--hsts=30d --tls-cert=c --tls-key=k", ""},
		{"--hsts=30d --server-url=https://wiki.example", ""},
		{"--admin-listen=0.0.0.0:9091", "option admin-listen"},
		{"--admin-listen=:9091", "option admin-listen"},
		{"--admin-listen=0.0.0.0:9091 --insecure-admin", ""},
		{"--admin-listen=0.0.0.0:9091 --admin-token-file=TOKEN", ""},
		{"--admin-listen=127.0.0.1:8080", "option admin-listen"},
		{"--admin-listen=127.0.0.1:0 --listen=127.0.0.1:0", ""},
		{"--cookie-samesite=none --cookie-secure=never", "option cookie-samesite"},
		{"--cookie-secure=never", ""},
		{"--cookie-secure=never --server-url=https://wiki.example", "option cookie-secure"},
		{"--argon2-memory=8MiB", "option argon2-time"},
		{"--argon2-memory=8MiB --argon2-time=4", "option argon2-time"},
		{"--argon2-memory=8MiB --argon2-time=5", ""},
		{"--argon2-time=1", "option argon2-time"},
		{"--argon2-time=1 --argon2-memory=36MiB", ""},
		{"--argon2-memory=64MiB --hash-memory=32MiB", "option hash-memory"},
		{"--argon2-memory=64MiB --hash-memory=64MiB", ""},
		{"--cookie-domain=wiki.example --server-url=https://a.Wiki.example", ""},
		{"--cookie-domain=.wiki.example --server-url=https://wiki.example:8443", ""},
		{"--cookie-domain=iki.example --server-url=https://wiki.example", "option cookie-domain"},
		{"--mail=smtp --mail-from=w@wiki.example", "option mail"},
		{"--mail=smtp --mail-smtp=mail.example:587", "option mail"},
		{"--mail=smtp --mail-from=w@wiki.example --mail-smtp=mail.example:587", ""},
		{"--mail-from=w@wiki.example --mail-smtp=mail.example:587", ""},
		{"--mail=file --mail-from=w@wiki.example", "option mail"},
		{"--mail=file --mail-file=f", "option mail"},
		{"--mail=file --mail-file=f --mail-from=w@wiki.example", ""},
		{"--mail-smtp-user=w", "option mail-smtp-user"},
		{"--mail-smtp-password-file=TOKEN", "option mail-smtp-password-file"},
		{"--mail-smtp-user=w --mail-smtp-password-file=TOKEN", ""},
		{"--mail-smtp-user=w --mail-smtp-password-file=TOKEN --mail-tls=off", "option mail-tls"},
		{"--mail-tls=off", ""},
		{"--login-code-by-mail=new-place", "option login-code-by-mail"},
		{"--login-code-by-mail=new-place --mail=file --mail-file=f --mail-from=w@wiki.example", ""},
	}
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("0123456789abcdef\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range cases {
		flags := strings.ReplaceAll(c.flags, "TOKEN", token)
		_, err := Load(Source{Flags: parseFlags(t, strings.Fields(flags)...)})
		got := strings.Join(sentences(err), "\n")
		if (c.want == "") != (err == nil) || !strings.HasPrefix(got, c.want) || strings.Contains(got, "\n") {
			t.Errorf("%s: %q, want %q", c.flags, got, c.want)
		}
	}
}

func TestSentences(t *testing.T) {
	file := writeFile(t, "# our wiki\nsesion-lifetime = '2h'\nsession-lifetime = '5s'\nconfig = 'x'\nmediawiki-version = 1.39\n"+
		"site-name = 5\nprivate = 'maybe'\ntrusted-proxies = [1]\n[server]\nlisten = 'x'\n[[question]]\n")
	_, err := Load(Source{
		Flags:   parseFlags(t, "--config", file),
		Environ: []string{"WIKIGATE_COOKIE_SAME_SITE=lax", "WIKIGATE_ARGON2_TIME=0"},
	})
	want := []string{
		"variable WIKIGATE_COOKIE_SAME_SITE is no option; the nearest is WIKIGATE_COOKIE_SAMESITE",
		"FILE:2: sesion-lifetime is no option; the nearest is session-lifetime",
		"FILE:4: option config cannot be set in a file; expected as a flag or variable",
		"FILE:9: server is no option; the nearest is server-url",
		"FILE:11: question is no option",
		`option trusted-proxies cannot be "1" (from FILE:8); expected IP addresses or CIDR ranges with commas between them, such as 10.0.0.0/8, ::1 (a range of everything would let anybody forge an address)`,
		`option site-name cannot be "5" (from FILE:6); expected a name, in quotes`,
		`option mediawiki-version cannot be "1.39" (from FILE:5); expected a version such as 1.39.17, in quotes`,
		`option private cannot be "maybe" (from FILE:7); expected true or false`,
		`option session-lifetime cannot be "5s" (from FILE:3); expected a duration from 1m to 8760h, such as 90s, 15m, 12h or 30d`,
		`option argon2-time cannot be "0" (from variable WIKIGATE_ARGON2_TIME); expected a whole number from 1 to 100`,
	}
	got := strings.ReplaceAll(strings.Join(sentences(err), "\n"), file, "FILE")
	if got != strings.Join(want, "\n") {
		t.Errorf("got:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
	}
}

func TestBadFiles(t *testing.T) {
	cases := map[string]string{
		"listen":                             "FILE:1: not TOML: ",
		"private = true\nprivate = true":     "FILE:2: not TOML: ",
		"site-name = 'a'\nx = \"\xff\"":      "FILE:2: not TOML: ",
		"private = true\nprivate.x = true\n": "FILE:2: not TOML: ",
	}
	for content, want := range cases {
		file := writeFile(t, content)
		_, err := Load(Source{Flags: parseFlags(t, "--config", file)})
		got := strings.ReplaceAll(strings.Join(sentences(err), "\n"), file, "FILE")
		if !strings.HasPrefix(got, want) || strings.Contains(got, "\n") {
			t.Errorf("%q: %q, want %q", content, got, want)
		}
	}
	missing := filepath.Join(t.TempDir(), "none.toml")
	_, err := Load(Source{Environ: []string{"WIKIGATE_CONFIG=" + missing}})
	want := `option config names "` + missing + `" (from variable WIKIGATE_CONFIG), which cannot be read: no such file or directory`
	if got := strings.Join(sentences(err), "\n"); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNearest(t *testing.T) {
	for spelled, want := range map[string]string{"liste": "listen", "samesite": "cookie-samesite", "cookie-same-site": "cookie-samesite", "throttle": "login-throttle", "": "data", "proxies": "trusted-proxies", "lisen": "listen"} {
		if got, found := Nearest(spelled); got.Name != want || !found {
			t.Errorf("Nearest(%q) = %q, %v, want %q", spelled, got.Name, found, want)
		}
	}
	for _, odd := range []string{"nosuch", "question", "x-y-z"} {
		if got, found := Nearest(odd); found {
			t.Errorf("Nearest(%q) = %q", odd, got.Name)
		}
	}
}

func TestParseDuration(t *testing.T) {
	good := map[string]time.Duration{"0": 0, "90d": 90 * day, "1d12h": 36 * time.Hour, "15m": 15 * time.Minute, "1h30m": 90 * time.Minute, "200ms": 200 * time.Millisecond, "0d": 0}
	for s, want := range good {
		if got, ok := ParseDuration(s); !ok || got != want {
			t.Errorf("%q: %v %v", s, got, ok)
		}
	}
	for _, s := range []string{"", "5", "d", "-1d", "+1h", "1d1", "1h1d", "106752d", "106751d24h", "1w", " 1h"} {
		if got, ok := ParseDuration(s); ok {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}
