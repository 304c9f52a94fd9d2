package cli

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
)

const botPasswordSetText = `Changes what a bot password may do, from where and until when; what is not named
stays as it is. --grants gives all grants it shall have (basic is always added),
--ip all addresses ("" for everywhere). As in MediaWiki its sessions end at their
next request, and its programs log in again with the same secret.

` + botPasswordKeys

func (p *program) botPasswordSet() *cobra.Command {
	var grants, addresses []string
	var expires string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "set NAME APP",
		Short:   "Change grants, addresses or expiry of a bot password",
		Long:    botPasswordSetText,
		Example: "  wikigate botpassword set ExampleBot archiver --grants editpage --ip 192.0.2.0/24\n  wikigate botpassword set ExampleBot archiver --expires never",
		Args:    operands("NAME", "APP"),
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			if !slices.ContainsFunc([]string{"grants", "ip", "expires"}, cmd.Flags().Changed) {
				return errors.New("wikigate botpassword set needs --grants, --ip or --expires")
			}
			return nil
		},
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			var change botpassword.Change
			if cmd.Flags().Changed("grants") {
				change.Grants = listValue(entries(grants))
			}
			if cmd.Flags().Changed("ip") {
				change.Addresses = listValue(entries(addresses))
			}
			if cmd.Flags().Changed("expires") {
				if change.Expires, err = parseNewExpiry(expires, p.clock.Now()); err != nil {
					return err
				}
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				if err := a.BotPasswords.Update(ctx, args[0], args[1], change); err != nil {
					return err
				}
				list, err := a.BotPasswords.List(ctx, args[0])
				if err != nil {
					return err
				}
				list = slices.DeleteFunc(list, func(b botpassword.Listed) bool { return b.App != args[1] })
				if asJSON && len(list) == 1 {
					return writeJSON(p.stdout, botPasswordValue(list[0].OwnerName, list[0].BotPassword))
				}
				return p.printBotPasswords(list, asJSON)
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&grants, "grants", nil, "all grants it shall have, with commas between them")
	flags.StringSliceVar(&addresses, "ip", nil, "all addresses or CIDR ranges it may be used from; may be repeated")
	flags.StringVar(&expires, "expires", "", "end of its use: 2031-12-31, 2031-12-31T18:00:00Z, a duration such as 90d, or never")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

// parseNewExpiry is parseExpiry with a word for never.
func parseNewExpiry(s string, now time.Time) (*time.Time, error) {
	if s == "never" {
		s = ""
	} else if s == "" {
		return nil, refuse("say --expires never for a bot password that does not expire")
	}
	t, err := parseExpiry(s, now)
	return &t, err
}
