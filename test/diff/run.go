package diff

import (
	"cmp"
	"context"
	"slices"
	"sync"
)

// Options bound a run.
type Options struct {
	Requests int // to each server; the run ends with the sequence that reaches it
	First    int // number of the first sequence
	Parallel int // sequences at the same time; below 1 it is 1
	Most     int // findings after which the run ends; 0 is no bound
	// Each is told each new finding, one call at a time.
	Each func(*Finding)
	// Progress is told the state now and then.
	Progress func(Summary)
}

// Summary is what a run has come to.
type Summary struct {
	Sequences, Requests int
	Findings            []*Finding     // one for each signature, the most frequent first
	Known               map[string]int // how often each known difference was met
	Outcomes            map[string]int // how often their answers said what
	Unsteady            []string       // signatures of differences that did not come again
}

// Run plays sequences until a bound is reached. What differs is played once
// more, and reported only when it differs again. The error is that of ctx.
func Run(ctx context.Context, p *Pair, g *Generator, o Options) (Summary, error) {
	r := &run{pair: p, options: o, next: o.First, bySignature: map[string]*Finding{}}
	r.summary.Known, r.summary.Outcomes = map[string]int{}, map[string]int{}
	var workers sync.WaitGroup
	for range max(o.Parallel, 1) {
		workers.Go(func() {
			for n, more := r.take(); more && ctx.Err() == nil; n, more = r.take() {
				r.one(ctx, g.Sequence(n))
			}
		})
	}
	workers.Wait()
	slices.SortStableFunc(r.summary.Findings, func(a, b *Finding) int { return cmp.Compare(b.Count, a.Count) })
	return r.summary, ctx.Err()
}

type run struct {
	pair    *Pair
	options Options

	mu          sync.Mutex // guards what follows
	next        int
	summary     Summary
	bySignature map[string]*Finding
}

// take gives the number of the next sequence, unless a bound is reached.
func (r *run) take() (n int, more bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	n = r.next
	r.next++
	full := r.options.Most > 0 && len(r.summary.Findings) >= r.options.Most
	return n, !full && r.summary.Requests < r.options.Requests
}

// one plays a sequence, and confirms and shrinks a difference that is new.
func (r *run) one(ctx context.Context, s *Sequence) {
	done, err := r.pair.play(ctx, s)
	if err != nil {
		return
	}
	if fresh := r.note(done); fresh == nil {
		return
	}
	again, err := r.pair.play(ctx, s)
	if err != nil {
		return
	}
	signature := done.finding.Signature()
	if again.finding == nil || again.finding.Signature() != signature {
		r.unsteady(signature)
		return
	}
	short := r.pair.shrink(ctx, again.finding)
	short.Count = 1
	r.mu.Lock()
	defer r.mu.Unlock()
	if known := r.bySignature[signature]; known != nil {
		known.Count++
		return
	}
	r.bySignature[signature] = short
	r.summary.Findings = append(r.summary.Findings, short)
	if r.options.Each != nil {
		r.options.Each(short)
	}
}

// note counts what was played and gives the finding if it is a new one.
func (r *run) note(done played) *Finding {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Sequences++
	r.summary.Requests += done.requests
	for _, name := range done.known {
		r.summary.Known[name]++
	}
	for _, name := range done.outcomes {
		r.summary.Outcomes[name]++
	}
	if r.options.Progress != nil && r.summary.Sequences%progressEvery == 0 {
		r.options.Progress(r.summary)
	}
	if done.finding == nil {
		return nil
	}
	if known := r.bySignature[done.finding.Signature()]; known != nil {
		known.Count++
		return nil
	}
	return done.finding
}

const progressEvery = 500

func (r *run) unsteady(signature string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.summary.Unsteady = append(r.summary.Unsteady, signature)
}
