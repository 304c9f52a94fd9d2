package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/session"
)

const sessionEndText = `Ends one session, named by the beginning of its id, or all sessions of an
account, or those of one bot password of the account. They end at once, in a
running server too. An account can log in again; to prevent that for a program,
revoke its bot password.

With --json it writes an object with the key ended, the number of sessions.`

func (p *program) sessionEnd() *cobra.Command {
	var request session.EndRequest
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "end [ID]",
		Short:   "End one session, or those of an account",
		Long:    sessionEndText,
		Example: "  wikigate session end 5f2c8a1e\n  wikigate session end --account ExampleBot --app archiver",
		Args: allOf(atMostOne, func(_ *cobra.Command, args []string) error {
			request.ID = strings.Join(args, "")
			return checkEnd(request)
		}),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				n, err := a.Sessions.End(ctx, request)
				if err != nil {
					return err
				}
				return p.printEnded(n, asJSON)
			})
		}),
	}
	cmd.Flags().StringVar(&request.Owner, "account", "", "end all sessions of this account")
	cmd.Flags().StringVar(&request.App, "app", "", "with --account: only those of the bot password with this app id")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

// checkEnd demands exactly one way of naming sessions.
func checkEnd(r session.EndRequest) error {
	switch {
	case r.ID == "" && r.Owner == "":
		return errors.New("wikigate session end needs an id, or --account")
	case r.ID != "" && (r.Owner != "" || r.App != ""):
		return errors.New("wikigate session end takes an id or --account, not both")
	}
	return nil
}

func (p *program) printEnded(n int, asJSON bool) error {
	if asJSON {
		return writeJSON(p.stdout, struct {
			Ended int `json:"ended"`
		}{n})
	}
	noun := "sessions"
	if n == 1 {
		noun = "session"
	}
	_, err := fmt.Fprintf(p.stdout, "Ended %d %s.\n", n, noun)
	return err
}
