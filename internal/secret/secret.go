// Package secret holds values that must not leak: passwords, keys, bot
// secrets, session ids on their way to a cookie.
//
// It owns the Secret type, random generation and the two text alphabets the
// protocol uses for random values. It does not own keys (package keyring) or
// password hashing (package passhash).
package secret

import (
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"encoding/hex"
	"fmt"
	"log/slog"
)

const mask = "[secret]"

// Secret is a text that must not be printed, marshalled, logged or compared
// with ==. Its only ways out are Reveal and Equal. The zero value is the empty
// secret.
type Secret struct {
	_    [0]func() // == on a Secret does not compile
	text string
}

// New wraps text.
func New(text string) Secret { return Secret{text: text} }

// Reveal returns the text itself. Callers hash it, send it to its owner once,
// or compare it by Equal.
func (s Secret) Reveal() string { return s.text }

// IsZero reports whether the secret is empty.
func (s Secret) IsZero() bool { return s.text == "" }

// Len is the length in bytes.
func (s Secret) Len() int { return len(s.text) }

// Equal compares in constant time for secrets of one length.
func (s Secret) Equal(o Secret) bool { return EqualText(s.text, o.text) }

// String hides the text.
func (s Secret) String() string { return mask }

// GoString hides the text from %#v.
func (s Secret) GoString() string { return mask }

// Format hides the text from every verb of package fmt.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(mask)) }

// MarshalText hides the text from JSON, TOML and flags.
func (s Secret) MarshalText() ([]byte, error) { return []byte(mask), nil }

// LogValue hides the text from log/slog.
func (s Secret) LogValue() slog.Value { return slog.StringValue(mask) }

// EqualText compares two texts in constant time for texts of one length.
func EqualText(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

// digits is the alphabet of session ids and generated passwords
// (MediaWiki: includes/session/SessionManager.php, generateSessionId;
// includes/user/BotPassword.php, generatePassword).
const digits = "0123456789abcdefghijklmnopqrstuv"

// Bytes returns n bytes from the system's random source, which cannot fail.
func Bytes(n int) []byte {
	b := make([]byte, n)
	_, _ = rand.Read(b) // crypto/rand.Read never returns an error since Go 1.24
	return b
}

// Digits32 returns 160 random bits as 32 characters of 0-9a-v.
func Digits32() string { return EncodeDigits(Bytes(20)) }

// Hex32 returns 128 random bits as 32 lower-case hexadecimal digits.
func Hex32() string { return hex.EncodeToString(Bytes(16)) }

// EncodeDigits writes b in the alphabet 0-9a-v, five bits a character, high
// bits first, without padding (RFC 4648 section 7 in lower case).
func EncodeDigits(b []byte) string { return encoding.EncodeToString(b) }

var encoding = base32.NewEncoding(digits).WithPadding(base32.NoPadding)

// DecodeDigits appends to dst what EncodeDigits wrote. ok is false for any
// other text, one with stray last bits included, so that each value has
// exactly one spelling.
func DecodeDigits(dst []byte, s string) (out []byte, ok bool) {
	acc, bits := uint32(0), 0
	for i := 0; i < len(s); i++ {
		var v byte
		switch c := s[i]; {
		case '0' <= c && c <= '9':
			v = c - '0'
		case 'a' <= c && c <= 'v':
			v = c - 'a' + 10
		default:
			return dst, false
		}
		acc, bits = acc<<5|uint32(v), bits+5
		if bits >= 8 {
			bits -= 8
			dst = append(dst, byte(acc>>bits))
		}
	}
	return dst, bits < 5 && acc&(1<<bits-1) == 0
}
