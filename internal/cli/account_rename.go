package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
)

const accountRenameText = `Gives an account another name. Its id, password, groups and bot passwords stay,
and a bot password OLD@app becomes NEW@app. As in MediaWiki, the sessions and
remembered logins of the account end at once.

` + accountKeys

func (p *program) accountRename() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rename OLD NEW",
		Short: "Give an account another name",
		Long:  accountRenameText,
		Args:  operands("OLD", "NEW"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.changeAccount(cmd, asJSON, func(ctx context.Context, a *app.App) (account.Account, error) {
				return a.Accounts.Rename(ctx, args[0], args[1])
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
