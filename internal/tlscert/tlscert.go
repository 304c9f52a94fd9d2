// Package tlscert owns the certificates of the HTTPS listener: one of files,
// which can be read anew while the server runs, or those that the ACME protocol
// fetches and renews by itself (RFC 8555).
//
// It guarantees TLS 1.2 or later, and that a certificate that cannot be used
// never replaces one that can. It does not listen.
package tlscert

import (
	"crypto/tls"
	"crypto/x509"
	"io/fs"
	"net/http"
	"os"
	"runtime"
	"sync/atomic"
	"time"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/wikigate/wikigate/internal/fail"
)

// Files is a certificate that stands in files. It is safe for concurrent use.
type Files struct {
	current atomic.Pointer[tls.Certificate]
}

// Load reads a certificate and its key. The error is of kind fail.Invalid.
func Load(cert, key string) (*Files, error) {
	f := &Files{}
	return f, f.Reload(cert, key)
}

// Reload reads certificate and key anew. When that fails, the ones in use stay.
func (f *Files) Reload(cert, key string) error {
	if err := private(key); err != nil {
		return err
	}
	pair, err := tls.LoadX509KeyPair(cert, key)
	if err != nil {
		return fail.Wrap(fail.Invalid, err, "the certificate %s with the key %s cannot be used", cert, key)
	}
	if now := time.Now(); now.After(pair.Leaf.NotAfter) {
		return fail.New(fail.Invalid, "the certificate %s has ended on %s; put a new one in its place", cert, pair.Leaf.NotAfter.UTC().Format(time.RFC3339))
	}
	f.current.Store(&pair)
	return nil
}

// private refuses a key that everybody on the machine can read.
func private(key string) error {
	info, err := os.Stat(key)
	if err != nil {
		return fail.Wrap(fail.Invalid, err, "the key of the certificate cannot be read")
	}
	if runtime.GOOS != "windows" && info.Mode()&fs.ModePerm&0o007 != 0 {
		return fail.New(fail.Invalid, "the key %s can be read by everybody on this machine; take that away, such as by chmod 640", key)
	}
	return nil
}

// Leaf is the certificate in use.
func (f *Files) Leaf() *x509.Certificate { return f.current.Load().Leaf }

// Config is for a listener; later certificates are used for new connections.
func (f *Files) Config() *tls.Config {
	return &tls.Config{
		MinVersion: tls.VersionTLS12,
		NextProtos: []string{"h2", "http/1.1"},
		GetCertificate: func(*tls.ClientHelloInfo) (*tls.Certificate, error) {
			return f.current.Load(), nil
		},
	}
}

// ACME says which certificates to fetch, and from whom.
type ACME struct {
	Domains   []string
	Email     string // may be empty
	Directory string
	Folder    string // for the account's key and the certificates; it is made
}

// Automatic fetches certificates when they are first asked for, and renews them
// in time.
type Automatic struct{ manager *autocert.Manager }

// Automatic accepts the terms of the directory and fetches nothing yet.
func (o ACME) Automatic() *Automatic {
	return &Automatic{&autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(o.Folder),
		HostPolicy: autocert.HostWhitelist(o.Domains...),
		Email:      o.Email,
		Client:     &acme.Client{DirectoryURL: o.Directory, UserAgent: "wikigate"},
	}}
}

// Config is for a listener. It answers challenges of the kind tls-alpn-01 too.
func (a *Automatic) Config() *tls.Config {
	c := a.manager.TLSConfig()
	c.MinVersion = tls.VersionTLS12
	return c
}

// Challenges answers those of the kind http-01, and leaves other requests to
// next.
func (a *Automatic) Challenges(next http.Handler) http.Handler { return a.manager.HTTPHandler(next) }

// Fetch gets the certificate of a domain, if there is none yet, so that the
// first client need not wait for it.
func (a *Automatic) Fetch(domain string) error {
	_, err := a.manager.GetCertificate(&tls.ClientHelloInfo{
		ServerName: domain, SupportedVersions: []uint16{tls.VersionTLS13},
		CipherSuites:     []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
		SignatureSchemes: []tls.SignatureScheme{tls.ECDSAWithP256AndSHA256},
		SupportedCurves:  []tls.CurveID{tls.CurveP256},
	})
	return fail.Wrap(fail.Unavailable, err, "there is no certificate for %s yet", domain)
}
