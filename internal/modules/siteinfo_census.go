package modules

import (
	"context"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
)

// Counter counts accounts. Implementations are safe for concurrent use, and
// cheap: anybody may ask at any time.
type Counter interface {
	Count(ctx context.Context) (account.Headcount, error)
}

// AccountCounter counts accounts as of now; see account.Directory.
type AccountCounter interface {
	Count(ctx context.Context, now time.Time) (account.Headcount, error)
}

// Census keeps a count for a while, as MediaWiki does with its statistics. The
// zero value lacks its fields. It is safe for concurrent use; who asks while it
// counts waits.
type Census struct {
	Accounts AccountCounter
	Clock    clock.Clock

	mu    sync.Mutex
	taken time.Time
	last  account.Headcount
}

const censusAge = 10 * time.Minute

// Count implements Counter.
func (c *Census) Count(ctx context.Context) (account.Headcount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Clock.Now()
	if age := now.Sub(c.taken); c.last.InGroup != nil && age >= 0 && age < censusAge {
		return c.last, nil
	}
	fresh, err := c.Accounts.Count(ctx, now)
	if err == nil {
		c.last, c.taken = fresh, now
	}
	return fresh, err
}
