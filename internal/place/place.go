// Package place remembers from which networks each account has logged in.
//
// It owns what one place is (an IPv4 /24 or an IPv6 /64 network), how long it
// stays known, and the contract of its store, which sees neither addresses nor
// networks but codes that only the server's keys can make. It does not own what
// an unknown place means for a login.
//
// A cookie on the device would tell more: it follows a person from network to
// network. But whoever copies a browser's cookies copies that one, too, programs
// that keep none would be strangers at each login, and it would be one more
// thing to bind, renew and revoke. The network alone is enough for what it
// decides.
package place

import (
	"context"
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/keyring"
)

// ID is a place of one account. The same network gives others for other
// accounts.
type ID [keyring.CodeSize]byte

// Store keeps the places of accounts. Implementations are safe for concurrent
// use, and each method is atomic. A change is visible to every call that starts
// after the method has returned. The places of an account go with it.
type Store interface {
	// LastUse gives the last time at which a place was noted.
	LastUse(ctx context.Context, owner account.ID, p ID) (used time.Time, found bool, err error)
	// Note writes that a place was used, unless a later use stands there, and
	// keeps of all places of the account the keep last used. An account that does
	// not exist is fail.NotFound.
	Note(ctx context.Context, owner account.ID, p ID, used time.Time, keep int) error
	// Sweep removes at most limit places that were last used at or before then.
	Sweep(ctx context.Context, then time.Time, limit int) (removed int, err error)
}

const (
	// most is how many places of an account are known.
	most = 50
	// often is how long after a use a further one is not written down.
	often = 24 * time.Hour
)

// Book is the places of all accounts. It is safe for concurrent use.
type Book struct {
	Store    Store
	Ring     *keyring.Ring
	Lifetime time.Duration // since the last use; less than a day is imprecise
}

// Known reports whether the account has logged in from the network of the
// address, and lately enough.
func (b *Book) Known(ctx context.Context, owner account.ID, from netip.Addr, now time.Time) (bool, error) {
	used, found, err := b.lastUse(ctx, owner, from)
	return found && now.Before(used.Add(b.Lifetime)), err
}

// lastUse looks for the place under every key, since a new key must not make
// strangers of everybody.
func (b *Book) lastUse(ctx context.Context, owner account.ID, from netip.Addr) (last time.Time, found bool, err error) {
	for _, key := range b.Ring.Keys() {
		id, ok := b.id(key.ID, owner, from)
		if !ok {
			continue
		}
		used, known, err := b.Store.LastUse(ctx, owner, id)
		if err != nil {
			return time.Time{}, false, err
		}
		if known && (!found || used.After(last)) {
			last, found = used, true
		}
	}
	return last, found, nil
}

// Note remembers that the account has logged in from the network of the
// address. Call it at the end of a login, when nothing is left to be asked. It
// writes once a day at most for each place. An account that is gone is no
// failure.
func (b *Book) Note(ctx context.Context, owner account.ID, from netip.Addr, now time.Time) error {
	id, ok := b.id(b.Ring.Current(), owner, from)
	if !ok {
		return nil // nobody can come from there again
	}
	used, found, err := b.Store.LastUse(ctx, owner, id)
	if err != nil || found && now.Sub(used) < min(often, b.Lifetime/2) {
		return err
	}
	err = b.Store.Note(ctx, owner, id, now, most)
	if fail.Is(err, fail.NotFound) {
		return nil
	}
	return err
}

// Sweep removes at most limit places that are not known any more at now.
func (b *Book) Sweep(ctx context.Context, now time.Time, limit int) (removed int, err error) {
	return b.Store.Sweep(ctx, now.Add(-b.Lifetime), limit)
}

// id is the place of an address under a key.
func (b *Book) id(key keyring.KeyID, owner account.ID, from netip.Addr) (ID, bool) {
	network, ok := networkOf(from)
	if !ok {
		return ID{}, false
	}
	code, ok := b.Ring.Code(keyring.ForPlace, key, binary.BigEndian.AppendUint64(nil, uint64(owner)), []byte(network.String()))
	return ID(code), ok
}

// networkOf is what counts as one place. An address that is none is nowhere.
func networkOf(a netip.Addr) (netip.Prefix, bool) {
	a = a.Unmap().WithZone("")
	bits := 24
	if a.Is6() {
		bits = 64
	}
	p, err := a.Prefix(bits)
	return p, err == nil && p.IsValid()
}
