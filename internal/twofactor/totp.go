package twofactor

import (
	"crypto/hmac"
	"crypto/sha1"
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// DefaultRadius is how many steps a code may be old or early (MediaWiki:
// extension OATHAuth, $wgOATHAuthWindowRadius).
const DefaultRadius = 4

// step is the life of a TOTP code (RFC 6238 section 4.1, the value X).
const step = 30 * time.Second

// codeDigits is the length of a code (RFC 4226 section 5.3).
const codeDigits = 6

// Counter is the number of the time step at t (RFC 6238 section 4.2).
func Counter(t time.Time) int64 { return t.Unix() / int64(step/time.Second) }

// hotp is the code of a counter (RFC 4226 section 5.3).
func hotp(key []byte, counter int64) string {
	mac := hmac.New(sha1.New, key)
	_ = binary.Write(mac, binary.BigEndian, counter) // a hash takes everything
	sum := mac.Sum(nil)
	n := binary.BigEndian.Uint32(sum[sum[len(sum)-1]&0xf:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// counterOf is the lowest counter above last, at most radius from that of now,
// whose code is code. ok is false when there is none. Every candidate is
// compared in constant time, and all of them always.
func counterOf(key []byte, code string, now time.Time, radius, last int64) (counter int64, ok bool) {
	middle := Counter(now)
	for c := middle + radius; c >= middle-radius; c-- {
		if secret.EqualText(hotp(key, c), code) && c > last {
			counter, ok = c, true
		}
	}
	return counter, ok
}

// secretEncoding writes TOTP secrets (RFC 4648 section 6, without padding).
var secretEncoding = base32.StdEncoding.WithPadding(base32.NoPadding)

// newSecretSize is the length of a new secret in bytes (MediaWiki: extension
// OATHAuth, src/Key/TOTPKey.php).
const newSecretSize = 26

// minSecretSize is the shortest that is taken from elsewhere: RFC 4226 demands
// 16, and old versions of MediaWiki have made 10.
const (
	minSecretSize = 10
	maxSecretSize = 128
)

// ParseSecret reads a base32 secret that was made elsewhere: with or without
// padding, in either case, with blanks. Anything else is fail.Invalid.
func ParseSecret(text secret.Secret) ([]byte, error) {
	plain := strings.TrimRight(strings.ToUpper(withoutSpace(text.Reveal())), "=")
	key, err := secretEncoding.DecodeString(plain)
	if err != nil {
		return nil, fail.New(fail.Invalid, "the secret is not base32: it may hold the letters A to Z and the digits 2 to 7")
	}
	if len(key) < minSecretSize || len(key) > maxSecretSize {
		return nil, fail.New(fail.Invalid, "the secret has %d bytes; it must have %d to %d", len(key), minSecretSize, maxSecretSize)
	}
	return key, nil
}

// withoutSpace drops all white space (MediaWiki: extension OATHAuth, src/Key/TOTPKey.php).
func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}
