package emailcode

import (
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
)

// largeProviders are domains that tell nobody who an address belongs to.
var largeProviders = []string{
	"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "icloud.com", "me.com",
	"aol.com", "proton.me", "protonmail.com", "gmx.de", "gmx.net", "web.de", "t-online.de", "orange.fr", "free.fr",
	"mail.ru", "yandex.ru", "qq.com", "163.com", "126.com", "naver.com",
}

// masked is an address as somebody is shown it who has given a password, and
// need not be its owner: enough to know which of his own it is.
func masked(address string) string {
	at := strings.LastIndexByte(address, '@')
	domain := strings.ToLower(address[at+1:])
	if !slices.Contains(largeProviders, domain) {
		domain = "***"
	}
	return address[:1] + "***@" + domain
}

func (p Provider) say(key string, params ...message.Param) string {
	return p.Language.Plain(message.New(key, params...))
}

func (p Provider) subject() string {
	return p.say("emailauth-email-subject", message.Plain(p.Site))
}

// body is the text of the mail. It tells where the login comes from only when
// the address was confirmed: else it may be a stranger's, who is told nothing
// about anybody (CVE-2025-6593). It has no link, since whoever reads it should
// follow none.
func (p Provider) body(a *authn.Attempt, c code) string {
	parts := []string{
		p.say("emailauth-email-body-intro", message.Plain(a.Account.Name.String()), message.Plain(p.Site)),
		p.say("emailauth-email-body-code-text"),
		"    " + c.Digits,
		p.say("emailauth-email-body-warning", message.Duration(int64(Lifetime.Seconds()))),
	}
	if !a.Account.EmailConfirmed.IsZero() {
		parts = append(parts, p.say("emailauth-email-body-address", message.Plain(a.Address.Unmap().WithZone("").String())))
	}
	parts = append(parts,
		p.say("emailauth-email-body-attack-heading", message.Plain(p.Site)),
		p.say("emailauth-email-body-attack-p1"))
	return strings.Join(parts, "\n\n") + "\n"
}
