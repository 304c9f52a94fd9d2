package observe

import (
	"net/http"
	"net/http/pprof"
	"strings"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/wikigate/wikigate/internal/secret"
)

// Admin is what the admin listener serves.
type Admin struct {
	Metrics   *Metrics
	Readiness *Readiness
	// Token gives the token that metrics and profiles demand now; an empty one
	// demands none. The answers of /livez and /readyz say nothing worth
	// guarding, and those who ask for them often cannot send headers.
	Token func() secret.Secret
}

// Handler returns the routes of the admin listener.
func (a Admin) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /livez", func(w http.ResponseWriter, _ *http.Request) { sentence(w, http.StatusOK, "The server is alive.") })
	mux.HandleFunc("GET /readyz", a.ready)
	mux.Handle("GET /metrics", a.guarded(promhttp.HandlerFor(a.Metrics.registry, promhttp.HandlerOpts{})))
	for path, h := range map[string]http.HandlerFunc{
		"/debug/pprof/": pprof.Index, "/debug/pprof/profile": pprof.Profile, "/debug/pprof/trace": pprof.Trace,
		"/debug/pprof/symbol": pprof.Symbol, "/debug/pprof/cmdline": pprof.Cmdline,
	} {
		mux.Handle("GET "+path, a.guarded(h))
	}
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		sentence(w, http.StatusOK, "This listener serves /metrics, /livez, /readyz and /debug/pprof/.")
	})
	return mux
}

// ready answers 503 and one sentence when the server cannot do its work.
func (a Admin) ready(w http.ResponseWriter, r *http.Request) {
	if err := a.Readiness.Check(r.Context()); err != nil {
		sentence(w, http.StatusServiceUnavailable, "Not ready: "+strings.Join(strings.Fields(err.Error()), " ")+".")
		return
	}
	sentence(w, http.StatusOK, "The server is ready.")
}

// guarded demands the token, if there is one.
func (a Admin) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		want := a.Token()
		given, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		if !want.IsZero() && !(bearer && want.Equal(secret.New(given))) {
			w.Header().Set("WWW-Authenticate", `Bearer realm="wikigate"`)
			sentence(w, http.StatusUnauthorized, "This needs the token of admin-token-file in the header Authorization: Bearer TOKEN.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

func sentence(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text + "\n"))
}
