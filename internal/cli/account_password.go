package cli

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/credential"
)

const accountPasswordText = `Sets the password of an account. It is asked for at the terminal, or comes from
standard input or a file, and must be good enough for the groups of the account
(options password-...). All sessions and remembered logins of the account end,
in a running server too, and its bot passwords must be made anew: whoever knew
the old password is out.

--invalidate takes the password away instead: no password logs in until one is
set. --temporary makes a password that is good for a short time (option
temporary-password-lifetime) and after whose use another one must be chosen; it
is shown this once. The old password and all sessions stay good beside it,
unless --invalidate is given as well.

` + accountKeys + `
With --temporary there are the keys temporary_password and temporary_until, too.`

func (p *program) accountPassword() *cobra.Command {
	source := passwordFlags{otherwise: "--invalidate"}
	var temporary, invalidate, asJSON bool
	cmd := &cobra.Command{
		Use:     "password NAME",
		Short:   "Set the password of an account, or take it away",
		Long:    accountPasswordText,
		Example: "  wikigate account password Alice --password-stdin <password.txt\n  wikigate account password Alice --temporary --invalidate",
		Args: allOf(operands("NAME"), func(*cobra.Command, []string) error {
			if (temporary || invalidate) && (source.stdin || source.file != "") {
				return errors.New("no password can be given together with --temporary or --invalidate")
			}
			return source.check()
		}),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			switch {
			case temporary:
				return p.issueTemporary(cmd, args[0], invalidate, asJSON)
			case invalidate:
				return p.changeAccount(cmd, asJSON, func(ctx context.Context, a *app.App) (account.Account, error) {
					return a.Credentials.Invalidate(ctx, args[0])
				})
			}
			password, err := p.readPassword(cmd.Context(), source)
			if err != nil {
				return err
			}
			return p.changeAccount(cmd, asJSON, func(ctx context.Context, a *app.App) (account.Account, error) {
				return a.Credentials.Change(ctx, args[0], password)
			})
		}),
	}
	source.register(cmd)
	flags := cmd.Flags()
	flags.BoolVar(&temporary, "temporary", false, "make a temporary password and show it")
	flags.BoolVar(&invalidate, "invalidate", false, "take the password away")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

func (p *program) issueTemporary(cmd *cobra.Command, name string, invalidate, asJSON bool) error {
	return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
		t, err := a.Credentials.IssueTemporary(ctx, name, invalidate)
		if err != nil {
			return err
		}
		if err := p.printTemporary(t, asJSON); err != nil {
			return fmt.Errorf("the temporary password of %s was made but could not be written, so make another one: %w", t.Account.Name, err)
		}
		return nil
	})
}

// printTemporary shows the password, which nobody can do again.
func (p *program) printTemporary(t credential.Temporary, asJSON bool) error {
	if asJSON {
		return writeJSON(p.stdout, struct {
			accountJSON
			Password string  `json:"temporary_password"`
			Until    *string `json:"temporary_until"`
		}{accountValue(t.Account, p.clock.Now()), t.Password.Reveal(), timeValue(t.Expires)})
	}
	return writeTable(p.stdout, [][]string{
		{"Name", t.Account.Name.String()},
		{"Temporary password", t.Password.Reveal()},
		{"Good until", timeText(t.Expires, "-")},
	})
}
