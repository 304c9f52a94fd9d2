package webauthn

import (
	"context"
	"encoding/json"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
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

// devices are those of an account, in the order of their registration, and all
// that it has beside them. What cannot be read is not there: its owner needs
// another device then.
func (s *Service) devices(ctx context.Context, id account.ID) (list []held, state twofactor.State, err error) {
	if state, err = s.Factors.Store.State(ctx, id); err != nil {
		return nil, state, err
	}
	for _, row := range state.Of(twofactor.WebAuthn) {
		plain, ok := s.Factors.Vault.Open(row)
		if !ok {
			continue
		}
		if d, ok := decode(plain); ok {
			list = append(list, held{d, row})
		}
	}
	return list, state, nil
}

// add registers a device for an account, whose sessions end.
func (s *Service) add(ctx context.Context, a account.Account, state twofactor.State, name string, d Device) (Outcome, error) {
	data, err := d.encode()
	if err != nil {
		return refused(Moved), err
	}
	token := secret.New(secret.Hex32())
	added, err := s.Factors.AddDevice(ctx, a, state, twofactor.Addition{Token: token, Expected: a.Token, Device: s.Factors.Vault.Seal(twofactor.Device{
		ID: twofactor.NewDeviceID(), Account: a.ID, Method: twofactor.WebAuthn, Name: nameOf(name, d), Created: s.Clock.Now(),
	}, data)})
	switch {
	case fail.Is(err, fail.Invalid): // the name is good
		return refused(TooMany), nil
	case err != nil || !added:
		return refused(Moved), err
	}
	return Outcome{Token: token}, nil
}

// maxName is the length of a device's name in bytes.
const maxName = 255

// nameOf makes a name for a device out of what its owner calls it.
func nameOf(given string, d Device) string {
	name := strings.TrimSpace(strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(given, "")))
	for len(name) > maxName {
		_, size := utf8.DecodeLastRuneInString(name)
		name = name[:len(name)-size]
	}
	switch {
	case name != "":
		return name
	case d.Passkey:
		return "passkey"
	}
	return string(twofactor.WebAuthn)
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
	return s.Factors.Store.Update(ctx, old.row.Data, s.Factors.Vault.Seal(row, data))
}

func (d Device) encode() ([]byte, error) {
	data, err := json.Marshal(d)
	return data, fail.Wrap(fail.Internal, err, "a device cannot be written")
}

func decode(data []byte) (d Device, ok bool) {
	err := json.Unmarshal(data, &d)
	return d, err == nil && len(d.ID) > 0 && len(d.Key) > 0
}
