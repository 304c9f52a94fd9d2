package authenticator

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/binary"
	"math/big"
)

// head begins a CBOR item (RFC 8949, 3) of a major type.
func head(major byte, n int) []byte {
	switch major <<= 5; {
	case n < 24:
		return []byte{major | byte(n)}
	case n < 1<<8:
		return []byte{major | 24, byte(n)}
	default:
		return binary.BigEndian.AppendUint16([]byte{major | 25}, uint16(n))
	}
}

func text(s string) []byte { return append(head(3, len(s)), s...) }
func blob(b []byte) []byte { return append(head(2, len(b)), b...) }
func number(n int) []byte {
	if n < 0 {
		return head(1, -1-n)
	}
	return head(0, n)
}

// public is the COSE_Key of the credential (RFC 9053, 7; RFC 8230, 4).
func (k *Key) public() []byte {
	pairs := func(items ...[]byte) []byte {
		out := head(5, len(items)/2)
		for _, item := range items {
			out = append(out, item...)
		}
		return out
	}
	switch public := k.signer.Public().(type) {
	case *ecdsa.PublicKey:
		raw, err := public.Bytes() // 4, x, y
		if err != nil {
			panic(err)
		}
		half := (len(raw) - 1) / 2
		curve := map[Algorithm]int{ES256: 1, ES384: 2, ES512: 3}[k.algorithm]
		return pairs(number(1), number(2), number(3), number(int(k.algorithm)), number(-1), number(curve),
			number(-2), blob(raw[1:1+half]), number(-3), blob(raw[1+half:]))
	case ed25519.PublicKey:
		return pairs(number(1), number(1), number(3), number(int(k.algorithm)), number(-1), number(6), number(-2), blob(public))
	case *rsa.PublicKey:
		return pairs(number(1), number(3), number(3), number(int(k.algorithm)),
			number(-1), blob(public.N.Bytes()), number(-2), blob(big.NewInt(int64(public.E)).Bytes()))
	}
	panic("no such key")
}
