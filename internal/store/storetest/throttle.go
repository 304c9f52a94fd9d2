package storetest

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/wikigate/wikigate/internal/throttle"
)

func throttleTests() []test {
	return []test{
		{"Take up to the limit", testTake},
		{"the window does not slide", testTakeWindow},
		{"a moved clock", testTakeClock},
		{"several buckets", testTakeSeveral},
		{"odd buckets", testTakeOdd},
		{"Look", testLook},
		{"Settle", testSettle},
		{"giving back", testGiveBack},
		{"Settle among parallel Takes", testSettleParallel},
		{"Sweep", testThrottleSweep},
		{"parallel Takes of one bucket", testTakeParallel},
		{"parallel Takes of two buckets", testTakeParallelTwo},
	}
}

func bucket(key string, limit int) throttle.Bucket {
	return throttle.Bucket{Key: key, Limit: limit, Period: time.Minute}
}

func testTake(w *world) {
	a, b := bucket("a", 3), bucket("A", 1)
	for range 3 {
		w.take(w.now, -1, a)
	}
	w.take(w.now, 0, a)
	w.take(w.now, 0, a)
	w.take(w.now, -1, b)
	w.take(w.now, 0, b)
	w.take(w.now, -1, bucket("a", 4)) // the limit is the caller's, not the row's
	w.take(w.now, 0, bucket("a", 4))
}

func testTakeWindow(w *world) {
	b := bucket("a", 2)
	w.take(w.now, -1, b)
	w.take(w.now.Add(59*time.Second), -1, b)
	w.take(w.now.Add(time.Minute-time.Microsecond), 0, b)
	w.take(w.now.Add(time.Minute), -1, b) // a new window, which starts here
	w.take(w.now.Add(time.Minute), -1, b)
	w.take(w.now.Add(2*time.Minute-time.Microsecond), 0, b)
	w.take(w.now.Add(10*time.Minute), -1, b)
}

func testTakeClock(w *world) {
	b := bucket("a", 1)
	w.take(w.now, -1, b)
	w.take(w.now.Add(-time.Second), 0, b)
	w.take(w.now.AddDate(-1, 0, 0), 0, b)
	w.take(w.now.Add(time.Minute), -1, b)
}

func testTakeSeveral(w *world) {
	a, b, c := bucket("a", 5), bucket("b", 2), bucket("c", 5)
	w.take(w.now, -1, a, b, c)
	w.take(w.now, -1, a, b, c)
	w.take(w.now, 1, a, b, c) // a is counted, c is not
	w.take(w.now, 1, a, b, c)
	w.take(w.now, -1, a)
	w.take(w.now, 0, a, b, c) // now a is full, and b is not even looked at
	for range 3 {
		w.take(w.now, -1, c)
	}
	w.take(w.now, 0, c)
	w.take(w.now, -1, bucket("d", 2), bucket("d", 2))
	w.take(w.now, 0, bucket("d", 2))
}

func testTakeOdd(w *world) {
	w.take(w.now, -1)
	w.take(w.now, 0, bucket("zero", 0))
	w.take(w.now, 0, bucket("negative", -1))
	w.take(w.now, -1, bucket("zero", 1)) // refusals were not counted
	for _, key := range []string{"", "'", "0123456789012345678901234567890123456789012345678901234567890123", "é", "e\u0301", "%", "1", "01"} {
		w.take(w.now, -1, bucket(key, 1))
		w.take(w.now, 0, bucket(key, 1))
	}
}

func testLook(w *world) {
	a, b := bucket("a", 1000), bucket("b", 1000)
	look := func(now time.Time, buckets []throttle.Bucket, want ...int) {
		w.Helper()
		got, err := w.Throttle.Look(w.ctx, buckets, now)
		if err != nil || !slices.Equal(got, want) {
			w.Errorf("Look gave %d, %v, want %d", got, err, want)
		}
	}
	look(w.now, nil)
	look(w.now, []throttle.Bucket{a, b}, 0, 0)
	w.take(w.now, -1, a, b)
	for range 3 {
		w.take(w.now, -1, a)
	}
	for range 2 { // it counts nothing
		look(w.now, []throttle.Bucket{b, bucket("c", 1), a, bucket("A", 1), b}, 1, 0, 4, 0, 1)
	}
	look(w.now, []throttle.Bucket{{Key: "a"}}, 4) // whatever limit and period the caller thinks of
	look(w.now.AddDate(-1, 0, 0), []throttle.Bucket{a}, 4)
	look(w.now.Add(time.Minute-time.Microsecond), []throttle.Bucket{a}, 4)
	look(w.now.Add(time.Minute), []throttle.Bucket{a, b}, 0, 0)
	w.must(w.Throttle.Settle(w.ctx, []string{"a"}, []string{"b"}))
	w.take(w.now, -1, bucket("c", 1))
	look(w.now, []throttle.Bucket{a, b}, 0, 0)
}

