package diff

import (
	"context"
	"slices"

	"github.com/wikigate/wikigate/conformance"
)

// mostTries is how often a sequence is played to make it shorter. One that
// needs accounts of pools is not played as often, since it uses them up.
const (
	mostTries       = 120
	mostTriesOfPool = 15
)

// shrink drops steps and parts of requests as long as the finding stays the
// same. It gives the finding of the shortest sequence.
func (p *Pair) shrink(ctx context.Context, f *Finding) *Finding {
	s := &shrinker{pair: p, ctx: ctx, best: f, signature: f.Signature(), tries: mostTries}
	if slices.ContainsFunc(p.Pools, func(pool *Pool) bool { return len(pool.wanted(f.Sequence)) > 0 }) {
		s.tries = mostTriesOfPool
	}
	short := f.Sequence.clone()
	short.Steps = short.Steps[:f.Step+1]
	s.try(short)
	for again := true; again && s.tries > 0; {
		again = s.dropSteps()
		again = s.simplify() || again
	}
	return s.best
}

type shrinker struct {
	pair      *Pair
	ctx       context.Context // of one call of shrink
	best      *Finding
	signature string
	tries     int
}

// try takes a sequence over when it leads to the same finding.
func (s *shrinker) try(candidate *Sequence) bool {
	if s.tries == 0 {
		return false
	}
	s.tries--
	done, err := s.pair.play(s.ctx, candidate)
	if err != nil || done.finding == nil || done.finding.Signature() != s.signature {
		return false
	}
	s.best = done.finding
	return true
}

func (s *shrinker) dropSteps() (shorter bool) {
	for i := len(s.best.Sequence.Steps) - 2; i >= 0; i-- {
		if i >= len(s.best.Sequence.Steps)-1 {
			continue
		}
		candidate := s.best.Sequence.clone()
		candidate.Steps = slices.Delete(candidate.Steps, i, i+1)
		shorter = s.try(candidate) || shorter
	}
	return shorter
}

// simplify tries each simpler form of each request.
func (s *shrinker) simplify() (simpler bool) {
	for i := len(s.best.Sequence.Steps) - 1; i >= 0; i-- {
		for n := 0; ; n++ {
			candidate := s.best.Sequence.clone()
			r := candidate.Steps[i].Request
			forms := simplerForms(r)
			if n >= len(forms) {
				break
			}
			forms[n]()
			if s.try(candidate) {
				simpler = true
				n--
			}
		}
	}
	return simpler
}

// simplerForms are changes that make a request simpler.
func simplerForms(r *conformance.Request) []func() {
	var forms []func()
	when := func(possible bool, change func()) {
		if possible {
			forms = append(forms, change)
		}
	}
	for i := len(query(r)) - 1; i >= 0; i-- {
		when(true, func() { setQuery(r, slices.Delete(query(r), i, i+1)) })
	}
	for _, list := range []*[][2]string{&r.Fields, &r.Headers, &r.Cookies} {
		for i := len(*list) - 1; i >= 0; i-- {
			when(true, func() { *list = slices.Delete(*list, i, i+1) })
		}
	}
	for i := range r.Drop {
		when(true, func() { r.Drop = slices.Delete(r.Drop, i, i+1) })
	}
	when(r.Body != nil, func() { r.Body = nil })
	when(r.Parts, func() { r.Parts = false })
	when(r.HTTPS, func() { r.HTTPS = false })
	when(r.NoCookies, func() { r.NoCookies = false })
	when(r.CopyFrom != "", func() { r.CopyFrom = "" })
	when(r.Address != "", func() { r.Address = "" })
	when(r.Method == "POST" && len(r.Fields) == 0, func() { r.Method = "GET" })
	return forms
}
