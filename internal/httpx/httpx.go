// Package httpx owns what every HTTP request needs before a rule of the
// protocol is looked at: the client's real address, whether it came by HTTPS,
// the id of the request, and the limits of the listener.
//
// It knows no action, page or session.
package httpx

import (
	"encoding/binary"
	"encoding/hex"
	"math/rand/v2"
	"net/http"
	"net/netip"
	"strings"
	"time"
)

// Proxies are the addresses whose word about a client is believed.
type Proxies []netip.Prefix

// trusts reports whether a is a proxy of ours.
func (p Proxies) trusts(a netip.Addr) bool {
	a = a.Unmap()
	for _, prefix := range p {
		if prefix.Contains(a) {
			return true
		}
	}
	return false
}

// Address is the address of the client: that of the peer, or, when the peer is
// a trusted proxy, the last one in X-Forwarded-For that is none. A header that
// cannot be read counts as absent.
func (p Proxies) Address(r *http.Request) netip.Addr {
	peer := peerAddress(r.RemoteAddr)
	if len(p) == 0 || !p.trusts(peer) {
		return peer
	}
	client := peer
	hops := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for i := len(hops) - 1; i >= 0; i-- {
		hop, err := netip.ParseAddr(strings.TrimSpace(hops[i]))
		if err != nil {
			return client
		}
		client = hop.Unmap().WithZone("")
		if !p.trusts(client) {
			return client
		}
	}
	return client
}

func peerAddress(remote string) netip.Addr {
	ap, err := netip.ParseAddrPort(remote)
	if err != nil {
		return netip.IPv4Unspecified()
	}
	return ap.Addr().Unmap().WithZone("")
}

// HTTPS reports whether the client speaks HTTPS, to us or to a proxy. A client
// that claims it falsely only marks its own cookies as secure.
func HTTPS(r *http.Request) bool {
	return r.TLS != nil || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
}

// maxRequestID bounds an id that a proxy has given.
const maxRequestID = 64

// RequestID is the id that a trusted proxy has given to the request, or a new
// one of 24 hexadecimal digits (MediaWiki: WebRequest::getRequestId).
func (p Proxies) RequestID(r *http.Request) string {
	if id := r.Header.Get("X-Request-Id"); id != "" && len(id) <= maxRequestID && plain(id) && p.trusts(peerAddress(r.RemoteAddr)) {
		return id
	}
	var raw [12]byte // unique, but no secret
	binary.NativeEndian.PutUint64(raw[:], rand.Uint64())
	binary.NativeEndian.PutUint32(raw[8:], rand.Uint32())
	var text [24]byte
	hex.Encode(text[:], raw[:])
	return string(text[:])
}

func plain(id string) bool {
	for i := 0; i < len(id); i++ {
		c := id[i]
		if !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '-' || c == '_') {
			return false
		}
	}
	return true
}

// NewServer returns a server whose limits keep a slow or greedy client from
// holding it.
func NewServer(h http.Handler) *http.Server {
	return &http.Server{
		Handler:           endAfterChunks(h),
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    64 << 10,
	}
}

// endAfterChunks ends the connection after a body in chunks. A request that
// names a length as well may hide a second one from a proxy that believes the
// length, and net/http does not tell that there was one; it takes the chunks
// (RFC 9112, section 6.1). Clients of forms know the length and send no chunks.
func endAfterChunks(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TransferEncoding) > 0 && r.ProtoMajor == 1 {
			w.Header()["Connection"] = valueClose
		}
		next.ServeHTTP(w, r)
	})
}

var valueClose = []string{"close"}
