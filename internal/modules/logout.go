package modules

import (
	"context"
	"log/slog"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

// Logout is action=logout (MediaWiki: includes/api/ApiLogout.php).
type Logout struct{ Log *slog.Logger }

// Module describes the action.
func (l Logout) Module() *actionapi.Module {
	return &actionapi.Module{
		Name: "logout", Path: "logout",
		Token: &token.CSRF, TokenAlso: []token.Type{token.LogoutLink},
		MustPost: true, Run: l.run,
		About: actionapi.About{
			Class:    "ApiLogout",
			HelpURLs: manual("Logout"),
			Examples: []actionapi.Example{{Query: "action=logout&token=123ABC", Key: "logout"}},
		},
	}
}

func (l Logout) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	s := c.Session()
	user := s.User()
	if c.Untrusted() && user.ID != 0 {
		// The request's user is nobody while the cookies are somebody's: another
		// site may be asking. Nobody is logged out.
		l.event(c, user, "wronguser", false)
		return nil, nil
	}
	if !s.CanChangeUser() && s.Kind() != session.KindBot {
		l.event(c, user, "immutable", false)
		return actionapi.NewProblem("cannotlogoutnow-text", message.Text(s.Provider())), nil
	}
	if err := s.Logout(ctx); err != nil {
		return nil, err
	}
	if user.ID == 0 {
		l.event(c, user, "success", true) // the end of a session is on record already
	}
	return nil, nil
}

// event logs a logout that has ended nothing.
func (l Logout) event(c *actionapi.Call, user session.User, status string, ok bool) {
	l.Log.Info("logout", "channel", "authevents", "event", "logout", "successful", ok, "status", status,
		"name", user.Name, "address", c.Client().Address.String(), "request", c.Client().RequestID)
}
