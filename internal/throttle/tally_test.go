package throttle_test

import (
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/throttle"
)

// tally is one of a test kind, full at the third.
func tally(name, address string) throttle.Tally {
	y := throttle.Tally{Kind: "test", Name: name, Windows: []throttle.Window{{Count: 3, Period: time.Minute}, {Count: 5, Period: time.Hour}}}
	if address != "" {
		y.Address = netip.MustParseAddr(address)
	}
	return y
}

func demandFull(t *testing.T, th *throttle.Throttle, tallies []throttle.Tally, want ...bool) {
	t.Helper()
	got, err := th.Full(t.Context(), tallies...)
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("Full gave %v, %v, want %v", got, err, want)
	}
}

func TestTalliesFillAndEnd(t *testing.T) {
	th, c := newThrottle()
	name, address, none := tally("Alice", ""), tally("", "2001:db8::1"), throttle.Tally{Kind: "test", Name: "Alice"}
	add := func(tallies ...throttle.Tally) {
		t.Helper()
		if err := th.Add(t.Context(), tallies...); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		demandFull(t, th, []throttle.Tally{name, none, address}, false, false, false)
		add(name, address, none)
	}
	demandFull(t, th, []throttle.Tally{name, none, address}, true, false, true)
	demandFull(t, th, []throttle.Tally{tally("Bob", ""), tally("Alice", "2001:db8::1"), tally("", "2001:db8::2")}, false, false, true)
	add(name, address) // a full one counts on, and holds the other one back in nothing
	if err := th.Forget(t.Context(), name); err != nil {
		t.Fatal(err)
	}
	demandFull(t, th, []throttle.Tally{name, address}, false, true)
	c.Advance(time.Minute)
	demandFull(t, th, []throttle.Tally{name, address}, false, false)
	add(address)
	demandFull(t, th, []throttle.Tally{name, address}, false, true) // the fifth within the hour
	demandFull(t, th, nil)
	add()
	add(none)
	if err := th.Forget(t.Context(), none); err != nil {
		t.Error(err)
	}
}

func TestTallyCountsUnlessFull(t *testing.T) {
	th, _ := newThrottle()
	y := tally("", "192.0.2.1")
	var passed atomic.Int32
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if ok, err := th.AddUnlessFull(t.Context(), y); err != nil {
				t.Error(err)
			} else if ok {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 3 {
		t.Errorf("%d passed", passed.Load())
	}
	if err := th.TakeBack(t.Context(), y); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		if ok, err := th.AddUnlessFull(t.Context(), y); err != nil || ok != want {
			t.Errorf("after one was taken back, number %d: %v, %v", i+1, ok, err)
		}
	}
	if ok, err := th.AddUnlessFull(t.Context(), throttle.Tally{Kind: "test"}); err != nil || !ok {
		t.Errorf("without windows: %v, %v", ok, err)
	}
	if err := th.TakeBack(t.Context(), throttle.Tally{Kind: "test"}); err != nil {
		t.Error(err)
	}
}
