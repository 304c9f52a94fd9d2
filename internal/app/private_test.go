package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/wikigate/wikigate/internal/config"
)

// What nobody may ask on a site with the option private, through everything
// that the program serves.
func TestPrivateOption(t *testing.T) {
	for _, private := range []bool{false, true} {
		cfg := config.Default()
		cfg.Data, cfg.Private = t.TempDir(), private
		a, err := Open(t.Context(), cfg, ForServing, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		h, err := a.Handler("http://wiki.test")
		if err != nil {
			t.Fatal(err)
		}
		for query, open := range map[string]bool{
			"": true, "?action=help": true, "?action=help&maxage=9": true, "?action=query&meta=tokens&type=login": true,
			"?action=query&meta=userinfo": false, "?action=query&meta=siteinfo": false, "?action=query&meta=tokens|siteinfo": false,
			"?action=query&list=users&ususers=Alice": false, "?action=query&list=allusers": false, "?action=checktoken&type=csrf&token=x": false,
		} {
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/w/api.php"+strings.ReplaceAll(query, "|", "%7C"), nil))
			code, want := w.Header().Get("MediaWiki-API-Error"), ""
			if private && !open {
				want = "readapidenied"
			}
			if w.Code != http.StatusOK || code != want {
				t.Errorf("private %v, %q: status %d, error %q, want %q", private, query, w.Code, code, want)
			}
			if cache := w.Header().Get("Cache-Control"); private && !strings.HasPrefix(cache, "private, ") {
				t.Errorf("%q: Cache-Control: %s", query, cache)
			}
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
}
