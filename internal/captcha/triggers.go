package captcha

import (
	"context"
	"net/netip"
	"slices"

	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

// Triggers say who has to solve a challenge before a login (ConfirmEdit:
// $wgCaptchaBadLoginAttempts and $wgCaptchaBadLoginPerUserAttempts).
type Triggers struct {
	// AfterAddress and AfterName are how many failed logins in which time it takes,
	// of an address (IPv6: one /64 network) and of a name. Empty: never.
	AfterAddress, AfterName []throttle.Window
	Exempt                  []netip.Prefix // who never has to
}

// Due is what asks for a challenge.
type Due struct{ Address, Name bool }

// Any reports whether anything does.
func (d Due) Any() bool { return d.Address || d.Name }

// Due reports, in one look, whether a login from an address as a name needs a
// challenge. The name need not be that of an account; zero is no name.
func (s *Service) Due(ctx context.Context, name username.Name, from netip.Addr) (Due, error) {
	if s.Exempt(from) {
		return Due{}, nil
	}
	full, err := s.Throttle.Full(ctx, s.ofAddress(from), s.ofName(name))
	if err != nil {
		return Due{}, err
	}
	return Due{Address: full[0], Name: full[1]}, nil
}

// Exempt reports whether nobody at an address has to solve anything.
func (s *Service) Exempt(from netip.Addr) bool {
	from = from.Unmap().WithZone("")
	return slices.ContainsFunc(s.Triggers.Exempt, func(p netip.Prefix) bool { return p.Contains(from) })
}

// Failed counts a login that failed, whatever for.
func (s *Service) Failed(ctx context.Context, name username.Name, from netip.Addr) error {
	return s.Throttle.Add(ctx, s.ofAddress(from), s.ofName(name))
}

// Passed forgets the failures of a name, after a login. It does not forget those
// of the address, since whoever guesses has an account of his own to log in to.
func (s *Service) Passed(ctx context.Context, name username.Name) error {
	return s.Throttle.Forget(ctx, s.ofName(name))
}

// ofAddress is the counter of an address. This machine's own addresses have
// none, since a proxy that nobody has named would make one client of all.
func (s *Service) ofAddress(from netip.Addr) throttle.Tally {
	y := throttle.Tally{Kind: "badlogin", Address: from, Windows: s.Triggers.AfterAddress}
	if from.Unmap().IsLoopback() {
		y.Windows = nil
	}
	return y
}

// ofName is the counter of a name.
func (s *Service) ofName(name username.Name) throttle.Tally {
	y := throttle.Tally{Kind: "badloginperuser", Name: name.String(), Windows: s.Triggers.AfterName}
	if y.Name == "" {
		y.Windows = nil
	}
	return y
}
