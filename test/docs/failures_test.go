package docs

import (
	"regexp"
	"strings"
	"testing"
)

const (
	failureModes  = "docs/failure-modes.md"
	failureHeader = "| Failure | What happens | Clients see | The operator sees | What to do | Tests |"
)

// Every row says all it should, and names tests that exist and that
// make test-faults runs.
func TestEveryFailureHasATest(t *testing.T) {
	sources := testSources(t)
	recipe := regexp.MustCompile(`(?s)\ntest-faults:.*?-run '([^']+)'(.*?)\n\n`).FindStringSubmatch(readPage(t, "Makefile"))
	if recipe == nil {
		t.Fatal("the Makefile has no test-faults")
	}
	runs := regexp.MustCompile(recipe[1])
	for _, row := range tableRows(t, failureModes, failureHeader) {
		for i, cell := range row {
			if cell == "" {
				t.Errorf("%q: column %d is empty", row[0], i+1)
			}
		}
		named := namedTest.FindAllStringSubmatch(row[len(row)-1], -1)
		if len(named) == 0 {
			t.Errorf("%q names no test", row[0])
		}
		for _, m := range named {
			if _, exists := sources[m[1]+"."+m[2]]; !exists {
				t.Errorf("%q: there is no test %s.%s", row[0], m[1], m[2])
			}
			if !runs.MatchString(m[2]) || !strings.Contains(recipe[2]+" ", "/"+m[1]+" ") {
				t.Errorf("%q: make test-faults does not run %s.%s", row[0], m[1], m[2])
			}
		}
	}
}