func testSettle(w *world) {
	a, b := bucket("a", 1), bucket("b", 1)
	for range 3 {
		w.take(w.now, -1, a, b)
		w.take(w.now, 0, a)
		w.must(w.Throttle.Settle(w.ctx, []string{"a", "b", "missing", "a"}, nil))
	}
	w.take(w.now, -1, a, b)
	w.must(w.Throttle.Settle(w.ctx, []string{"a"}, nil))
	w.must(w.Throttle.Settle(w.ctx, nil, nil))
	w.take(w.now, 1, a, b)
}

// Every caller that has reset its own counter passes again.
func testGiveBack(w *world) {
	a := bucket("a", 2)
	giveBack := func(keys ...string) {
		w.Helper()
		w.must(w.Throttle.Settle(w.ctx, nil, keys))
	}
	w.take(w.now, -1, a)
	w.take(w.now, -1, a)
	w.take(w.now, 0, a)
	giveBack("a", "missing")
	w.take(w.now, -1, a)
	w.take(w.now, 0, a)
	giveBack("a", "a", "a") // there were only two
	w.take(w.now.Add(30*time.Second), -1, a)
	w.take(w.now.Add(30*time.Second), -1, a)
	w.take(w.now.Add(30*time.Second), 0, a)
	w.take(w.now.Add(time.Minute), -1, a) // the window is that of the first attempt
	w.must(w.Throttle.Settle(w.ctx, []string{"a"}, []string{"a"}))
	w.take(w.now.Add(time.Minute), -1, a)
	w.take(w.now.Add(time.Minute), -1, a)
	w.take(w.now.Add(time.Minute), 0, a)
}

func testSettleParallel(w *world) {
	parallel(20, func(i int) {
		b := []throttle.Bucket{bucket(fmt.Sprint(i), 1)}
		for range 5 {
			refused, err := w.Throttle.Take(w.ctx, b, w.now)
			if err != nil || refused != -1 {
				w.Errorf("Take after Settle gave %d, %v", refused, err)
			}
			if err := w.Throttle.Settle(w.ctx, []string{b[0].Key}, nil); err != nil {
				w.Error(err)
			}
		}
	})
}

func testThrottleSweep(w *world) {
	for i := range 10 {
		w.take(w.now, -1, throttle.Bucket{Key: fmt.Sprint(i), Limit: 1, Period: time.Duration(i+1) * time.Second})
	}
	sweep := func(now time.Time, limit, want int) {
		w.Helper()
		n, err := w.Throttle.Sweep(w.ctx, now, limit)
		if err != nil || n != want {
			w.Errorf("Sweep gave %d, %v, want %d", n, err, want)
		}
	}
	sweep(w.now.AddDate(-1, 0, 0), 100, 0)
	sweep(w.now.Add(time.Second-time.Microsecond), 100, 0)
	sweep(w.now.Add(time.Second), 100, 1)
	sweep(w.now.Add(5*time.Second), 0, 0)
	sweep(w.now.Add(5*time.Second), 3, 3)
	sweep(w.now.Add(5*time.Second), 100, 1)
	w.take(w.now, 0, bucket("5", 1))
	w.take(w.now, -1, bucket("4", 1))
}

func testTakeParallel(w *world) {
	var passed atomic.Int32
	parallel(200, func(int) {
		refused, err := w.Throttle.Take(w.ctx, []throttle.Bucket{bucket("a", 37)}, w.now)
		if err != nil {
			w.Error(err)
		} else if refused == -1 {
			passed.Add(1)
		}
	})
	if passed.Load() != 37 {
		w.Errorf("%d passed, want 37", passed.Load())
	}
}

func testTakeParallelTwo(w *world) {
	var passed, second atomic.Int32
	parallel(100, func(i int) {
		buckets := []throttle.Bucket{bucket("wide", 60), bucket("narrow", 10)}
		switch refused, err := w.Throttle.Take(w.ctx, buckets, w.now); {
		case err != nil:
			w.Error(err)
		case refused == -1:
			passed.Add(1)
		case refused == 1:
			second.Add(1)
		}
	})
	if passed.Load() != 10 || second.Load() != 50 {
		w.Errorf("%d passed and %d were refused by the second, want 10 and 50", passed.Load(), second.Load())
	}
}
