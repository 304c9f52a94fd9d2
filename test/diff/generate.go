package diff

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/conformance"
)

// Generator makes sequences out of scenarios. Sequence n of a seed does not
// depend on those before it.
type Generator struct {
	seed uint64
	from []*conformance.Scenario
	dict *dictionary
	may  func(*conformance.Request) bool

	// Interactive are the sequences that come from no scenario. It is set, if at
	// all, before the first sequence is made.
	Interactive Interactive
}

// NewGenerator makes a generator of those scenarios that have no pauses, and
// whose requests and mutations are all allowed by may. It says why scenarios
// are left out.
func NewGenerator(seed uint64, scenarios []*conformance.Scenario, leaveOut func(*conformance.Scenario) string, may func(*conformance.Request) bool) (*Generator, map[string]int) {
	g := &Generator{seed: seed, may: may}
	why := map[string]int{}
	for _, s := range scenarios {
		reason := leaveOut(s)
		for _, step := range s.Steps {
			switch {
			case step.Request == nil || step.Pause > 0:
				reason = "it pauses"
			case !may(step.Request):
				reason = "it asks for what one server does not have"
			}
		}
		if reason != "" {
			why[reason]++
			continue
		}
		g.from = append(g.from, s)
	}
	g.dict = newDictionary(g.from)
	return g, why
}

// Scenarios is how many scenarios sequences come from.
func (g *Generator) Scenarios() int { return len(g.from) }

// Sequence makes the sequence with a number. There has to be a scenario.
func (g *Generator) Sequence(n int) *Sequence {
	m := &mutator{Rand: rand.New(rand.NewPCG(g.seed, uint64(n))), dict: g.dict, others: g.from}
	changes := g.begin(m, n)
	for range changes {
		before := m.s.clone()
		m.mutate()
		if len(m.s.Steps) > mostSteps || slices.ContainsFunc(m.s.Steps, func(s conformance.Step) bool { return !g.may(s.Request) }) {
			m.s = before
		}
	}
	for _, step := range m.s.Steps {
		m.avoidPages(step.Request)
	}
	return m.s
}

// begin gives the mutator a sequence to change, and says how often to do so.
func (g *Generator) begin(m *mutator, n int) (changes int) {
	if g.Interactive.Share > 0 && m.IntN(100) < g.Interactive.Share {
		m.s = m.interactive(g.Interactive)
		m.s.Number = n
		m.s.Steps = slices.DeleteFunc(m.s.Steps, func(s conformance.Step) bool { return !g.may(s.Request) })
		if len(m.s.Steps) > 0 {
			return m.IntN(3) * m.IntN(2)
		}
	}
	base := g.from[m.IntN(len(g.from))]
	m.s = &Sequence{Number: n, From: []string{base.ID()}, Site: base.Site}
	for _, step := range base.Steps {
		m.s.Steps = append(m.s.Steps, cloneStep(step))
	}
	return m.IntN(2 + 2*len(base.Steps))
}

// avoidPages mostly asks for a form that can be compared where a page for
// people would come: that tells little, and takes a MediaWiki ten times as long.
func (m *mutator) avoidPages(r *conformance.Request) {
	for _, otherwise := range [][2]string{{"format", "json"}, {"action", "query"}} {
		named := slices.ContainsFunc(parameters(r), func(p [2]string) bool { return p[0] == otherwise[0] })
		if !named && m.IntN(8) > 0 {
			setQuery(r, append(query(r), otherwise[0]+"="+otherwise[1]))
		}
	}
}

// mostSteps keeps sequences from growing.
const mostSteps = 24

// mutator changes one sequence at random.
type mutator struct {
	*rand.Rand
	dict   *dictionary
	others []*conformance.Scenario
	s      *Sequence
}

func pick[T any](m *mutator, from []T) T { return from[m.IntN(len(from))] }

// mutations by name; the more often one stands here, the more often it is
// chosen.
var mutations = []struct {
	name   string
	weight int
	change func(*mutator, *conformance.Request) string
}{
	{"add parameter", 6, (*mutator).addParameter},
	{"general parameter", 5, (*mutator).generalParameter},
	{"change value", 8, (*mutator).changeValue},
	{"remove parameter", 3, (*mutator).removeParameter},
	{"repeat parameter", 2, (*mutator).repeatParameter},
	{"rename parameter", 2, (*mutator).renameParameter},
	{"odd item", 1, (*mutator).oddItem},
	{"method", 2, (*mutator).changeMethod},
	{"move parameters", 2, (*mutator).moveParameters},
	{"multipart", 1, (*mutator).switchMultipart},
	{"raw body", 1, (*mutator).rawBody},
	{"header", 3, (*mutator).changeHeader},
	{"cookies", 4, (*mutator).changeCookies},
	{"client", 1, (*mutator).changeClient},
	{"https", 1, (*mutator).switchHTTPS},
}

// mutate does one change to one step, or to the steps.
func (m *mutator) mutate() {
	if m.IntN(6) == 0 {
		m.s.Changes = append(m.s.Changes, m.changeSteps())
		return
	}
	total := 0
	for _, k := range mutations {
		total += k.weight
	}
	at := m.IntN(total)
	i := 0
	for at >= mutations[i].weight {
		at -= mutations[i].weight
		i++
	}
	n := m.IntN(len(m.s.Steps))
	if what := mutations[i].change(m, m.s.Steps[n].Request); what != "" {
		m.s.Changes = append(m.s.Changes, fmt.Sprintf("step %d, %s: %s", n+1, mutations[i].name, quoted(shorten(what))))
	}
}

// changeSteps repeats, drops, swaps or adds steps.
func (m *mutator) changeSteps() string {
	steps := m.s.Steps
	n := m.IntN(len(steps))
	switch m.IntN(4) {
	case 0:
		at := n + 1 + m.IntN(len(steps)-n)
		m.s.Steps = slices.Insert(steps, at, cloneStep(steps[n]))
		return fmt.Sprintf("step %d again as %d", n+1, at+1)
	case 1:
		if len(steps) == 1 {
			return "nothing"
		}
		m.s.Steps = slices.Delete(steps, n, n+1)
		return fmt.Sprintf("without step %d", n+1)
	case 2:
		other := m.IntN(len(steps))
		steps[n], steps[other] = steps[other], steps[n]
		return fmt.Sprintf("steps %d and %d swapped", n+1, other+1)
	}
	return m.addScenario()
}

// addScenario appends the steps of another scenario, so that its first one
// meets the state that is there.
func (m *mutator) addScenario() string {
	other := pick(m, m.others)
	for _, step := range other.Steps {
		m.s.Steps = append(m.s.Steps, cloneStep(step))
	}
	m.s.From = append(m.s.From, other.ID())
	return "then " + other.ID()
}

// text is the text of a request in which rules look for words.
func text(r *conformance.Request) string { return strings.ToLower(requestText(r)) }
