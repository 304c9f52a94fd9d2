package app

import (
	"github.com/wikigate/wikigate/internal/keyring"
)

// sealer seals the end of the audit trail with the key ring.
type sealer struct{ ring *keyring.Ring }

// Seal implements audit.Sealer.
func (s sealer) Seal(parts ...[]byte) (key uint8, code []byte) {
	id := s.ring.Current()
	sum, _ := s.ring.Code(keyring.ForAudit, id, parts...) // the current key is there
	return uint8(id), sum[:]
}

// Check implements audit.Sealer.
func (s sealer) Check(key uint8, code []byte, parts ...[]byte) (ok, known bool) {
	id := keyring.KeyID(key)
	return s.ring.Check(keyring.ForAudit, id, code, parts...), s.ring.Has(id)
}
