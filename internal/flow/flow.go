// Package flow keeps what the session of a client is in the middle of: a login
// that waits for its next step, and what may be used only once.
//
// It owns the records' keys, their sealing and the contract of their store. It
// does not own what a record says, nor how long it is of use.
package flow

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"time"
)

// ID is the key of a record. It tells nothing about what it was made of.
type ID [sha256.Size]byte

// IDOf makes the key of a record of a kind from the parts that it belongs to,
// such as the binding of a session. Other parts, or the same ones divided in
// another way, give another key.
func IDOf(kind string, parts ...[]byte) ID {
	h := sha256.New()
	for _, part := range append([][]byte{[]byte(kind)}, parts...) {
		var size [8]byte
		binary.BigEndian.PutUint64(size[:], uint64(len(part)))
		h.Write(size[:])
		h.Write(part)
	}
	return ID(h.Sum(nil))
}

// Holder is who has taken a record out: one call of one request.
type Holder [16]byte

// NewHolder makes a holder that nobody else is.
func NewHolder() (h Holder) {
	_, _ = rand.Read(h[:]) // never fails since Go 1.24
	return h
}

// Store keeps records until they expire. Data is sealed by Keeper and means
// nothing to a store; it is at most 16 KiB. Implementations are safe for
// concurrent use, and each method is atomic. A change is visible to every call
// that starts after the method has returned.
type Store interface {
	// Put writes a record, in place of what is there, held or not.
	Put(ctx context.Context, id ID, data []byte, expires time.Time) error
	// Get reads a record that has not expired at now and is held by nobody.
	Get(ctx context.Context, id ID, now time.Time) (data []byte, found bool, err error)
	// Take is Get, but afterwards the record is held by h and without data: of
	// parallel callers one finds it.
	Take(ctx context.Context, id ID, h Holder, now time.Time) (data []byte, found bool, err error)
	// Return writes a record in the place of the one that h holds. back is false,
	// and nothing is written, when something else is there by now, or nothing.
	Return(ctx context.Context, id ID, h Holder, data []byte, expires time.Time) (back bool, err error)
	// Claim takes possession of a key until expires. Of all callers, parallel or
	// one after the other, only one is first, until the claim has expired at now.
	// Use it for keys that no record is put under.
	Claim(ctx context.Context, id ID, expires, now time.Time) (first bool, err error)
	// Delete removes a record, held or not. There need not be one.
	Delete(ctx context.Context, id ID) error
	// Sweep removes at most limit records that have expired at now.
	Sweep(ctx context.Context, now time.Time, limit int) (removed int, err error)
}

// Sealer makes records unreadable but by itself, and each only in its row; see
// package keyring.
type Sealer interface {
	Seal(plain, row []byte) []byte
	Open(dst, sealed, row []byte) (plain []byte, ok bool)
}

// Keeper seals the records of a store. It is safe for concurrent use.
type Keeper struct {
	Store  Store
	Sealer Sealer
}

// Put is Store.Put.
func (k *Keeper) Put(ctx context.Context, id ID, plain []byte, expires time.Time) error {
	return k.Store.Put(ctx, id, k.Sealer.Seal(plain, id[:]), expires)
}

// Get is Store.Get. What cannot be opened is not found.
func (k *Keeper) Get(ctx context.Context, id ID, now time.Time) (plain []byte, found bool, err error) {
	return k.open(id)(k.Store.Get(ctx, id, now))
}

// Take is Store.Take. What cannot be opened is not found.
func (k *Keeper) Take(ctx context.Context, id ID, h Holder, now time.Time) (plain []byte, found bool, err error) {
	return k.open(id)(k.Store.Take(ctx, id, h, now))
}

// Return is Store.Return.
func (k *Keeper) Return(ctx context.Context, id ID, h Holder, plain []byte, expires time.Time) (back bool, err error) {
	return k.Store.Return(ctx, id, h, k.Sealer.Seal(plain, id[:]), expires)
}

// Delete is Store.Delete.
func (k *Keeper) Delete(ctx context.Context, id ID) error { return k.Store.Delete(ctx, id) }

func (k *Keeper) open(id ID) func([]byte, bool, error) ([]byte, bool, error) {
	return func(sealed []byte, found bool, err error) ([]byte, bool, error) {
		if err != nil || !found {
			return nil, false, err
		}
		plain, ok := k.Sealer.Open(nil, sealed, id[:])
		return plain, ok, nil
	}
}
