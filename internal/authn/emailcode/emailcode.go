// Package emailcode is the secondary provider that asks for a code, sent to the
// account's address, when a login comes from a network that the account has not
// logged in from lately.
//
// It owns when a code is asked for, what it is and how often it may be guessed,
// and what the mail says. It does not own the places (package place) nor the way
// that mails take.
//
// An account without a known place is asked as well: otherwise whoever stole a
// password would be the first to come, and the owner the stranger. So everybody
// with an address is asked once after the feature was switched on. Accounts
// without an address are not asked, since nothing can be sent to them, nor those
// with a second factor, which is better.
//
// Source: MediaWiki's extension EmailAuth,
// includes/EmailAuthSecondaryAuthenticationProvider.php.
package emailcode

import (
	"context"
	"net/netip"
	"strings"
	"time"
	"unicode"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/throttle"
)

// RequestID is the one request.
const RequestID = `MediaWiki\Extension\EmailAuth\EmailAuthAuthenticationRequest`

const fieldToken = "token"

// Lifetime is how long a code is good.
const Lifetime = 10 * time.Minute

// retries is how often a login may go on after a wrong code.
const retries = 3

// limit bounds something over all logins, for an account or for an address.
// Whoever guesses can change the address, so that guesses count for the account
// alone; an owner who comes from a known place is not asked, and not stopped.
type limit struct {
	kind      throttle.Kind
	ofAddress bool
	window    throttle.Window
}

var (
	ofMails = []limit{
		{"mailcodefrom", true, throttle.Window{Count: 30, Period: time.Hour}},
		{"mailcode", false, throttle.Window{Count: 5, Period: time.Hour}},
	}
	ofGuesses = []limit{
		{"mailguessday", false, throttle.Window{Count: 30, Period: 24 * time.Hour}},
		{"mailguess", false, throttle.Window{Count: 10, Period: time.Hour}},
	}
)

// tally is what counts for the limit. This machine's own addresses are not
// counted, where a proxy that nobody has named would make one client of all.
func (l limit) tally(a *authn.Attempt) throttle.Tally {
	y := throttle.Tally{Kind: l.kind, Windows: []throttle.Window{l.window}}
	switch {
	case !l.ofAddress:
		y.Name = a.Account.Name.String()
	case a.Address.Unmap().IsLoopback():
		y.Windows = nil
	default:
		y.Address = a.Address
	}
	return y
}

// Mailer takes mails without keeping anybody waiting; see package mail.
type Mailer interface {
	// Usable reports whether mails can be sent to an address.
	Usable(address string) bool
	// Send takes a mail. accepted is false when it will never be sent.
	Send(to, subject, body string) (accepted bool)
}

// Places are where accounts have logged in from; see place.Book.
type Places interface {
	Known(ctx context.Context, owner account.ID, from netip.Addr, now time.Time) (bool, error)
	Note(ctx context.Context, owner account.ID, from netip.Addr, now time.Time) error
}

// Counters count codes and guesses; see throttle.Throttle.
type Counters interface {
	AddUnlessFull(ctx context.Context, y throttle.Tally) (bool, error)
	TakeBack(ctx context.Context, y throttle.Tally) error
}

// Addresses notes whose mails are read; see account.Lifecycle.
type Addresses interface {
	ConfirmEmail(ctx context.Context, id account.ID, address string, at time.Time, events ...audit.Event) (confirmed bool, err error)
}

// Provider asks for codes.
type Provider struct {
	Mails     Mailer
	Places    Places
	Counters  Counters
	Addresses Addresses
	Language  message.Language // of the mails
	Site      string           // its name
}

// ID implements authn.Provider.
func (Provider) ID() string { return "emailcode" }

// Requests implements authn.Provider.
func (Provider) Requests(context.Context, *authn.Form) ([]authn.Request, error) { return nil, nil }

