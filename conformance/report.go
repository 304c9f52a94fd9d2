package conformance

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"
)

// Count is how many scenarios ended in which way.
type Count map[Outcome]int

// Tally counts results by topic, with the topics in the order of the results,
// and all together.
func Tally(results []Result) (topics []string, byTopic map[string]Count, all Count) {
	byTopic, all = map[string]Count{}, Count{}
	for _, r := range results {
		topic := r.Scenario.Topic
		if byTopic[topic] == nil {
			byTopic[topic] = Count{}
			topics = append(topics, topic)
		}
		byTopic[topic][r.Outcome]++
		all[r.Outcome]++
	}
	return topics, byTopic, all
}

// Failures are the results that make a run fail.
func Failures(results []Result) []Result {
	var bad []Result
	for _, r := range results {
		if r.Outcome.Bad() {
			bad = append(bad, r)
		}
	}
	return bad
}

// failed counts what makes a run fail.
func (c Count) failed() int { return c[Failed] + c[Unneeded] }

func (c Count) total() int { return c[Passed] + c[Deviated] + c[Skipped] + c.failed() }

// WriteSummary writes a table by topic, and then each failure with the place
// in its file.
func WriteSummary(w io.Writer, results []Result) error {
	topics, byTopic, all := Tally(results)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	row := func(name string, c Count) {
		_, _ = fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\n", name, c.total(), c[Passed], c[Deviated], c[Skipped], c.failed())
	}
	_, _ = fmt.Fprintln(t, "topic\tscenarios\tpassed\tdeviations\tskipped\tfailed")
	for _, topic := range topics {
		row(topic, byTopic[topic])
	}
	row("all", all)
	if err := t.Flush(); err != nil {
		return err
	}
	if err := writeSkipped(w, results); err != nil {
		return err
	}
	for _, r := range Failures(results) {
		if _, err := fmt.Fprintf(w, "\n%s %s: %s\n  %s\n", r.Outcome, r.Scenario.ID(), r.Scenario.Title, r.Reason); err != nil {
			return err
		}
	}
	return nil
}

// writeSkipped says why scenarios were skipped, the commonest reason first.
func writeSkipped(w io.Writer, results []Result) error {
	counts := map[string]int{}
	for _, r := range results {
		if r.Outcome == Skipped {
			counts[r.Reason]++
		}
	}
	reasons := slices.SortedFunc(maps.Keys(counts), func(a, b string) int {
		return cmp.Or(counts[b]-counts[a], strings.Compare(a, b))
	})
	before := "\n"
	for _, reason := range reasons {
		if _, err := fmt.Fprintf(w, "%sskipped, %d: %s\n", before, counts[reason], reason); err != nil {
			return err
		}
		before = ""
	}
	return nil
}

// WriteMarkdown writes the summary, the failures, the deviations and what was
// skipped as a page.
func WriteMarkdown(w io.Writer, target string, when time.Time, results []Result) error {
	topics, byTopic, all := Tally(results)
	var b strings.Builder
	fmt.Fprintf(&b, "# Conformance of %s\n\n%s: %d scenarios, %d passed, %d deviations, %d skipped, %d failed.\n\n",
		target, when.UTC().Format(time.DateOnly), all.total(), all[Passed], all[Deviated], all[Skipped], all.failed())
	b.WriteString("| Topic | Scenarios | Passed | Deviations | Skipped | Failed |\n|---|---|---|---|---|---|\n")
	for _, topic := range topics {
		c := byTopic[topic]
		fmt.Fprintf(&b, "| %s | %d | %d | %d | %d | %d |\n", topic, c.total(), c[Passed], c[Deviated], c[Skipped], c.failed())
	}
	for _, part := range []struct {
		title    string
		outcomes []Outcome
	}{{"Failed", []Outcome{Failed, Unneeded}}, {"Deviations", []Outcome{Deviated}}, {"Skipped", []Outcome{Skipped}}} {
		writeMarkdownPart(&b, part.title, part.outcomes, results)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func writeMarkdownPart(b *strings.Builder, title string, outcomes []Outcome, results []Result) {
	first := true
	for _, r := range results {
		for _, o := range outcomes {
			if r.Outcome != o {
				continue
			}
			if first {
				fmt.Fprintf(b, "\n## %s\n\n| Scenario | What it wants | Reason |\n|---|---|---|\n", title)
				first = false
			}
			fmt.Fprintf(b, "| %s | %s | %s |\n", r.Scenario.ID(), markdownCell(r.Scenario.Title), markdownCell(r.Reason))
		}
	}
}

func markdownCell(s string) string {
	return strings.NewReplacer("|", `\|`, "\n", " ", "<", "&lt;").Replace(s)
}

// The JUnit form that CI systems read.
type (
	junitSuites struct {
		XMLName xml.Name     `xml:"testsuites"`
		Suites  []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name     string      `xml:"name,attr"`
		Tests    int         `xml:"tests,attr"`
		Failures int         `xml:"failures,attr"`
		Skipped  int         `xml:"skipped,attr"`
		Time     string      `xml:"time,attr"`
		Cases    []junitCase `xml:"testcase"`
	}
	junitCase struct {
		Class   string        `xml:"classname,attr"`
		Name    string        `xml:"name,attr"`
		File    string        `xml:"file,attr"`
		Time    string        `xml:"time,attr"`
		Failure *junitMessage `xml:"failure"`
		Skipped *junitMessage `xml:"skipped"`
		Out     string        `xml:"system-out,omitempty"`
	}
	junitMessage struct {
		Message string `xml:"message,attr"`
	}
)

// WriteJUnit writes the results as JUnit's XML. A deviation is a case that
// passed, with its reason as output.
func WriteJUnit(w io.Writer, results []Result) error {
	topics, byTopic, _ := Tally(results)
	var suites junitSuites
	for _, topic := range topics {
		count := byTopic[topic]
		suite := junitSuite{Name: topic, Tests: count.total(), Failures: count.failed(), Skipped: count[Skipped]}
		var took time.Duration
		for _, r := range results {
			if r.Scenario.Topic == topic {
				suite.Cases = append(suite.Cases, junitCaseOf(r))
				took += r.Took
			}
		}
		suite.Time = seconds(took)
		suites.Suites = append(suites.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(suites); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

func junitCaseOf(r Result) junitCase {
	c := junitCase{
		Class: "conformance." + r.Scenario.Topic, Name: r.Scenario.Name, File: r.Scenario.File, Time: seconds(r.Took),
	}
	switch {
	case r.Outcome.Bad():
		c.Failure = &junitMessage{Message: r.Reason}
	case r.Outcome == Skipped:
		c.Skipped = &junitMessage{Message: r.Reason}
	default:
		c.Out = r.Reason
	}
	return c
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
