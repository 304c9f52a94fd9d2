package grant

import "slices"

// The groups that nobody is put into: membership follows from who one is.
const (
	everyone           = "*"
	registeredUsers    = "user"
	autoconfirmedUsers = "autoconfirmed"
)

// changeGroups is the right whose holder may put users into groups.
const changeGroups = "userrights"

// Group is a set of users, and the rights they have for being in it.
type Group struct {
	Name   string
	Rights []string
}

// DefaultGroups returns the groups of a fresh wiki in the order in which they
// are defined, with their rights in that order: listings show both. The caller
// owns the result.
//
// MediaWiki: includes/MainConfigSchema.php (GroupPermissions).
func DefaultGroups() []Group { return cloneGroups(defaultGroups[:]) }

// PrivateGroups returns the groups of a fresh wiki that only shows itself to
// those who have logged in. The caller owns the result.
func PrivateGroups() []Group {
	groups := DefaultGroups()
	for i := range groups {
		if groups[i].Name == everyone {
			groups[i].Rights = slices.DeleteFunc(groups[i].Rights, func(r string) bool { return r == "read" || r == "edit" })
		}
	}
	return groups
}

// FactorGroups are what a wiki adds to its groups when it has second factors.
// They go before New behind the others.
//
// MediaWiki: extension OATHAuth, extension.json (GroupPermissions).
func FactorGroups() []Group {
	return []Group{
		{registeredUsers, []string{"oathauth-enable"}},
		{"sysop", []string{"oathauth-disable-for-user", "oathauth-verify-user", "oathauth-view-log"}},
	}
}

// CaptchaGroups are what a wiki adds to its groups when it has captchas, before
// FactorGroups.
//
// MediaWiki: extension ConfirmEdit, extension.json (GroupPermissions).
func CaptchaGroups() []Group {
	return []Group{{"bot", []string{"skipcaptcha"}}, {"sysop", []string{"skipcaptcha"}}}
}

// FactorAPI lets members of groups use all of the API about second factors.
func FactorAPI(groups []string) []Group {
	list := make([]Group, 0, len(groups))
	for _, name := range groups {
		list = append(list, Group{name, []string{"oathauth-api-all"}})
	}
	return list
}

// Implicit reports whether group is one of those nobody is put into: "*" for
// everybody, "user" and "autoconfirmed" for everybody with an account.
//
// MediaWiki: includes/MainConfigSchema.php (ImplicitGroups).
func Implicit(group string) bool {
	return group == everyone || group == registeredUsers || group == autoconfirmedUsers
}

// Effective returns all groups of a user who was put into the explicit ones:
// first those in alphabetical order, then the implicit ones. Everybody with an
// account is autoconfirmed, as on a wiki that asks for no age and no edits.
// Who is not registered is in "*" only.
//
// MediaWiki: includes/user/UserGroupManager.php (getUserEffectiveGroups).
func Effective(explicit []string, registered bool) []string {
	if !registered {
		return []string{everyone}
	}
	groups := make([]string, 0, len(explicit)+3)
	for _, group := range explicit {
		if !Implicit(group) {
			groups = append(groups, group)
		}
	}
	slices.Sort(groups)
	return append(slices.Compact(groups), everyone, registeredUsers, autoconfirmedUsers)
}

// Permissions says which group gives which rights at one site. It is immutable
// and safe for concurrent use.
type Permissions struct{ groups []Group }

// New returns the permissions of a site with these groups. Groups of the same
// name become one, in the place of the first, with the rights of all.
func New(groups []Group) *Permissions {
	p := &Permissions{groups: make([]Group, 0, len(groups))}
	for _, group := range groups {
		at := slices.IndexFunc(p.groups, func(g Group) bool { return g.Name == group.Name })
		if at < 0 {
			at = len(p.groups)
			p.groups = append(p.groups, Group{Name: group.Name})
		}
		p.groups[at].Rights = appendNew(p.groups[at].Rights, group.Rights)
	}
	return p
}

// Groups returns every group in the order of definition. The caller owns the
// result.
func (p *Permissions) Groups() []Group { return cloneGroups(p.groups) }

