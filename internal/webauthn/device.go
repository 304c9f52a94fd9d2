package webauthn

import (
	"context"
	"encoding/json"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/twofactor"
)

// Device is a credential that an authenticator holds for an account, as its
// data in the store. It holds nothing secret, but tells who has which device.
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

// held is a device together with the row that it was read from.
type held struct {
	Device
	row twofactor.Device
}

// devices are those of an account, in the order of their registration. What
// cannot be read is not there: its owner needs another device then.
func (s *Service) devices(ctx context.Context, id account.ID) ([]held, error) {
	state, err := s.Store.State(ctx, id)
	if err != nil {
		return nil, err
	}
	var list []held
	for _, row := range state.Of(twofactor.WebAuthn) {
		plain, ok := s.Vault.Open(row)
		if !ok {
			continue
		}
		if d, ok := decode(plain); ok {
			list = append(list, held{d, row})
		}
	}
	return list, nil
}

// add registers a device under a name.
func (s *Service) add(ctx context.Context, a account.Account, name string, d Device) error {
	data, err := d.encode()
	if err != nil {
		return err
	}
	now := s.Clock.Now()
	row := s.Vault.Seal(twofactor.Device{
		ID: twofactor.NewDeviceID(), Account: a.ID, Method: twofactor.WebAuthn, Name: name, Created: now,
	}, data)
	_, err = s.Store.Add(ctx, twofactor.Addition{Device: row},
		audit.Now(ctx, now, audit.FactorAdd).Of(int64(a.ID), a.Name.String()).With("method", string(row.Method)).With("device", name))
	return err
}

// replace writes what has changed about a device, which was used now. It is not
// done when the device has changed since it was read, or is gone.
func (s *Service) replace(ctx context.Context, old held, d Device, now time.Time) (done bool, err error) {
	data, err := d.encode()
	if err != nil {
		return false, err
	}
	row := old.row
	row.Used = now
	return s.Store.Update(ctx, old.row.Data, s.Vault.Seal(row, data))
}

func (d Device) encode() ([]byte, error) {
	data, err := json.Marshal(d)
	return data, fail.Wrap(fail.Internal, err, "a device cannot be written")
}

func decode(data []byte) (d Device, ok bool) {
	err := json.Unmarshal(data, &d)
	return d, err == nil && len(d.ID) > 0 && len(d.Key) > 0
}
