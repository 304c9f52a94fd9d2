package cli

import (
	"bytes"
	"context"
	"regexp"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/wikigate/wikigate/internal/config"
)

// outcome is what one call of the command line did.
type outcome struct {
	code           int
	stdout, stderr string
}

// call runs the command line on a data folder.
func call(t *testing.T, data, stdin string, args ...string) outcome {
	t.Helper()
	var stdout, stderr bytes.Buffer
	environ := []string{"WIKIGATE_DATA=" + data, "WIKIGATE_ARGON2_MEMORY=8MiB", "WIKIGATE_ARGON2_TIME=5"}
	code := Main(t.Context(), args, strings.NewReader(stdin), &stdout, &stderr, environ)
	return outcome{code, stdout.String(), stderr.String()}
}

// must is call for commands that are to succeed without a word on stderr.
func must(t *testing.T, data, stdin string, args ...string) string {
	t.Helper()
	o := call(t, data, stdin, args...)
	if o.code != exitOK || o.stderr != "" {
		t.Fatalf("wikigate %q: code %d, stderr %q", args, o.code, o.stderr)
	}
	return o.stdout
}

// refused checks a failing call: its code, its only sentence and that it said
// nothing else.
func refused(t *testing.T, data, stdin string, code int, sentence string, args ...string) {
	t.Helper()
	o := call(t, data, stdin, args...)
	if o.code != code || o.stderr != "wikigate: "+sentence+"\n" || o.stdout != "" {
		t.Errorf("wikigate %q\n  code %d, stderr %q, stdout %q\n  want %d, %q", args, o.code, o.stderr, o.stdout, code, "wikigate: "+sentence+"\n")
	}
}

// The parts of outputs that differ from run to run. Replacements are as long
// as what they replace, so that tables keep their columns.
var (
	someTime   = regexp.MustCompile(`\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ`)
	someSecret = regexp.MustCompile(`\b[0-9a-v]{32}\b`)
)

func steady(output string) string {
	output = someTime.ReplaceAllString(output, "2031-01-02T03:04:05Z")
	return someSecret.ReplaceAllString(output, strings.Repeat("x", 32))
}

