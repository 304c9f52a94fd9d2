package session

import (
	"crypto/rand"
	"time"

	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/token"
)

// The cookie of an anonymous session is 40 bytes in 64 digits:
//
//	version 1 | key 1 | secrets 1 | issued 5 (seconds) | id 16 | code 16
//
// The code covers all that stands before it.
const (
	anonVersion = 1
	anonSigned  = 1 + 1 + 1 + 5 + anonID
	anonID      = 16
	anonSize    = anonSigned + keyring.CodeSize
	anonDigits  = anonSize * 8 / 5
)

// anonymous is what an anonymous session is: all of it is in the cookie.
type anonymous struct {
	key     keyring.KeyID
	secrets token.Secret // handed out so far
	issued  time.Time
	id      [anonID]byte
}

// newAnonymous makes a session that nobody has a cookie for yet.
func newAnonymous(ring *keyring.Ring, now time.Time) anonymous {
	a := anonymous{key: ring.Current(), issued: now}
	_, _ = rand.Read(a.id[:]) // never fails since Go 1.24
	return a
}

// parseAnonymous reads a cookie. ok is false for anything this server did not
// make, and for a session that is older than lifetime or issued in the future.
func parseAnonymous(ring *keyring.Ring, value string, lifetime time.Duration, now time.Time) (a anonymous, ok bool) {
	if len(value) != anonDigits {
		return a, false
	}
	var stack [anonSize]byte
	raw, ok := secret.DecodeDigits(stack[:0], value)
	if !ok || len(raw) != anonSize || raw[0] != anonVersion {
		return a, false
	}
	a.key, a.secrets = keyring.KeyID(raw[1]), token.Secret(raw[2])
	if !ring.Check(keyring.ForCookie, a.key, raw[anonSigned:], raw[:anonSigned]) {
		return a, false
	}
	var unix int64
	for _, b := range raw[3:8] {
		unix = unix<<8 | int64(b)
	}
	a.issued = time.Unix(unix, 0).UTC()
	copy(a.id[:], raw[8:])
	age := now.Sub(a.issued)
	return a, age < lifetime && age > -time.Minute
}

// cookie is the value that parseAnonymous reads back.
func (a *anonymous) cookie(ring *keyring.Ring) string {
	var raw [anonSize]byte
	raw[0], raw[1], raw[2] = anonVersion, byte(a.key), byte(a.secrets)
	unix := a.issued.Unix()
	for i := 7; i >= 3; i-- {
		raw[i] = byte(unix)
		unix >>= 8
	}
	copy(raw[8:], a.id[:])
	code, _ := ring.Code(keyring.ForCookie, a.key, raw[:anonSigned])
	copy(raw[anonSigned:], code[:])
	return secret.EncodeDigits(raw[:])
}

// spentID is the stored id under which a login marks the session as used up.
func (a *anonymous) spentID() ID { return HashID("spent " + string(a.id[:])) }
