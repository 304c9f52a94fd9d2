package modules

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/username"
)

// people is a list of accounts that can break.
type people struct {
	all   []account.Account
	pages int
	err   error
}

func (p *people) List(_ context.Context, page account.Page) ([]account.Account, error) {
	p.pages++
	if p.err != nil {
		return nil, p.err
	}
	from := slices.IndexFunc(p.all, func(a account.Account) bool { return a.Name.String() >= page.From })
	if from < 0 {
		return nil, nil
	}
	return p.all[from:min(len(p.all), from+page.Limit)], nil
}

func crowd(n int) *people {
	p := &people{}
	for i := range n {
		a := account.Account{Name: username.FromStore(fmt.Sprintf("User %06d", i))}
		if i%2 == 0 {
			a.Groups = append(a.Groups, account.Membership{Group: "bot"})
		}
		if i%3 == 0 {
			a.Groups = append(a.Groups, account.Membership{Group: "gone", Expires: rigStart})
		}
		p.all = append(p.all, a)
	}
	return p
}

func TestCensusCountsEveryPage(t *testing.T) {
	for _, n := range []int{0, 1, censusPage - 1, censusPage, censusPage + 1, 2 * censusPage} {
		c := &Census{Accounts: crowd(n), Clock: clock.NewSettable(rigStart)}
		h, err := c.Count(t.Context())
		if err != nil || h.Accounts != int64(n) || h.InGroup["bot"] != int64(n+1)/2 || h.InGroup["gone"] != 0 {
			t.Errorf("%d accounts: %v %v", n, h, err)
		}
	}
}

func TestCensusIsKeptForAWhile(t *testing.T) {
	p, now := crowd(3), clock.NewSettable(rigStart)
	c := &Census{Accounts: p, Clock: now}
	count := func() int64 {
		h, err := c.Count(t.Context())
		must(t, err)
		return h.Accounts
	}
	count()
	p.all = p.all[:2]
	now.Advance(censusAge - time.Second)
	if n := count(); n != 3 || p.pages != 1 {
		t.Errorf("%d accounts after %d reads", n, p.pages)
	}
	now.Advance(time.Second)
	if n := count(); n != 2 || p.pages != 2 {
		t.Errorf("%d accounts after %d reads", n, p.pages)
	}
	now.Set(rigStart) // a clock that goes back makes no count last for ever
	if count(); p.pages != 3 {
		t.Errorf("%d reads", p.pages)
	}
}

func TestCensusThatFailsIsTakenAgain(t *testing.T) {
	p := crowd(3)
	p.err = errors.New("no store")
	c := &Census{Accounts: p, Clock: clock.NewSettable(rigStart)}
	if _, err := c.Count(t.Context()); !errors.Is(err, p.err) {
		t.Error(err)
	}
	p.err = nil
	if h, err := c.Count(t.Context()); err != nil || h.Accounts != 3 {
		t.Error(h, err)
	}
}
