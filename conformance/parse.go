package conformance

import (
	"fmt"
	"path"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads the scenarios of one file. The topic of all of them is the
// file's name without folder and extension. An error is a *SyntaxError.
//
// The format is described in docs/conformance.md.
func Parse(file, text string) ([]*Scenario, error) {
	p := &parser{file: file, topic: strings.TrimSuffix(path.Base(file), path.Ext(file)), lines: strings.Split(text, "\n")}
	if i := slices.IndexFunc(p.lines, func(line string) bool { return !utf8.ValidString(line) }); i >= 0 {
		return nil, &SyntaxError{File: file, Line: i + 1, Reason: "the line is no UTF-8"}
	}
	for p.next < len(p.lines) {
		line := p.logicalLine()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if err := p.line(line); err != nil {
			return nil, &SyntaxError{File: file, Line: p.at, Reason: err.Error()}
		}
	}
	if err := p.endScenario(); err != nil {
		return nil, &SyntaxError{File: file, Line: p.at, Reason: err.Error()}
	}
	return p.done, nil
}

// parser is at a place of a file: in a scenario or before the first, in the
// request of a step or in the checks that follow it.
type parser struct {
	file, topic string
	lines       []string
	next        int // index of the line that is read next
	at          int // number of the line being understood

	done       []*Scenario
	shared     map[string][]Step // that several scenarios of the file play
	sharing    string            // name of the steps being read, if scenario is no scenario but these
	scenario   *Scenario
	common     string // query added to each request of the file
	commonHere string // and of the scenario
	step       *Step
	checking   bool
}

// logicalLine takes a line together with those that continue it.
func (p *parser) logicalLine() string {
	p.at = p.next + 1
	line := strings.TrimSpace(p.lines[p.next])
	p.next++
	for strings.HasSuffix(line, ` \`) && p.next < len(p.lines) {
		line = strings.TrimSuffix(line, `\`) + strings.TrimSpace(p.lines[p.next])
		p.next++
	}
	return line
}

var (
	requestLine  = regexp.MustCompile(`\A(GET|POST|HEAD|PUT|DELETE|PATCH|OPTIONS)(?: (\S.*))?\z`)
	keywordLine  = regexp.MustCompile(`\A([a-z]+(?: [a-z]+)?):(?: +(.*))?\z`)
	scenarioName = regexp.MustCompile(`\A[a-z0-9]+(-[a-z0-9]+)*\z`)
)

func (p *parser) line(line string) error {
	if m := requestLine.FindStringSubmatch(line); m != nil {
		return p.startStep(m[1], m[2])
	}
	if p.checking {
		return p.checkLine(line)
	}
	if status, ok := strings.CutPrefix(line, "=>"); ok {
		return p.startChecks(strings.TrimSpace(status))
	}
	keyword, value := "", ""
	if m := keywordLine.FindStringSubmatch(line); m != nil {
		keyword, value = m[1], m[2]
	}
	switch {
	case keyword == "scenario":
		return p.startScenario(value)
	case keyword == "steps":
		return p.startShared(value)
	case p.scenario == nil:
		return p.beforeScenarios(keyword, value)
	case p.step == nil:
		return p.aboutScenario(keyword, value)
	default:
		return p.requestPart(keyword, value, line)
	}
}

func (p *parser) beforeScenarios(keyword, value string) error {
	if keyword != "with" {
		return fmt.Errorf("before the first scenario only \"with:\" and \"steps:\" may stand")
	}
	p.common = value
	return nil
}

func (p *parser) startScenario(name string) error {
	if err := p.endScenario(); err != nil {
		return err
	}
	if !scenarioName.MatchString(name) {
		return fmt.Errorf("%q is no name of a scenario: lower-case words with hyphens", name)
	}
	p.scenario = &Scenario{Name: name, Topic: p.topic, File: p.file, Line: p.at}
	p.commonHere = p.common
	return nil
}

func (p *parser) endScenario() error {
	s := p.scenario
	if s == nil {
		return nil
	}
	if err := p.endStep(); err != nil {
		return err
	}
	if p.sharing != "" {
		if len(s.Steps) == 0 {
			return fmt.Errorf("steps: %s has none", s.Name)
		}
		p.shared[p.sharing] = s.Steps
		p.scenario, p.sharing = nil, ""
		return nil
	}
	switch {
	case s.Title == "":
		return fmt.Errorf("scenario %s has no title", s.Name)
	case len(s.Rules) == 0:
		return fmt.Errorf("scenario %s names no rules", s.Name)
	case len(s.Steps) == 0:
		return fmt.Errorf("scenario %s has no steps", s.Name)
	case slices.ContainsFunc(p.done, func(o *Scenario) bool { return o.Name == s.Name }):
		return fmt.Errorf("there are two scenarios %s", s.Name)
	}
	p.done = append(p.done, s)
	p.scenario = nil
	return checkNames(s)
}

func (p *parser) aboutScenario(keyword, value string) error {
	s := p.scenario
	if p.sharing != "" && !slices.Contains([]string{"with", "wait", "play"}, keyword) {
		return fmt.Errorf("steps: begin with with:, wait:, play: or a request, not with %q", keyword)
	}
	switch keyword {
	case "title":
		s.Title = value
	case "rules":
		s.Rules = strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
	case "site":
		s.Site = value
	case "with":
		p.commonHere = value
	case "deviation":
		d, err := parseDeviation(value)
		s.Deviations = append(s.Deviations, d)
		return err
	case "wait":
		return p.pause(value)
	case "play":
		return p.playShared(value)
	default:
		return fmt.Errorf("a scenario begins with title:, rules:, site:, with:, deviation:, and then play: NAME or a request")
	}
	return nil
}

func parseDeviation(text string) (Deviation, error) {
	parts := strings.SplitN(text, ";", 3)
	if len(parts) != 3 {
		return Deviation{}, fmt.Errorf("a deviation is \"implementation; safe, fixed or other; reason\"")
	}
	d := Deviation{
		Implementation: strings.TrimSpace(parts[0]),
		Kind:           DeviationKind(strings.TrimSpace(parts[1])),
		Reason:         strings.TrimSpace(parts[2]),
	}
	if !slices.Contains([]DeviationKind{Safe, Fixed, Other}, d.Kind) || d.Implementation == "" || d.Reason == "" {
		return d, fmt.Errorf("a deviation is \"implementation; safe, fixed or other; reason\"")
	}
	return d, nil
}
