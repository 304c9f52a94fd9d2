package config

import (
	"math"
	"strconv"
	"strings"
	"time"
)

const day = 24 * time.Hour

// ParseDuration reads a duration that is not negative: numbers with the units
// d, h, m, s and ms, such as 90d, 1d12h or 15m.
func ParseDuration(s string) (d time.Duration, ok bool) {
	if s == "0" {
		return 0, true
	}
	if days, rest, found := strings.Cut(s, "d"); found {
		n, err := strconv.ParseUint(days, 10, 32)
		if err != nil || time.Duration(n) > math.MaxInt64/day {
			return 0, false
		}
		if d = time.Duration(n) * day; rest == "" {
			return d, true
		}
		s = rest
	}
	part, err := time.ParseDuration(s)
	if err != nil || part < 0 || s[0] == '+' || s[0] == '-' || part > math.MaxInt64-d {
		return 0, false
	}
	return d + part, true
}

// formatDuration writes d without the zero parts that Go adds: 1h, not 1h0m0s.
func formatDuration(d time.Duration) string {
	s := d.String()
	if strings.HasSuffix(s, "m0s") {
		s = strings.TrimSuffix(s, "0s")
	}
	if strings.HasSuffix(s, "h0m") {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

// sizeUnits are ordered from the largest.
var sizeUnits = [...]struct {
	suffix string
	bytes  int64
}{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}}

// parseSize reads a number of bytes with an optional suffix KiB, MiB or GiB.
func parseSize(s string) (int64, bool) {
	unit := int64(1)
	for _, u := range sizeUnits {
		if digits, found := strings.CutSuffix(s, u.suffix); found {
			s, unit = strings.TrimSpace(digits), u.bytes
			break
		}
	}
	n, err := strconv.ParseUint(s, 10, 63)
	if err != nil || int64(n) > math.MaxInt64/unit {
		return 0, false
	}
	return int64(n) * unit, true
}

// formatSize writes n with the largest suffix that leaves a whole number.
func formatSize(n int64) string {
	for _, u := range sizeUnits {
		if n >= u.bytes && n%u.bytes == 0 {
			return strconv.FormatInt(n/u.bytes, 10) + u.suffix
		}
	}
	return strconv.FormatInt(n, 10)
}
