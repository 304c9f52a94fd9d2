package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/fail"
)

// The exit codes. Scripts rely on them: never give one another meaning.
const (
	exitOK          = 0
	exitFailure     = 1
	exitUsage       = 2
	exitNotFound    = 3
	exitConflict    = 4
	exitUnavailable = 5
	exitRefused     = 6
)

const exitCodesText = `Every command ends with one of these codes:

  0  it did what it was told
  1  it failed, for a reason that none of the others covers
  2  the command line, a variable or the configuration file is wrong
  3  the account, bot password or session does not exist
  4  the account or bot password exists already
  5  the store is busy or does not answer; trying again may help
  6  the input was refused: a name, password, group, grant, address or date

Each failure is explained by one sentence on standard error that begins with
"wikigate:". A server that is stopped by SIGINT or SIGTERM ends with 0.`

// exitCodesTopic is the page of "wikigate help exit-codes".
func exitCodesTopic() *cobra.Command {
	return &cobra.Command{Use: "exit-codes", Short: "What the exit codes mean", Long: exitCodesText}
}

// failure is an error of a command that was called rightly.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

// run makes the error of a command's work a failure. Whatever else comes out
// of cobra is wrong usage.
func run(work func(cmd *cobra.Command, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		err := work(cmd, args)
		var known *failure
		if err == nil || errors.As(err, &known) {
			return err
		}
		return &failure{code: codeOf(err), err: err}
	}
}

// refuse is a failure about input.
func refuse(format string, args ...any) error {
	return fail.New(fail.Invalid, format, args...)
}

// codeOf maps the kind of an error to an exit code.
func codeOf(err error) int {
	switch fail.KindOf(err) {
	case fail.NotFound:
		return exitNotFound
	case fail.Conflict:
		return exitConflict
	case fail.Busy, fail.Unavailable:
		return exitUnavailable
	case fail.Invalid:
		return exitRefused
	}
	return exitFailure
}

// report prints err and returns the exit code.
func report(stderr io.Writer, cmd *cobra.Command, err error) int {
	if err == nil {
		return exitOK
	}
	var f *failure
	if !errors.As(err, &f) {
		_, _ = fmt.Fprintf(stderr, "wikigate: %s (see %s --help)\n", oneLine(err.Error()), cmd.CommandPath())
		return exitUsage
	}
	if errors.Is(err, context.Canceled) {
		_, _ = fmt.Fprintln(stderr, "wikigate: interrupted")
		return f.code
	}
	for _, part := range parts(f.err) {
		_, _ = fmt.Fprintf(stderr, "wikigate: %s\n", oneLine(part.Error()))
	}
	return f.code
}

// parts takes joined errors apart.
func parts(err error) []error {
	if joined, ok := err.(interface{ Unwrap() []error }); ok {
		return joined.Unwrap()
	}
	return []error{err}
}

// oneLine keeps a sentence in its line.
func oneLine(text string) string {
	return plain(strings.Join(strings.Fields(text), " "))
}
