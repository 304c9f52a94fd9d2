package actionapi

import (
	"context"
	"maps"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// extractTemplated reads the parameters whose names are made from the values of
// others: "text-{slot}" is text-main and text-side when slots is main|side. A
// value that cannot stand in a name is left out with a warning (MediaWiki:
// ApiBase::extractRequestParams).
func (r *Request) extractTemplated(ctx context.Context, args *Args) (*Problem, error) {
	t := args.table
	for i := range t.params {
		p := &t.params[i]
		if p.Template == nil {
			continue
		}
		for _, name := range r.expand(t, p, args) {
			one := *p
			one.Name, one.Template = name, nil
			raw := r.raw.find(t.prefix, name)
			if raw == nil {
				continue
			}
			var v value
			if problem, err := r.extractOne(ctx, t.path, t.prefix, &one, raw, &v); problem != nil || err != nil {
				return problem, err
			}
			if args.templated == nil {
				args.templated = map[string]value{}
			}
			args.templated[name] = v
		}
	}
	return nil, nil
}

// expand gives the names that a template stands for in this request.
func (r *Request) expand(t *table, p *Param, args *Args) []string {
	names := []string{p.Name}
	for _, placeholder := range slices.Sorted(maps.Keys(p.Template)) {
		source := p.Template[placeholder]
		var next []string
		for _, text := range args.Strings(source) {
			if strings.ContainsAny(text, "{}|") || strings.TrimSpace(text) == "" {
				r.warn(t.path, NewProblem("apiwarn-ignoring-invalid-templated-value",
					message.Text(t.prefix+source), message.Plain(text)))
				continue
			}
			for _, name := range names {
				next = append(next, strings.ReplaceAll(name, "{"+placeholder+"}", text))
			}
		}
		names = next
	}
	return names
}
