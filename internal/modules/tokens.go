package modules

import (
	"context"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/token"
)

// Tokens is meta=tokens (MediaWiki: includes/api/ApiQueryTokens.php).
func Tokens() *actionapi.Module {
	var names []string
	for _, t := range token.Types() {
		names = append(names, t.Name)
	}
	return &actionapi.Module{
		Name: "tokens", Path: "query+tokens",
		Params: []actionapi.Param{
			{Name: "type", Type: actionapi.Enum, Multi: true, Values: names, All: "*", Default: "csrf", HasDefault: true},
		},
		About: actionapi.About{
			Class:    "ApiQueryTokens",
			HelpURLs: manual("Tokens"),
			Examples: []actionapi.Example{
				{Query: "action=query&meta=tokens", Key: "simple"},
				{Query: "action=query&meta=tokens&type=login|createaccount", Key: "types"},
			},
		},
		Run: runTokens,
	}
}

func runTokens(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	if c.Untrusted() {
		c.Warn(actionapi.NewProblem("apiwarn-tokens-origin"))
		return nil, nil
	}
	tokens := c.Query().Object("tokens")
	for _, name := range c.Args.Strings("type") {
		t, ok := token.ByName(name)
		if !ok {
			continue // validated before
		}
		text, err := c.Token(t)
		if err != nil {
			return nil, err
		}
		tokens.String(name+"token", text)
	}
	return nil, nil
}
