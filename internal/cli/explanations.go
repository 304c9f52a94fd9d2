package cli

import "github.com/wikigate/wikigate/internal/audit"

// reasoned is why something was refused, and what to do about it.
type reasoned struct{ why, todo string }

// explanations are the reasons in plain words.
var explanations = map[audit.Reason]reasoned{
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
	audit.Throttled:      {"It was refused, and nothing that it sent was looked at, because there had been too many attempts.", "Wait, and stop the program that tries wrong passwords; \"wikigate audit list --address {address}\" shows what came from there. The limits are options of the group \"Logins and passwords\"."},
	audit.WrongCode:      {"It was refused because the code of the second factor of {name} was wrong.", "Compare the clock of the device with the server's; a code is good for about two minutes before and after its time. \"wikigate twofactor list\" shows the devices; \"wikigate twofactor remove\" takes away one that was lost, \"wikigate twofactor reset\" all."},
	audit.UsedCode:       {"It was refused because the code of the second factor of {name} had been used, or is older than one that has.", "Wait for the next code of the device. If its user has sent no code before, somebody else knows the password and the code: change both."},
	audit.WrongKey:       {"It was refused because the answer of the security key or passkey was not right: of another site or session, too late, used before, or of a key that {name} has not registered.", "Log in once more. If it fails again, look for \"an answer of a security key was refused\" in the log, which says why, and compare server-url, webauthn-id and webauthn-origins with the address in the browser."},
	audit.ClonedKey:      {"It was refused because the security key of {name} counts backwards: somebody else may have a copy of it.", "Find out whether the user has restored the key from a backup. Otherwise remove it (\"wikigate twofactor list\", \"wikigate twofactor remove\"), and change the password."},
	audit.UnknownApp:     {"It was refused because {name} has no bot password {app}.", "\"wikigate botpassword list\" shows those there are; make one with \"wikigate botpassword create\"."},
	audit.Expired:        {"It was refused because the bot password {app} of {name} has expired.", "Make a new one, or change its expiry."},
	audit.AddressRefused: {"It was refused because the bot password {app} of {name} may not be used from {address}.", "Check that {address} is the client's real address (trusted-proxies); then allow it for the bot password."},
	audit.NeedsReset:     {"It was refused because the secret of the bot password {app} was made invalid.", "Give it a new secret, or make a new one."},
	audit.TokenLost:      {"It was refused before its password was looked at: the login token came from a session that is gone, or the client did not send the cookie that came with the token.", "The client must keep cookies between asking for the token and logging in, and ask for a new token when this happens. Check that proxies pass cookies, and cookie-secure when clients use plain HTTP."},
	audit.TokenWrong:     {"It was refused before its password was looked at, because the login token was wrong.", "The client must ask for a token of the type login and send it as it is, with its + and \\, encoded for a form."},
}

// explanationsOfCodes are those of a reason together with the code that the
// client was told.
var explanationsOfCodes = map[[2]string]reasoned{
	{string(audit.Throttled), "oathauth-throttled"}: {
		"It was refused, and its answer was not looked at, because there had been too many wrong ones to the second factor of {name}, or from {address}.",
		"Wait; the code is good still if its time is not over. Whoever tries codes of {name} knows the password: if that was not its owner, change it. The limits are the options second-factor-throttle and second-factor-throttle-address."},
	{string(audit.WrongCode), "emailauth-login-failure"}:     wrongMailCode,
	{string(audit.WrongCode), "emailauth-login-retry-limit"}: wrongMailCode,
	{string(audit.Expired), "authmanager-authn-not-in-progress"}: {
		"It was refused because the code that was mailed to {name} had expired.",
		"Log in once more, for which another code is mailed. If mails come late, see to the mail server (channel mail of the log)."},
	{string(audit.Captcha), "captcha-error"}: {
		"It was refused before its password was looked at, because a captcha was due and its service could not be asked, or found fault with the question.",
		"Look for the reason in the log (channel captcha), and compare captcha-site-key and captcha-secret-file with what the service shows."},
}

var wrongMailCode = reasoned{
	"It was refused because the code was not the one that had been mailed to {name}.",
	"Look for the newest mail: a code is good for its login only. If its owner is not logging in, somebody else knows the password: change it."}

// noCodeToCheck is of action=oathvalidate.
var noCodeToCheck = reasoned{
	"It was refused because there was no code to check.",
	"Check what the program sends as data: a JSON object whose member token is the code."}
