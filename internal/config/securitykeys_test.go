package config

import (
	"slices"
	"strings"
	"testing"
)

func TestWhereSecurityKeysWork(t *testing.T) {
	for flags, want := range map[string]string{
		"":                                                 "",
		"--listen=localhost:8080":                          "localhost http://localhost:8080",
		"--listen=[::1]:8080":                              "",
		"--server-url=http://wiki.example":                 "",
		"--server-url=https://wiki.example/":               "wiki.example https://wiki.example",
		"--server-url=https://wiki.example:8443":           "wiki.example https://wiki.example:8443",
		"--acme-domains=wiki.example,m.wiki.example":       "wiki.example https://wiki.example",
		"--server-url=https://wiki.example --webauthn=off": "",
		"--server-url=https://en.wiki.example --webauthn-id=wiki.example --webauthn-origins=https://en.wiki.example,https://m.wiki.example": "wiki.example https://en.wiki.example https://m.wiki.example",
	} {
		c, err := Load(Source{Flags: parseFlags(t, strings.Fields(flags)...)})
		if err != nil {
			t.Errorf("%s: %v", flags, err)
			continue
		}
		got := ""
		if site, ok := c.KeySite(); ok {
			got = strings.Join(slices.Insert(site.Origins, 0, site.ID), " ")
		}
		if got != want {
			t.Errorf("%s: %q, want %q", flags, got, want)
		}
	}
}
