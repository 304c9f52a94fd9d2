package webauthn

import (
	"bytes"
	"context"
	"crypto/sha256"

	"github.com/go-webauthn/webauthn/protocol"

	"github.com/wikigate/wikigate/internal/account"
)

// Check judges what one of the account's devices has answered to
// AskSecondFactor in the same session. Of all calls with one answer, parallel
// or one after the other, at most one passes.
func (s *Service) Check(ctx context.Context, id account.ID, binding []byte, credential string) (Outcome, error) {
	p, ok := readAssertion(credential)
	if !ok {
		return refused(Unreadable), nil
	}
	return s.check(ctx, id, scope{purpose: secondFactor, account: id, session: binding}, p)
}

// CheckPasskey is Check for an answer to AskPasskey. id is the account that the
// answer speaks for, also when it is refused; 0 when there is none.
func (s *Service) CheckPasskey(ctx context.Context, binding []byte, credential string) (id account.ID, o Outcome, err error) {
	p, ok := readAssertion(credential)
	if !ok {
		return 0, refused(Unreadable), nil
	}
	made := scope{purpose: passkey, session: binding}
	if r := s.judge(challengeOf(p.Response.CollectedClientData), made); r != "" {
		return 0, refused(r), nil
	}
	if len(p.Response.UserHandle) == 0 {
		return 0, refused(UnknownDevice), nil
	}
	id, found, err := s.Handles.Owner(ctx, p.Response.UserHandle)
	if err != nil || !found {
		return 0, refused(UnknownDevice), err
	}
	o, err = s.check(ctx, id, made, p)
	return id, o, err
}

// check judges an answer by the devices of an account.
func (s *Service) check(ctx context.Context, id account.ID, made scope, p *protocol.ParsedCredentialAssertionData) (Outcome, error) {
	challenge := challengeOf(p.Response.CollectedClientData)
	if r := s.judge(challenge, made); r != "" {
		return refused(r), nil
	}
	asPasskey := made.purpose == passkey
	was, found, err := s.find(ctx, id, asPasskey, p)
	if err != nil || !found {
		return refused(UnknownDevice), err
	}
	if r := s.verify(was.Device, asPasskey, p); r != "" {
		return refused(r), nil
	}
	if first, err := s.spend(ctx, challenge); err != nil || !first {
		return refused(UsedChallenge), err
	}
	return s.count(ctx, id, was, p)
}

// find is the device that answers, as it is stored.
func (s *Service) find(ctx context.Context, id account.ID, asPasskey bool, p *protocol.ParsedCredentialAssertionData) (held, bool, error) {
	list, _, err := s.devices(ctx, id)
	if err != nil {
		return held{}, false, err
	}
	for _, h := range list {
		handle := p.Response.UserHandle
		if bytes.Equal(h.ID, p.RawID) && (len(handle) == 0 || bytes.Equal(h.Handle, handle)) && (h.Passkey || !asPasskey) {
			return h, true, nil
		}
	}
	return held{}, false, nil
}

// verify goes through what can be said without a store (Web Authentication
// Level 3, 7.2), but for the challenge, which judge knows, and the counter.
func (s *Service) verify(d Device, verified bool, p *protocol.ParsedCredentialAssertionData) Refusal {
	client, data := p.Response.CollectedClientData, p.Response.AuthenticatorData
	if r := s.place(client, data, verified); r != "" {
		return r
	}
	err := p.Verify(client.Challenge, s.Site.ID, "", s.Site.Origins, nil, nil, protocol.TopOriginExplicitVerificationMode,
		false, verified, true, d.Key, protocol.SignaturePolicy{})
	if err != nil || d.CanBackUp != data.Flags.HasBackupEligible() || data.Flags.HasBackupState() && !d.CanBackUp {
		return Invalid
	}
	return ""
}

// place tells where an answer was made and by whom, as far as it says so itself.
func (s *Service) place(client protocol.CollectedClientData, data protocol.AuthenticatorData, verified bool) Refusal {
	site := sha256.Sum256([]byte(s.Site.ID))
	switch {
	case !protocol.IsOriginInHaystack(client.Origin, s.Site.Origins) || client.CrossOrigin || client.TopOrigin != "":
		return ForeignOrigin
	case !bytes.Equal(data.RPIDHash, site[:]):
		return ForeignSite
	case verified && !data.Flags.UserVerified():
		return UnverifiedUser
	}
	return ""
}

// attempts is how often a device is read anew when it changes meanwhile.
const attempts = 4

// count writes down what the device has told. A counter that does not go up
// tells of a copy of the device (Web Authentication Level 3, 6.1.1).
func (s *Service) count(ctx context.Context, id account.ID, was held, p *protocol.ParsedCredentialAssertionData) (Outcome, error) {
	data := p.Response.AuthenticatorData
	for range attempts {
		if data.Counter <= was.Counter && (data.Counter != 0 || was.Counter != 0) {
			return refused(Cloned), nil
		}
		d := was.Device
		d.Counter, d.BackedUp = data.Counter, data.Flags.HasBackupState()
		done, err := s.replace(ctx, was, d, s.Clock.Now())
		if err != nil {
			return refused(Moved), err
		}
		if done {
			return Outcome{}, nil
		}
		found := false
		if was, found, err = s.find(ctx, id, was.Passkey, p); err != nil || !found {
			return refused(UnknownDevice), err
		}
	}
	return refused(Moved), nil
}
