package modules

import (
	"context"
	"log/slog"
	"strings"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

// Login is action=login (MediaWiki: includes/api/ApiLogin.php).
type Login struct {
	BotPasswords *botpassword.Service // nil: bot passwords are off
	Credentials  *credential.Service
	Log          *slog.Logger
	// Ended is told of each end that is logged, in values from closed lists; an
	// end without a code has the code "". nil: nobody is told.
	Ended func(kind, result, code string)
}

// Module describes the action.
func (l Login) Module() *actionapi.Module {
	setting := ""
	if l.BotPasswords == nil {
		setting = "-nobotpasswords"
	}
	return &actionapi.Module{
		Name: "login", Path: "login", Prefix: "lg",
		Params: []actionapi.Param{
			{Name: "name", Type: actionapi.String},
			{Name: "password", Type: actionapi.Password, Sensitive: true},
			{Name: "domain", Type: actionapi.String},
			{Name: "token", Type: actionapi.String, Sensitive: true, Help: message.New("api-help-param-token", message.Text(token.Login.Name))},
		},
		BodyOnly: []string{"password", "token"},
		MustPost: true, Write: true, Run: l.run,
		About: actionapi.About{
			Class:      "ApiLogin",
			Deprecated: l.BotPasswords == nil,
			Setting:    setting,
			HelpURLs:   manual("Login"),
			Examples: []actionapi.Example{
				{Query: "action=login&lgname=user&lgpassword=password&lgtoken=123ABC", Key: "login"},
			},
		},
	}
}

// ending is how an attempt ended, in the protocol's terms.
type ending struct {
	result string // of login.result
	code   string // of the reason; empty: there is none
	reason message.Message
	user   session.User // when Success
	kind   string       // of login, for the log
	detail string       // for the log only
	app    string       // for the log only
	silent bool         // not logged
}

// refused makes an ending whose code is the key of its reason.
func refused(result, key string, params ...message.Param) ending {
	return ending{result: result, code: key, reason: message.New(key, params...), kind: "N/A"}
}

func (l Login) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if c.Untrusted() {
		l.answer(c, silently(refused("Aborted", "api-login-fail-sameorigin")))
		return nil, nil
	}
	if p := c.RequireBody(); p != nil {
		return p, nil
	}
	end, err := l.attempt(ctx, c)
	if err != nil {
		return nil, err
	}
	return nil, l.conclude(c, end)
}

func silently(e ending) ending { e.silent = true; return e }

// attempt looks at the session and the token before any secret.
func (l Login) attempt(ctx context.Context, c *actionapi.Call) (ending, error) {
	s := c.Session()
	if err := s.PrepareLogin(ctx); err != nil {
		return ending{}, err
	}
	if !s.CanChangeUser() {
		return silently(refused("Aborted", "api-login-fail-badsessionprovider", message.Text(s.Provider()+" sessions"))), nil
	}
	given := c.Args.String("token")
	switch {
	case given == "" || given == "0":
		s.HandOut(token.SecretLogin)
		return ending{result: "NeedToken", kind: "N/A"}, nil
	case !s.HadSecret(token.SecretLogin):
		s.HandOut(token.SecretLogin)
		e := refused("Failed", "authpage-cannot-login-continue")
		e.code = "sessionlost"
		return e, nil
	case !c.CheckToken(token.Login, given):
		return ending{result: "WrongToken", kind: "N/A"}, nil
	}
	return l.authenticate(ctx, c)
}

// authenticate tries a bot password first, where the credentials have the form
// of one, and the main account otherwise or after every failure that a client
// may not tell from a wrong main password.
func (l Login) authenticate(ctx context.Context, c *actionapi.Call) (ending, error) {
	name, password := c.Args.String("name"), secret.New(c.Args.String("password"))
	var detail string
	if l.BotPasswords != nil {
		if attempt, ok := botpassword.Recognise(name, password); ok {
			end, through, err := l.tryBot(ctx, c, attempt)
			if err != nil || !through {
				return end, err
			}
			detail = end.detail
		}
	}
	end, err := l.tryMain(ctx, c, name, password)
	if end.detail == "" {
		end.detail = detail
	}
	return end, err
}

