package cli

import (
	"context"
	"net/netip"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/session"
)

const sessionListText = `Lists the sessions of logged-in users and bots, newest first. The id names a
session to "wikigate session end"; it is not the cookie and opens nothing.

With --json the list is an array of objects with the keys id, kind (user or
bot), owner, app, address, created, renewed and expires. Times are in UTC, as in
RFC 3339.`

// sessionJSON is a session for programs. Keys are never renamed or removed.
type sessionJSON struct {
	ID      string  `json:"id"`
	Kind    string  `json:"kind"`
	Owner   string  `json:"owner"`
	App     string  `json:"app"`
	Address string  `json:"address"`
	Created *string `json:"created"`
	Renewed *string `json:"renewed"`
	Expires *string `json:"expires"`
}

func (p *program) sessionList() *cobra.Command {
	var filter session.ListFilter
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "list",
		Short: "List the sessions of logged-in users and bots",
		Long:  sessionListText,
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				list, err := a.Sessions.List(ctx, filter)
				if err != nil {
					return err
				}
				return p.printSessions(list, asJSON)
			})
		}),
	}
	cmd.Flags().StringVar(&filter.Owner, "account", "", "only sessions of this account")
	cmd.Flags().StringVar(&filter.App, "app", "", "only sessions of the bot password with this app id")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func (p *program) printSessions(list []session.Info, asJSON bool) error {
	if asJSON {
		values := make([]sessionJSON, 0, len(list))
		for _, s := range list {
			values = append(values, sessionJSON{
				ID: s.ID, Kind: s.Kind.String(), Owner: s.Owner, App: s.App, Address: addressText(s.Address, ""),
				Created: timeValue(s.Created), Renewed: timeValue(s.Renewed), Expires: timeValue(s.Expires),
			})
		}
		return writeJSON(p.stdout, values)
	}
	rows := [][]string{{"ID", "KIND", "OWNER", "APP", "ADDRESS", "CREATED", "EXPIRES"}}
	for _, s := range list {
		rows = append(rows, []string{
			s.ID, s.Kind.String(), orDash(s.Owner), orDash(s.App), addressText(s.Address, "-"),
			timeText(s.Created, "-"), timeText(s.Expires, "-"),
		})
	}
	return writeTable(p.stdout, rows)
}

func addressText(a netip.Addr, otherwise string) string {
	if !a.IsValid() {
		return otherwise
	}
	return a.String()
}
