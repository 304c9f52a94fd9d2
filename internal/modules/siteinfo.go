package modules

import (
	"context"
	"slices"
	"strings"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/actionapi/format"
	"github.com/wikigate/wikigate/internal/grant"
)

// SiteInfo is meta=siteinfo: what the site is (MediaWiki:
// includes/api/ApiQuerySiteinfo.php).
type SiteInfo struct {
	SiteName  string
	Generator string // "MediaWiki " and a version; clients choose their ways by it
	WikiID    string
	// Server is the public address without a path, such as https://wiki.example;
	// ServerName is its host without a port.
	Server, ServerName string
	ScriptPath         string // "/w"
	ArticlePath        string // "/wiki/$1"
	MainPage           string // title of the main page
	Language           string
	// Logo and Favicon are paths on the server, or addresses. Without a logo
	// the answer has none.
	Logo, Favicon     string
	ReadOnly          string // reason; empty: writable
	DBType, DBVersion string
	HostName          string // shown by dbrepllag; empty: hidden
	Permissions       *grant.Permissions
	Census            Counter
}

// siteProp is one value of siprop and the function that answers it.
type siteProp struct {
	name  string
	write func(s *site, ctx context.Context, c *actionapi.Call, out format.Ref) error
}

// siteProps are all values of siprop, in alphabetical order.
var siteProps = []siteProp{
	{"dbrepllag", (*site).databaseLag},
	{"defaultoptions", (*site).defaultOptions},
	{"extensions", (*site).extensions},
	{"extensiontags", emptyList("extensiontags", "t")},
	{"fileextensions", emptyList("fileextensions", "fe")},
	{"functionhooks", emptyList("functionhooks", "h")},
	{"general", (*site).general},
	{"interwikimap", emptyList("interwikimap", "iw")},
	{"languages", (*site).languages},
	{"languagevariants", (*site).languageVariants},
	{"libraries", emptyList("libraries", "library")},
	{"magicwords", (*site).magicWords},
	{"namespacealiases", (*site).namespaceAliases},
	{"namespaces", (*site).namespaces},
	{"protocols", (*site).protocols},
	{"restrictions", (*site).restrictions},
	{"rightsinfo", (*site).rightsInfo},
	{"showhooks", emptyList("showhooks", "hook")},
	{"skins", emptyList("skins", "skin")},
	{"specialpagealiases", (*site).specialPages},
	{"statistics", (*site).statistics},
	{"uploaddialog", (*site).uploadDialog},
	{"usergroups", (*site).userGroups},
	{"variables", emptyList("variables", "v")},
}

// site is a SiteInfo with all that follows from it, prepared once.
type site struct {
	SiteInfo
	base      string // address of the main page
	logo      string
	favicon   string
	fallback  []string
	rtl       bool
	spaces    []namespace
	allGroups []grant.Group
}

// Module describes the submodule.
func (i SiteInfo) Module() *actionapi.Module {
	s := &site{
		SiteInfo: i,
		base:     i.Server + strings.Replace(i.ArticlePath, "$1", encodeTitle(i.MainPage), 1),
		logo:     i.absolute(i.Logo), favicon: i.absolute(i.Favicon),
		fallback: fallbackLanguages(i.Language), rtl: rightToLeft(i.Language),
		spaces: namespacesOf(i.SiteName), allGroups: i.Permissions.Groups(),
	}
	var names []string
	for _, p := range siteProps {
		names = append(names, p.name)
	}
	return &actionapi.Module{
		Name: "siteinfo", Path: "query+siteinfo", Prefix: "si",
		Params: []actionapi.Param{
			{Name: "prop", Type: actionapi.Enum, Multi: true, Values: names, Default: "general", HasDefault: true},
			{Name: "filteriw", Type: actionapi.Enum, Values: []string{"local", "!local"}},
			{Name: "showalldb", Type: actionapi.Boolean},
			{Name: "numberingroup", Type: actionapi.Boolean},
			{Name: "inlanguagecode", Type: actionapi.String},
		},
		NeedsRead: actionapi.Always,
		Caching:   func(*actionapi.Call) actionapi.Caching { return actionapi.CachePublic },
		About: actionapi.About{
			Class:    "ApiQuerySiteinfo",
			HelpURLs: manual("Siteinfo"),
			Examples: []actionapi.Example{
				{Query: "action=query&meta=siteinfo&siprop=general|namespaces|namespacealiases|statistics", Key: "simple"},
				{Query: "action=query&meta=siteinfo&siprop=usergroups&sinumberingroup=1", Key: "groups"},
				{Query: "action=query&meta=siteinfo&siprop=dbrepllag", Key: "replag"},
			},
		},
		Run: s.run,
	}
}

// run answers the properties in the order of the request. When none is left
// there is no object "query" either.
func (s *site) run(ctx context.Context, c *actionapi.Call) (*actionapi.Problem, error) {
	asked := c.Args.Strings("prop")
	if c.Args.Bool("showalldb") && s.HostName == "" && slices.Contains(asked, "dbrepllag") {
		return actionapi.NewProblem("apierror-siteinfo-includealldenied").WithCode("includeAllDenied"), nil
	}
	for _, name := range asked {
		i := slices.IndexFunc(siteProps, func(p siteProp) bool { return p.name == name })
		if err := siteProps[i].write(s, ctx, c, c.Query()); err != nil {
			return nil, err
		}
	}
	return nil, nil
}

// emptyList answers what a server without pages has none of.
func emptyList(key, tag string) func(*site, context.Context, *actionapi.Call, format.Ref) error {
	return func(_ *site, _ context.Context, _ *actionapi.Call, out format.Ref) error {
		out.List(key, tag)
		return nil
	}
}

// absolute makes an address out of a path on the server.
func (i SiteInfo) absolute(path string) string {
	if !strings.HasPrefix(path, "/") {
		return path
	}
	return i.Server + path
}

// encodeTitle writes a title as it stands in addresses (MediaWiki: wfUrlencode).
func encodeTitle(title string) string {
	const hex = "0123456789ABCDEF"
	var b strings.Builder
	for i := 0; i < len(title); i++ {
		switch c := title[i]; {
		case c == ' ':
			b.WriteByte('_')
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9', strings.IndexByte("-._~;@$!*(),/:", c) >= 0:
			b.WriteByte(c)
		default:
			b.Write([]byte{'%', hex[c>>4], hex[c&15]})
		}
	}
	return b.String()
}