func same(t *testing.T, got, want string) {
	t.Helper()
	if got = steady(got); got != want {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
}

func TestWrongUsage(t *testing.T) {
	cases := []struct{ args, sentence string }{
		{"accnt", `wikigate has no subcommand "accnt"; expected one of account, audit, backup, botpassword, config, conformance, explain, help, key, man, restore, serve, session, twofactor, version (see wikigate --help)`},
		{"account", "wikigate account needs one of the subcommands block, create, delete, groups, list, lock, password, rename, show, unblock, unlock (see wikigate account --help)"},
		{"account crate --groups x", `wikigate account has no subcommand "crate"; expected one of block, create, delete, groups, list, lock, password, rename, show, unblock, unlock (see wikigate account --help)`},
		{"account create", "wikigate account create needs NAME, got 0 of 1 arguments (see wikigate account create --help)"},
		{"account create A B", "wikigate account create takes NAME and no more, got \"B\" too (see wikigate account create --help)"},
		{"account create A", "no password was given and there is no terminal to ask at; use --password-stdin, --password-file or --no-password"},
		{"account create A --no-password --password-stdin", "only one of --password-stdin, --password-file and --no-password can be used (see wikigate account create --help)"},
		{"account create A --password hunter2", "unknown flag: --password (see wikigate account create --help)"},
		{"account list --limit many", `invalid argument "many" for "--limit" flag: strconv.ParseInt: parsing "many": invalid syntax (see wikigate account list --help)`},
		{"account show", "wikigate account show needs NAME, got 0 of 1 arguments (see wikigate account show --help)"},
		{"botpassword create A", "wikigate botpassword create needs NAME and APP, got 1 of 2 arguments (see wikigate botpassword create --help)"},
		{"botpassword create A b --secret x", "unknown flag: --secret (see wikigate botpassword create --help)"},
		{"botpassword list A B", "wikigate botpassword list takes at most one argument, got 2 (see wikigate botpassword list --help)"},
		{"session end", "wikigate session end needs an id, or --account (see wikigate session end --help)"},
		{"session end --app x", "wikigate session end needs an id, or --account (see wikigate session end --help)"},
		{"session end 0123456789 --account A", "wikigate session end takes an id or --account, not both (see wikigate session end --help)"},
		{"session end a b", "wikigate session end takes at most one argument, got 2 (see wikigate session end --help)"},
		{"serve now", `wikigate serve takes no arguments, got "now" (see wikigate serve --help)`},
		{"serve --sesion-lifetime 5m", "there is no option --sesion-lifetime; the nearest is --session-lifetime (see wikigate serve --help)"},
		{"serve --listen", "flag needs an argument: --listen (see wikigate serve --help)"},
		{"help nothing", "there is no command or topic nothing (see wikigate help --help)"},
		{"help account nothing", "there is no command or topic account nothing (see wikigate help --help)"},
	}
	for _, c := range cases {
		refused(t, t.TempDir(), "", exitUsage, c.sentence, strings.Fields(c.args)...)
	}
}

func TestHelpNeedsNoData(t *testing.T) {
	cases := map[string]string{
		"":                       "Available Commands:",
		"help":                   "Available Commands:",
		"--help":                 "Available Commands:",
		"help exit-codes":        "  6  the input was refused",
		"help account create":    "--password-stdin",
		"account create --help":  "--password-stdin",
		"serve --help":           "Cookies and sessions:\n",
		"help serve":             "Cookies and sessions:\n",
		"account --help":         "  create ",
		"config reference":       "\n### session-lifetime\n",
		"version":                "wikigate ",
		"help botpassword":       "  revoke ",
		"session end --help":     "--account",
		"completion bash --help": "",
	}
	for args, want := range cases {
		if got := must(t, "/nonexistent", "", strings.Fields(args)...); !strings.Contains(got, want) {
			t.Errorf("wikigate %s: %q is missing in\n%s", args, want, got)
		}
	}
}

// everyCommand visits the tree of commands.
func everyCommand(visit func(cmd *cobra.Command)) {
	var walk func(cmd *cobra.Command)
	walk = func(cmd *cobra.Command) {
		visit(cmd)
		for _, sub := range cmd.Commands() {
			walk(sub)
		}
	}
	walk((&program{}).root())
}

func TestNoFlagTakesASecret(t *testing.T) {
	harmless := map[string]bool{} // options about passwords that hold none
	for _, o := range config.Options() {
		harmless[o.Name] = !o.Secret
	}
	everyCommand(func(cmd *cobra.Command) {
		cmd.Flags().VisitAll(func(f *pflag.Flag) {
			about := strings.Contains(f.Name, "password") || strings.Contains(f.Name, "secret")
			if about && !harmless[f.Name] && f.Value.Type() != "bool" && !strings.HasSuffix(f.Name, "-file") {
				t.Errorf("%s --%s takes a secret as an argument", cmd.CommandPath(), f.Name)
			}
		})
	})
}

func TestEveryCommandIsExplained(t *testing.T) {
	everyCommand(func(cmd *cobra.Command) {
		if cmd.Short == "" || !strings.HasPrefix(cmd.Name(), "help") && !cmd.HasSubCommands() && cmd.Long == "" {
			t.Errorf("%s has no text", cmd.CommandPath())
		}
		if json := cmd.Flags().Lookup("json"); json != nil && !strings.Contains(cmd.Long, "With --json") {
			t.Errorf("%s does not say what its JSON looks like", cmd.CommandPath())
		}
		for _, line := range strings.Split(cmd.Long, "\n") {
			if len(line) > 82 {
				t.Errorf("%s: a line of its help is %d characters long", cmd.CommandPath(), len(line))
			}
		}
	})
}

func TestInterruptedCommandFails(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	var stdout, stderr bytes.Buffer
	code := Main(ctx, []string{"account", "create", "A", "--password-stdin", "--data", t.TempDir()}, blockingReader(t), &stdout, &stderr, nil)
	if code != exitFailure || stderr.String() != "wikigate: interrupted\n" {
		t.Errorf("code %d, stderr %q", code, stderr.String())
	}
}

func TestPlainDisarmsTerminalSequences(t *testing.T) {
	for in, want := range map[string]string{"Ünï 日本": "Ünï 日本", "a\x1b[2Jb": `a\x1b[2Jb`, "a\tb\n": `a\tb\n`, "\u202e": `\u202e`} {
		if got := plain(in); got != want {
			t.Errorf("plain(%q) = %q, want %q", in, got, want)
		}
	}
}
