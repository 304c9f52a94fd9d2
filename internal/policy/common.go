package policy

import (
	"crypto/hmac"
	"crypto/sha1"
	_ "embed"
	"encoding/binary"
	"strconv"
)

// commonBits is a Bloom filter of the 100,000 commonest passwords, the one that
// MediaWiki has; LICENSE.common-passwords says where it comes from. About one
// password in a million is in it by accident.
//
//go:embed common.bloom
var commonBits string

const (
	commonSize   = 2_875_518 // bits
	commonHashes = 20
)

// isCommon reports a password that is among the commonest. Case counts.
func isCommon(password string) bool {
	var sum [sha1.Size]byte
	for i := range commonHashes {
		mac := hmac.New(sha1.New, strconv.AppendInt(nil, int64(i), 10))
		mac.Write([]byte(password))
		bit := (binary.BigEndian.Uint64(mac.Sum(sum[:0])) &^ (1 << 63)) % commonSize
		if commonBits[bit/8]>>(bit%8)&1 == 0 {
			return false
		}
	}
	return true
}
