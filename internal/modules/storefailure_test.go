package modules

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"github.com/wikigate/wikigate/internal/actionapi"
)

// When the store fails before anything is known about the request, the answer
// still is one of the API, and the client keeps its cookies.
func TestStoreFailureIsAnAnswer(t *testing.T) {
	r := newRig(t)
	c := r.client(t).login("Alice", alicePassword)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for format, valid := range map[string]bool{"json": true, "none": false, "no-such": false} {
		req := httptest.NewRequest(http.MethodGet, "/w/api.php?action=query&meta=userinfo&requestid=1&format="+format, nil).WithContext(ctx)
		for _, cookie := range c.cookies() {
			req.AddCookie(cookie)
		}
		w := httptest.NewRecorder()
		r.Engine.Serve(w, req, actionapi.Client{Address: netip.MustParseAddr("192.0.2.1"), RequestID: "0123"})
		if got := w.Header().Get("MediaWiki-API-Error"); got != "internal_api_error_StoreUnavailable" {
			t.Errorf("%s: error %q, %s", format, got, w.Body)
		}
		if got := w.Header().Values("Set-Cookie"); len(got) > 0 {
			t.Errorf("%s: cookies %q", format, got)
		}
		if valid && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %q", format, w.Body)
		}
	}
}
