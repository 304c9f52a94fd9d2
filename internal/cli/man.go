package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/fail"
)

func (p *program) man() *cobra.Command {
	return &cobra.Command{
		Use:     "man DIRECTORY",
		Short:   "Write the manual pages",
		Long:    "Writes a manual page for each command into a directory, which is made if it does\nnot exist.",
		Example: "  wikigate man /usr/local/share/man/man1",
		Args:    operands("DIRECTORY"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			if err := os.MkdirAll(args[0], 0o755); err != nil {
				return fail.Wrap(fail.Unavailable, err, "the directory of the manual pages cannot be made")
			}
			return writeManual(cmd.Root(), args[0])
		}),
	}
}

// writeManual writes the pages of a command and of all below it.
func writeManual(cmd *cobra.Command, folder string) error {
	path := filepath.Join(folder, manName(cmd)+".1")
	if err := os.WriteFile(path, []byte(manPage(cmd)), 0o644); err != nil {
		return fail.Wrap(fail.Unavailable, err, "a manual page cannot be written")
	}
	for _, sub := range documented(cmd) {
		if err := writeManual(sub, folder); err != nil {
			return err
		}
	}
	return nil
}

// documented are the subcommands that people are told of.
func documented(cmd *cobra.Command) (subs []*cobra.Command) {
	for _, sub := range cmd.Commands() {
		if sub.IsAvailableCommand() && sub.Name() != "help" {
			subs = append(subs, sub)
		}
	}
	return subs
}

func manName(cmd *cobra.Command) string { return strings.ReplaceAll(cmd.CommandPath(), " ", "-") }

// manPage is a page in the language of man(7).
func manPage(cmd *cobra.Command) string {
	var b strings.Builder
	fmt.Fprintf(&b, ".TH \"%s\" 1 \"\" \"%s\" \"wikigate\"\n", strings.ToUpper(roff(manName(cmd))), roff("wikigate "+app.ReadBuild().Version))
	fmt.Fprintf(&b, ".SH NAME\n%s \\- %s\n", roff(manName(cmd)), roff(cmd.Short))
	fmt.Fprintf(&b, ".SH SYNOPSIS\n.B %s\n", roff(cmd.UseLine()))
	long := cmd.Long
	if long == "" {
		long = cmd.Short + "."
	}
	b.WriteString(".SH DESCRIPTION\n" + manText(long))
	if subs := documented(cmd); len(subs) > 0 {
		b.WriteString(".SH COMMANDS\n")
		for _, sub := range subs {
			fmt.Fprintf(&b, ".TP\n.BR %s (1)\n%s\n", roff(manName(sub)), roff(sub.Short))
		}
	}
	cmd.InitDefaultHelpFlag()
	b.WriteString(".SH OPTIONS\n")
	cmd.NonInheritedFlags().VisitAll(func(f *pflag.Flag) { manOption(&b, f) })
	if cmd.Example != "" {
		b.WriteString(".SH EXAMPLES\n" + manText(cmd.Example))
	}
	if !cmd.HasParent() {
		b.WriteString(".SH EXIT STATUS\n" + manText(exitCodesText))
	} else {
		fmt.Fprintf(&b, ".SH SEE ALSO\n.BR %s (1)\n", roff(manName(cmd.Parent())))
	}
	return b.String()
}

func manOption(b *strings.Builder, f *pflag.Flag) {
	if f.Hidden {
		return
	}
	name, value := "--"+f.Name, ""
	if f.Shorthand != "" {
		name = "-" + f.Shorthand + ", " + name
	}
	if f.Value.Type() != "bool" {
		value = " " + f.Value.Type()
	}
	fmt.Fprintf(b, ".TP\n\\fB%s\\fR\\fI%s\\fR\n%s\n", roff(name), roff(value), roff(f.Usage))
	if f.DefValue != "" && f.DefValue != "false" && f.DefValue != "[]" {
		fmt.Fprintf(b, "(default: %s)\n", roff(f.DefValue))
	}
}

// manText keeps paragraphs, and the lines of what is indented.
func manText(text string) string {
	var b strings.Builder
	literal := false
	set := func(on bool) {
		if on != literal {
			b.WriteString(map[bool]string{true: ".PP\n.nf\n.RS\n", false: ".RE\n.fi\n"}[on])
		}
		literal = on
	}
	for line := range strings.SplitSeq(strings.TrimRight(text, "\n"), "\n") {
		switch indented := strings.HasPrefix(line, "  ") || strings.HasPrefix(line, "\t"); {
		case strings.TrimSpace(line) == "":
			set(false)
			b.WriteString(".PP\n")
		case indented:
			set(true)
			b.WriteString(roff(strings.TrimSpace(line)) + "\n")
		default:
			set(false)
			b.WriteString(roff(line) + "\n")
		}
	}
	set(false)
	return strings.ReplaceAll(b.String(), ".PP\n.PP\n", ".PP\n")
}

// roff makes text that means nothing to the formatter. A quote is written by
// its name, since arguments of macros stand in quotes.
func roff(text string) string {
	text = strings.NewReplacer(`\`, `\e`, "-", `\-`, `"`, `\(dq`).Replace(text)
	if strings.HasPrefix(text, ".") || strings.HasPrefix(text, "'") {
		text = `\&` + text
	}
	return text
}
