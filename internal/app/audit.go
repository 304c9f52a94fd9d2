package app

import (
	"context"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/keyring"
)

// sealer seals the end of the audit trail with the key ring.
type sealer struct{ ring *keyring.Ring }

// Seal implements audit.Sealer.
func (s sealer) Seal(parts ...[]byte) (key uint8, code []byte) {
	id := s.ring.Current()
	sum, _ := s.ring.Code(keyring.ForAudit, id, parts...) // the current key is there
	return uint8(id), sum[:]
}

// Check implements audit.Sealer.
func (s sealer) Check(key uint8, code []byte, parts ...[]byte) (ok, known bool) {
	id := keyring.KeyID(key)
	return s.ring.Check(keyring.ForAudit, id, code, parts...), s.ring.Has(id)
}

// pruneEvery is how often old events are removed. Each time is an event.
const pruneEvery = time.Hour

// sweepAudit keeps the counts of floods that have ended and, now and then,
// removes old events.
func (a *App) sweepAudit(ctx context.Context) {
	now := a.clock.Now()
	a.Audit.Settle(ctx, now)
	if since := now.Sub(a.pruned); since >= 0 && since < pruneEvery {
		return
	}
	a.pruned = now
	a.sweepOne(ctx, "events", func(ctx context.Context, now time.Time, limit int) (int, error) {
		event := audit.Now(ctx, now, audit.Prune)
		event.Actor = "audit-retention"
		return a.store.Audit().Prune(ctx, now.Add(-a.cfg.AuditRetention), limit, event)
	})
}
