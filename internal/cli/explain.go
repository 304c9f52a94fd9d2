package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
)

const explainText = `Says what a request asked for, which check said no, and what to do about it. The
id of a request stands in the header X-Request-Id of its answer, in the text of an
internal error, and in the log.

With --json it writes an array of the events of the request, each with the keys
of "wikigate audit list" and with why and todo.`

func (p *program) explain() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "explain REQUEST-ID",
		Short:   "Say why a request was refused",
		Long:    explainText,
		Example: "  wikigate explain 0f3c9a5d1b7e42a68d90c1ef",
		Args:    operands("REQUEST-ID"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				id := strings.TrimSpace(args[0])
				rows, err := a.Audit.OfRequest(ctx, id)
				if err != nil {
					return err
				}
				if len(rows) == 0 {
					return nothingRecorded(id)
				}
				return p.printExplanations(rows, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func nothingRecorded(id string) error {
	return fail.New(fail.NotFound, "nothing is recorded of a request %s: it changed nothing and ended no login, as one that was asked something more, "+
		"or its record is older than audit-retention, or it was one of a flood, of which only some are kept; "+
		"look for the id in the log, where failures of the server itself are told", id)
}

func (p *program) printExplanations(rows []audit.Row, asJSON bool) error {
	if asJSON {
		type explained struct {
			eventJSON
			Why  string `json:"why"`
			Todo string `json:"todo"`
		}
		list := make([]explained, 0, len(rows))
		for _, r := range rows {
			why, todo := explanation(r)
			list = append(list, explained{eventValue(r), why, todo})
		}
		return writeJSON(p.stdout, list)
	}
	for _, r := range rows {
		why, todo := explanation(r)
		if todo != "" {
			todo = "\nWhat to do: " + todo
		}
		_, err := fmt.Fprintf(p.stdout, "%s\n%s%s\n", plain(asked(r)), plain(why), todo)
		if err != nil {
			return err
		}
	}
	return nil
}

// asked is what a request wanted, in a sentence.
func asked(r audit.Row) string {
	text := "At " + timeText(r.Time, "an unknown time")
	if r.Address.IsValid() {
		text += ", " + r.AddressText()
	} else {
		text += ", somebody"
	}
	if r.Client != "" {
		text += " (" + r.Client + ")"
	}
	switch r.Kind {
	case audit.Login:
		text += " tried to log in " + asWhom(r.Name)
		if r.App != "" {
			text += " with the bot password " + r.App
		} else if r.Method == audit.ByRemembered {
			text += " with the cookies of a remembered login"
		} else if r.Method == audit.BySession {
			text += " with the session in which they registered a device"
		}
	case audit.Logout:
		text += " logged out " + r.Name
	case audit.RecoveryUse:
		text += " used a recovery code of " + r.Name
	case audit.FactorAsked:
		text += ", as " + orDash(r.Actor) + ", asked about the second factor of " + r.Name
	case audit.EmailConfirm:
		text += " showed by a code that they read the mails of " + r.Name
	default:
		text += " asked for " + string(r.Kind) + " of " + orDash(r.Name)
	}
	return text + "."
}

func asWhom(name string) string {
	if name == "" {
		return "without a name"
	}
	return "as " + name
}

// explanation says why an event ended as it did, and what to do.
func explanation(r audit.Row) (why, todo string) {
	if r.Result == audit.Success {
		return "It succeeded.", ""
	}
	code := r.Detail("code")
	e, known := explanationsOfCodes[[2]string{string(r.Reason), code}]
	if !known {
		e, known = explanations[r.Reason]
	}
	if r.Kind == audit.FactorAsked && r.Reason == audit.NoCredentials {
		e = noCodeToCheck
	}
	if !known {
		return "It was refused: " + string(r.Reason) + ".", ""
	}
	fill := strings.NewReplacer("{name}", plain(orDash(r.Name)), "{app}", plain(orDash(r.App)), "{address}", orDash(r.AddressText()))
	why = fill.Replace(e.why)
	if code != "" {
		why += " The client was told " + code + "."
	}
	if wait := r.Detail("wait"); wait != "" {
		why += " It was told to wait " + shortened(wait) + "."
	}
	return why, fill.Replace(e.todo)
}

// shortened is a duration without parts that are nothing, such as 5m for 5m0s.
func shortened(duration string) string {
	for _, part := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(duration, part) {
			duration = strings.TrimSuffix(duration, part[1:])
		}
	}
	return duration
}
