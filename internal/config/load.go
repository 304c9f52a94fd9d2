package config

import (
	"errors"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/fail"
)

const (
	envPrefix    = "WIKIGATE_"
	configOption = "config"
)

// Source is where Load looks. The order of precedence is: flag, environment,
// file, default.
type Source struct {
	Flags   *pflag.FlagSet // parsed, with the flags of Register; nil: none
	Environ []string       // as os.Environ gives it
}

// given is a value as somebody wrote it.
type given struct {
	text   string
	origin string
	bad    bool   // it has no text form that the option could take
	hint   string // completes the sentence that says what is expected
}

// Load reads, checks and combines all sources. The error names every fault that
// was found: each joined error is one sentence and of the kind fail.Invalid.
func Load(args Source) (Config, error) {
	c := Default()
	env, faults := readEnvironment(args.Environ)
	flags := readFlags(args.Flags)

	faults = append(faults, c.apply(env, []string{configOption})...)
	faults = append(faults, c.apply(flags, []string{configOption})...)
	fromFile, fileFaults := readFile(c.File, c.origins[configOption])
	faults = append(faults, fileFaults...)

	rest := otherNames(configOption)
	for _, layer := range []map[string]given{fromFile, env, flags} {
		faults = append(faults, c.apply(layer, rest)...)
	}
	if len(faults) == 0 {
		faults = c.combinations()
	}
	if len(faults) > 0 {
		return Config{}, errors.Join(faults...)
	}
	return c, nil
}

// apply sets the named options from one layer.
func (c *Config) apply(layer map[string]given, names []string) (faults []error) {
	for _, name := range names {
		v, found := layer[name]
		if !found {
			continue
		}
		o, _ := find(name)
		if v.bad || !o.Value.set(c, v.text) {
			faults = append(faults, fail.New(fail.Invalid, "option %s cannot be %q (from %s)%s; expected %s%s",
				name, o.shown(v.text), v.origin, o.trouble(v.text), o.Value.Expected, v.hint))
			continue
		}
		c.origins[name] = v.origin
	}
	return faults
}

// Register adds a flag for each option. They accept any text; Load checks it.
func Register(flags *pflag.FlagSet) {
	for _, o := range table {
		f := flags.VarPF(&flagText{text: o.Default, typ: o.Value.Type, list: o.Value.list}, o.Name, "", o.Text)
		if o.Value.Type == "bool" {
			f.NoOptDefVal = "true"
		}
	}
}

// flagText is the text of one flag. A list may be given in several flags.
type flagText struct {
	text, typ string
	list, set bool
}

func (f *flagText) String() string { return f.text }
func (f *flagText) Type() string   { return f.typ }

func (f *flagText) Set(text string) error {
	if f.list && f.set {
		text = f.text + ", " + text
	}
	f.text, f.set = text, true
	return nil
}

func readFlags(flags *pflag.FlagSet) map[string]given {
	layer := make(map[string]given)
	if flags == nil {
		return layer
	}
	for _, o := range table {
		if f := flags.Lookup(o.Name); f != nil && f.Changed {
			layer[o.Name] = given{text: f.Value.String(), origin: "flag --" + o.Name}
		}
	}
	return layer
}

// readEnvironment finds our variables. One that is set to nothing is a value
// like any other.
func readEnvironment(environ []string) (layer map[string]given, faults []error) {
	names := make(map[string]string, len(table))
	for _, o := range table {
		names[o.Variable()] = o.Name
	}
	layer = make(map[string]given)
	for _, entry := range environ {
		variable, text, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(variable, envPrefix) {
			continue
		}
		name, found := names[variable]
		if !found {
			faults = append(faults, unknownVariable(variable))
			continue
		}
		layer[name] = given{text: text, origin: "variable " + variable}
	}
	return layer, faults
}

func unknownVariable(variable string) error {
	spelled := strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(variable, envPrefix), "_", "-"))
	near, found := Nearest(spelled)
	if !found {
		return fail.New(fail.Invalid, "variable %s is no option", variable)
	}
	return fail.New(fail.Invalid, "variable %s is no option; the nearest is %s", variable, near.Variable())
}

// otherNames are the names of all options but one, in the table's order.
func otherNames(but string) []string {
	var names []string
	for _, o := range table {
		names = append(names, o.Name)
	}
	return slices.DeleteFunc(names, func(name string) bool { return name == but })
}
