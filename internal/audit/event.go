// Package audit owns the record of what happened to accounts and who tried to
// log in: what an event says, how events are chained so that a changed record
// is noticed, and what is kept of a flood of refused attempts.
//
// Stores write an event in the same transaction as what it records. The
// package does not decide what is allowed, knows no secret, and keeps none: an
// event has no field that one belongs into.
package audit

import (
	"context"
	"net/netip"
	"slices"
	"time"
)

// Kind is what happened. The list is closed; the words are stored and never
// change.
type Kind string

// The kinds. Those of accounts and bot passwords are named after the command.
const (
	Login      Kind = "login" // ended, whatever the result
	Logout     Kind = "logout"
	SessionEnd Kind = "session-end" // by somebody else than its user
	Password   Kind = "password-change"
	BotCreate  Kind = "botpassword-create"
	BotUpdate  Kind = "botpassword-update"
	BotDelete  Kind = "botpassword-delete"

	FactorAdd    Kind = "twofactor-add"    // a device of a second factor
	FactorRemove Kind = "twofactor-remove" // one of them
	FactorReset  Kind = "twofactor-reset"  // all of them
	FactorAsked  Kind = "twofactor-verify" // somebody else has asked whether there is one, or had a code checked
	RecoveryNew  Kind = "recovery-codes"   // in place of all older ones
	RecoveryUse  Kind = "recovery-code-use"

	AccountCreate  Kind = "account-create"
	AccountGroups  Kind = "account-groups"
	AccountBlock   Kind = "account-block"
	AccountUnblock Kind = "account-unblock"
	AccountLock    Kind = "account-lock"
	AccountUnlock  Kind = "account-unlock"
	AccountRename  Kind = "account-rename"
	AccountDelete  Kind = "account-delete"
	EmailConfirm   Kind = "email-confirm" // its owner reads the mails to the address

	KeyRotate Kind = "key-rotate"
	KeyRetire Kind = "key-retire"
	Backup    Kind = "backup"
	Restore   Kind = "restore"
	Prune     Kind = "audit-prune" // old events were removed
)

// Kinds are all kinds.
func Kinds() []Kind {
	return []Kind{
		Login, Logout, SessionEnd, Password, BotCreate, BotUpdate, BotDelete,
		FactorAdd, FactorRemove, FactorReset, FactorAsked, RecoveryNew, RecoveryUse,
		AccountCreate, AccountGroups, AccountBlock, AccountUnblock, AccountLock, AccountUnlock, AccountRename, AccountDelete, EmailConfirm,
		KeyRotate, KeyRetire, Backup, Restore, Prune,
	}
}

// Result is how it ended.
type Result string

// The results.
const (
	Success Result = "success"
	Refused Result = "refused"
)

// Reason names the check that refused. The list is closed; the words are
// stored and never change. It is empty for a success.
type Reason string

// The reasons.
const (
	NoCredentials  Reason = "no-credentials" // no name and password, or a name that cannot be
	UnknownName    Reason = "unknown-name"
	WrongPassword  Reason = "wrong-password"
	NoPassword     Reason = "no-password" // the account has none
	TooLong        Reason = "too-long"
	TooShort       Reason = "too-short"
	MustChange     Reason = "must-change" // the password is right, but must be changed first
	Locked         Reason = "locked"
	Blocked        Reason = "blocked"
	NeedsAnswer    Reason = "needs-answer" // of somebody who cannot be asked
	Captcha        Reason = "captcha"      // not solved, or not rightly
	Throttled      Reason = "throttled"
	WrongCode      Reason = "wrong-code" // of a second factor
	UsedCode       Reason = "used-code"
	WrongKey       Reason = "wrong-key"  // a security key's answer
	ClonedKey      Reason = "cloned-key" // a security key of which there is a copy
	UnknownApp     Reason = "unknown-app"
	Expired        Reason = "expired"
	AddressRefused Reason = "address-refused"
	NeedsReset     Reason = "needs-reset"
	TokenLost      Reason = "token-lost" // of a session that is gone
	TokenWrong     Reason = "token-wrong"
	TokenMissing   Reason = "token-missing" // mentioned only, not kept
)

// Reasons are all reasons that are kept.
func Reasons() []Reason {
	return []Reason{
		NoCredentials, UnknownName, WrongPassword, NoPassword, TooLong, TooShort, MustChange, Locked, Blocked, NeedsAnswer,
		Throttled, WrongCode, UsedCode, WrongKey, ClonedKey,
		UnknownApp, Expired, AddressRefused, NeedsReset, TokenLost, TokenWrong, Captcha,
	}
}

// Method is by what somebody logged in.
type Method string

// The methods.
const (
	ByPassword    Method = "password"
	ByBotPassword Method = "bot-password"
	ByRemembered  Method = "remembered" // the cookie of a remembered login
	ByPasskey     Method = "passkey"
	BySession     Method = "session" // that the same person had, and has under another id now
)

// Origin is who asked for something, and how.
type Origin struct {
	Request string     // id of the request, as in X-Request-Id; empty: none
	Address netip.Addr // zero: none
	Client  string     // what the client calls itself (User-Agent)
	Actor   string     // who acted, when not the account itself
}

// Detail is something more about an event.
type Detail struct{ Key, Value string }

// Event is something that happened. Texts may be as a client has sent them:
// whoever keeps an event shortens and cleans them (Head.Next).
type Event struct {
	Time   time.Time
	Kind   Kind
	Result Result // empty: Success
	Reason Reason
	Method Method
	// Account is the id of the account that it happened to; 0 when there is
	// none or it is not known.
	Account int64
	// Name is that account's canonical name or, where there is none, what the
	// client gave instead.
	Name string
	App  string // app id of a bot password
	Origin
	// Count is how often it happened, when more than once. Stores set it where
	// one change does something to several things.
	Count   int64
	Details []Detail
}

// originKey is the key of an Origin in a context.
type originKey struct{}

// WithOrigin says who asks for what is done with the context. The edge calls
// it once, so that services need no parameter for it.
func WithOrigin(ctx context.Context, o Origin) context.Context {
	return context.WithValue(ctx, originKey{}, o)
}

// From is who asks; the zero value when nobody has said it.
func From(ctx context.Context) Origin {
	o, _ := ctx.Value(originKey{}).(Origin)
	return o
}

// Now is an event of a kind at a time, by whom ctx names.
func Now(ctx context.Context, now time.Time, k Kind) Event {
	return Event{Time: now, Kind: k, Result: Success, Origin: From(ctx)}
}

// Of says whom the event is about.
func (e Event) Of(account int64, name string) Event {
	e.Account, e.Name = account, name
	return e
}

// About gives events the account that they happened to, where it was not known
// when they were made.
func About(account int64, events []Event) []Event {
	about := slices.Clone(events)
	for i := range about {
		if about[i].Account == 0 {
			about[i].Account = account
		}
	}
	return about
}

// Counted gives events the number of things that they happened to.
func Counted(n int64, events []Event) []Event {
	counted := slices.Clone(events)
	for i := range counted {
		counted[i].Count = n
	}
	return counted
}

// With adds a detail, unless its value is empty.
func (e Event) With(key, value string) Event {
	if value != "" {
		e.Details = append(e.Details[:len(e.Details):len(e.Details)], Detail{key, value})
	}
	return e
}

// Detail is the value of a detail, empty when there is none.
func (e Event) Detail(key string) string {
	for _, d := range e.Details {
		if d.Key == key {
			return d.Value
		}
	}
	return ""
}
