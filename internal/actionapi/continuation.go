package actionapi

import (
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi/format"
)

// point is where the next request lets a submodule go on.
type point struct {
	module       *Module
	param, value string // with the module's prefix
}

// ContinueAt says that the submodule has more to tell: the next request gets it
// by this value of its parameter (MediaWiki:
// ApiQueryBase::setContinueEnumParameter).
func (c *Call) ContinueAt(param, value string) {
	*c.points = append(*c.points, point{c.Module, c.Module.Prefix + param, value})
}

// finished are the names of submodules that have told all to earlier requests
// of the same query. The parameter continue has them behind the state of the
// generator, which is nothing here (MediaWiki:
// includes/api/ApiContinuationManager.php).
func (c *Call) finished() ([]string, *Problem) {
	text := c.Args.String("continue")
	if text == "" {
		return nil, nil
	}
	_, names, found := strings.Cut(text, continueSeparator)
	if !found || strings.Contains(names, continueSeparator) {
		p := NewProblem("apierror-badcontinue")
		p.Module = "main"
		return nil, p
	}
	return strings.Split(names, "|"), nil
}

const (
	continueSeparator = "||"
	// noGenerator is the state of a generator that has no more pages.
	noGenerator = "-"
)

// writeContinue adds what the next request needs to go on. All that there is to
// say about the pages of a request has been said, since there are none.
func (q *query) writeContinue(c *Call, points []point) {
	top := c.Result().OnTop()
	if c.Args.Bool("rawcontinue") {
		if len(points) > 0 {
			writeRawContinue(top.Object("query-continue"), points)
		}
		return
	}
	if len(points) > 0 {
		o := top.Object("continue")
		for _, p := range points {
			o.String(p.param, p.value)
		}
		o.String("continue", noGenerator+continueSeparator+strings.Join(q.complete(c, points), "|"))
	}
	top.Bool("batchcomplete", true)
}

// writeRawContinue is the old form: every module by itself.
func writeRawContinue(o format.Ref, points []point) {
	for _, p := range points {
		of := o.Child(p.module.Name)
		if of.IsZero() {
			of = o.Object(p.module.Name)
		}
		of.String(p.param, p.value)
	}
}

// complete are the names of the submodules that have no more to tell.
func (q *query) complete(c *Call, points []point) []string {
	var names []string
	q.chosen(c, func(m *Module) bool {
		if !slices.ContainsFunc(points, func(p point) bool { return p.module == m }) {
			names = append(names, m.Name)
		}
		return true
	})
	return names
}
