// Package twofactor owns the second factors of accounts: their devices of all
// methods, recovery codes, the check of one-time codes, and the highest counter
// that a code was taken for, so that none is taken twice.
//
// It does not own the password before it (package credential), what a browser
// and a security key say to each other (package webauthn), or the forms
// that ask for a factor (package authn and those below it).
package twofactor

import (
	"context"
	"encoding/binary"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/keyring"
	"github.com/wikigate/wikigate/internal/secret"
)

// Method is a kind of second factor. The words are stored and seen by clients,
// and never change (MediaWiki: extension OATHAuth, names of modules).
type Method string

// The methods. Recovery codes are one in the eyes of a client; they belong to
// no device.
const (
	TOTP          Method = "totp"
	WebAuthn      Method = "webauthn"
	RecoveryCodes Method = "recoverycodes"
)

// DeviceID is 32 hexadecimal digits, at random: never given twice.
type DeviceID string

// NewDeviceID makes one.
func NewDeviceID() DeviceID { return DeviceID(secret.Hex32()) }

// Device is something that an account proves itself by.
type Device struct {
	ID      DeviceID
	Account account.ID
	Method  Method
	Name    string // given by the user, valid UTF-8
	Created time.Time
	Used    time.Time // last; zero: never
	// Data is what the method needs, sealed for this very row (Vault).
	Data []byte
}

// CodeHash stands for a recovery code. It is a code of the key ring: a
// recovery code holds 80 random bits, which need no slow hash.
type CodeHash struct {
	Key keyring.KeyID
	Sum [keyring.CodeSize]byte
}

// State is all that an account has.
type State struct {
	Devices []Device   // oldest first
	Codes   []CodeHash // in no order
	// Counter is the highest that a TOTP code was taken for, of any device that
	// the account has or had; 0: none.
	Counter int64
}

// Of are the devices of a method, oldest first.
func (s State) Of(m Method) []Device {
	var list []Device
	for _, d := range s.Devices {
		if d.Method == m {
			list = append(list, d)
		}
	}
	return list
}

// Addition is a new device with all that changes at the same moment.
type Addition struct {
	Device Device
	// Codes replace the recovery codes of the account; nil: it keeps its own.
	Codes []CodeHash
	// Counter is that of the TOTP code which confirmed the device; 0: none did.
	Counter int64
	// Token replaces the account's, which ends its cookie sessions and
	// remembered logins; zero: they go on.
	Token secret.Secret
	// Expected is the token that the account must have still; zero: any.
	Expected secret.Secret
}

// Store keeps second factors. Implementations are safe for concurrent use, and
// each method is atomic; account.Account.SecondFactor says after each whether
// the account has a device. Deleting an account removes everything of it.
// Events are kept together with the change that they record, or not at all.
type Store interface {
	// State reads all of an account. One that does not exist has nothing.
	State(ctx context.Context, id account.ID) (State, error)
	// Add adds a device. added is false, and nothing has changed, when a.Counter
	// is not 0 and not greater than the account's: the code was used before; or
	// when the account has another token than a.Expected. An unknown account is
	// fail.NotFound, a taken id fail.Conflict.
	Add(ctx context.Context, a Addition, events ...audit.Event) (added bool, err error)
	// Remove removes one device of an account, and with the last one its
	// recovery codes. found is false when it has no such device.
	Remove(ctx context.Context, id account.ID, device DeviceID, events ...audit.Event) (found bool, err error)
	// Reset removes all devices and recovery codes, and says how many devices.
	// The counter stays. An unknown account is fail.NotFound.
	Reset(ctx context.Context, id account.ID, events ...audit.Event) (devices int, err error)
	// UseCounter takes a counter for a device of the account, and notes at as the
	// last use of the device. first is false, and nothing has changed, unless
	// the device is there and the counter greater than all that were taken
	// before: of parallel callers with one counter exactly one is first.
	UseCounter(ctx context.Context, id account.ID, device DeviceID, counter int64, at time.Time, events ...audit.Event) (first bool, err error)
	// ReplaceCodes puts codes in place of all that the account has. An account
	// without a device is fail.NotFound.
	ReplaceCodes(ctx context.Context, id account.ID, codes []CodeHash, events ...audit.Event) error
	// UseCode removes a recovery code, and says how many are left. used is false
	// when the account has no such code: of parallel callers with one code
	// exactly one uses it.
	UseCode(ctx context.Context, id account.ID, code CodeHash, events ...audit.Event) (used bool, left int, err error)
	// Update replaces name, last use and data of a device whose data is still
	// was. changed is false, and nothing has changed, when it is another or the
	// device is gone. Data that is sealed anew is never the same.
	Update(ctx context.Context, was []byte, d Device, events ...audit.Event) (changed bool, err error)
}

// Census says what needs the keys of the server.
type Census interface {
	// KeyUse counts the accounts that would lose a device or a recovery code
	// without a key, by key.
	KeyUse(ctx context.Context) (map[keyring.KeyID]int, error)
}

// Vault seals the data of devices. It is safe for concurrent use.
type Vault struct{ Ring *keyring.Ring }

// Seal gives d the data plain, sealed under the current key for the account, id
// and method of d: it opens in no other row.
func (v Vault) Seal(d Device, plain []byte) Device {
	d.Data = v.Ring.SealFactor(plain, d.row())
	return d
}

// Open gives the data of d as it was sealed. ok is false when it was changed,
// is that of another row, or its key is gone.
func (v Vault) Open(d Device) (plain []byte, ok bool) { return v.Ring.OpenFactor(d.Data, d.row()) }

// Stale reports data that was sealed under a key which is no longer the
// current one.
func (v Vault) Stale(d Device) bool { return keyring.SealedWith(d.Data) != v.Ring.Current() }

// row is what the data of d is bound to.
func (d Device) row() []byte {
	row := binary.BigEndian.AppendUint64([]byte("factor_device\x00"), uint64(d.Account))
	row = append(row, d.ID...)
	return append(append(row, 0), d.Method...)
}
