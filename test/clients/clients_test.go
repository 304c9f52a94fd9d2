// Package clients runs programs other people would write against the server:
// samples that do what the MediaWiki documentation's programs for tokens,
// login and logout do, and unmodified client libraries.
//
// It owns those programs (testdata), what their output has to be, and finding
// out whether this machine can run them; a program whose interpreter or
// library is missing is skipped. Installing them is install.sh's business and
// running the server that of package testserver.
//
// With WIKIGATE_TEST_API, WIKIGATE_TEST_LOGIN, WIKIGATE_TEST_PASSWORD and
// WIKIGATE_TEST_ACCOUNT_PASSWORD set the programs talk to that address, with
// that bot password and its owner's own password, and no server is started;
// with WIKIGATE_TEST_SECOND_LOGIN, WIKIGATE_TEST_SECOND_PASSWORD and
// WIKIGATE_TEST_SECOND_SECRET also with an account that has a second factor.
// This is how they are checked against MediaWiki itself.
package clients

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// programTimeout is how long one program may take.
const programTimeout = 30 * time.Second

func TestClients(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: starting no server and no programs")
	}
	var runnable []program
	for _, p := range programs {
		if reason := p.runtime.missing(p.needs); reason != "" {
			t.Run(p.name, func(t *testing.T) { t.Skip(reason) })
			continue
		}
		runnable = append(runnable, p)
	}
	if len(runnable) == 0 {
		t.Skip("none of the programs can run here")
	}
	target := newEndpoint(t)
	for _, p := range runnable {
		t.Run(p.name, func(t *testing.T) { p.check(t, run(t, p, target), target) })
	}
}

// run runs a program to its end and returns what it printed.
func run(t *testing.T, p program, target endpoint) string {
	t.Helper()
	script, err := filepath.Abs(filepath.Join("testdata", filepath.FromSlash(p.script)))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(script); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), programTimeout)
	defer cancel()
	argv := p.runtime.command(t, script)
	cmd := exec.CommandContext(ctx, argv[0], argv[1:]...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.Dir = t.TempDir()
	cmd.Env = p.environment(t, target)
	cmd.WaitDelay = time.Second
	err = cmd.Run()
	if ctx.Err() != nil {
		t.Errorf("ended after %v without having finished", programTimeout)
	}
	if err != nil {
		t.Fatalf("%s: %v\n%s%s", p.script, err, stdout.String(), stderr.String())
	}
	if t.Failed() || testing.Verbose() {
		t.Logf("%s%s", stdout.String(), stderr.String())
	}
	return stdout.String()
}

// environment tells a program where to go and keeps it from taking a
// detour through a proxy.
func (p program) environment(t *testing.T, target endpoint) []string {
	t.Helper()
	var env []string
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if !strings.HasSuffix(strings.ToLower(name), "_proxy") && !strings.HasPrefix(name, "WIKIGATE_") {
			env = append(env, variable)
		}
	}
	if p.usesSecond() && target.second != nil {
		env = append(env,
			"WIKIGATE_SECOND_LOGIN="+target.second.login,
			"WIKIGATE_SECOND_PASSWORD="+target.second.password,
			"WIKIGATE_SECOND_CODE="+target.second.code(t),
		)
	}
	return append(env,
		"WIKIGATE_API="+target.api,
		"WIKIGATE_LOGIN="+target.login,
		"WIKIGATE_PASSWORD="+target.password,
		"WIKIGATE_ACCOUNT_PASSWORD="+target.accountPassword,
		"NODE_PATH="+nodeModules(),
	)
}
