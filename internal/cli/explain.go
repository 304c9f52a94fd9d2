package cli

import (
	"context"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/app"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
)

const explainText = `Says what a request asked for, which check said no, and what to do about it. The
id of a request stands in the header X-Request-Id of its answer, in the text of an
internal error, and in the log.

With --json it writes an array of the events of the request, each with the keys
of "wikigate audit list" and with why and todo.`

func (p *program) explain() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:     "explain REQUEST-ID",
		Short:   "Say why a request was refused",
		Long:    explainText,
		Example: "  wikigate explain 0f3c9a5d1b7e42a68d90c1ef",
		Args:    operands("REQUEST-ID"),
		RunE: run(func(cmd *cobra.Command, args []string) error {
			return p.withApp(cmd, func(ctx context.Context, a *app.App) error {
				id := strings.TrimSpace(args[0])
				rows, err := a.Audit.OfRequest(ctx, id)
				if err != nil {
					return err
				}
				if len(rows) == 0 {
					return nothingRecorded(id)
				}
				return p.printExplanations(rows, asJSON)
			})
		}),
	}
	jsonFlag(cmd.Flags(), &asJSON)
	takesOptions(cmd)
	return cmd
}

func nothingRecorded(id string) error {
	return fail.New(fail.NotFound, "nothing is recorded of a request %s: it changed nothing and tried no login with a token, "+
		"or its record is older than audit-retention, or it was one of a flood, of which only some are kept; "+
		"look for the id in the log, where failures of the server itself are told", id)
}

func (p *program) printExplanations(rows []audit.Row, asJSON bool) error {
	if asJSON {
		type explained struct {
			eventJSON
			Why  string `json:"why"`
			Todo string `json:"todo"`
		}
		list := make([]explained, 0, len(rows))
		for _, r := range rows {
			why, todo := explanation(r)
			list = append(list, explained{eventValue(r), why, todo})
		}
		return writeJSON(p.stdout, list)
	}
	for _, r := range rows {
		why, todo := explanation(r)
		if todo != "" {
			todo = "\nWhat to do: " + todo
		}
		_, err := fmt.Fprintf(p.stdout, "%s\n%s%s\n", plain(asked(r)), plain(why), todo)
		if err != nil {
			return err
		}
	}
	return nil
}

// asked is what a request wanted, in a sentence.
func asked(r audit.Row) string {
	text := "At " + timeText(r.Time, "an unknown time")
	if r.Address.IsValid() {
		text += ", " + r.AddressText()
	} else {
		text += ", somebody"
	}
	if r.Client != "" {
		text += " (" + r.Client + ")"
	}
	switch r.Kind {
	case audit.Login:
		text += " tried to log in as " + orDash(r.Name)
		if r.App != "" {
			text += " with the bot password " + r.App
		} else if r.Method == audit.ByRemembered {
			text += " with the cookies of a remembered login"
		}
	case audit.Logout:
		text += " logged out " + r.Name
	default:
		text += " asked for " + string(r.Kind) + " of " + orDash(r.Name)
	}
	return text + "."
}

// explanation says why an event ended as it did, and what to do.
func explanation(r audit.Row) (why, todo string) {
	if r.Result == audit.Success {
		return "It succeeded.", ""
	}
	e, known := explanations[r.Reason]
	if !known {
		return "It was refused: " + string(r.Reason) + ".", ""
	}
	fill := strings.NewReplacer("{name}", plain(orDash(r.Name)), "{app}", plain(orDash(r.App)), "{address}", orDash(r.AddressText()))
	why = fill.Replace(e.why)
	if code := r.Detail("code"); code != "" {
		why += " The client was told " + code + "."
	}
	if wait := r.Detail("wait"); wait != "" {
		why += " It was told to wait " + wait + "."
	}
	return why, fill.Replace(e.todo)
}

