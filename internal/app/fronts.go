package app

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"time"

	"github.com/wikigate/wikigate/internal/config"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/httpx"
	"github.com/wikigate/wikigate/internal/observe"
	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/tlscert"
)

// front is a listener with the server that answers on it.
type front struct {
	net.Listener
	server *http.Server
}

// fronts are all of them. The admin listener is the last: it still answers while
// the others drain.
type fronts struct {
	list  []front
	where Addresses
}

// readyWithin is how long a write may take on a server that is ready.
const readyWithin = 2 * time.Second

// openFronts opens every listener that the configuration asks for, or none.
func (a *App) openFronts() (f *fronts, err error) {
	f = &fronts{}
	defer func() {
		if err != nil {
			err = errors.Join(err, f.close())
		}
	}()
	var base string
	err = a.listen(f, a.cfg.Listen, a.tlsConfig(), func(address string) (h http.Handler, err error) {
		base = a.baseURL(address)
		f.where.API = base + a.cfg.ScriptPath + "/api.php"
		return a.Handler(base)
	})
	if err == nil && a.cfg.RedirectListen != "" {
		err = a.listen(f, a.cfg.RedirectListen, nil, func(string) (http.Handler, error) { return a.redirect(base), nil })
	}
	a.readiness = &observe.Readiness{Probe: a.store.Health, Deadline: readyWithin}
	if err == nil && a.cfg.AdminListen != "" {
		err = a.listen(f, a.cfg.AdminListen, nil, func(address string) (http.Handler, error) {
			f.where.Admin = "http://" + address
			return observe.Admin{
				Metrics: a.metrics, Readiness: a.readiness, Token: func() secret.Secret { return *a.adminToken.Load() },
			}.Handler(), nil
		})
	}
	return f, err
}

// listen opens one listener. The limits of httpx hold on each.
func (a *App) listen(f *fronts, address string, secured *tls.Config, handler func(address string) (http.Handler, error)) error {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return fail.Wrap(fail.Unavailable, err, "the server cannot listen on %s", address)
	}
	h, err := handler(listener.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	server := httpx.NewServer(h)
	server.ErrorLog = slog.NewLogLogger(a.log.Handler(), slog.LevelDebug)
	server.TLSConfig = secured
	f.list = append(f.list, front{listener, server})
	return nil
}

// serve answers on all listeners. What it returns gets the error of the first
// that ends before it is told to.
func (f *fronts) serve() <-chan error {
	ended := make(chan error, len(f.list))
	for _, one := range f.list {
		go func() {
			var err error
			if one.server.TLSConfig != nil {
				err = one.server.ServeTLS(one.Listener, "", "") // its configuration has the certificates
			} else {
				err = one.server.Serve(one.Listener)
			}
			if !errors.Is(err, http.ErrServerClosed) {
				ended <- err
			}
		}()
	}
	return ended
}

// shutdown lets requests in progress end, listener by listener, until ctx is
// done.
func (f *fronts) shutdown(ctx context.Context) error {
	for _, one := range f.list {
		if err := one.server.Shutdown(ctx); err != nil {
			return err
		}
	}
	return nil
}

// close ends all at once. What never served has only its listener to close.
func (f *fronts) close() error {
	var errs []error
	for _, one := range f.list {
		errs = append(errs, one.server.Close())
		if err := one.Listener.Close(); !errors.Is(err, net.ErrClosed) {
			errs = append(errs, err)
		}
	}
	return errors.Join(errs...)
}

// Check says what is wrong with the files that the configuration names.
func Check(cfg config.Config) error {
	if cfg.TLSCert == "" {
		return nil
	}
	_, err := tlscert.Load(cfg.TLSCert, cfg.TLSKey)
	return err
}

// openCertificates reads the certificate of files, or prepares to fetch some.
func (a *App) openCertificates() (err error) {
	switch {
	case a.cfg.TLSCert != "":
		a.files, err = tlscert.Load(a.cfg.TLSCert, a.cfg.TLSKey)
	case len(a.cfg.ACMEDomains) > 0:
		a.automatic = tlscert.ACME{
			Domains: a.cfg.ACMEDomains, Email: a.cfg.ACMEEmail, Directory: a.cfg.ACMEDirectory,
			Folder: filepath.Join(a.cfg.Data, "acme"),
		}.Automatic()
	}
	return err
}

// tlsConfig is nil for plain HTTP.
func (a *App) tlsConfig() *tls.Config {
	switch {
	case a.files != nil:
		return a.files.Config()
	case a.automatic != nil:
		return a.automatic.Config()
	}
	return nil
}

// fetchCertificates gets those that are missing before clients ask for them.
func (a *App) fetchCertificates() {
	if a.automatic == nil {
		return
	}
	for _, domain := range a.cfg.ACMEDomains {
		if err := a.automatic.Fetch(domain); err != nil {
			a.log.Warn("no certificate could be fetched; the next client that asks for it makes a new attempt", "domain", domain, "error", err)
			continue
		}
		a.log.Info("the certificate is there", "domain", domain)
	}
}

// certificateEnds is 0 without a certificate of files.
func (a *App) certificateEnds() float64 {
	if a.files == nil {
		return 0
	}
	return float64(a.files.Leaf().NotAfter.Unix())
}

// redirect answers plain HTTP: challenges of ACME, and the way to HTTPS for
// those who only look. Whoever sends something in the open is refused, so that
// he notices.
func (a *App) redirect(base string) http.Handler {
	var h http.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.Error(w, "This server takes nothing without encryption; use "+base+".", http.StatusForbidden)
			return
		}
		to := url.URL{Path: r.URL.Path, RawPath: r.URL.RawPath, RawQuery: r.URL.RawQuery}
		w.Header().Set("Location", base+to.String())
		w.WriteHeader(http.StatusMovedPermanently)
	})
	h = identified(h, nil)
	if a.automatic != nil {
		h = a.automatic.Challenges(h)
	}
	return h
}
