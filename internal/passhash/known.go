package passhash

import (
	"encoding/base64"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// Known reports whether text is a hash in a format of MediaWiki that Verify
// checks, with parameters within its bounds. A keyed hash is none: it is worth
// nothing without its key.
func (h *Hasher) Known(text string) bool {
	kind, rest, found := strings.Cut(strings.TrimPrefix(text, ":"), ":")
	if !strings.HasPrefix(text, ":") || !found {
		return false
	}
	if _, encrypted := h.Encrypted[kind]; encrypted {
		inner, opened := h.Encrypted.decrypt(kind, rest)
		plain := &Hasher{}
		return opened && plain.Known(inner)
	}
	fields := strings.Split(rest, ":")
	switch kind {
	case argon2Type:
		_, good := parseArgon2(rest)
		return good
	case md5Type:
		return len(fields) == 1 && isMD5(rest) || len(fields) == 2 && isMD5(fields[1])
	case saltedMD5Type:
		return len(fields) == 2 && isMD5(fields[1])
	case bcryptType:
		return isBcrypt(strings.Split(rest, "$"))
	case pbkdf2Type:
		return len(fields) == 5 && isDerived(fields[:3], fields[3], fields[4])
	case layeredMD5Type, layeredB:
		layers := strings.Split(rest, "!")
		return len(layers) == 5 && layers[0] == "" && isDerived(strings.Split(layers[1], ":"), layers[3], layers[4])
	}
	return false
}

// Slow reports whether to verify a secret against a hash takes the time of a
// slow one, whatever the secret.
func (h *Hasher) Slow(hash string) bool { return !isInstant(hash) }

// isMD5 reports 32 digits. Capitals never match.
func isMD5(text string) bool {
	return len(text) == 32 && strings.Trim(text, "0123456789abcdef") == ""
}

func isBcrypt(fields []string) bool {
	if len(fields) != 3 || len(fields[1]) != 22 || len(fields[2]) != 31 {
		return false
	}
	cost, err := strconv.Atoi(fields[0])
	return err == nil && cost >= bcrypt.MinCost && cost <= maxBcryptCost
}

func isDerived(parameters []string, salt64, key64 string) bool {
	d, ok := parseDerivation(parameters)
	_, err := base64.StdEncoding.DecodeString(salt64)
	key, err2 := base64.StdEncoding.DecodeString(key64)
	return ok && err == nil && err2 == nil && len(key) == d.length
}
