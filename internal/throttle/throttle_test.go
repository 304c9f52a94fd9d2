package throttle_test

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/clock"
	"github.com/wikigate/wikigate/internal/store/memory"
	"github.com/wikigate/wikigate/internal/throttle"
)

var start = time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)

func newThrottle(windows ...throttle.Window) (*throttle.Throttle, *clock.Settable) {
	c := clock.NewSettable(start)
	return &throttle.Throttle{Store: memory.New().Throttle(), Clock: c, Limits: throttle.Limits{Pair: windows}}, c
}

func take(t *testing.T, th *throttle.Throttle, k throttle.Kind, name, address string) throttle.Verdict {
	t.Helper()
	v, err := th.Take(t.Context(), k, name, netip.MustParseAddr(address))
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestAttemptsPassUntilTheWindowIsFull(t *testing.T) {
	th, c := newThrottle(throttle.Window{Count: 2, Period: 10 * time.Second}, throttle.Window{Count: 3, Period: time.Hour})
	for i := range 2 {
		if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); !v.Allowed {
			t.Fatalf("attempt %d was refused", i+1)
		}
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); v.Allowed || v.Wait != 10*time.Second {
		t.Errorf("the third attempt: %+v", v)
	}
	c.Advance(9 * time.Second)
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); v.Allowed || v.Wait != 10*time.Second {
		t.Errorf("the wait named is always the whole period: %+v", v)
	}
	c.Advance(time.Second)
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); !v.Allowed {
		t.Error("a new window did not open")
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); v.Allowed || v.Wait != time.Hour {
		t.Errorf("the wide window does not hold: %+v", v)
	}
}

func TestCountersAreApart(t *testing.T) {
	for name, c := range map[string]struct {
		kind          throttle.Kind
		name, address string
		shared        bool
	}{
		"the same":                 {throttle.Password, "Alice", "192.0.2.1", true},
		"another name":             {throttle.Password, "Bob", "192.0.2.1", false},
		"another address":          {throttle.Password, "Alice", "192.0.2.2", false},
		"another kind":             {throttle.BotPassword, "Alice", "192.0.2.1", false},
		"the same as IPv6":         {throttle.Password, "Alice", "::ffff:192.0.2.1", true},
		"name and address swapped": {throttle.Password, "", "192.0.2.1", false},
	} {
		th, _ := newThrottle(throttle.Window{Count: 1, Period: time.Minute})
		take(t, th, throttle.Password, "Alice", "192.0.2.1")
		if v := take(t, th, c.kind, c.name, c.address); v.Allowed == c.shared {
			t.Errorf("%s: %+v", name, v)
		}
	}
}

func TestOneIPv6NetworkCountsAsOneAddress(t *testing.T) {
	th, _ := newThrottle(throttle.Window{Count: 1, Period: time.Minute})
	take(t, th, throttle.Password, "Alice", "2001:db8::1")
	if v := take(t, th, throttle.Password, "Alice", "2001:db8::ffff:1"); v.Allowed {
		t.Error("another address of the same /64 has its own counter")
	}
	if v := take(t, th, throttle.Password, "Alice", "2001:db8:0:1::1"); !v.Allowed {
		t.Error("another /64 shares the counter")
	}
}

func TestClearForgetsOneCounter(t *testing.T) {
	th, _ := newThrottle(throttle.Window{Count: 1, Period: time.Minute})
	take(t, th, throttle.Password, "Alice", "192.0.2.1")
	take(t, th, throttle.Password, "Bob", "192.0.2.1")
	if err := th.Clear(t.Context(), throttle.Password, "Alice", netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Fatal(err)
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); !v.Allowed {
		t.Error("the counter was not forgotten")
	}
	if v := take(t, th, throttle.Password, "Bob", "192.0.2.1"); v.Allowed {
		t.Error("the neighbour's counter was forgotten, too")
	}
}

func TestWithoutWindowsNothingIsThrottled(t *testing.T) {
	th, _ := newThrottle()
	for range 1000 {
		if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); !v.Allowed {
			t.Fatal("refused")
		}
	}
}

// limited is a throttle whose counters of pairs never fill.
func limited(account, address int) *throttle.Throttle {
	th, _ := newThrottle()
	th.Limits = throttle.Limits{
		Pair:    []throttle.Window{{Count: 1000, Period: time.Minute}},
		Account: []throttle.Window{{Count: account, Period: 24 * time.Hour}},
		Address: []throttle.Window{{Count: address, Period: time.Hour}},
	}
	return th
}

func TestManyAddressesMakeNotManyChances(t *testing.T) {
	th := limited(3, 1000)
	for i := range 3 {
		if v := take(t, th, throttle.Password, "Alice", fmt.Sprintf("192.0.2.%d", i)); !v.Allowed {
			t.Fatalf("attempt %d was refused", i+1)
		}
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.99"); v.Allowed || v.Wait != 24*time.Hour {
		t.Errorf("the fourth address: %+v", v)
	}
	for what, v := range map[string]throttle.Verdict{
		"another account":         take(t, th, throttle.Password, "Bob", "192.0.2.99"),
		"a bot password of it":    take(t, th, throttle.BotPassword, "Alice", "192.0.2.99"),
		"an attempt with no name": take(t, th, throttle.Password, "", "192.0.2.99"),
	} {
		if !v.Allowed {
			t.Errorf("%s was refused: %+v", what, v)
		}
	}
}

func TestManyNamesMakeNotManyChances(t *testing.T) {
	th := limited(1000, 3)
	for i := range 3 {
		if v := take(t, th, throttle.Password, fmt.Sprint("User", i), fmt.Sprintf("2001:db8::%d", i)); !v.Allowed {
			t.Fatalf("attempt %d was refused", i+1)
		}
	}
	if v := take(t, th, throttle.Password, "User9", "2001:db8::9"); v.Allowed || v.Wait != time.Hour {
		t.Errorf("the fourth name: %+v", v)
	}
	if v := take(t, th, throttle.Password, "", "2001:db8::9"); v.Allowed {
		t.Error("an attempt without a name is not counted")
	}
	if v := take(t, th, throttle.Password, "User9", "2001:db8:0:1::9"); !v.Allowed {
		t.Error("another network was refused")
	}
	for i := range 9 {
		for _, own := range []string{"127.0.0.1", "::1", "::ffff:127.0.0.2"} {
			if v := take(t, th, throttle.Password, fmt.Sprint("User", i), own); !v.Allowed {
				t.Errorf("an address of this machine was refused: %s", own)
			}
		}
	}
}

// A farm of programs that log in rightly never fills the wide counters.
func TestSuccessesAreGivenBack(t *testing.T) {
	th := limited(3, 3)
	for range 20 {
		if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); !v.Allowed {
			t.Fatalf("refused: %+v", v)
		}
		if err := th.Clear(t.Context(), throttle.Password, "Alice", netip.MustParseAddr("192.0.2.1")); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		take(t, th, throttle.Password, "Alice", "192.0.2.1")
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); v.Allowed {
		t.Error("failures after successes are not counted")
	}
	if err := th.Clear(t.Context(), throttle.Password, "Alice", netip.MustParseAddr("192.0.2.1")); err != nil {
		t.Fatal(err)
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); !v.Allowed {
		t.Error("one was given back, and is not there")
	}
	if v := take(t, th, throttle.Password, "Alice", "192.0.2.1"); v.Allowed {
		t.Error("a success forgets the failures that the wide counters hold")
	}
}
