package cli

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const sampleScenarios = `
scenario: says-hello
title: It says hello
rules: R-01-1.1

GET
=> 200
body: Hello

scenario: says-goodbye
title: It says goodbye
rules: R-01-1.1

GET ?bye
=> 200
body: Goodbye
`

// judged runs "wikigate conformance" on sampleScenarios against a server that
// says hello to everything but what is asked before the first scenario.
func judged(t *testing.T, args ...string) outcome {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Query().Get("meta") == "tokens" {
			_, _ = w.Write([]byte("{}"))
			return
		}
		_, _ = w.Write([]byte("Hello"))
	}))
	t.Cleanup(server.Close)
	dir := t.TempDir()
	accounts := filepath.Join(dir, "accounts.toml")
	for file, text := range map[string]string{filepath.Join(dir, "talk.txt"): sampleScenarios, accounts: `implementation = "greeter"`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return call(t, t.TempDir(), "", append([]string{"conformance", "--target", server.URL, "--accounts", accounts, "--scenarios", dir}, args...)...)
}

func TestConformance(t *testing.T) {
	o := judged(t)
	const want = `topic  scenarios  passed  deviations  skipped  failed
talk   2          1       0           0        1
all    2          1       0           0        1

failed talk/says-goodbye: It says goodbye
  talk.txt:14: body: expected "Goodbye", got "Hello"
`
	if o.code != exitFailure || o.stdout != want || o.stderr != "wikigate: 1 of 2 scenarios failed\n" {
		t.Errorf("code %d, stdout\n%s\nstderr %s", o.code, o.stdout, o.stderr)
	}
}

func TestConformanceOfChosenScenarios(t *testing.T) {
	dir := t.TempDir()
	page, junit := filepath.Join(dir, "r.md"), filepath.Join(dir, "r.xml")
	o := judged(t, "--run", "hello$", "--verbose", "--report", page, "--report", junit)
	if o.code != exitOK || !strings.HasPrefix(o.stdout, "passed talk/says-hello (0.") || o.stderr != "" {
		t.Errorf("code %d, stdout\n%s\nstderr %s", o.code, o.stdout, o.stderr)
	}
	for file, want := range map[string]string{page: "1 scenarios, 1 passed", junit: `<testcase classname="conformance.talk" name="says-hello"`} {
		if text, err := os.ReadFile(file); err != nil || !strings.Contains(string(text), want) {
			t.Errorf("%s: %v\n%s", file, err, text)
		}
	}
}

func TestConformanceListsItsScenarios(t *testing.T) {
	o := judged(t, "--list", "--run", "bye")
	if want := "NAME               TITLE\ntalk/says-goodbye  It says goodbye\n"; o.code != exitOK || o.stdout != want {
		t.Errorf("code %d, stdout\n%s\nstderr %s", o.code, o.stdout, o.stderr)
	}
}

func TestConformanceRefusesWhatItCannotDo(t *testing.T) {
	const see = " (see wikigate conformance --help)"
	data := t.TempDir()
	for _, c := range []struct {
		args, sentence string
		code           int
	}{
		{"", `--target wants the address of an api.php, such as http://127.0.0.1:8080/w/api.php, got ""` + see, exitUsage},
		{"--target wiki.example", `--target wants the address of an api.php, such as http://127.0.0.1:8080/w/api.php, got "wiki.example"` + see, exitUsage},
		{"--target http://a.test", "--accounts is missing: a file that says who plays which part" + see, exitUsage},
		{"--target http://a.test --accounts a --report a.txt", "--report a.txt: the name of a report ends in .xml or .md" + see, exitUsage},
		{"--run [", "--run is no regular expression: error parsing regexp: missing closing ]: `[`" + see, exitUsage},
		{"--target http://a.test --accounts /nowhere/a", "the accounts file cannot be read: open /nowhere/a: no such file or directory", exitRefused},
		{"--target http://a.test --accounts /dev/null --run nothing-is-called-so", `no scenario has a name that --run "nothing-is-called-so" matches`, exitRefused},
		{"--target http://a.test --accounts /dev/null --scenarios /nowhere", "the scenarios cannot be read: open /nowhere: no such file or directory", exitRefused},
		{"--target http://a.test --accounts /dev/null --scenarios " + data, data + " has no scenario files, whose names end in .txt", exitRefused},
		{"--target http://127.0.0.1:1 --accounts /dev/null", "the target cannot be asked: the request failed: dial tcp 127.0.0.1:1: connect: connection refused", exitFailure},
		{"now", `wikigate conformance takes no arguments, got "now"` + see, exitUsage},
	} {
		refused(t, data, "", c.code, c.sentence, append([]string{"conformance"}, strings.Fields(c.args)...)...)
	}
}
