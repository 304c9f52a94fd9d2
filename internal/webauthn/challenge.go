package webauthn

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/keyring"
)

// purpose is what a challenge is made for. What answers one of a purpose
// answers none of another. The numbers are part of codes that live for Life.
type purpose byte

const (
	secondFactor purpose = iota + 1
	passkey              // a login of somebody who is not known yet
	newDevice
	newPasskey
)

// scope is what a challenge is made for. It can be answered there alone.
type scope struct {
	purpose purpose
	account account.ID // 0: anybody
	session []byte     // its binding
	handle  []byte     // that a new device is told
}

// A challenge is its key's number, the second of its issue, random bytes and a
// code over all that and whom it was made for.
const (
	atTime   = 1
	atRandom = atTime + 5
	atCode   = 16
	// challengeSize is 32 bytes, of which a client can foresee 6.
	challengeSize = atCode + keyring.CodeSize
)

// Drawn is what is random about a challenge, and when it was made. It is no
// secret: without the code it answers nothing.
type Drawn [atCode]byte

// Draw begins a challenge.
func (s *Service) Draw() (c Drawn) {
	var now [8]byte
	binary.BigEndian.PutUint64(now[:], uint64(s.Clock.Now().Unix()))
	c[0] = byte(s.Ring.Current())
	copy(c[atTime:atRandom], now[3:])
	_, _ = rand.Read(c[atRandom:]) // never fails since Go 1.24
	return c
}

// String writes what ParseDrawn reads.
func (d Drawn) String() string { return base64.RawURLEncoding.EncodeToString(d[:]) }

// ParseDrawn reads what String has written. ok is false when it is something
// else.
func ParseDrawn(text string) (d Drawn, ok bool) {
	data, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(data) != len(d) {
		return d, false
	}
	return Drawn(data), true
}

// challenge completes what Draw has made.
func (s *Service) challenge(d Drawn, made scope) []byte {
	code, _ := s.Ring.Code(keyring.ForWebAuthn, keyring.KeyID(d[0]), made.parts(d[:])...)
	return append(d[:], code[:]...)
}

func (c scope) parts(head []byte) [][]byte {
	return [][]byte{{byte(c.purpose)}, binary.BigEndian.AppendUint64(nil, uint64(c.account)), c.session, c.handle, head}
}

// judge tells whether a challenge was made for this, and is young enough.
func (s *Service) judge(c []byte, made scope) Refusal {
	if len(c) != challengeSize ||
		!s.Ring.Check(keyring.ForWebAuthn, keyring.KeyID(c[0]), c[atCode:], made.parts(c[:atCode])...) {
		return UnknownChallenge
	}
	if age := s.Clock.Now().Sub(issued(c)); age >= Life || age <= -Life {
		return ExpiredChallenge
	}
	return ""
}

// issued is when a challenge was made, in whole seconds.
func issued(c []byte) time.Time {
	var at [8]byte
	copy(at[3:], c[atTime:atRandom])
	return time.Unix(int64(binary.BigEndian.Uint64(at[:])), 0)
}

// spend uses up a challenge that judge has found good. Of all callers with one
// challenge, one is first.
func (s *Service) spend(ctx context.Context, c []byte) (first bool, err error) {
	return s.Claims.Claim(ctx, flow.IDOf("webauthn", c), issued(c).Add(Life), s.Clock.Now())
}

// handle is the account's or, when it has none, the one that it gets if the
// challenge is answered: as good as random, and known again when the answer
// comes.
func (s *Service) handle(ctx context.Context, id account.ID, challenge []byte) ([]byte, error) {
	handle, found, err := s.Handles.Handle(ctx, id)
	if err != nil || found || len(challenge) < atCode {
		return handle, err
	}
	for _, half := range []string{"handle 1", "handle 2"} {
		code, _ := s.Ring.Code(keyring.ForWebAuthn, keyring.KeyID(challenge[0]), []byte(half), challenge[:atCode])
		handle = append(handle, code[:]...)
	}
	return handle, nil
}
