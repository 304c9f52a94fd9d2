package webauthn

import (
	"bytes"
	"context"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"

	"github.com/wikigate/wikigate/internal/account"
)

// Register judges what a new device has answered to AskRegistration in the same
// session, asked as a passkey or not, and keeps the device under the name that
// its owner gives it. All sessions of the account end: the caller makes a new
// one with Outcome.Token if this one is to go on.
//
// Attestation is not asked for. A statement that comes all the same is not
// looked at: nothing would follow from it.
func (s *Service) Register(ctx context.Context, a account.Account, binding []byte, credential, name string, asPasskey bool) (Outcome, error) {
	p, ok := readRegistration(credential)
	if !ok {
		return refused(Unreadable), nil
	}
	challenge, wanted := challengeOf(p.Response.CollectedClientData), newDevice
	if asPasskey {
		wanted = newPasskey
	}
	handle, err := s.handle(ctx, a.ID, challenge)
	if err != nil {
		return refused(Moved), err
	}
	if r := s.judge(challenge, scope{wanted, a.ID, binding, handle}); r != "" {
		return refused(r), nil
	}
	if r := s.verifyNew(p, asPasskey); r != "" {
		return refused(r), nil
	}
	list, state, err := s.devices(ctx, a.ID)
	if err != nil {
		return refused(Moved), err
	}
	d := deviceOf(p, handle, asPasskey)
	if slices.ContainsFunc(list, func(h held) bool { return bytes.Equal(h.ID, d.ID) }) {
		return refused(Registered), nil
	}
	if first, err := s.spend(ctx, challenge); err != nil || !first {
		return refused(UsedChallenge), err
	}
	if kept, err := s.Handles.Keep(ctx, a.ID, handle); err != nil || !bytes.Equal(kept, handle) {
		return refused(Moved), err
	}
	return s.add(ctx, a, state, name, d)
}

// verifyNew goes through what can be said of a new device without a store (Web
// Authentication Level 3, 7.1), but for the challenge, which judge knows.
func (s *Service) verifyNew(p *protocol.ParsedCredentialCreationData, verified bool) Refusal {
	client, object := p.Response.CollectedClientData, &p.Response.AttestationObject
	if r := s.place(client, object.AuthData, verified); r != "" {
		return r
	}
	object.Format, object.AttStatement, object.SubStatements = string(protocol.AttestationFormatNone), nil, nil
	_, err := p.Verify(client.Challenge, s.Site.ID, s.Site.Origins, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, verified, true, nil, parameters(), protocol.AttestationPolicy{}, protocol.SignaturePolicy{})
	flags := object.AuthData.Flags
	if err != nil || flags.HasBackupState() && !flags.HasBackupEligible() {
		return Invalid
	}
	return ""
}

func deviceOf(p *protocol.ParsedCredentialCreationData, handle []byte, asPasskey bool) Device {
	data := p.Response.AttestationObject.AuthData
	d := Device{
		ID: data.AttData.CredentialID, Key: data.AttData.CredentialPublicKey, Handle: handle, Counter: data.Counter, Passkey: asPasskey,
		CanBackUp: data.Flags.HasBackupEligible(), BackedUp: data.Flags.HasBackupState(), Model: data.AttData.AAGUID,
	}
	for _, t := range p.Response.Transports {
		if len(d.Transports) < maxTransports && slices.Contains(transports[:], t) {
			d.Transports = append(d.Transports, string(t))
		}
	}
	return d
}

// transports are the ways to reach a device that options name again (Web
// Authentication Level 3, 5.8.4).
var transports = [...]protocol.AuthenticatorTransport{
	protocol.USB, protocol.NFC, protocol.BLE, protocol.SmartCard, protocol.Hybrid, protocol.Internal,
}

const maxTransports = len(transports)
