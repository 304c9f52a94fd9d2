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
// not. fast is true when the check took no time worth mentioning.
func older(kind, rest, plain string) (ok, fast bool) {
	switch kind {
	case md5Type:
		return matchesMD5(rest, plain), true
	case saltedMD5Type:
		return matchesSaltedMD5(rest, plain), true
	case bcryptType:
		return matchesBcrypt(rest, plain), false
	case pbkdf2Type:
		return matchesPBKDF2(rest, plain), false
	case layeredMD5Type, layeredB:
		return matchesLayers(kind, rest, plain), false
	}
	return false, true
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
func matchesBcrypt(rest, plain string) bool {
	fields := strings.Split(rest, "$")
	if len(fields) != 3 || len(fields[1]) != 22 || len(fields[2]) != 31 {
		return false
	}
	cost, err := strconv.Atoi(fields[0])
	if err != nil || cost < bcrypt.MinCost || cost > maxBcryptCost {
		return false
	}
	plain, _, _ = strings.Cut(plain, "\x00")
	plain = plain[:min(len(plain), 72)]
	two := strconv.Itoa(cost)
	if cost < 10 {
		two = "0" + two
	}
	return bcrypt.CompareHashAndPassword([]byte("$2y$"+two+"$"+fields[1]+fields[2]), []byte(plain)) == nil
}

// digests are the algorithms of PBKDF2 by PHP's names.
var digests = map[string]func() hash.Hash{
	"md5": md5.New, "sha1": sha1.New, "sha224": sha256.New224, "sha256": sha256.New,
	"sha384": sha512.New384, "sha512": sha512.New,
}

// derivation is how PBKDF2 (RFC 8018 section 5.2) makes a key.
type derivation struct {
	digest         func() hash.Hash
	rounds, length int
}

// parseDerivation reads algorithm, rounds and length.
func parseDerivation(fields []string) (d derivation, ok bool) {
	if len(fields) != 3 {
		return d, false
	}
	d.digest = digests[fields[0]]
	var err1, err2 error
	d.rounds, err1 = strconv.Atoi(fields[1])
	d.length, err2 = strconv.Atoi(fields[2])
	ok = d.digest != nil && err1 == nil && err2 == nil &&
		d.rounds > 0 && d.rounds <= maxRounds && d.length > 0 && d.length <= maxKeyLength
	return d, ok
}

// matches derives a key from a text with a salt, and compares.
func (d derivation) matches(text, salt64, key64 string) bool {
	salt, err1 := base64.StdEncoding.DecodeString(salt64)
	want, err2 := base64.StdEncoding.DecodeString(key64)
	if err1 != nil || err2 != nil || len(want) != d.length {
		return false
	}
	key, err := pbkdf2.Key(d.digest, text, salt, d.rounds, d.length)
	return err == nil && hmac.Equal(key, want)
}

// matchesPBKDF2 checks "<algorithm>:<rounds>:<length>:<salt>:<key>"
// (MediaWiki: Pbkdf2PasswordUsingHashExtension).
func matchesPBKDF2(rest, plain string) bool {
	fields := strings.Split(rest, ":")
	if len(fields) != 5 {
		return false
	}
	d, ok := parseDerivation(fields[:3])
	return ok && d.matches(plain, fields[3], fields[4])
}

// matchesLayers checks an MD5 hash that was wrapped into PBKDF2, as MediaWiki
// does with old rows without knowing their passwords: the parameters of the
// inner and the outer hash, their salts, and the key, with ! between them
// (MediaWiki: LayeredParameterizedPassword).
func matchesLayers(kind, rest, plain string) bool {
	fields := strings.Split(rest, "!")
	if len(fields) != 5 || fields[0] != "" {
		return false
	}
	d, ok := parseDerivation(strings.Split(fields[1], ":"))
	if !ok {
		return false
	}
	inner := hexMD5(plain)
	if kind == layeredB || fields[2] != "" {
		inner = hexMD5(fields[2] + "-" + inner)
	}
	return d.matches(inner, fields[3], fields[4])
}
