package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
)

func (p *program) botPasswordList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [NAME]",
		Short: "List the bot passwords of one account, or all",
		Long:  "Lists the bot passwords of one account, or all. Secrets cannot be shown again.\nA running server writes down every few minutes when they were last used.\n\nWith --json the list is an array.\n" + botPasswordKeys,
		Args:  atMostOne,
		RunE: run(func(cmd *cobra.Command, args []string) error {
			var owner string
			if len(args) == 1 {
				owner = args[0]
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				list, err := a.BotPasswords.List(ctx, owner)
				if err != nil {
					return err
				}
				return p.printBotPasswords(list, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func (p *program) printBotPasswords(list []botpassword.Listed, asJSON bool) error {
	if asJSON {
		values := make([]botPasswordJSON, 0, len(list))
		for _, b := range list {
			values = append(values, botPasswordValue(b.OwnerName, b.BotPassword))
		}
		return writeJSON(p.stdout, values)
	}
	now := p.clock.Now()
	rows := [][]string{{"LOGIN", "GRANTS", "ADDRESSES", "CREATED", "EXPIRES", "LAST USED", "SECRET"}}
	for _, b := range list {
		rows = append(rows, []string{
			b.OwnerName + botpassword.Separator + b.App, listText(b.Grants, "-"),
			addressesText(b.Restrictions), timeText(b.Created, "-"), expiryText(b.BotPassword, now), usedText(b.Used), secretText(b.BotPassword, now),
		})
	}
	return writeTable(p.stdout, rows)
}
