package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestPagesOfHelp(t *testing.T) {
	mux := http.NewServeMux()
	routeHelp(mux, "/wiki/$1", "/w/api.php")
	for path, want := range map[string]string{
		"/wiki/Special:ApiHelp":                           "/w/api.php?action=help",
		"/wiki/Special:ApiHelp/login":                     "/w/api.php?action=help&modules=login",
		"/wiki/Special:ApiHelp/query%2Btokens?uselang=de": "/w/api.php?action=help&modules=query%2Btokens&uselang=de",
		"/wiki/Special:ApiHelp/query+tokens":              "/w/api.php?action=help&modules=query%2Btokens",
		"/wiki/Special:ApiHelp/%0d%0aX:y":                 "/w/api.php?action=help&modules=%0D%0AX%3Ay",
		"/wiki/Special:ApiSandbox":                        "/w/api.php?action=help",
	} {
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, path, nil))
		if got := w.Header().Get("Location"); got != want || w.Code != http.StatusFound {
			t.Errorf("%s: %d %s", path, w.Code, got)
		}
	}
	routeHelp(http.NewServeMux(), "/index.php?title=$1", "/w/api.php") // such pages have no paths of their own
}
