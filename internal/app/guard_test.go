package app

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestCrashIsLoggedAndAnswered(t *testing.T) {
	var log strings.Builder
	a := &App{log: slog.New(slog.NewTextHandler(&log, nil))}
	h := a.guarded(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Request-Id", "0123")
		panic("no such thing")
	}))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "no such thing") {
		t.Errorf("status %d, %q", w.Code, w.Body)
	}
	for _, want := range []string{"level=ERROR", `cause="no such thing"`, "request=0123", "guard_test.go"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("no %s in %s", want, log.String())
		}
	}
	if strings.Count(log.String(), "\n") != 1 {
		t.Errorf("more than one line: %s", log.String())
	}
}

func TestAnswerMayBeBrokenOff(t *testing.T) {
	a := &App{log: slog.New(slog.DiscardHandler)}
	h := a.guarded(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer func() {
		if recover() != http.ErrAbortHandler {
			t.Error("net/http is not told to break off")
		}
	}()
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/", nil))
}
