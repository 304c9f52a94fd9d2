package passhash

import (
	"crypto/aes"
	"crypto/cipher"
	"encoding/base64"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/secret"
)

// Encrypted are the secrets under which a site has encrypted its hashes: by
// the type's name, in the order of their numbers (MediaWiki:
// EncryptedPassword, the setting secrets of $wgPasswordConfig).
type Encrypted map[string][]secret.Secret

// decrypt gives the hash that is inside "<cipher>:<number of the
// secret>:<initialisation vector>:<encrypted hash>". ok is false for what is
// malformed, for ciphers other than AES in the modes CBC and CTR, and for a
// secret that is not there. A wrong secret gives a hash that matches nothing.
func (e Encrypted) decrypt(kind, rest string) (hash string, ok bool) {
	fields := strings.Split(rest, ":")
	if len(fields) != 4 {
		return "", false
	}
	number, err := strconv.Atoi(fields[1])
	if err != nil || number < 0 || number >= len(e[kind]) {
		return "", false
	}
	vector, err1 := base64.StdEncoding.DecodeString(fields[2])
	text, err2 := base64.StdEncoding.DecodeString(fields[3])
	size, mode := parseCipher(fields[0])
	if err1 != nil || err2 != nil || size == 0 || len(vector) != aes.BlockSize {
		return "", false
	}
	// OpenSSL as PHP calls it fills a short key up with NULs and cuts a long one.
	key := make([]byte, size)
	copy(key, e[kind][number].Reveal())
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", false
	}
	if mode == "ctr" {
		cipher.NewCTR(block, vector).XORKeyStream(text, text)
		return string(text), true
	}
	return openCBC(block, vector, text)
}

// openCBC takes off the padding of PKCS #7 as well (RFC 5652 section 6.3).
func openCBC(block cipher.Block, vector, text []byte) (string, bool) {
	if len(text) == 0 || len(text)%aes.BlockSize != 0 {
		return "", false
	}
	cipher.NewCBCDecrypter(block, vector).CryptBlocks(text, text)
	padding := int(text[len(text)-1])
	if padding == 0 || padding > aes.BlockSize {
		return "", false
	}
	return string(text[:len(text)-padding]), true
}

// parseCipher reads OpenSSL's name, such as aes-256-cbc, for the bytes of the
// key, 0 for any other.
func parseCipher(name string) (size int, mode string) {
	fields := strings.Split(strings.ToLower(name), "-")
	if len(fields) != 3 || fields[0] != "aes" || fields[2] != "cbc" && fields[2] != "ctr" {
		return 0, ""
	}
	sizes := map[string]int{"128": 16, "192": 24, "256": 32}
	return sizes[fields[1]], fields[2]
}
