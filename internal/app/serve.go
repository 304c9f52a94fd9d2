package app

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/observe"
	"github.com/wikigate/wikigate/internal/sdnotify"
)

// Addresses are where a server that accepts requests is reached.
type Addresses struct {
	API   string
	Admin string // empty: there is no admin listener
}

// Serve listens and answers until ctx is done; then it lets the requests in
// progress end, for as long as the configuration allows. ready is called once,
// when requests are accepted. manager is told of each step.
func (a *App) Serve(ctx context.Context, manager sdnotify.Manager, ready func(Addresses)) error {
	if err := errors.Join(a.openMails(), a.openCertificates()); err != nil {
		return err
	}
	f, err := a.openFronts()
	if err != nil {
		return err
	}
	background, stop := context.WithCancel(ctx)
	var chores sync.WaitGroup
	chores.Go(func() { a.sweep(background) })
	chores.Go(func() { a.noteUses(background) })
	chores.Go(func() { tuneCollector(background) })
	chores.Go(func() { a.deliverMails(background) })
	chores.Go(func() { a.keepAlive(background, manager) })
	defer func() { stop(); chores.Wait() }()

	ended := f.serve()
	go a.fetchCertificates() // it ends by itself, and may wait for others
	ready(f.where)
	a.tell(manager.Ready("Serving " + f.where.API))
	select {
	case err = <-ended:
		return errors.Join(fail.Wrap(fail.Unavailable, err, "the server ended"), f.close())
	case <-ctx.Done():
	}
	return a.drain(f, manager)
}

// drain says that the server is about to end, to who watches it, and then ends
// it in peace, or by force when that takes too long.
func (a *App) drain(f *fronts, manager sdnotify.Manager) error {
	a.readiness.Stop()
	a.tell(manager.Stopping())
	time.Sleep(a.cfg.ShutdownDelay)
	grace, cancel := context.WithTimeout(context.Background(), a.cfg.ShutdownGrace)
	defer cancel()
	err := f.shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		a.log.Warn("some requests did not end in time", "grace", a.cfg.ShutdownGrace)
		err = f.close()
	}
	return err
}

// tell logs that the service manager could not be told something.
func (a *App) tell(err error) {
	if err != nil {
		a.log.Warn("the service manager knows less than it should", "error", err)
	}
}

// keepAlive gives signs of life as long as the store answers, be it by refusing.
func (a *App) keepAlive(ctx context.Context, manager sdnotify.Manager) {
	if manager.Watchdog() <= 0 {
		return
	}
	life := observe.Readiness{Probe: a.store.Health, Deadline: wedged}
	tick := time.NewTicker(manager.Watchdog() / 2)
	defer tick.Stop()
	for {
		if life.Answers(ctx) {
			a.tell(manager.Alive())
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// wedged is how long a store may take to answer, which is more than it waits
// for other programs.
const wedged = 15 * time.Second

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
		a.sweepOne(ctx, "flows", a.store.Flows().Sweep)
		if a.places != nil {
			a.sweepOne(ctx, "known places", a.places.Sweep)
		}
		a.sweepAudit(ctx)
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
