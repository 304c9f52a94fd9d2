package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

func (p *program) accountShow() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "show NAME",
		Short: "Show one account",
		Long:  "Shows one account. The name may be in any spelling that the login accepts.\n\n" + accountKeys,
		Args:  operands("NAME"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				found, err := a.Accounts.Find(ctx, args[0])
				if err != nil {
					return err
				}
				return p.printAccount(found, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
