package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/testserver"
)

// pair is a certificate in files, and who trusts it.
type pair struct {
	cert, key string
	roots     *x509.CertPool
}

func (p pair) options() []string { return []string{"--tls-cert", p.cert, "--tls-key", p.key} }

// newPair makes a certificate of this machine with a serial number.
func newPair(t *testing.T, serial int64) pair {
	t.Helper()
	dir := t.TempDir()
	p := pair{cert: filepath.Join(dir, "cert.pem"), key: filepath.Join(dir, "key.pem"), roots: x509.NewCertPool()}
	p.write(t, serial, time.Now().Add(24*time.Hour))
	return p
}

// write puts a new certificate in the place of the old one.
func (p pair) write(t *testing.T, serial int64, ends time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "test"},
		NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: ends, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	p.roots.AppendCertsFromPEM(cert)
	for path, content := range map[string][]byte{
		p.cert: cert, p.key: pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: private}),
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// get asks by HTTPS, on a connection of its own.
func (p pair) get(t *testing.T, address string) (*http.Response, error) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	one := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: p.roots}, ForceAttemptHTTP2: true, DisableKeepAlives: true}
	response, err := one.RoundTrip(request)
	if err == nil {
		_ = response.Body.Close()
	}
	return response, err
}

// serial is that of the certificate in use.
func (p pair) serial(t *testing.T, address string) int64 {
	t.Helper()
	response, err := p.get(t, address)
	if err != nil {
		t.Fatal(err)
	}
	return response.TLS.PeerCertificates[0].SerialNumber.Int64()
}

// freeAddress is one that nobody uses now.
func freeAddress(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = listener.Close() }()
	return listener.Addr().String()
}

// TestN12_HTTPS: the server speaks HTTPS with a certificate of files, of
// TLS 1.2 or later, and marks cookies and browsers accordingly.
func TestN12_HTTPS(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1)
	redirect := freeAddress(t)
	s := testserver.Start(t, append(p.options(), "--hsts", "30d", "--redirect-listen", redirect)...)
	if !strings.HasPrefix(s.API, "https://127.0.0.1:") {
		t.Fatalf("the address is %s", s.API)
	}
	response, err := p.get(t, s.API+"?action=query&meta=tokens&type=login&format=json")
	if err != nil {
		t.Fatal(err)
	}
	if response.ProtoMajor != 2 || response.StatusCode != http.StatusOK ||
		response.Header.Get("Strict-Transport-Security") != "max-age=2592000" {
		t.Errorf("%s, status %d, %v", response.Proto, response.StatusCode, response.Header)
	}
	if cookie := response.Header.Get("Set-Cookie"); !strings.Contains(strings.ToLower(cookie), "; secure") {
		t.Errorf("cookie %q", cookie)
	}
	address := strings.TrimPrefix(strings.TrimSuffix(s.API, "/w/api.php"), "https://")
	for version, good := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		conn, err := tls.Dial("tcp", address, &tls.Config{RootCAs: p.roots, MinVersion: tls.VersionTLS10, MaxVersion: version})
		if (err == nil) != good {
			t.Errorf("TLS version %x: %v", version, err)
		}
		if err == nil {
			_ = conn.Close()
		}
	}
	if status, _, _ := ask(t, "http://"+address+"/w/api.php"); status != http.StatusBadRequest {
		t.Errorf("plain HTTP: status %d", status)
	}
	redirected(t, redirect, "https://"+address)
}

// redirected checks the listener that leads to HTTPS.
func redirected(t *testing.T, address, base string) {
	t.Helper()
	for method, want := range map[string]int{http.MethodGet: 301, http.MethodHead: 301, http.MethodPost: 403, http.MethodPut: 403} {
		request, err := http.NewRequestWithContext(t.Context(), method, "http://"+address+"//other.example/w/api.php?action=help", nil)
		if err != nil {
			t.Fatal(err)
		}
		request.Host = "evil.example"
		response, err := transport.RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		_ = response.Body.Close()
		to, wanted := response.Header.Get("Location"), ""
		if want == 301 {
			wanted = base + "//other.example/w/api.php?action=help"
		}
		if response.StatusCode != want || to != wanted || response.Header.Get("X-Request-Id") == "" {
			t.Errorf("%s: status %d to %q, %v", method, response.StatusCode, to, response.Header)
		}
	}
}

// Certificates that cannot be used are named before anything is served.
func TestCertificatesThatCannotBeUsed(t *testing.T) {
	t.Parallel()
	good, other, old, open := newPair(t, 1), newPair(t, 2), newPair(t, 3), newPair(t, 4)
	old.write(t, 3, time.Now().Add(-time.Hour))
	if err := os.Chmod(open.key, 0o644); err != nil {
		t.Fatal(err)
	}
	for says, p := range map[string]pair{
		`the certificate \S+ with the key \S+ cannot be used`: {cert: good.cert, key: other.key},
		`the certificate \S+ has ended on `:                   old,
		`the key \S+ can be read by everybody`:                open,
		`the key of the certificate cannot be read.*missing`:  {cert: good.cert, key: good.key + "missing"},
	} {
		refuses(t, 6, says, append(p.options(), "--listen", "127.0.0.1:0", "--data", t.TempDir())...)
		checkSentence(t, testserver.Run(t, "", append([]string{"config", "check"}, p.options()...)...), 2, says)
	}
}

func TestReloadTakesANewCertificate(t *testing.T) {
	t.Parallel()
	p := newPair(t, 1)
	s := testserver.Start(t, append(p.options(), "--admin-listen", "127.0.0.1:0")...)
	if got := p.serial(t, s.API); got != 1 {
		t.Fatalf("serial number %d", got)
	}
	ends := time.Now().Add(72 * time.Hour)
	p.write(t, 2, ends)
	s.Signal(syscall.SIGHUP)
	eventually(t, "the new certificate", func() bool { return p.serial(t, s.API) == 2 })
	if _, text, _ := ask(t, s.Admin+"/metrics"); !strings.Contains(text, "wikigate_certificate_expiry_timestamp_seconds "+
		strconv.FormatFloat(float64(ends.Unix()), 'g', -1, 64)+"\n") {
		t.Error("the metric does not tell when the new certificate ends")
	}
	if err := os.WriteFile(p.cert, []byte("no certificate"), 0o600); err != nil {
		t.Fatal(err)
	}
	s.Signal(syscall.SIGHUP)
	eventually(t, "the refusal", func() bool { return strings.Contains(s.Stderr(), "nothing was reloaded") })
	if got := p.serial(t, s.API); got != 2 {
		t.Errorf("serial number %d after a certificate that cannot be used", got)
	}
}
