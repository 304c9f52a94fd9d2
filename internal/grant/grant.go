// Package grant owns what somebody may do: rights, the groups that give them,
// the grants that cut them down for bot passwords and OAuth, and the addresses
// from which such a credential may be used. All of it is data and pure
// functions over the data.
//
// The package does not know who is in which group, what grants a credential
// holds, or where these are stored; and it asks for no right itself. A right
// is a plain string: a site may give rights that nothing here has heard of.
package grant

import "slices"

// Grant is a bundle of rights that the owner of a bot password, or of an OAuth
// application, can lend to it. It never gives a right that the user lacks.
type Grant struct {
	// Name is what credentials store.
	Name string
	// Group says under which heading forms list the grant.
	Group string
	// Hidden grants are not offered: forms always include them.
	Hidden bool
	// Rights are what the grant lets through.
	Rights []string
}

// Grants returns every grant, in the order in which forms and listings show
// them. The caller owns the result.
func Grants() []Grant {
	all := slices.Clone(grants[:])
	for i := range all {
		all[i].Rights = slices.Clone(all[i].Rights)
	}
	return all
}

// KnownGrant reports whether there is a grant of that name. Unknown ones may
// stand in stored lists, where they give nothing.
func KnownGrant(name string) bool { return grantRights(name) != nil }

// grantRights returns the rights of a grant, nil for an unknown one.
func grantRights(name string) []string {
	for i := range grants {
		if grants[i].Name == name {
			return grants[i].Rights
		}
	}
	return nil
}

// lets reports whether one of the grants lets right through.
func lets(names []string, right string) bool {
	for _, name := range names {
		if slices.Contains(grantRights(name), right) {
			return true
		}
	}
	return false
}
