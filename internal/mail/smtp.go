package mail

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/mail"
	"strconv"
	"time"

	gomail "github.com/wneessen/go-mail"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// Protection is how the way to the mail server is protected.
type Protection string

// The protections.
const (
	STARTTLS Protection = "starttls" // demanded after a greeting in the clear (RFC 3207)
	Implicit Protection = "implicit" // TLS from the first byte (RFC 8314)
	Clear    Protection = "off"      // none
)

// SMTP hands mails to a server that sends them on: a relay or the submission
// service of a provider (RFC 6409). Each mail has a connection of its own.
type SMTP struct {
	Server     string // HOST:PORT
	Protection Protection
	User       string // empty: no authentication
	Password   secret.Secret
	From       Address
	Name       string         // of the sender, for people
	Roots      *x509.CertPool // nil: those of the system
}

// mechanisms are the ways to authenticate, the best first. The last two send
// the password itself.
var mechanisms = []gomail.SMTPAuthType{
	gomail.SMTPAuthSCRAMSHA256, gomail.SMTPAuthSCRAMSHA1, gomail.SMTPAuthPlain, gomail.SMTPAuthLogin,
}

// Deliver implements Transport.
func (s *SMTP) Deliver(ctx context.Context, m Message) error {
	var way connection
	client, err := s.client(&way)
	if err != nil {
		return err
	}
	defer way.cut() // the library leaves connections open on which a greeting failed
	defer context.AfterFunc(ctx, way.cut)()
	message := s.message(m)
	err = client.DialAndSendWithContext(ctx, message)
	if message.IsDelivered() {
		return nil // whatever went wrong while saying goodbye
	}
	return verdict(err)
}

// verdict tells errors that trying again may heal from those that it will not:
// the server's own words about this mail.
func verdict(err error) error {
	var told *gomail.SendError
	if errors.As(err, &told) && told.ErrorCode() >= 500 {
		return Refused(fail.Wrap(fail.Invalid, err, "the mail server refuses the mail"))
	}
	return fail.Wrap(fail.Unavailable, err, "the mail server did not take the mail")
}

// client is one for one mail: it keeps what it has learnt of the server.
func (s *SMTP) client(way *connection) (*gomail.Client, error) {
	if s.User != "" && s.Protection == Clear {
		return nil, Refused(fail.New(fail.Invalid, "the password for the mail server would cross the network unprotected"))
	}
	host, port, err := net.SplitHostPort(s.Server)
	if err != nil {
		return nil, Refused(err)
	}
	number, err := strconv.Atoi(port)
	if err != nil {
		return nil, Refused(err)
	}
	config := &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12, RootCAs: s.Roots}
	options := []gomail.Option{
		gomail.WithPort(number), gomail.WithTimeout(attemptTime), gomail.WithHELO(s.From.domain),
		gomail.WithTLSConfig(config), gomail.WithDialContextFunc(way.dial), gomail.WithoutNoop(), gomail.WithoutRset(), gomail.WithoutSMTPUTF8(),
		gomail.WithTLSPolicy(gomail.NoTLS),
	}
	switch s.Protection {
	case Implicit:
		way.tls = config
	case Clear:
	default:
		options = append(options, gomail.WithTLSPolicy(gomail.TLSMandatory))
	}
	if s.User != "" {
		options = append(options, gomail.WithUsername(s.User), gomail.WithPassword(s.Password.Reveal()),
			gomail.WithOpportunisticSMTPAuth(mechanisms...))
	}
	client, err := gomail.NewClient(host, options...)
	return client, Refused(err)
}

// message is the mail as it goes over the wire. Headers get values that cannot
// hold more than themselves: addresses of a narrow form, and texts that are
// encoded where they must be (RFC 2047).
func (s *SMTP) message(m Message) *gomail.Msg {
	out := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	out.SetAddrHeaderFromMailAddress(gomail.HeaderFrom, &mail.Address{Name: s.Name, Address: s.From.String()})
	out.SetAddrHeaderFromMailAddress(gomail.HeaderTo, &mail.Address{Address: m.To.String()})
	out.Subject(m.Subject)
	out.SetDateWithValue(m.Date.UTC().Truncate(time.Second))
	out.SetMessageIDWithValue(m.ID)
	out.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no answer wanted
	out.SetBodyString(gomail.TypeTextPlain, m.Body)
	return out
}
