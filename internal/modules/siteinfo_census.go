package modules

import (
	"context"
	"sync"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
)

// Headcount is how many accounts there are, and how many in each explicit
// group. It is shared: do not change it.
type Headcount struct {
	Accounts int64
	InGroup  map[string]int64
}

// Counter counts accounts. Implementations are safe for concurrent use, and
// cheap: anybody may ask at any time.
type Counter interface {
	Count(ctx context.Context) (Headcount, error)
}

// AccountLister lists accounts; see account.Store.
type AccountLister interface {
	List(ctx context.Context, p account.Page) ([]account.Account, error)
}

// Census counts by reading all accounts, and keeps the result for a while, as
// MediaWiki does with its statistics. The zero value lacks its fields. It is
// safe for concurrent use; who asks while it counts waits.
type Census struct {
	Accounts AccountLister
	Clock    clock.Clock

	mu    sync.Mutex
	taken time.Time
	last  Headcount
}

const (
	censusAge  = 10 * time.Minute
	censusPage = 500
)

// Count implements Counter.
func (c *Census) Count(ctx context.Context) (Headcount, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	now := c.Clock.Now()
	if age := now.Sub(c.taken); c.last.InGroup != nil && age >= 0 && age < censusAge {
		return c.last, nil
	}
	fresh, err := c.count(ctx, now)
	if err == nil {
		c.last, c.taken = fresh, now
	}
	return fresh, err
}

func (c *Census) count(ctx context.Context, now time.Time) (Headcount, error) {
	h := Headcount{InGroup: map[string]int64{}}
	page := account.Page{Limit: censusPage}
	for {
		accounts, err := c.Accounts.List(ctx, page)
		if err != nil {
			return Headcount{}, err
		}
		for i := range accounts {
			h.Accounts++
			for _, group := range accounts[i].ExplicitGroups(now) {
				h.InGroup[group]++
			}
		}
		if len(accounts) < censusPage {
			return h, nil
		}
		page.From = accounts[len(accounts)-1].Name.String() + "\x00" // the next possible name
	}
}
