package actionapi

import (
	"context"
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// extractTemplated reads the parameters whose names are made from the values of
// others: "text-{slot}" is text-main and text-side when slots is main|side. A
// value that cannot stand in a name is left out with a warning (MediaWiki:
// ApiBase::extractRequestParams).
func (r *Request) extractTemplated(ctx context.Context, path, prefix string, args *Args) (*Problem, error) {
	for i := range args.params {
		p := &args.params[i]
		if p.Template == nil {
			continue
		}
		for _, name := range r.expand(path, prefix, p, args) {
			one := *p
			one.Name, one.Template = name, nil
			var v value
			if problem, err := r.extractOne(ctx, path, prefix, &one, &v); problem != nil || err != nil {
				if problem != nil {
					problem.Module = path
				}
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
func (r *Request) expand(path, prefix string, p *Param, args *Args) []string {
	names := []string{p.Name}
	for placeholder, source := range p.Template {
		var next []string
		for _, text := range args.Strings(source) {
			if strings.ContainsAny(text, "{}|") || strings.TrimSpace(text) == "" {
				r.warn(path, NewProblem("apiwarn-ignoring-invalid-templated-value",
					message.Text(prefix+source), message.Plain(text)))
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
