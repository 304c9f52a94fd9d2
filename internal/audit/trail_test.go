package audit_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/audit"
	"github.com/wikigate/wikigate/internal/store/memory"
)

func newTrail(log *slog.Logger) (*audit.Trail, audit.Store) {
	sink := audit.Stream(log)
	store := memory.New(sink).Audit()
	return &audit.Trail{Store: store, Log: log, Sink: sink}, store
}

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

// attempts refuses n logins of a name from an address.
func attempts(t *testing.T, trail *audit.Trail, n int, at time.Time, name, address string) {
	t.Helper()
	for i := range n {
		trail.Refused(t.Context(), audit.Event{
			Time: at, Kind: audit.Login, Reason: audit.WrongPassword, Method: audit.ByPassword, Name: strings.ReplaceAll(name, "#", fmt.Sprint(i)),
			Origin: audit.Origin{Address: netip.MustParseAddr(strings.ReplaceAll(address, "#", fmt.Sprintf("%x:%x", i>>8, i&255)))},
		})
	}
}

// kept is how many attempts are kept by themselves, and how many are counted.
func kept(t *testing.T, store audit.Store) (single, counted int, rows []audit.Row) {
	t.Helper()
	rows, err := store.Page(t.Context(), 0, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rows {
		if r.Count == 0 {
			single++
		}
		counted += int(r.Count)
	}
	return single, counted, rows
}

func TestAFloodIsCounted(t *testing.T) {
	for _, c := range []struct {
		name, user, address string
		n, single, rows     int
	}{
		{"one attempt again and again", "Alice", "192.0.2.1", 1000, 5, 6},
		{"many names from one address", "User #", "192.0.2.1", 1000, 60, 61},
		{"many addresses of one network", "User #", "2001:db8:0:0:1:1:#", 1000, 60, 61},
		{"many networks", "User #", "2001:db8:#::1", 5000, 600, 601},
		{"a few", "Alice", "192.0.2.1", 5, 5, 5},
	} {
		trail, store := newTrail(quiet())
		attempts(t, trail, c.n, start, c.user, c.address)
		if single, _, rows := kept(t, store); single != c.single || len(rows) != c.single {
			t.Errorf("%s: %d rows, %d of them single", c.name, len(rows), single)
		}
		trail.Settle(t.Context(), start.Add(59*time.Second))
		if _, counted, _ := kept(t, store); counted != 0 {
			t.Errorf("%s: the counts were kept too early", c.name)
		}
		trail.Settle(t.Context(), start.Add(time.Minute))
		single, counted, rows := kept(t, store)
		if single+counted != c.n || len(rows) != c.rows {
			t.Errorf("%s: %d single and %d counted in %d rows, want %d attempts in %d", c.name, single, counted, len(rows), c.n, c.rows)
		}
		trail.Close(t.Context())
		if _, _, again := kept(t, store); len(again) != len(rows) {
			t.Errorf("%s: counted twice", c.name)
		}
	}
}

// The next attempt after the window keeps the counts before it, and so does
// the end of the program; a clock that goes back begins a new window.
func TestCountsAreKeptAtTheEndOfTheWindow(t *testing.T) {
	trail, store := newTrail(quiet())
	attempts(t, trail, 8, start, "Alice", "192.0.2.1")
	attempts(t, trail, 1, start.Add(time.Minute), "Alice", "192.0.2.1")
	_, counted, rows := kept(t, store)
	if counted != 3 || len(rows) != 7 || rows[5].Count != 3 || rows[5].Name != "Alice" || rows[5].Reason != audit.WrongPassword {
		t.Errorf("%+v", rows)
	}
	attempts(t, trail, 8, start, "Alice", "192.0.2.1")
	trail.Close(t.Context())
	if single, counted, rows := kept(t, store); single != 11 || counted != 6 {
		t.Errorf("%d single, %d counted: %+v", single, counted, rows)
	}
}

// broken is a store that keeps nothing.
type broken struct{ audit.Store }

func (broken) Append(context.Context, ...audit.Event) error { return errors.New("the disk is full") }

func TestM12_ARefusalThatCannotBeKeptIsLogged(t *testing.T) {
	var log strings.Builder
	trail, _ := newTrail(slog.New(slog.NewTextHandler(&log, nil)))
	trail.Store = broken{}
	attempts(t, trail, 1, start, "Alice", "192.0.2.1")
	if !strings.Contains(log.String(), "events were not recorded") || !strings.Contains(log.String(), "the disk is full") {
		t.Errorf("the log is %q", log.String())
	}
}

// Whoever goes away after an attempt does not escape the record.
func TestARefusalIsKeptWhenTheClientHasGone(t *testing.T) {
	trail, store := newTrail(quiet())
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	trail.Refused(ctx, audit.Event{Time: start, Kind: audit.Login})
	if single, _, _ := kept(t, store); single != 1 {
		t.Errorf("%d rows", single)
	}
}

func TestStreamWritesOneLine(t *testing.T) {
	var log strings.Builder
	trail, _ := newTrail(slog.New(slog.NewJSONHandler(&log, nil)))
	trail.Refused(t.Context(), audit.Event{Time: start, Kind: audit.Login, Reason: audit.TokenWrong, Name: "a\nb", Details: []audit.Detail{{Key: "code", Value: "x"}}})
	line, rest, _ := strings.Cut(log.String(), "\n")
	if rest != "" {
		t.Errorf("more than one line: %q", log.String())
	}
	for _, want := range []string{
		`"msg":"login attempt","channel":"authevents","event":"login","successful":false,"loginType":"N/A","status":"WrongToken"`,
		`"reason":"token-wrong","name":"ab","code":"x","seq":1,"hash":"`,
	} {
		if !strings.Contains(line, want) {
			t.Errorf("%s is not in %s", want, line)
		}
	}
}
