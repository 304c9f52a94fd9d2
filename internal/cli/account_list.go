package cli

import (
	"context"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
)

// listStep is how many accounts are read at a time.
const listStep = 500

func (p *program) accountList() *cobra.Command {
	var prefix string
	var limit int
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List accounts in the order of their names",
		Long:  "Lists accounts in the order of their names.\n\nWith --json the list is an array.\n" + accountKeys,
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				accounts, err := allAccounts(ctx, a.Accounts, prefix, limit)
				if err != nil {
					return err
				}
				return p.printAccounts(accounts, asJSON)
			})
		}),
	}
	cmd.Flags().StringVar(&prefix, "prefix", "", "only names that begin with this text")
	cmd.Flags().IntVar(&limit, "limit", 0, "at most so many (0: all)")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

// allAccounts reads page after page. A page begins with the last name of the
// one before it.
func allAccounts(ctx context.Context, accounts *account.Service, prefix string, limit int) ([]account.Account, error) {
	var all []account.Account
	page := account.Page{Prefix: prefix, Limit: listStep}
	for {
		some, err := accounts.List(ctx, page)
		if err != nil {
			return nil, err
		}
		full := len(some) == page.Limit
		if len(some) > 0 && some[0].Name.String() == page.From {
			some = some[1:]
		}
		all = append(all, some...)
		if limit > 0 && len(all) >= limit {
			return all[:limit], nil
		}
		if !full || len(some) == 0 {
			return all, nil
		}
		page.From = all[len(all)-1].Name.String()
	}
}

func (p *program) printAccounts(accounts []account.Account, asJSON bool) error {
	now := p.clock.Now()
	if asJSON {
		values := make([]accountJSON, 0, len(accounts))
		for _, a := range accounts {
			values = append(values, accountValue(a, now))
		}
		return writeJSON(p.stdout, values)
	}
	rows := [][]string{{"NAME", "ID", "GROUPS", "REGISTERED", "STATE"}}
	for _, a := range accounts {
		rows = append(rows, accountRow(a, now))
	}
	return writeTable(p.stdout, rows)
}

func accountRow(a account.Account, now time.Time) []string {
	return []string{
		a.Name.String(), strconv.FormatInt(int64(a.ID), 10), listText(a.ExplicitGroups(now), "-"),
		timeText(a.Registered, "-"), accountState(a, now),
	}
}
