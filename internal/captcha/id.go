package captcha

import (
	"crypto/rand"
	"encoding/binary"
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/flow"
	"github.com/wikigate/wikigate/internal/keyring"
)

// ID names a challenge: a number from 0 to 2^63-1 (ConfirmEdit:
// SimpleCaptcha.php, storeCaptcha). From its highest bit on it holds the time of
// issue, random bits, and a code over both and the session, by which an id that
// nobody was given is known without a record of those that somebody was.
type ID uint64

const (
	timeBits   = 18 // in steps, which begin anew after half a year
	randomBits = 25
	codeBits   = 20
	step       = 64 * time.Second
)

// Seed is what the question of a challenge is made of. It cannot be foreseen
// without the server's key.
type Seed [keyring.CodeSize]byte

// String is the number in decimal digits.
func (id ID) String() string { return strconv.FormatUint(uint64(id), 10) }

// ParseID reads an id in the one form that String writes.
func ParseID(text string) (ID, bool) {
	n, err := strconv.ParseUint(text, 10, 63)
	return ID(n), err == nil && ID(n).String() == text
}

// rest is the id without its code.
func (id ID) rest() uint64 { return uint64(id) >> codeBits }

// age is how long ago the id was issued, up to one step more. It is negative
// when the clock has gone back since.
func (id ID) age(now time.Time) time.Duration {
	issued := int64(id >> (randomBits + codeBits))
	return time.Duration((steps(now)-issued+3*cycle/2)%cycle-cycle/2) * step
}

const cycle = 1 << timeBits

// steps counts the time in steps.
func steps(at time.Time) int64 { return at.Unix() / int64(step/time.Second) % cycle }

// issue makes a new id for a session.
func (s *Service) issue(binding []byte, now time.Time) (ID, Seed) {
	var random [4]byte
	_, _ = rand.Read(random[:]) // never fails since Go 1.24
	rest := uint64(steps(now))<<randomBits | uint64(binary.BigEndian.Uint32(random[:])>>(32-randomBits))
	key := s.Ring.Current()
	id := ID(rest<<codeBits | s.code(key, binding, rest))
	return id, s.seed(key, binding, id)
}

// found is a challenge that an answer names.
type found struct {
	seed  Seed
	claim flow.ID // under which its use is remembered
	ends  time.Time
}

// find is the challenge of an id, unless it was not made for the session or too
// long ago. A key that has been replaced is still good.
func (s *Service) find(binding []byte, text string, now time.Time) (f found, why Reason) {
	id, ok := ParseID(text)
	if !ok {
		return f, Unknown
	}
	key, ok := s.keyOf(binding, id)
	if !ok {
		return f, Unknown
	}
	age := id.age(now)
	if age > Lifetime {
		return f, Late
	}
	return found{
		ends:  now.Add(Lifetime - age + step),
		seed:  s.seed(key, binding, id),
		claim: flow.IDOf("captcha", binding, number(uint64(id))),
	}, ""
}

// keyOf is the key that an id was made with, the newest first.
func (s *Service) keyOf(binding []byte, id ID) (keyring.KeyID, bool) {
	keys := s.Ring.Keys()
	for i := len(keys) - 1; i >= 0; i-- {
		key := keys[i].ID
		if s.Ring.Serves(keyring.ForCaptcha, key) && s.code(key, binding, id.rest()) == uint64(id)&(1<<codeBits-1) {
			return key, true
		}
	}
	return 0, false
}

// code is the short code of an id.
func (s *Service) code(key keyring.KeyID, binding []byte, rest uint64) uint64 {
	code, _ := s.Ring.Code(keyring.ForCaptcha, key, []byte("id"), binding, number(rest))
	return uint64(binary.BigEndian.Uint32(code[:4]) >> (32 - codeBits))
}

// seed is what the question of an id is made of.
func (s *Service) seed(key keyring.KeyID, binding []byte, id ID) Seed {
	code, _ := s.Ring.Code(keyring.ForCaptcha, key, []byte("seed"), binding, number(uint64(id)))
	return code
}

func number(n uint64) []byte { return binary.BigEndian.AppendUint64(nil, n) }
