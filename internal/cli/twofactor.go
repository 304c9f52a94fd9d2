package cli

import (
	"github.com/spf13/cobra"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/twofactor"
)

func (p *program) twoFactor() *cobra.Command {
	return group("twofactor", "List, add and remove second factors",
		p.twoFactorList(), p.twoFactorAdd(), p.twoFactorCodes(), p.twoFactorRemove(), p.twoFactorReset())
}

// deviceJSON is a device of a second factor for programs. Keys are never renamed
// or removed.
type deviceJSON struct {
	ID       string  `json:"id"`
	Method   string  `json:"method"`
	Name     string  `json:"name"`
	Created  *string `json:"created"`
	LastUsed *string `json:"last_used"`
}

func deviceValue(d twofactor.Device) deviceJSON {
	return deviceJSON{
		ID: string(d.ID), Method: string(d.Method), Name: d.Name,
		Created: timeValue(d.Created), LastUsed: timeValue(d.Used),
	}
}

// holderJSON is an account with its second factor for programs. Keys are never
// renamed or removed.
type holderJSON struct {
	Account           string       `json:"account"`
	Devices           []deviceJSON `json:"devices"`
	RecoveryCodesLeft int          `json:"recovery_codes_left"`
}

func holderValue(h twofactor.Holder) holderJSON {
	v := holderJSON{Account: h.Account.Name.String(), Devices: []deviceJSON{}, RecoveryCodesLeft: len(h.State.Codes)}
	for _, d := range h.State.Devices {
		v.Devices = append(v.Devices, deviceValue(d))
	}
	return v
}

// grouped are recovery codes as people read them.
func grouped(codes []secret.Secret) (list []string) {
	for _, c := range codes {
		list = append(list, twofactor.InGroups(c))
	}
	return list
}

// revealed are recovery codes as programs read them.
func revealed(codes []secret.Secret) []string {
	list := []string{}
	for _, c := range codes {
		list = append(list, c.Reveal())
	}
	return list
}

// newCodesValue are new recovery codes for programs.
func newCodesValue(a account.Account, codes []secret.Secret) any {
	return struct {
		Account string   `json:"account"`
		Codes   []string `json:"recovery_codes"`
	}{a.Name.String(), revealed(codes)}
}
