package session

import (
	"encoding/binary"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/token"
)

// traits are what else a session is. Values are stored: do not reorder.
type traits uint8

const (
	remembered   traits = 1 << iota // the login outlives the session
	interactive                     // a person gave a secret, rather than a cookie
	secondFactor                    // and proved a second factor
)

func (t traits) has(one traits) bool { return t&one != 0 }

// record is the sealed content of a stored session.
type record struct {
	key        keyring.KeyID // for the session's tokens
	secrets    token.Secret  // handed out so far
	traits     traits
	name       string // of the owner at login: a rename ends the session
	ownerToken string // account.Account.Token at login
	botStamp   string // botpassword.BotPassword.Stamp at login
	address    netip.Addr
	renewed    time.Time
}

const recordVersion = 1

// encode writes the record; seal it before it leaves the package.
func (r *record) encode() []byte {
	b := make([]byte, 0, 160)
	b = append(b, recordVersion, byte(r.key), byte(r.secrets), byte(r.traits))
	b = binary.BigEndian.AppendUint64(b, uint64(r.renewed.Unix()))
	addr, _ := r.address.MarshalBinary()
	for _, s := range []string{r.name, r.ownerToken, r.botStamp, string(addr)} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	return b
}

// decodeRecord reads what encode wrote. ok is false for anything else.
func decodeRecord(b []byte) (r record, ok bool) {
	if len(b) < 12 || b[0] != recordVersion {
		return r, false
	}
	r.key, r.secrets, r.traits = keyring.KeyID(b[1]), token.Secret(b[2]), traits(b[3])
	r.renewed = time.Unix(int64(binary.BigEndian.Uint64(b[4:12])), 0).UTC()
	rest := b[12:]
	var addr string
	for _, s := range []*string{&r.name, &r.ownerToken, &r.botStamp, &addr} {
		n, size := binary.Uvarint(rest)
		if size <= 0 || n > uint64(len(rest)-size) {
			return r, false
		}
		*s = string(rest[size : size+int(n)])
		rest = rest[size+int(n):]
	}
	if err := r.address.UnmarshalBinary([]byte(addr)); err != nil {
		return r, false
	}
	return r, len(rest) == 0
}
