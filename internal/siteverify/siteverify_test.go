package siteverify_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/secret"
	"github.com/wikigate/wikigate/internal/siteverify"
)

const siteSecret = "0x-site-secret-of-the-test"

var client = netip.MustParseAddr("192.0.2.7")

// ask has a service answer a question, and gives what came of it and the log.
func ask(t *testing.T, serve http.HandlerFunc) (right bool, problem, log string) {
	t.Helper()
	s := httptest.NewServer(serve)
	defer s.Close()
	return askAt(t, t.Context(), s.URL+"/siteverify", 0)
}

func askAt(t *testing.T, ctx context.Context, address string, patience time.Duration) (right bool, problem, log string) {
	t.Helper()
	var lines bytes.Buffer
	c := siteverify.New(siteverify.Config{
		URL: address, Secret: secret.New(siteSecret), Type: "turnstile", Patience: patience,
		Log: slog.New(slog.NewTextHandler(&lines, nil)),
	})
	right, problem = c.Verify(ctx, "the response & more", client)
	if strings.Contains(lines.String(), siteSecret) {
		t.Errorf("the secret is in the log: %s", lines.String())
	}
	if (problem != "") != (lines.Len() > 0) {
		t.Errorf("problem %q, log %q", problem, lines.String())
	}
	return right, problem, lines.String()
}

func answer(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}
}

func TestAnswers(t *testing.T) {
	for name, c := range map[string]struct {
		status  int
		text    string
		right   bool
		problem string
	}{
		"yes":                     {200, `{"success": true, "challenge_ts": "2026-01-01T00:00:00Z", "hostname": "wiki.example"}`, true, ""},
		"yes with no codes":       {200, `{"success": true, "error-codes": []}`, true, ""},
		"no":                      {200, `{"success": false}`, false, ""},
		"an empty object":         {200, `{}`, false, ""},
		"no with a code":          {200, `{"success": false, "error-codes": ["invalid-input-response"]}`, false, "turnstile-api"},
		"yes with a code":         {200, `{"success": true, "error-codes": ["bad-request"]}`, false, "turnstile-api"},
		"a code that repeats all": {200, `{"success": false, "error-codes": ["` + siteSecret + `"]}`, false, "turnstile-api"},
		"HTML":                    {200, `<html>success</html>`, false, "json"},
		"nothing":                 {200, ``, false, "json"},
		"null":                    {200, `null`, false, "json"},
		"a list":                  {200, `[true]`, false, "json"},
		"yes as a text":           {200, `{"success": "true"}`, false, "json"},
		"yes as a number":         {200, `{"success": 1}`, false, "json"},
		"more behind it":          {200, `{"success": true} {"success": true}`, false, "json"},
		"cut off":                 {200, `{"success": true`, false, "json"},
		"an error":                {500, `{"success": true}`, false, "http"},
		"not found":               {404, `{"success": true}`, false, "http"},
		"no content":              {204, ``, false, "http"},
		"created":                 {201, `{"success": true}`, false, "http"},
		"too long":                {200, `{"success": true, "more": "` + strings.Repeat("x", 70000) + `"}`, false, "http"},
	} {
		t.Run(name, func(t *testing.T) {
			right, problem, log := ask(t, answer(c.status, c.text))
			if right != c.right || problem != c.problem {
				t.Errorf("got %v, %q; log %s", right, problem, log)
			}
		})
	}
}

func TestWhatIsSent(t *testing.T) {
	right, problem, _ := ask(t, func(w http.ResponseWriter, r *http.Request) {
		err := r.ParseForm()
		got := fmt.Sprintln(err, r.Method, r.RequestURI, r.Header.Get("Content-Type"), r.PostForm)
		want := fmt.Sprintln(nil, "POST", "/siteverify", "application/x-www-form-urlencoded",
			"map[remoteip:[192.0.2.7] response:[the response & more] secret:["+siteSecret+"]]")
		if got != want {
			t.Errorf("sent %s\nwant %s", got, want)
		}
		answer(200, `{"success": true}`)(w, r)
	})
	if !right || problem != "" {
		t.Errorf("got %v, %q", right, problem)
	}
}

// A redirect is not followed: it would carry the secret away.
func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 307, 308} {
		var followed atomic.Bool
		right, problem, _ := ask(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/siteverify" {
				followed.Store(true)
				answer(200, `{"success": true}`)(w, r)
				return
			}
			http.Redirect(w, r, "/elsewhere", status)
		})
		if right || problem != "http" || followed.Load() {
			t.Errorf("%d: %v, %q, followed %v", status, right, problem, followed.Load())
		}
	}
}

func TestServicesThatDoNotAnswer(t *testing.T) {
	gone := httptest.NewServer(answer(200, `{"success": true}`))
	gone.Close()
	hang := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	slow := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"success": true`)
		w.(http.Flusher).Flush()
		<-hang
	}))
	defer func() { close(hang); silent.Close(); slow.Close() }()
	for name, address := range map[string]string{
		"gone": gone.URL, "silent": silent.URL, "half an answer": slow.URL, "no address": "http://127.0.0.1:1/%zz",
	} {
		if right, problem, log := askAt(t, t.Context(), address, 50*time.Millisecond); right || problem != "http" {
			t.Errorf("%s: %v, %q, %s", name, right, problem, log)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if right, problem, _ := askAt(t, ctx, silent.URL, 0); right || problem != "http" {
		t.Errorf("a request that is over: %v, %q", right, problem)
	}
}
