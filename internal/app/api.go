package app

import (
	"net/http"
	"net/url"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/wikigate/wikigate/internal/actionapi"
	"github.com/wikigate/wikigate/internal/httpx"
	"github.com/wikigate/wikigate/internal/modules"
	"github.com/wikigate/wikigate/internal/store/sqlite"
	"github.com/wikigate/wikigate/internal/token"
)

// Handler builds the routes of the server for a public base address such as
// https://wiki.example.
func (a *App) Handler(base string) (http.Handler, error) {
	api := a.cfg.ScriptPath + "/api.php"
	engine, err := actionapi.New(a.engineConfig(base+api), actionapi.Deps{
		Sessions: a.manager, Accounts: a.store.Accounts(), Permissions: a.permissions,
		Tokens: token.Source{Ring: a.ring}, Messages: a.messages, Clock: a.clock, Log: a.log,
		Answered: a.answered(),
	}, a.modules(base), actionapi.Formats())
	if err != nil {
		return nil, err
	}
	proxies := httpx.Proxies(a.cfg.TrustedProxies)
	serve := func(w http.ResponseWriter, r *http.Request) {
		a.followKeys()
		engine.Serve(w, r, actionapi.Client{
			Address: proxies.Address(r), HTTPS: httpx.HTTPS(r), RequestID: w.Header().Get("X-Request-Id"),
		})
	}
	mux := http.NewServeMux()
	mux.HandleFunc(api, serve)
	mux.HandleFunc(api+"/", dropPathInfo(api))
	mux.HandleFunc("/{$}", welcome(base+api))
	routeHelp(mux, a.cfg.ArticlePath, api)
	return a.logged(identified(a.guarded(a.strict(mux)), proxies), proxies), nil
}

// answered counts answers when somebody can read the counts.
func (a *App) answered() func(action, code string, took time.Duration) {
	if a.metrics == nil {
		return nil
	}
	return a.metrics.Request
}

// identified gives every answer the id of its request.
func identified(next http.Handler, proxies httpx.Proxies) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header()["X-Request-Id"] = []string{proxies.RequestID(r)}
		next.ServeHTTP(w, r)
	})
}

// strict tells browsers to use nothing but HTTPS, when the configuration asks
// for it (RFC 6797).
func (a *App) strict(next http.Handler) http.Handler {
	if a.cfg.HSTS <= 0 {
		return next
	}
	value := []string{"max-age=" + strconv.FormatInt(int64(a.cfg.HSTS/time.Second), 10)}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if httpx.HTTPS(r) {
			w.Header()["Strict-Transport-Security"] = value
		}
		next.ServeHTTP(w, r)
	})
}

// logged writes a line per request when the configuration asks for it.
func (a *App) logged(next http.Handler, proxies httpx.Proxies) http.Handler {
	if !a.cfg.LogRequests {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := a.clock.Now()
		next.ServeHTTP(w, r)
		a.log.Info("request", "channel", "api", "method", r.Method, "path", r.URL.Path,
			"address", proxies.Address(r).String(), "request", w.Header().Get("X-Request-Id"), "took", a.clock.Now().Sub(start))
	})
}

func (a *App) engineConfig(apiURL string) actionapi.Config {
	cfg := actionapi.Config{
		APIURL: apiURL, Language: a.cfg.Language, ReadOnly: a.cfg.ReadOnly,
		MaxBody: a.cfg.MaxBody, MaxParameters: a.cfg.MaxParameters, Names: a.names,
		Origins: actionapi.Origins{Allowed: a.cfg.CrossSiteOrigins, Except: a.cfg.CrossSiteExceptions},
	}
	if a.cfg.ShowHostname {
		cfg.HostName, _ = os.Hostname() // an unknown name is not shown
	}
	return cfg
}

