package cli

import (
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
)

func (p *program) accounts() *cobra.Command {
	return group("account", "Create, show and change accounts",
		p.accountCreate(), p.accountList(), p.accountShow(), p.accountGroups(), p.accountBlock(), p.accountUnblock(),
		p.accountPassword(), p.accountLock(), p.accountUnlock(), p.accountRename(), p.accountDelete())
}

const accountKeys = `With --json an account is an object with the keys id, name, real_name, email,
groups, registered, locked and blocked. Times are in UTC, as in RFC 3339.`

// accountJSON is an account for programs. Keys are never renamed or removed.
type accountJSON struct {
	ID         int64    `json:"id"`
	Name       string   `json:"name"`
	RealName   string   `json:"real_name"`
	Email      string   `json:"email"`
	Groups     []string `json:"groups"`
	Registered *string  `json:"registered"`
	Locked     bool     `json:"locked"`
	Blocked    bool     `json:"blocked"`
}

func accountValue(a account.Account, now time.Time) accountJSON {
	return accountJSON{
		ID: int64(a.ID), Name: a.Name.String(), RealName: a.RealName, Email: a.Email,
		Groups: listValue(a.ExplicitGroups(now)), Registered: timeValue(a.Registered),
		Locked: a.Locked, Blocked: a.Block.Active(now),
	}
}

// accountState is one or two words on whether the account can be used.
func accountState(a account.Account, now time.Time) string {
	switch {
	case a.Locked:
		return "locked"
	case a.Block.Active(now):
		return "blocked"
	}
	return "active"
}

func (p *program) printAccount(a account.Account, asJSON bool) error {
	now := p.clock.Now()
	if asJSON {
		return writeJSON(p.stdout, accountValue(a, now))
	}
	rows := [][]string{
		{"Name", a.Name.String()},
		{"Id", strconv.FormatInt(int64(a.ID), 10)},
		{"Real name", orDash(a.RealName)},
		{"E-mail", orDash(a.Email)},
		{"Groups", listText(a.ExplicitGroups(now), "-")},
		{"Registered", timeText(a.Registered, "-")},
		{"State", accountState(a, now)},
	}
	if a.Block.Active(now) {
		rows = append(rows, [][]string{
			{"Blocked by", a.Block.By}, {"Blocked until", timeText(a.Block.Expires, "for good")}, {"Reason", orDash(a.Block.Reason)},
		}...)
	}
	return writeTable(p.stdout, rows)
}

func orDash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}
