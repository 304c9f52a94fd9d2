package config

import (
	"log/slog"
	"net/netip"
	"time"
)

// Groups of the reference page, in its order.
const (
	groupServer   = "Server"
	groupSite     = "Site"
	groupSessions = "Cookies and sessions"
	groupLogins   = "Logins and passwords"
	groupRequests = "Requests"
	groupLog      = "Log"
)

const (
	year = 365 * day
	kiB  = 1 << 10
	miB  = 1 << 20
	giB  = 1 << 30
)

// table is every option there is. It is never changed while the program runs.
var table = []Option{
	{Name: "listen", Group: groupServer, Default: "127.0.0.1:8080",
		Value: field(address(), func(c *Config) *string { return &c.Listen }),
		Text:  "Address and port on which the server accepts plain HTTP. Other addresses than this machine's own need trusted-proxies or insecure-http."},
	{Name: "data", Group: groupServer, Default: "wikigate-data",
		Value: field(text("the path of a folder", notEmpty), func(c *Config) *string { return &c.Data }),
		Text:  "Folder with the database and the keys. It is made if it does not exist."},
	{Name: configOption, Group: groupServer, Default: "",
		Value: field(text("the path of a file", anything), func(c *Config) *string { return &c.File }),
		Text:  "TOML file to read options from; empty reads none. It cannot be set in the file itself."},
	{Name: "server-url", Group: groupServer, Default: "",
		Value: field(baseURL(), func(c *Config) *string { return &c.ServerURL }),
		Text:  "Public address of the site, as clients see it. Empty means http:// and the address of listen."},
	{Name: "trusted-proxies", Group: groupServer, Default: "",
		Value: field(proxies(), func(c *Config) *[]netip.Prefix { return &c.TrustedProxies }),
		Text:  "Proxies whose word about the client's address is believed (header X-Forwarded-For)."},
	{Name: "insecure-http", Group: groupServer, Default: "false",
		Value: field(boolean(), func(c *Config) *bool { return &c.InsecureHTTP }),
		Text:  "Allows to listen on a network without a trusted proxy in front, so that passwords cross it unprotected. For closed test networks only."},
	{Name: "shutdown-grace", Group: groupServer, Default: "10s",
		Value: field(duration(0, 10*time.Minute), func(c *Config) *time.Duration { return &c.ShutdownGrace }),
		Text:  "How long requests in progress may take to finish after the server is told to stop."},

	{Name: "site-name", Group: groupSite, Default: "Wikigate",
		Value: field(text("a name", notEmpty), func(c *Config) *string { return &c.SiteName }),
		Text:  "Name of the site, as shown to people and reported by meta=siteinfo."},
	{Name: "wiki-id", Group: groupSite, Default: "wikigate",
		Value: field(matching("letters, digits, - and _", `^[A-Za-z0-9_-]+$`), func(c *Config) *string { return &c.WikiID }),
		Text:  "Identifier of the site, as reported by meta=siteinfo. It begins the cookies' names unless cookie-prefix says otherwise."},
	{Name: "script-path", Group: groupSite, Default: "/w",
		Value: field(matching("a path that begins with / and does not end with it, or nothing", `^(/[A-Za-z0-9._~-]+)*$`), func(c *Config) *string { return &c.ScriptPath }),
		Text:  "Path under which api.php stands."},
	{Name: "article-path", Group: groupSite, Default: "/wiki/$1",
		Value: field(matching("a path that begins with / and holds $1 once", `^/[A-Za-z0-9._~/?=&-]*\$1[A-Za-z0-9._~/?=&-]*$`), func(c *Config) *string { return &c.ArticlePath }),
		Text:  "Path of a page, with $1 in the place of its title."},
	{Name: "language", Group: groupSite, Default: "en",
		Value: field(matching("a language code in lower case, such as en or zh-hans", `^[a-z]{2,3}(-[a-z0-9]+)*$`), func(c *Config) *string { return &c.Language }),
		Text:  "Language of the site: of messages to those who ask for no other."},
	{Name: "messages", Group: groupSite, Default: "",
		Value: field(text("the path of a folder", anything), func(c *Config) *string { return &c.Messages }),
		Text:  "Folder with texts that replace those of the program or add languages, one file in MediaWiki's banana format for each: de.json. They are read when the server starts. Empty changes none."},
	{Name: "mediawiki-version", Group: groupSite, Default: "1.39.17",
		Value: field(matching("a version such as 1.39.17", `^\d+\.\d+[0-9A-Za-z.+-]*$`), func(c *Config) *string { return &c.MediaWikiVersion }),
		Text:  "Version of MediaWiki that the field generator of meta=siteinfo claims. Clients choose their ways by it."},
	{Name: "interwiki-prefixes", Group: groupSite, Default: "",
		Value: field(interwikis(), func(c *Config) *[]string { return &c.InterwikiPrefixes }),
		Text:  "Interwiki prefixes; names of users may not begin with one and a colon."},
	{Name: "private", Group: groupSite, Default: "false",
		Value: field(boolean(), func(c *Config) *bool { return &c.Private }),
		Text:  "Reading needs a login."},
	{Name: "read-only", Group: groupSite, Default: "",
		Value: field(readOnlyReason(), func(c *Config) *string { return &c.ReadOnly }),
		Text:  "A reason makes the site read-only and is told to clients. Empty means writable."},
	{Name: "show-hostname", Group: groupSite, Default: "false",
		Value: field(boolean(), func(c *Config) *bool { return &c.ShowHostname }),
		Text:  "Tells clients the name of this machine when they ask for it (parameter servedby)."},

	{Name: "cookie-prefix", Group: groupSessions, Default: "",
		Value: field(matching("letters, digits, - and _", `^[A-Za-z0-9_-]*$`), func(c *Config) *string { return &c.CookiePrefix }),
		Text:  "What the cookies' names begin with. Empty means the value of wiki-id."},
	{Name: "cookie-path", Group: groupSessions, Default: "/",
		Value: field(matching("a path that begins with /", `^/[^;,\s]*$`), func(c *Config) *string { return &c.CookiePath }),
		Text:  "Path of all cookies."},
	{Name: "cookie-domain", Group: groupSessions, Default: "",
		Value: field(matching("a host name in lower case, which may begin with a dot", `^(\.?[a-z0-9-]+(\.[a-z0-9-]+)*)?$`), func(c *Config) *string { return &c.CookieDomain }),
		Text:  "Domain of all cookies. Empty means the host that was asked, and no other."},
	{Name: "cookie-samesite", Group: groupSessions, Default: SameSiteLax,
		Value: field(choice(SameSiteLax, SameSiteStrict, SameSiteNone, SameSiteUnset), func(c *Config) *string { return &c.CookieSameSite }),
		Text:  "Attribute SameSite of all cookies; unset leaves it out."},
	{Name: "cookie-secure", Group: groupSessions, Default: SecureAuto,
		Value: field(choice(SecureAuto, SecureAlways, SecureNever), func(c *Config) *string { return &c.CookieSecure }),
		Text:  "Whether cookies are for https only; auto means when the request came by https."},
	{Name: "session-lifetime", Group: groupSessions, Default: "1h",
		Value: field(duration(time.Minute, year), func(c *Config) *time.Duration { return &c.SessionLifetime }),
		Text:  "How long a session lasts without requests. It is renewed by requests in its second half."},
	{Name: "login-cookie-lifetime", Group: groupSessions, Default: "720h",
		Value: field(duration(time.Minute, 10*year), func(c *Config) *time.Duration { return &c.LoginCookieLifetime }),
		Text:  "How long a browser keeps the cookies with the user's name and number when the login is not to be remembered."},
	{Name: "remember-lifetime", Group: groupSessions, Default: "4320h",
		Value: field(duration(time.Minute, 10*year), func(c *Config) *time.Duration { return &c.RememberLifetime }),
		Text:  "How long a remembered login lasts."},
	{Name: "session-cache", Group: groupSessions, Default: "true",
		Value: field(boolean(), func(c *Config) *bool { return &c.SessionCache }),
		Text:  "Keeps sessions in memory while nobody changes them. Turn it off to rule it out when looking for a fault."},

	{Name: "bot-passwords", Group: groupLogins, Default: "true",
		Value: field(boolean(), func(c *Config) *bool { return &c.BotPasswords }),
		Text:  "Logins with bot passwords. When off, their running sessions are ignored too."},
	{Name: "login-throttle", Group: groupLogins, Default: "5/5m, 150/48h",
		Value: field(windows(), func(c *Config) *[]Window { return &c.LoginThrottle }),
		Text:  "Limits of login attempts for one name from one address: how many in which time. The word off removes them all."},
	{Name: "argon2-memory", Group: groupLogins, Default: "19MiB",
		Value: field(size(8*miB, 4*giB), func(c *Config) *int64 { return &c.Argon2Memory }),
		Text:  "Memory that hashing one password takes. More makes stolen hashes harder to guess."},
	{Name: "argon2-time", Group: groupLogins, Default: "2",
		Value: field(count(1, 100), func(c *Config) *int { return &c.Argon2Time }),
		Text:  "Passes over the memory that hashing one password takes."},
	{Name: "hash-memory", Group: groupLogins, Default: "128MiB",
		Value: field(size(8*miB, 1024*giB), func(c *Config) *int64 { return &c.HashMemory }),
		Text:  "Memory that all hashing at one time may take; further logins wait in the queue."},
	{Name: "hash-queue", Group: groupLogins, Default: "64",
		Value: field(count(1, 100_000), func(c *Config) *int { return &c.HashQueue }),
		Text:  "How many logins may wait for memory; further ones are told to try again later."},

	{Name: "max-body", Group: groupRequests, Default: "2MiB",
		Value: field(size(kiB, giB), func(c *Config) *int64 { return &c.MaxBody }),
		Text:  "Size of the largest request body."},
	{Name: "max-parameters", Group: groupRequests, Default: "1000",
		Value: field(count(10, 100_000), func(c *Config) *int { return &c.MaxParameters }),
		Text:  "Number of parameters that one request may have."},
	{Name: "cross-site-origins", Group: groupRequests, Default: "",
		Value: field(hostPatterns(), func(c *Config) *[]string { return &c.CrossSiteOrigins }),
		Text:  "Hosts whose web pages may call the API with the user's cookies; * stands for any characters and ? for one."},
	{Name: "cross-site-exceptions", Group: groupRequests, Default: "",
		Value: field(hostPatterns(), func(c *Config) *[]string { return &c.CrossSiteExceptions }),
		Text:  "Hosts that cross-site-origins does not mean although a pattern of it fits."},

	{Name: "log-level", Group: groupLog, Default: "info",
		Value: field(level(), func(c *Config) *slog.Level { return &c.LogLevel }),
		Text:  "The least important messages that are written to standard error."},
	{Name: "log-format", Group: groupLog, Default: LogText,
		Value: field(choice(LogText, LogJSON), func(c *Config) *string { return &c.LogFormat }),
		Text:  "Form of the log: text for people, json for programs."},
	{Name: "log-requests", Group: groupLog, Default: "false",
		Value: field(boolean(), func(c *Config) *bool { return &c.LogRequests }),
		Text:  "Writes one line per request. Secrets and values of parameters are never in it."},
}
