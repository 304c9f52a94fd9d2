package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/qrcode"
	"github.com/wikigate/wikigate/internal/twofactor"
)

const twoFactorAddText = `Adds a device that makes TOTP codes (RFC 6238) to the second factor of an account:
from now on a password alone does not log in. Its secret is made here and shown
this once, as text, as an address for apps and as a QR code; --qr writes the code
as a picture as well. --secret-stdin takes over an existing secret, in base32,
and shows none.

If the account has no recovery codes it gets ten, which are shown this once; each
logs in once in place of a code of a device. All sessions and remembered logins of
the account end, in a running server too, unless --keep-sessions is given. Bot
passwords need no second factor and go on.

With --json it writes an object with the keys account, device (as "wikigate
twofactor list"), secret and uri (both null with --secret-stdin), and
recovery_codes.`

// adding are the arguments of "twofactor add".
type adding struct {
	account.Account
	twofactor.Enrolment
	imported bool
	picture  string // path of a file; empty: none
}

func (p *program) twoFactorAdd() *cobra.Command {
	var add adding
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "add NAME",
		Short:   "Add a TOTP device to an account",
		Long:    twoFactorAddText,
		Example: "  wikigate twofactor add Alice --name phone\n  wikigate twofactor add Alice --secret-stdin <secret.txt",
		Args: allOf(operands("NAME"), func(*cobra.Command, []string) error {
			if add.imported && add.picture != "" {
				return errors.New("no picture is made of a secret that was made elsewhere; leave out --qr or --secret-stdin")
			}
			return nil
		}),
		RunE: run(func(cmd *cobra.Command, args []string) (err error) {
			add.Proposal = twofactor.Propose()
			if add.imported {
				text, err := readSecret(cmd.Context(), p.stdin, "the secret on standard input")
				if err != nil {
					return err
				}
				if add.Proposal, err = twofactor.Import(text); err != nil {
					return err
				}
			}
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				if add.Account, err = a.Accounts.Find(ctx, args[0]); err != nil {
					return err
				}
				done, err := p.enrol(ctx, a.SecondFactors, add)
				if err != nil {
					return err
				}
				if err := p.printEnrolled(a.SecondFactors, add, done, asJSON); err != nil {
					return fmt.Errorf("the device %s was added to %s but could not be shown, so reset its second factor: %w", done.Device.ID, add.Account.Name, err)
				}
				return nil
			})
		}),
	}
	flags := cmd.Flags()
	flags.BoolVar(&add.imported, "secret-stdin", false, "read the secret from standard input")
	flags.StringVar(&add.Enrolment.Name, "name", "", "name of the device (default: totp)")
	flags.StringVar(&add.picture, "qr", "", "new file for the QR code as a picture (SVG), which holds the secret")
	flags.BoolVar(&add.NoRecoveryCodes, "no-recovery-codes", false, "make no recovery codes")
	flags.BoolVar(&add.KeepSessions, "keep-sessions", false, "let sessions and remembered logins go on")
	jsonFlag(flags, &asJSON)
	takesOptions(cmd)
	return cmd
}

// enrol adds the device. The picture comes first, so that no device is added
// that nobody has seen.
func (p *program) enrol(ctx context.Context, s *twofactor.Service, add adding) (done twofactor.Enrolled, err error) {
	if add.picture != "" {
		code, err := qrcode.Of(s.URI(add.Proposal, add.Account).Reveal())
		if err == nil {
			err = writeNew(add.picture, code.SVG())
		}
		if err != nil {
			return done, err
		}
	}
	done, err = s.Enrol(ctx, add.Account, add.Enrolment)
	if err != nil && add.picture != "" {
		err = errors.Join(err, os.Remove(add.picture))
	}
	return done, err
}

// printEnrolled shows secrets, which nobody can do again.
func (p *program) printEnrolled(s *twofactor.Service, add adding, done twofactor.Enrolled, asJSON bool) error {
	uri := s.URI(add.Proposal, add.Account)
	if asJSON {
		return p.enrolledJSON(add, done, uri.Reveal())
	}
	rows := [][]string{{"Name", add.Account.Name.String()}, {"Device", done.Device.Name}, {"Id", string(done.Device.ID)}}
	if !add.imported {
		rows = append(rows, []string{"Secret", twofactor.InGroups(add.Proposal.Secret())}, []string{"Address", uri.Reveal()})
	}
	if err := writeTable(p.stdout, rows); err != nil {
		return err
	}
	var rest strings.Builder
	if !add.imported {
		code, err := qrcode.Of(uri.Reveal())
		if err != nil {
			return err
		}
		rest.WriteString("\n" + code.Text())
	}
	if len(done.Codes) > 0 {
		rest.WriteString("\n" + recoveryCodesText + strings.Join(grouped(done.Codes), "\n") + "\n")
	}
	if !add.imported || len(done.Codes) > 0 {
		rest.WriteString("\nSecrets are shown this once.\n")
	}
	_, err := fmt.Fprint(p.stdout, rest.String())
	return err
}

const recoveryCodesText = "Recovery codes, each for one login when no device is at hand:\n\n"

func (p *program) enrolledJSON(add adding, done twofactor.Enrolled, uri string) error {
	v := struct {
		Account string     `json:"account"`
		Device  deviceJSON `json:"device"`
		Secret  *string    `json:"secret"`
		URI     *string    `json:"uri"`
		Codes   []string   `json:"recovery_codes"`
	}{Account: add.Account.Name.String(), Device: deviceValue(done.Device), Codes: revealed(done.Codes)}
	if !add.imported {
		text := add.Proposal.Secret().Reveal()
		v.Secret, v.URI = &text, &uri
	}
	return writeJSON(p.stdout, v)
}

// writeNew writes a file that is not there yet and that only its owner reads.
func writeNew(path, content string) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fail.New(fail.Invalid, "there is a file %s already; expected a new one for the QR code", path)
	}
	if err != nil {
		return err
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Close())
}
