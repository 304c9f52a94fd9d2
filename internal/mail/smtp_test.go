package mail_test

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/mail"
	"github.com/wikigate/wikigate/internal/secret"
)

func address(t *testing.T, s string) mail.Address {
	t.Helper()
	a, ok := mail.ParseAddress(s)
	if !ok {
		t.Fatalf("%q is no address", s)
	}
	return a
}

var sent = time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)

func sample(t *testing.T) mail.Message {
	return mail.Message{
		ID: "1@wiki.example", Date: sent, To: address(t, "anna@home.example"),
		Subject: "Ihr Anmeldecode für das Wiki", Body: "Grüße,\n.\nein Punkt allein\nFrom: nobody\n",
	}
}

func (s *mailServer) transport(t *testing.T, p mail.Protection) *mail.SMTP {
	return &mail.SMTP{
		Server: s.address, Protection: p, From: address(t, "wiki@wiki.example"), Name: `Wiki "of", <all>`, Roots: s.roots,
	}
}

// deliver hands the sample over, within the time that a test has.
func deliver(t *testing.T, s *mail.SMTP) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return s.Deliver(ctx, sample(t))
}

func TestMailsArriveAsTheyWereWritten(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour
		mail.Protection
		user, password string
	}{
		"in the clear":               {behaviour{}, mail.Clear, "", ""},
		"STARTTLS":                   {behaviour{startTLS: true}, mail.STARTTLS, "", ""},
		"TLS from the start":         {behaviour{implicit: true}, mail.Implicit, "", ""},
		"STARTTLS and a password":    {behaviour{startTLS: true, plain: "wiki:pass word"}, mail.STARTTLS, "wiki", "pass word"},
		"TLS and a password":         {behaviour{implicit: true, plain: "wiki:pass word"}, mail.Implicit, "wiki", "pass word"},
		"a server that hangs up":     {behaviour{replies: map[string]string{"QUIT": "cut"}}, mail.Clear, "", ""},
		"STARTTLS, rude at the end":  {behaviour{startTLS: true, replies: map[string]string{"QUIT": "500 no"}}, mail.STARTTLS, "", ""},
		"a server that offers extra": {behaviour{startTLS: true}, mail.Clear, "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMailServer(t, c.behaviour)
			transport := s.transport(t, c.Protection)
			transport.User, transport.Password = c.user, secret.New(c.password)
			if err := deliver(t, transport); err != nil {
				t.Fatal(err)
			}
			mails, _, _ := s.seen()
			if len(mails) != 1 {
				t.Fatalf("%d mails arrived", len(mails))
			}
			checkSample(t, mails[0])
			if mails[0].encrypted != (c.Protection != mail.Clear) || c.user != "" && mails[0].user != c.plain {
				t.Errorf("it came by another way: %+v", mails[0])
			}
		})
	}
}

// checkSample reads a mail as the program of its recipient does.
func checkSample(t *testing.T, r received) {
	t.Helper()
	if r.from != "FROM:<wiki@wiki.example>" || strings.Join(r.to, " ") != "TO:<anna@home.example>" {
		t.Errorf("envelope %q, %q", r.from, r.to)
	}
	m, err := netmail.ReadMessage(strings.NewReader(r.data))
	if err != nil {
		t.Fatal(err)
	}
	from, err := m.Header.AddressList("From")
	if err != nil || len(from) != 1 || from[0].Address != "wiki@wiki.example" || from[0].Name != `Wiki "of", <all>` {
		t.Errorf("From: %v, %v", from, err)
	}
	if to, err := m.Header.AddressList("To"); err != nil || len(to) != 1 || to[0].Address != "anna@home.example" || to[0].Name != "" {
		t.Errorf("To: %v, %v", to, err)
	}
	if subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject")); err != nil || subject != "Ihr Anmeldecode für das Wiki" {
		t.Errorf("Subject: %q, %v", subject, err)
	}
	if date, err := m.Header.Date(); err != nil || !date.Equal(sent) {
		t.Errorf("Date: %v, %v", date, err)
	}
	for header, want := range map[string]string{
		"Message-Id": "<1@wiki.example>", "Auto-Submitted": "auto-generated", "Content-Type": "text/plain; charset=UTF-8",
		"Content-Transfer-Encoding": "quoted-printable", "Mime-Version": "1.0", "Bcc": "", "Cc": "", "Reply-To": "",
	} {
		if got := m.Header.Get(header); got != want {
			t.Errorf("%s: %q, want %q", header, got, want)
		}
	}
	body, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	if want := "Grüße,\n.\nein Punkt allein\nFrom: nobody\n"; err != nil || strings.ReplaceAll(string(body), "\r\n", "\n") != want {
		t.Errorf("body %q, %v", body, err)
	}
}

