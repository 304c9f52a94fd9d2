package webauthn

import (
	"context"
	"encoding/json"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/protocol/webauthncose"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
)

// algorithms are the kinds of keys that may be registered, the preferred one
// first (OATHAuth: src/WebAuthnAuthenticator.php).
var algorithms = [...]webauthncose.COSEAlgorithmIdentifier{
	webauthncose.AlgES256, webauthncose.AlgES512, webauthncose.AlgEdDSA, webauthncose.AlgRS256, webauthncose.AlgRS512,
}

func parameters() (list []protocol.CredentialParameter) {
	for _, a := range algorithms {
		list = append(list, protocol.CredentialParameter{Type: protocol.PublicKeyCredentialType, Algorithm: a})
	}
	return list
}

// AskSecondFactor asks one of the account's devices, as the JSON of
// PublicKeyCredentialRequestOptions. It asks the same each time for what Draw
// has given. ok is false when the account has no device.
func (s *Service) AskSecondFactor(ctx context.Context, id account.ID, binding []byte, d Drawn) (options string, ok bool, err error) {
	list, _, err := s.devices(ctx, id)
	if err != nil || len(list) == 0 {
		return "", false, err
	}
	options, err = s.request(d, scope{purpose: secondFactor, account: id, session: binding}, protocol.VerificationPreferred, descriptors(list))
	return options, err == nil, err
}

// AskPasskey asks any passkey, whoever it belongs to, and costs no store call.
func (s *Service) AskPasskey(binding []byte, d Drawn) (options string, err error) {
	return s.request(d, scope{purpose: passkey, session: binding}, protocol.VerificationRequired, nil)
}

func (s *Service) request(d Drawn, made scope, verify protocol.UserVerificationRequirement, allowed []protocol.CredentialDescriptor) (string, error) {
	return text(protocol.PublicKeyCredentialRequestOptions{
		Challenge: s.challenge(d, made), Timeout: int(Life.Milliseconds()), RelyingPartyID: s.Site.ID,
		AllowedCredentials: allowed, UserVerification: verify,
	})
}

// AskRegistration asks for a new device of an account, as the JSON of
// PublicKeyCredentialCreationOptions. A passkey is kept by the authenticator
// together with the account's name, and works without a password; it asks the
// user for more than a touch.
func (s *Service) AskRegistration(ctx context.Context, a account.Account, binding []byte, asPasskey bool) (options string, err error) {
	list, _, err := s.devices(ctx, a.ID)
	if err != nil {
		return "", err
	}
	p, selection := newDevice, protocol.AuthenticatorSelection{
		AuthenticatorAttachment: protocol.CrossPlatform,
		ResidentKey:             protocol.ResidentKeyRequirementDiscouraged, UserVerification: protocol.VerificationPreferred,
	}
	if asPasskey {
		required := true
		p, selection = newPasskey, protocol.AuthenticatorSelection{
			RequireResidentKey: &required,
			ResidentKey:        protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired,
		}
	}
	drawn := s.Draw()
	handle, err := s.handle(ctx, a.ID, drawn[:])
	if err != nil {
		return "", err
	}
	challenge := s.challenge(drawn, scope{p, a.ID, binding, handle})
	shown := a.RealName
	if shown == "" {
		shown = a.Name.String()
	}
	return text(protocol.PublicKeyCredentialCreationOptions{
		RelyingParty: protocol.RelyingPartyEntity{ID: s.Site.ID, CredentialEntity: protocol.CredentialEntity{Name: s.Site.Name}},
		User: protocol.UserEntity{
			ID: protocol.URLEncodedBase64(handle), DisplayName: shown, CredentialEntity: protocol.CredentialEntity{Name: a.Name.String()},
		},
		Challenge: challenge, Parameters: parameters(), Timeout: int(Life.Milliseconds()),
		CredentialExcludeList: descriptors(list), AuthenticatorSelection: selection, Attestation: protocol.PreferNoAttestation,
	})
}

func descriptors(devices []held) (list []protocol.CredentialDescriptor) {
	for _, h := range devices {
		d := protocol.CredentialDescriptor{Type: protocol.PublicKeyCredentialType, CredentialID: h.ID}
		for _, t := range h.Transports {
			d.Transport = append(d.Transport, protocol.AuthenticatorTransport(t))
		}
		list = append(list, d)
	}
	return list
}

func text(options any) (string, error) {
	data, err := json.Marshal(options)
	return string(data), fail.Wrap(fail.Internal, err, "WebAuthn options cannot be written")
}
