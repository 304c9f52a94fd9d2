package conformance

import (
	"reflect"
	"testing"
)

// TestBuiltInScenariosAskForSomething finds answers of status 200 of which is
// only said what they are not: an error would do.
func TestBuiltInScenariosAskForSomething(t *testing.T) {
	for _, s := range builtInScenarios(t) {
		for _, step := range s.Steps {
			if len(step.Checks) < 2 || step.Checks[0] != statusCheck(200) {
				continue
			}
			asks := false
			for _, c := range step.Checks[1:] {
				asks = asks || !denies(c)
			}
			if !asks {
				t.Errorf("%s:%d: %s only says what the answer is not", s.File, step.Line, s.ID())
			}
		}
	}
}

// denies tells whether a check holds of an answer that has nothing.
func denies(c check) bool {
	switch c := c.(type) {
	case noHeaderCheck, noCookieCheck, noCookiesCheck, differCheck:
		return true
	case containsCheck:
		return !c.wanted
	}
	return false
}

func TestBuiltInScenariosAreNotTheSame(t *testing.T) {
	var seen []*Scenario
	for _, s := range builtInScenarios(t) {
		for _, other := range seen {
			if s.Site == other.Site && sameSteps(s.Steps, other.Steps) {
				t.Errorf("%s:%d: %s is the same as %s", s.File, s.Line, s.ID(), other.ID())
			}
		}
		seen = append(seen, s)
	}
}

func sameSteps(a, b []Step) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i].Pause != b[i].Pause || !reflect.DeepEqual(a[i].Request, b[i].Request) || !reflect.DeepEqual(a[i].Checks, b[i].Checks) {
			return false
		}
	}
	return true
}

func builtInScenarios(t *testing.T) []*Scenario {
	t.Helper()
	scenarios, err := BuiltIn()
	if err != nil {
		t.Fatal(err)
	}
	return scenarios
}
