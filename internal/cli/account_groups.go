package cli

import (
	"context"
	"errors"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
)

const accountGroupsText = `Changes the groups of an account: --add and --remove change some of them, --set
gives all it shall have ("" for none). What the account may do changes with its
next request, in sessions that are open and in those of its bot passwords.

` + accountKeys

func (p *program) accountGroups() *cobra.Command {
	var change account.GroupChange
	var set []string
	var expires string
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "groups NAME",
		Short:   "Change the groups of an account",
		Long:    accountGroupsText,
		Example: "  wikigate account groups ExampleBot --add bot\n  wikigate account groups Alice --add sysop --expires 30d --remove bureaucrat\n  wikigate account groups Alice --set \"\"",
		Args:    operands("NAME"),
		PreRunE: func(cmd *cobra.Command, _ []string) error {
			change.Replace = cmd.Flags().Changed("set")
			return checkGroups(change)
		},
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			change.Add, change.Remove = entries(append(change.Add, set...)), entries(change.Remove)
			if change.Until, err = parseExpiry(expires, p.clock.Now()); err != nil {
				return err
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				changed, err := a.Accounts.ChangeGroups(ctx, args[0], change)
				if err != nil {
					return err
				}
				return p.printAccount(changed, asJSON)
			})
		}),
	}
	flags := cmd.Flags()
	flags.StringSliceVar(&change.Add, "add", nil, "groups to join, with commas between them")
	flags.StringSliceVar(&change.Remove, "remove", nil, "groups to leave")
	flags.StringSliceVar(&set, "set", nil, "all groups that the account shall have, in place of those it has")
	flags.StringVar(&expires, "expires", "", "end of the added memberships: 2031-12-31, 2031-12-31T18:00:00Z or a duration such as 90d (none: never)")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

// checkGroups demands that something is to change, in one way.
func checkGroups(c account.GroupChange) error {
	some := len(c.Add)+len(c.Remove) > 0
	switch {
	case c.Replace && some:
		return errors.New("only --set, or --add and --remove, can be used")
	case !c.Replace && !some:
		return errors.New("wikigate account groups needs --add, --remove or --set")
	}
	return nil
}
