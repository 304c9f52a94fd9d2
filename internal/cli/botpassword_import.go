package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
)

const botPasswordImportText = `Takes over a bot password of a MediaWiki together with its stored hash (column
bp_password of the table bot_passwords), so that its program needs no new secret.
The hash is read from standard input. Until the first login it is checked as
slowly as the password of a person; that login replaces it by a fast one.

` + botPasswordKeys

func (p *program) botPasswordImport() *cobra.Command {
	var request botpassword.CreateRequest
	var expires string
	var fromStdin, asJSON bool
	cmd := &cobra.Command{
		Use:     "import NAME APP",
		Short:   "Take over a bot password of a MediaWiki with its stored hash",
		Long:    botPasswordImportText,
		Example: "  wikigate botpassword import ExampleBot archiver --hash-stdin --grants highvolume,editpage <hash.txt",
		Args:    operands("NAME", "APP"),
		PreRunE: func(*cobra.Command, []string) error {
			if !fromStdin {
				return errors.New("wikigate botpassword import needs --hash-stdin")
			}
			return nil
		},
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			request.Owner, request.App = args[0], args[1]
			request.Grants, request.Addresses = entries(request.Grants), entries(request.Addresses)
			if request.Expires, err = parseExpiry(expires, p.clock.Now()); err != nil {
				return err
			}
			hash, err := readSecret(cmd.Context(), p.stdin, "the hash on standard input")
			if err != nil {
				return err
			}
			request.Hash = hash.Reveal()
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				imported, err := a.BotPasswords.Create(ctx, request)
				if err != nil {
					return err
				}
				return p.printCreated(imported, "was taken over", asJSON)
			})
		}),
	}
	flags := cmd.Flags()
	flags.BoolVar(&fromStdin, "hash-stdin", false, "read the hash from standard input")
	flags.StringSliceVar(&request.Grants, "grants", nil, "grants, with commas between them")
	flags.StringSliceVar(&request.Addresses, "ip", nil, "address or CIDR range it may be used from; may be repeated (none: everywhere)")
	flags.StringVar(&expires, "expires", "", "end of its use: 2031-12-31, 2031-12-31T18:00:00Z or a duration such as 90d (none: never)")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}
