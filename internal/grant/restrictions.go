package grant

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// addressesKey is the only key that the JSON text of Restrictions has.
const addressesKey = "IPAddresses"

// maxRestrictionsJSON is the longest JSON text that a store can keep.
// MediaWiki: includes/user/BotPassword.php (RESTRICTIONS_MAXLENGTH).
const maxRestrictionsJSON = 65535

// Restrictions says from which addresses a credential may be used. It is
// immutable. The zero value allows no address, like an empty list.
//
// MediaWiki: includes/utils/MWRestrictions.php.
type Restrictions struct {
	entries  []string // as they were written
	prefixes []netip.Prefix
}

// Unrestricted allows every address.
func Unrestricted() Restrictions {
	return Restrictions{
		entries:  []string{"0.0.0.0/0", "::/0"},
		prefixes: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")},
	}
}

// NewRestrictions allows the given addresses ("192.0.2.7") and ranges
// ("192.0.2.0/24"), IPv4 or IPv6; blanks around them are dropped. An empty
// list allows nothing. The error names the first entry that is neither, and
// what was expected.
func NewRestrictions(cidrs []string) (Restrictions, error) {
	var r Restrictions
	for _, entry := range cidrs {
		entry = strings.TrimSpace(entry)
		prefix, ok := parseEntry(entry)
		if !ok {
			return Restrictions{}, fmt.Errorf(
				"%q is neither an IP address nor a range: expected one like 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32", entry)
		}
		r.entries = append(r.entries, entry)
		r.prefixes = append(r.prefixes, prefix)
	}
	if size := len(r.JSON()); size > maxRestrictionsJSON {
		return Restrictions{}, tooLong(size)
	}
	return r, nil
}

// ParseRestrictions reads what JSON wrote, here or in MediaWiki: an object
// with the single key IPAddresses and a list of addresses and ranges. It
// refuses everything else, because to read a restriction as less than it says
// would open the credential.
func ParseRestrictions(text []byte) (Restrictions, error) {
	if len(text) > maxRestrictionsJSON {
		return Restrictions{}, tooLong(len(text))
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal(text, &object); err != nil {
		return Restrictions{}, fmt.Errorf("restrictions: expected a JSON object: %w", err)
	}
	list, found := object[addressesKey]
	if !found || len(object) != 1 {
		return Restrictions{}, errors.New("restrictions: expected a JSON object with the single key " + addressesKey)
	}
	var entries []string
	if err := json.Unmarshal(list, &entries); err != nil || entries == nil {
		return Restrictions{}, errors.New("restrictions: " + addressesKey + " must be a list of strings")
	}
	r, err := NewRestrictions(entries)
	if err != nil {
		return Restrictions{}, fmt.Errorf("restrictions: %w", err)
	}
	return r, nil
}

// JSON returns the text that stores keep, in the form of MediaWiki's table
// bot_passwords.
func (r Restrictions) JSON() []byte {
	text, err := json.Marshal(map[string][]string{addressesKey: r.List()})
	if err != nil {
		panic("grant: a list of strings has no JSON form: " + err.Error())
	}
	return text
}

// List returns the entries as they were given. It is never nil, and the caller
// owns it.
func (r Restrictions) List() []string { return append([]string{}, r.entries...) }

// Allows reports whether the credential may be used from addr. An IPv4 address
// in IPv6 form counts as the IPv4 address, a zone is ignored, and the zero
// Addr is never allowed. It does not allocate.
func (r Restrictions) Allows(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(r.prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseEntry reads an address or a range. Those that cover IPv4 addresses in
// IPv6 form become IPv4, since Allows only sees them so.
func parseEntry(entry string) (netip.Prefix, bool) {
	prefix, err := netip.ParsePrefix(entry)
	if err != nil {
		addr, err := netip.ParseAddr(entry)
		if err != nil || addr.Zone() != "" {
			return netip.Prefix{}, false
		}
		prefix = netip.PrefixFrom(addr, addr.BitLen())
	}
	if addr := prefix.Addr(); addr.Is4In6() && prefix.Bits() >= 96 {
		prefix = netip.PrefixFrom(addr.Unmap(), prefix.Bits()-96)
	}
	return prefix, true
}

func tooLong(size int) error {
	return fmt.Errorf("restrictions: %d bytes of JSON are too long: at most %d can be stored", size, maxRestrictionsJSON)
}
