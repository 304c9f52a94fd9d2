package modules

import (
	"context"
	"net/http"
	"testing"

	"github.com/wikigate/wikigate/internal/credential"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/secret"
)

// crowded is a hasher whose queue is full.
type crowded struct{ credential.Hasher }

func (crowded) VerifySlowly(context.Context, string, secret.Secret) (ok, upgrade bool, err error) {
	return false, false, fail.New(fail.Busy, "too many wait")
}

func (crowded) VerifyNothing(context.Context, secret.Secret) error {
	return fail.New(fail.Busy, "too many wait")
}

// Beyond the queue of hashes a login is answered at once, and told when to come
// back. What needs no slow hash goes on.
func TestM3_LoginsBeyondTheQueueAreToldToComeBack(t *testing.T) {
	r := newRig(t, withoutThrottle)
	real := r.Credentials.Hasher
	r.Credentials.Hasher = crowded{real}
	for _, name := range []string{"Alice", "Nobody here"} {
		for _, s := range styles() {
			a := r.client(t).attempt(s, name, alicePassword)
			if a.Status != http.StatusServiceUnavailable || a.Header.Get("Retry-After") != "5" ||
				a.Header.Get("MediaWiki-API-Error") != "internal_api_error_StoreUnavailable" {
				t.Errorf("%s, %v: status %d, header %v", name, s, a.Status, a.Header)
			}
			a.sets(t, name)
			if a.raw("login") != "" {
				t.Errorf("%s: %s", name, a.Body)
			}
		}
	}
	r.client(t).login("William@testbot", testbotSecret)
	r.Credentials.Hasher = real
	r.client(t).login("Alice", alicePassword)
}
