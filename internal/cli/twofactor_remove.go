package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/twofactor"
)

const twoFactorRemoveText = `Removes one device of the second factor of an account, for somebody who has lost
one of several; "wikigate twofactor list" shows its id. The others and the
recovery codes stay. With the last device the recovery codes go too, and the
password alone logs in again. Sessions go on. It asks for the name at the
terminal, unless --yes is given.

With --json it writes an object with the keys account, devices (those that are
left, as "wikigate twofactor list") and recovery_codes_left.`

func (p *program) twoFactorRemove() *cobra.Command {
	var yes, asJSON bool
	cmd := &cobra.Command{
		Use:     "remove NAME ID",
		Short:   "Remove one device of an account",
		Long:    twoFactorRemoveText,
		Example: "  wikigate twofactor remove Alice 2b0f6f4e9f3f4c6f8a3b1c9d7e5f0a12",
		Args:    operands("NAME", "ID"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				name, err := p.confirmAccount(ctx, a, args[0], "Type the name of the account to remove its device: ", yes)
				if err != nil {
					return err
				}
				left, err := removeDevice(ctx, a.SecondFactors, name, twofactor.DeviceID(args[1]))
				if err != nil {
					return err
				}
				if asJSON {
					return writeJSON(p.stdout, holderValue(left))
				}
				then := "Its password alone logs in."
				if n := len(left.State.Devices); n > 0 {
					then = amount(n, "device") + " left."
				}
				_, err = fmt.Fprintf(p.stdout, "Removed the device of %s. %s\n", plain(name), then)
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&yes, "yes", false, "do not ask")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

// removeDevice says what is left.
func removeDevice(ctx context.Context, s *twofactor.Service, name string, id twofactor.DeviceID) (left twofactor.Holder, err error) {
	if left, err = s.Of(ctx, name); err != nil {
		return left, err
	}
	found, err := s.Remove(ctx, left.Account, id)
	if err != nil {
		return left, err
	}
	if !found {
		return left, fail.New(fail.NotFound, "%s has no device %s; \"wikigate twofactor list %s\" shows those there are", name, plain(string(id)), name)
	}
	return s.Of(ctx, name)
}
