// Package config is the one table of options and what follows from it: flags,
// environment variables, file keys, checks, the reference page and the dump.
//
// It guarantees that a Config made by Load has passed every check, that an
// unknown key or variable is an error, and that each value remembers where it
// came from. It reads the files that options and secrets stand in, and opens,
// resolves or starts nothing else: what a value leads to is decided by package
// app.
package config

import (
	"log/slog"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/secret"
)

// Config holds one field per option, in the order of the table, where each is
// described (Options). Sizes are in bytes. Make one with Load or Default.
type Config struct {
	Listen         string
	Data           string
	File           string // option config
	ServerURL      string // without a slash at its end; empty: http:// and the address in use
	TrustedProxies []netip.Prefix
	InsecureHTTP   bool
	ShutdownDelay  time.Duration
	ShutdownGrace  time.Duration

	TLSCert        string // a file; empty: none
	TLSKey         string // a file
	ACMEDomains    []string
	ACMEEmail      string
	ACMEDirectory  string
	RedirectListen string // empty: no such listener
	HSTS           time.Duration

	AdminListen    string // empty: no such listener
	AdminTokenFile SecretFile
	InsecureAdmin  bool

	SiteName          string
	WikiID            string
	ScriptPath        string
	ArticlePath       string
	Language          string
	Messages          string // a folder; empty: none
	MediaWikiVersion  string
	InterwikiPrefixes []string
	Private           bool
	ReadOnly          string // the reason; empty: writable
	ShowHostname      bool

	CookiePrefix        string // empty: WikiID
	CookiePath          string
	CookieDomain        string
	CookieSameSite      string // one of the SameSite constants
	CookieSecure        string // one of the Secure constants
	SessionLifetime     time.Duration
	LoginCookieLifetime time.Duration
	RememberLifetime    time.Duration
	SessionCache        bool

	BotPasswords  bool
	LoginThrottle []Window // empty: no limit
	// Of attempts with passwords on one account, and from one address.
	LoginThrottleAccount, LoginThrottleAddress []Window
	BlockDisablesLogin                         bool
	LoginReturnSchemes                         []string // in lower case
	ReauthenticateAfter                        time.Duration

	SecondFactorThrottle, SecondFactorThrottleAddress []Window // empty: no limit
	TOTPWindow                                        int      // steps
	TOTPIssuer                                        string   // empty: SiteName
	OathAPIGroups                                     []string
	TwoFactorShape                                    string   // one of the Shape constants
	WebAuthn                                          string   // one of the WebAuthn constants
	WebAuthnID                                        string   // empty: that of the public address
	WebAuthnOrigins                                   []string // empty: the public address
	Passkeys                                          bool

	LoginCode          string        // one of the LoginCode constants
	KnownPlaceLifetime time.Duration // of networks that an account has logged in from

	PasswordMinLength         int
	PasswordMinLengthGroups   []GroupLength
	PasswordMinLengthLogin    int
	PasswordChecks            []string // of the Check constants
	PasswordChecksAtLogin     string   // one of the React constants
	TemporaryPasswordLifetime time.Duration
	EncryptedHashes           HashSecrets

	Argon2Memory int64
	Argon2Time   int
	HashMemory   int64
	HashQueue    int

	AuditRetention time.Duration

	Captcha              string // one of the Captcha constants
	CaptchaQuestions     Questions
	CaptchaSiteKey       string
	CaptchaSecretFile    SecretFile
	CaptchaVerifyURL     string   // empty: that of the service
	CaptchaAfterAddress  []Window // empty: never
	CaptchaAfterName     []Window // empty: never
	CaptchaExemptAddress []netip.Prefix
	CaptchaDifficulty    int // zero bits of a proof of work

	Mail             string // one of the Mail constants
	MailFrom         string // an address; empty: none
	MailSMTP         string // HOST:PORT; empty: none
	MailTLS          string // one of the MailTLS constants
	MailSMTPUser     string // empty: no authentication
	MailSMTPPassword SecretFile
	MailFile         string // empty: none

	MaxBody             int64
	MaxParameters       int
	CrossSiteOrigins    []string
	CrossSiteExceptions []string

	LogLevel    slog.Level
	LogFormat   string // one of the Log constants
	LogRequests bool

	origins map[string]string // option name → where its value came from
}

// SecretFile is a secret that stands in a file of its own, so that it is never
// an argument, a variable or a line of the configuration.
type SecretFile struct {
	Path    string // empty: there is no secret
	Content secret.Secret
}

// HTTPS reports whether the server itself speaks HTTPS.
func (c *Config) HTTPS() bool { return c.TLSCert != "" || len(c.ACMEDomains) > 0 }

// Window is one limit of attempts: Count in each Period.
type Window struct {
	Count  int
	Period time.Duration
}

// GroupLength is the fewest bytes of a password for the members of a group.
type GroupLength struct {
	Group  string
	Length int
}

// Values of Config.PasswordChecks.
const (
	CheckName    = "name"
	CheckDefault = "default"
	CheckCommon  = "common"
)

// Values of Config.PasswordChecksAtLogin.
const (
	ReactSuggest = "suggest"
	ReactForce   = "force"
	ReactIgnore  = "ignore"
)

// Values of Config.TwoFactorShape.
const (
	ShapeMediaWiki  = "mediawiki"
	ShapeDocumented = "documented"
)

// Values of Config.LoginCode.
const (
	LoginCodeOff      = "off"
	LoginCodeNewPlace = "new-place"
)

// Values of Config.Mail.
const (
	MailOff  = "off"
	MailSMTP = "smtp"
	MailFile = "file"
)

// Values of Config.MailTLS.
const (
	MailSTARTTLS    = "starttls"
	MailImplicitTLS = "implicit"
	MailClear       = "off"
)

// Values of Config.CookieSameSite.
const (
	SameSiteLax    = "lax"
	SameSiteStrict = "strict"
	SameSiteNone   = "none"
	SameSiteUnset  = "unset"
)

// Values of Config.CookieSecure.
const (
	SecureAuto   = "auto" // when the request came by https
	SecureAlways = "always"
	SecureNever  = "never"
)

// Values of Config.Captcha.
const (
	CaptchaNone       = "none"
	CaptchaArithmetic = "arithmetic"
	CaptchaQuestion   = "question"
	CaptchaWork       = "proof-of-work"
	CaptchaTurnstile  = "turnstile"
	CaptchaHCaptcha   = "hcaptcha"
)

// Values of Config.LogFormat.
const (
	LogText = "text"
	LogJSON = "json"
)

// originDefault is the origin of a value that nobody has set.
const originDefault = "default"

// Default is the configuration in which nothing has been set.
func Default() Config {
	c := Config{origins: make(map[string]string, len(table))}
	for _, o := range table {
		if !o.Value.set(&c, o.Default) {
			panic("config: the default of option " + o.Name + " does not pass its own check") // held by a test
		}
		c.origins[o.Name] = originDefault
	}
	return c
}

// Origin says where the value of an option came from, in words for a person:
// "default", "flag --listen", "variable WIKIGATE_LISTEN" or "wikigate.toml:3".
func (c Config) Origin(option string) string { return c.origins[option] }

// Setting is one line of a dump.
type Setting struct {
	Name   string `json:"name"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// Dump lists all options with their present values. The values of secret
// options are hidden.
func (c Config) Dump() []Setting { return dump(table, c) }

func dump(options []Option, c Config) []Setting {
	settings := make([]Setting, 0, len(options))
	for _, o := range options {
		settings = append(settings, Setting{Name: o.Name, Value: o.shown(o.Value.get(&c)), Origin: c.origins[o.Name]})
	}
	return settings
}
