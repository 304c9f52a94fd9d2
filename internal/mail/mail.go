// Package mail sends short plain-text mails, each to one person.
//
// It owns which addresses may stand in a mail, the queue in which mails wait
// and are tried again, and the ways out: a mail server (SMTP, RFC 5321) or, for
// tests, a file. It does not own why a mail is sent or what stands in it, and
// nobody who hands one over waits for the network.
package mail

import (
	"context"
	"errors"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Address is a mailbox that can stand in a header and in a command as it is.
// The zero value is none.
type Address struct{ local, domain string }

// addressForm is a dot-atom and the name of a host (RFC 5321 section 4.1.2,
// RFC 5322 section 3.2.3). Quoted local parts, comments, names in front,
// literal IP addresses and letters outside ASCII are none of it.
var addressForm = regexp.MustCompile("\\A([A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*)" +
	`@([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)\z`)

// ParseAddress reads an address such as anna@wiki.example. ok is false for what
// is none, or is more than one.
func ParseAddress(s string) (a Address, ok bool) {
	m := addressForm.FindStringSubmatch(s)
	if m == nil || len(m[1]) > 64 || len(m[2]) > 253 || len(s) > 254 {
		return Address{}, false
	}
	return Address{local: m[1], domain: m[2]}, true
}

// Usable reports whether mail can be sent to an address.
func Usable(s string) bool {
	_, ok := ParseAddress(s)
	return ok
}

// String is the address as it was written.
func (a Address) String() string {
	if a == (Address{}) {
		return ""
	}
	return a.local + "@" + a.domain
}

// masked is what logs say of an address.
func (a Address) masked() string { return a.local[:1] + "***@" + a.domain }

// Message is a mail that is ready to be sent.
type Message struct {
	ID      string // of header Message-ID, without the brackets; the same each time it is tried
	Date    time.Time
	To      Address
	Subject string // one line
	Body    string // lines end with a line feed
}

// Transport is a way out. Implementations are safe for concurrent use.
type Transport interface {
	// Deliver hands the mail over, and returns when somebody else answers for
	// it. An error made by Refused is final; after any other the mail can be
	// tried again. It returns soon after ctx has ended.
	Deliver(ctx context.Context, m Message) error
}

// refused is the error of a mail that would be refused again.
type refused struct{ error }

func (r refused) Unwrap() error { return r.error }

// Refused makes err final. A nil err stays nil.
func Refused(err error) error {
	if err == nil {
		return nil
	}
	return refused{err}
}

// IsRefused reports whether an error is final.
func IsRefused(err error) bool {
	var r refused
	return errors.As(err, &r)
}

// longestSubject and longestBody are in bytes: more is no mail of ours.
const (
	longestSubject = 500
	longestBody    = 64 << 10
)

// sendable reports whether texts can stand in a mail: a subject that ends its
// line would begin another header.
func sendable(subject, body string) bool {
	return subject != "" && len(subject) <= longestSubject && utf8.ValidString(subject) &&
		!strings.ContainsFunc(subject, func(r rune) bool { return unicode.IsControl(r) || r == '\u2028' || r == '\u2029' }) &&
		body != "" && len(body) <= longestBody && utf8.ValidString(body) &&
		!strings.ContainsFunc(body, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' })
}
