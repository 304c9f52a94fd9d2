package keyring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"

	"github.com/wikigate/wikigate/internal/fail"
)

// derive is HKDF-SHA-256 without salt, 32 bytes (RFC 5869).
func derive(secret []byte, label string) ([]byte, error) {
	out, err := hkdf.Key(sha256.New, secret, nil, label, 32)
	return out, fail.Wrap(fail.Internal, err, "derive a key")
}

func newSeal(secret []byte, label string) (cipher.AEAD, error) {
	derived, err := derive(secret, label)
	if err != nil {
		return nil, err
	}
	block, err := aes.NewCipher(derived)
	if err != nil {
		return nil, fail.Wrap(fail.Internal, err, "make a cipher")
	}
	gcm, err := cipher.NewGCM(block)
	return gcm, fail.Wrap(fail.Internal, err, "make a cipher")
}

// Seal encrypts plain under the current key, bound to row: Open succeeds only
// with the same row. The result starts with the key's id.
func (r *Ring) Seal(plain, row []byte) []byte {
	h := r.now.Load()
	k := h.keys[h.current]
	return seal(k.gcm, k.id, plain, row)
}

// Open decrypts what Seal made. ok is false when the key is gone or closed,
// the row is another or the data was changed.
func (r *Ring) Open(dst, sealed, row []byte) (plain []byte, ok bool) {
	k := r.now.Load().key(ForSession, SealedWith(sealed))
	if k == nil {
		return nil, false
	}
	return open(k.gcm, dst, sealed, row)
}

// SealFactor is Seal for what a second factor needs. No session's record can
// stand in its place, nor it in theirs.
func (r *Ring) SealFactor(plain, row []byte) []byte {
	h := r.now.Load()
	k := h.keys[h.current]
	return seal(k.kept, k.id, plain, row)
}

// OpenFactor decrypts what SealFactor made, also after a restore. ok is false
// when the key is gone, the row is another or the data was changed.
func (r *Ring) OpenFactor(sealed, row []byte) (plain []byte, ok bool) {
	k := r.now.Load().key(ForFactor, SealedWith(sealed))
	if k == nil {
		return nil, false
	}
	return open(k.kept, nil, sealed, row)
}

func seal(gcm cipher.AEAD, id KeyID, plain, row []byte) []byte {
	n := gcm.NonceSize()
	out := make([]byte, 1+n, 1+n+len(plain)+gcm.Overhead())
	out[0] = byte(id)
	_, _ = rand.Read(out[1:]) // never fails since Go 1.24
	return gcm.Seal(out, out[1:1+n], plain, row)
}

func open(gcm cipher.AEAD, dst, sealed, row []byte) (plain []byte, ok bool) {
	n := gcm.NonceSize()
	if len(sealed) < 1+n {
		return nil, false
	}
	plain, err := gcm.Open(dst, sealed[1:1+n], sealed[1+n:], row)
	return plain, err == nil
}

// SealedWith is the key that something was sealed with; 0 when it was not
// sealed.
func SealedWith(sealed []byte) KeyID {
	if len(sealed) == 0 {
		return 0
	}
	return KeyID(sealed[0])
}
