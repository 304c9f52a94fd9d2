package e2e

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/crypto/acme"
)

// acmeServer is the smallest directory of ACME (RFC 8555) that a client can get
// a certificate from. It looks at challenges as a real one does; it has one
// account and one order at a time, and believes signatures.
type acmeServer struct {
	*httptest.Server
	t         *testing.T
	challenge string // the one kind it offers
	https     string // where it reaches tls-alpn-01
	http      string // where it reaches http-01
	roots     *x509.CertPool

	mu       sync.Mutex
	ca       *x509.Certificate
	key      *ecdsa.PrivateKey
	account  *ecdsa.PublicKey
	contact  []string
	domain   string
	state    string // of the authorization
	chain    []byte
	orders   int
	failures []error
}

const acmeToken = "a-token-of-the-directory"

func newACMEServer(t *testing.T, challenge, https, http string) *acmeServer {
	t.Helper()
	s := &acmeServer{t: t, challenge: challenge, https: https, http: http, roots: x509.NewCertPool()}
	var err error
	if s.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	root := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "root"}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour * 24 * 365), KeyUsage: x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, root, root, &s.key.PublicKey, s.key)
	if err != nil {
		t.Fatal(err)
	}
	if s.ca, err = x509.ParseCertificate(der); err != nil {
		t.Fatal(err)
	}
	s.roots.AddCert(s.ca)
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() {
		s.Close()
		for _, err := range s.failures {
			t.Errorf("the directory: %v", err)
		}
	})
	return s
}

// jws is the form of every request with a body.
type jws struct{ Protected, Payload string }

func (s *acmeServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("Replay-Nonce", base64.RawURLEncoding.EncodeToString([]byte(time.Now().String())))
	var body jws
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(&body); err != nil {
			s.failures = append(s.failures, err)
		}
	}
	payload, err := base64.RawURLEncoding.DecodeString(body.Payload)
	if err != nil {
		s.failures = append(s.failures, err)
	}
	status, answer := s.answer(w.Header(), r.URL.Path, body, payload)
	if chain, ok := answer.([]byte); ok {
		_, _ = w.Write(chain)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	if err := json.NewEncoder(w).Encode(answer); err != nil {
		s.failures = append(s.failures, err)
	}
}

type object map[string]any

func (s *acmeServer) answer(header http.Header, path string, body jws, payload []byte) (int, any) {
	switch path {
	case "/directory":
		return 200, object{"newNonce": s.URL + "/nonce", "newAccount": s.URL + "/account", "newOrder": s.URL + "/orders", "meta": object{}}
	case "/nonce":
		return 200, object{}
	case "/account":
		return s.register(header, body, payload)
	case "/orders":
		return s.order(header, payload)
	case "/order":
		return 200, s.theOrder()
	case "/authorization":
		return 200, object{"status": s.state, "identifier": object{"type": "dns", "value": s.domain}, "challenges": []object{s.theChallenge()}}
	case "/challenge":
		s.check()
		return 200, s.theChallenge()
	case "/finalize":
		s.issue(payload)
		return 200, s.theOrder()
	case "/certificate":
		return 200, s.chain
	}
	return 404, object{"type": "urn:ietf:params:acme:error:malformed", "detail": path}
}

func (s *acmeServer) register(header http.Header, body jws, payload []byte) (int, any) {
	var protected struct{ JWK struct{ X, Y string } }
	var account struct {
		Contact              []string
		TermsOfServiceAgreed bool
	}
	raw, err := base64.RawURLEncoding.DecodeString(body.Protected)
	s.failures = appendError(s.failures, err, json.Unmarshal(raw, &protected), json.Unmarshal(payload, &account))
	x, err := base64.RawURLEncoding.DecodeString(protected.JWK.X)
	y, err2 := base64.RawURLEncoding.DecodeString(protected.JWK.Y)
	s.failures = appendError(s.failures, err, err2)
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), slices.Concat([]byte{4}, x, y))
	s.failures = appendError(s.failures, err)
	s.account, s.contact = key, account.Contact
	header.Set("Location", s.URL+"/account/1")
	return 201, object{"status": "valid"}
}

