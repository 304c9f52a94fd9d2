package cli

import (
	"cmp"
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/botpassword"
)

const botPasswordCreateText = `Creates a bot password, with which a program logs in as the account NAME and has
only the rights of its grants. APP is a name for the program. The secret is made
here and shown this once; --secret-stdin takes over an existing one of 32 or
more characters of 0-9 and a-w. The grant basic is always added.

` + botPasswordKeys + `
The key password holds the secret.`

func (p *program) botPasswordCreate() *cobra.Command {
	var request botpassword.CreateRequest
	var expires string
	var fromStdin, asJSON bool
	cmd := &cobra.Command{
		Use:     "create NAME APP",
		Short:   "Create a bot password",
		Long:    botPasswordCreateText,
		Example: "  wikigate botpassword create ExampleBot archiver --grants highvolume,editpage --ip 192.0.2.0/24 --expires 90d",
		Args:    operands("NAME", "APP"),
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			request.Owner, request.App = args[0], args[1]
			request.Grants, request.Addresses = entries(request.Grants), entries(request.Addresses)
			if request.Expires, err = parseExpiry(expires, p.clock.Now()); err != nil {
				return err
			}
			if fromStdin {
				if request.Secret, err = readSecret(cmd.Context(), p.stdin, "the secret on standard input"); err != nil {
					return err
				}
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				created, err := a.BotPasswords.Create(ctx, request)
				if err != nil {
					return err
				}
				return p.printCreated(created, "was created", asJSON)
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&request.Grants, "grants", nil, "grants, with commas between them")
	flags.StringSliceVar(&request.Addresses, "ip", nil, "address or CIDR range it may be used from; may be repeated (none: everywhere)")
	flags.StringVar(&expires, "expires", "", "end of its use: 2031-12-31, 2031-12-31T18:00:00Z or a duration such as 90d (none: never)")
	flags.BoolVar(&fromStdin, "secret-stdin", false, "read the secret from standard input")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

// printCreated shows the secret, which nobody can do again. When that fails the
// bot password is of no use. done is what became of it.
func (p *program) printCreated(c botpassword.Created, done string, asJSON bool) error {
	if err := p.writeCreated(c, asJSON); err != nil {
		return fmt.Errorf("the bot password %s %s but its secret could not be written, so revoke it: %w", c.Login, done, err)
	}
	return nil
}

func (p *program) writeCreated(c botpassword.Created, asJSON bool) error {
	owner := strings.TrimSuffix(c.Login, botpassword.Separator+c.App)
	if asJSON {
		value := botPasswordValue(owner, c.BotPassword)
		value.Password = c.Secret.Reveal()
		return writeJSON(p.stdout, value)
	}
	rows := [][]string{
		{"Login name", c.Login},
		{"Password", cmp.Or(c.Secret.Reveal(), "as before")},
		{"Grants", listText(c.Grants, "-")},
		{"Addresses", addressesText(c.Restrictions)},
		{"Expires", timeText(c.Expires, "never")},
	}
	if c.Former.Hash != "" {
		rows = append(rows, []string{"Old password", "good until " + timeText(c.Former.Ends, "")})
	}
	if err := writeTable(p.stdout, rows); err != nil || c.Secret.IsZero() {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "\nThe password is shown this once. Programs that want a plain name log in as\n%s with the password %s%s%s\n",
		plain(owner), plain(c.App), botpassword.Separator, c.Secret.Reveal())
	return err
}
