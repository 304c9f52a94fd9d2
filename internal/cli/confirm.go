package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/term"

	"github.com/wikigate/wikigate/internal/app"
)

// confirm asks at the terminal and goes on only if the answer is want. Without
// a terminal nobody can be asked, and it is wrong usage.
func (p *program) confirm(ctx context.Context, question, want string) error {
	tty, isFile := p.stdin.(*os.File)
	if !isFile || !term.IsTerminal(int(tty.Fd())) {
		return &failure{code: exitUsage, err: errors.New("there is no terminal to ask at; say --yes if you mean it")}
	}
	_, _ = fmt.Fprint(p.stderr, question)
	line, err := wait(ctx, func() ([]byte, error) { return bufio.NewReader(tty).ReadBytes('\n') })
	if err != nil {
		return err
	}
	if strings.TrimRight(string(line), "\r\n") != want {
		return refuse("the answer was not %s, so nothing was done", want)
	}
	return nil
}

// confirmAccount finds an account and, unless the answer is given already, has
// its name typed once more.
func (p *program) confirmAccount(ctx context.Context, a *app.App, raw, question string, yes bool) (name string, err error) {
	found, err := a.Accounts.Find(ctx, raw)
	if err != nil {
		return "", err
	}
	name = found.Name.String()
	if yes {
		return name, nil
	}
	return name, p.confirm(ctx, question, name)
}
