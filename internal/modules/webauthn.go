package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
	"github.com/wikigate/wikigate/internal/twofactor"
	"github.com/wikigate/wikigate/internal/webauthn"
)

// WebAuthn is action=webauthn, by which people register security keys and
// passkeys (MediaWiki: extension OATHAuth, src/Api/ApiWebAuthn.php).
type WebAuthn struct {
	Keys    *webauthn.Service
	Machine *authn.Machine
}

// The functions.
const (
	funcAuthInfo     = "getAuthInfo"
	funcRegisterInfo = "getRegisterInfo"
	funcRegister     = "register"
)

// Module describes the action. Only the function that changes something
// demands a token and a POST request.
func (w WebAuthn) Module() *actionapi.Module {
	m := w.module(w.tell)
	register := w.module(w.register)
	register.Token, register.MustPost, register.Write = &token.CSRF, true, true
	m.Instead = &actionapi.Instead{Param: "func", Value: funcRegister, Module: register}
	return m
}

func (w WebAuthn) module(run func(context.Context, *actionapi.Call) (*actionapi.Problem, error)) *actionapi.Module {
	param := func(name, help string) actionapi.Param {
		return actionapi.Param{Name: name, Type: actionapi.String, Help: message.New("apihelp-oathauth-webauthn-param-" + help)}
	}
	function, passkey := param("func", "func"), param("passkeyMode", "passkeymode")
	function.Type, function.Required = actionapi.Enum, true
	function.Values = []string{funcAuthInfo, funcRegisterInfo, funcRegister}
	passkey.Type = actionapi.Boolean
	return &actionapi.Module{
		Name: "webauthn", Path: "webauthn",
		Params:    []actionapi.Param{function, passkey, param("credential", "credential"), param("friendlyname", "friendlyname")},
		NeedsRead: actionapi.Always, Run: run,
		About: actionapi.About{
			Class: `MediaWiki\Extension\OATHAuth\Api\ApiWebAuthn`,
			Examples: []actionapi.Example{
				{Query: "action=webauthn&func=getRegisterInfo", Key: "getregisterinfo"},
				{Query: "action=webauthn&func=getRegisterInfo&passkeyMode=1", Key: "passkey"},
			},
		},
	}
}

// tell gives options for a browser.
func (w WebAuthn) tell(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if c.Args.String("func") == funcAuthInfo {
		return w.authInfo(ctx, c)
	}
	a, p, err := w.owner(ctx, c)
	if p != nil || err != nil {
		return p, err
	}
	options, err := w.Keys.AskRegistration(ctx, *a, c.Session().Binding().Value, c.Args.Bool("passkeyMode"))
	if err == nil {
		c.Result().Object("webauthn").String("register_info", options)
	}
	return nil, err
}

// authInfo tells nobody else which devices there are, or that there are any:
// also no bot password, which may have come into other hands.
func (w WebAuthn) authInfo(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	var options string
	own, err := c.HasRight(ctx, rightEnable)
	if err == nil && own {
		options, own, err = w.Keys.AskSecondFactor(ctx, c.UserID(), c.Session().Binding().Value, w.Keys.Draw())
	}
	if err != nil {
		return nil, err
	}
	if !own {
		return actionapi.NewProblem("oathauth-webauthn-error-module-not-enabled",
			message.Text(string(twofactor.WebAuthn)), message.Plain(c.UserName())), nil
	}
	c.Result().Object("webauthn").String("auth_info", options)
	return nil, nil
}

// rightEnable lets somebody have a second factor. No grant gives it, so bot
// passwords have it not.
const rightEnable = "oathauth-enable"

// owner is who may register devices.
func (w WebAuthn) owner(ctx context.Context, c *actionapi.Call) (*account.Account, *actionapi.Problem, error) {
	action := message.SubByKey(message.New("action-" + rightEnable))
	a, found, err := c.Account(ctx)
	if err != nil {
		return nil, nil, err
	}
	if !found {
		return nil, actionapi.NewProblem("apierror-mustbeloggedin", action), nil
	}
	may, err := c.HasRight(ctx, rightEnable)
	if err != nil {
		return nil, nil, err
	}
	if !may {
		return nil, actionapi.NewProblem("apierror-permissiondenied", action), nil
	}
	return a, nil, nil
}

// fresh demands a login that is not long ago and, of an account that has a
// second factor, one that has passed it: else whoever finds a session open
// could add a key of their own.
func (w WebAuthn) fresh(c *actionapi.Call, a *account.Account) *actionapi.Problem {
	s := c.Session()
	switch w.Machine.Freshness(s, s.User(), c.Now()) {
	case authn.NeverFresh:
		return actionapi.NewProblem("apierror-cannotreauthenticate")
	case authn.Fresh:
		if s.TwoFactor() || !a.SecondFactor {
			return nil
		}
	}
	return actionapi.NewProblem("apierror-reauthenticate")
}

// register adds a device. All sessions of the account end; this one goes on
// under another id, as one that has passed a second factor, and is no fresher
// than it was.
func (w WebAuthn) register(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	a, p, err := w.owner(ctx, c)
	if p != nil || err != nil {
		return p, err
	}
	if p := w.fresh(c, a); p != nil {
		return p, nil
	}
	credential := c.Args.String("credential")
	if credential == "" {
		return actionapi.NewProblem("apierror-oathauth-webauthn-missing-credential"), nil
	}
	s := c.Session()
	o, err := w.Keys.Register(ctx, *a, s.Binding().Value, credential, c.Args.String("friendlyname"), c.Args.Bool("passkeyMode"))
	if err != nil {
		return nil, err
	}
	if !o.Passed() {
		return actionapi.NewProblem("oathauth-webauthn-error-registration-failed"), nil
	}
	now := *a
	now.Token, now.SecondFactor = o.Token, true
	since, shown := s.Authenticated()
	err = s.LoginUser(ctx, session.UserLogin{
		Account: now, Remember: s.Remembered(), Method: audit.BySession, SecondFactor: string(twofactor.WebAuthn),
		Since: since, Quiet: !shown,
	})
	if err == nil {
		c.Result().Object("webauthn").Bool("success", true)
	}
	return nil, err
}
