package session

import (
	"encoding/hex"

	"github.com/wikigate/wikigate/internal/keyring"
)

// rememberCookie is the value of the Token cookie for an account's token: 32
// hexadecimal digits, from which the stored token cannot be told, so that a
// stolen table revives no remembered login (MediaWiki: User::getToken with
// AuthenticationTokenVersion).
func (m *Manager) rememberCookie(userToken string) string {
	code, _ := m.deps.Ring.Code(keyring.ForRemember, m.deps.Ring.Current(), []byte(userToken)) // the current key is there
	return hex.EncodeToString(code[:])
}

// remembers reports whether value is the Token cookie of an account's token
// under any key that is still valid.
func (m *Manager) remembers(value, userToken string) bool {
	if len(value) != 2*keyring.CodeSize {
		return false
	}
	var code [keyring.CodeSize]byte
	if _, err := hex.Decode(code[:], []byte(value)); err != nil {
		return false
	}
	// A second spelling of one value would be another cookie.
	return hex.EncodeToString(code[:]) == value && m.deps.Ring.CheckAny(keyring.ForRemember, code[:], []byte(userToken))
}