// KnownGroup reports whether the site has a group of that name, implicit ones
// included.
func (p *Permissions) KnownGroup(name string) bool {
	return slices.ContainsFunc(p.groups, func(g Group) bool { return g.Name == name })
}

// ExplicitGroups returns the names of the groups that one can be put into, in
// alphabetical order.
func (p *Permissions) ExplicitGroups() []string {
	var names []string
	for _, group := range p.groups {
		if !Implicit(group.Name) {
			names = append(names, group.Name)
		}
	}
	slices.Sort(names)
	return names
}

// GroupsWith returns the names of the groups that give one of the rights, in
// the order of definition.
//
// MediaWiki: includes/Permissions/GroupPermissionsLookup.php
// (getGroupsWithPermission).
func (p *Permissions) GroupsWith(rights []string) []string {
	var names []string
	for _, group := range p.groups {
		if slices.ContainsFunc(group.Rights, func(r string) bool { return slices.Contains(rights, r) }) {
			names = append(names, group.Name)
		}
	}
	return names
}

// KnownRights returns every right that has a meaning at the site, in
// alphabetical order: those of the software, and those that the groups give.
//
// MediaWiki: includes/Permissions/PermissionManager.php (getAllPermissions).
func (p *Permissions) KnownRights() []string {
	rights := slices.Clone(ungivenRights[:])
	for _, groups := range [][]Group{defaultGroups[:], p.groups} {
		for _, group := range groups {
			rights = append(rights, group.Rights...)
		}
	}
	for _, g := range grants {
		rights = append(rights, g.Rights...)
	}
	slices.Sort(rights)
	return slices.Compact(rights)
}

// Rights returns what members of all these groups may do: the rights of the
// first group, then what the next one adds, each in the order of definition.
// Unknown groups give nothing.
//
// MediaWiki: includes/Permissions/PermissionManager.php (getUserPermissions),
// GroupPermissionsLookup.php (getGroupPermissions).
func (p *Permissions) Rights(groups []string) []string {
	rights := make([]string, 0, 64)
	for _, group := range groups {
		rights = appendNew(rights, p.rightsOf(group))
	}
	return rights
}

// Cut returns those of the rights that at least one of the grants lets
// through, in the order of rights. Without grants nothing is left.
//
// MediaWiki: includes/session/BotPasswordSessionProvider.php
// (getAllowedUserRights).
func (p *Permissions) Cut(rights []string, grants []string) []string {
	left := make([]string, 0, len(rights))
	for _, right := range rights {
		if lets(grants, right) {
			left = append(left, right)
		}
	}
	return left
}

// Has reports whether right is among the rights of the groups and, if limited,
// let through by one of the grants. Limited stands for sessions of a bot
// password or an OAuth application; for others grants are ignored. It answers
// as Rights and Cut do, without building their lists.
func (p *Permissions) Has(groups []string, grants []string, limited bool, right string) bool {
	if limited && !lets(grants, right) {
		return false
	}
	return slices.ContainsFunc(groups, func(group string) bool {
		return slices.Contains(p.rightsOf(group), right)
	})
}

// Changeable returns the groups into which (add) and out of which (remove) a
// holder of the rights may put others, and into and out of which oneself
// besides. The right userrights opens every group but the implicit ones, in
// the order of definition; nothing else opens any. No list is nil.
//
// MediaWiki: includes/user/UserGroupManager.php (getGroupsChangeableBy).
func (p *Permissions) Changeable(rights []string) (add, remove, addSelf, removeSelf []string) {
	add = []string{}
	if slices.Contains(rights, changeGroups) {
		for _, group := range p.groups {
			if !Implicit(group.Name) {
				add = append(add, group.Name)
			}
		}
	}
	return add, slices.Clone(add), []string{}, []string{}
}

func (p *Permissions) rightsOf(group string) []string {
	for i := range p.groups {
		if p.groups[i].Name == group {
			return p.groups[i].Rights
		}
	}
	return nil
}

// appendNew appends what list does not have yet.
func appendNew(list, more []string) []string {
	for _, s := range more {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	return list
}

func cloneGroups(groups []Group) []Group {
	groups = slices.Clone(groups)
	for i := range groups {
		groups[i].Rights = slices.Clone(groups[i].Rights)
	}
	return groups
}
