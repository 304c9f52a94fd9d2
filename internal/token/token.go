// Package token derives and checks the tokens of the Action API: csrf, login,
// createaccount and the others.
//
// A token belongs to a session and to a type; nothing is stored for it. The
// form is MediaWiki's, because clients parse it: 32 hexadecimal digits, the
// time of issue in hexadecimal digits, and "+\" (MediaWiki:
// includes/session/Token.php). The code in it is HMAC-SHA-256 cut to 128 bits
// instead of HMAC-MD5.
//
// It does not own sessions, and it does not decide which action needs which
// token.
package token

import (
	"crypto/subtle"
	"encoding/hex"
	"strconv"
	"time"

	"github.com/wikigate/wikigate/internal/keyring"
)

// Suffix ends every token. It stops broken clients that mangle plus signs or
// backslashes (MediaWiki: Token::SUFFIX).
const Suffix = `+\`

// Anonymous is the token of nobody for every type whose secret is
// SecretDefault (MediaWiki: LoggedOutEditToken).
const Anonymous = Suffix

// Secret names the part of a session's secrets that a type is derived from.
// A session remembers which of them it has handed out.
type Secret uint8

// The secrets, as bits of a set.
const (
	SecretDefault Secret = 1 << iota
	SecretLogin
	SecretCreateAccount
)

// Type is a kind of token.
type Type struct {
	Name   string
	Salt   string
	Secret Secret
}

// The types that the server itself asks for.
var (
	CSRF          = Type{Name: "csrf", Secret: SecretDefault}
	Login         = Type{Name: "login", Secret: SecretLogin}
	CreateAccount = Type{Name: "createaccount", Secret: SecretCreateAccount}
	// LogoutLink is the token in the logout link of a page (MediaWiki: salt
	// logoutToken of SkinTemplate).
	LogoutLink = Type{Name: "logout link", Salt: "logoutToken", Secret: SecretDefault}
)

// types are those of meta=tokens, in alphabetical order (MediaWiki:
// includes/api/ApiQueryTokens.php; the two global ones: CentralAuth).
var types = []Type{
	CreateAccount,
	CSRF,
	{Name: "deleteglobalaccount", Salt: "deleteglobalaccount", Secret: SecretDefault},
	Login,
	{Name: "patrol", Salt: "patrol", Secret: SecretDefault},
	{Name: "rollback", Salt: "rollback", Secret: SecretDefault},
	{Name: "setglobalaccountstatus", Salt: "setglobalaccountstatus", Secret: SecretDefault},
	{Name: "userrights", Salt: "userrights", Secret: SecretDefault},
	{Name: "watch", Salt: "watch", Secret: SecretDefault},
}

// Types are the types that meta=tokens offers, in alphabetical order.
func Types() []Type { return types }

// ByName finds a type that meta=tokens offers.
func ByName(name string) (Type, bool) {
	for _, t := range types {
		if t.Name == name {
			return t, true
		}
	}
	return Type{}, false
}

// Binding ties tokens to a session: the key the session began with and a value
// that only its owner's cookie and this server know.
type Binding struct {
	Key   keyring.KeyID
	Value []byte
}

// Source makes and checks tokens. It is safe for concurrent use.
type Source struct{ Ring *keyring.Ring }

// Append appends the token of a type for a session at now to dst. Two calls in
// one second give the same token. ok is false when the session's key is gone.
func (s Source) Append(dst []byte, b Binding, t Type, now time.Time) (token []byte, ok bool) {
	code, ok := s.code(b, t, now.Unix())
	if !ok {
		return dst, false
	}
	dst = hex.AppendEncode(dst, code[:])
	dst = strconv.AppendInt(dst, now.Unix(), 16)
	return append(dst, Suffix...), true
}

// Check reports whether text is a token of the type for the session. The
// comparison takes constant time.
func (s Source) Check(b Binding, t Type, text string) bool {
	issued, ok := IssuedAt(text)
	if !ok {
		return false
	}
	var given [keyring.CodeSize]byte
	if _, err := hex.Decode(given[:], []byte(text[:2*keyring.CodeSize])); err != nil {
		return false
	}
	want, ok := s.code(b, t, issued.Unix())
	return ok && subtle.ConstantTimeCompare(want[:], given[:]) == 1
}

func (s Source) code(b Binding, t Type, unix int64) ([keyring.CodeSize]byte, bool) {
	var stack [64]byte
	msg := append(stack[:0], byte(t.Secret))
	msg = strconv.AppendInt(msg, unix, 10)
	msg = append(msg, '|')
	msg = append(msg, t.Salt...)
	return s.Ring.Code(keyring.ForToken, b.Key, b.Value, msg)
}

// IssuedAt reads the time of issue out of a text with the form of a token. ok
// is false for any other text; a good form says nothing about validity.
func IssuedAt(text string) (issued time.Time, ok bool) {
	const codeDigits = 2 * keyring.CodeSize
	n := len(text) - len(Suffix)
	if n <= codeDigits || n > codeDigits+16 || text[n:] != Suffix {
		return time.Time{}, false
	}
	for i := 0; i < n; i++ {
		if c := text[i]; !('0' <= c && c <= '9' || 'a' <= c && c <= 'f') {
			return time.Time{}, false
		}
	}
	unix, err := strconv.ParseInt(text[codeDigits:n], 16, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(unix, 0).UTC(), true
}
