package conformance

import (
	"slices"
	"strings"
)

// noSuccess are the results of logins that do not get in, or not at once.
var noSuccess = []string{"Failed", "Aborted", "FAIL", "UI"}

// guesses tells whether a login of the scenario does not get in. Targets count
// such attempts by the client's address, and after a few let nobody from there
// in for a while.
func (s *Scenario) guesses() bool {
	for _, step := range s.Steps {
		for _, c := range step.Checks {
			if slices.ContainsFunc(c.expressions(), saysNoSuccess) {
				return true
			}
		}
	}
	return false
}

func saysNoSuccess(text string) bool {
	return slices.ContainsFunc(noSuccess, func(result string) bool {
		return text == result || strings.Contains(text, `"`+result+`"`)
	})
}
