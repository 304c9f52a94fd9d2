package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

const twoFactorResetText = `Removes all devices and recovery codes of an account, so that its password alone
logs in again: for somebody who has lost them. Make sure who asks for it; set a
new password as well if in doubt. Sessions go on. It asks for the name at the
terminal, unless --yes is given.

With --json it writes an object with the keys account and removed, the number of
devices.`

func (p *program) twoFactorReset() *cobra.Command {
	var yes, asJSON bool
	cmd := &cobra.Command{
		Use:   "reset NAME",
		Short: "Remove the second factor of an account",
		Long:  twoFactorResetText,
		Args:  operands("NAME"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				name, err := p.confirmAccount(ctx, a, args[0], "Type the name of the account to remove its second factor: ", yes)
				if err != nil {
					return err
				}
				_, removed, err := a.SecondFactors.Reset(ctx, name)
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, struct {
						Account string `json:"account"`
						Removed int    `json:"removed"`
					}{name, removed})
				}
				if removed == 0 {
					_, err = fmt.Fprintf(p.stdout, "%s had no second factor. The password alone logs in.\n", plain(name))
					return err
				}
				_, err = fmt.Fprintf(p.stdout, "Removed %s of %s. Its password alone logs in.\n", amount(removed, "device"), plain(name))
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
