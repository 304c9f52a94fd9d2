package keyring

import (
	"bytes"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// Info describes a key without its secret.
type Info struct {
	ID       KeyID
	Created  time.Time
	Current  bool
	Closed   bool      // to clients
	Replaced time.Time // by a newer key; zero: it is the newest
}

// Keys describes the keys, oldest first.
func (r *Ring) Keys() []Info {
	h := r.now.Load()
	var list []Info
	for i, id := range h.order {
		info := Info{ID: id, Created: h.keys[id].created, Current: id == h.current, Closed: h.keys[id].closed}
		if i+1 < len(h.order) {
			info.Replaced = h.keys[h.order[i+1]].created
		}
		list = append(list, info)
	}
	return list
}

// New makes a ring of one fresh key.
func New(now time.Time) (*Ring, error) {
	return ringOf(&held{}).Rotated(now)
}

// Rotated returns a ring that has one key more, which is the current one. All
// older keys stay valid.
func (r *Ring) Rotated(now time.Time) (*Ring, error) {
	h := r.now.Load()
	id := h.current + 1
	if id == 0 {
		return nil, fail.New(fail.Full, "the key ring has used all its 255 numbers")
	}
	k, err := newKey(id, now.UTC().Truncate(time.Second), secret.Bytes(secretSize))
	if err != nil {
		return nil, err
	}
	next := &held{current: id, keys: h.keys, order: append(slices.Clone(h.order), id)}
	next.keys[id] = k
	return ringOf(next), nil
}

// Restored is Rotated with all older keys closed to clients: no cookie, token,
// session or remembered login of before is good.
func (r *Ring) Restored(now time.Time) (*Ring, error) {
	next, err := r.Rotated(now)
	if err != nil {
		return nil, err
	}
	h := next.now.Load() // nobody else has it yet
	for _, id := range h.order {
		if id == h.current {
			continue
		}
		old := h.keys[id]
		k, err := newKey(id, old.created, old.secret)
		if err != nil {
			return nil, err
		}
		k.closed = true
		h.keys[id] = k
	}
	return next, nil
}

// Without returns a ring that lacks a key. A key that is not there is
// fail.NotFound; the current one is fail.Invalid.
func (r *Ring) Without(id KeyID) (*Ring, error) {
	h := r.now.Load()
	switch {
	case h.keys[id] == nil:
		return nil, fail.New(fail.NotFound, "there is no key %d", id)
	case id == h.current:
		return nil, fail.New(fail.Invalid, `key %d is the current one; make another with "wikigate key rotate" first`, id)
	}
	next := &held{current: h.current, keys: h.keys}
	next.keys[id] = nil
	next.order = slices.DeleteFunc(slices.Clone(h.order), func(other KeyID) bool { return other == id })
	return ringOf(next), nil
}

// Adopt makes r hold what next holds, for all who use r. A ring in which one of
// the keys has another secret is refused as fail.Conflict, and r stays as it
// was.
func (r *Ring) Adopt(next *Ring) error {
	before, after := r.now.Load(), next.now.Load()
	for _, id := range before.order {
		if k := after.keys[id]; k != nil && !bytes.Equal(k.secret, before.keys[id].secret) {
			return fail.New(fail.Conflict, "key %d of the file is another key than the one in use", id)
		}
	}
	r.now.Store(after)
	return nil
}