func appendError(list []error, errs ...error) []error {
	for _, err := range errs {
		if err != nil {
			list = append(list, err)
		}
	}
	return list
}

func (s *acmeServer) order(header http.Header, payload []byte) (int, any) {
	var asked struct{ Identifiers []struct{ Value string } }
	s.failures = appendError(s.failures, json.Unmarshal(payload, &asked))
	s.domain, s.state, s.chain = asked.Identifiers[0].Value, "pending", nil
	s.orders++
	header.Set("Location", s.URL+"/order")
	return 201, s.theOrder()
}

func (s *acmeServer) theOrder() object {
	o := object{
		"status": "pending", "authorizations": []string{s.URL + "/authorization"}, "finalize": s.URL + "/finalize",
		"identifiers": []object{{"type": "dns", "value": s.domain}},
	}
	switch {
	case s.chain != nil:
		o["status"], o["certificate"] = "valid", s.URL+"/certificate"
	case s.state == "valid":
		o["status"] = "ready"
	}
	return o
}

func (s *acmeServer) theChallenge() object {
	return object{"type": s.challenge, "url": s.URL + "/challenge", "token": acmeToken, "status": s.state}
}

// check asks the server that wants a certificate whether it is the one.
func (s *acmeServer) check() {
	print, err := acme.JWKThumbprint(s.account)
	s.failures = appendError(s.failures, err)
	authorization := acmeToken + "." + print
	if s.challenge == "http-01" {
		err = s.checkHTTP(authorization)
	} else {
		err = s.checkTLS(authorization)
	}
	s.state = "valid"
	if err != nil {
		s.state = "invalid"
		s.failures = append(s.failures, err)
	}
}

// checkTLS is tls-alpn-01 (RFC 8737).
func (s *acmeServer) checkTLS(authorization string) error {
	conn, err := tls.Dial("tcp", s.https, &tls.Config{
		ServerName: s.domain, NextProtos: []string{"acme-tls/1"}, InsecureSkipVerify: true,
	})
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	sum := sha256.Sum256([]byte(authorization))
	leaf := conn.ConnectionState().PeerCertificates[0]
	for _, extension := range leaf.Extensions {
		if extension.Id.String() == "1.3.6.1.5.5.7.1.31" && string(extension.Value[2:]) == string(sum[:]) && leaf.VerifyHostname(s.domain) == nil {
			return nil
		}
	}
	return errors.New("the certificate of the challenge is another one")
}

func (s *acmeServer) checkHTTP(authorization string) error {
	request, err := http.NewRequest(http.MethodGet, "http://"+s.http+"/.well-known/acme-challenge/"+acmeToken, nil)
	if err != nil {
		return err
	}
	request.Host = s.domain
	response, err := transport.RoundTrip(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	if err == nil && strings.TrimSpace(string(text)) != authorization {
		err = errors.New("the answer to the challenge is " + string(text))
	}
	return err
}

// issue signs what was asked for.
func (s *acmeServer) issue(payload []byte) {
	var asked struct{ CSR string }
	s.failures = appendError(s.failures, json.Unmarshal(payload, &asked))
	der, err := base64.RawURLEncoding.DecodeString(asked.CSR)
	s.failures = appendError(s.failures, err)
	request, err := x509.ParseCertificateRequest(der)
	if err != nil || !slices.Equal(request.DNSNames, []string{s.domain}) || s.state != "valid" {
		s.failures = append(s.failures, errors.New("a certificate was asked for that was not ordered"), err)
		return
	}
	leaf := &x509.Certificate{
		SerialNumber: big.NewInt(int64(s.orders) + 1), DNSNames: request.DNSNames,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(90 * 24 * time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	cert, err := x509.CreateCertificate(rand.Reader, leaf, s.ca, request.PublicKey, s.key)
	s.failures = appendError(s.failures, err)
	s.chain = append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: cert}),
		pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: s.ca.Raw})...)
}

// ordered is how many certificates were asked for, and how the account may be
// reached.
func (s *acmeServer) ordered() (int, []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.orders, s.contact
}
