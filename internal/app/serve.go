package app

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/httpx"
)

// Serve listens and answers until ctx is done; then it lets the requests in
// progress end, for as long as the configuration allows. ready is called once,
// with the address of the API, when requests are accepted.
func (a *App) Serve(ctx context.Context, ready func(apiURL string)) error {
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "the server cannot listen on %s", a.cfg.Listen)
	}
	base := a.baseURL(listener.Addr().String())
	handler, err := a.Handler(base)
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := httpx.NewServer(handler)
	server.ErrorLog = slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)
	background, stop := context.WithCancel(ctx)
	var chores sync.WaitGroup
	chores.Go(func() { a.sweep(background) })
	chores.Go(func() { tuneCollector(background) })
	defer func() { stop(); chores.Wait() }()

	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	ready(base + a.cfg.ScriptPath + "/api.php")
	select {
	case err = <-ended:
		return fail.Wrap(fail.Unavailable, err, "the server ended")
	case <-ctx.Done():
	}
	return a.drain(server, ended)
}

// drain ends the server in peace, and by force when that takes too long.
func (a *App) drain(server *http.Server, ended <-chan error) error {
	grace, cancel := context.WithTimeout(context.Background(), a.cfg.ShutdownGrace)
	defer cancel()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("some requests did not end in time", "grace", a.cfg.ShutdownGrace)
		err = server.Close()
	}
	<-ended
	return err
}

const (
	sweepEvery = time.Minute
	sweepBatch = 1000
)

// sweep removes what has expired, in small batches.
func (a *App) sweep(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		a.sweepOne(ctx, "sessions", a.store.Sessions().Sweep)
		a.sweepOne(ctx, "throttle counters", a.store.Throttle().Sweep)
	}
}

func (a *App) sweepOne(ctx context.Context, what string, sweep func(context.Context, time.Time, int) (int, error)) {
	for {
		n, err := sweep(ctx, a.clock.Now(), sweepBatch)
		if err != nil {
			if ctx.Err() == nil {
				a.log.Warn("expired rows were not removed", "what", what, "error", err)
			}
			return
		}
		if n < sweepBatch {
			return
		}
	}
}
