package instant_test

import (
	"testing"
	"time"

	"github.com/wikigate/wikigate/internal/store/instant"
)

func TestMicros(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 123456789, time.FixedZone("", 3600))
	for _, c := range []struct {
		name string
		in   time.Time
		want int64
	}{
		{"never", time.Time{}, 0},
		{"rounded down", at, at.UnixNano() / 1000},
		{"the epoch is not never", time.Unix(0, 0), 1},
		{"just after the epoch", time.Unix(0, 999), 1},
		{"before the epoch", time.Unix(-5, 0), 1},
		{"far away", time.Unix(1<<60, 0), 253402300799999999},
	} {
		if got := instant.Micros(c.in); got != c.want {
			t.Errorf("%s: Micros = %d, want %d", c.name, got, c.want)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	at := time.Date(2026, 3, 4, 5, 6, 7, 123456000, time.UTC)
	if got := instant.Time(instant.Micros(at)); got != at {
		t.Errorf("got %v, want %v", got, at)
	}
	if !instant.Time(0).IsZero() {
		t.Error("0 is not the zero time")
	}
}

func TestPassed(t *testing.T) {
	at := time.Unix(1000, 0)
	if instant.Passed(at, at.Add(-1)) || !instant.Passed(at, at) || instant.Passed(time.Time{}, at) {
		t.Error("the end itself must be the first instant that has passed")
	}
}
