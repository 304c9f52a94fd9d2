package modules

import (
	"context"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/token"
)

// CheckToken is action=checktoken: whether a token is good, and since when it
// is (MediaWiki: includes/api/ApiCheckToken.php).
func CheckToken() *actionapi.Module {
	var names []string
	for _, t := range token.Types() {
		names = append(names, t.Name)
	}
	return &actionapi.Module{
		Name: "checktoken", Path: "checktoken",
		Params: []actionapi.Param{
			{Name: "type", Type: actionapi.Enum, Values: names, Required: true},
			{Name: "token", Type: actionapi.String, Required: true, Sensitive: true},
			{Name: "maxtokenage", Type: actionapi.Integer},
		},
		NeedsRead: actionapi.Always, Run: runCheckToken,
		About: actionapi.About{
			Class:    "ApiCheckToken",
			Examples: []actionapi.Example{{Query: "action=checktoken&type=csrf&token=123ABC", Key: "simple"}},
		},
	}
}

func runCheckToken(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	t, _ := token.ByName(c.Args.String("type")) // validated before
	text := c.Args.String("token")
	if strings.HasSuffix(text, unescapedSuffix) {
		c.Warn(actionapi.NewProblem("apiwarn-checktoken-percentencoding"))
	}
	if t.Secret != token.SecretDefault {
		// To ask about such a token makes the secret that it would come from.
		c.Session().HandOut(t.Secret)
	}
	issued, hasTime := token.IssuedAt(text)
	result := "invalid"
	switch {
	case !c.CheckToken(t, text):
	case hasTime && c.Args.Given("maxtokenage") && tooOld(issued, c.Now(), c.Args.Int("maxtokenage")):
		result = "expired"
	default:
		result = "valid"
	}
	out := c.Result().Object("checktoken")
	out.String("result", result)
	if hasTime {
		out.String("generated", isoTime(issued))
	}
	return nil, nil
}

// unescapedSuffix is what the end of a token becomes when a client sends its
// plus sign as it is.
const unescapedSuffix = ` \`

// tooOld compares in whole seconds, as tokens do. A negative age makes every
// token too old.
func tooOld(issued, now time.Time, maxAge int64) bool { return now.Unix()-issued.Unix() > maxAge }
