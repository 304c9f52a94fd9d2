package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/account"
	"github.com/wikigate/wikigate/internal/fail"
	"github.com/wikigate/wikigate/internal/session"
	"github.com/wikigate/wikigate/internal/throttle"
	"github.com/wikigate/wikigate/internal/username"
)

func TestBurstSharesCommits(t *testing.T) {
	s := opened(t, newPath(t), Options{Serving: true})
	before := s.Stats()
	var callers sync.WaitGroup
	for i := range 1000 {
		callers.Go(func() {
			if err := s.Sessions().Put(t.Context(), row(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Wait()
	after := s.Stats()
	if n := after.Changes - before.Changes; n != 1000 {
		t.Errorf("%d changes were counted, want 1000", n)
	}
	if n := after.Commits - before.Commits; n > 200 {
		t.Errorf("1000 writes took %d commits", n)
	} else {
		t.Logf("1000 writes took %d commits", n)
	}
}

// queued starts f while the writer is held up by an earlier change, and
// returns when it waits in the queue.
func queued(t *testing.T, s *Store, callers *sync.WaitGroup, f func()) {
	t.Helper()
	before := s.Stats().Waiting
	callers.Go(f)
	eventually(t, "a change in the queue", func() bool { return s.Stats().Waiting > before })
}

// heldUp makes the writer take up one change and wait with it.
func heldUp(t *testing.T, s *Store, callers *sync.WaitGroup) {
	t.Helper()
	callers.Go(func() {
		if err := s.Sessions().Put(context.Background(), row("first")); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "a change taken up", func() bool {
		return s.generation.started.Load() != s.generation.finished.Load()
	})
}

func TestRefusalSparesItsNeighbours(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{}) // not serving: heldUp sees each transaction begin
	create(t, s, "Taken")
	release := blocked(t, path)
	var callers sync.WaitGroup
	heldUp(t, s, &callers)
	before := s.Stats().Commits
	for i := range 20 {
		queued(t, s, &callers, func() {
			if err := s.Sessions().Put(t.Context(), row(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
		queued(t, s, &callers, func() {
			name := username.FromStore([]string{"Taken", fmt.Sprint("Free", i)}[i%2])
			_, err := s.Accounts().Create(t.Context(), account.New{Name: name, Groups: []string{"a", "b"}})
			if i%2 == 0 != fail.Is(err, fail.Conflict) || i%2 == 1 && err != nil {
				t.Errorf("Create(%s) gave %v", name, err)
			}
		})
	}
	release()
	callers.Wait()
	if n := s.Stats().Commits - before; n > 3 {
		t.Errorf("the changes took %d commits, so this proves nothing", n)
	}
	for i := range 20 {
		if !has(t, s, fmt.Sprint(i)) {
			t.Errorf("session %d is missing", i)
		}
		_, found, err := s.Accounts().ByName(t.Context(), username.FromStore(fmt.Sprint("Free", i)))
		if err != nil || found != (i%2 == 1) {
			t.Errorf("account %d: %v, %v", i, found, err)
		}
	}
}

func TestCancelledBeforeAndAfterTakenUp(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{})
	release := blocked(t, path)
	var callers sync.WaitGroup
	ctx, cancel := context.WithCancel(t.Context())
	callers.Go(func() {
		if err := s.Sessions().Put(ctx, row("taken up")); err != nil {
			t.Errorf("a change that was made told its caller %v", err)
		}
	})
	eventually(t, "a change taken up", func() bool {
		return s.generation.started.Load() != s.generation.finished.Load()
	})
	given := make(chan error)
	queued(t, s, &callers, func() { given <- s.Sessions().Put(ctx, row("waiting")) })
	cancel()
	if err := <-given; !errors.Is(err, context.Canceled) || !fail.Is(err, fail.Unavailable) {
		t.Errorf("a change that waited told its caller %v", err)
	}
	release()
	callers.Wait()
	if err := s.Sessions().Put(t.Context(), row("later")); err != nil {
		t.Error(err)
	}
	if !has(t, s, "taken up") || has(t, s, "waiting") || !has(t, s, "later") {
		t.Error("not exactly the changes that were taken up have been made")
	}
}

func TestResetDoesNotWait(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{})
	bucket := []throttle.Bucket{{Key: "k", Limit: 1, Period: time.Hour}}
	if refused, err := s.Throttle().Take(t.Context(), bucket, now); err != nil || refused != -1 {
		t.Fatal(refused, err)
	}
	release := blocked(t, path)
	defer release()
	var callers sync.WaitGroup
	heldUp(t, s, &callers)
	keys := []string{"k"}
	if err := s.Throttle().Settle(t.Context(), keys, nil); err != nil {
		t.Error(err)
	}
	keys[0] = "other" // the caller goes on with its slice
	queued(t, s, &callers, func() {
		if refused, err := s.Throttle().Take(t.Context(), bucket, now); err != nil || refused != -1 {
			t.Errorf("Take after Reset gave %d, %v", refused, err)
		}
	})
	release()
	callers.Wait()
}

func TestHealth(t *testing.T) {
	path := newPath(t)
	s := opened(t, path, Options{Serving: true})
	if err := s.Health(t.Context()); err != nil {
		t.Error(err)
	}
	release := blocked(t, path)
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	if err := s.Health(ctx); !fail.Is(err, fail.Unavailable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Health of a store that hangs gave %v", err)
	}
	release()
	if err := s.Health(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCloseMakesWhatWaits(t *testing.T) {
	path := newPath(t)
	s, err := Open(path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	release := blocked(t, path)
	var callers sync.WaitGroup
	heldUp(t, s, &callers)
	for i := range 50 {
		queued(t, s, &callers, func() {
			if err := s.Sessions().Put(t.Context(), row(fmt.Sprint(i))); err != nil {
				t.Error(err)
			}
		})
	}
	callers.Go(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	eventually(t, "the store to refuse", func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		err := s.Sessions().Put(ctx, row("late"))
		return err != nil && !errors.Is(err, context.DeadlineExceeded)
	})
	release()
	callers.Wait()
	again := opened(t, path, Options{})
	for i := range 50 {
		if !has(t, again, fmt.Sprint(i)) {
			t.Errorf("session %d is missing", i)
		}
	}
	if has(t, again, "late") {
		t.Error("a change was made whose caller was told that it was not")
	}
}

func TestFullDisk(t *testing.T) {
	s := opened(t, newPath(t), Options{Serving: true, maxPages: 120})
	big := func(id string) session.Row {
		r := row(id)
		r.Data = make([]byte, 16_000)
		return r
	}
	var kept, lost sync.Map
	var full atomic.Int32
	var callers sync.WaitGroup
	for i := range 60 {
		callers.Go(func() {
			id := fmt.Sprint(i)
			switch err := s.Sessions().Put(t.Context(), big(id)); {
			case err == nil:
				kept.Store(id, true)
			case fail.Is(err, fail.Full):
				if full.Add(1) == 1 && !strings.Contains(err.Error(), "free some space") {
					t.Errorf("the sentence is %q", err)
				}
				lost.Store(id, true)
			default:
				t.Error(err)
			}
		})
	}
	callers.Wait()
	for full.Load() == 0 || s.Sessions().Put(t.Context(), big(fmt.Sprint("more", full.Load()))) == nil {
		full.Add(1)
	}
	check := func(m *sync.Map, want bool) {
		m.Range(func(id, _ any) bool {
			if has(t, s, id.(string)) != want {
				t.Errorf("session %v: found is %v", id, !want)
			}
			return true
		})
	}
	check(&kept, true)
	check(&lost, false)
	if n, err := s.Sessions().DeleteOwner(t.Context(), 1, ""); err != nil || n == 0 {
		t.Fatalf("nothing can be deleted from a full disk: %d, %v", n, err)
	}
	if err := s.Sessions().Put(t.Context(), big("again")); err != nil {
		t.Errorf("after space was freed: %v", err)
	}
	if s.Stats().Failures == 0 {
		t.Error("no failure was counted")
	}
}
