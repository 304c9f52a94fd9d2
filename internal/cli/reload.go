package cli

import (
	"context"
	"log/slog"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/sdnotify"
)

// reloader is what a running server can be changed by.
type reloader struct {
	app     *app.App
	level   *slog.LevelVar
	log     *slog.Logger
	manager sdnotify.Manager
	where   app.Addresses
}

// reloads reads the configuration anew at each signal, until ctx is done.
func (p *program) reloads(ctx context.Context, cmd *cobra.Command, signals <-chan os.Signal, r *reloader) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-signals:
		}
		r.tell(r.manager.Reloading())
		cfg, err := p.load(cmd)
		r.reload(cfg, err)
		r.tell(r.manager.Ready("Serving " + r.where.API))
	}
}

// reload puts cfg in force, and says in the log what became of it.
func (r *reloader) reload(cfg config.Config, err error) {
	var later []string
	if err == nil {
		later, err = r.app.Reload(cfg)
	}
	if err != nil {
		for _, part := range parts(err) {
			r.log.Error("nothing was reloaded", "channel", "operation", "error", oneLine(part.Error()))
		}
		return
	}
	r.level.Set(cfg.LogLevel)
	r.log.Info("the configuration was reloaded", "channel", "operation")
	if len(later) > 0 {
		r.log.Warn("some changed options need a restart", "channel", "operation", "options", strings.Join(later, ", "))
	}
}

func (r *reloader) tell(err error) {
	if err != nil {
		r.log.Warn("the service manager knows less than it should", "error", err)
	}
}
