package audit

import (
	"context"
	"log/slog"
	"time"
)

// Trail is the record of a server, with what no store decides. It is safe for
// concurrent use.
type Trail struct {
	Store Store
	// Sealer checks who has made the record; nil: nobody asks.
	Sealer Sealer
	Log    *slog.Logger
	// Sink is the one that the Store has.
	Sink Sink

	flood flood
}

// Refused keeps an event with which nothing else is written. It returns when
// the event is kept, even if ctx ends before. That it cannot be kept changes
// nothing for who was refused, and is logged. Of a flood of refusals only some
// are kept, and the others counted.
func (t *Trail) Refused(ctx context.Context, e Event) {
	e.Result = Refused
	kept, events := t.flood.admit(e.cleaned())
	if kept {
		events = append(events, e)
	}
	t.append(ctx, events)
}

// Mention gives the Sink an event that is not kept.
func (t *Trail) Mention(e Event) { t.Sink([]Row{{Event: e.cleaned()}}) }

// Settle keeps the counts of a flood that has ended at now. Call it now and
// then.
func (t *Trail) Settle(ctx context.Context, now time.Time) { t.append(ctx, t.flood.rest(now)) }

// Close keeps the counts of a flood that has not ended yet.
func (t *Trail) Close(ctx context.Context) {
	t.flood.mu.Lock()
	due := t.flood.end()
	t.flood.mu.Unlock()
	t.append(ctx, due)
}

func (t *Trail) append(ctx context.Context, events []Event) {
	if len(events) == 0 {
		return
	}
	if err := t.Store.Append(context.WithoutCancel(ctx), events...); err != nil {
		t.Log.Error("events were not recorded", "channel", "audit", "events", len(events), "request", events[len(events)-1].Request, "error", err)
	}
}

// Verify follows the chain of the record; see Verify.
func (t *Trail) Verify(ctx context.Context) (Finding, error) { return Verify(ctx, t.Store, t.Sealer) }