// tryBot checks a bot password. through is true when the attempt goes on as
// one of a main account.
func (l Login) tryBot(ctx context.Context, c *actionapi.Call, a botpassword.Attempt) (e ending, through bool, err error) {
	out, err := l.BotPasswords.Login(ctx, a, c.Client().Address)
	if err != nil {
		return e, false, err
	}
	switch out.Result {
	case botpassword.Success:
		e = ending{result: "Success", user: session.User{ID: out.Found.Owner, Name: out.OwnerName.String()}}
		err = c.Session().LoginBot(ctx, session.BotLogin{Owner: out.Found.Owner, Name: e.user.Name, App: out.App, Stamp: out.Stamp})
	case botpassword.Locked:
		e = refused("Failed", "botpasswords-locked")
	case botpassword.Throttled:
		e = refused("Failed", "login-throttled", message.Duration(int64(out.Wait.Seconds())))
	case botpassword.NeedsReset:
		e = refused("Failed", "botpasswords-needs-reset", message.Text(out.OwnerName.String()), message.Text(out.App))
	default:
		through = true
	}
	e.kind, e.detail, e.app = "BotPassword", out.Reason, a.App
	return e, through, err
}

// tryMain checks the password of a main account and always remembers the
// login, since action=login has no parameter for it.
func (l Login) tryMain(ctx context.Context, c *actionapi.Call, name string, password secret.Secret) (ending, error) {
	out, err := l.Credentials.Login(ctx, name, password, c.Client().Address)
	if err != nil {
		return ending{}, err
	}
	e := ending{}
	switch out.Result {
	case credential.Success:
		e, err = l.loginUser(ctx, c, out.Account)
	case credential.ChangeFirst:
		e = refused("Aborted", "api-login-fail-aborted"+l.withoutBots())
		e.detail = "another password must be chosen first"
	case credential.WrongPassword:
		e = refused("Failed", "wrongpassword")
	case credential.TooLong:
		e = refused("Failed", "passwordtoolong", message.Count(int64(out.Limit)))
	case credential.TooShort:
		e = refused("Failed", "passwordtooshort", message.Count(int64(out.Limit)))
	case credential.Throttled:
		e = refused("Failed", "login-throttled", message.Duration(int64(out.Wait.Seconds())))
	default:
		e = refused("Failed", "authmanager-authn-no-primary")
	}
	e.kind = "AuthManager"
	return e, err
}

// withoutBots is the end of the keys of texts where bot passwords are no way
// out.
func (l Login) withoutBots() string {
	if l.BotPasswords == nil {
		return "-nobotpw"
	}
	return ""
}

func (l Login) loginUser(ctx context.Context, c *actionapi.Call, a account.Account) (ending, error) {
	if err := c.Session().LoginUser(ctx, a, true); err != nil {
		return ending{}, err
	}
	key := "apiwarn-deprecation-login-botpw"
	if l.BotPasswords == nil {
		key = "apiwarn-deprecation-login-nobotpw"
	}
	c.Deprecated("main-account-login", actionapi.NewProblem(key))
	return ending{result: "Success", user: session.User{ID: a.ID, Name: a.Name.String()}}, nil
}

// conclude logs the attempt and writes its result; a client without a token
// gets one.
func (l Login) conclude(c *actionapi.Call, e ending) error {
	if e.result == "NeedToken" {
		text, err := c.Token(token.Login)
		if err != nil {
			return err
		}
		c.Deprecated("action=login&!lgtoken", actionapi.NewProblem("apiwarn-deprecation-login-token"))
		result := c.Result().Object("login")
		result.String("result", e.result)
		result.String("token", text)
		l.event(c, e)
		return nil
	}
	l.answer(c, e)
	return nil
}

// answer writes result, reason and user, in MediaWiki's order.
func (l Login) answer(c *actionapi.Call, e ending) {
	result := c.Result().Object("login")
	result.String("result", e.result)
	if e.code != "" {
		c.AddReason(result, "reason", e.code, e.reason)
	}
	if e.result == "Success" {
		result.Int("lguserid", int64(e.user.ID))
		result.String("lgusername", e.user.Name)
	}
	l.event(c, e)
}

func (l Login) event(c *actionapi.Call, e ending) {
	if e.silent {
		return
	}
	if l.Ended != nil {
		l.Ended(e.kind, e.result, e.code)
	}
	l.Log.Info("login attempt", "channel", "authevents", "event", "login", "successful", e.result == "Success",
		"loginType", e.kind, "status", e.result, "code", e.code, "detail", e.detail,
		"name", forLog(c.Args.String("name")), "app", forLog(e.app),
		"address", c.Client().Address.String(), "request", c.Client().RequestID)
}

// maxLogged is how many bytes of a value go into the log (MediaWiki:
// ApiMain::logRequest).
const maxLogged = 256

// forLog cuts a value that a client has made too long for a log.
func forLog(value string) string {
	if len(value) <= maxLogged {
		return value
	}
	return strings.ToValidUTF8(value[:maxLogged], "") + "[...]"
}
