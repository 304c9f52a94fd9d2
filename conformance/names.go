package conformance

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// targetNames are values that each target has.
var targetNames = []string{"prefix", "origin", "host", "unique"}

// accountName is the form of what an accounts file gives.
var accountName = regexp.MustCompile(`\A[a-z][a-z0-9]*(\.[a-z][a-z0-9-]*)+\z`)

// checkNames refuses expressions that can never have a value, so that a slip
// of the pen is found before the first request.
func checkNames(s *Scenario) error {
	kept := slices.Clone(targetNames)
	var clients []string
	for _, step := range s.Steps {
		if r := step.Request; r != nil {
			if r.CopyFrom != "" && !slices.Contains(clients, r.CopyFrom) {
				return fmt.Errorf("scenario %s, request in line %d: cookies of: no earlier request is of client %s", s.Name, step.Line, r.CopyFrom)
			}
			clients = append(clients, r.Client)
		}
		for _, template := range step.templates() {
			if err := checkTemplate(template, kept); err != nil {
				return fmt.Errorf("scenario %s, request in line %d: %w", s.Name, step.Line, err)
			}
		}
		for _, c := range step.Checks {
			if err := checkExpressions(c, &kept); err != nil {
				return fmt.Errorf("scenario %s, answer to line %d: %w", s.Name, step.Line, err)
			}
		}
	}
	return nil
}

// checkExpressions looks at one check, and adds the names that it keeps.
func checkExpressions(c check, kept *[]string) error {
	for _, template := range c.expressions() {
		err := error(nil)
		if _, filled := c.(filledCheck); filled {
			err = checkTemplate(template, *kept)
		} else {
			err = checkPattern(template, kept)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// templates are all texts of the request.
func (s Step) templates() []string {
	r := s.Request
	if r == nil {
		return nil
	}
	all := []string{r.Target}
	for _, pairs := range [][][2]string{r.Headers, r.Fields, r.Cookies} {
		for _, pair := range pairs {
			all = append(all, pair[0], pair[1])
		}
	}
	if r.Body != nil {
		all = append(all, *r.Body)
	}
	return append(all, r.Drop...)
}

func checkTemplate(template string, kept []string) error {
	pieces, err := split(template)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		if p.hole {
			if err := checkExpression(p.text, kept); err != nil {
				return err
			}
		}
	}
	return nil
}

func checkPattern(template string, kept *[]string) error {
	pieces, err := split(template)
	if err != nil {
		return err
	}
	for _, p := range pieces {
		if !p.hole {
			continue
		}
		h, err := parseHole(p.text)
		if err != nil {
			return err
		}
		if expression, valued := h.expression(); valued {
			if err := checkExpression(expression, *kept); err != nil {
				return err
			}
		}
		if h.keep != "" {
			*kept = append(*kept, h.keep)
		}
	}
	return nil
}

func checkExpression(expression string, kept []string) error {
	words := strings.Fields(expression)
	if len(words) == 0 {
		return fmt.Errorf("{{}} is empty")
	}
	name := words[0]
	if len(words) > 1 {
		if _, ok := functions[name]; !ok {
			return fmt.Errorf("{{%s}}: there is no function %s", expression, name)
		}
		name = words[1]
	}
	if _, shape := shapes[name]; shape && !slices.Contains(kept, name) {
		return fmt.Errorf("{{%s}}: %s is a shape, and a value must stand there", expression, name)
	}
	if !slices.Contains(kept, name) && !accountName.MatchString(name) {
		return fmt.Errorf("{{%s}}: %s is no shape, and no earlier answer keeps it", expression, name)
	}
	return nil
}

// Accounts are the names of the values that a scenario wants of an accounts
// file, such as william.bots.testbot.secret, sorted.
func (s *Scenario) Accounts() []string {
	var names []string
	add := func(template string) {
		pieces, _ := split(template) // Parse has refused what cannot be split
		for _, p := range pieces {
			for _, word := range strings.Fields(p.text) {
				if p.hole && !strings.HasPrefix(p.text, "/") && accountName.MatchString(word) {
					names = append(names, word)
				}
			}
		}
	}
	for _, step := range s.Steps {
		for _, template := range step.templates() {
			add(template)
		}
		for _, c := range step.Checks {
			for _, template := range c.expressions() {
				add(template)
			}
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
