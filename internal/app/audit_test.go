package app

import (
	"log/slog"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/config"
)

// Events that are older than audit-retention go, in batches, and that they have
// gone is an event; the record stays whole.
func TestOldEventsAreRemoved(t *testing.T) {
	cfg := config.Default()
	cfg.Data, cfg.AuditRetention = t.TempDir(), 30*24*time.Hour
	a, err := Open(t.Context(), cfg, ForServing, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}()
	now := time.Date(2026, 11, 21, 12, 0, 0, 0, time.UTC)
	old := make([]audit.Event, sweepBatch+5)
	for i := range old {
		old[i] = audit.Event{Time: now.AddDate(0, 0, -31), Kind: audit.Login}
	}
	for _, events := range [][]audit.Event{old, {{Time: now.AddDate(0, 0, -29), Kind: audit.Logout}}} {
		if err := a.store.Audit().Append(t.Context(), events...); err != nil {
			t.Fatal(err)
		}
	}
	settable := clock.NewSettable(now)
	a.clock = settable
	a.sweepAudit(t.Context())
	want := []int64{0, sweepBatch, 5}
	rows, err := a.Audit.Newest(t.Context(), 100)
	if err != nil || len(rows) != len(want) {
		t.Fatalf("%+v, %v", rows, err)
	}
	for i, r := range rows {
		if r.Count != want[i] || (r.Kind == audit.Prune) != (i > 0) {
			t.Errorf("event %d is %+v", i, r)
		}
	}
	settable.Advance(59 * time.Minute)
	a.sweepAudit(t.Context())
	settable.Advance(48 * time.Hour)
	a.sweepAudit(t.Context())
	if f, err := a.Audit.Verify(t.Context()); err != nil || f.Broken != "" || f.Rows != 3 {
		t.Errorf("%+v, %v", f, err)
	}
}

// The end of the record is sealed by the key ring, and services record who
// asks.
func TestTheRecordIsSealed(t *testing.T) {
	cfg := config.Default()
	cfg.Data = t.TempDir()
	a, err := Open(t.Context(), cfg, ForServing, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = a.Close() }()
	ctx := audit.WithOrigin(t.Context(), audit.Origin{Actor: "a test"})
	if _, err := a.Accounts.Create(ctx, account.CreateRequest{Name: "Anna", Groups: []string{"bot"}}); err != nil {
		t.Fatal(err)
	}
	head, err := a.store.Audit().Head(t.Context())
	if err != nil || head.Key == 0 || len(head.Code) == 0 {
		t.Errorf("%+v, %v", head, err)
	}
	rows, err := a.Audit.Newest(t.Context(), 1)
	if err != nil || rows[0].Kind != audit.AccountCreate || rows[0].Actor != "a test" || rows[0].Account != 1 || rows[0].Detail("groups") != "bot" {
		t.Errorf("%+v, %v", rows, err)
	}
}
