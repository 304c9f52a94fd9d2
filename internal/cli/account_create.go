package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/secret"
)

const accountCreateText = `Creates an account. Its password is asked for at the terminal, or comes from
standard input or a file; it is never an argument, where other users of the
machine could see it. It must be good enough for the groups of the account
(options password-...). An account without a password can only be used with bot
passwords.

` + accountKeys

func (p *program) accountCreate() *cobra.Command {
	var request account.CreateRequest
	password := passwordFlags{otherwise: "--no-password"}
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "create NAME",
		Short:   "Create an account",
		Long:    accountCreateText,
		Example: "  wikigate account create ExampleBot --groups bot --no-password\n  wikigate account create Alice --groups sysop --password-stdin <password.txt",
		Args:    allOf(operands("NAME"), func(*cobra.Command, []string) error { return password.check() }),
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			request.Name, request.Groups = args[0], entries(request.Groups)
			if request.Password, err = p.readPassword(cmd.Context(), password); err != nil {
				return err
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				created, err := a.Accounts.Create(ctx, request)
				if err != nil {
					return err
				}
				return p.printAccount(created, asJSON)
			})
		}),
	}
	flags := cmd.Flags()
	password.register(cmd)
	flags.BoolVar(&password.none, "no-password", false, "set no password")
	flags.StringSliceVar(&request.Groups, "groups", nil, "groups of the account, with commas between them")
	flags.StringVar(&request.Email, "email", "", "e-mail address")
	flags.StringVar(&request.RealName, "real-name", "", "real name")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

// passwordFlags say where a password comes from.
type passwordFlags struct {
	stdin, none bool
	file        string
	otherwise   string // the flag that needs none
}

func (f *passwordFlags) register(cmd *cobra.Command) {
	flags := cmd.Flags()
	flags.BoolVar(&f.stdin, "password-stdin", false, "read the password from standard input")
	flags.StringVar(&f.file, "password-file", "", "read the password from a file")
}

// check refuses more than one source.
func (f *passwordFlags) check() error {
	sources := 0
	for _, used := range []bool{f.stdin, f.file != "", f.none} {
		if used {
			sources++
		}
	}
	if sources > 1 {
		return errors.New("only one of --password-stdin, --password-file and --no-password can be used")
	}
	return nil
}

func (p *program) readPassword(ctx context.Context, f passwordFlags) (secret.Secret, error) {
	switch {
	case f.none:
		return secret.Secret{}, nil
	case f.stdin:
		return readSecret(ctx, p.stdin, "the password on standard input")
	case f.file != "":
		return readSecretFile(ctx, f.file, "password")
	}
	s, ok, err := p.askSecret(ctx, "password")
	if !ok {
		err = &failure{code: exitUsage, err: errors.New("no password was given and there is no terminal to ask at; use --password-stdin, --password-file or " + f.otherwise)}
	}
	return s, err
}

func jsonFlag(flags *pflag.FlagSet, to *bool) {
	flags.BoolVar(to, "json", false, "write JSON for programs")
}
