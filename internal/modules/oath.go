package modules

import (
	"context"
	"encoding/json"
	"net/netip"
	"strings"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/token"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/username"
)

// Rights about the second factors of others (MediaWiki: extension OATHAuth,
// extension.json).
const (
	rightOathAPI    = "oathauth-api-all"
	rightOathVerify = "oathauth-verify-user"
)

// Oath is meta=oath and action=oathvalidate, with which programs that a site
// trusts ask about second factors (MediaWiki: extension OATHAuth,
// src/Api/Module/ApiQueryOATH.php and ApiOATHValidate.php).
type Oath struct {
	Factors *twofactor.Service
	Names   *username.Rules
	Trail   *audit.Trail
}

// userParam is whom a module is asked about.
func userParam() actionapi.Param {
	return actionapi.Param{Name: "user", Type: actionapi.User, Subtypes: []string{"name", "ip", "cidr", "interwiki"}}
}

// Query describes the submodule.
func (o Oath) Query() *actionapi.Module {
	return &actionapi.Module{
		Name: "oath", Path: "query+oath", Prefix: "oath",
		Params:    []actionapi.Param{userParam(), {Name: "reason", Type: actionapi.String}},
		NeedsRead: actionapi.Always, Run: o.query,
		About: actionapi.About{
			Class: `MediaWiki\Extension\OATHAuth\Api\Module\ApiQueryOATH`, Internal: true,
			Examples: []actionapi.Example{
				{Query: "action=query&meta=oath", Key: "1"},
				{Query: "action=query&meta=oath&oathuser=Example", Key: "2"},
			},
		},
	}
}

func (o Oath) query(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	all, err := c.HasRight(ctx, rightOathAPI)
	if err != nil {
		return nil, err
	}
	verify, err := c.HasRight(ctx, rightOathVerify)
	if err != nil {
		return nil, err
	}
	reason := c.Args.String("reason")
	switch {
	case !all && !verify:
		return oathDenied(), nil
	case !all && reason == "":
		return actionapi.NewProblem("apierror-missingparam", message.Text("reason")).WithCode("noreason"), nil
	}
	a, p, err := o.subject(ctx, c)
	if p != nil || err != nil {
		return p, err
	}
	if !all || reason != "" {
		event := o.event(ctx, c, a).With("reason", reason)
		if err := o.Trail.Store.Append(ctx, event); err != nil {
			return nil, err
		}
	}
	c.Query().Object("oath").BCBool("enabled", a.SecondFactor)
	return nil, nil
}

func oathDenied() *actionapi.Problem {
	return actionapi.NewProblem("apierror-permissiondenied", message.SubByKey(message.New("action-"+rightOathAPI)))
}

// subject is the account that is asked about, by default the one that asks. A
// name that nobody has gives an account without anything but the name.
func (o Oath) subject(ctx context.Context, c *actionapi.Call) (account.Account, *actionapi.Problem, error) {
	text := c.UserName()
	if c.Args.Given("user") {
		text = c.Args.String("user")
	}
	name, ok := o.Names.Parse(text)
	if !ok || isAddress(text) || strings.Contains(text, ">") {
		return account.Account{}, actionapi.NewProblem("noname").WithCode("invaliduser"), nil
	}
	a, found, err := o.Factors.Accounts.Store.ByName(ctx, name)
	if !found {
		a = account.Account{Name: name}
	}
	return a, nil, err
}

// isAddress reports an address or a range of them.
func isAddress(text string) bool {
	if _, err := netip.ParseAddr(text); err == nil {
		return true
	}
	_, err := netip.ParsePrefix(text)
	return err == nil
}

// event is about an account, by the user of the request.
func (o Oath) event(ctx context.Context, c *actionapi.Call, a account.Account) audit.Event {
	e := audit.Now(ctx, c.Now(), audit.FactorAsked).Of(int64(a.ID), a.Name.String())
	e.Actor = c.UserName()
	return e
}

