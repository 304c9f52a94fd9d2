package conformance

import (
	"fmt"
	"slices"
	"strings"
)

// startShared begins steps that several scenarios of the file play.
func (p *parser) startShared(name string) error {
	if err := p.startScenario(name); err != nil {
		return err
	}
	if _, taken := p.shared[name]; taken {
		return fmt.Errorf("there are two steps: %s", name)
	}
	if p.shared == nil {
		p.shared = map[string][]Step{}
	}
	p.sharing = name
	return nil
}

// playShared puts shared steps here: "NAME", or "NAME as CLIENT" for a client
// other than that of a.
func (p *parser) playShared(value string) error {
	if err := p.endStep(); err != nil {
		return err
	}
	name, client, _ := strings.Cut(value, " as ")
	steps, ok := p.shared[name]
	if !ok {
		return fmt.Errorf("there are no steps: %s above", name)
	}
	p.scenario.Steps = append(p.scenario.Steps, playedBy(client, steps)...)
	return nil
}

// playedBy gives steps to another client if one is named.
func playedBy(client string, steps []Step) []Step {
	steps = slices.Clone(steps)
	for i := range steps {
		if client != "" && steps[i].Request != nil {
			r := *steps[i].Request
			r.Client = client
			steps[i].Request = &r
		}
	}
	return steps
}
