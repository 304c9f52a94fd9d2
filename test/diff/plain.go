package diff

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// secrets are texts made of chance or time, with what stands for them.
var secrets = []struct {
	form *regexp.Regexp
	name string
}{
	{regexp.MustCompile(`\b[0-9a-f]{40,56}\+\\`), "<token>"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`), "<timestamp>"},
	{regexp.MustCompile(`(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d GMT`), "<date>"},
	{regexp.MustCompile(`\A[0-9a-f]{24}\z`), "<request>"},
	{regexp.MustCompile(`\A\d{1,3}[+−-]\d{1,2} =\z`), "<captcha>"},
	{regexp.MustCompile(`\A(?:[0-9a-z]{32}|[0-9a-z]{64})\z`), "<session>"},
}

// plainSecret replaces what chance or time has made.
func plainSecret(text string) string {
	for _, s := range secrets {
		text = s.form.ReplaceAllString(text, s.name)
	}
	return text
}

// plainHeader is the value of a header without chance and time. What a server
// says about a request that it takes for another site's is prose.
func plainHeader(name, value string) string {
	switch name {
	case "Mediawiki-Cors-Rejection":
		return "<prose>"
	case "Content-Type":
		return strings.ToLower(value)
	case "Expires", "Last-Modified":
		return "<date>"
	}
	return plainSecret(value)
}

// proseKeys are keys whose text people read, wherever they stand.
var proseKeys = []string{"docref", "help", "info", "html", "text", "reason", "description", "summary", "blockreason", "readonlyreason", "servedby", "host", "blockedtimestampformatted", "dynamicparameters"}

// randomKeys are keys of numbers that depend on the database or the clock.
var randomKeys = []string{"editcount", "blockid", "time", "pages", "articles", "edits", "jobs", "number", "users", "unreadcount"}

// plainLeaf is a scalar as far as servers must agree on it: prose is there or
// is not, and in old answers has a number of lines.
func plainLeaf(at place, t tree) string {
	switch {
	case t.kind == "string" && isForm(at):
		return plainForm(at, t)
	case t.kind == "string" && isProse(at):
		return fmt.Sprintf("<prose, %t>", t.text != "")
	case t.kind == "number" && slices.Contains(randomKeys, at.key):
		return "<number>"
	case slices.Contains(randomKeys, at.key) && strings.Contains(at.path, ".@"): // of XML, where numbers are texts
		return "<number>"
	}
	return t.summary()
}

// isForm tells whether a text describes a form of an interactive login.
func isForm(at place) bool {
	return formPlace.MatchString(at.path) && !strings.Contains(at.path, ".params")
}

var (
	formPlace = regexp.MustCompile(`\.(clientlogin|authmanagerinfo|requests|fields?)\b.*\.@?(message|label|help|provider|value|account)$`)
	number    = regexp.MustCompile(`\A\d+\z`)
	// keyOfMessage is a text of the language qqx.
	keyOfMessage = regexp.MustCompile(`\A\(([a-z0-9-]+)(: .*)?\)\z`)
)

// plainForm is a text of a form: prose, unless it is the key of a message, the
// name of a class or of an account.
func plainForm(at place, t tree) string {
	key := keyOfMessage.FindStringSubmatch(t.text)
	switch {
	case key != nil:
		return "<message " + key[1] + ">"
	case at.key == "value" && number.MatchString(t.text):
		return "<number>"
	case at.key == "value", at.key == "account", strings.Contains(t.text, `\`):
		return t.summary()
	}
	return fmt.Sprintf("<prose, %t>", t.text != "")
}

// isProse tells whether a text is for people. Below warnings and errors that
// is what has no name of its own.
func isProse(at place) bool {
	if slices.Contains(proseKeys, at.key) || at.path == "$.*" {
		return true
	}
	if !at.people {
		return false
	}
	return strings.HasSuffix(at.path, ".*") || strings.HasSuffix(at.path, ".warnings") || strings.HasSuffix(at.path, "[]") && !strings.Contains(at.path, "params")
}
