package conformance

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/BurntSushi/toml"
)

// Accounts say who plays which part on a target, and what else a run must
// know of it. The format is described in docs/conformance.md.
type Accounts struct {
	// Implementation is the name that deviations refer to.
	Implementation string `toml:"implementation"`
	// CookiePrefix is what names of cookies begin with.
	CookiePrefix string `toml:"cookie-prefix"`
	// ForwardedFor is the header in which the target believes the address of a
	// client; empty when it believes none. Scenarios that need it are skipped
	// then, and those that are refused a login: they would fill the throttle of
	// the one address that all come from.
	ForwardedFor string `toml:"forwarded-for"`
	// ForwardedProto is the same for "https".
	ForwardedProto string `toml:"forwarded-proto"`
	// Settings are what scenarios must know of the target's configuration:
	// {{settings.NAME}}.
	Settings map[string]string  `toml:"settings"`
	Users    map[string]User    `toml:"users"`
	Variants map[string]Variant `toml:"variants"`
}

// User is an account of a target.
type User struct {
	Name      string         `toml:"name"`
	ID        int64          `toml:"id"`
	Password  string         `toml:"password"`
	Groups    []string       `toml:"groups"`
	Email     string         `toml:"email"`
	Blocked   bool           `toml:"blocked"`
	TOTP      string         `toml:"totp"`      // secret in base 32
	Temporary string         `toml:"temporary"` // password
	Bots      map[string]Bot `toml:"bots"`
}

// Bot is a bot password of an account.
type Bot struct {
	Login     string   `toml:"login"`
	Secret    string   `toml:"secret"`
	Grants    []string `toml:"grants"`
	Addresses []string `toml:"addresses"`
}

// Variant is how a scenario gets the target in another setting: by a header
// in each request, or at another address with the same accounts.
type Variant struct {
	Header string `toml:"header"` // "Name: value"
	API    string `toml:"api"`
}

// ReadAccounts parses an accounts file.
func ReadAccounts(text string) (Accounts, error) {
	var a Accounts
	meta, err := toml.Decode(text, &a)
	if err != nil {
		return a, fmt.Errorf("the accounts file cannot be read: %w", err)
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return a, fmt.Errorf("the accounts file has the unknown key %s", unknown[0])
	}
	for name, v := range a.Variants {
		if (v.Header == "") == (v.API == "") || v.Header != "" && !strings.Contains(v.Header, ":") {
			return a, fmt.Errorf("the variant %s of the accounts file wants either header = \"Name: value\" or api", name)
		}
	}
	return a, nil
}

// values are the accounts as names of scenarios.
func (t *Target) values() map[string]string {
	all := map[string]string{"prefix": t.Accounts.CookiePrefix}
	if u, err := url.Parse(t.API); err == nil {
		all["origin"] = u.Scheme + "://" + u.Host
		all["host"] = u.Hostname()
	}
	set := func(name, value string) {
		if value != "" {
			all[name] = value
		}
	}
	for name, value := range t.Accounts.Settings {
		set("settings."+name, value)
	}
	for role, user := range t.Accounts.Users {
		set(role+".name", user.Name)
		set(role+".password", user.Password)
		set(role+".email", user.Email)
		set(role+".totp", user.TOTP)
		set(role+".temporary", user.Temporary)
		if user.ID != 0 {
			set(role+".id", strconv.FormatInt(user.ID, 10))
		}
		for app, bot := range user.Bots {
			set(role+".bots."+app+".login", bot.Login)
			set(role+".bots."+app+".secret", bot.Secret)
		}
	}
	return all
}

// missing says what of a scenario's needs the target lacks; nothing if it has
// all.
func (t *Target) missing(s *Scenario) string {
	if s.Site != "" {
		if _, ok := t.Accounts.Variants[s.Site]; !ok {
			return fmt.Sprintf("the accounts file has no variant %s", s.Site)
		}
	}
	known := t.values()
	for _, name := range s.Accounts() {
		if _, ok := known[name]; !ok {
			return fmt.Sprintf("the accounts file has no %s", name)
		}
	}
	if t.Accounts.ForwardedFor == "" && s.guesses() {
		return "a login in it does not get in, and the target believes no header about the client's address: its throttle would meet all others"
	}
	for _, step := range s.Steps {
		if step.Request == nil {
			continue
		}
		if step.Request.Address != "" && t.Accounts.ForwardedFor == "" {
			return "the target believes no header about the client's address"
		}
		if step.Request.HTTPS && t.Accounts.ForwardedProto == "" && !strings.HasPrefix(t.API, "https:") {
			return "the target believes no header about HTTPS"
		}
	}
	return ""
}

// Roles are the accounts' names in scenarios, sorted.
func (a Accounts) Roles() []string { return slices.Sorted(maps.Keys(a.Users)) }