func TestMailsThatTheServerRefuses(t *testing.T) {
	for name, c := range map[string]struct {
		behaviour
		mail.Protection
		final bool
		says  string
	}{
		"an unknown recipient":        {behaviour{replies: map[string]string{"RCPT": "550 5.1.1 unknown"}}, mail.Clear, true, "5.1.1 unknown"},
		"a recipient to ask later":    {behaviour{replies: map[string]string{"RCPT": "450 4.2.0 greylisted"}}, mail.Clear, false, "4.2.0"},
		"a sender that may not":       {behaviour{replies: map[string]string{"MAIL": "553 5.7.1 not yours"}}, mail.Clear, true, "553"},
		"a text that looks bad":       {behaviour{replies: map[string]string{".": "554 5.7.1 spam"}}, mail.Clear, true, "554"},
		"a full disk":                 {behaviour{replies: map[string]string{".": "452 4.3.1 full"}}, mail.Clear, false, "452"},
		"no data wanted":              {behaviour{replies: map[string]string{"DATA": "451 4.3.0 busy"}}, mail.Clear, false, "451"},
		"dead after the recipient":    {behaviour{cutAfter: "RCPT"}, mail.Clear, false, ""},
		"dead in the text":            {behaviour{replies: map[string]string{".": "cut"}}, mail.Clear, false, ""},
		"dead after the greeting":     {behaviour{cutAfter: "EHLO"}, mail.Clear, false, ""},
		"no STARTTLS":                 {behaviour{}, mail.STARTTLS, false, "STARTTLS"},
		"STARTTLS that fails":         {behaviour{startTLS: true, replies: map[string]string{"STARTTLS": "454 not now"}}, mail.STARTTLS, false, "454"},
		"TLS where there is none":     {behaviour{cutAfter: "\x16"}, mail.Implicit, false, ""},
		"no greeting for strangers":   {behaviour{replies: map[string]string{"EHLO": "421 go away", "HELO": "421 go away"}}, mail.Clear, false, "421"},
		"STARTTLS, unknown recipient": {behaviour{startTLS: true, replies: map[string]string{"RCPT": "550 unknown"}}, mail.STARTTLS, true, "550"},
	} {
		t.Run(name, func(t *testing.T) {
			s := newMailServer(t, c.behaviour)
			err := deliver(t, s.transport(t, c.Protection))
			if err == nil || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("got %v", err)
			}
			if got := mail.IsRefused(err); got != c.final {
				t.Errorf("final is %v: %v", got, err)
			}
			if mails, _, _ := s.seen(); len(mails) != 0 {
				t.Errorf("it arrived all the same: %+v", mails)
			}
		})
	}
}

func TestPasswordsAreNotSentInTheClear(t *testing.T) {
	s := newMailServer(t, behaviour{plain: "wiki:hunter2"})
	transport := s.transport(t, mail.Clear)
	transport.User, transport.Password = "wiki", secret.New("hunter2")
	err := deliver(t, transport)
	mails, commands, _ := s.seen()
	if err == nil || len(mails) != 0 || strings.Contains(strings.Join(commands, "\n"), "AUTH") {
		t.Errorf("%v: %q", err, commands)
	}
	if err != nil && strings.Contains(err.Error(), "hunter2") {
		t.Errorf("the password stands in the error: %v", err)
	}
}

func TestWrongPasswordsOfMail(t *testing.T) {
	s := newMailServer(t, behaviour{implicit: true, plain: "wiki:right"})
	transport := s.transport(t, mail.Implicit)
	transport.User, transport.Password = "wiki", secret.New("hunter2")
	err := deliver(t, transport)
	if err == nil || mail.IsRefused(err) || !strings.Contains(err.Error(), "535") || strings.Contains(err.Error(), "hunter2") {
		t.Errorf("got %v", err)
	}
}

func TestForeignMailCertificatesAreRefused(t *testing.T) {
	for _, p := range []mail.Protection{mail.STARTTLS, mail.Implicit} {
		s := newMailServer(t, behaviour{startTLS: p == mail.STARTTLS, implicit: p == mail.Implicit})
		transport := s.transport(t, p)
		_, transport.Roots = certificate(t)
		if err := deliver(t, transport); err == nil || !strings.Contains(err.Error(), "certificate") {
			t.Errorf("%s: %v", p, err)
		}
		if mails, _, _ := s.seen(); len(mails) != 0 {
			t.Errorf("%s: it was sent all the same", p)
		}
	}
}

func TestAServerThatSaysNothingIsLeft(t *testing.T) {
	s := newMailServer(t, behaviour{silent: true})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		for n := 0; n == 0; _, _, n = s.seen() {
			time.Sleep(time.Millisecond)
		}
		cancel()
	}()
	if err := s.transport(t, mail.Clear).Deliver(ctx, sample(t)); err == nil || mail.IsRefused(err) {
		t.Errorf("got %v", err)
	}
	if !errors.Is(ctx.Err(), context.Canceled) {
		t.Error("it was left before its time")
	}
}

func TestAServerThatIsNotThere(t *testing.T) {
	transport := &mail.SMTP{Server: "127.0.0.1:1", Protection: mail.Clear, From: address(t, "wiki@wiki.example")}
	if err := deliver(t, transport); err == nil || mail.IsRefused(err) {
		t.Errorf("got %v", err)
	}
}
