package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
)

const auditVerifyText = `Follows the chain of recorded events from its beginning to its end: each event
holds a hash over the one before it, and the end is sealed with a key of the
server. An event that was changed, removed, moved or added by hand is found; the
exit code is 1 then, and the sentence names the first event that does not fit.

It cannot find that all data, the end of the chain included, was put back to an
older state. For that, compare the last event with the hash in a log that is kept
elsewhere: the lines of the log and of "wikigate audit tail --json" have it.

With --json it writes an object with the keys whole, events, first, last, hash,
broken and seq; the last two tell what is wrong and where.`

func (p *program) auditVerify() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "verify",
		Short: "Check that no recorded event was changed",
		Long:  auditVerifyText,
		Args:  operands(),
		RunE: run(func(cmd *cobra.Command, _ []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				found, err := a.Audit.Verify(ctx)
				if err != nil {
					return err
				}
				return p.printFinding(found, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func (p *program) printFinding(f audit.Finding, asJSON bool) error {
	var err error
	switch {
	case asJSON:
		err = writeJSON(p.stdout, struct {
			Whole  bool   `json:"whole"`
			Events int64  `json:"events"`
			First  int64  `json:"first"`
			Last   int64  `json:"last"`
			Hash   string `json:"hash"`
			Broken string `json:"broken"`
			Seq    int64  `json:"seq"`
		}{f.Broken == "", f.Rows, f.Head.Anchor + 1, f.Head.Last, f.Head.LastHash.String(), f.Broken, f.Seq})
	case f.Broken == "":
		_, err = fmt.Fprintf(p.stdout, "The record is whole: %d events, the last is %d with the hash %s.\n", f.Rows, f.Head.Last, f.Head.LastHash)
	}
	if err == nil && f.Broken != "" {
		err = fail.New(fail.Damaged, "the record of events is not whole: %s", f.Broken)
	}
	return err
}
