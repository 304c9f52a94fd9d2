package cli

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"time"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/conformance"
)

const conformanceText = `Plays the conformance scenarios against the api.php of a running server: this
one, a MediaWiki, or any other. The accounts file says who plays which part
there; docs/conformance.md describes it.

It ends with 1 when a scenario fails. A scenario whose needs the target does not
meet is skipped, and one with a deviation for the target's implementation must
fail.`

// conformanceFlags are what "wikigate conformance" is told.
type conformanceFlags struct {
	target, accounts, run, scenarios string
	reports                          []string
	parallel                         int
	list, verbose                    bool
}

func (p *program) conformance() *cobra.Command {
	var f conformanceFlags
	cmd := &cobra.Command{
		Use:     "conformance",
		Short:   "Judge an api.php by the conformance scenarios",
		Long:    conformanceText,
		Example: "  wikigate conformance --target http://127.0.0.1:8080/w/api.php --accounts accounts.toml --report result.md",
		Args:    operands(),
	}
	flags := cmd.Flags()
	flags.StringVar(&f.target, "target", "", "address of the api.php to judge")
	flags.StringVar(&f.accounts, "accounts", "", "file that says who plays which part there")
	flags.StringVar(&f.run, "run", "", "only scenarios whose name (topic/name) this regular expression matches")
	flags.StringVar(&f.scenarios, "scenarios", "", "folder of scenario files to play instead of the built-in ones")
	flags.StringArrayVar(&f.reports, "report", nil, "file to write: .xml is JUnit, .md is Markdown; may be given more than once")
	flags.IntVar(&f.parallel, "parallel", 4, "how many scenarios play at the same time")
	flags.BoolVar(&f.list, "list", false, "only list the scenarios")
	flags.BoolVar(&f.verbose, "verbose", false, "write a line per scenario, also those that pass")
	cmd.RunE = func(cmd *cobra.Command, _ []string) error {
		options, err := f.options()
		if err != nil {
			return err // wrong usage
		}
		return run(func(cmd *cobra.Command, _ []string) error { return p.judge(cmd, f, options) })(cmd, nil)
	}
	return cmd
}

// options checks what can be checked before anything is read.
func (f conformanceFlags) options() (conformance.Options, error) {
	o := conformance.Options{Parallel: f.parallel}
	if f.run != "" {
		pattern, err := regexp.Compile(f.run)
		if err != nil {
			return o, fmt.Errorf("--run is no regular expression: %w", err)
		}
		o.Pattern = pattern
	}
	for _, report := range f.reports {
		if ext := filepath.Ext(report); ext != ".xml" && ext != ".md" {
			return o, fmt.Errorf("--report %s: the name of a report ends in .xml or .md", report)
		}
	}
	if f.list {
		return o, nil
	}
	if u, err := url.Parse(f.target); err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return o, fmt.Errorf("--target wants the address of an api.php, such as http://127.0.0.1:8080/w/api.php, got %q", f.target)
	}
	if f.accounts == "" {
		return o, errors.New("--accounts is missing: a file that says who plays which part")
	}
	return o, nil
}

// judge plays the scenarios and reports.
func (p *program) judge(cmd *cobra.Command, f conformanceFlags, o conformance.Options) error {
	scenarios, err := f.load()
	if err != nil {
		return err
	}
	if f.list {
		return p.listScenarios(scenarios, o)
	}
	text, err := os.ReadFile(f.accounts)
	if err != nil {
		return refuse("the accounts file cannot be read: %v", err)
	}
	accounts, err := conformance.ReadAccounts(string(text))
	if err != nil {
		return refuse("%s: %v", f.accounts, err)
	}
	target := &conformance.Target{API: f.target, Accounts: accounts}
	chosen := o.Choose(scenarios)
	if len(chosen) == 0 {
		return refuse("no scenario has a name that --run %q matches", f.run)
	}
	if err := conformance.Check(cmd.Context(), target, chosen); err != nil {
		return err
	}
	if f.verbose {
		o.Each = func(r conformance.Result) {
			_, _ = fmt.Fprintf(p.stdout, "%s %s (%.2fs)\n", r.Outcome, r.Scenario.ID(), r.Took.Seconds())
		}
	}
	results, err := conformance.Run(cmd.Context(), target, chosen, o)
	if err != nil {
		return err
	}
	return p.reportConformance(f, results)
}

// load reads the scenarios.
func (f conformanceFlags) load() ([]*conformance.Scenario, error) {
	if f.scenarios == "" {
		return conformance.BuiltIn()
	}
	if _, err := os.ReadDir(f.scenarios); err != nil {
		return nil, refuse("the scenarios cannot be read: %v", err)
	}
	scenarios, err := conformance.Load(os.DirFS(f.scenarios))
	if err == nil && len(scenarios) == 0 {
		return nil, refuse("%s has no scenario files, whose names end in .txt", f.scenarios)
	}
	return scenarios, err
}

func (p *program) listScenarios(scenarios []*conformance.Scenario, o conformance.Options) error {
	rows := [][]string{{"NAME", "TITLE"}}
	for _, s := range o.Choose(scenarios) {
		rows = append(rows, []string{s.ID(), s.Title})
	}
	return writeTable(p.stdout, rows)
}

func (p *program) reportConformance(f conformanceFlags, results []conformance.Result) error {
	if err := conformance.WriteSummary(p.stdout, results); err != nil {
		return err
	}
	for _, report := range f.reports {
		if err := writeReport(report, f.target, p.clock.Now(), results); err != nil {
			return fmt.Errorf("the report %s cannot be written: %w", report, err)
		}
	}
	if bad := len(conformance.Failures(results)); bad > 0 {
		return fmt.Errorf("%d of %d scenarios failed", bad, len(results))
	}
	return nil
}

func writeReport(path, target string, now time.Time, results []conformance.Result) (err error) {
	file, err := os.Create(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	return reportIn(file, filepath.Ext(path), target, now, results)
}

func reportIn(w io.Writer, ext, target string, now time.Time, results []conformance.Result) error {
	if ext == ".xml" {
		return conformance.WriteJUnit(w, results)
	}
	return conformance.WriteMarkdown(w, target, now, results)
}
