package app

import "testing"

func TestPatienceFollowsTheLiveHeap(t *testing.T) {
	for live, want := range map[uint64]int{
		0: defaultGC, 1 << 20: mostPatience, 8 << 20: 700, 32 << 20: defaultGC, 64 << 20: defaultGC, 1 << 40: defaultGC,
	} {
		if got := patience(live); got != want {
			t.Errorf("%d bytes: %d percent, want %d", live, got, want)
		}
	}
}
