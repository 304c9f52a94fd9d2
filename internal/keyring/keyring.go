// Package keyring owns the server's own keys: many are valid, one is current.
//
// From each key it derives one key per purpose (RFC 5869, HKDF), and with those
// it makes and checks message authentication codes (HMAC-SHA-256, RFC 2104,
// cut to 128 bits) and seals small records (AES-256-GCM) so that each can be
// opened only in the row it was made for.
//
// A key can be closed to clients: then it still checks secrets of bot passwords,
// seals of the audit trail and what belongs to second factors, and no cookie,
// token, session or remembered login.
//
// It does not own what is authenticated or sealed, nor when keys change
// (package rotation).
package keyring

import (
	"crypto/cipher"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"hash"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
)

// KeyID names a key for as long as anything made with it may live. 0 is no key.
type KeyID uint8

// Purpose separates the uses of a key: codes made for one are worthless for
// another.
type Purpose uint8

// The purposes. Their labels are part of what is derived: never change one.
const (
	ForCookie   Purpose = iota // anonymous session cookies
	ForToken                   // csrf, login and other tokens
	ForSession                 // sealed session records
	ForBot                     // hashes of bot passwords
	ForRemember                // cookies of remembered logins
	ForAudit                   // the end of the audit trail
	ForCaptcha                 // ids and questions of captchas
	ForWebAuthn                // challenges of security keys and passkeys
	ForFactor                  // recovery codes of second factors
	ForPlace                   // networks that accounts have logged in from
	purposes
)

var labels = [purposes]string{
	"wikigate cookie 1", "wikigate token 1", "wikigate session 1", "wikigate bot 1", "wikigate remember 1",
	"wikigate audit 1", "wikigate captcha 1", "wikigate webauthn 1", "wikigate factor 1",
	"wikigate place 1",
}

// CodeSize is the length of a code in bytes.
const CodeSize = 16

// secretSize is the length of a key in bytes.
const secretSize = 32

// Ring is a set of keys. It is safe for concurrent use. What it holds changes
// by Adopt alone; other changes make another Ring.
type Ring struct{ now atomic.Pointer[held] }

// held is what a Ring holds at a time. It is immutable.
type held struct {
	current KeyID
	keys    [256]*key
	order   []KeyID
}

func ringOf(h *held) *Ring {
	r := &Ring{}
	r.now.Store(h)
	return r
}

type key struct {
	id      KeyID
	created time.Time
	closed  bool // to clients
	secret  []byte
	macs    [purposes]sync.Pool // *state
	gcm     cipher.AEAD         // for ForSession
	kept    cipher.AEAD         // for ForFactor
}

// state is a keyed hash together with room for its sum, so that a code costs
// no allocation.
type state struct {
	mac hash.Hash
	sum [sha256.Size]byte
}

// Current is the key that new codes and seals are made with.
func (r *Ring) Current() KeyID { return r.now.Load().current }

// Has reports whether the ring holds the key.
func (r *Ring) Has(id KeyID) bool { return r.now.Load().keys[id] != nil }

// Serves reports whether the ring holds the key for a purpose.
func (r *Ring) Serves(p Purpose, id KeyID) bool { return r.now.Load().key(p, id) != nil }

// key is nil unless the key is there for the purpose.
func (h *held) key(p Purpose, id KeyID) *key {
	k := h.keys[id]
	if k != nil && k.closed && !p.outlivesRestore() {
		return nil
	}
	return k
}

// outlivesRestore reports purposes whose codes and seals no client holds.
func (p Purpose) outlivesRestore() bool { return p == ForBot || p == ForAudit || p == ForFactor }

// Code authenticates the parts, in order and with their lengths, under key id.
// ok is false when the ring does not hold the key for that purpose.
func (r *Ring) Code(p Purpose, id KeyID, parts ...[]byte) (code [CodeSize]byte, ok bool) {
	k := r.now.Load().key(p, id)
	if k == nil {
		return code, false
	}
	s := k.macs[p].Get().(*state)
	s.mac.Reset()
	for _, part := range parts {
		s.sum[0] = byte(len(part) >> 8)
		s.sum[1] = byte(len(part))
		s.mac.Write(s.sum[:2])
		s.mac.Write(part)
	}
	copy(code[:], s.mac.Sum(s.sum[:0]))
	k.macs[p].Put(s)
	return code, true
}

// Check reports whether code is what Code makes, in constant time.
func (r *Ring) Check(p Purpose, id KeyID, code []byte, parts ...[]byte) bool {
	want, ok := r.Code(p, id, parts...)
	return ok && subtle.ConstantTimeCompare(want[:], code) == 1
}

// CheckAny is Check under every key of the ring, for codes that do not say
// which key they were made with.
func (r *Ring) CheckAny(p Purpose, code []byte, parts ...[]byte) bool {
	ok := false
	for _, id := range r.now.Load().order {
		ok = r.Check(p, id, code, parts...) || ok
	}
	return ok
}

// newKey derives everything from secret.
func newKey(id KeyID, created time.Time, secret []byte) (k *key, err error) {
	if id == 0 || len(secret) != secretSize {
		return nil, fail.New(fail.Damaged, "key %d is not %d bytes long", id, secretSize)
	}
	k = &key{id: id, created: created, secret: secret}
	for p := range purposes {
		derived, err := derive(secret, labels[p])
		if err != nil {
			return nil, err
		}
		k.macs[p].New = func() any { return &state{mac: hmac.New(sha256.New, derived)} }
	}
	if k.gcm, err = newSeal(secret, "wikigate seal 1"); err != nil {
		return nil, err
	}
	k.kept, err = newSeal(secret, "wikigate factor seal 1")
	return k, err
}
