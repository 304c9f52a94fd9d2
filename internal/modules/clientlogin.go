package modules

import (
	"context"
	"slices"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/token"
)

// ClientLogin is action=clientlogin (MediaWiki: includes/api/ApiClientLogin.php).
type ClientLogin struct {
	Machine *authn.Machine
	Trail   *audit.Trail
	// Ended is told of each end that is recorded; see Login.
	Ended func(kind, result, code string)
	// Schemes are those of return URLs beside MediaWiki's.
	Schemes []string
}

// Module describes the action.
func (l ClientLogin) Module() *actionapi.Module {
	return &actionapi.Module{
		Name: "clientlogin", Path: "clientlogin", Prefix: "login",
		Params: []actionapi.Param{
			paramRequests("login"), paramMessageFormat(), paramMergeFields(),
			shared(actionapi.Param{Name: "preservestate", Type: actionapi.Boolean}),
			shared(actionapi.Param{Name: "returnurl", Type: actionapi.String}),
			shared(actionapi.Param{Name: "continue", Type: actionapi.Boolean}),
		},
		Token: &token.Login, MustPost: true, Write: true, Run: l.run,
		About: actionapi.About{
			Class:    "ApiClientLogin",
			HelpURLs: manual("Login"),
			More: []message.Message{
				message.New("api-help-authmanager-general-usage", message.Text("login"), message.Text("clientlogin"),
					message.Text("clientlogin"), message.Text("login"), message.Text("login")),
			},
			Dynamic: message.New("api-help-authmanagerhelper-additional-params", message.Text("login")),
			Examples: []actionapi.Example{
				{Query: "action=clientlogin&username=Example&password=ExamplePassword&loginreturnurl=http://example.org/&logintoken=123ABC", Key: "login"},
				{Query: "action=clientlogin&logincontinue=1&OATHToken=987654&logintoken=123ABC", Key: "login2"},
			},
		},
	}
}

func (l ClientLogin) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if p := l.checkTarget(c); p != nil {
		return p, nil
	}
	if c.Untrusted() {
		// MediaWiki logs in here. Another site may be asking.
		l.answer(c, authn.Response{Status: authn.Fail, Message: message.New("api-login-fail-sameorigin")})
		return nil, nil
	}
	s := c.Session()
	if err := s.PrepareLogin(ctx); err != nil {
		return nil, err
	}
	if !c.CheckToken(token.Login, c.Args.String("token")) { // of a session that a login has used up
		return actionapi.NewProblem("apierror-badtoken"), nil
	}
	in := authn.Input{Session: s, Address: c.Client().Address, Now: c.Now()}
	step := l.begin
	switch {
	case !s.CanChangeUser(): // and no field is looked at
		step = l.beginWithoutFields
	case c.Args.Bool("continue"):
		step = l.goOn
	}
	r, p, err := step(ctx, c, in)
	if p != nil || err != nil {
		return p, err
	}
	l.record(ctx, c, r)
	l.answer(c, r)
	return nil, nil
}

// checkTarget demands to know whether a login begins, and then where a third
// party sends the person back to.
func (l ClientLogin) checkTarget(c *actionapi.Call) *actionapi.Problem {
	if !c.Args.Bool("continue") && !c.Args.Given("returnurl") {
		return c.NeedOneOf("continue", "returnurl")
	}
	if u := c.Args.String("returnurl"); c.Args.Given("returnurl") && !acceptableURL(u, l.Schemes) {
		return actionapi.NewProblem("apierror-badurl", message.Text("loginreturnurl"), message.Escaped(u)).WithCode("badurl_loginreturnurl")
	}
	return nil
}

func (l ClientLogin) begin(ctx context.Context, c *actionapi.Call, in authn.Input) (r authn.Response, p *actionapi.Problem, err error) {
	requests, err := l.Machine.Forms(ctx, &authn.Form{
		Action: authn.ActionLogin, Session: in.Session, User: in.Session.User(), Address: in.Address, Now: in.Now,
	})
	if err != nil {
		return r, nil, err
	}
	if in.Answers, p = load(c, l.chosen(c, requests)); p != nil {
		return r, p, nil
	}
	in.ReturnURL = c.Args.String("returnurl")
	r, err = l.Machine.Begin(ctx, in)
	return r, nil, err
}

func (l ClientLogin) beginWithoutFields(ctx context.Context, _ *actionapi.Call, in authn.Input) (authn.Response, *actionapi.Problem, error) {
	r, err := l.Machine.Begin(ctx, in)
	return r, nil, err
}

// goOn takes the next step of the login that waits. One whose fields cannot be
// taken goes on waiting.
func (l ClientLogin) goOn(ctx context.Context, c *actionapi.Call, in authn.Input) (authn.Response, *actionapi.Problem, error) {
	w, err := l.Machine.Resume(ctx, in)
	if err != nil {
		return authn.Response{}, nil, err
	}
	if w == nil {
		return authn.NotInProgress(), nil, nil
	}
	answers, p := load(c, l.chosen(c, w.Requests()))
	if p != nil {
		return authn.Response{}, p, w.Release(ctx)
	}
	r, err := w.Continue(ctx, answers)
	return r, nil, err
}

// chosen are the requests that the client wants to answer.
func (l ClientLogin) chosen(c *actionapi.Call, requests []authn.Request) []authn.Request {
	if !c.Args.Given("requests") {
		return requests
	}
	wanted := c.Args.Strings("requests")
	return slices.DeleteFunc(slices.Clone(requests), func(r authn.Request) bool { return !slices.Contains(wanted, r.ID) })
}

func (l ClientLogin) record(ctx context.Context, c *actionapi.Call, r authn.Response) {
	log := loginRecord{l.Trail, l.Ended}
	if r.Status == authn.Pass {
		log.success(r.Refusal.Method, "PASS")
		return
	}
	log.refused(ctx, c, r.Refusal, r.Status.String(), newAuthWriter(c).code(r.Message), c.Mentioned(authn.FieldUsername))
}

// answer writes a response, in MediaWiki's order (MediaWiki:
// ApiAuthManagerHelper::formatAuthenticationResponse).
func (l ClientLogin) answer(c *actionapi.Call, r authn.Response) {
	w := newAuthWriter(c)
	o := c.Result().Object("clientlogin")
	o.String("status", r.Status.String())
	switch r.Status {
	case authn.Pass:
		o.String("username", r.Username)
	case authn.Redirect:
		o.String("redirecttarget", r.Target)
		if r.Data != "" {
			o.String("redirectdata", r.Data)
		}
	}
	if r.Status == authn.UI || r.Status == authn.Redirect || r.Status == authn.Restart {
		w.requests(o, r.Requests)
	}
	if r.Message.Key != "" {
		w.message(o, r.Message)
	}
	if r.Status == authn.Fail || r.Status == authn.Restart {
		o.Bool("canpreservestate", false) // nothing of passwords is worth keeping
	}
}
