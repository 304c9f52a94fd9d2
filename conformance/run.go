package conformance

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"sync"
	"time"
)

// Outcome is how a scenario ended on a target.
type Outcome string

// The outcomes. Unneeded is a failure too: a deviation whose implementation
// behaves as the scenario wants must be taken out.
const (
	Passed   Outcome = "passed"
	Deviated Outcome = "deviation" // it fails as a deviation says
	Skipped  Outcome = "skipped"
	Failed   Outcome = "failed"
	Unneeded Outcome = "unneeded deviation"
)

// Bad tells whether the outcome makes a run fail.
func (o Outcome) Bad() bool { return o == Failed || o == Unneeded }

// Result is what a run says of one scenario.
type Result struct {
	Scenario *Scenario
	Outcome  Outcome
	// Reason says where it failed and how, what the deviation's reason is, or
	// why it was skipped.
	Reason string
	Took   time.Duration
}

// Options change a run.
type Options struct {
	// Pattern chooses the scenarios whose ID it matches; nil is all.
	Pattern *regexp.Regexp
	// Parallel is how many scenarios play at the same time; below 1 it is 1.
	Parallel int
	// Each is called after each scenario, one call at a time.
	Each func(Result)
}

// scenarioTimeout is how long a scenario may take.
const scenarioTimeout = 2 * time.Minute

// Choose gives those of the scenarios that the options choose.
func (o Options) Choose(scenarios []*Scenario) []*Scenario {
	return slices.DeleteFunc(slices.Clone(scenarios), func(s *Scenario) bool {
		return o.Pattern != nil && !o.Pattern.MatchString(s.ID())
	})
}

// Run plays scenarios against a target and reports on each, in their order.
// It fails only when ctx ends, and then has no results.
func Run(ctx context.Context, t *Target, scenarios []*Scenario, o Options) ([]Result, error) {
	chosen := o.Choose(scenarios)
	results := make([]Result, len(chosen))
	next := make(chan int)
	var workers sync.WaitGroup
	var telling sync.Mutex
	for range max(o.Parallel, 1) {
		workers.Go(func() {
			for i := range next {
				results[i] = RunOne(ctx, t, chosen[i])
				if o.Each != nil {
					telling.Lock()
					o.Each(results[i])
					telling.Unlock()
				}
			}
		})
	}
	for i := range chosen {
		if ctx.Err() != nil {
			break
		}
		next <- i
	}
	close(next)
	workers.Wait()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	return results, nil
}

// RunOne plays one scenario. Several may play against one target at a time.
func RunOne(ctx context.Context, t *Target, s *Scenario) Result {
	r := Result{Scenario: s}
	if missing := t.missing(s); missing != "" {
		r.Outcome, r.Reason = Skipped, missing
		return r
	}
	ctx, cancel := context.WithTimeout(ctx, scenarioTimeout)
	defer cancel()
	start := time.Now()
	err := playAll(ctx, newPlayer(t, s.Site), s)
	r.Took = time.Since(start)
	var unsent *sendError
	i := slices.IndexFunc(s.Deviations, func(d Deviation) bool { return d.Implementation == t.Accounts.Implementation })
	switch {
	case err == nil && i < 0:
		r.Outcome = Passed
	case err == nil:
		r.Outcome = Unneeded
		r.Reason = fmt.Sprintf("it holds on %s, so its deviation can go", t.Accounts.Implementation)
	case i < 0, errors.As(err, &unsent):
		r.Outcome, r.Reason = Failed, err.Error()
	default:
		r.Outcome = Deviated
		r.Reason = fmt.Sprintf("%s: %s (%s)", s.Deviations[i].Kind, s.Deviations[i].Reason, err)
	}
	return r
}

func playAll(ctx context.Context, p *player, s *Scenario) error {
	for _, step := range s.Steps {
		if err := p.play(ctx, step); err != nil {
			return fmt.Errorf("%s:%d: %w", s.File, step.Line, err)
		}
	}
	return nil
}
