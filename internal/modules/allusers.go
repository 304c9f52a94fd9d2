package modules

import (
	"context"
	"slices"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/grant"
	"github.com/wikigate/wikigate/internal/username"
)

// AllUsers is list=allusers: the accounts in the order of their names
// (MediaWiki: includes/api/ApiQueryAllUsers.php).
type AllUsers struct {
	WikiID      string // the wiki that accounts are attached to
	Accounts    account.Directory
	Permissions *grant.Permissions
}

// allUsersProps are the values of auprop.
var allUsersProps = []string{"blockinfo", "centralids", "editcount", "groups", "implicitgroups", "registration", "rights"}

// descending is the value of audir that turns the order.
const descending = "descending"

// Module describes the submodule.
func (u AllUsers) Module() *actionapi.Module {
	groups := u.Permissions.ExplicitGroups()
	return &actionapi.Module{
		Name: "allusers", Path: "query+allusers", Prefix: "au",
		Params: []actionapi.Param{
			{Name: "from", Type: actionapi.String},
			{Name: "to", Type: actionapi.String},
			{Name: "prefix", Type: actionapi.String},
			{Name: "dir", Type: actionapi.Enum, Values: []string{"ascending", descending}, Default: "ascending", HasDefault: true},
			{Name: "group", Type: actionapi.Enum, Multi: true, Values: groups},
			{Name: "excludegroup", Type: actionapi.Enum, Multi: true, Values: groups},
			{Name: "rights", Type: actionapi.Enum, Multi: true, Values: u.Permissions.KnownRights()},
			{Name: "prop", Type: actionapi.Enum, Multi: true, Values: allUsersProps},
			{Name: "limit", Type: actionapi.Limit, Default: "10", HasDefault: true,
				Range: &actionapi.Range{HasMin: true, Min: 1, HasMax: true, Max: 500, HighMax: 5000}},
			{Name: "witheditsonly", Type: actionapi.Boolean},
			{Name: "activeusers", Type: actionapi.Boolean},
			{Name: "attachedwiki", Type: actionapi.String},
		},
		NeedsRead: actionapi.Always,
		Caching:   func(*actionapi.Call) actionapi.Caching { return actionapi.CacheAnonymous },
		Run:       u.run,
		About: actionapi.About{
			Class:    "ApiQueryAllUsers",
			HelpURLs: []string{"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Allusers"},
			Examples: []actionapi.Example{{Query: "action=query&list=allusers&aufrom=Y", Key: "y"}},
		},
	}
}

func (u AllUsers) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	wanted, some, problem := u.wanted(c)
	if problem != nil {
		return problem, nil
	}
	list := c.Query().List("allusers", "u")
	if !some {
		return nil, nil
	}
	accounts, err := u.Accounts.Page(ctx, wanted)
	if err != nil {
		return nil, err
	}
	for i := range accounts {
		if i == wanted.Limit-1 {
			c.ContinueAt("from", accounts[i].Name.String())
			break
		}
		u.write(c, list.Object(""), &accounts[i])
	}
	return nil, nil
}

// wanted is the range that a request asks for, with one account more than it
// may show. some is false when the request itself tells that there is none.
func (u AllUsers) wanted(c *actionapi.Call) (r account.Range, some bool, problem *actionapi.Problem) {
	r = account.Range{
		From: username.Bound(c.Args.String("from")), To: username.Bound(c.Args.String("to")),
		Prefix: username.Bound(c.Args.String("prefix")), Descending: c.Args.String("dir") == descending,
		NotInGroups: c.Args.Strings("excludegroup"), Now: c.Now(),
		Edited: c.Args.Bool("witheditsonly"), Limit: int(c.Args.Int("limit")) + 1,
	}
	groups := c.Args.Strings("group")
	params := []string{"group", "excludegroup"}
	if rights := c.Args.Strings("rights"); len(rights) > 0 {
		with := u.Permissions.GroupsWith(rights)
		if len(with) == 0 {
			return r, false, nil
		}
		groups = append(slices.Clone(groups), with...)
		if c.Args.Given("excludegroup") {
			return r, false, c.Mixed(params...) // the rights are groups
		}
	}
	if problem = c.AtMostOne(params...); problem != nil {
		return r, false, problem
	}
	for _, g := range groups {
		if !grant.Implicit(g) && !slices.Contains(r.InGroups, g) {
			r.InGroups = append(r.InGroups, g)
		}
	}
	// Nobody is put into an implicit group, and nobody edits a server without
	// pages.
	some = (len(groups) == 0 || len(r.InGroups) > 0) && !c.Args.Bool("activeusers") && !endsBeforeAll(c, r)
	return r, some, nil
}

// endsBeforeAll reports whether the greatest name of the range is the empty
// text, which a client can send.
func endsBeforeAll(c *actionapi.Call, r account.Range) bool {
	if r.Descending {
		return c.Args.Given("from") && r.From == ""
	}
	return c.Args.Given("to") && r.To == ""
}

// write adds what is asked about an account. Its groups stand in another order
// than elsewhere, and a session that is limited sees all of its rights.
func (u AllUsers) write(c *actionapi.Call, o format.Ref, a *account.Account) {
	asked := func(prop string) bool { return slices.Contains(c.Args.Strings("prop"), prop) }
	groups := implicitFirst(grant.Effective(a.ExplicitGroups(c.Now()), true))
	o.Int("userid", int64(a.ID))
	o.String("name", a.Name.String())
	if asked("centralids") {
		writeCentralIDs(o, a.ID, u.WikiID, c.Args.String("attachedwiki"))
	}
	if asked("blockinfo") {
		writeBlock(o, a.Block, c.Now())
	}
	if asked("editcount") {
		o.Int("editcount", a.EditCount)
	}
	if asked("registration") {
		registered := ""
		if !a.Registered.IsZero() {
			registered = isoTime(a.Registered)
		}
		o.String("registration", registered)
	}
	if asked("groups") {
		o.Strings("groups", "g", groups)
	}
	if asked("implicitgroups") {
		writeImplicitGroups(o, groups)
	}
	if asked("rights") {
		o.Strings("rights", "r", u.Permissions.Rights(groups))
	}
}

// implicitFirst puts the groups that nobody is put into before the others.
func implicitFirst(groups []string) []string {
	i := slices.IndexFunc(groups, grant.Implicit)
	return append(slices.Clone(groups[i:]), groups[:i]...)
}
