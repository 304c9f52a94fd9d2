//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package sqlite

import (
	"errors"
	"os"
	"syscall"
	"unsafe"
)

// mapped says that the counters are shared with other processes.
const mapped = true

// The ways to lock a file.
const (
	shared    = syscall.LOCK_SH
	exclusive = syscall.LOCK_EX
)

// mapCounters maps the first bytes of a file that is long enough.
func mapCounters(f *os.File) (*counters, error) {
	page, err := syscall.Mmap(int(f.Fd()), 0, countersSize, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_SHARED)
	if err != nil {
		return nil, os.NewSyscallError("mmap", err)
	}
	return (*counters)(unsafe.Pointer(unsafe.SliceData(page))), nil
}

// lockFile waits for the lock.
func lockFile(f *os.File, how int) error {
	for {
		err := syscall.Flock(int(f.Fd()), how)
		if !errors.Is(err, syscall.EINTR) {
			return os.NewSyscallError("flock", err)
		}
	}
}

// tryLockFile takes the exclusive lock if it is free.
func tryLockFile(f *os.File) (free bool, err error) {
	err = lockFile(f, exclusive|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

func unlockFile(f *os.File) error { return lockFile(f, syscall.LOCK_UN) }
