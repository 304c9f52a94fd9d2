package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
)

const auditTailText = `Shows the last events, oldest first; with --follow also those that are recorded
from then on, by whatever process, until it is interrupted. With --json each event
is one line, which makes it a stream for other programs.

` + auditKeys

// tailEvery is how often a follower looks for new events, tailPage how many it
// reads at a time.
const (
	tailEvery = 500 * time.Millisecond
	tailPage  = 500
)

func (p *program) auditTail() *cobra.Command {
	var n int
	var follow, asJSON bool
	cmd := &cobra.Command{
		Use:     "tail",
		Short:   "Show the last events, and those to come",
		Long:    auditTailText,
		Example: "  wikigate audit tail --follow --json",
		Args:    operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				rows, err := a.Audit.Newest(ctx, n)
				if err != nil {
					return err
				}
				if err := p.printLines(rows, asJSON); err != nil || !follow {
					return err
				}
				return p.follow(ctx, a.Audit, rows, asJSON)
			})
		}),
	}
	cmd.Flags().IntVarP(&n, "lines", "n", 10, "how many events to begin with")
	cmd.Flags().BoolVarP(&follow, "follow", "f", false, "go on with new events")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

// follow prints what comes after rows until ctx ends.
func (p *program) follow(ctx context.Context, trail *audit.Trail, rows []audit.Row, asJSON bool) error {
	last := int64(0)
	if len(rows) > 0 {
		last = rows[len(rows)-1].Seq
	} else {
		head, err := trail.Store.Head(ctx)
		if err != nil {
			return err
		}
		last = head.Last
	}
	tick := time.NewTicker(tailEvery)
	defer tick.Stop()
	for {
		rows, err := trail.Store.Page(ctx, last, tailPage)
		if ctx.Err() != nil {
			return nil
		}
		if err == nil {
			err = p.printLines(rows, asJSON)
		}
		if err != nil {
			return err
		}
		if len(rows) > 0 {
			last = rows[len(rows)-1].Seq
		}
		if len(rows) == tailPage {
			continue
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// printLines prints each event in a line of its own, which does not depend on
// the others.
func (p *program) printLines(rows []audit.Row, asJSON bool) error {
	for _, r := range rows {
		if asJSON {
			if err := writeJSON(p.stdout, eventValue(r)); err != nil {
				return err
			}
			continue
		}
		if _, err := fmt.Fprintln(p.stdout, plain(strings.Join(eventCells(r), "  "))); err != nil {
			return err
		}
	}
	return nil
}
