package cli

import (
	"context"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/config"
)

const botPasswordRotateText = `Gives a bot password a new secret, which is shown this once. Grants, addresses
and expiry stay. The old secret is void at once and its sessions end, unless
--overlap says how long it stays good beside the new one: until then its programs
can be given the new one, and their sessions live on. Do not use --overlap for a
secret that others may have seen. A bot password that must be reset is reset.

` + botPasswordKeys + `
The key password holds the new secret.`

func (p *program) botPasswordRotate() *cobra.Command {
	var overlap string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "rotate NAME APP",
		Short:   "Give a bot password a new secret",
		Long:    botPasswordRotateText,
		Example: "  wikigate botpassword rotate ExampleBot archiver --overlap 24h",
		Args:    operands("NAME", "APP"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			d, err := parseOverlap(overlap)
			if err != nil {
				return err
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				rotated, err := a.BotPasswords.Rotate(ctx, args[0], args[1], d)
				if err != nil {
					return err
				}
				return p.printCreated(rotated, "was rotated", asJSON)
			})
		}),
	}
	cmd.Flags().StringVar(&overlap, "overlap", "", "how long the old secret stays good, such as 24h or 7d (none: not at all)")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func parseOverlap(s string) (time.Duration, error) {
	if s == "" {
		return 0, nil
	}
	d, ok := config.ParseDuration(s)
	if !ok {
		return 0, refuse("%q is no duration; expected one such as 24h or 7d", s)
	}
	return d, nil
}
