package twofactor

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// maxDevices is how many an account may have: each makes a check dearer.
const maxDevices = 20

// maxDeviceName is the length of a device's name in bytes.
const maxDeviceName = 255

// Proposal is a new TOTP secret that no account has yet. It may be shown to the
// user it is for, and must not come back from there: who enrols keeps it
// where a client cannot write.
type Proposal struct{ key []byte }

// Format hides the secret from every verb of package fmt.
func (p Proposal) Format(f fmt.State, _ rune) { _, _ = fmt.Fprint(f, p.Secret()) }

// Propose makes a random secret.
func Propose() Proposal { return Proposal{secret.Bytes(newSecretSize)} }

// Import takes a secret that was made elsewhere (see ParseSecret).
func Import(text secret.Secret) (Proposal, error) {
	key, err := ParseSecret(text)
	return Proposal{key}, err
}

// Secret is the text that apps take, base32 without padding.
func (p Proposal) Secret() secret.Secret { return secret.New(secretEncoding.EncodeToString(p.key)) }

// CodeAt is what a device with the secret shows at t.
func (p Proposal) CodeAt(t time.Time) string { return hotp(p.key, Counter(t)) }

// URI is what apps read from a QR code; it holds the secret (MediaWiki:
// extension OATHAuth, src/HTMLForm/TOTPEnableForm.php).
func (s *Service) URI(p Proposal, a account.Account) secret.Secret {
	return secret.New("otpauth://totp/" + escape(s.Issuer+":"+a.Name.String()) +
		"?secret=" + p.Secret().Reveal() + "&issuer=" + escape(s.Issuer))
}

// escape is PHP's rawurlencode (RFC 3986 section 2.3).
func escape(text string) string { return strings.ReplaceAll(url.QueryEscape(text), "+", "%20") }

// Enrolment is what a new TOTP device is made of.
type Enrolment struct {
	Proposal Proposal
	Name     string // of the device; empty: that of the method
	// Confirmation is a code of the device, with which the user shows that it
	// works. It counts as used. Only an operator may leave it out.
	Confirmation secret.Secret
	// NoRecoveryCodes leaves the account without any, if it has none. One that
	// has some keeps them in any case.
	NoRecoveryCodes bool
	// KeepSessions lets those go on that logged in without the device.
	KeepSessions bool
}

// Enrolled is what came of an enrolment.
type Enrolled struct {
	// Confirmed is false when the code was not one of the device, or had been
	// used; then nothing has changed.
	Confirmed bool
	Device    Device
	// Codes are new recovery codes, shown this once; none if the account has
	// some.
	Codes []secret.Secret
}

// Enrol gives an account a TOTP device. Unless told otherwise, its sessions and
// remembered logins end, and it gets recovery codes if it has none. A bad name,
// and one device too many, are fail.Invalid.
func (s *Service) Enrol(ctx context.Context, a account.Account, e Enrolment) (Enrolled, error) {
	state, err := s.Store.State(ctx, a.ID)
	if err != nil {
		return Enrolled{}, err
	}
	if e.Name == "" {
		e.Name = string(TOTP)
	}
	add := Addition{}
	if !e.Confirmation.IsZero() {
		code := withoutSpace(e.Confirmation.Reveal())
		counter, ok := counterOf(e.Proposal.key, code, s.Clock.Now(), int64(s.Radius), state.Counter)
		if !ok {
			return Enrolled{}, nil
		}
		add.Counter = counter
	}
	d := Device{ID: NewDeviceID(), Account: a.ID, Method: TOTP, Name: e.Name, Created: s.Clock.Now()}
	add.Device = s.Vault.Seal(d, e.Proposal.key)
	var codes []secret.Secret
	if len(state.Codes) == 0 && !e.NoRecoveryCodes {
		codes, add.Codes = s.newCodes(a.ID)
	}
	if !e.KeepSessions {
		add.Token = secret.New(secret.Hex32())
	}
	added, err := s.AddDevice(ctx, a, state, add)
	if err != nil || !added {
		return Enrolled{}, err
	}
	return Enrolled{Confirmed: true, Device: add.Device, Codes: codes}, nil
}

// AddDevice adds a device of any method, which is sealed already, to an account
// whose state was read before. added is false when the code that confirmed it
// was used. A bad name, and one device too many, are fail.Invalid.
func (s *Service) AddDevice(ctx context.Context, a account.Account, state State, add Addition) (added bool, err error) {
	name := add.Device.Name
	if len(name) == 0 || len(name) > maxDeviceName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		return false, fail.New(fail.Invalid, "%q cannot be the name of a device: expected 1 to %d bytes of text in one line", name, maxDeviceName)
	}
	if len(state.Devices) >= maxDevices {
		return false, fail.New(fail.Invalid, "%q has %d devices already, and may have no more; remove one first", a.Name, len(state.Devices))
	}
	event := s.event(ctx, audit.FactorAdd, a).With("method", string(add.Device.Method)).With("device", beginning(add.Device.ID)).With("named", name)
	if add.Codes != nil {
		event = event.With("recovery-codes", "new")
	}
	return s.Store.Add(ctx, add, event)
}

// beginning is enough of an id to know the device by in a list. The audit trail
// hides a whole one, which looks like a secret.
func beginning(id DeviceID) string { return string(id[:min(len(id), 8)]) }

// Remove removes a device of an account, and its recovery codes with the last
// one. found is false when it has no such device.
func (s *Service) Remove(ctx context.Context, a account.Account, id DeviceID) (found bool, err error) {
	return s.Store.Remove(ctx, a.ID, id, s.event(ctx, audit.FactorRemove, a).With("device", beginning(id)))
}

// Reset removes all devices and recovery codes of an account, and says how many
// devices. A password alone logs in again. A name that nobody has is
// fail.NotFound.
func (s *Service) Reset(ctx context.Context, name string) (a account.Account, devices int, err error) {
	if a, err = s.Accounts.Find(ctx, name); err != nil {
		return a, 0, err
	}
	devices, err = s.Store.Reset(ctx, a.ID, s.event(ctx, audit.FactorReset, a))
	return a, devices, err
}

// Holder is an account with what it has.
type Holder struct {
	Account account.Account
	State   State
}

// Of describes the second factor of an account. A name that nobody has is
// fail.NotFound.
func (s *Service) Of(ctx context.Context, name string) (h Holder, err error) {
	if h.Account, err = s.Accounts.Find(ctx, name); err != nil {
		return h, err
	}
	h.State, err = s.Store.State(ctx, h.Account.ID)
	return h, err
}

// List describes all accounts that have a second factor, by their names. It
// reads all accounts.
func (s *Service) List(ctx context.Context) ([]Holder, error) {
	var list []Holder
	const at = 500
	for from := ""; ; {
		page, err := s.Accounts.Store.List(ctx, account.Page{From: from, Limit: at})
		if err != nil {
			return nil, err
		}
		for _, a := range page {
			if !a.SecondFactor {
				continue
			}
			state, err := s.Store.State(ctx, a.ID)
			if err != nil {
				return nil, err
			}
			list = append(list, Holder{a, state})
		}
		if len(page) < at {
			return list, nil
		}
		from = page[at-1].Name.String() + "\x01" // the first name that may follow
	}
}
