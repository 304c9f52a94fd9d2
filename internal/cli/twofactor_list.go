package cli

import (
	"context"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/twofactor"
)

const twoFactorListText = `Lists the devices of the second factor of one account, or of all accounts that
have one, and how many recovery codes are left. Secrets cannot be shown again.

With --json it writes a list of objects with the keys account, devices (a list
of objects with id, method, name, created and last_used) and recovery_codes_left.`

func (p *program) twoFactorList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list [NAME]",
		Short: "List the second factors of one account, or all",
		Long:  twoFactorListText,
		Args:  atMostOne,
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				list, err := holders(ctx, a, args)
				if err != nil {
					return err
				}
				return p.printHolders(list, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func holders(ctx context.Context, a *app.App, args []string) ([]twofactor.Holder, error) {
	if len(args) == 0 {
		return a.SecondFactors.List(ctx)
	}
	h, err := a.SecondFactors.Of(ctx, args[0])
	return []twofactor.Holder{h}, err
}

func (p *program) printHolders(list []twofactor.Holder, asJSON bool) error {
	values, rows := []holderJSON{}, [][]string{{"ACCOUNT", "METHOD", "DEVICE", "CREATED", "LAST USED", "RECOVERY CODES", "ID"}}
	for _, h := range list {
		values = append(values, holderValue(h))
		for _, d := range h.State.Devices {
			rows = append(rows, []string{
				h.Account.Name.String(), string(d.Method), d.Name, timeText(d.Created, "-"), timeText(d.Used, "never"),
				strconv.Itoa(len(h.State.Codes)), string(d.ID),
			})
		}
	}
	if asJSON {
		return writeJSON(p.stdout, values)
	}
	return writeTable(p.stdout, rows)
}
