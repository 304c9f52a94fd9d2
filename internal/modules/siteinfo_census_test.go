package modules

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
)

// people is a number of accounts that can change and break.
type people struct {
	accounts int64
	counts   int
	err      error
}

func (p *people) Count(context.Context, time.Time) (account.Headcount, error) {
	p.counts++
	return account.Headcount{Accounts: p.accounts, InGroup: map[string]int64{}}, p.err
}

func TestCensusIsKeptForAWhile(t *testing.T) {
	p, now := &people{accounts: 3}, clock.NewSettable(rigStart)
	c := &Census{Accounts: p, Clock: now}
	count := func() int64 {
		h, err := c.Count(t.Context())
		must(t, err)
		return h.Accounts
	}
	count()
	p.accounts = 2
	now.Advance(censusAge - time.Second)
	if n := count(); n != 3 || p.counts != 1 {
		t.Errorf("%d accounts after %d reads", n, p.counts)
	}
	now.Advance(time.Second)
	if n := count(); n != 2 || p.counts != 2 {
		t.Errorf("%d accounts after %d reads", n, p.counts)
	}
	now.Set(rigStart) // a clock that goes back makes no count last for ever
	if count(); p.counts != 3 {
		t.Errorf("%d reads", p.counts)
	}
}

func TestCensusThatFailsIsTakenAgain(t *testing.T) {
	p := &people{accounts: 3, err: errors.New("no store")}
	c := &Census{Accounts: p, Clock: clock.NewSettable(rigStart)}
	if _, err := c.Count(t.Context()); !errors.Is(err, p.err) {
		t.Error(err)
	}
	p.err = nil
	if h, err := c.Count(t.Context()); err != nil || h.Accounts != 3 {
		t.Error(h, err)
	}
}
