// Package passkey asks security keys in a login: as a second factor, and
// instead of a password.
//
// It owns the protocol's forms and answers. What is asked of a browser, and
// whether what comes back is right, package webauthn says.
//
// Source: MediaWiki extension OATHAuth, src/Auth/WebAuthnAuthenticationRequest.php,
// src/Auth/WebAuthnSecondaryAuthenticationProvider.php and
// src/Auth/PasskeyPrimaryAuthenticationProvider.php.
package passkey

import (
	"log/slog"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// RequestID is the id of the request in both uses.
const RequestID = `MediaWiki\Extension\OATHAuth\Auth\WebAuthnAuthenticationRequest`

const (
	fieldOptions    = "auth_info"
	fieldCredential = "credential"
	fieldPrompt     = "webauthnLabel"
)

// The messages of a refusal.
const (
	wrongFactor  = "oathauth-webauthn-error-verification-failed"
	wrongPasskey = "oathauth-webauthn-error-passkey-verification-failed"
	missing      = "oathauth-webauthn-error-credentials-missing"
)

// request asks for what a browser makes of the options. They need not be sent
// back, and are not looked at if they are.
func request(options, owner string, more ...authn.Field) authn.Request {
	field := func(name, value, label string) authn.Field {
		return authn.Field{
			Name: name, Type: authn.FieldHidden, Value: value, HasValue: true,
			Label: message.New(label + "-label"), Help: message.New(label + "-help"),
		}
	}
	return authn.Request{
		ID: RequestID, Required: authn.Demanded,
		Provider: message.New("oathauth-describe-provider"), Account: authn.AccountNamed(owner),
		Fields: append([]authn.Field{
			field(fieldOptions, options, "oathauth-webauthn-authentication-info"),
			field(fieldCredential, "", "oathauth-webauthn-credential"),
		}, more...),
		Load: func(s authn.Submission) (authn.Answer, bool) {
			credential, given := s.Value(fieldCredential)
			return authn.Filled(map[string]string{fieldCredential: credential}), given
		},
	}
}

// prompt is a text beside the fields, for people.
func prompt() authn.Field {
	text := message.New("oathauth-webauthn-ui-login-prompt")
	return authn.Field{Name: fieldPrompt, Type: authn.FieldNull, Label: text, Help: text}
}

// credentialOf is what the browser has made; empty: nothing.
func credentialOf(a *authn.Attempt) string {
	given, _ := a.Answers.Of(RequestID)
	return given.Value(fieldCredential)
}

// reason is a refusal as the audit trail knows it.
func reason(r webauthn.Refusal) audit.Reason {
	if r == webauthn.Cloned {
		return audit.ClonedKey
	}
	return audit.WrongKey
}

// tell writes a refusal to the log, which says more than the client is told. id
// is whose login it was; 0: nobody's.
func tell(log *slog.Logger, a *authn.Attempt, id account.ID, r webauthn.Refusal) {
	write := log.Info
	if r == webauthn.Cloned {
		write = log.Warn
	}
	write("an answer of a security key was refused", "channel", "authevents", "account", id, "why", string(r), "address", a.Address.String())
}
