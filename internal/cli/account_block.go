package cli

import (
	"context"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
)

const accountBlockText = `Blocks an account, in place of a block that it has. As in MediaWiki it can still
log in; clients are told of the block with meta=userinfo and refuse to write. To
keep somebody out, use "wikigate account lock".

` + accountKeys

func (p *program) accountBlock() *cobra.Command {
	var request account.BlockRequest
	var expires string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "block NAME",
		Short:   "Block an account, which tells its clients not to write",
		Long:    accountBlockText,
		Example: "  wikigate account block ExampleBot --reason \"Floods recent changes\" --expires 7d --by Alice",
		Args:    operands("NAME"),
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			if request.Expires, err = parseExpiry(expires, p.clock.Now()); err != nil {
				return err
			}
			return p.changeAccount(cmd, asJSON, func(ctx context.Context, a *app.App) (account.Account, error) {
				return a.Accounts.Block(ctx, args[0], request)
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringVar(&request.Reason, "reason", "", "why; shown to the account")
	flags.StringVar(&request.By, "by", "", "account that blocks (none: "+account.ScriptUser+")")
	flags.StringVar(&expires, "expires", "", "end of the block: 2031-12-31, 2031-12-31T18:00:00Z or a duration such as 7d (none: never)")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

func (p *program) accountUnblock() *cobra.Command {
	return p.accountVerb("unblock", "Remove the block of an account",
		"Removes the block of an account.", (*account.Service).Unblock)
}

// accountVerb is a command that does one thing to one account and shows what
// has become of it.
func (p *program) accountVerb(verb, short, long string, do func(*account.Service, context.Context, string) (account.Account, error)) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: verb + " NAME", Short: short, Long: long + "\n\n" + accountKeys,
		Args: operands("NAME"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.changeAccount(cmd, asJSON, func(ctx context.Context, a *app.App) (account.Account, error) {
				return do(a.Accounts, ctx, args[0])
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

// changeAccount makes a change and shows the account as it is afterwards.
func (p *program) changeAccount(cmd *cobra.Command, asJSON bool, change func(context.Context, *app.App) (account.Account, error)) error {
	return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
		changed, err := change(ctx, a)
		if err != nil {
			return err
		}
		return p.printAccount(changed, asJSON)
	})
}
