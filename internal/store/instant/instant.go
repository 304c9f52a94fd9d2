// Package instant owns how a store keeps a time: as whole microseconds since
// 1970 in UTC, where 0 is the zero time.Time and means "never" or "not set".
//
// Every store rounds through it, so that a value read back is the same
// whichever engine kept it. It knows nothing of clocks.
package instant

import "time"

// last is the end of the year 9999: nothing later is kept, so that sums with
// a period cannot overflow.
const last = int64(253402300799999999)

// Micros is t as it is stored, rounded down to the microsecond. Only the zero
// time gives 0: a time at or before the first microsecond of 1970 is kept as
// that microsecond, so that something which ended then never turns into
// something which never ends.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	switch s := t.Unix(); {
	case s < 0:
		return 1
	case s > last/1_000_000:
		return last
	}
	return max(1, t.UnixMicro())
}

// Time is what Micros stored.
func Time(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// Round is t as it will be read back.
func Round(t time.Time) time.Time { return Time(Micros(t)) }

// Passed reports whether something that ends at t has ended at now: at t
// itself it has. What never ends has not.
func Passed(t, now time.Time) bool { return !t.IsZero() && !now.Before(t) }
