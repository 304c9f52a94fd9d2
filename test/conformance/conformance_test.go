package conformance

import (
	"os"
	"slices"
	"testing"

	"github.com/wikigate/wikigate/conformance"
	"github.com/wikigate/wikigate/internal/testserver"
)

// TestScenarios plays every scenario against the server in this process.
func TestScenarios(t *testing.T) {
	accounts := ReadAccounts(t)
	data := Populate(t, accounts)
	target := TargetOf(accounts, func(options []string) string { return ServeHere(t, data, options) })
	play(t, target)
}

// TestScenariosAgainstTheProgram plays them against the started binary.
func TestScenariosAgainstTheProgram(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starting no server")
	}
	accounts := ReadAccounts(t)
	data := Populate(t, accounts)
	target := TargetOf(accounts, func(options []string) string {
		return testserver.StartOn(t, copyFolder(t, data), slices.Concat(CommonOptions, options)...).API
	})
	play(t, target)
}

// TestScenariosAgainstMediaWiki plays them against a MediaWiki whose api.php
// the environment names.
func TestScenariosAgainstMediaWiki(t *testing.T) {
	api := os.Getenv("WIKIGATE_TEST_MEDIAWIKI")
	if api == "" {
		t.Skip("WIKIGATE_TEST_MEDIAWIKI names no api.php; test/mediawiki/up.sh starts a wiki")
	}
	file := os.Getenv("WIKIGATE_TEST_MEDIAWIKI_ACCOUNTS")
	if file == "" {
		file = "../mediawiki/accounts.toml"
	}
	text, err := os.ReadFile(file)
	must(t, err)
	accounts, err := conformance.ReadAccounts(string(text))
	must(t, err)
	play(t, &conformance.Target{API: api, Accounts: accounts})
}

// play runs each scenario as a test of its own. One that is skipped has a name
// that is spelled wrongly, or the file of accounts lacks one.
func play(t *testing.T, target *conformance.Target) {
	t.Helper()
	scenarios, err := conformance.BuiltIn()
	must(t, err)
	t.Run("play", func(t *testing.T) {
		for _, s := range scenarios {
			t.Run(s.ID(), func(t *testing.T) {
				t.Parallel()
				r := conformance.RunOne(t.Context(), target, s)
				switch {
				case r.Outcome.Bad():
					t.Errorf("%s: %s\n%s", r.Outcome, s.Title, r.Reason)
				case r.Outcome == conformance.Skipped:
					t.Errorf("skipped, and so it checks nothing here: %s", r.Reason)
				}
			})
		}
	})
}
