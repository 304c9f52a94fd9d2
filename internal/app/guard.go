package app

import (
	"fmt"
	"net/http"
	"runtime/debug"
)

// guarded answers a request whose handler has crashed, and logs the crash as
// the fault it is: net/http writes it where only debugging shows it. The
// connection ends, since nobody knows what the handler has left undone.
func (a *App) guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			cause := recover()
			switch cause {
			case nil:
				return
			case http.ErrAbortHandler:
				panic(cause) // no crash, but the way to break off an answer
			}
			a.log.Error("a request crashed the part that answers it", "channel", "exception",
				"request", w.Header().Get("X-Request-Id"), "cause", fmt.Sprint(cause), "stack", string(debug.Stack()))
			w.Header().Set("Connection", "close")
			http.Error(w, "The server has met an error of its own.", http.StatusInternalServerError)
		}()
		next.ServeHTTP(w, r)
	})
}
