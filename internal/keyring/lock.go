package keyring

import (
	"os"

	"github.com/wikigate/wikigate/internal/fail"
)

// Lock keeps other processes from changing the key file until release is
// called or the process ends. It waits for whoever holds the lock.
func Lock(path string) (release func() error, err error) {
	path += ".lock"
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fail.Wrap(fail.Unavailable, err, "%s cannot be opened", path)
	}
	if err := lockFile(f); err != nil {
		_ = f.Close()
		return nil, fail.Wrap(fail.Unavailable, err, "%s cannot be locked", path)
	}
	return f.Close, nil // which unlocks it
}
