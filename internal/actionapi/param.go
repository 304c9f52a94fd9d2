package actionapi

import (
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/message"
)

// Type is the type of a parameter.
type Type uint8

// The types (MediaWiki: includes/libs/ParamValidator/TypeDef).
const (
	String Type = iota
	Text
	Password
	Boolean
	Integer
	Limit // an Integer from 0, or "max"; its bound depends on apihighlimits
	Enum
	User      // see Param.Subtypes; a name becomes canonical
	Timestamp // ISO 8601, MediaWiki's 14 digits, UNIX seconds or "now"
	Expiry    // a Timestamp, a span such as "2 weeks", or a word for never
	Raw       // as sent, not even normalised
)

// String is the type's name in descriptions. An Enum has none: its values
// stand for it.
func (t Type) String() string {
	return [...]string{
		String: "string", Text: "text", Password: "password", Boolean: "boolean", Integer: "integer", Limit: "limit",
		Enum: "", User: "user", Timestamp: "timestamp", Expiry: "expiry", Raw: "raw",
	}[t]
}

// Param declares one parameter of a module.
type Param struct {
	// Name is without the module's prefix. A name such as "text-{slot}" is a
	// template: there is one parameter for each value of another one, see
	// Template.
	Name    string
	Type    Type
	Default string // used when the parameter is absent; see HasDefault
	// HasDefault is false when absence means that there is no value.
	HasDefault bool
	Required   bool
	Multi      bool
	// Values are the members of an Enum.
	Values []string
	// All is the word that stands for all Values, usually "*"; empty: none.
	All       string
	Sensitive bool
	// Deprecated adds a warning when the parameter is given.
	Deprecated bool
	// DeprecatedValues are members of Values that add a warning.
	DeprecatedValues []string
	// AllowDuplicates keeps equal members of a multi-value parameter.
	AllowDuplicates bool
	// LowLimit and HighLimit are the largest numbers of values, for users
	// without and with the right apihighlimits; 0 means 50 and 500.
	LowLimit, HighLimit int
	// Range bounds an Integer or a Limit; nil: it is unbounded.
	Range *Range
	// MaxBytes and MaxChars bound a text; 0: no bound.
	MaxBytes, MaxChars int
	// Subtypes are what a User may be: name, ip, cidr, interwiki, id.
	Subtypes []string
	// Template maps the placeholders of Name to the multi-value parameters whose
	// values fill them.
	Template map[string]string
	// Submodules maps values of an Enum to the paths of the modules they name.
	Submodules map[string]string
	// SubmodulePrefix stands before the parameters of those modules.
	SubmodulePrefix string
	// TokenType is what a parameter "token" has to be, for descriptions.
	TokenType string
	// Help is a text that stands for the one that follows from the name; see
	// About.
	Help message.Message
}

// Range bounds a number. What is outside is moved to the bound with a warning,
// or refused when Enforce is set.
type Range struct {
	HasMin, HasMax bool
	Min, Max       int64
	HighMax        int64 // for users with apihighlimits; 0: as Max
	Enforce        bool
}

// The largest numbers of values of a multi-value parameter, unless it declares
// its own.
const (
	lowLimit  = 50
	highLimit = 500
)

// Limits are the largest numbers of values of p, for users without and with
// the right apihighlimits.
func (p *Param) Limits() (low, high int) {
	low, high = lowLimit, highLimit
	if p.LowLimit > 0 {
		low = p.LowLimit
	}
	if p.HighLimit > 0 {
		high = p.HighLimit
	}
	return low, high
}

// value is a parameter after validation.
type value struct {
	given bool
	text  string
	list  []string
	num   int64
	time  time.Time
}

// Args are the validated parameters of a module.
type Args struct {
	table     *table
	sent      []sentValue // in the order of the table
	templated map[string]value
}

func (a Args) get(name string) *value {
	for i := range a.sent {
		if v := &a.sent[i]; v.given && a.table.params[v.param].Name == name {
			return &v.value
		}
	}
	at, ok := a.table.names[name]
	if !ok {
		panic("actionapi: parameter " + name + " is not declared") // a bug, found by any test of the module
	}
	return &a.table.defaults[at]
}

// Given reports whether the client sent the parameter.
func (a Args) Given(name string) bool { return a.get(name).given }

// String is the value or the default, empty when there is neither.
func (a Args) String(name string) string { return a.get(name).text }

// Strings are the values of a multi-value parameter, in the client's order and
// without repetitions.
func (a Args) Strings(name string) []string { return a.get(name).list }

// Int is the value of an Integer.
func (a Args) Int(name string) int64 { return a.get(name).num }

// Ints are the values of a multi-value Integer, in the client's order and
// without repetitions.
func (a Args) Ints(name string) []int64 {
	texts := a.get(name).list
	numbers := make([]int64, len(texts))
	for i, text := range texts {
		numbers[i], _ = strconv.ParseInt(text, 10, 64) // validated before
	}
	return numbers
}

// Time is the value of a Timestamp or an Expiry, the zero time when there is
// none or when it never comes.
func (a Args) Time(name string) time.Time { return a.get(name).time }

// Templated is the value of a parameter made from a template, by its whole
// name. given is false when the client sent none.
func (a Args) Templated(name string) (text string, given bool) {
	v := a.templated[name]
	return v.text, v.given
}

// Bool is true when the client sent the parameter, whatever its value.
func (a Args) Bool(name string) bool { return a.get(name).given }
