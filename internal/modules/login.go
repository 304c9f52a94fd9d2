package modules

import (
	"cmp"
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/authn"
	"github.com/wikigate/wikigate/internal/botpassword"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

// Login is action=login (MediaWiki: includes/api/ApiLogin.php).
type Login struct {
	BotPasswords *botpassword.Service // nil: bot passwords are off
	Machine      *authn.Machine
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
	why    authn.Refusal
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
		return ending{result: "NeedToken", why: authn.Refusal{Reason: audit.TokenMissing}}, nil
	case !s.HadSecret(token.SecretLogin):
		s.HandOut(token.SecretLogin)
		e := refused("Failed", "authpage-cannot-login-continue")
		e.code, e.why.Reason = "sessionlost", audit.TokenLost
		return e, nil
	case !c.CheckToken(token.Login, given):
		return ending{result: "WrongToken", why: authn.Refusal{Reason: audit.TokenWrong}}, nil
	}
	return l.authenticate(ctx, c)
}

// authenticate tries a bot password first, where the credentials have the form
// of one, and the main account otherwise or after every failure that a client
// may not tell from a wrong main password.
func (l Login) authenticate(ctx context.Context, c *actionapi.Call) (ending, error) {
	name, password := c.Args.String("name"), secret.New(c.Args.String("password"))
	var bot authn.Refusal
	knownWrong := false
	if l.BotPasswords != nil {
		if attempt, ok := botpassword.Recognise(name, password); ok {
			end, further, slow, err := l.tryBot(ctx, c, attempt)
			if err != nil || !further {
				return end, err
			}
			bot, knownWrong = end.why, slow
		}
	}
	end, err := l.tryMain(ctx, c, name, password, knownWrong)
	if bot.Reason != "" && end.result == "Failed" && end.why.Reason != audit.Throttled {
		// What was wrong with the bot password says more than that it is no
		// password of the account.
		bot.Method = end.why.Method
		end.why = bot
	}
	return end, err
}

// tryBot checks a bot password. further says that the attempt goes on as one of
// a main account, and slow that it has cost a slow hash: then it is refused
// there without another, so that it takes as long as one for an unknown app id.
func (l Login) tryBot(ctx context.Context, c *actionapi.Call, a botpassword.Attempt) (e ending, further, slow bool, err error) {
	out, err := l.BotPasswords.Login(ctx, a, c.Client().Address)
	if err != nil {
		return e, false, false, err
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
		further, slow = true, out.Slow
	}
	e.why = authn.Refusal{Reason: out.Reason, Method: audit.ByBotPassword, Account: out.Found.Owner, Name: out.OwnerName.String(), App: a.App, Wait: out.Wait}
	return e, further, slow, err
}

// tryMain logs in to a main account as an interactive login does, and always
// remembers it, since action=login has no parameter for that. A client that
// would be asked something is refused, and nothing waits for its answer.
func (l Login) tryMain(ctx context.Context, c *actionapi.Call, name string, password secret.Secret, knownWrong bool) (ending, error) {
	answers := authn.Load([]authn.Request{authn.Password(authn.ActionLogin, ""), authn.RememberMe(0, true)}, authn.Given{
		authn.FieldUsername: name, authn.FieldOfPassword: password.Reveal(), authn.FieldRememberMe: "1",
	})
	r, err := l.Machine.BeginAlone(ctx, authn.Input{
		Session: c.Session(), Address: c.Client().Address, Now: c.Now(), Answers: answers, KnownWrong: knownWrong,
	})
	if err != nil {
		return ending{}, err
	}
	e := ending{why: r.Refusal}
	switch r.Status {
	case authn.Pass:
		e.result, e.user = "Success", session.User{ID: r.Account.ID, Name: r.Username}
		l.warnMain(c)
	case authn.Fail:
		e.result, e.reason, e.code = "Failed", r.Message, actionapi.CodeOf(r.Message.Key)
	default:
		e = refused("Aborted", "api-login-fail-aborted"+l.withoutBots())
		e.why = r.Refusal
		e.why.Reason = cmp.Or(r.Refusal.Needs, audit.NeedsAnswer)
	}
	return e, nil
}

// warnMain says that main accounts should log in otherwise.
func (l Login) warnMain(c *actionapi.Call) {
	key := "apiwarn-deprecation-login-botpw"
	if l.BotPasswords == nil {
		key = "apiwarn-deprecation-login-nobotpw"
	}
	c.Deprecated("main-account-login", actionapi.NewProblem(key))
}

// withoutBots is the end of the keys of texts where bot passwords are no way
// out.
func (l Login) withoutBots() string {
	if l.BotPasswords == nil {
		return "-nobotpw"
	}
	return ""
}

// record keeps what the attempt was refused for, before the client learns of
// it. A success is on record already, together with the session.
func (l Login) record(ctx context.Context, c *actionapi.Call, e ending) {
	log := loginRecord{l.Trail, l.Ended}
	if e.result == "Success" {
		log.success(e.why.Method, e.result)
		return
	}
	log.refused(ctx, c, e.why, e.result, e.code, c.Args.String("name"))
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
