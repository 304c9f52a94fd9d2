package conformance

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/wikigate/wikigate/conformance"
	"github.com/wikigate/wikigate/internal/testserver"
)

// TestTheScriptMakesTheAccounts makes the accounts as docs/conformance.md says,
// by commands alone, and lets each of them play.
func TestTheScriptMakesTheAccounts(t *testing.T) {
	if _, err := exec.LookPath("sh"); err != nil {
		t.Skip("there is no sh")
	}
	data := filepath.Join(t.TempDir(), "data")
	script := exec.CommandContext(t.Context(), "sh", "setup.sh")
	script.Env = append(os.Environ(), "WIKIGATE="+testserver.Binary(t), "WIKIGATE_DATA="+data)
	script.Stderr = os.Stderr
	printed, err := script.Output()
	must(t, err)
	accounts, err := conformance.ReadAccounts(string(printed))
	must(t, err)
	target := &conformance.Target{API: testserver.StartOn(t, data, CommonOptions...).API, Accounts: accounts}
	scenarios, err := conformance.BuiltIn()
	must(t, err)
	must(t, conformance.Check(t.Context(), target, scenarios))
	chosen := conformance.Options{Pattern: regexp.MustCompile(`^(users|passwords|userinfo-all|botpasswords)/`), Parallel: 4}
	results, err := conformance.Run(t.Context(), target, scenarios, chosen)
	must(t, err)
	for _, r := range conformance.Failures(results) {
		t.Errorf("%s: %s", r.Scenario.ID(), r.Reason)
	}
}