// Validate describes the action.
func (o Oath) Validate() *actionapi.Module {
	return &actionapi.Module{
		Name: "oathvalidate", Path: "oathvalidate",
		Params: []actionapi.Param{
			userParam(),
			{Name: "totp", Type: actionapi.String, Deprecated: true},
			{Name: "data", Type: actionapi.String},
		},
		Token: &token.CSRF, MustPost: true, BodyOnly: []string{"token", "data", "totp"},
		NeedsRead: actionapi.Always, Run: o.validate,
		About: actionapi.About{
			Class: `MediaWiki\Extension\OATHAuth\Api\Module\ApiOATHValidate`, Internal: true,
			Examples: []actionapi.Example{
				{Query: "action=oathvalidate&totp=123456&token=123ABC", Key: "1"},
				{Query: "action=oathvalidate&user=Example&totp=123456&token=123ABC", Key: "2"},
				{Query: `action=oathvalidate&user=Example&data={"token":"123456"}&token=123ABC`, Key: "3"},
			},
		},
	}
}

func (o Oath) validate(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if !c.Args.Given("totp") && !c.Args.Given("data") {
		return c.NeedOneOf("totp", "data"), nil
	}
	if p := c.RequireBody(); p != nil {
		return p, nil
	}
	if may, err := c.HasRight(ctx, rightOathAPI); err != nil || !may {
		return oathDenied(), err
	}
	a, p, err := o.subject(ctx, c)
	if p != nil || err != nil {
		return p, err
	}
	out := twofactor.Outcome{}
	if a.SecondFactor {
		if out, err = o.check(ctx, c, a); err != nil {
			return nil, err
		}
	}
	if out.Result == twofactor.Throttled {
		return actionapi.NewProblem("apierror-ratelimited"), nil
	}
	method, err := o.method(ctx, a)
	if err != nil {
		return nil, err
	}
	result := c.Result().Object("oathvalidate")
	result.BCBool("enabled", a.SecondFactor)
	result.BCBool("valid", out.Result == twofactor.Right)
	result.String("module", string(method))
	return nil, nil
}

// check has a code checked, which is then used, and records that.
func (o Oath) check(ctx context.Context, c *actionapi.Call, a account.Account) (twofactor.Outcome, error) {
	out, err := o.Factors.Verify(ctx, a, givenCode(c), c.Client().Address)
	if err != nil {
		return out, err
	}
	event := o.event(ctx, c, a)
	if out.Result == twofactor.Right {
		return out, o.Trail.Store.Append(ctx, event.With("method", string(out.Method)))
	}
	event.Reason = out.Reason
	o.Trail.Refused(ctx, event)
	return out, nil
}

// givenCode is the code that the client has sent, empty for what is none.
func givenCode(c *actionapi.Call) secret.Secret {
	if c.Args.Given("totp") {
		return secret.New(c.Args.String("totp"))
	}
	var data struct {
		Token json.RawMessage `json:"token"`
	}
	if json.Unmarshal([]byte(c.Args.String("data")), &data) != nil {
		return secret.Secret{}
	}
	var text string
	if json.Unmarshal(data.Token, &text) != nil {
		var number json.Number
		if json.Unmarshal(data.Token, &number) != nil {
			return secret.Secret{}
		}
		text = number.String()
	}
	return secret.New(text)
}

// method is the one that a client would be asked for first; empty: there is
// none.
func (o Oath) method(ctx context.Context, a account.Account) (twofactor.Method, error) {
	if !a.SecondFactor {
		return "", nil
	}
	state, err := o.Factors.Store.State(ctx, a.ID)
	if err != nil || len(state.Devices) == 0 {
		return "", err
	}
	if len(state.Of(twofactor.TOTP)) > 0 {
		return twofactor.TOTP, nil
	}
	return state.Devices[0].Method, nil
}
