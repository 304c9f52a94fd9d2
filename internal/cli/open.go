package cli

import (
	"context"
	"io"
	"log/slog"
	"os"
	"os/user"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/config"
)

// adminOptions are shown in the help of the commands that do not serve. They
// take all others as well, so that one set of options fits every command.
var adminOptions = map[string]bool{"data": true, "config": true}

// takesOptions adds the options of the configuration to a command.
func takesOptions(cmd *cobra.Command) {
	options := pflag.NewFlagSet("", pflag.ContinueOnError)
	config.Register(options)
	options.VisitAll(func(f *pflag.Flag) { f.Hidden = !adminOptions[f.Name] })
	cmd.Flags().AddFlagSet(options)
}

// load reads the configuration. Its faults are wrong usage.
func (p *program) load(cmd *cobra.Command) (config.Config, error) {
	cfg, err := config.Load(config.Source{Flags: cmd.Flags(), Environ: p.environ})
	if err != nil {
		return cfg, &failure{code: exitUsage, err: err}
	}
	return cfg, nil
}

// withApp opens the data folder for one command and closes it again.
func (p *program) withApp(cmd *cobra.Command, work func(ctx context.Context, a *app.App) error) (err error) {
	cfg, err := p.load(cmd)
	if err != nil {
		return err
	}
	cfg.LogLevel = max(cfg.LogLevel, slog.LevelWarn)
	a, err := app.Open(cmd.Context(), cfg, app.ForAdmin, newLog(cfg, cfg.LogLevel, p.stderr))
	if err != nil {
		return err
	}
	defer func() {
		if closed := a.Close(); err == nil {
			err = closed
		}
	}()
	return work(p.acting(cmd.Context()), a)
}

// acting says who does what is done with the context.
func (p *program) acting(ctx context.Context) context.Context {
	return audit.WithOrigin(ctx, audit.Origin{Actor: p.actor()})
}

// actor is who runs the command, for the audit trail.
func (p *program) actor() string {
	name := strconv.Itoa(os.Getuid())
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	for _, variable := range p.environ {
		if before, found := strings.CutPrefix(variable, "SUDO_USER="); found && before != "" {
			return "command line, " + name + " for " + before
		}
	}
	return "command line, " + name
}

func newLog(cfg config.Config, level slog.Leveler, w io.Writer) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	if cfg.LogFormat == config.LogJSON {
		return slog.New(slog.NewJSONHandler(w, options))
	}
	return slog.New(slog.NewTextHandler(w, options))
}
