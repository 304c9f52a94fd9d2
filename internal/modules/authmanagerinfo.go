package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/session"
)

// AuthManagerInfo is meta=authmanagerinfo (MediaWiki:
// includes/api/ApiQueryAuthManagerInfo.php).
type AuthManagerInfo struct{ Machine *authn.Machine }

// Module describes the submodule.
func (i AuthManagerInfo) Module() *actionapi.Module {
	actions := make([]string, 0, 9)
	for _, a := range authn.Actions() {
		actions = append(actions, string(a))
	}
	return &actionapi.Module{
		Name: "authmanagerinfo", Path: "query+authmanagerinfo", Prefix: "ami",
		Params: []actionapi.Param{
			{Name: "securitysensitiveoperation", Type: actionapi.String},
			{Name: "requestsfor", Type: actionapi.Enum, Values: actions},
			paramMergeFields(), paramMessageFormat(),
		},
		Run: i.run,
		About: actionapi.About{
			Class:    "ApiQueryAuthManagerInfo",
			HelpURLs: manual("Authmanagerinfo"),
			Examples: []actionapi.Example{
				{Query: "action=query&meta=authmanagerinfo&amirequestsfor=login", Key: "login"},
				{Query: "action=query&meta=authmanagerinfo&amirequestsfor=login&amimergerequestfields=1", Key: "login-merged"},
				{Query: "action=query&meta=authmanagerinfo&amisecuritysensitiveoperation=foo", Key: "securitysensitiveoperation"},
			},
		},
	}
}

func (i AuthManagerInfo) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	s := c.Session()
	o := c.Query().Object("authmanagerinfo")
	o.Bool("canauthenticatenow", s.CanChangeUser())
	o.Bool("cancreateaccounts", true) // whether the site can at all, not whether this user may
	o.Bool("canlinkaccounts", false)
	var user session.User
	if c.Registered() {
		user = s.User()
	}
	if c.Args.Given("securitysensitiveoperation") {
		o.String("securitysensitiveoperationstatus", string(i.Machine.Freshness(s, user, c.Now())))
	}
	if !c.Args.Given("requestsfor") {
		return nil, nil
	}
	requests, err := i.requests(ctx, c, user)
	if err != nil {
		return nil, err
	}
	o.Bool("haspreservedstate", false)
	o.Bool("hasprimarypreservedstate", false)
	o.String("preservedusername", "")
	newAuthWriter(c).requests(o, requests)
	return nil, nil
}

// requests are those of the action that is asked about. MediaWiki tells other
// sites, too, whose login waits in a session: here none waits for them.
func (i AuthManagerInfo) requests(ctx context.Context, c *actionapi.Call, user session.User) ([]authn.Request, error) {
	action := authn.Action(c.Args.String("requestsfor"))
	if action == authn.ActionLoginContinue && c.Untrusted() {
		return nil, nil
	}
	return i.Machine.Forms(ctx, &authn.Form{
		Action: action, Session: c.Session(), User: user, Address: c.Client().Address, Now: c.Now(),
		May: c.HasRight,
	})
}
