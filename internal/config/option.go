package config

import "strings"

// Option is one row of the table.
type Option struct {
	Name    string // kebab-case; also the key in the file
	Group   string
	Default string
	Secret  bool // its value is never shown
	Live    bool // SIGHUP puts a new value in force
	Text    string
	Value   Value
}

// Value ties an option to its type, its check and its field in Config.
type Value struct {
	// Type is the word for the sort of value in help texts.
	Type string
	// Expected completes the sentence "expected …".
	Expected string

	list bool // may be repeated as a flag and be an array in the file
	bare bool // may stand in the file without quotes, as a number or boolean
	set  func(c *Config, text string) bool
	get  func(c *Config) string
	why  func(text string) string
}

// Options returns the table in the order of the reference page.
func Options() []Option { return append([]Option(nil), table...) }

// Variable is the name of the option's environment variable.
func (o Option) Variable() string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(o.Name, "-", "_"))
}

// trouble is why text is refused, as part of a sentence; empty: unknown.
func (o Option) trouble(text string) string {
	if o.Value.why == nil {
		return ""
	}
	if why := o.Value.why(text); why != "" {
		return ": " + why
	}
	return ""
}

// shown is text, unless it must be hidden.
func (o Option) shown(text string) string {
	if o.Secret && text != "" {
		return "[secret]"
	}
	return text
}

// find returns the option of that name.
func find(name string) (Option, bool) {
	for _, o := range table {
		if o.Name == name {
			return o, true
		}
	}
	return Option{}, false
}

// Nearest is the option that is spelled most like name. found is false when
// none is spelled so that name could be meant for it: neither has it all bytes of
// name in their order, nor are fewer different than name has.
func Nearest(name string) (nearest Option, found bool) {
	least := int(^uint(0) >> 1)
	for _, o := range table {
		if d := distance(name, o.Name); d < least {
			nearest, least = o, d
		}
	}
	return nearest, least <= max(len(name), len(nearest.Name)-len(name))
}

// distance is the edit distance from a to b. Inserting a byte costs less than
// replacing or removing one, because people leave words out: throttle is meant
// to be near to login-throttle.
func distance(a, b string) int {
	const insert, replace, remove = 1, 2, 2
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j * insert
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = (i + 1) * remove
		for j := range len(b) {
			cost := diagonal
			if a[i] != b[j] {
				cost += replace
			}
			diagonal = row[j+1]
			row[j+1] = min(cost, row[j]+insert, row[j+1]+remove)
		}
	}
	return row[len(b)]
}
