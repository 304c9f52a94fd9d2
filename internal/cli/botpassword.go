package cli

import (
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/grant"
)

func (p *program) botPasswords() *cobra.Command {
	return group("botpassword", "Create, list and revoke bot passwords",
		p.botPasswordCreate(), p.botPasswordList(), p.botPasswordRevoke())
}

const botPasswordKeys = `With --json a bot password is an object with the keys login, owner, app, grants,
addresses, created and expires. Times are in UTC, as in RFC 3339; expires is
null when it never does.`

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
}

func botPasswordValue(owner string, b botpassword.BotPassword) botPasswordJSON {
	return botPasswordJSON{
		Login: owner + botpassword.Separator + b.App, Owner: owner, App: b.App,
		Grants: listValue(b.Grants), Addresses: b.Restrictions.List(),
		Created: timeValue(b.Created), Expires: timeValue(b.Expires),
	}
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
