package modules

import (
	"slices"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/grant"
)

// localProvider is the name of the provider of ids that knows one wiki only
// (MediaWiki: LocalIdLookup).
const localProvider = "local"

// writeCentralIDs tells who an account is beyond this wiki: the only provider
// of accounts is this server. Nobody has the id 0. The wiki asked about may be
// empty.
func writeCentralIDs(out format.Ref, id account.ID, wikiID, asked string) {
	out.Object("centralids").Int(localProvider, int64(id))
	out.Object("attachedlocal").Bool(localProvider, id != 0)
	if asked != "" {
		out.Object("attachedwiki").Bool(localProvider, id != 0 && asked == wikiID)
	}
}

// writeMemberships lists the groups that an account was put into, with their
// ends.
func writeMemberships(out format.Ref, a *account.Account, now time.Time) {
	sorted := slices.Clone(a.Groups)
	slices.SortFunc(sorted, func(x, y account.Membership) int { return strings.Compare(x.Group, y.Group) })
	list := out.List("groupmemberships", "groupmembership")
	for _, m := range sorted {
		expiry := "infinity"
		if !m.Expires.IsZero() {
			if !now.Before(m.Expires) {
				continue
			}
			expiry = isoTime(m.Expires)
		}
		o := list.Object("")
		o.String("group", m.Group)
		o.String("expiry", expiry)
	}
}

// writeImplicitGroups lists those of the groups that nobody is put into.
func writeImplicitGroups(out format.Ref, groups []string) {
	list := out.List("implicitgroups", "g")
	for _, g := range groups {
		if grant.Implicit(g) {
			list.String("", g)
		}
	}
}
