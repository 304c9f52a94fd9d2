package diff

import (
	"context"
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wikigate/wikigate/conformance"
)

// Pool lends accounts whose secrets work once: a code of a second factor, a
// temporary password. What one sequence has used up would differ for the next,
// as each server counts in its own order. It is safe for use by several
// goroutines.
type Pool struct {
	// role is what expressions of sequences call the account, such as tfa; also
	// with a number, as scenarios call accounts of their own.
	role *regexp.Regexp
	// rest is how long an account is left alone after a sequence; 0 lends an
	// account on which a login has passed never again.
	rest time.Duration

	mu   sync.Mutex // guards what follows
	free []pooled   // the one that is free first stands first
}

type pooled struct {
	user conformance.User
	from time.Time // when it is free
}

// The rests outlast what servers remember of codes: MediaWiki 270 seconds, and
// a window of attempts ten minutes.
const (
	restOfCodes = 280 * time.Second
	restOfMany  = 620 * time.Second
	manyAnswers = 6 // of a sequence, after which an account rests longer
)

// newPool takes the accounts whose roles begin with a prefix.
func newPool(role, prefix string, rest time.Duration, accounts conformance.Accounts) *Pool {
	p := &Pool{role: regexp.MustCompile(`\b(` + role + `\d*)\.`), rest: rest}
	for _, name := range accounts.Roles() {
		if strings.HasPrefix(name, prefix) {
			p.free = append(p.free, pooled{user: accounts.Users[name]})
		}
	}
	return p
}

// errNoAccount says that a pool is used up.
var errNoAccount = errors.New("all accounts of the pool are used up")

// wanted gives the names by which a sequence calls the account.
func (p *Pool) wanted(s *Sequence) []string {
	var names []string
	for _, step := range s.Steps {
		for _, m := range p.role.FindAllStringSubmatch(requestText(step.Request), -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// lend gives an account, and waits for one if there is none yet.
func (p *Pool) lend(ctx context.Context) (conformance.User, error) {
	for {
		p.mu.Lock()
		if len(p.free) == 0 {
			p.mu.Unlock()
			return conformance.User{}, errNoAccount
		}
		first := p.free[0]
		wait := time.Until(first.from)
		if wait <= 0 {
			p.free = p.free[1:]
			p.mu.Unlock()
			return first.user, nil
		}
		p.mu.Unlock()
		select {
		case <-time.After(min(wait, time.Second)):
		case <-ctx.Done():
			return conformance.User{}, ctx.Err()
		}
	}
}

// back takes an account back. passed tells that a login has come to its end.
func (p *Pool) back(user conformance.User, answers int, passed bool) {
	rest := p.rest
	switch {
	case rest == 0 && passed:
		return
	case rest > 0 && answers > manyAnswers:
		rest = restOfMany
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free = append(p.free, pooled{user, time.Now().Add(rest)})
	slices.SortStableFunc(p.free, func(a, b pooled) int { return a.from.Compare(b.from) })
}
