package docs

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/conformance"
)

// scenariosByRule are the ids of the scenarios that name a rule.
func scenariosByRule(t *testing.T) map[string][]string {
	t.Helper()
	scenarios, err := conformance.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	byRule := map[string][]string{}
	for _, s := range scenarios {
		for _, id := range s.Rules {
			byRule[id] = append(byRule[id], s.ID())
		}
	}
	return byRule
}

func TestScenariosNameRulesThatExist(t *testing.T) {
	known := map[string]bool{}
	for _, r := range allRules(t) {
		known[r.id] = true
	}
	for id, scenarios := range scenariosByRule(t) {
		if !known[id] {
			t.Errorf("there is no rule %s, which %s names", id, strings.Join(scenarios, ", "))
		}
	}
}

func TestRulesHeldByScenariosAreNamedByOne(t *testing.T) {
	byRule := scenariosByRule(t)
	for _, r := range allRules(t) {
		if r.state() == "scenario" && len(byRule[r.id]) == 0 {
			t.Errorf("%s: %s is held by a scenario, but none names it", r.page, r.id)
		}
	}
}

func TestThePageOfTheFormatNamesWhoPlays(t *testing.T) {
	scenarios, err := conformance.BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(root, "docs", "conformance.md"))
	if err != nil {
		t.Fatal(err)
	}
	missing := map[string]bool{}
	needs := func(name string) {
		if name != "" && !strings.Contains(string(page), "`"+name+"`") {
			missing[name] = true
		}
	}
	for _, s := range scenarios {
		needs(s.Site)
		for _, name := range s.Accounts() {
			switch part, rest, _ := strings.Cut(name, "."); {
			case part != "settings":
				needs(part)
			case !strings.Contains(string(page), "\n"+rest+" = "):
				missing[name] = true
			}
		}
	}
	for name := range missing {
		t.Errorf("docs/conformance.md does not say what %s is", name)
	}
}
