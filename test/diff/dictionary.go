package diff

import (
	"maps"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// dictionary is what mutations take names and values from: those of all
// scenarios, and odd ones.
type dictionary struct {
	names  []string            // of parameters
	values map[string][]string // by parameter
	all    []string            // values of all parameters
}

// newDictionary reads the requests of scenarios.
func newDictionary(scenarios []*conformance.Scenario) *dictionary {
	d := &dictionary{values: map[string][]string{}}
	for name, values := range general {
		for _, value := range values {
			d.add(name, value)
		}
	}
	for _, s := range scenarios {
		for _, step := range s.Steps {
			if step.Request == nil {
				continue
			}
			for _, item := range query(step.Request) {
				d.add(split(item))
			}
			for _, f := range step.Request.Fields {
				d.add(f[0], f[1])
			}
		}
	}
	d.names = slices.Sorted(maps.Keys(d.values))
	for _, name := range d.names {
		slices.Sort(d.values[name])
		d.values[name] = slices.Compact(d.values[name])
		d.all = append(d.all, d.values[name]...)
	}
	slices.Sort(d.all)
	d.all = slices.Compact(d.all)
	return d
}

// add takes a pair, unless its name holds what only its scenario knows.
func (d *dictionary) add(name, value string) {
	if !strings.Contains(name, "{{") {
		d.values[name] = append(d.values[name], value)
	}
}

// general are parameters that every request may have, with values that lead
// to different answers.
var general = map[string][]string{
	"action":              {"query", "login", "logout", "checktoken", "paraminfo", "help", "nosuch", "Query", ""},
	"format":              {"json", "json", "php", "php", "xml", "xml", "none", "jsonfm", "xmlfm", "phpfm", "rawfm", "nosuch", "JSON", ""},
	"formatversion":       {"1", "2", "latest", "3", ""},
	"errorformat":         {"bc", "plaintext", "wikitext", "html", "raw", "none", "nosuch", ""},
	"uselang":             {"en", "de", "user", "content", "qqx", "zh-hans", "nosuch", "de|en", ""},
	"variant":             {"zh-hans", "sr-ec", "nosuch", ""},
	"errorlang":           {"uselang", "content", "de", "ar", "no such"},
	"errorsuselocal":      {"", "1"},
	"assert":              {"user", "bot", "anon", "nosuch", ""},
	"assertuser":          {"{{william.name}}", "{{william.bots.testbot.login}}", "127.0.0.1", "no|name", ""},
	"maxlag":              {"5", "-1", "0", "x"},
	"maxage":              {"60", "0", "-1", "x", "99999999999"},
	"smaxage":             {"60", "0", "-1"},
	"requestid":           {"r", "ü", "a|b", ""},
	"servedby":            {"", "1"},
	"curtimestamp":        {"", "1"},
	"responselanginfo":    {"", "1"},
	"origin":              {"*", "https://trusted.test", "https://sub.trusted.test", "https://bad.trusted.test", "https://other.test", "{{origin}}", "null", ""},
	"callback":            {"cb", "a.b", "alert(1)", "ü", ""},
	"utf8":                {"", "1"},
	"ascii":               {"", "1"},
	"wrappedhtml":         {"", "1"},
	"includexmlnamespace": {""},
	"xslt":                {"MediaWiki:x.xsl", "x"},
	"continue":            {"", "-||", "x"},
	"rawcontinue":         {""},
	"meta":                {"tokens", "userinfo", "siteinfo", "tokens|userinfo", "nosuch", ""},
	"list":                {"users", "allusers", "nosuch", ""},
	"type":                {"csrf", "login", "createaccount", "csrf|login", "patrol|rollback|userrights|watch", "nosuch", "*", ""},
	"uiprop":              {"groups|rights", "*", "blockinfo|hasmsg|ratelimits|theoreticalratelimits", "options", "email", "registrationdate", "groupmemberships|implicitgroups|changeablegroups", "latestcontrib|centralids|acceptlang|unreadcount|editcount|realname|cancreateaccount|preferencestoken", "nosuch", ""},
	"siprop":              {"general", "namespaces|namespacealiases", "usergroups", "rightsinfo|restrictions", "nosuch", "extensions", "statistics", ""},
	"ususers":             {"{{william.name}}", "william|Alice|1.2.3.4", "no such", "a|b|c", "{{unicode.name}}", ""},
	"ususerids":           {"1|5", "0", "99999", "-1", "x", ""},
	"usprop":              {"groups|groupmemberships|implicitgroups|rights", "blockinfo|registration|editcount|emailable|gender|centralids|cancreate", "*", "nosuch"},
	"auprop":              {"groups|rights", "blockinfo|registration|editcount|implicitgroups|centralids", "nosuch"},
	"aulimit":             {"1", "3", "max", "0", "5000", "x", ""},
	"augroup":             {"sysop", "bot", "sysop|bot", "nosuch"},
	"aufrom":              {"B", "z", "ü", ""},
	"auprefix":            {"A", "b", ""},
	"audir":               {"ascending", "descending", "nosuch"},
	"token":               {"+\\", "x", ""},
	"lgdomain":            {"x", ""},
	"modules":             {"main", "login", "query+tokens", "json", "nosuch", "query", "login|logout|checktoken", ""},
	"helpformat":          {"html", "wikitext", "raw", "none", "nosuch"},
	"querymodules":        {"tokens", "userinfo|siteinfo", "nosuch"},
	"maxtokenage":         {"0", "60", "-1", "x"},
}

// odd are values that parsers trip over.
var odd = []string{
	"", " ", "0", "1", "-1", "+1", "01", "1.5", "1e3", "0x10", "2147483647", "2147483648", "-2147483649",
	"4294967296", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999999999999999", " 5 ", "5abc",
	"|", "||", "a|", "|a", "\x1fa\x1fb", "\x1f", "a\x1fb", "\x00", "a\x00b", "\n", "a\nb", "\r\n", "\t", "\x7f",
	"ü", "u\u0308", "\u0130", "ß", "ǅ", "\u200b", "\u200e", "\u202ea", "\ufeffa", "\ufffd", "\U0001F600", "e\u0301\u0301", "Ａ", "\u2028",
	"true", "false", "null", "[]", "{}", "<script>", "&amp;", "&", "=", "%", "%2B", "+", "+\\", "\\", "'", "\"", "#", "?", "/", "..",
	"*", "_", "a_b", "user:Admin", "Admin@", "@x", "William@testbot", "william", " William ", "127.0.0.1", "::1", "1.2.3.4/24",
	"now", "20260101000000", "2026-01-01T00:00:00Z", "infinity",
}

// oddRaw are items of a query that no encoder writes.
var oddRaw = []string{"%", "%zz=1", "a=%ff%fe", "=", "&&", "a[]=1&a[]=2", "a[b]=c", "format[]=json", "action[]=query", "uselang=%c3%28", "+=+", "a;b=c", "%00=1", "requestid=%ed%a0%80", "requestid=a%00b", "requestid=%f4%90%80%80", "requestid=%e2%80%8e"}

// oddHeaders are headers that change an answer, or should not.
var oddHeaders = [][2]string{
	{"Origin", "https://trusted.test"}, {"Origin", "https://other.test"}, {"Origin", "{{origin}}"}, {"Origin", "null"}, {"Origin", "https://TRUSTED.test"},
	{"If-None-Match", "*"}, {"If-None-Match", `"x"`}, {"If-Modified-Since", "Sat, 01 Jan 2000 00:00:00 GMT"}, {"If-Modified-Since", "Fri, 01 Jan 2100 00:00:00 GMT"},
	{"Authorization", "Bearer x"}, {"Authorization", "Basic V2lsbGlhbTp4"}, {"Authorization", "OAuth x=\"y\""}, {"Authorization", "nosuch"},
	{"Treat-as-Untrusted", "1"}, {"Treat-as-Untrusted", "0"}, {"Promise-Non-Write-API-Action", "true"}, {"Promise-Non-Write-API-Action", "false"},
	{"Accept-Language", "de"}, {"Accept-Language", "zh-tw,zh;q=0.9"}, {"Accept-Language", "x, *;q=0"}, {"User-Agent", ""}, {"Api-User-Agent", "x"},
	{"Content-Type", "application/x-www-form-urlencoded; charset=utf-8"}, {"Content-Type", "text/plain"}, {"Content-Type", "application/json"},
	{"Content-Type", "APPLICATION/X-WWW-FORM-URLENCODED"}, {"Content-Type", "multipart/form-data"}, {"Content-Type", ""},
	{"Access-Control-Request-Method", "POST"}, {"Access-Control-Request-Method", "PUT"}, {"Access-Control-Request-Headers", "Content-Type, Api-User-Agent"},
	{"Access-Control-Request-Headers", "x-foo"}, {"X-Forwarded-Proto", "https"}, {"X-Forwarded-Proto", "http"}, {"X-Forwarded-Proto", "HTTPS"},
	{"X-Requested-With", "XMLHttpRequest"}, {"Referer", "https://other.test/"}, {"Cache-Control", "no-cache"}, {"X-Http-Method-Override", "POST"},
	{"Range", "bytes=0-3"}, {"Accept", "application/xml"}, {"Expect", ""}, {"X-Request-Id", "aaaabbbbccccddddeeeeffff"}, {"Cookie", "a=b"}, {"Cookie", ""},
}
