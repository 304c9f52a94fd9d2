package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
)

const twoFactorCodesText = `Makes ten recovery codes for an account, in place of all that it has, and shows
them this once. Each logs in once in place of a code of a device.

With --json it writes an object with the keys account and recovery_codes.`

func (p *program) twoFactorCodes() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "codes NAME",
		Short: "Make new recovery codes for an account",
		Long:  twoFactorCodesText,
		Args:  operands("NAME"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				of, codes, err := a.SecondFactors.NewRecoveryCodes(ctx, args[0])
				if err != nil {
					return err
				}
				if asJSON {
					err = writeJSON(p.stdout, newCodesValue(of, codes))
				} else {
					_, err = fmt.Fprintf(p.stdout, "%s%s\n\nThey are shown this once. Older ones are void.\n", recoveryCodesText, strings.Join(grouped(codes), "\n"))
				}
				if err != nil {
					return fmt.Errorf("recovery codes of %s were made but could not be written, so make others: %w", of.Name, err)
				}
				return nil
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
