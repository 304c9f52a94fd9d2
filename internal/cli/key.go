package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/rotation"
)

func (p *program) keys() *cobra.Command {
	return group("key", "List, rotate and retire the server's keys", p.keyList(), p.keyRotate(), p.keyRetire())
}

// keyJSON is a key for programs. Keys are never renamed or removed.
type keyJSON struct {
	ID            int     `json:"id"`
	Made          *string `json:"made"`
	State         string  `json:"state"`
	Sessions      int     `json:"sessions"`
	BotPasswords  int     `json:"bot_passwords"`
	SecondFactors int     `json:"second_factors"`
	CookiesUntil  *string `json:"cookies_until"`
}

func keyValue(k rotation.State) keyJSON {
	return keyJSON{
		ID: int(k.ID), Made: timeValue(k.Created), State: keyState(k),
		Sessions: k.Sessions, BotPasswords: k.BotPasswords, SecondFactors: k.SecondFactors, CookiesUntil: timeValue(k.CookiesUntil),
	}
}

// keyState is one of three words.
func keyState(k rotation.State) string {
	switch {
	case k.Current:
		return "current"
	case k.Closed:
		return "closed"
	}
	return "valid"
}

const keyListText = `Lists the keys, oldest first, without their secrets. The state is one of

  current  what is made now is made with it
  valid    what was made with it is good
  closed   it is from before a restore: bot passwords and second factors made
           with it are good, and no session, cookie or token is

Beside it stands what would end without the key: live sessions, bot passwords (a
bot password moves to the current key when it logs in), accounts that would lose
a device of their second factor or a recovery code (a device moves when it is
used, recovery codes when new ones are made), and until when cookies that nobody
counts may live, those of remembered logins among them.

With --json it writes a list of objects with the keys id, made, state, sessions,
bot_passwords, second_factors and cookies_until.`

func (p *program) keyList() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the keys and what needs them",
		Long:  keyListText,
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				list, err := a.Keys.List(ctx)
				if err != nil {
					return err
				}
				return p.printKeys(list, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func (p *program) printKeys(list []rotation.State, asJSON bool) error {
	values, rows := []keyJSON{}, [][]string{{"ID", "MADE", "STATE", "SESSIONS", "BOT PASSWORDS", "SECOND FACTORS", "COOKIES UNTIL"}}
	for _, k := range list {
		values = append(values, keyValue(k))
		rows = append(rows, []string{
			strconv.Itoa(int(k.ID)), timeText(k.Created, ""), keyState(k),
			strconv.Itoa(k.Sessions), strconv.Itoa(k.BotPasswords), strconv.Itoa(k.SecondFactors), timeText(k.CookiesUntil, "-"),
		})
	}
	if asJSON {
		return writeJSON(p.stdout, values)
	}
	return writeTable(p.stdout, rows)
}

const keyRotateText = `Makes a new key, with which everything is made from now on, in a running server
too. All that was made with older keys stays good: sessions, remembered logins,
tokens and bot passwords. Take a backup afterwards.

With --json it writes an object with the key id.`

func (p *program) keyRotate() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "rotate",
		Short: "Make a new current key",
		Long:  keyRotateText,
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				id, err := a.Keys.Rotate(ctx)
				if err != nil || asJSON {
					return orJSON(p.stdout, struct {
						ID int `json:"id"`
					}{int(id)}, err)
				}
				_, err = fmt.Fprintf(p.stdout, "Key %d is the current one. Older keys stay valid until they are retired.\n", id)
				return err
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

const keyRetireText = `Removes a key for good. A key that something still needs is refused; "wikigate
key list" tells what. With --force it goes nevertheless, and at once, in a
running server too: the sessions, remembered logins and tokens made with it end;
bot passwords that have not logged in since the rotation are void and must be
made anew; recovery codes are void, and so are devices of second factors that
have not been used since. An account that has no other device cannot log in
before "wikigate twofactor reset". That is what to do when a key may have been
seen by others.

With --json it writes an object as "wikigate key list" does, of what has ended.`

func (p *program) keyRetire() *cobra.Command {
	var force, asJSON bool
	var id keyring.KeyID
	cmd := &cobra.Command{
		Use:     "retire ID",
		Short:   "Remove an old key",
		Long:    keyRetireText,
		Example: "  wikigate key retire 1",
		Args: allOf(operands("ID"), func(_ *cobra.Command, args []string) error {
			n, err := strconv.ParseUint(args[0], 10, 8)
			if err != nil || n == 0 {
				return fmt.Errorf("%q cannot be the id of a key; expected a number such as those of wikigate key list", args[0])
			}
			id = keyring.KeyID(n)
			return nil
		}),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				ended, err := a.Keys.Retire(ctx, id, force)
				if err != nil || asJSON {
					return orJSON(p.stdout, keyValue(ended), err)
				}
				_, err = fmt.Fprintf(p.stdout, "Key %d is gone, and with it %s, %s and second factors of %s.\n", id,
					amount(ended.Sessions, "session"), amount(ended.BotPasswords, "bot password"), amount(ended.SecondFactors, "account"))
				return err
			})
		}),
	}
	cmd.Flags().BoolVar(&force, "force", false, "end what still needs the key")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}
