package modules

import (
	"context"
	"slices"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/message"
)

// Info is prop=info on a server without pages: libraries ask for it on every
// start, and there is nothing to tell. As a generator it finds nothing, either
// (MediaWiki: includes/api/ApiQueryInfo.php, which is no generator).
func Info() *actionapi.Module {
	return &actionapi.Module{
		Name: "info", Path: "query+info", Prefix: "in",
		Params: []actionapi.Param{
			{
				Name: "prop", Type: actionapi.Enum, Multi: true, Values: []string{
					"associatedpage", "displaytitle", "linkclasses", "notificationtimestamp", "preload", "protection", "readable",
					"subjectid", "talkid", "url", "varianttitles", "visitingwatchers", "watched", "watchers",
				}, DeprecatedValues: []string{"readable"},
			},
			{Name: "testactions", Type: actionapi.String, Multi: true},
			{
				Name: "testactionsdetail", Type: actionapi.Enum, Values: []string{"boolean", "full", "quick"},
				Default: "boolean", HasDefault: true,
			},
			{Name: "continue", Type: actionapi.String, Help: message.New("api-help-param-continue")},
		},
		NeedsRead: actionapi.Always,
		Caching:   func(*actionapi.Call) actionapi.Caching { return actionapi.CachePublic },
		About: actionapi.About{
			Class: "ApiQueryInfo", Generator: true,
			HelpURLs: manual("Info"),
			Examples: []actionapi.Example{{Query: "action=query&prop=info&titles=Main%20Page", Key: "simple"}},
		},
		Run: runInfo,
	}
}

// infoForAll are the properties that do not depend on the user.
var infoForAll = []string{"associatedpage", "displaytitle", "preload", "protection", "subjectid", "talkid", "url", "varianttitles"}

// runInfo has nothing to tell, and who may keep that depends on what was asked.
func runInfo(_ context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	personal := func(prop string) bool { return !slices.Contains(infoForAll, prop) }
	if slices.ContainsFunc(c.Args.Strings("prop"), personal) || len(c.Args.Strings("testactions")) > 0 {
		c.KeepPrivate()
	}
	return nil, nil
}
