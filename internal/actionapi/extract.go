package actionapi

import (
	"context"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/message"
)

// extract validates the parameters of a module in the order in which they are
// declared. The first that is refused or missing is the problem; those after it
// are looked at for their warnings (MediaWiki: ApiBase::extractRequestParams).
func (r *Request) extract(ctx context.Context, t *table) (Args, *Problem, error) {
	args := Args{table: t, sent: r.collect(t)}
	required := t.required
	var refused *Problem
	at := len(t.params) // the place of the refused one
	for i := range args.sent {
		v := &args.sent[i]
		problem, err := r.extractOne(ctx, t.path, t.prefix, &t.params[v.param], &r.raw.list[v.raw], &v.value)
		if err != nil {
			return args, nil, err
		}
		if problem != nil && refused == nil {
			refused, at = problem, v.param
		}
		if len(required) > 0 && required[0] == v.param && v.given {
			required = required[1:]
		}
	}
	if len(required) > 0 && required[0] < at {
		refused = missing(t.prefix + t.params[required[0]].Name)
	}
	if refused != nil {
		return args, refused.of(t.path), nil
	}
	if !t.templates {
		return args, nil, nil
	}
	problem, err := r.extractTemplated(ctx, &args)
	return args, problem.of(t.path), err
}

// extractOne validates one parameter that was sent. One with an array part, and
// a boolean, have no value.
func (r *Request) extractOne(ctx context.Context, path, prefix string, p *Param, raw *rawParam, v *value) (*Problem, error) {
	text, given := r.read(path, p, raw)
	v.given = given
	if !given {
		return nil, nil
	}
	name := prefix + p.Name
	if p.Deprecated {
		r.deprecated(path, r.engine.feature(path, name),
			NewProblem("paramvalidator-param-deprecated", message.Plain(name), message.Plain(shown(text))))
	}
	if p.Type == Boolean {
		return nil, nil
	}
	if p.Multi {
		return r.extractMulti(ctx, path, name, p, v, text)
	}
	if p.Type != Raw && strings.HasPrefix(text, unitSeparator) {
		return notMulti(name, text), nil
	}
	if p.Required && text == "" && (p.Type == String || p.Type == Text || p.Type == Password) {
		empty := missing(name)
		empty.Message.Params = append(empty.Message.Params, message.Plain(text))
		return empty, nil
	}
	v.text = text
	return r.check(ctx, path, name, p, v, true)
}

// notMulti is the problem of a single value that begins as a list does.
func notMulti(name, text string) *Problem {
	return NewProblem("paramvalidator-notmulti", message.Plain(name), message.Plain(shown(text)))
}

func missing(name string) *Problem {
	return NewProblem("paramvalidator-missingparam", message.Plain(name))
}

// read cleans a raw value. A name with an array part counts as not given.
func (r *Request) read(path string, p *Param, raw *rawParam) (text string, given bool) {
	if raw.array {
		if p.Type != Boolean {
			r.warn("main", NewProblem("apiwarn-unsupportedarray", message.Escaped(raw.name)))
		}
		return "", false
	}
	if p.Type == Raw || p.Type == Boolean {
		return raw.value, true
	}
	text, changed := r.raw.clean(raw)
	if changed {
		r.warn(path, NewProblem("apiwarn-badutf8", message.Escaped(raw.name)))
	}
	return text, true
}

// extractMulti splits a list and validates its members. Unknown members of an
// Enum are dropped with a warning.
func (r *Request) extractMulti(ctx context.Context, path, name string, p *Param, v *value, text string) (*Problem, error) {
	low, high := p.Limits()
	members := splitList(text, high+1)
	if p.All != "" && len(members) == 1 && members[0] == p.All {
		v.list = p.Values
		return nil, nil
	}
	if problem, err := r.checkCount(ctx, name, len(members), low, high); problem != nil || err != nil {
		return problem, err
	}
	if p.Type == Enum {
		members = r.keepKnown(path, name, p, members, text)
	} else {
		for i := range members {
			member := value{given: v.given, text: members[i]}
			if problem, err := r.check(ctx, path, name, p, &member, true); problem != nil || err != nil {
				return problem, err
			}
			members[i] = member.text
		}
	}
	if !p.AllowDuplicates {
		members = unique(members)
	}
	v.list = members
	return nil, nil
}

// checkCount refuses more values than the user may send.
func (r *Request) checkCount(ctx context.Context, name string, n, low, high int) (*Problem, error) {
	if n <= low {
		return nil, nil
	}
	limit := low
	more, err := r.HasRight(ctx, "apihighlimits")
	if err != nil {
		return nil, err
	}
	if more {
		limit = high
	}
	if n <= limit {
		return nil, nil
	}
	return NewProblem("paramvalidator-toomanyvalues", message.Plain(name), message.Number(int64(limit))).
		With("limit", int64(limit)).With("lowlimit", int64(low)).With("highlimit", int64(high)), nil
}

// splitList splits a multi-value text into at most most parts. The empty text
// is an empty list.
func splitList(text string, most int) []string {
	sep := "|"
	if strings.HasPrefix(text, unitSeparator) {
		sep, text = unitSeparator, text[1:]
	}
	if text == "" {
		return nil
	}
	return strings.SplitN(text, sep, most)
}

func (r *Request) keepKnown(path, name string, p *Param, members []string, text string) []string {
	known := members[:0:0]
	var unknown []string
	for _, m := range members {
		if slices.Contains(p.Values, m) {
			r.warnDeprecatedValue(path, name, p, m)
			known = append(known, m)
		} else {
			unknown = append(unknown, m)
		}
	}
	if unknown != nil {
		r.warn(path, NewProblem("paramvalidator-unrecognizedvalues", message.Plain(name), message.Plain(shown(text)),
			message.CommaList(unknown), message.Number(int64(len(unknown)))).With("values", unknown))
	}
	return known
}

// shown is how a value stands in a message: no answer holds control characters.
func shown(text string) string { return strings.ReplaceAll(text, unitSeparator, "\ufffd") }

// unique keeps the first of equal members.
func unique(members []string) []string {
	kept := members[:0:0]
	for _, m := range members {
		if !slices.Contains(kept, m) {
			kept = append(kept, m)
		}
	}
	return kept
}

// feature names a deprecated parameter as MediaWiki's logs do: the action, and
// for submodules the group and name.
func (e *Engine) feature(path, name string) string {
	action, sub, ok := strings.Cut(path, "+")
	if !ok {
		return "action=" + action + "&" + name
	}
	group := "meta"
	if m, _ := e.index.Find(path); m != nil {
		group = m.About.Group
	}
	return "action=" + action + "&" + group + "=" + sub + "&" + name
}
