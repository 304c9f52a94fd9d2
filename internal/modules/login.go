package modules

import (
	"context"
	"net/netip"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
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
	Trail        *audit.Trail
	// Ended is told of each end that is recorded, in values from closed lists; an
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
	why    refusal      // otherwise
}

// refusal is what the audit trail is told about an attempt. One without a
// reason is not recorded.
type refusal struct {
	reason  audit.Reason
	method  audit.Method
	account account.ID
	name    string // canonical; empty: as the client gave it
	app     string
	wait    time.Duration // that the client was told, when throttled
}

// refused makes an ending whose code is the key of its reason.
func refused(result, key string, params ...message.Param) ending {
	return ending{result: result, code: key, reason: message.New(key, params...)}
}

func (l Login) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if c.Untrusted() {
		l.answer(c, refused("Aborted", "api-login-fail-sameorigin"))
		return nil, nil
	}
	if p := c.RequireBody(); p != nil {
		return p, nil
	}
	end, err := l.attempt(ctx, c)
	if err != nil {
		return nil, err
	}
	l.record(ctx, c, end)
	return nil, l.conclude(c, end)
}

// attempt looks at the session and the token before any secret.
func (l Login) attempt(ctx context.Context, c *actionapi.Call) (ending, error) {
	s := c.Session()
	if err := s.PrepareLogin(ctx); err != nil {
		return ending{}, err
	}
	if !s.CanChangeUser() {
		return refused("Aborted", "api-login-fail-badsessionprovider", message.Text(s.Provider()+" sessions")), nil
	}
	given := c.Args.String("token")
	switch {
	case given == "" || given == "0":
		s.HandOut(token.SecretLogin)
		return ending{result: "NeedToken", why: refusal{reason: audit.TokenMissing}}, nil
	case !s.HadSecret(token.SecretLogin):
		s.HandOut(token.SecretLogin)
		e := refused("Failed", "authpage-cannot-login-continue")
		e.code, e.why.reason = "sessionlost", audit.TokenLost
		return e, nil
	case !c.CheckToken(token.Login, given):
		return ending{result: "WrongToken", why: refusal{reason: audit.TokenWrong}}, nil
	}
	return l.authenticate(ctx, c)
}

// authenticate tries a bot password first, where the credentials have the form
// of one, and the main account otherwise or after every failure that a client
// may not tell from a wrong main password.
func (l Login) authenticate(ctx context.Context, c *actionapi.Call) (ending, error) {
	name, password := c.Args.String("name"), secret.New(c.Args.String("password"))
	var bot refusal
	var check mainCheck
	if l.BotPasswords != nil {
		if attempt, ok := botpassword.Recognise(name, password); ok {
			end, next, err := l.tryBot(ctx, c, attempt)
			if err != nil || next == nil {
				return end, err
			}
			bot, check = end.why, next
		}
	}
	if check == nil {
		check = l.Credentials.Login
	}
	end, err := l.tryMain(ctx, c, name, password, check)
	if bot.reason != "" && end.result == "Failed" && end.why.reason != audit.Throttled {
		// What was wrong with the bot password says more than that it is no
		// password of the account.
		bot.method = end.why.method
		end.why = bot
	}
	return end, err
}

// mainCheck is how an attempt to log in to a main account is judged.
type mainCheck func(ctx context.Context, name string, password secret.Secret, address netip.Addr) (credential.Outcome, error)

// tryBot checks a bot password. next is nil unless the attempt goes on as one
// of a main account: one that has cost a slow hash is refused there without
// another, so that it takes as long as one for an unknown app id.
func (l Login) tryBot(ctx context.Context, c *actionapi.Call, a botpassword.Attempt) (e ending, next mainCheck, err error) {
	out, err := l.BotPasswords.Login(ctx, a, c.Client().Address)
	if err != nil {
		return e, nil, err
	}
	switch out.Result {
	case botpassword.Success:
		e = ending{result: "Success", user: session.User{ID: out.Found.Owner, Name: out.OwnerName.String()}}
		err = c.Session().LoginBot(ctx, session.BotLogin{Owner: out.Found.Owner, Name: e.user.Name, App: out.App, Stamp: out.Stamp, Former: out.Former})
	case botpassword.Locked:
		e = refused("Failed", "botpasswords-locked")
	case botpassword.Throttled:
		e = refused("Failed", "login-throttled", message.Duration(int64(out.Wait.Seconds())))
	case botpassword.NeedsReset:
		e = refused("Failed", "botpasswords-needs-reset", message.Text(out.OwnerName.String()), message.Text(out.App))
	default:
		next = l.Credentials.Login
		if out.Slow {
			next = l.Credentials.Refuse
		}
	}
	e.why = refusal{reason: out.Reason, method: audit.ByBotPassword, account: out.Found.Owner, name: out.OwnerName.String(), app: a.App, wait: out.Wait}
	return e, next, err
}

// tryMain checks the password of a main account and always remembers the
// login, since action=login has no parameter for it.
func (l Login) tryMain(ctx context.Context, c *actionapi.Call, name string, password secret.Secret, check mainCheck) (ending, error) {
	out, err := check(ctx, name, password, c.Client().Address)
	if err != nil {
		return ending{}, err
	}
	e := ending{}
	switch out.Result {
	case credential.Success:
		e, err = l.loginUser(ctx, c, out.Account)
	case credential.ChangeFirst:
		e = refused("Aborted", "api-login-fail-aborted"+l.withoutBots())
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
	e.why = refusal{reason: out.Reason, method: audit.ByPassword, account: out.Known, name: out.Name.String(), wait: out.Wait}
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
	if err := c.Session().LoginUser(ctx, session.UserLogin{Account: a, Remember: true}); err != nil {
		return ending{}, err
	}
	key := "apiwarn-deprecation-login-botpw"
	if l.BotPasswords == nil {
		key = "apiwarn-deprecation-login-nobotpw"
	}
	c.Deprecated("main-account-login", actionapi.NewProblem(key))
	return ending{result: "Success", user: session.User{ID: a.ID, Name: a.Name.String()}}, nil
}

// record keeps what the attempt was refused for, before the client learns of
// it. A success is on record already, together with the session.
func (l Login) record(ctx context.Context, c *actionapi.Call, e ending) {
	if e.result != "Success" && e.why.reason == "" {
		return
	}
	if l.Ended != nil {
		l.Ended(e.why.method.LoginType(), e.result, e.code)
	}
	if e.result == "Success" {
		return
	}
	event := audit.Now(ctx, c.Now(), audit.Login).Of(int64(e.why.account), e.why.name).With("code", e.code)
	event.Result, event.Reason, event.Method, event.App = audit.Refused, e.why.reason, e.why.method, e.why.app
	if e.why.wait > 0 {
		event = event.With("wait", e.why.wait.String())
	}
	if event.Name == "" {
		event.Name = c.Args.String("name")
	}
	if e.result == "NeedToken" {
		l.Trail.Mention(event) // nobody has tried anything yet
		return
	}
	l.Trail.Refused(ctx, event)
}

// conclude writes the result; a client without a token gets one.
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
}
