package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/grant"
)

// userGroups shows the groups with their rights, and how many members each has
// when that is asked. Nobody counts the members of "*" and "autoconfirmed".
func (s *site) userGroups(ctx context.Context, c *actionapi.Call, out format.Ref) error {
	var members account.Headcount
	counted := c.Args.Bool("numberingroup")
	if counted {
		var err error
		if members, err = s.Census.Count(ctx); err != nil {
			return err
		}
	}
	list := out.List("usergroups", "group")
	for i := range s.allGroups {
		g := &s.allGroups[i]
		o := list.Object("")
		o.String("name", g.Name)
		o.Strings("rights", "permission", g.Rights)
		switch {
		case !counted:
		case g.Name == "user":
			o.Int("number", members.Accounts)
		case !grant.Implicit(g.Name):
			o.Int("number", members.InGroup[g.Name])
		}
	}
	return nil
}

// statistics are those of a wiki with accounts and without pages.
func (s *site) statistics(ctx context.Context, _ *actionapi.Call, out format.Ref) error {
	people, err := s.Census.Count(ctx)
	if err != nil {
		return err
	}
	o := out.Object("statistics")
	o.Int("pages", 0)
	o.Int("articles", 0)
	o.Int("edits", 0)
	o.Int("images", 0)
	o.Int("users", people.Accounts)
	o.Int("activeusers", 0) // those who have edited lately
	o.Int("admins", people.InGroup["sysop"])
	o.Int("jobs", 0)
	return nil
}
