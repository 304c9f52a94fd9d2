package diff

import (
	"slices"

	"github.com/wikigate/wikigate/conformance"
)

// Known is a difference that is not reported.
type Known struct {
	Name   string // for the count in the summary
	Reason string // a row of docs/compatibility.md, or why it says nothing
	Is     func(Case) bool
	// Ends stops the sequence, since what follows may be a consequence.
	Ends bool
}

// Case is a difference together with what led to it.
type Case struct {
	Difference
	Request      *conformance.Request
	Before       []conformance.Step // of the sequence, before the request
	Ours, Theirs *conformance.Answer
}

// unknown gives the differences of two answers that no rule knows, and the
// names of the rules that knew the others. end tells that one of those ends
// the sequence.
func (p *Pair) unknown(r *conformance.Request, before []conformance.Step, ours, theirs *conformance.Answer) (left []Difference, known []string, end bool) {
	for _, d := range Compare(ours, theirs, isHelp(r)) {
		c := Case{d, r, before, ours, theirs}
		i := slices.IndexFunc(p.Known, func(k Known) bool { return k.Is(c) })
		if i < 0 {
			left = append(left, d)
			continue
		}
		known = append(known, p.Known[i].Name)
		end = end || p.Known[i].Ends
	}
	return left, known, end
}
