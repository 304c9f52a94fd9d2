package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/backup"
	"github.com/wikigate/wikigate/internal/fail"
)

const backupText = `Writes a backup to a file: the database as it is at one moment, and the keys. A
server may run and change the data meanwhile. The file is there when it is whole
and on the disk; until then there must be room for two more copies of the
database beside it. A file that exists is only replaced with --force. "-" writes
to standard output, with one copy in the data folder meanwhile.

Whoever reads a backup has every secret that the server has. Only you may read
the file; encrypt it before it leaves the machine, see docs/backup.md.

With --json it writes an object with the keys format, version, made, program,
schema, accounts, bot_passwords and parts, a list of name, size and sha256.`

func (p *program) backup() *cobra.Command {
	var force, asJSON bool
	cmd := &cobra.Command{
		Use:     "backup FILE",
		Short:   "Write a backup while the server runs",
		Long:    backupText,
		Example: "  wikigate backup wikigate-2026-11-20.backup\n  wikigate backup - | age -r RECIPIENT > wikigate.backup.age",
		Args:    operands("FILE"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			if args[0] == "-" {
				return p.backupToStdout(cmd)
			}
			var made backup.Manifest
			err := p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				return backup.Save(args[0], force, func(w io.Writer) (err error) {
					made, err = a.Backup(ctx, filepath.Dir(args[0]), w)
					return err
				})
			})
			if err != nil || asJSON {
				return orJSON(p.stdout, made, err)
			}
			_, err = fmt.Fprintf(p.stdout, "Wrote %s with %s and %s. It holds every secret of the server.\n",
				plain(args[0]), amount(made.Accounts, "account"), amount(made.BotPasswords, "bot password"))
			return err
		}),
	}
	cmd.Flags().BoolVar(&force, "force", false, "replace a file that exists")
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	cmd.AddCommand(p.backupVerify())
	return cmd
}

func (p *program) backupToStdout(cmd *cobra.Command) error {
	if f, ok := p.stdout.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		return &failure{code: exitUsage, err: errors.New("a backup is not for a terminal; write standard output to a file or to another program")}
	}
	signal.Ignore(syscall.SIGPIPE) // a reader that leaves is an error, after which there is a copy to remove
	defer signal.Reset(syscall.SIGPIPE)
	return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
		_, err := a.Backup(ctx, a.Folder(), p.stdout)
		return err
	})
}

const backupVerifyText = `Reads a backup and checks all that "wikigate restore" would: that it is whole,
that nothing in it was changed, that the keys are there and the database is
sound. "-" reads standard input. Meanwhile there must be room for a copy of the
database where temporary files are (TMPDIR).

With --json it writes an object as "wikigate backup" does, with the number of
keys.`

func (p *program) backupVerify() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "verify FILE",
		Short:   "Check a backup",
		Long:    backupVerifyText,
		Example: "  wikigate backup verify wikigate-2026-11-20.backup",
		Args:    operands("FILE"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			var found struct {
				backup.Manifest
				Keys int `json:"keys"`
			}
			err := p.readBackup(args[0], func(r io.Reader) error {
				m, keys, err := app.VerifyBackup(cmd.Context(), "", r)
				found.Manifest, found.Keys = m, len(keys)
				return err
			})
			if err != nil || asJSON {
				return orJSON(p.stdout, found, err)
			}
			return writeTable(p.stdout, [][]string{
				{"Made", timeText(found.Made, "")},
				{"By version", found.Program},
				{"Accounts", strconv.Itoa(found.Accounts)},
				{"Bot passwords", strconv.Itoa(found.BotPasswords)},
				{"Keys", strconv.Itoa(found.Keys)},
				{"Verdict", "whole"},
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	return cmd
}

const restoreText = `Makes a data folder out of a backup. The folder of the option data must be
missing or empty, and nothing is written into it before all of the backup is
checked. "-" reads standard input. A backup of an older version is brought up to
date.

Afterwards nobody is logged in: all sessions end, remembered logins too, and
temporary passwords are gone. Accounts, their passwords and bot passwords are
those of the moment of the backup: what was revoked or locked since then is not,
so do it again.

With --json it writes an object as "wikigate backup" does, with the number of
sessions that have ended as ended.`

func (p *program) restore() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "restore FILE",
		Short:   "Make a data folder out of a backup",
		Long:    restoreText,
		Example: "  wikigate restore wikigate-2026-11-20.backup --data /srv/wikigate\n  age -d -i KEY wikigate.backup.age | wikigate restore - --data /srv/wikigate",
		Args:    operands("FILE"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			cfg, err := p.load(cmd)
			if err != nil {
				return err
			}
			var done app.Restored
			err = p.readBackup(args[0], func(r io.Reader) (err error) {
				done, err = app.Restore(p.acting(cmd.Context()), cfg, r)
				return err
			})
			if err != nil || asJSON {
				return orJSON(p.stdout, struct {
					backup.Manifest
					Ended int `json:"ended"`
				}{done.Manifest, done.Sessions}, err)
			}
			_, err = fmt.Fprintf(p.stdout, "Restored %s and %s of %s to %s; %s ended.\n", amount(done.Accounts, "account"),
				amount(done.BotPasswords, "bot password"), timeText(done.Made, ""), plain(cfg.Data), amount(done.Sessions, "session"))
			return err
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

// readBackup opens the named file, or standard input for "-". It warns of one
// that others can read.
func (p *program) readBackup(name string, read func(r io.Reader) error) error {
	if name == "-" {
		return read(p.stdin)
	}
	f, err := os.Open(name)
	if err != nil {
		kind := fail.Unavailable
		if errors.Is(err, os.ErrNotExist) {
			kind = fail.NotFound
		}
		return fail.Wrap(kind, err, "the backup cannot be read")
	}
	defer func() { _ = f.Close() }()
	if info, err := f.Stat(); err == nil && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		_, _ = fmt.Fprintf(p.stderr, "wikigate: warning: others may read %s (mode %04o), which holds every secret of the server; do chmod 600\n",
			plain(name), info.Mode().Perm())
	}
	return read(f)
}

// orJSON writes v, or nothing when there is an error.
func orJSON(w io.Writer, v any, err error) error {
	if err != nil {
		return err
	}
	return writeJSON(w, v)
}

// amount is a number of things in words.
func amount(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return strconv.Itoa(n) + " " + what
}
