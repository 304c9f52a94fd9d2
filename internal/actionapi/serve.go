package actionapi

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strings"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/message"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/token"
)

// Serve answers one request to api.php.
func (e *Engine) Serve(w http.ResponseWriter, req *http.Request, client Client) {
	r := e.pool.Get().(*Request)
	r.http, r.client, r.now, r.header = req, client, e.deps.Clock.Now(), w.Header()
	r.serve(req.Context(), w)
	r.tell()
	r.reset() // a request at rest holds nobody's password
	e.pool.Put(r)
}

// tell says how the request ended to who wants to know.
func (r *Request) tell() {
	if r.engine.deps.Answered == nil {
		return
	}
	action, code := "none", "ok"
	if r.module != nil {
		action = r.module.Name
	}
	if r.codes != "" {
		code, _, _ = strings.Cut(r.codes, ",")
	}
	r.engine.deps.Answered(action, code, r.engine.deps.Clock.Now().Sub(r.now))
}

// serve follows the order in which MediaWiki looks at a request; which error
// wins depends on it.
func (r *Request) serve(ctx context.Context, w http.ResponseWriter) {
	if r.header["X-Request-Id"] == nil {
		r.header["X-Request-Id"] = []string{r.client.RequestID}
	}
	if err := r.readParameters(); err != nil {
		r.refuseBody(w, err)
		return
	}
	r.untrusted = r.lacksSameOrigin()
	in := session.Input{Cookies: r.http.Header["Cookie"], Address: r.client.Address, HTTPS: r.client.HTTPS, Now: r.now,
		Request: r.client.RequestID, Agent: r.agent()}
	openErr := r.engine.deps.Sessions.Open(ctx, in, &r.session)
	r.readErrorStyle()
	if r.untrusted {
		r.header["Mediawiki-Login-Suppressed"] = []string{"true"}
	}
	if done := r.crossOrigin(w); done {
		return
	}
	if r.http.Method == http.MethodOptions {
		r.session.WriteCookies(r.header)
		r.keepCookiesPrivate()
		r.header["Content-Type"] = []string{"text/html; charset=UTF-8"}
		r.header["X-Content-Type-Options"] = valueNosniff
		w.WriteHeader(http.StatusOK)
		return
	}
	r.echo()
	r.chooseFormat()
	problem, err := (*Problem)(nil), openErr
	if err == nil {
		problem, err = r.execute(ctx)
	}
	if r.status == http.StatusNotModified {
		r.session.WriteCookies(r.header)
		r.header["X-Content-Type-Options"] = valueNosniff
		r.cacheHeaders()
		w.WriteHeader(r.status)
		return
	}
	r.finish(ctx, w, problem, err)
}

func (r *Request) readParameters() error {
	r.raw.parse(r.http.URL.RawQuery, true)
	noType, err := r.raw.readBody(r.http, r.engine.cfg.MaxBody)
	r.noType = noType
	return err
}

// refuseBody answers a body that cannot be taken: there is no API answer to
// parameters that are not known.
func (r *Request) refuseBody(w http.ResponseWriter, err error) {
	status := http.StatusBadRequest
	if errors.Is(err, errTooLarge) {
		status = http.StatusRequestEntityTooLarge
	}
	r.codes = "unreadable-body" // the header of API errors is not sent with it
	r.header.Set("Connection", "close")
	http.Error(w, err.Error(), status)
}

// lacksSameOrigin reports whether another site may be able to read the answer,
// so that the user must count as nobody (MediaWiki:
// ApiMain::lacksSameOriginSecurity).
func (r *Request) lacksSameOrigin() bool {
	if c := r.raw.findQuiet("callback"); c != nil && !c.array {
		return true
	}
	if o := r.raw.findQuiet("origin"); o != nil && !o.array && o.value == "*" {
		return true
	}
	_, ok := r.http.Header["Treat-As-Untrusted"]
	return ok
}

// execute validates and runs.
func (r *Request) execute(ctx context.Context) (*Problem, error) {
	main, p, err := r.extract(ctx, r.engine.index.main.table)
	if p != nil || err != nil {
		return p, err
	}
	r.main = main
	r.module = r.serving(r.engine.modules[main.String("action")])
	if r.module == nil { // only the default can name a module that is not there
		return missing("action"), nil
	}
	if p, err = r.assert(ctx); p != nil || err != nil {
		return p, err
	}
	c := &Call{Request: r, Module: r.module}
	if c.Args, p, err = r.extract(ctx, r.module.table); p != nil || err != nil {
		return p, err
	}
	if p = c.checkOwnToken(); p != nil {
		return p, nil
	}
	r.validated = true
	if p, err = c.permitted(ctx); p != nil || err != nil {
		return p, err
	}
	if p = r.maxlag(); p != nil {
		return p, nil
	}
	if r.notModified() {
		r.status = http.StatusNotModified
		return nil, nil
	}
	if p = r.checkMethod(); p != nil {
		return p, nil
	}
	r.warnAboutTransport()
	if r.module.Caching != nil {
		r.caching = r.module.Caching(c)
	}
	if r.module.MustPost { // it may change something, which is recorded
		ctx = audit.WithOrigin(ctx, r.Origin())
	}
	if p, err = r.module.Run(ctx, c); p != nil || err != nil {
		if p != nil && p.Module == "" {
			p.Module = r.module.Path
		}
		return p, err
	}
	r.format.markUsed(&r.raw)
	r.reportUnused()
	return nil, nil
}

