package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/wikigate/wikigate/internal/secret"
)

// maxSecret is more than any secret may have, so that a wrong file is noticed
// before it is read to its end.
const maxSecret = 64 << 10

// readSecret reads the only line of r. what names the secret and where it came
// from.
func readSecret(ctx context.Context, r io.Reader, what string) (secret.Secret, error) {
	content, err := wait(ctx, func() ([]byte, error) { return io.ReadAll(io.LimitReader(r, maxSecret+1)) })
	if err != nil {
		return secret.Secret{}, fmt.Errorf("%s could not be read: %w", what, err)
	}
	text := strings.TrimSuffix(strings.TrimSuffix(string(content), "\n"), "\r")
	switch {
	case text == "":
		return secret.Secret{}, refuse("%s is empty", what)
	case len(content) > maxSecret:
		return secret.Secret{}, refuse("%s is longer than %d bytes", what, maxSecret)
	case strings.ContainsAny(text, "\r\n\x00"):
		return secret.Secret{}, refuse("%s has more than one line", what)
	}
	return secret.New(text), nil
}

// readSecretFile reads the only line of a file.
func readSecretFile(ctx context.Context, path, what string) (secret.Secret, error) {
	f, err := os.Open(path)
	if err != nil {
		return secret.Secret{}, err
	}
	defer func() { _ = f.Close() }()
	return readSecret(ctx, f, fmt.Sprintf("the %s in %s", what, path))
}

// askSecret asks twice at the terminal, without echo. ok is false when standard
// input is no terminal.
func (p *program) askSecret(ctx context.Context, what string) (s secret.Secret, ok bool, err error) {
	tty, isFile := p.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(tty.Fd())) {
		return secret.Secret{}, false, nil
	}
	first, err := p.ask(ctx, tty, "Type the "+what+": ")
	if err != nil {
		return secret.Secret{}, true, err
	}
	second, err := p.ask(ctx, tty, "Type the "+what+" again: ")
	if err != nil {
		return secret.Secret{}, true, err
	}
	if first.IsZero() || !first.Equal(second) {
		return secret.Secret{}, true, refuse("the %s is empty or was not typed the same way twice", what)
	}
	return first, true, nil
}

// ask reads one line without echo. The terminal gets its echo back also when
// ctx ends.
func (p *program) ask(ctx context.Context, tty *os.File, prompt string) (secret.Secret, error) {
	before, err := term.GetState(int(tty.Fd()))
	if err != nil {
		return secret.Secret{}, err
	}
	_, _ = fmt.Fprint(p.stderr, prompt)
	line, err := wait(ctx, func() ([]byte, error) { return term.ReadPassword(int(tty.Fd())) })
	_, _ = fmt.Fprintln(p.stderr)
	if ctx.Err() != nil {
		err = errors.Join(err, term.Restore(int(tty.Fd()), before))
	}
	return secret.New(string(line)), err
}

// wait calls read, which may block for good, and gives up when ctx ends.
func wait(ctx context.Context, read func() ([]byte, error)) ([]byte, error) {
	type result struct {
		content []byte
		err     error
	}
	done := make(chan result, 1)
	go func() {
		content, err := read()
		done <- result{content, err}
	}()
	select {
	case r := <-done:
		return r.content, r.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}