// Begin implements authn.StepProvider.
func (p Provider) Begin(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	if a.Account.SecondFactor || a.SecondFactor != "" || !p.Mails.Usable(a.Account.Email) {
		return authn.Response{Status: authn.Abstain}, nil
	}
	known, err := p.Places.Known(ctx, a.Account.ID, a.Address, a.Now)
	if err != nil || known {
		return authn.Response{Status: authn.Abstain}, err
	}
	ask := authn.Asking(message.New("emailauth-login-message", message.Escaped(masked(a.Account.Email))), "")
	if a.Alone {
		return ask, nil // nobody is there to type a code
	}
	if r, err := p.count(ctx, a, ofMails); err != nil || r.Status == authn.Fail {
		return r, err
	}
	c := code{Digits: newDigits(), Until: a.Now.Add(Lifetime), Address: a.Account.Email}
	if !p.Mails.Send(c.Address, p.subject(), p.body(a, c)) {
		return authn.Response{}, fail.New(fail.Unavailable, "a login waits for a code that cannot be mailed now")
	}
	return ask, c.note(a)
}

// Asks implements authn.StepProvider.
func (Provider) Asks(context.Context, *authn.Attempt) ([]authn.Request, error) {
	return []authn.Request{{ID: RequestID, Required: authn.Demanded, Fields: []authn.Field{{
		Name: fieldToken, Type: authn.FieldString,
		Label: message.New("emailauth-token-label"), Help: message.New("emailauth-token-help"),
	}}}}, nil
}

// Continue implements authn.StepProvider. Without a code that was sent to the
// present address, nothing passes: MediaWiki has compared a blank answer with a
// code that was lost.
func (p Provider) Continue(ctx context.Context, a *authn.Attempt) (authn.Response, error) {
	c, found := noted(a)
	if !found || c.Address != a.Account.Email || !a.Now.Before(c.Until) {
		r := authn.NotInProgress()
		r.Refusal.Reason = audit.Expired
		return r, nil
	}
	given := answer(a.Answers)
	if given == "" {
		return c.wrong(a, "") // nothing was guessed
	}
	if r, err := p.count(ctx, a, ofGuesses); err != nil || r.Status == authn.Fail {
		return r, err
	}
	if !secret.EqualText(given, c.Digits) {
		return c.wrong(a, audit.WrongCode)
	}
	for _, l := range ofGuesses {
		if err := p.Counters.TakeBack(ctx, l.tally(a)); err != nil {
			return authn.Response{}, err
		}
	}
	forget(a)
	return authn.Response{Status: authn.Pass}, p.confirm(ctx, a, c.Address)
}

// answer is what was typed, without blanks.
func answer(answers authn.Answers) string {
	given, _ := answers.Of(RequestID)
	return strings.Join(strings.FieldsFunc(given.Value(fieldToken), unicode.IsSpace), "")
}

// count counts one against the limits, or refuses when one of them is reached.
func (p Provider) count(ctx context.Context, a *authn.Attempt, limits []limit) (authn.Response, error) {
	for _, l := range limits {
		ok, err := p.Counters.AddUnlessFull(ctx, l.tally(a))
		if err != nil {
			return authn.Response{}, err
		}
		if !ok {
			r := authn.Refused(message.New("login-throttled", message.Duration(int64(l.window.Period.Seconds()))), audit.Throttled)
			r.Refusal.Wait = l.window.Period
			return r, nil
		}
	}
	return authn.Response{Status: authn.Pass}, nil
}

// confirm notes that the owner reads the mails to the address, if it is still
// the account's.
func (p Provider) confirm(ctx context.Context, a *authn.Attempt, address string) error {
	if !a.Account.EmailConfirmed.IsZero() {
		return nil
	}
	event := audit.Now(ctx, a.Now, audit.EmailConfirm).Of(int64(a.Account.ID), a.Account.Name.String())
	confirmed, err := p.Addresses.ConfirmEmail(ctx, a.Account.ID, address, a.Now, event)
	if confirmed {
		a.Account.EmailConfirmed = a.Now
	}
	return err
}

// Finished implements authn.Finisher: a login that has passed makes its place
// known.
func (p Provider) Finished(ctx context.Context, a *authn.Attempt, r authn.Response) error {
	if r.Status != authn.Pass {
		return nil
	}
	return p.Places.Note(ctx, a.Account.ID, a.Address, a.Now)
}
