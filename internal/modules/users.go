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

// Users is list=users: who the users of a list are (MediaWiki:
// includes/api/ApiQueryUsers.php).
type Users struct {
	WikiID   string // the wiki that accounts are attached to
	Accounts account.Directory
	Names    *username.Rules
}

// usersProps are the values of usprop.
var usersProps = []string{
	"blockinfo", "cancreate", "centralids", "editcount", "emailable", "gender",
	"groupmemberships", "groups", "implicitgroups", "registration", "rights",
}

// Module describes the submodule.
func (u Users) Module() *actionapi.Module {
	return &actionapi.Module{
		Name: "users", Path: "query+users", Prefix: "us",
		Params: []actionapi.Param{
			{Name: "prop", Type: actionapi.Enum, Multi: true, Values: usersProps},
			{Name: "attachedwiki", Type: actionapi.String},
			{Name: "users", Type: actionapi.String, Multi: true},
			{Name: "userids", Type: actionapi.Integer, Multi: true},
		},
		NeedsRead: actionapi.Always,
		Caching:   func(*actionapi.Call) actionapi.Caching { return actionapi.CachePublic },
		Run:       u.run,
		About: actionapi.About{
			Class:    "ApiQueryUsers",
			HelpURLs: []string{"https://www.mediawiki.org/wiki/Special:MyLanguage/API:Users"},
			Examples: []actionapi.Example{
				{Query: "action=query&list=users&ususers=Example&usprop=groups|editcount|gender", Key: "simple"},
			},
		},
	}
}

func (u Users) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if p := c.AtMostOne("users", "userids"); p != nil {
		return p, nil
	}
	if c.Args.Given("userids") {
		return nil, u.byIDs(ctx, c)
	}
	return nil, u.byNames(ctx, c)
}

func (u Users) byIDs(ctx context.Context, c *actionapi.Call) error {
	list := c.Query().List("users", "user")
	numbers := c.Args.Ints("userids")
	if len(numbers) == 0 {
		return nil
	}
	ids := make([]account.ID, len(numbers))
	for i, n := range numbers {
		ids[i] = account.ID(n)
	}
	accounts, err := u.Accounts.ByIDs(ctx, ids)
	if err != nil {
		return err
	}
	found := make(map[account.ID]*account.Account, len(accounts))
	for i := range accounts {
		found[accounts[i].ID] = &accounts[i]
	}
	for _, id := range ids {
		o := list.Object("")
		if a := found[id]; a != nil {
			u.write(c, o, a)
			continue
		}
		o.Int("userid", int64(id))
		o.Bool("missing", true)
	}
	return nil
}

// byNames lists the names that cannot be first: they are known to be before
// anybody is looked up.
func (u Users) byNames(ctx context.Context, c *actionapi.Call) error {
	list := c.Query().List("users", "user")
	var names []username.Name
	for _, raw := range c.Args.Strings("users") {
		name, ok := u.Names.Parse(raw)
		if ok {
			names = append(names, name)
			continue
		}
		o := list.Object("")
		o.String("name", raw)
		o.Bool("invalid", true)
	}
	if len(names) == 0 {
		return nil
	}
	accounts, err := u.Accounts.ByNames(ctx, names)
	if err != nil {
		return err
	}
	found := make(map[username.Name]*account.Account, len(accounts))
	for i := range accounts {
		found[accounts[i].Name] = &accounts[i]
	}
	for _, name := range names {
		o := list.Object("")
		if a := found[name]; a != nil {
			u.write(c, o, a)
			continue
		}
		o.String("name", name.String())
		o.Bool("missing", true)
		if slices.Contains(c.Args.Strings("prop"), "cancreate") {
			u.canCreate(c, o, name)
		}
	}
	return nil
}

// canCreate tells whether the name is one for a new account; it says nothing
// about the right to make one.
func (u Users) canCreate(c *actionapi.Call, o format.Ref, name username.Name) {
	can := u.Names.Creatable(name)
	o.Bool("cancreate", can)
	if !can {
		c.AddStatus(o, "cancreateerror", actionapi.NewProblem("noname"))
	}
}

// write adds what is asked about an account, in the order of MediaWiki.
func (u Users) write(c *actionapi.Call, o format.Ref, a *account.Account) {
	asked := func(prop string) bool { return slices.Contains(c.Args.Strings("prop"), prop) }
	groups := grant.Effective(a.ExplicitGroups(c.Now()), true)
	o.Int("userid", int64(a.ID))
	o.String("name", a.Name.String())
	if asked("editcount") {
		o.Int("editcount", a.EditCount)
	}
	if asked("registration") {
		writeRegistration(o, a)
	}
	if asked("groups") {
		o.Strings("groups", "g", groups)
	}
	if asked("groupmemberships") {
		writeMemberships(o, a, c.Now())
	}
	if asked("implicitgroups") {
		writeImplicitGroups(o, groups)
	}
	if asked("rights") {
		o.Strings("rights", "r", c.RightsOf(groups))
	}
	if asked("blockinfo") {
		writeBlock(o, a.Block, c.Now())
	}
	if asked("emailable") {
		o.Bool("emailable", !a.EmailConfirmed.IsZero())
	}
	if asked("gender") {
		o.String("gender", "unknown") // nobody has told
	}
	if asked("centralids") {
		writeCentralIDs(o, a.ID, u.WikiID, c.Args.String("attachedwiki"))
	}
}

// writeRegistration adds when the account was made, null when that is not
// known.
func writeRegistration(o format.Ref, a *account.Account) {
	if a.Registered.IsZero() {
		o.Null("registration")
		return
	}
	o.String("registration", isoTime(a.Registered))
}
