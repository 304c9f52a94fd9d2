package webauthn

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/go-webauthn/webauthn/protocol"
)

// maxAnswer is more than any authenticator sends, in bytes.
const maxAnswer = 64 << 10

// answer is a PublicKeyCredential as JSON (Web Authentication Level 3, 5.1):
// what a client sends back. Extensions are not read, since none is asked for.
type answer struct {
	ID       encoded `json:"id"`
	RawID    encoded `json:"rawId"`
	Type     string  `json:"type"`
	Response struct {
		ClientData        encoded  `json:"clientDataJSON"`
		Authenticator     encoded  `json:"authenticatorData"`
		Signature         encoded  `json:"signature"`
		UserHandle        encoded  `json:"userHandle"`
		AttestationObject encoded  `json:"attestationObject"`
		Transports        []string `json:"transports"`
	} `json:"response"`
}

// encoded is base64 in either alphabet, with or without padding, since scripts
// written for MediaWiki send both.
type encoded []byte

var toURL = strings.NewReplacer("+", "-", "/", "_")

// UnmarshalJSON implements json.Unmarshaler.
func (e *encoded) UnmarshalJSON(data []byte) error {
	var text *string
	if err := json.Unmarshal(data, &text); err != nil || text == nil {
		return err
	}
	plain, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(toURL.Replace(*text), "="))
	*e = plain
	return err
}

// readAnswer reads a client's JSON.
func readAnswer(credential string) (a answer, ok bool) {
	if len(credential) > maxAnswer || json.Unmarshal([]byte(credential), &a) != nil {
		return a, false
	}
	if len(a.RawID) == 0 {
		a.RawID = a.ID
	}
	return a, len(a.ID) == 0 || bytes.Equal(a.ID, a.RawID)
}

// credential is the part that both kinds of answers have.
func (a answer) credential() protocol.PublicKeyCredential {
	return protocol.PublicKeyCredential{
		Credential: protocol.Credential{ID: base64.RawURLEncoding.EncodeToString(a.RawID), Type: a.Type},
		RawID:      protocol.URLEncodedBase64(a.RawID),
	}
}

func (a answer) clientData() protocol.AuthenticatorResponse {
	return protocol.AuthenticatorResponse{ClientDataJSON: protocol.URLEncodedBase64(a.Response.ClientData)}
}

// readAssertion reads what a registered device answers.
func readAssertion(credential string) (*protocol.ParsedCredentialAssertionData, bool) {
	a, ok := readAnswer(credential)
	if !ok {
		return nil, false
	}
	p, err := protocol.CredentialAssertionResponse{
		PublicKeyCredential: a.credential(),
		AssertionResponse: protocol.AuthenticatorAssertionResponse{
			AuthenticatorResponse: a.clientData(),
			AuthenticatorData:     protocol.URLEncodedBase64(a.Response.Authenticator),
			Signature:             protocol.URLEncodedBase64(a.Response.Signature),
			UserHandle:            protocol.URLEncodedBase64(a.Response.UserHandle),
		},
	}.Parse()
	return p, err == nil
}

// readRegistration reads what a device answers that is to be registered.
func readRegistration(credential string) (*protocol.ParsedCredentialCreationData, bool) {
	a, ok := readAnswer(credential)
	if !ok {
		return nil, false
	}
	p, err := protocol.CredentialCreationResponse{
		PublicKeyCredential: a.credential(),
		AttestationResponse: protocol.AuthenticatorAttestationResponse{
			AuthenticatorResponse: a.clientData(),
			AttestationObject:     protocol.URLEncodedBase64(a.Response.AttestationObject),
			Transports:            a.Response.Transports,
		},
	}.Parse()
	return p, err == nil
}

// challengeOf is the challenge that the client says it was asked with; nil when
// it is none.
func challengeOf(c protocol.CollectedClientData) []byte {
	challenge, err := base64.RawURLEncoding.DecodeString(c.Challenge)
	if err != nil {
		return nil
	}
	return challenge
}
