// Package passhash owns the formats of stored secrets: how a password becomes
// a text in the database, and how a presented one is checked against it.
//
// The syntax is MediaWiki's, ":type:rest". Passwords of people are slow hashes
// (argon2id, RFC 9106); secrets of bot passwords hold 160 random bits, so a
// fast keyed hash protects them as well and costs microseconds. All formats
// that MediaWiki has ever made by default are checked, and asked to be
// replaced.
//
// It also bounds the memory that slow hashes may take together. It does not
// own policies, throttles or the decision who may log in.
package passhash

import (
	"context"
	"encoding/hex"
	"strconv"
	"strings"

	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
)

// botType marks the fast keyed hash ":wikigate:<key>:<hex code>".
const botType = "wikigate"

// Hasher makes and checks hashes. It is safe for concurrent use.
type Hasher struct {
	Ring   *keyring.Ring
	Argon2 Argon2
	Budget *Budget
	// Encrypted opens hashes that a MediaWiki has encrypted; nil opens none. Set
	// it before the Hasher is used.
	Encrypted Encrypted
	// Dummy is verified when there is nothing to verify, so that an unknown
	// name takes the time of a wrong password. NewHasher sets it.
	dummy string
}

// NewHasher returns a Hasher. Making it costs one slow hash. Parameters below
// the floor are raised to it.
func NewHasher(ring *keyring.Ring, params Argon2, budget *Budget) *Hasher {
	params.Memory, params.Time, params.Threads = max(params.Memory, MinMemory), max(params.Time, 1), max(params.Threads, 1)
	h := &Hasher{Ring: ring, Argon2: params, Budget: budget}
	h.dummy = params.hash(secret.New(secret.Digits32()))
	return h
}

// Hash makes a slow hash of a person's password. It waits for its share of the
// memory budget; fail.Busy means that too many wait already.
func (h *Hasher) Hash(ctx context.Context, password secret.Secret) (string, error) {
	release, err := h.Budget.acquire(ctx, h.Argon2.bytes())
	if err != nil {
		return "", err
	}
	defer release()
	return h.Argon2.hash(password), nil
}

// HashBot makes a fast keyed hash of a generated secret.
func (h *Hasher) HashBot(plain secret.Secret) string {
	id := h.Ring.Current()
	code, _ := h.Ring.Code(keyring.ForBot, id, []byte(plain.Reveal()))
	return ":" + botType + ":" + strconv.Itoa(int(id)) + ":" + hex.EncodeToString(code[:])
}

// Verify checks a presented secret against a stored hash. A text that is no
// known hash never matches. upgrade is true when the secret is right and a new
// hash by the present parameters or key should replace the stored one.
// fail.Busy means that too many slow hashes wait already.
func (h *Hasher) Verify(ctx context.Context, hash string, plain secret.Secret) (ok, upgrade bool, err error) {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(hash, ":"), ":")
	if !strings.HasPrefix(hash, ":") {
		return false, false, nil
	}
	if _, encrypted := h.Encrypted[kind]; encrypted {
		return h.verifyEncrypted(ctx, kind, rest, plain)
	}
	switch kind {
	case botType:
		ok, upgrade = h.verifyBot(hash, plain)
		return ok, upgrade, nil
	case argon2Type:
		return h.verifyArgon2(ctx, rest, plain)
	}
	return h.verifyOlder(ctx, kind, rest, plain)
}

// verifyOlder checks a hash that this program does not make. It waits for a
// place as for one of its own, and a check that costs nothing and fails takes
// the time of a slow one, so that old rows cannot be told from others.
func (h *Hasher) verifyOlder(ctx context.Context, kind, rest string, plain secret.Secret) (ok, upgrade bool, err error) {
	release, err := h.Budget.acquire(ctx, h.Argon2.bytes())
	if err != nil {
		return false, false, err
	}
	ok, slow := older(kind, rest, plain.Reveal())
	release()
	if !ok && !slow {
		err = h.VerifyNothing(ctx, plain)
	}
	return ok, ok, err
}

// verifyEncrypted checks the hash inside, which is not encrypted once more.
func (h *Hasher) verifyEncrypted(ctx context.Context, kind, rest string, plain secret.Secret) (ok, upgrade bool, err error) {
	inner, _ := h.Encrypted.decrypt(kind, rest)
	inside, _, _ := strings.Cut(strings.TrimPrefix(inner, ":"), ":")
	if _, again := h.Encrypted[inside]; again || !strings.HasPrefix(inner, ":") || isInstant(inner) {
		return false, false, h.VerifyNothing(ctx, plain)
	}
	ok, _, err = h.Verify(ctx, inner, plain)
	return ok, ok, err
}

// VerifySlowly is Verify for the password of a person: whatever is stored, a
// check that fails takes the time of a slow hash. A right password under a hash
// that is not slow is to be hashed anew.
func (h *Hasher) VerifySlowly(ctx context.Context, hash string, plain secret.Secret) (ok, upgrade bool, err error) {
	ok, upgrade, err = h.Verify(ctx, hash, plain)
	if !isInstant(hash) || err != nil {
		return ok, upgrade, err
	}
	if !ok {
		err = h.VerifyNothing(ctx, plain)
	}
	return ok, ok, err
}

// isInstant reports a text that Verify checks without a slow hash.
func isInstant(hash string) bool {
	kind, rest, _ := strings.Cut(strings.TrimPrefix(hash, ":"), ":")
	if !strings.HasPrefix(hash, ":") || kind == botType {
		return true
	}
	_, good := parseArgon2(rest)
	return kind == argon2Type && !good
}

// VerifyNothing takes the time of a check that fails.
func (h *Hasher) VerifyNothing(ctx context.Context, plain secret.Secret) error {
	_, _, err := h.Verify(ctx, h.dummy, plain)
	return err
}

// BotKey is the key that a hash by HashBot needs, 0 for any other text.
func BotKey(hash string) keyring.KeyID {
	rest, ok := strings.CutPrefix(hash, ":"+botType+":")
	number, _, _ := strings.Cut(rest, ":")
	id, err := strconv.ParseUint(number, 10, 8)
	if !ok || err != nil {
		return 0
	}
	return keyring.KeyID(id)
}

func (h *Hasher) verifyBot(hash string, plain secret.Secret) (ok, upgrade bool) {
	key := BotKey(hash)
	want, err := hex.DecodeString(hash[strings.LastIndexByte(hash, ':')+1:])
	if err != nil || key == 0 {
		return false, false
	}
	ok = h.Ring.Check(keyring.ForBot, key, want, []byte(plain.Reveal()))
	return ok, ok && key != h.Ring.Current()
}

func (h *Hasher) verifyArgon2(ctx context.Context, rest string, plain secret.Secret) (ok, upgrade bool, err error) {
	stored, good := parseArgon2(rest)
	if !good {
		return false, false, nil
	}
	release, err := h.Budget.acquire(ctx, stored.params.bytes())
	if err != nil {
		return false, false, err
	}
	defer release()
	ok = stored.matches(plain)
	return ok, ok && stored.params != h.Argon2, nil
}
