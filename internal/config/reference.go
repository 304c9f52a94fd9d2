package config

import (
	"fmt"
	"strings"
)

const referenceHead = `# Configuration

<!-- Written by the test of internal/config from the table of options; do not edit. -->

Each option can be set in four ways. The first one in this list that says something wins:

1. a flag of ` + "`wikigate serve`" + ` and the other commands: ` + "`--listen 127.0.0.1:8080`" + `
2. an environment variable, in capitals and with underscores: ` + "`WIKIGATE_LISTEN=127.0.0.1:8080`" + `
3. a line in the TOML file that the option ` + "`config`" + ` names: ` + "`listen = \"127.0.0.1:8080\"`" + `
4. the default

A key or a variable ` + "`WIKIGATE_…`" + ` that is no option is an error. A variable that is set to nothing is a value like any other. A list is one text with commas; a flag of it may be repeated, and in the file it may be an array. Numbers and ` + "`true`" + ` or ` + "`false`" + ` need no quotes in the file, everything else does. A secret never stands in an option: the option, whose name ends in ` + "`-file`" + `, names the file that holds it.

` + "`wikigate config check`" + ` says what is wrong without starting anything, and ` + "`wikigate config show`" + ` prints every value with the place it came from. A running server takes new values of some options, marked below, when it gets SIGHUP; for the others it says that they need a restart.
`

// Reference is the page docs/configuration.md, made from the table.
func Reference() string {
	var b strings.Builder
	b.WriteString(referenceHead)
	for group, options := range grouped() {
		fmt.Fprintf(&b, "\n## %s\n", group)
		for _, o := range options {
			writeReference(&b, o)
		}
	}
	return b.String()
}

func writeReference(b *strings.Builder, o Option) {
	fmt.Fprintf(b, "\n### %s\n\n%s\n\n", o.Name, o.Text)
	fmt.Fprintf(b, "- Default: %s\n", code(o.Default))
	fmt.Fprintf(b, "- Value: %s\n", o.Value.Expected)
	fmt.Fprintf(b, "- Variable: %s\n", code(o.Variable()))
	if o.Live {
		b.WriteString("- Reload: SIGHUP puts a new value in force\n")
	}
	if o.Secret {
		b.WriteString("- Secret: never shown\n")
	}
}

func code(text string) string {
	if text == "" {
		return "empty"
	}
	return "`" + text + "`"
}

// grouped goes through the table group by group.
func grouped() func(yield func(group string, options []Option) bool) {
	return func(yield func(string, []Option) bool) {
		for start := 0; start < len(table); {
			end := start
			for end < len(table) && table[end].Group == table[start].Group {
				end++
			}
			if !yield(table[start].Group, table[start:end]) {
				return
			}
			start = end
		}
	}
}
