package authn

import (
	"context"
	"fmt"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/username"
)

// Form is for whom requests are asked.
type Form struct {
	Action  Action
	Session *session.Session
	// User is the request's user, which is nobody when another site may be
	// asking, whoever the session belongs to.
	User    session.User
	Address netip.Addr
	Now     time.Time
	// May reports whether the request's user has a right. nil: he has none.
	May func(ctx context.Context, right string) (bool, error)
}

// Attempt is one call of a login, as a provider sees it.
type Attempt struct {
	Now     time.Time
	Address netip.Addr
	Session *session.Session
	Answers Answers
	// ReturnURL is where a third party sends the person back to.
	ReturnURL string
	// Name is the canonical name that the client means; the zero value: none,
	// or one that cannot be.
	Name username.Name
	// KnownWrong says that the secret has been checked, by a slow hash, and is
	// none of the account: it is refused without another.
	KnownWrong bool
	// Account is whose login it is, once the primary provider has passed.
	// Providers replace it when they change the account.
	Account account.Account
	// Notes are what providers remember of this login, and tell each other, by
	// keys that their packages name (MediaWiki: authenticationSessionData). They
	// end with it. Keep them small.
	Notes Notes
	// Alone says that the client cannot be asked anything: a provider that would
	// have to answers so, and does nothing else for it.
	Alone bool
	// SecondFactor is set by the provider that has checked one.
	SecondFactor string
}

// Notes are texts by keys. Some of them are secrets.
type Notes map[string]string

// Format hides the texts from every verb of package fmt.
func (n Notes) Format(f fmt.State, _ rune) { _, _ = fmt.Fprintf(f, "[%d notes]", len(n)) }

// Binding is what challenges of the session are bound to.
func (a *Attempt) Binding() []byte { return a.Session.Binding().Value }

// Binding is what challenges of the session are bound to. A provider that hands
// one out persists the session.
func (f *Form) Binding() []byte { return f.Session.Binding().Value }

// Status is how a call ended.
type Status uint8

// The statuses.
const (
	Abstain  Status = iota // not for this provider; never shown to clients
	Pass                   // accepted
	Fail                   // the login is over
	UI                     // the person is asked something
	Redirect               // the person is sent somewhere
	Restart                // proven, but nobody's account
)

// String is the status in the protocol.
func (s Status) String() string {
	return [...]string{Abstain: "ABSTAIN", Pass: "PASS", Fail: "FAIL", UI: "UI", Redirect: "REDIRECT", Restart: "RESTART"}[s]
}

// Response is the outcome of a call. A refused secret is a response, not an
// error.
type Response struct {
	Status  Status
	Message message.Message // for people; not of Pass, Abstain, Redirect
	// Requests are what is asked next. The machine fills them in, by asking the
	// provider (Asks).
	Requests []Request
	// Target and Data are of Redirect: an absolute URL, and what else a client
	// may need.
	Target string
	Data   string
	// Account is whose login it is: of a primary that passes. The zero value
	// means that what was proven belongs to no account.
	Account account.Account
	// Username is the canonical name, when the whole login has passed.
	Username string
	Refusal  Refusal
}

// Refusal is why something was refused, for the audit trail only. One without
// a reason is not recorded.
type Refusal struct {
	Reason  audit.Reason
	Method  audit.Method
	Account account.ID
	Name    string // canonical; empty: as the client gave it
	App     string
	Wait    time.Duration // that the client was told, when throttled
	// Needs is why a client that cannot be asked anything is refused, of UI;
	// empty: because it cannot.
	Needs audit.Reason
}

// Refused is a Fail.
func Refused(m message.Message, why audit.Reason) Response {
	return Response{Status: Fail, Message: m, Refusal: Refusal{Reason: why}}
}

// Asking is a UI that asks, or asks again: why is set when something was
// refused.
func Asking(m message.Message, why audit.Reason) Response {
	return Response{Status: UI, Message: m, Refusal: Refusal{Reason: why}}
}

// Provider is a part of the machine. Implementations are immutable and safe
// for concurrent use.
type Provider interface {
	// ID is unique among all providers of a machine, and stays: waiting logins
	// name it.
	ID() string
	// Requests are what the provider has to ask for in a form, before anything
	// was answered.
	Requests(ctx context.Context, f *Form) ([]Request, error)
}

// PreProvider may refuse an attempt before any secret is looked at.
type PreProvider interface {
	Provider
	// Test gives Pass, or Fail with the message.
	Test(ctx context.Context, a *Attempt) (Response, error)
}

// StepProvider takes steps of a login.
type StepProvider interface {
	Provider
	// Begin takes the first step. Of a secondary provider it sees the answers of
	// the first call of the login at most, and never those of a later one.
	Begin(ctx context.Context, a *Attempt) (Response, error)
	// Continue takes the next one, after a UI or Redirect of this provider.
	Continue(ctx context.Context, a *Attempt) (Response, error)
	// Asks are the requests that the provider waits for after a UI or Redirect.
	// They are the same each time they are asked for.
	Asks(ctx context.Context, a *Attempt) ([]Request, error)
}

// PrimaryProvider proves whose login it is.
type PrimaryProvider interface{ StepProvider }

// SecondaryProvider has a say after that. Pass and Abstain both mean that it
// has none any more.
type SecondaryProvider interface{ StepProvider }

// Guard is a secondary provider whose Begin is called in each step, since what
// it looks at may change while a login waits. It passes or refuses, and asks
// nothing.
type Guard interface {
	SecondaryProvider
	Guards()
}

// Finisher is a provider that is told how a login ended (MediaWiki:
// postAuthentication): by Fail, or by Pass, and then just before the session
// begins, which an error prevents.
type Finisher interface {
	Finished(ctx context.Context, a *Attempt, r Response) error
}

// AsksNothing is for providers that have no step after the first.
type AsksNothing struct{}

// Requests implements Provider.
func (AsksNothing) Requests(context.Context, *Form) ([]Request, error) { return nil, nil }

// Asks implements StepProvider.
func (AsksNothing) Asks(context.Context, *Attempt) ([]Request, error) { return nil, nil }

// Continue implements StepProvider.
func (AsksNothing) Continue(context.Context, *Attempt) (Response, error) {
	return Response{Status: Abstain}, nil
}
