package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// ruleIndex is the page that leads from rules to scenarios.
const ruleIndex = protocol + "/scenarios.md"

const ruleIndexHead = `# Rules and scenarios

Which [conformance scenarios](../conformance.md) check which rule. Made by
` + "`make docs`" + ` from the tables of rules and the scenario files; a test fails when it is
stale.

`

// checkable says whether a scenario could check the rule: there is something
// here that it is about.
func (r rule) checkable() bool {
	return !slices.Contains([]string{"later", "out", "not held"}, r.state())
}

func TestIndexOfRulesIsFresh(t *testing.T) {
	want := indexOf(allRules(t), scenariosByRule(t))
	path := filepath.Join(root, ruleIndex)
	if *update {
		if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if got, err := os.ReadFile(path); err != nil || string(got) != want {
		t.Errorf("%s is stale (%v): run make docs", ruleIndex, err)
	}
}

// indexOf is the text of the page: the counts, the rules that every server
// must follow and no scenario checks, with what holds them instead, and the
// rules page by page.
func indexOf(rules []rule, byRule map[string][]string) string {
	var b strings.Builder
	b.WriteString(ruleIndexHead)
	b.WriteString(countsOf(rules, byRule))
	b.WriteString("\n## MUST without a scenario\n\nEach is held by Go tests, because it cannot be seen from outside, or not at once.\n\n")
	b.WriteString("| Rule | What it says | Held by |\n|---|---|---|\n")
	for _, r := range rules {
		if r.level == "MUST" && r.checkable() && len(byRule[r.id]) == 0 {
			fmt.Fprintf(&b, "| [%s](%s) | %s | %s |\n", r.id, filepath.Base(r.page), r.text, r.held)
		}
	}
	page := ""
	for _, r := range rules {
		if !r.checkable() {
			continue
		}
		if r.page != page {
			page = r.page
			fmt.Fprintf(&b, "\n## %s\n\n| Rule | Level | Scenarios |\n|---|---|---|\n", filepath.Base(page))
		}
		names := strings.Join(byRule[r.id], ", ")
		if names == "" {
			names = "–"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |\n", r.id, r.level, names)
	}
	return b.String()
}

// countsOf is the table of how many rules have a scenario.
func countsOf(rules []rule, byRule map[string][]string) string {
	all, covered := map[string]int{}, map[string]int{}
	for _, r := range rules {
		if !r.checkable() {
			continue
		}
		all[r.level]++
		if len(byRule[r.id]) > 0 {
			covered[r.level]++
		}
	}
	table := "| Level | Rules about what is there | With a scenario |\n|---|---|---|\n"
	for _, level := range levels {
		table += fmt.Sprintf("| %s | %d | %d |\n", level, all[level], covered[level])
	}
	return table
}
