package conformance

import (
	"fmt"
	"net/url"
	"time"
)

// Scenario is one thing a client may rely on, as a sequence of steps. It is
// made by Parse and not changed afterwards.
type Scenario struct {
	Name       string // of lower-case words with hyphens; its topic is the file's name
	Topic      string
	Title      string
	Rules      []string // ids of docs/protocol
	Site       string   // the variant of the target that it plays on; empty for the usual one
	Deviations []Deviation
	Steps      []Step

	File string // where it stands
	Line int
}

// ID is the name by which a scenario is chosen and reported.
func (s *Scenario) ID() string { return s.Topic + "/" + s.Name }

// Deviation says that an implementation is known not to do what the scenario
// wants, and why the scenario wants it all the same.
type Deviation struct {
	Implementation string // as the accounts file names it
	Kind           DeviationKind
	Reason         string
}

// DeviationKind is why a scenario wants something else than an
// implementation does.
type DeviationKind string

// The kinds of deviations.
const (
	Safe  DeviationKind = "safe"  // the implementation is weak here
	Fixed DeviationKind = "fixed" // later versions of the implementation do it
	Other DeviationKind = "other" // the reason says
)

// Step is a request with what must hold of its answer, or a pause.
type Step struct {
	Line    int
	Pause   time.Duration // before the request; without a request in a step of its own
	Request *Request
	Checks  []check
}

// Request is what a step sends. Texts may hold {{expressions}}.
type Request struct {
	Method  string
	Target  string // what comes after the address of api.php: path info and query
	Client  string // whose cookies are used
	Address string // a label or a literal address; empty for the client's own
	HTTPS   bool   // told by the header of a proxy
	Headers [][2]string
	Fields  [][2]string // of a form
	Parts   bool        // the form is multipart/form-data
	Body    *string     // raw, instead of fields

	NoCookies bool        // cookies are neither sent nor kept
	Cookies   [][2]string // changed in the jar beforehand
	Drop      []string    // removed from the jar beforehand
	CopyFrom  string      // the client whose cookies are taken over beforehand
}

// check is one demand on an answer.
type check interface {
	// hold reports what is wrong, nil when nothing is.
	hold(a *answer, v *values) error
	// expressions are the texts in which variables may be named.
	expressions() []string
}

// filledCheck is a check whose expressions are filled with values, as those of
// requests are, and match nothing else.
type filledCheck interface {
	check
	filled()
}

// SyntaxError says where a scenario file cannot be understood, and why.
type SyntaxError struct {
	File   string
	Line   int
	Reason string
}

// Error implements error.
func (e *SyntaxError) Error() string { return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Reason) }

// escapeQuery is how a value is put into a query.
func escapeQuery(s string) string { return url.QueryEscape(s) }
