package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
)

func (p *program) botPasswords() *cobra.Command {
	return group("botpassword", "Create, list, change and revoke bot passwords",
		p.botPasswordCreate(), p.botPasswordImport(), p.botPasswordList(), p.botPasswordRevoke(),
		p.botPasswordRotate(), p.botPasswordSet())
}

const botPasswordKeys = `With --json a bot password is an object with the keys login, owner, app, grants,
addresses, created, expires (null: never), old_secret_until (null: there is no
old one), needs_reset, last_used and last_address (null: never). Times are in
UTC, as in RFC 3339.`

// botPasswordJSON is a bot password for programs. Keys are never renamed or
// removed.
type botPasswordJSON struct {
	Login     string   `json:"login"`
	Password  string   `json:"password,omitempty"` // only when it was just made
	Owner     string   `json:"owner"`
	App       string   `json:"app"`
	Grants    []string `json:"grants"`
	Addresses []string `json:"addresses"`
	Created   *string  `json:"created"`
	Expires   *string  `json:"expires"`
	OldUntil  *string  `json:"old_secret_until"`
	Reset     bool     `json:"needs_reset"`
	Used      *string  `json:"last_used"`
	UsedFrom  *string  `json:"last_address"`
}

func botPasswordValue(owner string, b botpassword.BotPassword) botPasswordJSON {
	value := botPasswordJSON{
		Login: owner + botpassword.Separator + b.App, Owner: owner, App: b.App,
		Grants: listValue(b.Grants), Addresses: b.Restrictions.List(),
		Created: timeValue(b.Created), Expires: timeValue(b.Expires),
		OldUntil: timeValue(b.Former.Ends), Reset: b.Hash == "", Used: timeValue(b.Used.At),
	}
	if b.Used.Address.IsValid() {
		from := b.Used.Address.String()
		value.UsedFrom = &from
	}
	return value
}

// usedText says when a bot password was last used, and from where.
func usedText(u botpassword.Use) string {
	text := timeText(u.At, "never")
	if u.Address.IsValid() {
		text += " from " + u.Address.String()
	}
	return text
}

// secretText says what is to be known about the secret.
func secretText(b botpassword.BotPassword, now time.Time) string {
	switch {
	case b.Hash == "":
		return "must be reset"
	case b.Former.Good(now):
		return "old one until " + timeText(b.Former.Ends, "")
	}
	return "-"
}

// addressesText says from where a bot password may be used.
func addressesText(r grant.Restrictions) string {
	list := r.List()
	if slices.Equal(list, grant.Unrestricted().List()) {
		return "everywhere"
	}
	return listText(list, "nowhere")
}

// expiryText is the time of expiry, marked when it has passed.
func expiryText(b botpassword.BotPassword, now time.Time) string {
	text := timeText(b.Expires, "never")
	if !b.Expires.IsZero() && !now.Before(b.Expires) {
		text += " (expired)"
	}
	return text
}
