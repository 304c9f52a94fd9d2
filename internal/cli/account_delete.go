package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

const accountDeleteText = `Deletes an account for good, with its password, groups, block and bot passwords,
and ends all its sessions and remembered logins at once. Its id is never given
again; a new account may have its name. It asks for the name at the terminal,
unless --yes is given. An account that shall only be kept out is better locked:
a wiki's pages go on naming their authors.

With --json it writes the account as it was.
` + accountKeys

func (p *program) accountDelete() *cobra.Command {
	var yes, asJSON bool
	cmd := &cobra.Command{
		Use:   "delete NAME",
		Short: "Delete an account for good",
		Long:  accountDeleteText,
		Args:  operands("NAME"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				name, err := p.confirmAccount(ctx, a, args[0], "Type the name of the account to delete it for good: ", yes)
				if err != nil {
					return err
				}
				deleted, err := a.Accounts.Delete(ctx, name)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, accountValue(deleted, p.clock.Now()))
				}
				_, err = fmt.Fprintf(p.stdout, "Deleted the account %s with the id %d.\n", plain(name), deleted.ID)
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
