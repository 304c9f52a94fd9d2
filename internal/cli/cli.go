// Package cli is the command line of wikigate: one file per subcommand.
//
// It owns arguments, prompts, tables, JSON output and exit codes. It guarantees
// that no secret is ever an argument, that every failure is one sentence on
// standard error and an exit code of the documented list, and that the names
// of commands, flags and JSON keys stay. It holds no rules: what is allowed is
// decided by the domain packages that package app opens.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/clock"
)

// program is one run of the command line.
type program struct {
	stdin          io.Reader
	stdout, stderr io.Writer
	environ        []string
	clock          clock.Clock
}

// Main runs the command line and returns the exit code. args do not include
// the program's name; environ is as os.Environ gives it. When ctx ends, a
// server drains and ends well, and any other command fails.
func Main(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, environ []string) int {
	p := &program{stdin: stdin, stdout: stdout, stderr: stderr, environ: environ, clock: clock.System{}}
	root := p.root()
	root.SetArgs(args)
	root.SetIn(stdin)
	root.SetOut(stdout)
	root.SetErr(stderr)
	cmd, err := root.ExecuteContextC(ctx)
	return report(stderr, cmd, err)
}

const rootText = `wikigate is an authentication server that speaks the login protocol of the
MediaWiki Action API. "wikigate serve" starts it; the other commands change its
data and work while it runs. All of them take the options of "wikigate serve".`

func (p *program) root() *cobra.Command {
	root := group("wikigate", "An authentication server with the MediaWiki login protocol",
		p.serve(), p.accounts(), p.botPasswords(), p.twoFactor(), p.sessions(), p.keys(), p.audit(), p.explain(), p.backup(), p.restore(),
		p.configuration(), p.conformance(), p.man(), p.version(), exitCodesTopic())
	root.Long = rootText
	root.SilenceErrors = true
	root.SilenceUsage = true
	root.SetHelpCommand(helpCommand())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return err })
	return root
}

// group is a command that only has subcommands.
func group(use, short string, subs ...*cobra.Command) *cobra.Command {
	cmd := &cobra.Command{
		Use:   use,
		Short: short,
		Args:  cobra.ArbitraryArgs,
		// A flag cannot be judged before the subcommand is known.
		FParseErrWhitelist: cobra.FParseErrWhitelist{UnknownFlags: true},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && !cmd.HasParent() {
				return cmd.Help()
			}
			return missingSubcommand(cmd, args)
		},
	}
	cmd.AddCommand(subs...)
	return cmd
}

func missingSubcommand(cmd *cobra.Command, args []string) error {
	var names []string
	for _, sub := range cmd.Commands() {
		if sub.Runnable() && !sub.Hidden {
			names = append(names, sub.Name())
		}
	}
	list := strings.Join(names, ", ")
	if len(args) == 0 {
		return fmt.Errorf("%s needs one of the subcommands %s", cmd.CommandPath(), list)
	}
	return fmt.Errorf("%s has no subcommand %q; expected one of %s", cmd.CommandPath(), args[0], list)
}

// operands demands exactly the named arguments.
func operands(names ...string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		switch {
		case len(args) == len(names):
			return nil
		case len(names) == 0:
			return fmt.Errorf("%s takes no arguments, got %q", cmd.CommandPath(), args[0])
		case len(args) > len(names):
			return fmt.Errorf("%s takes %s and no more, got %q too", cmd.CommandPath(), strings.Join(names, " and "), args[len(names)])
		}
		return fmt.Errorf("%s needs %s, got %d of %d arguments", cmd.CommandPath(), strings.Join(names, " and "), len(args), len(names))
	}
}

// helpCommand differs from cobra's in failing when there is no such topic.
func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command or topic]",
		Short: "Explain a command or a topic",
		RunE: func(cmd *cobra.Command, args []string) error {
			topic, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return errors.New("there is no command or topic " + strings.Join(args, " "))
			}
			topic.InitDefaultHelpFlag()
			return topic.Help()
		},
	}
}
