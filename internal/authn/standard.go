package authn

import (
	"github.com/wikigate/wikigate/internal/message"
)

// Ids of requests that several parts know.
const (
	PasswordID          = `MediaWiki\Auth\PasswordAuthenticationRequest`
	TemporaryPasswordID = `MediaWiki\Auth\TemporaryPasswordAuthenticationRequest`
	UsernameID          = `MediaWiki\Auth\UsernameAuthenticationRequest`
	UserDataID          = `MediaWiki\Auth\UserDataAuthenticationRequest`
	CreationReasonID    = `MediaWiki\Auth\CreationReasonAuthenticationRequest`
	RememberMeID        = `MediaWiki\Auth\RememberMeAuthenticationRequest`
	buttonClass         = `MediaWiki\Auth\ButtonAuthenticationRequest`
)

// Names of fields that several parts know.
const (
	FieldUsername   = fieldUsername
	FieldOfPassword = "password"
	FieldRetype     = "retype"
	FieldRememberMe = "rememberMe"
)

// field makes one that must be filled, with its texts.
func field(name string, t FieldType, label, help string) Field {
	return Field{Name: name, Type: t, Label: message.New(label), Help: message.New(help), Sensitive: t == FieldPassword}
}

// Password is the request for a name and a password at login, for those of an
// account to be made, or for a new password (MediaWiki:
// PasswordAuthenticationRequest). account is whose it is; empty: it is not
// known.
func Password(action Action, account string) Request {
	r := Request{
		ID: PasswordID, Required: Demanded,
		Provider: message.New("authmanager-provider-password"), Account: AccountNamed(account),
	}
	label, again := "userlogin-yourpassword", "yourpasswordagain"
	if action == ActionChange {
		label, again = "newpassword", "retypenew"
	} else {
		r.Fields = append(r.Fields, nameField())
	}
	r.Fields = append(r.Fields, field(FieldOfPassword, FieldPassword, label, "authmanager-password-help"))
	if action != ActionLogin {
		r.Fields = append(r.Fields, field(FieldRetype, FieldPassword, again, "authmanager-retype-help"))
	}
	return r
}

func nameField() Field {
	return field(FieldUsername, FieldString, "userlogin-yourname", "authmanager-username-help")
}

// TemporaryPassword is the request for a password that is mailed (MediaWiki:
// TemporaryPasswordAuthenticationRequest).
func TemporaryPassword(account string) Request {
	return Request{
		ID: TemporaryPasswordID, Required: Demanded,
		Provider: message.New("authmanager-provider-temporarypassword"), Account: AccountNamed(account),
		Fields: []Field{field("mailpassword", FieldCheckbox, "createaccountmail", "createaccountmail-help")},
	}
}

// RememberMe is the box that makes a login outlive its session. In a session
// that cannot remember it has no fields. days is how long it is remembered.
func RememberMe(days int64, can bool) Request {
	r := Request{ID: RememberMeID}
	if can {
		box := field(FieldRememberMe, FieldCheckbox, "", "authmanager-userlogin-remembermypassword-help")
		box.Label, box.Optional = message.New("userlogin-remembermypassword", message.Number(days)), true
		r.Fields = []Field{box}
	}
	return r
}

// Button is a request that is one button.
func Button(name, label, help string) Request {
	return Request{
		ID: buttonClass + ":" + name, Class: buttonClass, Required: Demanded,
		Fields: []Field{field(name, FieldButton, label, help)},
	}
}

// creation are the requests about an account to be made that belong to no
// provider.
func creation(registered bool) []Request {
	optional := func(f Field) Field { f.Optional = true; return f }
	list := []Request{
		{ID: UsernameID, Required: Demanded, Fields: []Field{nameField()}},
		{ID: UserDataID, Required: Demanded, Fields: []Field{
			optional(field("email", FieldString, "authmanager-email-label", "authmanager-email-help")),
			optional(field("realname", FieldString, "authmanager-realname-label", "authmanager-realname-help")),
		}},
	}
	if registered {
		list = append(list, Request{ID: CreationReasonID, Fields: []Field{
			field("reason", FieldString, "createacct-reason", "createacct-reason-help"),
		}})
	}
	return list
}
