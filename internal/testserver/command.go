package testserver

import (
	"context"
	"errors"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// commandTimeout is how long a command may take. One that takes longer is
// killed, and its exit code is -1.
const commandTimeout = 30 * time.Second

// Outcome is how a command has ended.
type Outcome struct {
	Code           int
	Stdout, Stderr string
}

// Run runs the binary to its end, with the environment of the test but for
// what configures wikigate. Any exit code is an outcome like another.
func Run(t testing.TB, stdin string, args ...string) Outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	var stdout, stderr strings.Builder
	cmd := exec.CommandContext(ctx, Binary(t), args...)
	cmd.Env = environment()
	cmd.Stdin = strings.NewReader(stdin)
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatalf("wikigate %s: %v", strings.Join(args, " "), err)
	}
	return Outcome{Code: cmd.ProcessState.ExitCode(), Stdout: stdout.String(), Stderr: stderr.String()}
}
