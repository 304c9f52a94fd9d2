package sqlite

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/fail"
)

// M-12: on a full disk a login without its record is no login, and nothing
// breaks that does not heal when there is space again.
func TestM12_NoSessionWithoutItsEvent(t *testing.T) {
	s := opened(t, newPath(t), Options{Serving: true, maxPages: 100})
	event := audit.Event{Kind: audit.Login, Details: make([]audit.Detail, 8)}
	for i := range event.Details {
		event.Details[i] = audit.Detail{Key: fmt.Sprint(i), Value: fmt.Sprintf("%0256d", i)}
	}
	kept := 0
	for {
		id := fmt.Sprint("session ", kept)
		err := s.Sessions().Put(t.Context(), row(id), event)
		if fail.Is(err, fail.Full) {
			if has(t, s, id) {
				t.Error("there is a session without its event")
			}
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		kept++
	}
	for { // an event alone needs less room than one with a session
		err := s.Audit().Append(t.Context(), event)
		if fail.Is(err, fail.Full) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		kept++
	}
	if n, err := s.Audit().Prune(t.Context(), time.Now(), kept); err != nil || n != kept {
		t.Fatalf("pruned %d of %d, %v", n, kept, err)
	}
	if err := s.Sessions().Put(t.Context(), row("again"), event); err != nil {
		t.Errorf("after space was freed: %v", err)
	}
	f, err := audit.Verify(context.Background(), s.Audit(), nil)
	if err != nil || f.Broken != "" || f.Rows != 1 {
		t.Errorf("%+v, %v", f, err)
	}
}

// A row that somebody has put where the next one belongs stops all that would
// be recorded, rather than being written over or passed over.
func TestAForeignRowStopsTheTrail(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{Serving: true})
	event := audit.Event{Kind: audit.Login}
	if err := s.Audit().Append(t.Context(), event); err != nil {
		t.Fatal(err)
	}
	rawExec(t, raw(t, path), `INSERT INTO audit SELECT seq + 1, time, kind, result, reason, method, account, name, app, request,
		address, client, actor, times, details, hash FROM audit`)
	if err := s.Sessions().Put(t.Context(), row("a"), event); !fail.Is(err, fail.Damaged) || has(t, s, "a") {
		t.Errorf("got %v", err)
	}
	if err := s.Sessions().Put(t.Context(), row("b")); err != nil {
		t.Errorf("without an event: %v", err)
	}
	f, err := audit.Verify(t.Context(), s.Audit(), nil)
	if err != nil || f.Broken == "" || f.Seq != 2 {
		t.Errorf("%+v, %v", f, err)
	}
}
