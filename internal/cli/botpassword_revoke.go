package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

func (p *program) botPasswordRevoke() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "revoke NAME APP",
		Short: "Remove a bot password and end its sessions",
		Long: `Removes a bot password. Its running sessions end at their next request.

With --json it writes an object with the keys owner and app, as they were given.`,
		Args: operands("NAME", "APP"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				if err := a.BotPasswords.Revoke(ctx, args[0], args[1]); err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, struct {
						Owner string `json:"owner"`
						App   string `json:"app"`
					}{args[0], args[1]})
				}
				_, err := fmt.Fprintf(p.stdout, "Revoked bot password %s of %s.\n", plain(args[1]), plain(args[0]))
				return err
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
