package observe

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/secret"
)

func TestRequestsAreCountedByManyAtOnce(t *testing.T) {
	m := NewMetrics(nil)
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				m.Request("login", "ok", time.Millisecond)
				m.Request("query", "badtoken", time.Millisecond)
			}
		})
	}
	all.Wait()
	w := httptest.NewRecorder()
	Admin{Metrics: m, Token: func() secret.Secret { return secret.Secret{} }}.Handler().
		ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	for _, line := range []string{
		`wikigate_requests_total{action="login",code="ok"} 800`,
		`wikigate_requests_total{action="query",code="badtoken"} 800`,
		`wikigate_request_duration_seconds_count{action="login"} 800`,
	} {
		if !strings.Contains(w.Body.String(), line+"\n") {
			t.Errorf("no line %s in\n%s", line, w.Body)
		}
	}
}

// Nobody is told anything by metrics that are not there.
func TestNoMetrics(t *testing.T) {
	var m *Metrics
	m.Request("login", "ok", time.Millisecond)
	m.Login("N/A", "Failed", "")
	m.Throttled("password")
	m.Reload(true)
	m.Audited("login", "success")
	m.NotAudited()
	m.Mail("delivered")
	if m.Store("read") != nil {
		t.Error("the store would measure for nobody")
	}
}

func BenchmarkRequest(b *testing.B) {
	m := NewMetrics(nil)
	for b.Loop() {
		m.Request("query", "ok", time.Millisecond)
	}
}
