package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestConfigShow(t *testing.T) {
	file := filepath.Join(t.TempDir(), "wikigate.toml")
	if err := os.WriteFile(file, []byte("\nlanguage = 'de'\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	table := must(t, "/nonexistent", "", "config", "show", "--config", file, "--site-name", "My Wiki")
	for _, row := range []string{"OPTION VALUE FROM", "site-name My Wiki flag --site-name", "language de " + file + ":2", "data /nonexistent variable WIKIGATE_DATA", "wiki-id wikigate default", "read-only - default"} {
		if !strings.Contains(strings.Join(strings.Fields(table), " ")+" ", row+" ") {
			t.Errorf("%q is missing in\n%s", row, table)
		}
	}
	list := must(t, "/nonexistent", "", "config", "show", "--config", file, "--json")
	if !strings.Contains(list, `{"name":"listen","value":"127.0.0.1:8080","origin":"default"}`) {
		t.Errorf("got %s", list)
	}
}

func TestConfigFaultsAreUsageErrors(t *testing.T) {
	same(t, must(t, "x", "", "config", "check"), "The configuration is good.\n")
	o := call(t, "x", "", "config", "check", "--session-lifetime", "1s", "--max-body", "much")
	want := `
wikigate: option session-lifetime cannot be "1s" (from flag --session-lifetime); expected a duration from 1m to 8760h, such as 90s, 15m, 12h or 30d
wikigate: option max-body cannot be "much" (from flag --max-body); expected a size from 1KiB to 1GiB
`[1:]
	if o.code != exitUsage || o.stderr != want || o.stdout != "" {
		t.Errorf("code %d, stderr:\n%s", o.code, o.stderr)
	}
	for _, args := range []string{"serve", "account list", "config show"} {
		refused(t, "x", "", exitUsage, `option log-level cannot be "loud" (from flag --log-level); expected one of debug, info, warn, error`,
			append(strings.Fields(args), "--log-level=loud")...)
	}
}
