package actionapi

// Type is the type of a parameter.
type Type uint8

// The types (MediaWiki: includes/libs/ParamValidator/TypeDef).
const (
	String Type = iota
	Text
	Password
	Boolean
	Integer
	Enum
	User      // a canonical user name
	Timestamp // not interpreted here
)

// Param declares one parameter of a module.
type Param struct {
	Name    string // without the module's prefix
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
	// HasMin bounds an Integer from below by Min; a smaller one is raised, with
	// a warning.
	HasMin bool
	Min    int64
	// TokenType is what a parameter "token" has to be, for descriptions.
	TokenType string
}

// The largest number of values of a multi-value parameter, for users without
// and with the right apihighlimits.
const (
	lowLimit  = 50
	highLimit = 500
)

// value is a parameter after validation.
type value struct {
	given bool
	text  string
	list  []string
	num   int64
}

// Args are the validated parameters of a module.
type Args struct {
	params []Param
	values []value
}

func (a Args) get(name string) value {
	for i := range a.params {
		if a.params[i].Name == name {
			return a.values[i]
		}
	}
	panic("actionapi: parameter " + name + " is not declared") // a bug, found by any test of the module
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

// Bool is true when the client sent the parameter, whatever its value.
func (a Args) Bool(name string) bool { return a.get(name).given }
