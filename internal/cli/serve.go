package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/sdnotify"
)

const serveText = `Starts the server. It writes one line with the address of the API to standard
output as soon as it accepts requests, and its log to standard error. SIGINT and
SIGTERM let it finish the requests in progress and end. SIGHUP makes it read the
configuration and the certificate anew; the log says what needs a restart.

The first start, with a data folder that holds no accounts, creates a bot account
with a bot password and shows its secret this once, with a command to try it.

Every option can also be a variable or stand in a file: see docs/configuration.md
or "wikigate config reference".`

func (p *program) serve() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "serve",
		Short:   "Start the server",
		Long:    serveText,
		Example: "  wikigate serve --listen 127.0.0.1:8080 --data wikigate-data",
		Args:    operands(),
		RunE:    run(func(cmd *cobra.Command, _ []string) error { return p.runServer(cmd) }),
	}
	config.Register(cmd.Flags())
	cmd.SetUsageFunc(serveUsage)
	cmd.SetFlagErrorFunc(nameNearestOption)
	return cmd
}

func (p *program) runServer(cmd *cobra.Command) (err error) {
	cfg, err := p.load(cmd)
	if err != nil {
		return err
	}
	if err := forbidCoreDumps(); err != nil {
		return err
	}
	hangups := make(chan os.Signal, 1)
	signal.Notify(hangups, syscall.SIGHUP) // before it could end the program
	defer signal.Stop(hangups)
	level := new(slog.LevelVar)
	level.Set(cfg.LogLevel)
	log := newLog(cfg, level, p.stderr)
	a, err := app.Open(cmd.Context(), cfg, app.ForServing, log)
	if err != nil {
		return err
	}
	defer func() {
		if closed := a.Close(); err == nil {
			err = closed
		}
	}()
	ctx, stop := context.WithCancel(cmd.Context())
	defer stop()
	var announced error
	manager := sdnotify.FromEnvironment(p.environ, os.Getpid())
	served := a.Serve(ctx, manager, func(where app.Addresses) {
		if announced = p.announce(ctx, a, cfg, where); announced != nil {
			stop()
		}
		go p.reloads(ctx, cmd, hangups, &reloader{app: a, level: level, log: log, manager: manager, where: where})
	})
	if announced != nil {
		return announced
	}
	if errors.Is(served, syscall.EADDRINUSE) {
		return inUse(served, cfg)
	}
	return served
}

// inUse says which of the addresses another program uses.
func inUse(err error, cfg config.Config) error {
	address, option := cfg.Listen, "listen"
	for name, other := range map[string]string{"redirect-listen": cfg.RedirectListen, "admin-listen": cfg.AdminListen} {
		if other != "" && strings.Contains(err.Error(), "cannot listen on "+other+":") {
			address, option = other, name
		}
	}
	return fmt.Errorf("another program uses the address %s; stop it or choose another one with --%s", address, option)
}

// announce tells the address of the API and, at the first start, how to log in.
// That happens only now, because a server that cannot listen must not use up
// the one time the secret is shown.
func (p *program) announce(ctx context.Context, a *app.App, cfg config.Config, where app.Addresses) error {
	text := "API address: " + where.API + "\n"
	if where.Admin != "" {
		text = "Admin address: " + where.Admin + "\n" + text
	}
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return err
	}
	if !cfg.BotPasswords || cfg.ReadOnly != "" {
		return nil
	}
	// A signal must not leave an account behind whose secret nobody has seen.
	ctx = audit.WithOrigin(context.WithoutCancel(ctx), audit.Origin{Actor: "first start of the server"})
	bot, created, err := createFirstBot(ctx, a)
	if err != nil || !created {
		return err
	}
	return p.welcome(where.API, bot)
}

// serveUsage shows the options in the groups of the reference page.
func serveUsage(cmd *cobra.Command) error {
	out := cmd.OutOrStderr()
	_, err := fmt.Fprintf(out, "Usage:\n  %s\n\nExample:\n%s\n", cmd.UseLine(), cmd.Example)
	group, flags := "", (*pflag.FlagSet)(nil)
	flush := func() {
		if flags != nil && err == nil {
			_, err = fmt.Fprintf(out, "\n%s:\n%s", group, flags.FlagUsagesWrapped(100))
		}
	}
	for _, o := range config.Options() {
		if o.Group != group {
			flush()
			group, flags = o.Group, pflag.NewFlagSet(o.Group, pflag.ContinueOnError)
			flags.SortFlags = false
		}
		flags.AddFlag(cmd.Flags().Lookup(o.Name))
	}
	flush()
	return err
}

// nameNearestOption adds a proposal to the error about an unknown flag.
func nameNearestOption(_ *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		return err
	}
	if near, found := config.Nearest(unknown.GetSpecifiedName()); found {
		return fmt.Errorf("there is no option --%s; the nearest is --%s", unknown.GetSpecifiedName(), near.Name)
	}
	return fmt.Errorf("there is no option --%s", unknown.GetSpecifiedName())
}