// chooseFormat takes the format that errors are printed in. An unknown one is
// refused later, in the form for people.
func (r *Request) chooseFormat() {
	name, _ := r.peek("format")
	r.format = r.engine.formats[name]
	if r.format == nil {
		r.format = r.engine.formats["jsonfm"]
	}
}

// warnAboutTransport warns about requests that came in a way that may stop
// working.
func (r *Request) warnAboutTransport() {
	if r.noType {
		r.deprecated("main", "post-without-content-type", NewProblem("apiwarn-deprecation-post-without-content-type"))
	}
	if !r.client.HTTPS && r.session.ForceHTTPS() {
		r.deprecated("main", "https-expected", NewProblem("apiwarn-deprecation-httpsexpected"))
	}
}

// checkOwnToken refuses a token in the URL and a wrong one.
func (c *Call) checkOwnToken() *Problem {
	t := c.Module.Token
	if t == nil {
		return nil
	}
	if name := c.Module.Prefix + "token"; c.raw.inQuery(name) {
		p := mustPostParams([]string{name})
		p.Module = c.Module.Path
		return p
	}
	if t.Secret != token.SecretDefault {
		c.session.HandOut(t.Secret) // to look at such a token makes one (MediaWiki: Session::getToken)
	}
	given := c.Args.String("token")
	ok := c.CheckToken(*t, given)
	for _, also := range c.Module.TokenAlso {
		ok = ok || c.CheckToken(also, given)
	}
	if !ok {
		return &Problem{Code: "badtoken", Message: message.New("apierror-badtoken"), Module: c.Module.Path}
	}
	return nil
}

func mustPostParams(names []string) *Problem {
	if len(names) == 0 {
		return nil
	}
	return NewProblem("apierror-mustpostparams", message.Text(joinComma(names)), message.Count(int64(len(names))))
}

// permitted checks the right to read and the promises and modes around
// writing.
func (c *Call) permitted(ctx context.Context) (*Problem, error) {
	if c.Module.NeedsRead != nil && c.Module.NeedsRead(c) {
		may, err := c.HasRight(ctx, "read")
		if err != nil {
			return nil, err
		}
		if !may {
			return NewProblem("apierror-readapidenied"), nil
		}
	}
	if !c.Module.Write {
		return nil, nil
	}
	may, err := c.HasRight(ctx, "writeapi")
	switch {
	case err != nil:
		return nil, err
	case !may:
		return NewProblem("apierror-writeapidenied"), nil
	}
	if promise := c.Header("Promise-Non-Write-API-Action"); promise != "" && promise != "0" {
		return NewProblem("apierror-promised-nonwrite-api"), nil
	}
	if reason := c.engine.cfg.ReadOnly; reason != "" {
		return NewProblem("apierror-readonly").With("readonlyreason", reason), nil
	}
	return nil, nil
}

// checkMethod refuses methods other than GET, HEAD and POST, and GET where a
// module must be posted.
func (r *Request) checkMethod() *Problem {
	switch r.http.Method {
	case http.MethodGet, http.MethodHead, http.MethodPost:
	default:
		r.status = http.StatusMethodNotAllowed
		return NewProblem("apierror-invalidmethod")
	}
	if r.module.MustPost && r.http.Method != http.MethodPost {
		return NewProblem("apierror-mustbeposted", message.Text(r.module.Name))
	}
	return nil
}

// broken logs a failure of the system and makes the answer to it, which says
// no more than the id of the request.
func (r *Request) broken(err error) *Problem {
	kind, level := fail.KindOf(err), slog.LevelError
	if r.http.Context().Err() != nil {
		level = slog.LevelDebug // the client has gone; nothing is wrong here
	}
	r.engine.deps.Log.Log(r.http.Context(), level, "request failed", "channel", "exception", "request", r.client.RequestID, "kind", kind.String(), "error", err)
	class := "InternalError"
	switch kind {
	case fail.Unavailable, fail.Busy, fail.Full, fail.ReadOnly:
		class = "StoreUnavailable"
	}
	if kind == fail.Busy {
		r.status = http.StatusServiceUnavailable
		r.header.Set("Retry-After", "5")
	}
	p := NewProblem("apierror-internal-exception", message.Text(r.client.RequestID), message.Text(class)).
		WithCode("internal_api_error_"+class).With("errorclass", class)
	p.broken = true
	return p
}

func joinComma(names []string) string {
	out := ""
	for i, n := range names {
		if i > 0 {
			out += ", "
		}
		out += n
	}
	return out
}
