package audit

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
)

// Hash is a link of the chain: SHA-256 over the link before it and the row.
type Hash [sha256.Size]byte

// Row is an event as it is kept. Seq counts from 1 without gaps.
type Row struct {
	Seq int64
	Event
	Hash Hash
}

// Head is both ends of the chain. The rows after Anchor are there, up to Last.
// The zero value is the chain of a new store.
type Head struct {
	Anchor     int64 // the last row that was removed; 0: none was
	AnchorHash Hash
	Last       int64 // the newest row; Anchor when there is none
	LastHash   Hash
	// Key and Code seal the rest of the head, so that nobody without the
	// server's keys can make a chain that looks whole.
	Key  uint8
	Code []byte
}

// Sealer makes and checks the codes of heads with the server's keys.
// Implementations are safe for concurrent use.
type Sealer interface {
	// Seal makes a code under the current key.
	Seal(parts ...[]byte) (key uint8, code []byte)
	// Check reports whether code is the one of key. known is false when there
	// is no such key.
	Check(key uint8, code []byte, parts ...[]byte) (ok, known bool)
}

// Next adds an event to the chain and gives its row. It is the one place where
// events are cleaned and rows are made.
func (h *Head) Next(e Event) Row {
	r := Row{Seq: h.Last + 1, Event: e.cleaned()}
	r.Hash = r.link(h.LastHash)
	h.Last, h.LastHash = r.Seq, r.Hash
	return r
}

// Sealed is the head with a code by s; without s there is none.
func (h Head) Sealed(s Sealer) Head {
	h.Key, h.Code = 0, nil
	if s != nil {
		h.Key, h.Code = s.Seal(h.sealed())
	}
	return h
}

func (h *Head) sealed() []byte {
	b := make([]byte, 0, 2*(8+len(Hash{})))
	b = binary.BigEndian.AppendUint64(b, uint64(h.Anchor))
	b = append(b, h.AnchorHash[:]...)
	b = binary.BigEndian.AppendUint64(b, uint64(h.Last))
	return append(b, h.LastHash[:]...)
}

// link is the hash of the row behind the one with the hash before.
func (r *Row) link(before Hash) Hash {
	var room [512]byte
	b := append(room[:0], before[:]...)
	b = append(b, 1) // version of what follows
	b = binary.BigEndian.AppendUint64(b, uint64(r.Seq))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Time.UnixMicro()))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Account))
	b = binary.BigEndian.AppendUint64(b, uint64(r.Count))
	for _, text := range [...]string{
		string(r.Kind), string(r.Result), string(r.Reason), string(r.Method), r.Name, r.App,
		r.Request, r.AddressText(), r.Client, r.Actor,
	} {
		b = appendText(b, text)
	}
	b = binary.AppendUvarint(b, uint64(len(r.Details)))
	for _, d := range r.Details {
		b = appendText(appendText(b, d.Key), d.Value)
	}
	return sha256.Sum256(b)
}

func appendText(b []byte, text string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(text))), text...)
}

// AddressText is the address as it is kept; empty when there is none.
func (o Origin) AddressText() string {
	if !o.Address.IsValid() {
		return ""
	}
	return o.Address.String()
}

// String is the hash in hexadecimal digits.
func (h Hash) String() string { return hex.EncodeToString(h[:]) }
