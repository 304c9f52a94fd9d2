package sqlite

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/session"
)

func TestGenerationOfTwoProcesses(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	server, tool := opened(t, path, Options{Serving: true}), opened(t, path, Options{})
	current := func() uint64 {
		t.Helper()
		n, stable := server.Generation().Current()
		if !stable {
			t.Error("the generation is not stable")
		}
		return n
	}
	n := current()
	if err := server.Sessions().Put(t.Context(), row("a")); err != nil {
		t.Error(err)
	}
	if current() != n {
		t.Error("a session of the server's own began a new generation")
	}
	if _, err := tool.Sessions().Delete(t.Context(), session.HashID("a")); err != nil {
		t.Error(err)
	}
	if current() <= n {
		t.Error("a session deleted by the tool was not noticed")
	}
}

// A program that knows nothing of generations is noticed within a tick or so.
func TestGenerationAndForeignWriter(t *testing.T) {
	t.Parallel()
	path := newPath(t)
	s := opened(t, path, Options{Serving: true})
	create(t, s, "Anna")
	time.Sleep(2 * tick)
	n, _ := s.Generation().Current()
	time.Sleep(2 * tick)
	if again, _ := s.Generation().Current(); again != n {
		t.Errorf("the generation went from %d to %d with nobody writing", n, again)
	}
	rawExec(t, raw(t, path), "UPDATE account SET locked = 1")
	eventually(t, "a new generation", func() bool {
		now, stable := s.Generation().Current()
		return stable && now > n
	})
}

// Writers, repairs and readers at once: numbers seen stable only grow, and
// none is seen stable while a writer knows that it is not.
func TestGenerationProtocol(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gen")
	open := func() *generation {
		g, err := openGeneration(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := g.close(); err != nil {
				t.Error(err)
			}
		})
		return g
	}
	var writers, others sync.WaitGroup
	stop := make(chan struct{})
	loop := func(f func() bool) {
		for f() {
			select {
			case <-stop:
				return
			default:
			}
		}
	}
	for range 3 {
		g := open()
		writers.Go(func() {
			for range 300 {
				if err := g.begin(false); err != nil {
					t.Error(err)
				}
				n, stable := g.Current()
				if stable {
					t.Error("stable during a write")
				}
				if err := g.end(false); err != nil {
					t.Error(err)
				}
				if after, stable := g.Current(); stable && after < n {
					t.Errorf("%d became %d", n, after)
				}
			}
		})
	}
	server, reader := open(), open()
	others.Go(func() {
		loop(func() bool {
			if err := server.repair(); err != nil {
				t.Error(err)
			}
			return true
		})
	})
	others.Go(func() {
		last := uint64(0)
		loop(func() bool {
			n, stable := reader.Current()
			if stable && n < last {
				t.Errorf("%d came after %d", n, last)
			}
			last = max(last, n)
			return true
		})
	})
	writers.Wait()
	close(stop)
	others.Wait()
	if n, stable := reader.Current(); !stable || n < 900 {
		t.Errorf("in the end the generation is %d, stable: %v", n, stable)
	}
}

// While one writer hands over to the next without a gap, nobody may see a
// stable generation.
func TestGenerationWithoutGap(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "gen")
	var writers [2]*generation
	for i := range writers {
		g, err := openGeneration(path)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = g.close() }()
		writers[i] = g
	}
	if err := writers[0].begin(false); err != nil {
		t.Fatal(err)
	}
	stop := make(chan struct{})
	var reader sync.WaitGroup
	reader.Go(func() {
		for {
			select {
			case <-stop:
				return
			default:
			}
			for range 100 {
				if n, stable := writers[0].Current(); stable {
					t.Errorf("generation %d was stable during a write", n)
					return
				}
			}
		}
	})
	for i := range 40_000 {
		if err := errors.Join(writers[1-i%2].begin(false), writers[i%2].end(false)); err != nil {
			t.Fatal(err)
		}
	}
	close(stop)
	reader.Wait()
}
