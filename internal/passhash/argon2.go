package passhash

import (
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"strings"

	"golang.org/x/crypto/argon2"

	"github.com/wikigate/wikigate/internal/secret"
)

const argon2Type = "argon2"

// Argon2 are the parameters of argon2id (RFC 9106 section 3.1): memory in KiB,
// number of passes, lanes.
type Argon2 struct {
	Memory  uint32
	Time    uint32
	Threads uint8
}

// MinMemory is the floor of Argon2.Memory in KiB.
const MinMemory = 8 << 10

// limits keep a stored hash from asking for a machine's whole memory.
const (
	maxMemory  = 1 << 20 // KiB
	maxTime    = 64
	argon2Salt = 16
	argon2Key  = 32
)

// bytes is what one computation allocates.
func (p Argon2) bytes() int64 { return int64(p.Memory) << 10 }

// phc is the PHC string format of MediaWiki's Argon2Password, which is the one
// of PHP's password_hash.
var phc = base64.RawStdEncoding

func (p Argon2) hash(password secret.Secret) string {
	salt := secret.Bytes(argon2Salt)
	key := argon2.IDKey([]byte(password.Reveal()), salt, p.Time, p.Memory, p.Threads, argon2Key)
	return fmt.Sprintf(":%s:$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2Type, argon2.Version,
		p.Memory, p.Time, p.Threads, phc.EncodeToString(salt), phc.EncodeToString(key))
}

type storedArgon2 struct {
	params    Argon2
	id        bool // argon2id, else argon2i
	salt, key []byte
}

// parseArgon2 reads a PHC string. ok is false for one that is malformed or
// asks for more than the limits.
func parseArgon2(text string) (s storedArgon2, ok bool) {
	fields := strings.Split(text, "$")
	if len(fields) != 6 || fields[0] != "" {
		return s, false
	}
	switch fields[1] {
	case "argon2id":
		s.id = true
	case "argon2i":
	default:
		return s, false
	}
	if fields[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return s, false
	}
	var m, t, p uint32
	if n, err := fmt.Sscanf(fields[3], "m=%d,t=%d,p=%d", &m, &t, &p); n != 3 || err != nil {
		return s, false
	}
	if m == 0 || m > maxMemory || t == 0 || t > maxTime || p == 0 || p > 255 {
		return s, false
	}
	s.params = Argon2{Memory: m, Time: t, Threads: uint8(p)}
	var err1, err2 error
	s.salt, err1 = phc.DecodeString(fields[4])
	s.key, err2 = phc.DecodeString(fields[5])
	return s, err1 == nil && err2 == nil && len(s.key) >= 4 && len(s.key) <= 128
}

func (s *storedArgon2) matches(password secret.Secret) bool {
	derive := argon2.IDKey
	if !s.id {
		derive = argon2.Key
	}
	key := derive([]byte(password.Reveal()), s.salt, s.params.Time, s.params.Memory, s.params.Threads, uint32(len(s.key)))
	return subtle.ConstantTimeCompare(key, s.key) == 1
}