// explanations are the reasons in plain words.
var explanations = map[audit.Reason]struct{ why, todo string }{
	audit.NoCredentials:  {"It was refused because name or password were empty, or because the name cannot be one of an account.", "Check the name and password that the program is configured with. A bot password is used with the name Name@app."},
	audit.UnknownName:    {"It was refused because there is no account {name}.", "Look for a mistake in the name; \"wikigate account list\" has all names, in which capital letters count but for the first."},
	audit.WrongPassword:  {"It was refused because the password of {name} was wrong.", "Set another with \"wikigate account password\", or, for a bot password, make a new one; the present one cannot be shown."},
	audit.NoPassword:     {"It was refused because {name} has no password, or one that was made invalid.", "Use a bot password, or set a password with \"wikigate account password\"."},
	audit.TooLong:        {"It was refused because the password was longer than any can be.", "Check what the program sends as its password."},
	audit.TooShort:       {"It was refused because the password was shorter than any may be that logs in.", "Check what the program sends as its password, or set a longer one with \"wikigate account password\"."},
	audit.MustChange:     {"The password of {name} was right, but must be changed before it is used.", "Set another with \"wikigate account password\"; programs should use a bot password."},
	audit.Locked:         {"It was refused because {name} is locked.", "Unlock it with \"wikigate account unlock\", if that is right."},
	audit.Blocked:        {"The password of {name} was right, but the account is blocked, and the option block-disables-login keeps blocked accounts out.", "Unblock it with \"wikigate account unblock\", if that is right."},
	audit.NeedsAnswer:    {"The password of {name} was right, but the account must answer something more, such as a code of its second factor, and the program cannot be asked (action=login).", "Programs should use a bot password, or log in by action=clientlogin."},
	audit.Captcha:        {"It was refused before its password was looked at, because a captcha was due and not solved.", "Wait until fewer logins have failed, or solve the captcha that meta=authmanagerinfo shows. Programs that cannot do that should use a bot password, or log in from an address in captcha-exempt-addresses."},
	audit.Throttled:      {"It was refused before its password was looked at, because there had been too many attempts.", "Wait, and stop the program that tries wrong passwords; \"wikigate audit list --address {address}\" shows what came from there. The limits are options of the group \"Logins and passwords\"."},
	audit.WrongCode:      {"It was refused because the code of the second factor of {name} was wrong.", "Compare the clock of the device with the server's; a code is good for about two minutes before and after its time. \"wikigate twofactor list\" shows the devices; \"wikigate twofactor reset\" removes them."},
	audit.UsedCode:       {"It was refused because the code of the second factor of {name} had been used, or is older than one that has.", "Wait for the next code of the device. If its user has sent no code before, somebody else knows the password and the code: change both."},
	audit.WrongKey:       {"It was refused because the answer of the security key or passkey was not right: of another site or session, too late, used before, or of a key that {name} has not registered.", "Log in once more. If it fails again, look for \"an answer of a security key was refused\" in the log, which says why, and compare server-url, webauthn-id and webauthn-origins with the address in the browser."},
	audit.ClonedKey:      {"It was refused because the security key of {name} counts backwards: somebody else may have a copy of it.", "Find out whether the user has restored the key from a backup. Otherwise remove it (\"wikigate twofactor list\", \"wikigate twofactor reset\"), and change the password."},
	audit.UnknownApp:     {"It was refused because {name} has no bot password {app}.", "\"wikigate botpassword list\" shows those there are; make one with \"wikigate botpassword create\"."},
	audit.Expired:        {"It was refused because the bot password {app} of {name} has expired.", "Make a new one, or change its expiry."},
	audit.AddressRefused: {"It was refused because the bot password {app} of {name} may not be used from {address}.", "Check that {address} is the client's real address (trusted-proxies); then allow it for the bot password."},
	audit.NeedsReset:     {"It was refused because the secret of the bot password {app} was made invalid.", "Give it a new secret, or make a new one."},
	audit.TokenLost:      {"It was refused before its password was looked at: the login token came from a session that is gone, or the client did not send the cookie that came with the token.", "The client must keep cookies between asking for the token and logging in, and ask for a new token when this happens. Check that proxies pass cookies, and cookie-secure when clients use plain HTTP."},
	audit.TokenWrong:     {"It was refused before its password was looked at, because the login token was wrong.", "The client must ask for a token of the type login and send it as it is, with its + and \\, encoded for a form."},
}
