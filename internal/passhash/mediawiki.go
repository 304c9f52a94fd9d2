package passhash

import (
	"crypto/hmac"
	"crypto/md5"
	"crypto/pbkdf2"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"

	"golang.org/x/crypto/bcrypt"
)

// The types of MediaWiki's hashes that are only ever checked, never made
// (MediaWiki: MainConfigSchema, PasswordConfig).
const (
	md5Type        = "A"
	saltedMD5Type  = "B"
	bcryptType     = "bcrypt"
	pbkdf2Type     = "pbkdf2"
	layeredMD5Type = "pbkdf2-legacyA"
	layeredB       = "pbkdf2-legacyB"
)

// Bounds on what a stored hash may ask for, so that a row cannot hold a
// processor for minutes.
const (
	maxRounds     = 2_000_000
	maxKeyLength  = 512
	maxBcryptCost = 16
)

// older checks a hash of a type that MediaWiki has made and this program does
// not. slow is false when the check took no time worth mentioning, because the
// type is a fast one or the text is malformed.
func older(kind, rest, plain string) (ok, slow bool) {
	switch kind {
	case md5Type:
		return matchesMD5(rest, plain), false
	case saltedMD5Type:
		return matchesSaltedMD5(rest, plain), false
	case bcryptType:
		return matchesBcrypt(rest, plain)
	case pbkdf2Type:
		return matchesPBKDF2(rest, plain)
	case layeredMD5Type, layeredB:
		return matchesLayers(kind, rest, plain)
	}
	return false, false
}

func hexMD5(text string) string {
	sum := md5.Sum([]byte(text))
	return hex.EncodeToString(sum[:])
}

func sameText(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// matchesMD5 checks "<md5>", or with a salt what type B holds (MediaWiki:
// MWOldPassword).
func matchesMD5(rest, plain string) bool {
	if strings.Contains(rest, ":") {
		return matchesSaltedMD5(rest, plain)
	}
	return sameText(hexMD5(plain), rest)
}

// matchesSaltedMD5 checks "<salt>:<md5>" (MediaWiki: MWSaltedPassword).
func matchesSaltedMD5(rest, plain string) bool {
	salt, want, ok := strings.Cut(rest, ":")
	return ok && sameText(hexMD5(salt+"-"+hexMD5(plain)), want)
}

// matchesBcrypt checks "<cost>$<22 characters of salt>$<31 of hash>"
// (MediaWiki: BcryptPassword). As in crypt(3), the password ends at a NUL and
// at 72 bytes.
func matchesBcrypt(rest, plain string) (ok, slow bool) {
	stored, ok := parseBcrypt(rest)
	if !ok {
		return false, false
	}
	plain, _, _ = strings.Cut(plain, "\x00")
	plain = plain[:min(len(plain), 72)]
	return bcrypt.CompareHashAndPassword([]byte(stored), []byte(plain)) == nil, true
}

// parseBcrypt gives the form of crypt(3), which has two digits of cost.
func parseBcrypt(rest string) (stored string, ok bool) {
	fields := strings.Split(rest, "$")
	if len(fields) != 3 || len(fields[1]) != 22 || len(fields[2]) != 31 {
		return "", false
	}
	cost, err := strconv.Atoi(fields[0])
	if err != nil || cost < bcrypt.MinCost || cost > maxBcryptCost {
		return "", false
	}
	return fmt.Sprintf("$2y$%02d$%s%s", cost, fields[1], fields[2]), true
}

// digests are the algorithms of PBKDF2 by PHP's names.
var digests = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New,
}

// derivation is a stored key and how PBKDF2 (RFC 8018 section 5.2) made it.
type derivation struct {
	digest    func() hash.Hash
	rounds    int
	salt, key []byte
}

// parseDerivation reads algorithm, rounds and length, and the salt and the key
// in base 64.
func parseDerivation(parameters []string, salt64, key64 string) (d derivation, ok bool) {
	if len(parameters) != 3 {
		return d, false
	}
	d.digest = digests[parameters[0]]
	rounds, err1 := strconv.Atoi(parameters[1])
	length, err2 := strconv.Atoi(parameters[2])
	salt, err3 := base64.StdEncoding.DecodeString(salt64)
	key, err4 := base64.StdEncoding.DecodeString(key64)
	d.rounds, d.salt, d.key = rounds, salt, key
	return d, d.digest != nil && errors.Join(err1, err2, err3, err4) == nil &&
		rounds > 0 && rounds <= maxRounds && length > 0 && length <= maxKeyLength && len(key) == length
}

// matches derives a key from a text, and compares.
func (d derivation) matches(text string) bool {
	key, err := pbkdf2.Key(d.digest, text, d.salt, d.rounds, len(d.key))
	return err == nil && hmac.Equal(key, d.key)
}

// matchesPBKDF2 checks "<algorithm>:<rounds>:<length>:<salt>:<key>"
// (MediaWiki: Pbkdf2PasswordUsingHashExtension).
func matchesPBKDF2(rest, plain string) (ok, slow bool) {
	d, ok := parsePBKDF2(rest)
	return ok && d.matches(plain), ok
}

func parsePBKDF2(rest string) (d derivation, ok bool) {
	fields := strings.Split(rest, ":")
	if len(fields) != 5 {
		return d, false
	}
	return parseDerivation(fields[:3], fields[3], fields[4])
}

// matchesLayers checks an MD5 hash that was wrapped into PBKDF2, as MediaWiki
// does with old rows without knowing their passwords (MediaWiki:
// LayeredParameterizedPassword).
func matchesLayers(kind, rest, plain string) (ok, slow bool) {
	salt, d, ok := parseLayers(rest)
	if !ok {
		return false, false
	}
	inner := hexMD5(plain)
	if kind == layeredB || salt != "" {
		inner = hexMD5(salt + "-" + inner)
	}
	return d.matches(inner), true
}

// parseLayers reads the parameters of the inner and the outer hash, their
// salts, and the key, with ! between them.
func parseLayers(rest string) (salt string, d derivation, ok bool) {
	fields := strings.Split(rest, "!")
	if len(fields) != 5 || fields[0] != "" {
		return "", d, false
	}
	d, ok = parseDerivation(strings.Split(fields[1], ":"), fields[3], fields[4])
	return fields[2], d, ok
}
