//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package sqlite

import "os"

// mapped is false: other processes do not see the counters, so nothing may be
// cached.
const mapped = false

// The ways to lock a file, which has no effect here: it is up to the operator
// to start one server only.
const (
	shared = iota
	exclusive
)

func mapCounters(*os.File) (*counters, error) { return &counters{}, nil }

func lockFile(*os.File, int) error { return nil }

func tryLockFile(*os.File) (free bool, err error) { return true, nil }

func unlockFile(*os.File) error { return nil }