// modules is every action of the API.
func (a *App) modules(base string) []*actionapi.Module {
	login := modules.Login{Machine: a.logins, Trail: a.Audit, Ended: a.metrics.Login}
	if a.cfg.BotPasswords {
		login.BotPasswords = a.BotPasswords
	}
	oath := modules.Oath{Factors: a.SecondFactors, Names: a.names, Trail: a.Audit}
	query := actionapi.NewQuery(actionapi.Submodules{
		Prop: []*actionapi.Module{modules.Info()},
		List: []*actionapi.Module{
			modules.AllUsers{WikiID: a.cfg.WikiID, Accounts: a.store.Directory(), Permissions: a.permissions}.Module(),
			modules.Users{WikiID: a.cfg.WikiID, Accounts: a.store.Directory(), Names: a.names}.Module(),
		},
		Meta: []*actionapi.Module{
			modules.AuthManagerInfo{Machine: a.logins}.Module(),
			oath.Query(),
			modules.Tokens(),
			modules.UserInfo{WikiID: a.cfg.WikiID, Language: a.cfg.Language, Permissions: a.permissions}.Module(),
			a.siteInfo(base).Module(),
		},
	})
	pages := modules.Pages{Server: base, ArticlePath: a.cfg.ArticlePath}
	help := modules.Help{
		SiteName: a.cfg.SiteName, Language: a.cfg.Language, Script: a.cfg.ScriptPath + "/api.php", Pages: pages,
	}
	list := []*actionapi.Module{
		help.Module(),
		login.Module(),
		modules.ClientLogin{Machine: a.logins, Trail: a.Audit, Ended: a.metrics.Login, Schemes: a.cfg.LoginReturnSchemes}.Module(),
		modules.Logout{Log: a.log}.Module(),
		modules.CheckToken(),
		oath.Validate(),
		modules.ParamInfo{Pages: pages}.Module(query, actionapi.Formats()),
		query,
	}
	if a.securityKeys != nil {
		list = append(list, modules.WebAuthn{Keys: a.securityKeys, Machine: a.logins}.Module())
	}
	return list
}

// siteInfo is what clients are told about the site.
func (a *App) siteInfo(base string) modules.SiteInfo {
	info := modules.SiteInfo{
		SiteName: a.cfg.SiteName, Generator: "MediaWiki " + a.cfg.MediaWikiVersion, WikiID: a.cfg.WikiID,
		Server: base, ScriptPath: a.cfg.ScriptPath, ArticlePath: a.cfg.ArticlePath, MainPage: "Main Page",
		Language: a.cfg.Language, Favicon: "/favicon.ico", ReadOnly: a.cfg.ReadOnly,
		DBType: "sqlite", DBVersion: sqlite.Version, Permissions: a.permissions,
		Census: &modules.Census{Accounts: a.store.Directory(), Clock: a.clock},
	}
	if u, err := url.Parse(base); err == nil {
		info.ServerName = u.Hostname()
	}
	if a.cfg.ShowHostname {
		info.HostName, _ = os.Hostname() // an unknown name is not shown
	}
	return info
}

// dropPathInfo sends /api.php/anything to /api.php, with its query (MediaWiki:
// api.php).
func dropPathInfo(api string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		target := url.URL{Path: api, RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", target.String())
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.WriteHeader(http.StatusMovedPermanently)
		_, _ = w.Write([]byte("The API has no pages below it; see " + api + "\n"))
	}
}

// routeHelp sends the pages about the API to the help, which is all that a
// server without scripts has to offer (MediaWiki:
// includes/specials/SpecialApiHelp.php and SpecialApiSandbox.php).
func routeHelp(mux *http.ServeMux, articlePath, api string) {
	folder, ok := strings.CutSuffix(articlePath, "$1")
	if !ok || strings.ContainsAny(folder, "?{} ") {
		return
	}
	mux.HandleFunc(folder+"Special:ApiHelp", showHelp(api))
	mux.HandleFunc(folder+"Special:ApiHelp/{module}", showHelp(api))
	mux.HandleFunc(folder+"Special:ApiSandbox", showHelp(api))
}

// showHelp answers with the address of the help about a module.
func showHelp(api string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		query := url.Values{"action": {"help"}}
		if module := r.PathValue("module"); module != "" {
			query.Set("modules", module)
		}
		if language := r.URL.Query().Get("uselang"); language != "" {
			query.Set("uselang", language)
		}
		w.Header().Set("Location", api+"?"+query.Encode())
		w.WriteHeader(http.StatusFound)
	}
}

// welcome tells a person who opens the site where the API is.
func welcome(apiURL string) http.HandlerFunc {
	page := []byte("This is a wikigate authentication server. Its API is at " + apiURL + "\n")
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("X-Frame-Options", "DENY")
		_, _ = w.Write(page)
	}
}

// baseURL is the public address: the configured one, or the one in use.
func (a *App) baseURL(listening string) string { return a.cfg.BaseURL(listening) }
