package webauthn

import (
	"encoding/json"

	"github.com/wikigate/wikigate/internal/fail"
)

// Device is a credential that an authenticator holds for an account. It holds
// nothing secret, but tells who has which device.
type Device struct {
	ID         []byte   `json:"id"`  // of the credential, chosen by the authenticator
	Key        []byte   `json:"key"` // COSE_Key (RFC 9052)
	Handle     []byte   `json:"handle"`
	Counter    uint32   `json:"counter"` // of the last signature; 0: the authenticator does not count
	Transports []string `json:"transports,omitempty"`
	Passkey    bool     `json:"passkey,omitempty"`     // logs in without a password
	CanBackUp  bool     `json:"can_back_up,omitempty"` // the key may be copied by its maker's cloud; never changes
	BackedUp   bool     `json:"backed_up,omitempty"`
	Model      []byte   `json:"model,omitempty"` // AAGUID
}

// Encode is the device as Decode reads it.
func (d Device) Encode() ([]byte, error) {
	data, err := json.Marshal(d)
	return data, fail.Wrap(fail.Internal, err, "a device cannot be written")
}

// Decode reads what Encode has written.
func Decode(data []byte) (d Device, err error) {
	if err := json.Unmarshal(data, &d); err != nil || len(d.ID) == 0 || len(d.Key) == 0 {
		return Device{}, fail.New(fail.Damaged, "a WebAuthn device cannot be read; reset the account's second factors or restore a backup")
	}
	return d, nil
}
