package app

import (
	"context"
	"time"
)

// usesEvery is how often the last uses of bot passwords are written down.
const usesEvery = 5 * time.Minute

// usesPatience is how long the end of the program waits for the last of them.
const usesPatience = 10 * time.Second

// noteUses writes the last uses of bot passwords from time to time.
func (a *App) noteUses(ctx context.Context) {
	tick := time.NewTicker(usesEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			a.flushUses(ctx)
		}
	}
}

// flushUses writes them now. It is no failure of the program when it fails.
func (a *App) flushUses(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, usesPatience)
	defer cancel()
	if err := a.uses.Flush(ctx); err != nil {
		a.log.Warn("the last uses of bot passwords were not written", "error", err)
	}
}
