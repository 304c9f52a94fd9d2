package config

import (
	"net"
	"regexp"
	"strconv"
)

// mailbox is an address that mails can come from, or nothing (package mail owns
// what an address is, and has the last word).
func mailbox() kind[string] {
	return matching("an address such as wiki@wiki.example, without a name before it, or nothing",
		"^([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?)?$")
}

// mailServer is a server to call, not one to listen at: it has a name and a
// port.
func mailServer() kind[string] {
	form := regexp.MustCompile(`^[A-Za-z0-9.:-]+$`)
	k := text("HOST:PORT, such as mail.wiki.example:587", func(s string) bool {
		host, port, err := net.SplitHostPort(s)
		if err != nil || !form.MatchString(host) {
			return false
		}
		n, err := strconv.ParseUint(port, 10, 16)
		return err == nil && n > 0
	})
	k.typ = "host:port"
	return k
}

// combineMail looks at the options about mail, and at those that need it.
func (c *Config) combineMail(refuse func(option, format string, args ...any)) {
	switch {
	case c.Mail == MailSMTP && c.MailSMTP == "":
		refuse("mail", "without a mail server; expected mail-smtp as well")
	case c.Mail == MailFile && c.MailFile == "":
		refuse("mail", "without a file; expected mail-file as well")
	case c.Mail != MailOff && c.MailFrom == "":
		refuse("mail", "without an address that mails come from; expected mail-from as well")
	}
	switch {
	case c.MailSMTPUser != "" && c.MailSMTPPassword.Path == "":
		refuse("mail-smtp-user", "without a password; expected mail-smtp-password-file as well")
	case c.MailSMTPUser == "" && c.MailSMTPPassword.Path != "":
		refuse("mail-smtp-password-file", "without a name; expected mail-smtp-user as well")
	case c.MailSMTPUser != "" && c.MailTLS == MailClear:
		refuse("mail-tls", "while mail-smtp-user is set, because its password would cross the network unprotected; expected starttls or implicit")
	}
	if c.LoginCode != LoginCodeOff && c.Mail == MailOff {
		refuse("login-code-by-mail", "while mail is off, because nobody would get a code; expected mail smtp as well")
	}
}
