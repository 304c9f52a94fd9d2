package mail_test

import (
	"bufio"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"math/big"
	"net"
	"strings"
	"sync"
	"testing"
	"time"
)

// behaviour is what a server of these tests does that not every server does.
type behaviour struct {
	startTLS bool
	implicit bool
	plain    string            // user:password that AUTH PLAIN wants; empty: offers none
	replies  map[string]string // instead of 250, by the beginning of a command; "cut" ends the connection
	silent   bool              // says nothing at all
	cutAfter string            // ends the connection after its answer to this command
}

// received is a mail as the server has taken it.
type received struct {
	from, data string
	to         []string
	encrypted  bool
	user       string // user:password
}

// mailServer speaks as much SMTP as a client needs (RFC 5321).
type mailServer struct {
	behaviour
	address string
	roots   *x509.CertPool
	config  *tls.Config

	mu          sync.Mutex
	mails       []received
	commands    []string
	connections int
}

func newMailServer(t *testing.T, b behaviour) *mailServer {
	t.Helper()
	s := &mailServer{behaviour: b}
	s.config, s.roots = certificate(t)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s.address = l.Addr().String()
	var all sync.WaitGroup
	open := make(chan struct{})
	all.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			all.Go(func() { s.serve(conn, open) })
		}
	})
	t.Cleanup(func() { close(open); _ = l.Close(); all.Wait() })
	return s
}

// certificate is one for 127.0.0.1 that signs itself.
func certificate(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "mail"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(cert)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}}, roots
}

func (s *mailServer) seen() ([]received, []string, int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.mails...), append([]string(nil), s.commands...), s.connections
}

// talk is one conversation.
type talk struct {
	*mailServer
	conn net.Conn
	in   *bufio.Reader
	mail received
	user string
	tls  bool
}

func (s *mailServer) serve(conn net.Conn, open <-chan struct{}) {
	s.mu.Lock()
	s.connections++
	s.mu.Unlock()
	defer func() { _ = conn.Close() }()
	if s.silent {
		<-open
		return
	}
	c := &talk{mailServer: s, conn: conn}
	if s.implicit {
		c.secure()
	}
	c.in = bufio.NewReader(c.conn)
	c.say("220 ready")
	for {
		command, err := c.in.ReadString('\n')
		if err != nil {
			return
		}
		command = strings.TrimRight(command, "\r\n")
		s.mu.Lock()
		s.commands = append(s.commands, command)
		s.mu.Unlock()
		if !c.answer(command) || s.cutAfter != "" && strings.HasPrefix(command, s.cutAfter) {
			return
		}
	}
}

func (c *talk) secure() {
	c.conn, c.tls = tls.Server(c.conn, c.config), true
	c.in = bufio.NewReader(c.conn)
}

func (c *talk) say(text string) { _, _ = c.conn.Write([]byte(text + "\r\n")) }

// answer reports whether the conversation goes on.
func (c *talk) answer(command string) bool {
	for prefix, reply := range c.replies {
		if strings.HasPrefix(command, prefix) {
			if reply == "cut" {
				return false
			}
			c.say(reply)
			return true
		}
	}
	switch verb, rest, _ := strings.Cut(command, " "); verb {
	case "EHLO":
		c.greet()
	case "STARTTLS":
		c.say("220 go on")
		c.secure()
	case "AUTH":
		_, sent, _ := strings.Cut(rest, " ")
		plain, _ := base64.StdEncoding.DecodeString(sent)
		c.user = strings.ReplaceAll(strings.TrimPrefix(string(plain), "\x00"), "\x00", ":")
		if c.user != c.plain {
			c.say("535 5.7.8 no such user")
			return true
		}
		c.say("235 welcome")
	case "MAIL":
		c.mail = received{from: rest, encrypted: c.tls, user: c.user}
		c.say("250 ok")
	case "RCPT":
		c.mail.to = append(c.mail.to, rest)
		c.say("250 ok")
	case "DATA":
		c.say("354 go on")
		return c.data()
	case "QUIT":
		c.say("221 bye")
		return false
	default:
		c.say("250 ok")
	}
	return true
}

func (c *talk) greet() {
	if c.startTLS && !c.tls {
		c.say("250-mail\r\n250-SMTPUTF8\r\n250 STARTTLS")
	} else if c.plain != "" {
		c.say("250-mail\r\n250-SMTPUTF8\r\n250 AUTH PLAIN LOGIN")
	} else {
		c.say("250-mail\r\n250 SMTPUTF8")
	}
}

func (c *talk) data() bool {
	var text strings.Builder
	for {
		line, err := c.in.ReadString('\n')
		if err != nil {
			return false
		}
		if line == ".\r\n" {
			break
		}
		text.WriteString(strings.TrimPrefix(line, "."))
	}
	if reply := c.replies["."]; reply != "" {
		if reply != "cut" {
			c.say(reply)
		}
		return reply != "cut"
	}
	c.mail.data = text.String()
	c.mu.Lock()
	c.mails = append(c.mails, c.mail)
	c.mu.Unlock()
	c.say("250 taken")
	return true
}
