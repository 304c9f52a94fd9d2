package modules

import (
	"context"
	"slices"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/grant"
)

// UserInfo is meta=userinfo: who the request's user is (MediaWiki:
// includes/api/ApiQueryUserInfo.php).
type UserInfo struct {
	WikiID      string // the wiki that accounts are attached to
	Language    string // of a user who has chosen none
	Permissions *grant.Permissions
}

// userProp is one value of uiprop and what it adds to the answer.
type userProp struct {
	name  string
	write func(u UserInfo, ctx context.Context, c *actionapi.Call, out format.Ref) error
}

// userProps stand in the order of the answer, whatever the request's order. A
// server without pages knows no contributions, so latestcontrib adds nothing.
var userProps = []userProp{
	{"blockinfo", UserInfo.block},
	{"hasmsg", UserInfo.messages},
	{"groups", UserInfo.groups},
	{"groupmemberships", UserInfo.memberships},
	{"implicitgroups", UserInfo.implicitGroups},
	{"rights", UserInfo.rights},
	{"changeablegroups", UserInfo.changeableGroups},
	{"options", UserInfo.options},
	{"editcount", UserInfo.editCount},
	{"ratelimits", UserInfo.limits},
	{"theoreticalratelimits", UserInfo.theoreticalLimits},
	{"realname", UserInfo.realName},
	{"email", UserInfo.email},
	{"registrationdate", UserInfo.registration},
	{"acceptlang", UserInfo.acceptLanguage},
	{"unreadcount", UserInfo.unread},
	{"centralids", UserInfo.centralIDs},
	{"latestcontrib", nil},
}

// Module describes the submodule.
func (u UserInfo) Module() *actionapi.Module {
	var names []string
	for _, p := range userProps {
		names = append(names, p.name)
	}
	slices.Sort(names)
	return &actionapi.Module{
		Name: "userinfo", Path: "query+userinfo", Prefix: "ui",
		Params: []actionapi.Param{
			{Name: "prop", Type: actionapi.Enum, Multi: true, Values: names, All: "*"},
			{Name: "attachedwiki", Type: actionapi.String},
		},
		NeedsRead: actionapi.Always, Run: u.run,
		About: actionapi.About{
			Class:    "ApiQueryUserInfo",
			HelpURLs: manual("Userinfo"),
			Examples: []actionapi.Example{
				{Query: "action=query&meta=userinfo", Key: "simple"},
				{Query: "action=query&meta=userinfo&uiprop=blockinfo|groups|rights|hasmsg", Key: "data"},
			},
		},
	}
}

// run answers the plain question from the session alone: half of all requests
// of bots ask nothing else.
func (u UserInfo) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	out := c.Query().Object("userinfo")
	out.Int("id", int64(c.UserID()))
	out.String("name", c.UserName())
	if !c.Registered() {
		out.Bool("anon", true)
	}
	asked := c.Args.Strings("prop")
	if len(asked) == 0 {
		return nil, nil
	}
	for _, p := range userProps {
		if p.write == nil || !slices.Contains(asked, p.name) {
			continue
		}
		if err := p.write(u, ctx, c, out); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// userAccount is the account of the request's user, an empty one for nobody
// and with an error.
func userAccount(ctx context.Context, c *actionapi.Call) (*account.Account, error) {
	a, found, err := c.Account(ctx)
	if !found {
		a = &account.Account{}
	}
	return a, err
}

// messages: there are no talk pages to be told about.
func (UserInfo) messages(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	out.Bool("messages", false)
	return nil
}

func (UserInfo) groups(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	groups, err := c.Groups(ctx)
	out.Strings("groups", "g", groups)
	return err
}

func (UserInfo) memberships(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	a, err := userAccount(ctx, c)
	if err == nil {
		writeMemberships(out, a, c.Now())
	}
	return err
}

func (UserInfo) implicitGroups(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	groups, err := c.Groups(ctx)
	writeImplicitGroups(out, groups)
	return err
}

func (UserInfo) rights(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	rights, err := c.Rights(ctx)
	out.Strings("rights", "r", rights)
	return err
}

func (u UserInfo) changeableGroups(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	rights, err := c.Rights(ctx)
	if err != nil {
		return err
	}
	add, remove, addSelf, removeSelf := u.Permissions.Changeable(rights)
	o := out.Object("changeablegroups")
	o.Strings("add", "g", add)
	o.Strings("remove", "g", remove)
	o.Strings("add-self", "g", addSelf)
	o.Strings("remove-self", "g", removeSelf)
	return nil
}

func (UserInfo) editCount(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	a, err := userAccount(ctx, c)
	out.Int("editcount", a.EditCount)
	return err
}

func (UserInfo) realName(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	a, err := userAccount(ctx, c)
	out.String("realname", a.RealName)
	return err
}

// email is private even from a program that acts for the user, unless its
// grants say otherwise.
func (UserInfo) email(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	may, err := c.HasRight(ctx, "viewmyprivateinfo")
	if err != nil || !may {
		return err
	}
	a, err := userAccount(ctx, c)
	if err != nil {
		return err
	}
	out.String("email", a.Email)
	if !a.EmailConfirmed.IsZero() {
		out.String("emailauthenticated", isoTime(a.EmailConfirmed))
	}
	return nil
}

func (UserInfo) registration(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	a, found, err := c.Account(ctx)
	if err == nil && found && !a.Registered.IsZero() {
		out.String("registrationdate", isoTime(a.Registered))
	}
	return err
}

// unread: there is no watchlist.
func (UserInfo) unread(_ context.Context, _ *actionapi.Call, out format.Ref) error {
	out.Int("unreadcount", 0)
	return nil
}

func (u UserInfo) centralIDs(_ context.Context, c *actionapi.Call, out format.Ref) error {
	writeCentralIDs(out, c.UserID(), u.WikiID, c.Args.String("attachedwiki"))
	return nil
}

// isoTime writes a time as the API does.
func isoTime(t time.Time) string { return t.UTC().Format(time.RFC3339) }
