package passhash

import "strings"

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
		_, good := parseBcrypt(rest)
		return good
	case pbkdf2Type:
		_, good := parsePBKDF2(rest)
		return good
	case layeredMD5Type, layeredB:
		_, _, good := parseLayers(rest)
		return good
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
