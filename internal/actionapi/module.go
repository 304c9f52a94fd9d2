package actionapi

import (
	"context"
	"slices"

	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/token"
)

// Module is one action, or one submodule of action=query, as data with a
// function. It is immutable after New and shared by all requests.
type Module struct {
	Name   string
	Path   string // "login", "query+tokens"
	Prefix string // of its parameters
	Params []Param
	// Token is the type of token the module demands; nil: none. The parameter
	// "token" is added by the engine.
	Token *token.Type
	// TokenAlso are types that are accepted as well.
	TokenAlso []token.Type
	MustPost  bool
	Write     bool // refused in read-only mode
	NeedsRead func(c *Call) bool
	NoMaxlag  bool
	// BodyOnly are parameters, without prefix, that may not stand in the URL.
	// The module asks for the check by Call.RequireBody.
	BodyOnly []string
	// Instead serves the requests whose parameter has a value, by other rules;
	// nil: there are none such (MediaWiki: modules whose needsToken looks at the
	// request). Descriptions do not know it.
	Instead *Instead
	// Caching tells how an answer may be cached; nil: privately only.
	Caching func(c *Call) Caching
	// table and asGenerator are made by New; the latter only for generators.
	table, asGenerator *table
	// About is what descriptions say beside the data above.
	About About
	// Run does the work and fills c.Result. A Problem is the protocol's answer;
	// an error means that the system failed.
	Run func(ctx context.Context, c *Call) (*Problem, error)
}

// Instead is a module that takes the place of the one of its name where the
// parameter, named without a prefix, is sent with the value.
type Instead struct {
	Param, Value string
	Module       *Module
}

// serving is the module that serves a request to m.
func (r *Request) serving(m *Module) *Module {
	if m != nil && m.Instead != nil {
		if v, given := r.peek(m.Prefix + m.Instead.Param); given && v == m.Instead.Value {
			return m.Instead.Module
		}
	}
	return m
}

// Caching says who may keep an answer.
type Caching uint8

// The modes, from the most to the least private (MediaWiki:
// ApiMain::setCacheMode). What is public is still kept apart by cookies.
const (
	CachePrivate   Caching = iota
	CacheAnonymous         // privately by who has a session
	CachePublic
)

// Always and Never are constant answers for Module.NeedsRead.
func Always(*Call) bool { return true }

// Never is the other one.
func Never(*Call) bool { return false }

// Call is a module at work in a request.
type Call struct {
	*Request
	Module *Module
	Args   Args
	points *[]point // of a query, see ContinueAt
}

// Warn adds a warning of the module.
func (c *Call) Warn(p *Problem) { c.warn(c.Module.Path, p) }

// Deprecated adds a warning that something is deprecated; feature names it in
// the data.
func (c *Call) Deprecated(feature string, p *Problem) { c.deprecated(c.Module.Path, feature, p) }

// KeepPrivate keeps caches from holding the answer, whatever the module's
// Caching says: for what depends on the parameters of a submodule.
func (c *Call) KeepPrivate() { c.caching = CachePrivate }

// RequireBody refuses when a parameter of Module.BodyOnly stands in the URL.
func (c *Call) RequireBody() *Problem {
	var names []string
	for _, n := range c.Module.BodyOnly {
		names = append(names, c.Module.Prefix+n)
	}
	return c.KeepOutOfURL(names)
}

// AtMostOne refuses when the client has sent more than one of the parameters
// (MediaWiki: ApiBase::requireMaxOneParameter).
func (c *Call) AtMostOne(params ...string) *Problem {
	var given []string
	for _, p := range params {
		if c.Args.Given(p) {
			given = append(given, p)
		}
	}
	if len(given) < 2 {
		return nil
	}
	return c.Mixed(given...)
}

// NeedOneOf refuses when none of the parameters was sent (MediaWiki:
// ApiBase::requireAtLeastOneParameter).
func (c *Call) NeedOneOf(params ...string) *Problem {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = "<var>" + c.Module.Prefix + p + "</var>"
	}
	return NewProblem("apierror-missingparam-at-least-one-of", message.MarkupTextList(names), message.Count(int64(len(names)))).
		WithCode("missingparam")
}

// Mixed refuses parameters that exclude each other.
func (c *Call) Mixed(params ...string) *Problem {
	names := make([]string, len(params))
	for i, p := range params {
		names[i] = "<var>" + c.Module.Prefix + p + "</var>"
	}
	return NewProblem("apierror-invalidparammix", message.MarkupTextList(names), message.Count(int64(len(names))))
}

// demandToken adds the parameter of the token.
func (m *Module) demandToken() {
	if m.Token != nil {
		m.Params = append(slices.Clone(m.Params), tokenParam(m.Token))
	}
	if m.Instead != nil {
		m.Instead.Module.demandToken()
	}
}

// tokenParam is the parameter of a module that demands a token.
func tokenParam(t *token.Type) Param {
	return Param{Name: "token", Type: String, Required: true, Sensitive: true, TokenType: t.Name}
}

// Page is an answer for people. Policy is the Content-Security-Policy that it
// works under.
type Page struct{ File, HTML, Language, Policy string }

// Page makes the answer a page instead of the result in the chosen format.
func (c *Call) Page(p Page) { c.page = p }
