package modules

import (
	"context"
	"log/slog"
	"sync"
)

// logRecorder keeps what is logged. It is safe for concurrent use.
type logRecorder struct {
	mu      sync.Mutex
	records []map[string]string
}

// Enabled implements slog.Handler.
func (l *logRecorder) Enabled(context.Context, slog.Level) bool { return true }

// Handle implements slog.Handler.
func (l *logRecorder) Handle(_ context.Context, r slog.Record) error {
	fields := map[string]string{"message": r.Message}
	r.Attrs(func(a slog.Attr) bool { fields[a.Key] = a.Value.String(); return true })
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = append(l.records, fields)
	return nil
}

// WithAttrs implements slog.Handler; no module uses it.
func (l *logRecorder) WithAttrs([]slog.Attr) slog.Handler { return l }

// WithGroup implements slog.Handler; no module uses it.
func (l *logRecorder) WithGroup(string) slog.Handler { return l }

// events are the records with a message, oldest first.
func (l *logRecorder) events(message string) []map[string]string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var found []map[string]string
	for _, r := range l.records {
		if r["message"] == message {
			found = append(found, r)
		}
	}
	return found
}

// forget forgets all records.
func (l *logRecorder) forget() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.records = nil
}
