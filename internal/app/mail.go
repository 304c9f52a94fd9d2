package app

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/mail"
)

// mailGrace is how long the end of the server waits for mails on their way.
const mailGrace = 5 * time.Second

// wireMail makes the queue of mails, unless none is to be sent.
func (a *App) wireMail() error {
	if a.cfg.Mail == config.MailOff {
		return nil
	}
	from, ok := mail.ParseAddress(a.cfg.MailFrom)
	if !ok {
		return fail.New(fail.Invalid, "option mail-from cannot be %q; expected an address that mails can come from, such as wiki@wiki.example", a.cfg.MailFrom)
	}
	a.mails = mail.NewQueue(mail.Deps{
		Transport: a.mailTransport(from), From: from, Clock: a.clock, Log: a.log,
		Ended: func(r mail.Result) { a.metrics.Mail(string(r)) },
	})
	return nil
}

// openMails looks whether mails that go into a file can be written. Commands do
// not, which may run as another user than the server.
func (a *App) openMails() error {
	if a.cfg.Mail != config.MailFile {
		return nil
	}
	if err := mail.Writable(a.cfg.MailFile); err != nil {
		return fail.New(fail.Invalid, "option mail-file names %q, which cannot be written: %v", a.cfg.MailFile, err)
	}
	return nil
}

func (a *App) mailTransport(from mail.Address) mail.Transport {
	if a.cfg.Mail == config.MailFile {
		return &mail.File{Path: a.cfg.MailFile, From: from}
	}
	protection := map[string]mail.Protection{
		config.MailSTARTTLS: mail.STARTTLS, config.MailImplicitTLS: mail.Implicit, config.MailClear: mail.Clear,
	}[a.cfg.MailTLS]
	return &mail.SMTP{
		Server: a.cfg.MailSMTP, Protection: protection, From: from, Name: a.cfg.SiteName,
		User: a.cfg.MailSMTPUser, Password: a.cfg.MailSMTPPassword.Content,
	}
}

// deliverMails runs until ctx is done and what waits has had its last chance.
func (a *App) deliverMails(ctx context.Context) {
	if a.mails == nil {
		return
	}
	if a.cfg.Mail == config.MailFile {
		a.log.Warn("mails are written into a file and reach nobody", "file", a.cfg.MailFile)
	}
	a.mails.Run(ctx, mailGrace)
}

// mailsWaiting is for the metrics.
func (a *App) mailsWaiting() float64 {
	if a.mails == nil {
		return 0
	}
	return float64(a.mails.Waiting())
}
